"""What follows when the bot is let into a chat, put out of it, or a chat gets a new address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.commands.owners import owner_chats
from bot.ports import Transaction
from bot.texts.words import clean, count
from news.chat import Chat, ChatState, Place, Platform


def chats_at(tx: Transaction, place: Place) -> list[Chat]:
    """The chats at that address: a Telegram group and each of its topics are chats of their own."""
    if place.platform is not Platform.TELEGRAM:
        found = tx.chats.find(place)
        return [found] if found else []
    there = (place.platform, place.address)
    return [chat for chat in tx.chats.all() if (chat.place.platform, chat.place.address) == there]


def let_in(tx: Transaction, place: Place) -> int:
    """Chats that were suspended get their alerts again; how many."""
    resting = [chat for chat in chats_at(tx, place) if chat.state is ChatState.SUSPENDED]
    for chat in resting:
        tx.chats.resume(chat.id)
    return len(resting)


def put_out(
    tx: Transaction, owners: Collection[tuple[Platform, str]], place: Place, why: str, now: datetime
) -> int:
    """The chats keep their subscriptions but are sent nothing; the owners are told, of one place
    once a day at most. How many chats."""
    active = [chat for chat in chats_at(tx, place) if chat.state is ChatState.ACTIVE]
    held = sum(len(tx.chats.subscriptions(chat.id)) for chat in active)
    for chat in active:
        tx.chats.suspend(chat.id, clean(why))
    if held:
        _tell_owners(tx, owners, active[0].place, f"{clean(why)}. {count(held, 'subscription')} kept.", now)
    return len(active)


def _tell_owners(
    tx: Transaction, owners: Collection[tuple[Platform, str]], place: Place, what: str, now: datetime
) -> None:
    platform, name = place.platform.value, clean(place.title, 60) or place.address
    text = f"I was put out of the {platform} chat {name}: {what} They go on when I am let in again."
    for told in owner_chats(tx, owners):
        if told.place.address != place.address:
            tx.outbox.notice(told.id, text, now, key=f"suspended:{platform}:{place.address}:{now.date()}")
