"""`poll`: the first of the two pumps alone."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter

from rich.console import Console
from rich.table import Table

from bot.app.bot import TICK_SECONDS
from bot.app.build import Builder
from bot.ports import Transaction
from news.feed import Feed


async def poll_until(builder: Builder, *, once: bool, as_json: bool) -> int:
    """Poll what is due, once or until a signal; prints what came; 1 where a feed failed."""
    poller = builder.poller()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        before = await builder.store.run(_counts)
        while True:
            polled = await poller.tick()
            if (once and not polled) or stop.is_set():
                break
            if not once and not polled:
                await asyncio.sleep(TICK_SECONDS)
        after = await builder.store.run(_counts)
        feeds = await builder.store.run(_feeds)
    finally:
        await builder.parser.close()
        await builder.fetcher.close()
    failed = [feed for feed in feeds if feed.state.failures]
    _print({name: after[name] - before[name] for name in after}, feeds, failed, as_json=as_json)
    return 1 if failed else 0


def _counts(tx: Transaction) -> Counter[str]:
    counts = Counter({fate.value: number for fate, number in tx.items.counts().items()})
    counts["alerts"] = tx.alerts.count()
    return counts


def _feeds(tx: Transaction) -> tuple[Feed, ...]:
    return tx.feeds.all()


def _print(counts: dict[str, int], feeds: tuple[Feed, ...], failed: list[Feed], *, as_json: bool) -> None:
    if as_json:
        faults = {feed.spec.id: f"{feed.state.fault}: {feed.state.detail}" for feed in failed}
        print(json.dumps({"feeds": len(feeds), "failed": faults, "new": counts}, ensure_ascii=False))
        return
    table = Table(title=f"{len(feeds)} feeds, {len(failed)} failed")
    table.add_column("new items, by fate")
    table.add_column("", justify="right")
    for name, number in counts.items():
        table.add_row(name, f"{number:,}")
    console = Console()
    console.print(table)
    for feed in failed:
        console.print(f"{feed.spec.id}: {feed.state.fault}: {feed.state.detail}", markup=False)
