"""Items, matches and stories for the tests of stories."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.ingest.catalog import load_watchlists
from news.feed import FeedId
from news.item import Fate, Item, ItemId, StoredItem
from news.match import Matcher
from news.story import (
    Candidates,
    Joined,
    Member,
    Opened,
    Sketch,
    StoryId,
    StoryIndex,
    StoryView,
    place,
    sketch,
)
from news.watch import EntityId, Kind, Match, WatchlistId
from tests.data import ROOT

NOON = datetime(2023, 2, 7, 12, tzinfo=UTC)


def match(name: str, kind: Kind, field: str = "title", term: str = "", watchlist: str = "mali") -> Match:
    return Match(
        WatchlistId(watchlist), EntityId(name.lower()), kind, name, term or name, field, 0, len(name)
    )


def telling(
    title: str, text: str = "", language: str = "en", *, id: int = 1, hours: float = 0, publisher: str = "",
    matches: tuple[Match, ...] = (), link: str = "",
) -> Sketch:  # fmt: skip
    at = NOON + timedelta(hours=hours)
    item = Item(link=link, title=title, text=text, published=at, language=language)
    stand = tuple(_where_it_stands(each, item) for each in matches)
    return sketch(item, stand, publisher or f"outlet{id}", at, ItemId(id))


def _where_it_stands(found: Match, item: Item) -> Match:
    """The match with the place of the name's last word, where the item writes it so."""
    name = found.name.split()[-1]
    for field, text in (("title", item.title), ("text", item.text)):
        if name in text:
            return replace(found, field=field, start=text.index(name), end=text.index(name) + len(name))
    return found


def stories(*told: Sketch | tuple[Sketch, ...]) -> Candidates:
    """Open stories of one or several items each, numbered from 1."""
    views = (items if isinstance(items, tuple) else (items,) for items in told)
    return Candidates(tuple(StoryView(StoryId(n), items) for n, items in enumerate(views, 1)))


def placed(new: Sketch, *told: Sketch | tuple[Sketch, ...]) -> Joined | Opened:
    return place(new, stories(*told), new.at)


def member(
    id: int, title: str = "A title of some words", text: str = "", *, feed: str = "", language: str = "en",
    hours: float = 0, matches: tuple[Match, ...] = (), reprint: bool = False,
) -> Member:  # fmt: skip
    at = NOON + timedelta(hours=hours)
    item = Item(
        guid=str(id), link=f"https://x.example/{id}", title=title, text=text, published=at, language=language
    )
    return Member(
        StoredItem(ItemId(id), FeedId(feed or f"feed{id}"), item, at, Fate.ALERTED), matches, reprint
    )


@cache
def matcher() -> Matcher:
    return Matcher(load_watchlists(ROOT / "watchlists.yaml"))


@dataclass(frozen=True)
class Told:
    """A recorded line, what matched, and the story it was placed in (None: it matched nothing)."""

    line: dict[str, Any]
    matches: tuple[Match, ...]
    story: StoryId | None
    placed: Joined | Opened | None


def replay(path: Path) -> Iterator[Told]:
    """The lines of a file through matcher and placing in their order; a link met again is no new item."""
    index = StoryIndex()
    links = set()
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = json.loads(text)
        if line["link"] in links:
            continue
        links.add(line["link"])
        at = datetime.fromisoformat(line["at"])
        item = Item(
            link=line["link"],
            title=line["title"],
            text=line["description"],
            published=at,
            language=line["language"],
        )
        matches = matcher().find(item.title, item.text, item.language, line.get("country", ""))
        if not matches:
            yield Told(line, (), None, None)
            continue
        seen = sketch(item, matches, line["outlet"], at, ItemId(number))
        decision = place(seen, index.candidates(seen), at)
        story = decision.story if isinstance(decision, Joined) else StoryId(number)
        index.add(story, seen)
        index.commit()
        yield Told(line, matches, story, decision)


def pairs(told: list[Told]) -> str:
    """Precision and recall of pairs, and the pairs that went wrong, for a failing test to print."""
    both = [(a, b) for n, a in enumerate(told) for b in told[:n]]
    right = sum(a.story == b.story and a.line["event"] == b.line["event"] for a, b in both)
    joined = sum(a.story == b.story for a, b in both)
    wanted = sum(a.line["event"] == b.line["event"] for a, b in both)
    wrong = [
        f"{'merged' if a.story == b.story else 'split'}: {b.line['title']} | {a.line['title']} ({a.placed})"
        for a, b in both
        if (a.story == b.story) != (a.line["event"] == b.line["event"])
    ]
    return "\n".join([f"precision {right}/{joined}, recall {right}/{wanted}", *wrong])
