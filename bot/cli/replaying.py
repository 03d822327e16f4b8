"""What `replay` prints, and where it reads and keeps."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.app.clock import SimulatedClock
from bot.cli.fail import BAD_INPUT, fail
from bot.ingest.catalog import load_feeds, load_watchlists
from bot.platforms.console.send import ConsoleSender
from bot.replay import (
    BadLine,
    Recorded,
    Replay,
    Report,
    in_order,
    open_items,
    read,
    specs_for,
)
from bot.settings import Settings
from news.feed import FeedSpec
from news.item import Fate, ItemId
from storage import Store


def replay_files(
    chosen: Settings, names: Sequence[str], *, speed: float, as_json: bool, db: str, watchlists: Path | None
) -> int:
    """Replay the files and print alerts and the closing table; returns the number of bad lines."""
    items, bad = _read_all(names)
    lists = load_watchlists(watchlists or chosen.watchlists)
    specs = specs_for(dict.fromkeys(r.source for r in items), _catalogue(chosen))
    clock = SimulatedClock(items[0].at if items else datetime.now(UTC))
    ids: dict[ItemId, object] = {}
    sender = ConsoleSender(clock, json_lines=as_json or None, item_id=ids.get)
    with ExitStack() as stack:
        store = _fresh_store(stack, db)
        max_age = timedelta(hours=chosen.max_age_hours)
        replay = Replay(store, specs, lists, clock, sender, max_age=max_age, ids=ids)
        report = _run(replay, items, speed)
    quiet = as_json or not sys.stdout.isatty()
    Console(stderr=quiet).print(fate_table(report))
    return bad


def _read_all(names: Sequence[str]) -> tuple[list[Recorded], int]:
    items: list[Recorded] = []
    bad = 0
    for name in names:
        try:
            with open_items(name, sys.stdin.buffer) as lines:
                for entry in read(name, lines):
                    if isinstance(entry, BadLine):
                        bad += 1
                        typer.echo(f"{entry.file}:{entry.line}: {entry.why}", err=True)
                    else:
                        items.append(entry)
        except (OSError, EOFError) as error:
            fail([f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}"], BAD_INPUT)
    return in_order(items), bad


def _catalogue(chosen: Settings) -> tuple[FeedSpec, ...]:
    return load_feeds(chosen.feeds) if chosen.feeds.exists() else ()


def _fresh_store(stack: ExitStack, url: str) -> Store:
    if not url:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sahelwatch-replay-"))
        url = f"sqlite:///{folder}/replay.db"
    store = Store.open(url)
    stack.callback(store.close)
    store.lock_writer()
    store.upgrade()
    return store


def _run(replay: Replay, items: Sequence[Recorded], speed: float) -> Report:
    columns = (
        TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[at]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("replay", total=len(items), at="")
        dates = iter([f"{r.at:%Y-%m-%d}" for r in items])
        return asyncio.run(
            replay.run(items, speed=speed, step=lambda: progress.update(task, advance=1, at=next(dates)))
        )


def fate_table(report: Report) -> Table:
    """How many items met which fate; the sum is the number of items."""
    table = Table(title="What became of the items")
    table.add_column("fate")
    table.add_column("items", justify="right")
    for fate in Fate:
        if report.fates[fate]:
            table.add_row(fate.value, f"{report.fates[fate]:,}")
    table.add_section()
    table.add_row("all items", f"{report.items:,}")
    table.add_row("alerts", f"{report.alerts:,}")
    table.add_row("edits of alerts", f"{report.edits:,}")
    return table
