"""/forget: delete what is stored of a person or a chat."""

from __future__ import annotations

from collections import Counter

from bot.commands.ask import Ask, Command, say
from bot.commands.owners import forget_owner_chat
from bot.commands.presence import chats_at
from bot.ports import Answer, Reply, Usage
from bot.texts.pages import buttons
from bot.texts.words import count
from news.chat import Role

_NAMES = {
    "chats": ("chat",),
    "subscriptions": ("subscription",),
    "deliveries": ("delivery", "deliveries (only the bare count stays)"),
}


def forget(ask: Ask) -> Answer:
    """Asks first; with "yes" it deletes."""
    if ask.word(0) != "yes":
        what = "you and this private chat" if ask.in_private else "this chat"
        return say(
            f"Delete what is stored of {what}?",
            "Subscriptions end and what waits for this chat is not sent. This cannot be undone.",
            buttons=buttons(("Delete", "/forget yes"), ("Keep", "/subscriptions")),
            private=True,
        )
    return _forget(ask)


def _forget(ask: Ask) -> Reply:
    deleted: Counter[str] = Counter()
    for chat in chats_at(ask.tx, ask.caller.place):
        deleted.update(ask.tx.chats.forget(chat.place))
    lines = [count(number, *_NAMES.get(name, (name,))) for name, number in deleted.items() if number]
    if ask.in_private:
        lines += _forget_person(ask)
    else:
        ask.record("forget", f"{ask.caller.place.platform.value}:{ask.caller.place.address}")
    if not lines:
        return say("Nothing was stored", private=True)
    return say("Deleted", *lines, "To begin again: /subscribe", private=True)


def _forget_person(ask: Ask) -> list[str]:
    # The row comes first, so that the name is taken out of it too.
    was_admin = ask.tx.people.is_admin(ask.caller.platform, ask.caller.user)
    if was_admin:
        ask.record("forget", "an admin's right")
    forget_owner_chat(ask.tx, ask.caller)
    rows = ask.tx.people.forget(ask.caller.platform, ask.caller.user)
    lines = [count(rows, "entry about you", "entries about you")] if rows else []
    if was_admin:
        lines.append(
            "You are no longer an admin of this bot. The audit log keeps what was done, without your name."
        )
    return lines


COMMANDS = (
    Command(
        Usage("forget", "delete what is stored of me, or of this group", "/forget", "/forget"),
        Role.CHAT_ADMIN,
        forget,
    ),
)
