"""`feeds check`: every feed fetched and parsed once, by the bot's own code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.app.clock import SystemClock
from bot.ingest.fetch import Fetcher
from bot.ingest.parse import Parser
from bot.settings import Settings
from news.feed import Feed, FeedState, Fetched, FetchFailed
from news.item import ParsedFeed
from news.text import display

AT_ONCE = 8
# A feed whose newest item is older than this is shown as stale: daily outlets are by far.
STALE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Checked:
    """What one feed gave. `state` is ok, stale, empty or failed; `moved_to` where permanent
    redirects led."""

    id: str
    url: str
    state: str
    items: int = 0
    newest: datetime | None = None
    moved_to: str = ""
    fault: str = ""
    detail: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id, "url": self.url, "state": self.state, "items": self.items,
            "newest": self.newest.isoformat() if self.newest else None,
            "moved_to": self.moved_to or None, "fault": self.fault or None, "detail": self.detail or None,
        }  # fmt: skip


def check(chosen: Settings, feeds: Sequence[Feed]) -> list[Checked]:
    """Fetch and parse the feeds, with a progress bar on standard error; in the order given."""
    columns = (
        TextColumn("check"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[last]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("check", total=len(feeds), last="")
        return asyncio.run(_check(chosen, feeds, lambda id_: bar.update(task, advance=1, last=id_)))


async def _check(chosen: Settings, feeds: Sequence[Feed], done: Callable[[str], object]) -> list[Checked]:
    clock = SystemClock()
    slots = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:
        fetcher = Fetcher(
            clock, user_agent=chosen.agent, proxy=chosen.proxy.get_secret_value(),
            allow_loopback=chosen.allow_loopback_feeds,
        )  # fmt: skip
        stack.push_async_callback(fetcher.close)
        parser = Parser()
        stack.push_async_callback(parser.close)

        async def one(feed: Feed) -> Checked:
            async with slots:
                checked = await _one(fetcher, parser, feed, clock.now())
            done(checked.id)
            return checked

        return list(await asyncio.gather(*map(one, feeds)))


async def _one(fetcher: Fetcher, parser: Parser, feed: Feed, now: datetime) -> Checked:
    # Without what earlier polls learnt: the whole feed is wanted, and whether the file's address works.
    fresh = replace(feed, state=FeedState())
    fetched = await fetcher.fetch(fresh)
    if not isinstance(fetched, Fetched):
        return _failed(feed, fetched if isinstance(fetched, FetchFailed) else None)
    parsed = await parser.parse(fresh, fetched, now)
    if isinstance(parsed, FetchFailed):
        return replace(_failed(feed, parsed), moved_to=fetched.moved_to)
    newest = max((item.published for item in parsed.items if item.published), default=None)
    return Checked(
        feed.spec.id,
        feed.spec.url,
        _state(parsed, newest, now),
        parsed.total,
        newest,
        fetched.moved_to,
        detail=_note(parsed, newest),
    )


def _failed(feed: Feed, failed: FetchFailed | None) -> Checked:
    fault, detail = (failed.fault.value, failed.detail) if failed else ("", "not modified")
    return Checked(feed.spec.id, feed.spec.url, "failed", fault=fault, detail=display(detail)[:300])


def _state(parsed: ParsedFeed, newest: datetime | None, now: datetime) -> str:
    if not parsed.items:
        return "empty"
    return "stale" if newest and now - newest > STALE else "ok"


def _note(parsed: ParsedFeed, newest: datetime | None) -> str:
    return "its items carry no dates" if parsed.items and newest is None else ""


def table(checked: Sequence[Checked], now: datetime) -> Table:
    """The result for people to read."""
    colours = {"ok": "green", "stale": "yellow", "empty": "yellow", "failed": "red"}
    shown = Table(show_edge=False)
    for name in ("feed", "state", "newest", "remarks"):
        shown.add_column(name, overflow="fold", no_wrap=name != "remarks")
    shown.add_column("items", justify="right")
    for row in checked:
        remarks = ": ".join(filter(None, (row.fault, row.detail)))
        moved = f"moved to {row.moved_to}" if row.moved_to else ""
        shown.add_row(
            row.id, f"[{colours[row.state]}]{row.state}[/]", ago(row.newest, now),
            escape("; ".join(filter(None, (remarks, moved)))), str(row.items),
        )  # fmt: skip
    return shown


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, in one unit."""
    if at is None:
        return "-"
    seconds = max(0, int((now - at).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"
