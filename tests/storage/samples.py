"""Values to store in tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from news.alert import Alert, AlertId, Hit, Sentence, Source
from news.chat import Chat, ChatId, ChatKind, Place, Platform
from news.delivery import Delivery
from news.feed import Affiliation, FeedId, FeedSpec, Reliability
from news.item import Fate, Item, ItemId
from news.story import StoryId
from news.watch import EntityId, Kind, Match, WatchlistId
from storage import NewItem, Transaction

NOW = datetime(2023, 2, 7, 12, 30, 15, 123456, tzinfo=UTC)
LEASE = timedelta(minutes=3)
ENDED = timedelta(seconds=-1)
EVERYWHERE = tuple(Platform)
MALI = WatchlistId("mali")
JNIM = WatchlistId("jnim")


def spec(id: str, url: str = "", title: str = "A title") -> FeedSpec:
    return FeedSpec(FeedId(id), title, url or f"https://{id}.example/rss", ("fr", "en"), "ML")


def new_item(name: str, feed: str = "journal", keys: Sequence[str] = (), **changes: object) -> NewItem:
    item = Item(f"guid-{name}", f"https://{feed}.example/{name}", f"Title {name}", f"Text {name}.", NOW, "fr")
    made = NewItem(FeedId(feed), item, NOW, tuple(keys) or (f"{feed}/{name}",), Fate.NO_MATCH)
    return replace(made, **changes)  # type: ignore[arg-type]


def match(watchlist: WatchlistId = MALI, term: str = "Mali") -> Match:
    return Match(watchlist, EntityId("mali"), Kind.STATE, "Mali", term, "title", 3, 7)


def stored_story(tx: Transaction, name: str = "one", at: datetime = NOW) -> tuple[StoryId, ItemId]:
    """A story with one member that matched Mali."""
    (item,) = tx.items.add([new_item(name, first_seen=at)])
    tx.items.add_matches([(item, match())])
    story = tx.stories.open(at)
    tx.stories.join(story, item, at, reprint=False)
    return story, item


def alert_of(story: StoryId, item: ItemId, headline: str = "Lavrov in Bamako") -> Alert:
    source = Source(
        item, FeedId("journal"), "Journal", "ML", Affiliation.INDEPENDENT, Reliability.C, "journal", "fr",
        "Un titre", "https://journal.example/1", NOW, NOW,
    )  # fmt: skip
    return Alert(
        AlertId(0), "", story, NOW, "new story", headline, (Sentence("Une phrase.", item),), (MALI, JNIM),
        (Hit(MALI, "Mali", "Mali"),), (source,),
    )  # fmt: skip


def stored_alert(tx: Transaction, name: str = "one", at: datetime = NOW) -> Alert:
    story, item = stored_story(tx, name, at)
    return tx.alerts.create(replace(alert_of(story, item), raised_at=at))


def place(address: str = "100", platform: Platform = Platform.TELEGRAM, thread: str = "") -> Place:
    return Place(platform, address, thread, ChatKind.GROUP, f"Chat {address}")


def chats(tx: Transaction, *addresses: str, platform: Platform = Platform.TELEGRAM) -> tuple[Chat, ...]:
    return tuple(tx.chats.ensure(place(address, platform)) for address in addresses)


def ids(*of: Chat) -> tuple[ChatId, ...]:
    return tuple(chat.id for chat in of)


def claim(
    tx: Transaction, now: datetime = NOW, lease: timedelta = LEASE, limit: int = 100
) -> tuple[Delivery, ...]:
    return tx.outbox.claim(now, limit, EVERYWHERE, lease)
