"""Where an owner can be told something: the private chat from which they last wrote."""

from __future__ import annotations

from collections.abc import Iterable

from bot.ports import Transaction
from news.chat import Caller, Chat, ChatKind, Place, Platform


def remember_owner_chat(tx: Transaction, caller: Caller) -> None:
    """Notes the private chat an owner writes from. A Discord private channel has an id of its own,
    so that it cannot be told from the owner's id."""
    if caller.place.kind is not ChatKind.PRIVATE:
        return
    key = _key(caller.platform, caller.user)
    if tx.settings.get(key) != caller.place.address:
        tx.chats.ensure(caller.place)
        tx.settings.set(key, caller.place.address)


def forget_owner_chat(tx: Transaction, caller: Caller) -> None:
    tx.settings.delete(_key(caller.platform, caller.user))


def owner_chats(tx: Transaction, owners: Iterable[tuple[Platform, str]]) -> tuple[Chat, ...]:
    """The private chats of the owners who ever wrote to the bot."""
    chats = []
    for platform, user in owners:
        # A private chat on Telegram has the person's own id.
        address = tx.settings.get(_key(platform, user)) or user
        if chat := tx.chats.find(Place(platform, address, kind=ChatKind.PRIVATE)):
            chats.append(chat)
    return tuple(chats)


def _key(platform: Platform, user: str) -> str:
    return f"owner_chat:{platform.value}:{user}"
