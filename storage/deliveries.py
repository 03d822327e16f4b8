"""How delivery rows are read: with their chat and their alert."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, select

from news.alert import Alert
from news.chat import Chat, ChatId, ChatKind, ChatState, Place, Platform
from news.delivery import Delivery, DeliveryId, DeliveryKind, DeliveryState
from storage.content import load
from storage.session import Record, Session
from storage.settings import Settings
from storage.tables import alert, chat, delivery

OPEN = (DeliveryState.PENDING, DeliveryState.SENDING)
SHOWN = (DeliveryState.SENT, DeliveryState.REPEATED)

_OF_CHAT = ("address", "thread", "kind", "title", "state", "reason")
_CHAT = [chat.c[name].label(f"chat_{name}") for name in _OF_CHAT]


def in_states(*states: DeliveryState) -> ColumnElement[bool]:
    return delivery.c.state.in_([state.value for state in states])


def is_open(of: FromClause = delivery) -> ColumnElement[bool]:
    """Pending or being sent: what has not ended, for which there are indexes."""
    return of.c.settled_at.is_(None)


def query() -> Select[Any]:
    """Whole deliveries; a forgotten chat is empty."""
    return (
        select(delivery, alert.c.content, *_CHAT)
        .join(chat, chat.c.id == delivery.c.chat_id, isouter=True)
        .join(alert, alert.c.id == delivery.c.alert_id, isouter=True)
    )


def read(session: Session, rows: Sequence[Record]) -> tuple[Delivery, ...]:
    """The deliveries in rows of `query`."""
    if not rows:
        return ()
    instance = Settings(session).get("instance") or ""
    return tuple(_delivery(row, instance) for row in rows)


def _delivery(row: Record, instance: str) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        kind=DeliveryKind(row.kind),
        chat=_chat(row),
        nonce=f"{instance}-{row.id}",
        created_at=row.created_at,
        alert=None if row.content is None else load(Alert, row.content),
        notice=row.notice,
        attempts=row.attempts,
        message=row.message,
        revision=row.revision,
        ambiguous_since=row.ambiguous_since,
        unknowns=row.unknowns,
        repeat=row.state == DeliveryState.REPEATED.value,
        fence=row.fence,
        state=DeliveryState(row.state),
        why=row.why,
    )


def _chat(row: Record) -> Chat:
    platform = Platform(row.platform)
    if row.chat_address is None:
        return Chat(ChatId(0), Place(platform, ""), ChatState.SUSPENDED, "forgotten")
    place = Place(platform, row.chat_address, row.chat_thread, ChatKind(row.chat_kind), row.chat_title)
    return Chat(ChatId(row.chat_id), place, ChatState(row.chat_state), row.chat_reason)
