"""Small watchlists and feeds to try the flow on, in the project's own words."""

from __future__ import annotations

from datetime import UTC, datetime

from news.feed import Feed, FeedId, FeedSpec, FeedState, Reliability
from news.item import Item, ParsedFeed
from news.watch import Entity, EntityId, Kind, Term, Watchlist, WatchlistId

NOW = datetime(2024, 7, 28, 9, 0, tzinfo=UTC)


def an_entity(name: str, kind: Kind, *terms: str) -> Entity:
    return Entity(
        EntityId(name.lower().replace(" ", "-")), name, kind, tuple(Term(t) for t in (name, *terms))
    )


MALI = Watchlist(
    WatchlistId("mali"),
    "Mali",
    (
        an_entity("Mali", Kind.STATE, "Malian", "malien"),
        an_entity("Tinzaouaten", Kind.PLACE),
        an_entity("Kidal", Kind.PLACE),
    ),
)
WAGNER = Watchlist(WatchlistId("wagner"), "Wagner", (an_entity("Wagner", Kind.GROUP, "Africa Corps"),))
LISTS = (MALI, WAGNER)


def a_feed(name: str = "courier", *, seen: bool = True, **spec: object) -> Feed:
    """A feed that has had its first poll, unless `seen` is False."""
    described = FeedSpec(
        FeedId(name),
        name.title(),
        f"https://{name}.example/feed",
        reliability=Reliability.B,
        **spec,  # type: ignore[arg-type]
    )
    state = FeedState(baseline_at=NOW, ok_at=NOW) if seen else FeedState()
    return Feed(described, state)


def an_item(number: int, title: str, text: str = "", **changes: object) -> Item:
    fields: dict[str, object] = {
        "guid": f"g{number}", "link": f"https://news.example/{number}", "title": title, "text": text,
        "published": NOW, "language": "en",
    }  # fmt: skip
    return Item(**(fields | changes))  # type: ignore[arg-type]


def parsed(*items: Item) -> ParsedFeed:
    return ParsedFeed(items, total=len(items))
