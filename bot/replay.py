"""Recorded items through the whole pipeline on a simulated clock."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

from bot.app.clock import SimulatedClock
from bot.dispatcher import Dispatcher
from bot.dispatcher.pump import EDIT_GAP
from bot.pipeline import Intake, Pipeline, Rules
from bot.platforms.console.send import PLACE
from bot.ports import Sender, T
from news.chat import Platform
from news.feed import Feed, FeedId, FeedSpec, FeedState
from news.item import Fate, Item, ItemId, ParsedFeed
from news.text import display, plain
from news.watch import Watchlist
from storage import Store, Transaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded line. `at` is when it appears: its date, or that of the line before it."""

    line: int
    id: object
    source: str
    item: Item
    at: datetime


@dataclass(frozen=True, slots=True)
class BadLine:
    file: str
    line: int
    why: str


class InlineStore:
    """Runs storage work in the caller's thread: a replay has nothing to wait for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, work: Callable[..., T], *args: object) -> T:
        with self._store.transaction() as tx:
            return work(tx, *args)


# ---- reading ---------------------------------------------------------------------------------


def read(name: str, lines: Iterable[bytes]) -> Iterator[Recorded | BadLine]:
    """Items of JSON lines. Only `title` is required; null or absent is allowed for the rest."""
    last: datetime | None = None
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            recorded = _recorded(number, raw, last)
        except ValueError as error:
            yield BadLine(name, number, str(error))
        else:
            last = recorded.at if recorded.item.published else last
            yield recorded


def _recorded(number: int, raw: bytes, last: datetime | None) -> Recorded:
    try:
        value = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    texts = {key: _text(value, key) for key in ("title", "description", "link", "source", "language")}
    if not texts["title"].strip():
        raise ValueError("title is missing or empty")
    published = _date(_text(value, "published"))
    item = Item(
        link=texts["link"].strip(),
        title=display(plain(texts["title"])),
        text=display(plain(texts["description"])),
        published=published,
        language=texts["language"].strip().lower()[:2],
    )
    at = published or last or datetime.min.replace(tzinfo=UTC)
    return Recorded(number, value.get("id"), texts["source"].strip() or "recorded", item, at)


def _text(value: Mapping[str, object], key: str) -> str:
    text = value.get(key)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise ValueError(f"{key} must be text, not {type(text).__name__}")
    return text.encode("utf-8", "replace").decode("utf-8")


def _date(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"published is not an ISO 8601 date: {text!r:.60}") from None


def in_order(items: Sequence[Recorded]) -> list[Recorded]:
    """By date; undated lines keep their place behind the line before them."""
    first = min((r.at for r in items if r.item.published), default=datetime.now(UTC))
    dated = [r if r.at.year > 1 else Recorded(r.line, r.id, r.source, r.item, first) for r in items]
    return sorted(dated, key=lambda r: r.at)


# ---- sources ---------------------------------------------------------------------------------


def specs_for(sources: Iterable[str], catalogue: Sequence[FeedSpec]) -> dict[str, FeedSpec]:
    """A feed for each source: the catalogue's where id, URL or title fits, else a plain one."""
    known: dict[str, FeedSpec] = {}
    for spec in catalogue:
        for name in (spec.id, spec.url, spec.title):
            known.setdefault(name.casefold(), spec)
    out: dict[str, FeedSpec] = {}
    ids: Counter[str] = Counter(spec.id for spec in catalogue)
    for source in sources:
        found = known.get(source.casefold())
        out[source] = found or _unknown(source, ids)
    return out


def _unknown(source: str, ids: Counter[str]) -> FeedSpec:
    host = (urlsplit(source).hostname or source).removeprefix("www.")
    slug = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-") or "source"
    ids[slug] += 1
    unique = slug if ids[slug] == 1 else f"{slug}-{ids[slug]}"
    url = source if urlsplit(source).scheme in ("http", "https") else f"https://{unique}.invalid/feed"
    return FeedSpec(FeedId(unique), host, url)


# ---- running ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Report:
    """What a replay came to. The fates add up to the items."""

    items: int = 0
    fates: Counter[Fate] = field(default_factory=Counter)
    alerts: int = 0
    edits: int = 0


class Replay:
    """Drives the pipeline and the dispatcher with recorded items, one chat on all watchlists."""

    def __init__(
        self,
        store: Store,
        specs: Mapping[str, FeedSpec],
        watchlists: Sequence[Watchlist],
        clock: SimulatedClock,
        sender: Sender,
        *,
        max_age: timedelta,
        ids: dict[ItemId, object],
    ) -> None:
        self._store = InlineStore(store)
        self._clock = clock
        self._specs = specs
        self._ids = ids
        self._pipeline = Pipeline(Rules(max_age=max_age, backlog=None))
        self._dispatcher = Dispatcher(self._store, {Platform.CONSOLE: sender}, clock)
        self._edits_until: datetime | None = None
        self.report = Report()
        with store.transaction() as tx:
            prepare(tx, tuple(specs.values()), watchlists, clock.now())

    async def run(self, items: Sequence[Recorded], *, speed: float, step: Callable[[], None]) -> Report:
        """`speed`: simulated seconds per real second, 0 as fast as it goes; `step` after each."""
        real, start = time.monotonic(), items[0].at if items else self._clock.now()
        for recorded in items:
            if speed > 0:
                due = real + (recorded.at - start).total_seconds() / speed
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._pass_to(recorded.at)
            await self._take(recorded)
            step()
        await self._pass_to(self._clock.now() + 2 * EDIT_GAP)
        return self.report

    async def _pass_to(self, at: datetime) -> None:
        """Let time pass; edits that fall due on the way go out at their time."""
        while self._edits_until is not None and self._clock.now() + EDIT_GAP <= at:
            self._clock.move_to(self._clock.now() + EDIT_GAP)
            sent = await self._dispatcher.pump()
            if not sent and self._clock.now() >= self._edits_until:
                self._edits_until = None
        self._clock.move_to(at)

    async def _take(self, recorded: Recorded) -> None:
        feed = Feed(self._specs[recorded.source], FeedState())
        parsed = ParsedFeed((recorded.item,), total=1)
        now = self._clock.now()
        intake = await self._store.run(self._pipeline.take_in, feed, parsed, FeedState(), now)
        (taken,) = intake.items
        self._ids.setdefault(taken.item, recorded.id)
        self._count(taken.fate, intake)
        if intake.raised or intake.edited or intake.deliveries:
            await self._dispatcher.pump()
        if intake.edited:
            self._edits_until = now + 2 * EDIT_GAP

    def _count(self, fate: Fate, intake: Intake) -> None:
        self.report.items += 1
        self.report.fates[fate] += 1
        self.report.alerts += len(intake.raised)
        self.report.edits += len(intake.edited)


def prepare(
    tx: Transaction, specs: Sequence[FeedSpec], watchlists: Sequence[Watchlist], now: datetime
) -> None:
    """Put feeds, watchlists and the one chat into the database."""
    tx.feeds.sync(specs)
    tx.watchlists.sync(watchlists)
    chat = tx.chats.ensure(PLACE)
    for watchlist in tx.watchlists.all():
        tx.chats.subscribe(chat.id, watchlist.id, now)


def open_items(path: str, stdin: IO[bytes]) -> IO[bytes]:
    """A file of JSON lines, gzip if its name says so; "-" is standard input."""
    if path == "-":
        return stdin
    if path.endswith(".gz"):
        import gzip

        return cast("IO[bytes]", gzip.open(path, "rb"))
    return Path(path).open("rb")
