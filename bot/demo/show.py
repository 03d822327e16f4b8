"""The show: the real poller, pipeline and dispatcher, stepped through three years of events."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from bot import log
from bot.app.asking import ask_once
from bot.app.build import Builder, Parts, open_store
from bot.app.clock import SimulatedClock
from bot.demo.outlets import DemoItem, Outlets, recorded
from bot.ingest.catalog import load_feeds, load_watchlists
from bot.platforms.console.render import page
from bot.platforms.console.send import PLACE
from bot.ports import Transaction
from bot.settings import Settings, load_settings
from news.feed import FeedId, FeedSpec

# Items this close together appear in one step: what one round of polls finds.
STEP = timedelta(hours=3)
# After each step the clock runs on, so that an edit of an alert (at most one a minute) goes out.
EDITS = timedelta(minutes=2)
TIMELINE = "mali"

NEXT = """What next?

  sahelwatch feeds list          the outlets it would poll, with their reliability
  sahelwatch watchlists check    what it watches for, and doubtful terms
  make run                       the real bot, alerts on this console, no token needed
  README.md, "Telegram" and "Discord": create the bot, put its token into .env, /subscribe in a chat
"""


def show(seconds: float) -> int:
    """Run the demo in about that many seconds; returns the exit code."""
    items = recorded()
    clock = SimulatedClock(items[0].at - timedelta(days=1))
    console = Console()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sahelwatch-demo-")))
        outlets = stack.enter_context(Outlets(items, clock.now))
        chosen = load_settings(
            database_url=f"sqlite:///{folder}/demo.db", allow_loopback_feeds=True, poll_seconds=1,
            console=True, telegram_token="", discord_token="", proxy="", max_age_hours=48, backlog_hours=0,
        )  # fmt: skip
        log.configure("console", "error", ())
        store = open_store(chosen, writer=True)
        stack.callback(store.close)
        builder = Builder(chosen, store, clock)
        stack.callback(builder.store.close)
        with store.transaction() as tx:
            _prepare(tx, chosen, outlets, clock)
        _introduce(console, items, outlets)
        asyncio.run(_play(builder, items, clock, seconds, console))
        _conclude(console, chosen, clock)
    return 0


def _prepare(tx: Transaction, chosen: Settings, outlets: Outlets, clock: SimulatedClock) -> None:
    known = {spec.id: spec for spec in load_feeds(chosen.feeds)} if chosen.feeds.exists() else {}
    tx.feeds.sync([_spec(name, known, outlets) for name in outlets.names])
    tx.watchlists.sync(load_watchlists(chosen.watchlists))
    chat = tx.chats.ensure(PLACE)
    for watchlist in tx.watchlists.all():
        tx.chats.subscribe(chat.id, watchlist.id, clock.now())


def _spec(name: str, known: dict[FeedId, FeedSpec], outlets: Outlets) -> FeedSpec:
    """The catalogue's outlet, at its loopback address."""
    spec = known.get(FeedId(name)) or FeedSpec(FeedId(name), name, "")
    return replace(spec, url=outlets.url(name))


def _introduce(console: Console, items: Sequence[DemoItem], outlets: Outlets) -> None:
    console.print(
        f"{len(items)} recorded items of {len(outlets.names)} outlets, {items[0].at:%b %Y} to "
        f"{items[-1].at:%b %Y}, served on loopback and polled by the real code.",
        "Outlets that tell one event share one alert; a later one edits it in place.",
        sep="\n",
    )


async def _play(
    builder: Builder, items: Sequence[DemoItem], clock: SimulatedClock, seconds: float, console: Console
) -> None:
    parts = builder.parts(tell=False)  # months pass in a second: every feed would seem stale
    steps = _steps(items)
    try:
        await _round(parts, clock)  # first sight: every feed is known, and still empty
        for number, at in enumerate(steps):
            if number == 0 or at.date() != steps[number - 1].date():
                console.print(Rule(Text(f"{at:%d %B %Y}"), style="dim"))
            clock.move_to(at)
            await _round(parts, clock)
            await asyncio.sleep(seconds / len(steps))
    finally:
        await parts.close()


async def _round(parts: Parts, clock: SimulatedClock) -> None:
    """One poll of every feed and the sends that come of it, then the edits that fall due."""
    while await parts.poller.tick():
        pass
    await parts.dispatcher.pump()
    clock.move_to(clock.now() + EDITS)
    await parts.dispatcher.pump()


def _steps(items: Sequence[DemoItem]) -> list[datetime]:
    """The times at which the feeds are polled: soon after each bunch of items."""
    steps = [items[0].at]
    for item in items[1:]:
        if item.at - steps[-1] > STEP:
            steps.append(item.at)
        elif item.at > steps[-1]:
            steps[-1] = item.at
    return steps


def _conclude(console: Console, chosen: Settings, clock: SimulatedClock) -> None:
    console.print(Rule(Text(f"/timeline {TIMELINE}"), style="bold"))
    reply, _ = ask_once(chosen, "timeline", f"{TIMELINE} 1500d", at=clock.now())
    console.print(page(reply.page))
    console.print(NEXT, markup=False, highlight=False)
