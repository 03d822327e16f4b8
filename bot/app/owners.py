"""Notices to the owner: written into the outbox like any message, so that none is lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.commands.owners import owner_chats
from bot.ports import Transaction
from news.chat import ChatKind, Platform


def tell_owners(
    tx: Transaction, owners: Iterable[tuple[Platform, str]], text: str, now: datetime, key: str = ""
) -> int:
    """A notice to the owners' private chats and to the console; returns to how many. With `key`
    each is told once."""
    consoles = [chat for chat in tx.chats.all() if chat.place.kind is ChatKind.CONSOLE]
    chats = [*consoles, *owner_chats(tx, owners)]
    return sum(tx.outbox.notice(chat.id, text, now, key) for chat in chats)
