"""What the bot's parts ask of each other: values for people to read, and the seams to the outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from news.chat import Caller, Place, Platform
from news.delivery import Delivery, LookOutcome, SendOutcome
from news.feed import FeedSpec
from news.item import Item
from storage import Store, Transaction

T = TypeVar("T")


class CannotStart(Exception):  # noqa: N818
    """What keeps the bot from starting; its text tells the operator what to change."""


# ---- what people read: platform-neutral text -------------------------------------------------


class Style(StrEnum):
    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. It is never markup: each platform escapes it. `href` makes it a link
    where the platform shows the address too (feed text is never a masked link)."""

    text: str
    style: Style = Style.PLAIN
    href: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A heading and lines; an empty line is `()`."""

    lines: tuple[Line, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An alert, laid out but not yet in a platform's markup.

    `flag` goes above the headline (sample, withdrawn, possible repeat) and is never cut.
    `body` is the summary, `facts` are label and line, `footer` is the short id and times.
    """

    headline: str
    href: str
    flag: str
    body: tuple[Line, ...]
    facts: tuple[tuple[str, Line], ...]
    footer: str
    colour: int = 0x8A6D3B


# ---- commands --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """Pressing it runs `command` (for example "/subscribe jnim", at most 64 bytes of UTF-8) as
    the one who pressed: ranks are checked at the press, so nothing in it is trusted."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `private`: only the caller should see it (where the platform can)."""

    page: Page
    buttons: tuple[Button, ...] = ()
    private: bool = False
    error: bool = False


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed found at an address or on the page there: what to add, with its newest items."""

    spec: FeedSpec
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FindFeed:
    """A command's wish: find the feed of a page, then go on in a new transaction."""

    url: str
    then: Callable[[Transaction, datetime, FoundFeed | str], Reply]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A chat the caller named. `may_post`: the bot can write there; `caller_admin`: the caller
    is an admin there, as the platform says now."""

    place: Place
    may_post: bool
    caller_admin: bool


@dataclass(frozen=True, slots=True)
class FindPlace:
    """A command's wish: look a named chat up on the caller's platform, then go on. The answer is
    a `FoundPlace`, or the reason in words why there is none."""

    caller: Caller
    name: str
    then: Callable[[Transaction, datetime, FoundPlace | str], Reply]


Answer = Reply | FindFeed | FindPlace


@dataclass(frozen=True, slots=True)
class Option:
    """One argument of a command, as a platform with typed options shows it."""

    name: str
    summary: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """A command as people see it: what a platform registers and `/help` prints."""

    name: str
    summary: str
    usage: str
    example: str
    options: tuple[Option, ...] = ()
    admin: bool = False


class CommandDesk(Protocol):
    """Where platforms hand commands in. `answer` never raises: a fault becomes a Reply."""

    @property
    def usages(self) -> Sequence[Usage]: ...

    async def answer(self, caller: Caller, name: str, argument: str) -> Reply: ...

    async def suggest(self, caller: Caller, name: str, option: str, typed: str) -> Sequence[str]:
        """Completions for one option (at most 25, the platform's limit)."""

    async def chat_changed(self, place: Place, present: bool, why: str) -> None:
        """The bot was let into a chat (`present`) or put out of it."""

    async def chat_moved(self, old: Place, new_address: str) -> None:
        """A Telegram group became a supergroup."""


# ---- the seams to the outside ----------------------------------------------------------------


class Clock(Protocol):
    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class Sender(Protocol):
    """One platform's way out. Never raises for what the platform or network does: that is an
    outcome. Decides nothing about retries."""

    @property
    def platform(self) -> Platform: ...

    async def send(self, delivery: Delivery) -> SendOutcome: ...

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Bring the message `delivery.message` to the alert's present content. A message that
        is gone is `Refused`; one that already shows it is `Sent`."""

    async def look(self, delivery: Delivery) -> LookOutcome:
        """Whether an earlier ambiguous try arrived; `Unknown` where the platform cannot tell."""

    async def close(self) -> None:
        """Give connections back."""


class PlaceFinder(Protocol):
    async def find_place(self, caller: Caller, name: str) -> FoundPlace | str: ...


class FeedFinder(Protocol):
    async def find_feed(self, url: str) -> FoundFeed | str: ...


class StoreRunner(Protocol):
    """Runs `work(tx, *args)` in one transaction on the storage thread."""

    async def run(self, work: Callable[..., T], *args: object) -> T: ...


@dataclass(slots=True)
class Beats:
    """When each loop last turned (monotonic seconds): read by the health check."""

    at: dict[str, float] = field(default_factory=dict)

    def beat(self, name: str, now: float) -> None:
        self.at[name] = now


__all__ = [
    "Answer",
    "Beats",
    "Button",
    "Card",
    "Clock",
    "CommandDesk",
    "FeedFinder",
    "FindFeed",
    "FindPlace",
    "FoundFeed",
    "FoundPlace",
    "Line",
    "Option",
    "Page",
    "PlaceFinder",
    "Reply",
    "Sender",
    "Span",
    "Store",
    "StoreRunner",
    "Style",
    "Transaction",
    "Usage",
]
