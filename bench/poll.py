"""Polling beside the `reader` library and plain feedparser: `make bench-poll`.

Feeds are served on loopback by a process of their own. Rounds: `first` (all is new), `unchanged` (304),
`changed` (five feeds in a hundred have two new items), `plain` (no validators: the same body again).
The figure is feeds per CPU second, user and system, child processes included: wall time on a shared
machine says little. The contenders do each round in turn, so that all meet the same load; of repeated
rounds the median counts."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.contenders import CONTENDERS, ROUNDS

GOALS = {"unchanged": 2.0, "changed": 3.0, "plain": 20.0}
"""Times the `reader` library's rate."""

MOST_MB = 130.0
REPEATS = {"first": 1, "unchanged": 5, "changed": 5, "plain": 1}
_WORDS = {
    "first": "first fetch",
    "unchanged": "unchanged (304)",
    "changed": "5 % changed",
    "plain": "no validators",
}


@contextmanager
def server(feeds: int) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.feeds", str(feeds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


class Contender:
    """A contender's process, led from here round by round."""

    def __init__(self, name: str, feeds: int, port: int, stack: ExitStack) -> None:
        command = [sys.executable, "-m", "bench.contenders", name, str(feeds), str(port), name]
        self._process = stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        self._feeds = feeds
        self._rates: dict[str, list[float]] = {name: [] for name in ROUNDS}
        self.peak_mb = 0.0
        self.items = 0
        stack.callback(self.end)

    def round(self, name: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(name, file=self._process.stdin, flush=True)
        while not (line := self._process.stdout.readline()).startswith('{"round"'):
            if not line:
                raise SystemExit("a contender died")
        said = json.loads(line)
        self._rates[name].append(self._feeds / max(said["cpu"], 1e-6))
        self.peak_mb, self.items = max(self.peak_mb, said["peak_mb"]), said["items"]

    def rate(self, name: str) -> float:
        """Feeds per CPU second."""
        return median(self._rates[name])

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()


def measure(names: Sequence[str], feeds: int, port: int, done: Callable[[str], None]) -> dict[str, Contender]:
    with ExitStack() as stack:
        contenders = {name: Contender(name, feeds, port, stack) for name in names}
        for round_ in ROUNDS:
            for _ in range(REPEATS[round_]):
                for name, contender in contenders.items():
                    done(f"{feeds:,} feeds: {_WORDS[round_]}, {name}")
                    contender.round(round_)
    return contenders


def report(console: Console, feeds: int, figures: dict[str, Contender]) -> bool:
    """Prints the table; whether the goals are met."""
    table = Table(title=f"{feeds:,} feeds: feeds per CPU second, and times the rate of `reader`")
    table.add_column("round")
    for name in figures:
        table.add_column(name, justify="right")
    for other in ("reader", "feedparser"):
        table.add_column(f"× {other}", justify="right")
    table.add_column("goal", justify="right")
    met = True
    for round_ in ROUNDS:
        ours = figures["sahelwatch"].rate(round_)
        ratios = {name: ours / figures[name].rate(round_) for name in figures if name != "sahelwatch"}
        goal = GOALS.get(round_)
        met = met and (goal is None or "reader" not in ratios or ratios["reader"] >= goal)
        table.add_row(
            _WORDS[round_],
            *(f"{of.rate(round_):,.0f}" for of in figures.values()),
            *(f"{ratios[name]:.1f}" if name in ratios else "" for name in ("reader", "feedparser")),
            f"≥ {goal:g} × reader" if goal else "",
        )
    table.add_row(
        "peak memory, MB", *(f"{of.peak_mb:.0f}" for of in figures.values()), "", "", f"≤ {MOST_MB:.0f}"
    )
    table.add_row("items known at the end", *(f"{of.items:,}" for of in figures.values()), "", "", "")
    console.print(table)
    return met and figures["sahelwatch"].peak_mb <= MOST_MB


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, prog="bench.poll")
    arguments.add_argument("--feeds", type=int, nargs="+", default=[500, 2000], metavar="N")
    arguments.add_argument("--quick", action="store_true", help="100 feeds only")
    arguments.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    chosen = arguments.parse_args()
    console = Console()
    met = True
    for feeds in [100] if chosen.quick else chosen.feeds:
        with server(feeds) as port, Progress(console=console, transient=True) as progress:
            total = sum(REPEATS.values()) * len(chosen.only)
            done = partial(progress.update, progress.add_task("", total=total + 1), advance=1)
            figures = measure(chosen.only, feeds, port, lambda what, done=done: done(description=what))
        met = report(console, feeds, figures) and met
    console.print("All goals are met." if met else "Some goals are not met.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
