"""Chats and what they subscribe to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from news.chat import Chat, ChatId, ChatKind, ChatState, Place, Platform, Subscription
from news.watch import WatchlistId
from storage import removal
from storage.session import Record, Session
from storage.tables import chat, delivery, subscription


class Chats:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def ensure(self, place: Place) -> Chat:
        """The chat at this place, made if it is new; its kind and title are brought up to date."""
        names = {"kind": place.kind.value} | ({"title": place.title} if place.title else {})
        key = {"platform": place.platform.value, "address": place.address, "thread": place.thread}
        insert = self._session.insert(chat).values(
            **key, kind=place.kind.value, title=place.title, state=ChatState.ACTIVE.value, reason=""
        )
        self._connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=names))
        found = self.find(place)
        assert found is not None
        return found

    def get(self, id: ChatId) -> Chat | None:
        return self._first(chat.c.id == id)

    def find(self, place: Place) -> Chat | None:
        """By platform, address and thread."""
        return self._first(
            (chat.c.platform == place.platform.value)
            & (chat.c.address == place.address)
            & (chat.c.thread == place.thread)
        )

    def all(self) -> tuple[Chat, ...]:
        return tuple(chat_of(row) for row in self._connection.execute(select(chat).order_by(chat.c.id)))

    def suspend(self, id: ChatId, why: str) -> None:
        """Nothing more goes there until resumed. What waited for it ends undeliverable, with the
        reason; its subscriptions stay."""
        values = {"state": ChatState.SUSPENDED.value, "reason": why}
        self._connection.execute(update(chat).where(chat.c.id == id).values(values))
        waiting = (delivery.c.chat_id == id) & (delivery.c.state == "pending")
        dead = {"state": "dead", "why": f"chat suspended: {why}", "settled_at": self._session.db_now()}
        self._connection.execute(update(delivery).where(waiting).values(dead))

    def resume(self, id: ChatId) -> None:
        values = {"state": ChatState.ACTIVE.value, "reason": ""}
        self._connection.execute(update(chat).where(chat.c.id == id).values(values))

    def move(self, chat: ChatId | Place, new_address: str) -> None:
        """The platform gave the chat a new address (its threads move with it). What is stored
        of a chat at the new address becomes this chat's; no alert goes there twice."""
        removal.move(self._session, chat, new_address)

    def subscribe(self, id: ChatId, watchlist: WatchlistId, now: datetime) -> bool:
        """Whether it is new."""
        row = {"chat_id": id, "watchlist": watchlist, "since": now}
        return self._session.add_missing(subscription, [row]) > 0

    def unsubscribe(self, id: ChatId, watchlist: WatchlistId) -> bool:
        """Whether there was a subscription."""
        where = (subscription.c.chat_id == id) & (subscription.c.watchlist == watchlist)
        return self._connection.execute(subscription.delete().where(where)).rowcount > 0

    def subscriptions(self, id: ChatId) -> tuple[Subscription, ...]:
        """By watchlist."""
        query = select(subscription).where(subscription.c.chat_id == id).order_by(subscription.c.watchlist)
        return tuple(
            Subscription(ChatId(row.chat_id), WatchlistId(row.watchlist), row.since)
            for row in self._connection.execute(query)
        )

    def subscribers(self, watchlists: Collection[WatchlistId]) -> tuple[Chat, ...]:
        """The active chats that subscribe to at least one of them."""
        wanted = select(subscription.c.chat_id).where(subscription.c.watchlist.in_(tuple(watchlists)))
        active = (chat.c.state == ChatState.ACTIVE.value) & chat.c.id.in_(wanted)
        query = select(chat).where(active).order_by(chat.c.id)
        return tuple(chat_of(row) for row in self._connection.execute(query))

    def forget(self, place: Place) -> dict[str, int]:
        """Deletes what is stored of a chat. Its deliveries stay as bare counts, without chat,
        message or text. How many chats, subscriptions and deliveries it touched."""
        found = self.find(place)
        if found is None:
            return {"chats": 0, "subscriptions": 0, "deliveries": 0}
        return removal.forget(self._session, found.id)

    def _first(self, where: ColumnElement[bool]) -> Chat | None:
        row = self._connection.execute(select(chat).where(where)).first()
        return chat_of(row) if row else None


def chat_of(row: Record) -> Chat:
    """The chat in a row that has all columns of the chat table."""
    place = Place(Platform(row.platform), row.address, row.thread, ChatKind(row.kind), row.title)
    return Chat(ChatId(row.id), place, ChatState(row.state), row.reason)
