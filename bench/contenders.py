"""The contenders of `bench.poll`, each in a process of its own: `python -m bench.contenders NAME …`.

Does a round for each line on its standard input (`first`, `unchanged`, `changed`, `plain`), so that
all contenders can be led through the same rounds side by side. Prints one JSON line per round: CPU
seconds (user and system, parser child included), wall seconds, peak memory so far in MB (child
included), and how many items it knows."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.feeds import address

ROUNDS = ("first", "unchanged", "changed", "plain")
_TICKS = os.sysconf("SC_CLK_TCK")


def rounds(port: int, run: str, poll: Callable[[], int], child: Callable[[], int | None]) -> None:
    for name in map(str.strip, sys.stdin):
        if name in ("changed", "plain"):
            what = "change" if name == "changed" else "plain"
            urllib.request.urlopen(f"http://127.0.0.1:{port}/{run}/{what}").read()
        cpu, wall = _cpu(child()), time.monotonic()
        known = poll()
        line = {
            "round": name,
            "cpu": _cpu(child()) - cpu,
            "wall": time.monotonic() - wall,
            "peak_mb": _peak(child()),
            "items": known,
        }
        print(json.dumps(line), flush=True)


def _cpu(child: int | None) -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = time.process_time() + ended.ru_utime + ended.ru_stime
    if child is not None:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / _TICKS
    return used


def _peak(child: int | None) -> float:
    return sum(_high_water(pid) for pid in ("self", child) if pid is not None) / 1024


def _high_water(pid: str | int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def prepare(urls: list[str], folder: Path) -> None:
    """The database as a bot finds it that has been set up before: migrated, files synced."""
    from bot.ingest.catalog import load_watchlists
    from news.feed import FeedId, FeedSpec
    from storage import Store

    store = Store.open(_database(folder))
    store.upgrade()
    with store.transaction() as tx:
        tx.feeds.sync([FeedSpec(FeedId(f"f{n}"), f"Feed {n}", url) for n, url in enumerate(urls)])
        tx.watchlists.sync(load_watchlists(Path("watchlists.yaml")))
    store.close()


def _database(folder: Path) -> str:
    return f"sqlite:///{folder / 'bench.db'}"


def sahelwatch(urls: list[str], port: int, run: str, folder: Path) -> None:
    """The real poller, storage, pipeline with the starter watchlists, and parser child; a clock that
    can be set forward."""
    import logging
    import multiprocessing

    import structlog

    from bot.app.thread import IntakeStore, StoreThread
    from bot.ingest.fetch import Fetcher
    from bot.ingest.parse import Parser
    from bot.pipeline import Pipeline, Rules
    from bot.poller import Poller
    from storage import Store

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    setup = multiprocessing.get_context("spawn").Process(target=prepare, args=(urls, folder))
    setup.start()
    setup.join()
    store = Store.open(_database(folder))
    clock = _Clock()
    thread = StoreThread(store)
    pipeline = Pipeline(Rules())
    with asyncio.Runner() as runner:

        async def build() -> tuple[Fetcher, Parser, Poller]:
            fetcher = Fetcher(clock, user_agent="bench (localhost)", allow_loopback=True, spacing=0.0)
            parser = Parser()
            intake = IntakeStore(thread, pipeline)
            poller = Poller(
                intake, fetcher, parser, pipeline.take_in, clock, holder="bench", poll_seconds=60.0
            )
            return fetcher, parser, poller

        fetcher, parser, poller = runner.run(build())

        async def poll() -> int:
            clock.ahead += timedelta(minutes=10)
            while await poller.tick():
                pass
            return await thread.run(lambda tx: sum(tx.items.counts().values()))

        rounds(port, run, lambda: runner.run(poll()), lambda: parser.pid)
        runner.run(_close(fetcher.close, parser.close))
    thread.close()
    store.close()


async def _close(*closes: Callable[[], Awaitable[None]]) -> None:
    for close in closes:
        await close()


class _Clock:
    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def reader(urls: list[str], port: int, run: str, folder: Path) -> None:
    """The `reader` library, 20 workers, as its documentation advises for many feeds."""
    import feedparser_sgmllib

    # The feedparser that comes inside `reader` imports it by its name of before 6.0.12.
    sys.modules.setdefault("sgmllib", feedparser_sgmllib)
    from reader import make_reader

    known = make_reader(str(folder / "reader.db"))
    for url in urls:
        known.add_feed(url)

    def poll() -> int:
        known.update_feeds(workers=20, scheduled=False)
        return known.get_entry_counts().total or 0

    rounds(port, run, poll, lambda: None)


def feedparser(urls: list[str], port: int, run: str, folder: Path) -> None:  # noqa: ARG001
    """feedparser by itself, one feed after the other, ETags kept, items by id in memory."""
    import feedparser as library

    tags: dict[str, str] = {}
    items: set[tuple[str, str]] = set()

    def poll() -> int:
        for url in urls:
            found = library.parse(url, etag=tags.get(url))
            tags[url] = found.get("etag") or tags.get(url, "")
            items.update((url, entry.get("id", "")) for entry in found.entries)
        return len(items)

    rounds(port, run, poll, lambda: None)


CONTENDERS = {"sahelwatch": sahelwatch, "reader": reader, "feedparser": feedparser}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("name", choices=CONTENDERS)
    arguments.add_argument("feeds", type=int)
    arguments.add_argument("port", type=int)
    arguments.add_argument("run")
    chosen = arguments.parse_args()
    urls = [f"http://{address(n)}:{chosen.port}/{chosen.run}/{n}" for n in range(chosen.feeds)]
    with tempfile.TemporaryDirectory() as folder:
        CONTENDERS[chosen.name](urls, chosen.port, chosen.run, Path(folder))


if __name__ == "__main__":
    main()
