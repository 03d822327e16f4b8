"""Claiming deliveries: which ones may be sent or edited now, by whom, and until when.

A claim is a lease on the database's clock and a fence, a number that grows with each claim. Who
settles with an older fence has lost the row to somebody else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update

from news.chat import Platform
from news.delivery import Delivery, DeliveryState
from storage import deliveries
from storage.deliveries import SHOWN, is_open
from storage.session import Record, Session
from storage.tables import alert, delivery, setting

# Why a delivery ended that was never tried.
WITHDRAWN = "withdrawn before it was sent"

_PENDING = delivery.c.state == DeliveryState.PENDING.value
_SENDING = delivery.c.state == DeliveryState.SENDING.value


def claim(
    session: Session, now: datetime, limit: int, platforms: Collection[Platform], lease: timedelta
) -> tuple[Delivery, ...]:
    """Takes deliveries to send, oldest first: of each chat only its earliest open one."""
    if _held(session):
        return ()
    clock = session.db_now()
    ready = or_(and_(_PENDING, delivery.c.next_at <= now), and_(_SENDING, _free(clock)))
    rows = _lock(session, and_(is_open(), ready, _first_of_chat(clock)), limit, platforms)
    unsent = [row.id for row in rows if row.withdrawn_at is not None and _never_tried(row)]
    if unsent:
        stop_withdrawn(session, delivery.c.id.in_(unsent), now)
    values = {
        "state": DeliveryState.SENDING.value,
        "attempts": delivery.c.attempts + 1,
        "tried_at": now,
    } | _doubt()
    return _take(session, [row.id for row in rows if row.id not in unsent], clock + lease, values)


def claim_edits(
    session: Session,
    now: datetime,
    limit: int,
    platforms: Collection[Platform],
    lease: timedelta,
    gap: timedelta,
) -> tuple[Delivery, ...]:
    """Takes sent alerts whose message shows an older revision and was not edited within `gap`."""
    stale = () if _held(session) else _refresh_stale(session)
    if not stale:
        return ()
    clock = session.db_now()
    rested = or_(delivery.c.edited_at.is_(None), delivery.c.edited_at <= now - gap)
    ready = and_(_behind(), rested, delivery.c.next_at <= now, _free(clock))
    rows = _lock(session, and_(delivery.c.alert_id.in_(stale), ready), limit, platforms)
    return _take(session, [row.id for row in rows], clock + lease, {})


def recover(session: Session) -> int:
    """At the start of the only sender: nobody else can hold anything, so every lease ends now.
    How many deliveries were being sent, and so may have arrived."""
    connection = session.connection
    freed = {"lease_until": None, "tried_at": None} | _doubt()
    sending = update(delivery).where(is_open(), _SENDING)
    count = connection.execute(sending.values(freed)).rowcount
    edits = delivery.c.alert_id.in_(_stale(session)) & _is_shown()
    connection.execute(update(delivery).where(edits).values(lease_until=None))
    return count


def stop_withdrawn(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    """Ends those deliveries of a withdrawn alert that were surely never sent."""
    unsent = and_(which, _PENDING, delivery.c.ambiguous_since.is_(None))
    values = {"state": DeliveryState.DEAD.value, "why": WITHDRAWN, "settled_at": now}
    session.connection.execute(update(delivery).where(unsent).values(values))


def _held(session: Session) -> bool:
    query = select(setting.c.key).where(setting.c.key.in_(("paused", "hold"))).limit(1)
    return session.connection.execute(query).first() is not None


def _free(clock: datetime) -> ColumnElement[bool]:
    return or_(delivery.c.lease_until.is_(None), delivery.c.lease_until <= clock)


def _doubt() -> dict[str, Any]:
    """What a row keeps of a try that nobody answered for; `tried_at` tells it from one settled."""
    unanswered = and_(_SENDING, delivery.c.tried_at.is_not(None))
    since = func.coalesce(delivery.c.ambiguous_since, delivery.c.tried_at)
    return {
        "ambiguous_since": case((unanswered, since), else_=delivery.c.ambiguous_since),
        "unknowns": case((unanswered, delivery.c.unknowns + 1), else_=delivery.c.unknowns),
    }


def _never_tried(row: Record) -> bool:
    return row.state == DeliveryState.PENDING.value and row.ambiguous_since is None


def _first_of_chat(clock: datetime) -> ColumnElement[bool]:
    """No earlier delivery of the chat is open, and none is under way."""
    other = delivery.alias("other")
    under_way = and_(other.c.state == DeliveryState.SENDING.value, other.c.lease_until > clock)
    blocks = and_(
        other.c.chat_id == delivery.c.chat_id,
        other.c.id != delivery.c.id,
        is_open(other),
        or_(other.c.id < delivery.c.id, under_way),
    )
    return ~exists().where(blocks)


def _behind() -> ColumnElement[bool]:
    """For queries that join the delivery with its alert."""
    return and_(_is_shown(), delivery.c.revision < alert.c.revision, delivery.c.message != "")


def _is_shown() -> ColumnElement[bool]:
    """Said by what it is not: else SQLite would look through all that was ever sent."""
    return delivery.c.state.not_in([state.value for state in DeliveryState if state not in SHOWN])


def _stale(session: Session) -> Sequence[int]:
    """The alerts of which some message may show an older revision."""
    return session.connection.execute(select(alert.c.id).where(alert.c.stale)).scalars().all()


def _refresh_stale(session: Session) -> Sequence[int]:
    """The alerts that may have messages to edit. One is done when all its deliveries ended and
    show its newest revision; while one is open it stays listed, as its message may be older."""
    if not _stale(session):
        return ()
    left = select(delivery.c.id).where(delivery.c.alert_id == alert.c.id, or_(is_open(), _behind()))
    done = update(alert).where(alert.c.stale, ~left.correlate(alert).exists())
    session.connection.execute(done.values(stale=False))
    return _stale(session)


def _lock(
    session: Session, where: ColumnElement[bool], limit: int, platforms: Collection[Platform]
) -> Sequence[Record]:
    """The earliest rows that fit and that no other process is just claiming."""
    wanted = delivery.c.platform.in_([platform.value for platform in platforms])
    query = (
        select(delivery.c.id, delivery.c.state, delivery.c.ambiguous_since, alert.c.withdrawn_at)
        .join(alert, alert.c.id == delivery.c.alert_id, isouter=True)
        .where(where, wanted, delivery.c.chat_id.is_not(None))
        .order_by(delivery.c.id)
        .limit(limit)
    )
    locked = query.with_for_update(of=delivery, skip_locked=True)
    rows: Sequence[Record] = session.connection.execute(locked).all()
    return rows


def _take(
    session: Session, ids: Sequence[int], until: datetime, values: dict[str, Any]
) -> tuple[Delivery, ...]:
    if not ids:
        return ()
    held = values | {"lease_until": until, "fence": delivery.c.fence + 1}
    session.connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(held))
    query = deliveries.query().where(delivery.c.id.in_(ids)).order_by(delivery.c.id)
    return deliveries.read(session, session.connection.execute(query).all())
