"""Chats that move or are forgotten: what becomes of their subscriptions and deliveries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, update

from news.chat import ChatId, ChatState, Place
from storage.deliveries import is_open
from storage.session import Session
from storage.tables import chat, delivery, subscription

_FORGOTTEN = "forgotten"
_MERGED = "the chat moved, and its new address has this one already"

# Of two deliveries of one alert to chats that turn out to be one, the one nearer to a message
# that people can see is kept.
_RANK = ("sent", "repeated", "sending", "uncertain", "pending", "dead")


def move(session: Session, where: ChatId | Place, new_address: str) -> None:
    """Gives a chat and its threads a new address, taking over what is stored of chats there."""
    platform, address = _whereabouts(session, where)
    if address in ("", new_address):
        return
    here = (chat.c.platform == platform) & chat.c.address.in_((address, new_address))
    rows = session.connection.execute(select(chat).where(here).with_for_update()).all()
    there = {row.thread: row for row in rows if row.address == new_address}
    for row in rows:
        if row.address == address:
            if row.thread in there:
                _merge(session, row, there[row.thread])
            session.connection.execute(update(chat).where(chat.c.id == row.id).values(address=new_address))


def _whereabouts(session: Session, where: ChatId | Place) -> tuple[str, str]:
    """Platform and address; both "" where there is no such chat."""
    if isinstance(where, Place):
        return where.platform.value, where.address
    row = session.connection.execute(select(chat).where(chat.c.id == where)).first()
    return (row.platform, row.address) if row else ("", "")


def _merge(session: Session, kept: Any, gone: Any) -> None:
    """Makes the chat in the row `gone` a part of the one in `kept`."""
    connection = session.connection
    if ChatState.ACTIVE.value in (kept.state, gone.state):
        active = {"state": ChatState.ACTIVE.value, "reason": ""}
        connection.execute(update(chat).where(chat.c.id == kept.id).values(active))
    _merge_subscriptions(session, kept.id, gone.id)
    _merge_deliveries(session, kept.id, gone.id)
    connection.execute(chat.delete().where(chat.c.id == gone.id))


def _merge_subscriptions(session: Session, kept: int, gone: int) -> None:
    connection = session.connection
    source = select(subscription.c.watchlist, subscription.c.since).where(subscription.c.chat_id == gone)
    found = connection.execute(source)
    rows = [{"chat_id": kept, "watchlist": row.watchlist, "since": row.since} for row in found]
    session.add_missing(subscription, rows)
    connection.execute(subscription.delete().where(subscription.c.chat_id == gone))


def _merge_deliveries(session: Session, kept: int, gone: int) -> None:
    connection = session.connection
    query = select(delivery).where(delivery.c.chat_id.in_((kept, gone))).order_by(delivery.c.id)
    best: dict[object, Any] = {}
    for row in connection.execute(query):
        key = _sameness(row)
        rival = best.get(key)
        if rival is None:
            best[key] = row
        else:
            best[key], loser = sorted((rival, row), key=lambda one: _RANK.index(one.state))
            _detach(session, delivery.c.id == loser.id, _MERGED)
    connection.execute(update(delivery).where(delivery.c.chat_id == gone).values(chat_id=kept))


def _sameness(row: Any) -> object:
    """What two deliveries to one chat may not share; a notice without key shares nothing."""
    if row.alert_id is not None:
        return ("alert", row.alert_id)
    return ("notice", row.notice_key) if row.notice_key is not None else ("row", row.id)


def forget(session: Session, id: ChatId) -> dict[str, int]:
    """Deletes a chat and all that leads to it; how many rows of each kind."""
    connection = session.connection
    deliveries = _detach(session, delivery.c.chat_id == id, _FORGOTTEN)
    subscriptions = connection.execute(subscription.delete().where(subscription.c.chat_id == id)).rowcount
    chats = connection.execute(chat.delete().where(chat.c.id == id)).rowcount
    return {"chats": chats, "subscriptions": subscriptions, "deliveries": deliveries}


def _detach(session: Session, which: ColumnElement[bool], why: str) -> int:
    """Takes deliveries from their chat. Open ones end; who is sending one has lost it."""
    ended = {"state": "dead", "why": why, "settled_at": session.db_now(), "fence": delivery.c.fence + 1}
    session.connection.execute(update(delivery).where(which, is_open()).values(ended))
    bare = {"chat_id": None, "message": "", "notice": "", "notice_key": None, "lease_until": None}
    return session.connection.execute(update(delivery).where(which).values(bare)).rowcount
