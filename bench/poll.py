"""Polling beside the `reader` library and plain feedparser: `make bench-poll`.

Feeds are served on loopback by a process of their own. Rounds: `first` (all is new), `unchanged` (304),
`changed` (five feeds in a hundred have two new items), `plain` (no validators: the same body again).
The figure is feeds per CPU second, user and system, child processes included: wall time on a shared
machine says little. Ratios are taken within one run."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.contenders import CONTENDERS, ROUNDS

GOALS = {"unchanged": 2.0, "changed": 3.0, "plain": 20.0}
"""Times the `reader` library's rate."""

MOST_MB = 130.0
_WORDS = {
    "first": "first fetch",
    "unchanged": "unchanged (304)",
    "changed": "5 % changed",
    "plain": "no validators",
}


@dataclass(frozen=True, slots=True)
class Figure:
    rate: float
    wall: float
    peak_mb: float
    items: int


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


def measure(name: str, feeds: int, port: int, run: str) -> dict[str, Figure]:
    command = [sys.executable, "-m", "bench.contenders", name, str(feeds), str(port), run]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    found = [json.loads(line) for line in lines if line.startswith('{"round"')]
    return {
        line["round"]: Figure(feeds / max(line["cpu"], 1e-6), line["wall"], line["peak_mb"], line["items"])
        for line in found
    }


def report(console: Console, feeds: int, figures: dict[str, dict[str, Figure]]) -> bool:
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
        ours = figures["sahelwatch"][round_].rate
        ratios = {name: ours / figures[name][round_].rate for name in figures if name != "sahelwatch"}
        goal = GOALS.get(round_)
        met = met and (goal is None or "reader" not in ratios or ratios["reader"] >= goal)
        table.add_row(
            _WORDS[round_],
            *(f"{of[round_].rate:,.0f}" for of in figures.values()),
            *(f"{ratios[name]:.1f}" if name in ratios else "" for name in ("reader", "feedparser")),
            f"≥ {goal:g} × reader" if goal else "",
        )
    table.add_row(
        "peak memory, MB", *(f"{_peak(of):.0f}" for of in figures.values()), "", "", f"≤ {MOST_MB:.0f}"
    )
    table.add_row(
        "items known at the end", *(f"{of['plain'].items:,}" for of in figures.values()), "", "", ""
    )
    console.print(table)
    return met and _peak(figures["sahelwatch"]) <= MOST_MB


def _peak(figures: dict[str, Figure]) -> float:
    return max(figure.peak_mb for figure in figures.values())


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
            task = progress.add_task(f"{feeds:,} feeds", total=len(chosen.only))
            figures = {}
            for name in chosen.only:
                progress.update(task, description=f"{feeds:,} feeds: {name}")
                figures[name] = measure(name, feeds, port, name)
                progress.advance(task)
        met = report(console, feeds, figures) and met
    console.print("All goals are met." if met else "Some goals are not met.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
