"""A desk over a real database, with the outside played by small strict fakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.commands.desk import Desk
from bot.ports import FoundFeed, FoundPlace, Reply
from bot.texts.pages import plain
from news.alert import Alert
from news.chat import Caller, ChatKind, Place, Platform
from news.feed import FeedId, FeedSpec
from news.item import Item
from news.watch import Entity, EntityId, Kind, Term, Watchlist, WatchlistId
from storage import Store
from tests.bot.alerts import an_alert

T = TypeVar("T")
NOW = datetime(2023, 2, 8, 9, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.at = NOW
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("commands do not wait")


class InlineStore:
    """Runs the work at once, in one transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.open = False

    async def run(self, work: Callable[..., T], *args: object) -> T:
        with self.store.transaction() as tx:
            self.open = True
            try:
                return work(tx, *args)
            finally:
                self.open = False


@dataclass
class FakeFeeds:
    """Knows the feeds it was told of; refuses to be asked while a transaction is open."""

    store: InlineStore
    known: dict[str, FoundFeed | str] = field(default_factory=dict)

    async def find_feed(self, url: str) -> FoundFeed | str:
        assert not self.store.open
        return self.known.get(url, "no feed on that page")


@dataclass
class FakePlaces:
    store: InlineStore
    known: dict[str, FoundPlace | str] = field(default_factory=dict)

    async def find_place(self, caller: Caller, name: str) -> FoundPlace | str:
        assert not self.store.open
        assert not caller.anonymous
        return self.known.get(name, "there is no such chat")


PRIVATE = Place(Platform.TELEGRAM, "100", kind=ChatKind.PRIVATE)
GROUP = Place(Platform.TELEGRAM, "-200", kind=ChatKind.GROUP, title="Desk")
CHANNEL = Place(Platform.TELEGRAM, "-1001", kind=ChatKind.CHANNEL, title="Wire")

OWNER = Caller(Platform.TELEGRAM, "1", "Owner", replace(PRIVATE, address="1"))
ADMIN = Caller(Platform.TELEGRAM, "2", "Admin", replace(PRIVATE, address="2"))
READER = Caller(Platform.TELEGRAM, "100", "Reader", PRIVATE)
CHAT_ADMIN = Caller(Platform.TELEGRAM, "3", "Chair", GROUP, chat_admin=True)
MEMBER = Caller(Platform.TELEGRAM, "4", "Member", GROUP)
ANONYMOUS = Caller(Platform.TELEGRAM, "1087968824", "Group", GROUP, chat_admin=True, anonymous=True)


def a_watchlist(name: str, *terms: str) -> Watchlist:
    entity = Entity(EntityId(name), name.title(), Kind.STATE, tuple(Term(term) for term in terms))
    return Watchlist(WatchlistId(name), name.title(), (entity,))


FEED = FeedSpec(FeedId("courier"), "Sahel Courier", "https://courier.example/feed", country="ML")
FOUND = FoundFeed(
    FeedSpec(FeedId("post"), "Niger Post", "https://post.example/rss"),
    (Item(title="Market opens in Niamey", published=NOW), Item(title="Rain"), Item(), Item(title="Fourth")),
)


class Room:
    """The desk and the strings to pull."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = FakeClock()
        runner = InlineStore(store)
        self.feeds = FakeFeeds(runner, {"https://post.example": FOUND})
        self.places = FakePlaces(runner)
        self.desk = Desk(
            runner,
            [(Platform.TELEGRAM, "1"), (Platform.DISCORD, "9")],
            self.clock,
            self.feeds,
            {Platform.TELEGRAM: self.places},
            version="1.2.3",
            platforms=lambda: {Platform.TELEGRAM: "connected"},
        )
        with store.transaction() as tx:
            tx.watchlists.sync([a_watchlist("mali", "Bamako"), a_watchlist("niger", "Niamey", "Zinder")])
            tx.feeds.sync([FEED])
            tx.people.grant_admin(Platform.TELEGRAM, "2", "telegram:1", NOW)

    async def ask(self, caller: Caller, text: str) -> Reply:
        """Sends "/name argument", a minute after the last, so that the rate limit never matters."""
        self.clock.seconds += 60
        name, _, argument = text.removeprefix("/").partition(" ")
        return await self.desk.answer(caller, name, argument)

    async def text(self, caller: Caller, text: str) -> str:
        return plain((await self.ask(caller, text)).page)

    def do(self, work: Callable[..., T], *args: object) -> T:
        with self.store.transaction() as tx:
            return work(tx, *args)

    def alert(self, age: timedelta = timedelta(hours=1), **changes: object) -> Alert:
        """A stored alert, raised `age` ago."""
        with self.store.transaction() as tx:
            story = tx.stories.open(NOW - age)
            return tx.alerts.create(an_alert(short="", story=story, raised_at=NOW - age, **changes))

    def watched(self, place: Place) -> list[str]:
        """The watchlists a place is subscribed to."""
        with self.store.reading() as tx:
            chat = tx.chats.find(place)
            return [entry.watchlist for entry in tx.chats.subscriptions(chat.id)] if chat else []

    def audit(self) -> list[tuple[str, str, bool]]:
        with self.store.reading() as tx:
            return [(row.actor, row.action, row.allowed) for row in reversed(tx.audit.latest(100))]


def pressed(reply: Reply, label: str) -> str:
    """The command behind a button."""
    return next(button.command for button in reply.buttons if button.label == label)
