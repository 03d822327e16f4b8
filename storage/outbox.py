"""The outbox: one row per alert (or notice) and chat, from enqueued to ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, func, select, update

from news.alert import AlertId
from news.chat import ChatId, Platform
from news.delivery import Delivery, DeliveryId, DeliveryKind, DeliveryState
from storage import claims, deliveries
from storage.deliveries import OPEN, SHOWN, in_states, is_open
from storage.session import Session, chunks
from storage.tables import DeliveryRow, chat, delivery

_COLUMNS = delivery.c


class Keep(Enum):
    """Says that a value stays as it is stored."""

    KEEP = "keep"


class Outbox:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def enqueue(
        self,
        alert: AlertId,
        chats: Sequence[ChatId],
        now: datetime,
        state: DeliveryState = DeliveryState.PENDING,
    ) -> int:
        """One delivery of the alert for each chat that has none yet; how many are new."""
        row = _row(DeliveryKind.ALERT, state, now) | {"alert_id": alert}
        return sum(self._insert(row, some) for some in chunks(chats))

    def notice(self, chat: ChatId, text: str, now: datetime, key: str = "") -> bool:
        """A message in plain words for one chat, with a key said only once; whether it is new."""
        row = _row(DeliveryKind.NOTICE, DeliveryState.PENDING, now)
        return self._insert(row | {"notice": text, "notice_key": key or None}, [chat]) > 0

    def _insert(self, row: dict[str, Any], chats: Sequence[ChatId]) -> int:
        places = select(chat.c.id, chat.c.platform).where(chat.c.id.in_(chats)).order_by(chat.c.id)
        found = self._connection.execute(places)
        rows = [row | {"chat_id": id_, "platform": platform} for id_, platform in found]
        return self._session.add_missing(delivery, rows)

    def claim(
        self, now: datetime, limit: int, platforms: Collection[Platform], lease: timedelta
    ) -> tuple[Delivery, ...]:
        """Deliveries to send now, oldest first, at most one per chat, in order per chat. They are
        the caller's until settled, or until the lease ends on the database's clock; one whose
        lease ended comes again with `ambiguous_since`. None while sending is paused or on hold."""
        return claims.claim(self._session, now, limit, platforms, lease)

    def claim_edits(
        self,
        now: datetime,
        limit: int,
        platforms: Collection[Platform],
        lease: timedelta,
        gap: timedelta,
    ) -> tuple[Delivery, ...]:
        """Sent alerts whose message shows an older revision than the alert has now and was not
        edited within `gap`. None while sending is paused or on hold."""
        return claims.claim_edits(self._session, now, limit, platforms, lease, gap)

    def settle(
        self,
        delivery: Delivery,
        state: DeliveryState,
        now: datetime,
        *,
        message: str = "",
        revision: int = 0,
        next_at: datetime | None = None,
        why: str = "",
        ambiguous_since: datetime | Keep | None = Keep.KEEP,
        unknown: bool = False,
    ) -> bool:
        """Writes what came of a claimed delivery. False: the claim was lost, nothing is written.

        `revision` is what the message shows (of a sent alert the claimed one, if not given);
        `next_at` is when a pending one may be tried again (now, if not given).
        `unknown`: this try may have arrived; it is counted, and the first such try dated.
        `ambiguous_since` stays as it is stored unless given; None says that no try arrived.
        """
        if state in SHOWN and delivery.alert is not None:
            revision = revision or delivery.alert.revision
        values: dict[str, Any] = {
            "state": state.value,
            "next_at": next_at or now,
            "settled_at": None if state in OPEN else now,
            "lease_until": None,
            "why": why,
            "message": message or delivery.message,
            "revision": revision or delivery.revision,
        }
        if unknown:
            since = func.coalesce(_COLUMNS.ambiguous_since, _COLUMNS.tried_at)
            values |= {"ambiguous_since": since, "unknowns": _COLUMNS.unknowns + 1}
        elif ambiguous_since is None:
            values |= {"ambiguous_since": None, "unknowns": 0}
        elif not isinstance(ambiguous_since, Keep):
            values["ambiguous_since"] = ambiguous_since
        return self._write(delivery, (DeliveryState.SENDING,), values)

    def settle_edit(
        self,
        delivery: Delivery,
        now: datetime,
        *,
        revision: int,
        why: str = "",
        next_at: datetime | None = None,
    ) -> bool:
        """Writes what came of an edit: the revision the message shows now (or shall count as
        showing, where it cannot be edited any more), and when to try again if it is not the
        newest. False: the claim was lost, nothing is written."""
        values: dict[str, Any] = {"revision": revision, "why": why, "next_at": next_at or now}
        values["lease_until"] = None
        if next_at is None:
            values["edited_at"] = now
        return self._write(delivery, SHOWN, values)

    def _write(self, one: Delivery, states: Sequence[DeliveryState], values: dict[str, Any]) -> bool:
        mine = (delivery.c.id == one.id) & (delivery.c.fence == one.fence) & in_states(*states)
        return self._connection.execute(update(delivery).where(mine).values(values)).rowcount > 0

    def recover(self, now: datetime) -> int:  # noqa: ARG002 - leases go by another clock
        """At the start of the only sender: what was being sent can be claimed at once, as maybe
        arrived. How many there were."""
        return claims.recover(self._session)

    def shift(self, delta: timedelta) -> None:
        """Moves the times of what waits, after a step of the wall clock."""
        query = select(delivery.c.id, delivery.c.next_at).where(is_open()).with_for_update()
        rows = [{"of": row.id, "at": row.next_at + delta} for row in self._connection.execute(query)]
        if rows:
            moved = update(delivery).where(delivery.c.id == bindparam("of")).values(next_at=bindparam("at"))
            self._connection.execute(moved, rows)

    def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state; states that none is in are absent."""
        query = select(delivery.c.state, func.count()).group_by(delivery.c.state)
        return {DeliveryState(state): count for state, count in self._connection.execute(query)}

    def get(self, id: DeliveryId) -> Delivery | None:
        query = deliveries.query().where(delivery.c.id == id)
        return next(iter(deliveries.read(self._session, self._connection.execute(query).all())), None)

    def list(self, state: DeliveryState, limit: int) -> tuple[Delivery, ...]:
        """The last deliveries in this state, newest first."""
        query = deliveries.query().where(delivery.c.state == state.value)
        rows = self._connection.execute(query.order_by(delivery.c.id.desc()).limit(limit)).all()
        return deliveries.read(self._session, rows)

    def oldest_pending(self) -> datetime | None:
        """When the delivery that waits longest was made."""
        pending = is_open() & in_states(DeliveryState.PENDING)
        query = select(delivery.c.created_at).where(pending).order_by(delivery.c.id).limit(1)
        found: datetime | None = self._connection.execute(query).scalar()
        return found

    def of_alert(self, alert: AlertId) -> tuple[Delivery, ...]:
        """All deliveries of an alert, in any state, by chat."""
        query = deliveries.query().where(delivery.c.alert_id == alert).order_by(delivery.c.chat_id)
        return deliveries.read(self._session, self._connection.execute(query).all())

    def uncertain_all(self, now: datetime, why: str) -> int:
        """Ends all open deliveries as maybe delivered; how many."""
        values = {
            "state": DeliveryState.UNCERTAIN.value,
            "why": why,
            "settled_at": now,
            "lease_until": None,
            "fence": delivery.c.fence + 1,
        }
        return self._connection.execute(update(delivery).where(is_open()).values(values)).rowcount


def _row(kind: DeliveryKind, state: DeliveryState, now: datetime) -> dict[str, Any]:
    """A new delivery, still without chat and content."""
    row = DeliveryRow(kind=kind.value, state=state.value, platform="", created_at=now, next_at=now)
    return row.model_dump(exclude={"id"}) | {"settled_at": None if state in OPEN else now}
