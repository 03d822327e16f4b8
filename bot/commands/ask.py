"""What a command is given, what it is, and the few ways in which commands answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from bot.commands.offers import Offers
from bot.ports import Answer, Button, Line, Reply, Transaction, Usage
from bot.texts.pages import page
from bot.texts.words import clean
from news.chat import AuditRow, Caller, ChatKind, Platform, Role


@dataclass(frozen=True, slots=True)
class World:
    """What commands may know besides the database.

    `platforms`: each platform's state in words, as of now. `offers`: what was shown with an Add
    button and waits for the press.
    """

    owners: frozenset[tuple[Platform, str]]
    version: str
    started_at: datetime
    platforms: Callable[[], Mapping[Platform, str]]
    offers: Offers
    commands: Sequence[Command]


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of a command. `argument` is cleaned, one line; `words` are its words."""

    caller: Caller
    role: Role
    argument: str
    tx: Transaction
    now: datetime
    world: World

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.argument.split())

    @property
    def actor(self) -> str:
        return f"{self.caller.platform.value}:{self.caller.user}"

    @property
    def in_private(self) -> bool:
        return self.caller.place.kind in (ChatKind.PRIVATE, ChatKind.CONSOLE)

    def word(self, index: int) -> str:
        """The word there in lower case, "" where there is none."""
        words = self.words
        return words[index].lower() if index < len(words) else ""

    def rest(self, index: int) -> str:
        """Everything from that word on, as written."""
        return " ".join(self.words[index:])

    def record(self, action: str, subject: str, before: str = "", after: str = "") -> None:
        """An audit row, in the transaction of the change itself."""
        row = AuditRow(self.now, self.actor, action, subject[:200], before[:500], after[:500])
        self.tx.audit.add(row)


@dataclass(frozen=True, slots=True)
class Command:
    """A command: how people see it, the least rank that may call it, and what it does.

    `CHAT_ADMIN` is what everyone has in a private chat of their own.
    """

    usage: Usage
    least: Role
    run: Callable[[Ask], Answer]


def say(title: str, *lines: str | Line, buttons: Sequence[Button] = (), private: bool = False) -> Reply:
    return Reply(page(title, *lines), tuple(buttons), private)


def oops(title: str, *lines: str | Line, buttons: Sequence[Button] = ()) -> Reply:
    """What was wrong with the call, and what to do; nothing was changed."""
    return Reply(page(title, *lines), tuple(buttons), private=True, error=True)


def shown(word: str) -> str:
    """What the caller wrote, fit to be repeated to them."""
    return clean(word, 40)


def nearest(word: str, choices: Sequence[str]) -> str:
    """The choice that was probably meant, or ""."""
    typed = word.lower()[:64]
    close = get_close_matches(typed, choices, 1, 0.6)
    if close or len(typed) < 3:
        return close[0] if close else ""
    return next((choice for choice in choices if typed in choice or choice in typed), "")


def meant(word: str, choices: Sequence[str]) -> str:
    """Like " Did you mean mali?", or ""."""
    guess = nearest(word, choices)
    return f" Did you mean {guess}?" if guess else ""
