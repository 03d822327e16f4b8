"""Recorded news through the real process: `make stream`.

Serves the recorded March 2023 window and the French February 2025 file as live feeds, runs the bot
as a process of its own with the console and loopback fakes of both platforms, and prints what
became of every item. With --kill N the process is killed N times on the way. Needs the recorded
news (SAHELWATCH_DATA, else ../shared/data) and the server beside it (../tools/newsstream.py).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ruamel.yaml import YAML

from news.chat import ChatKind, Place, Platform
from news.delivery import DeliveryState
from storage import Store

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("SAHELWATCH_DATA") or ROOT.parent / "shared" / "data")
SERVER = DATA.parent / "tools" / "newsstream.py"
STREAMS = {
    "March 2023": ("window_2023-03-01_03-21.jsonl.gz", "2023-03-01", 21),
    "February 2025": ("fr_feeds_2025-02.jsonl", "2025-02-07", 20),
}
TELEGRAM_TOKEN = "123456:" + "T" * 35
DISCORD_TOKEN = "discord-stream-token"
TELEGRAM_CHAT = "1001"


@dataclass
class World:
    """One run's folder, addresses and processes."""

    folder: Path
    speed: float
    database: str
    ports: dict[str, int] = field(default_factory=dict)
    lives: int = 0
    start_seconds: list[float] = field(default_factory=list)

    def history(self, name: str) -> list[dict[str, object]]:
        path = self.folder / f"{name}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def get(url: str, data: bytes | None = None) -> dict[str, object]:
    with urllib.request.urlopen(url, data, timeout=20) as answer:
        value: dict[str, object] = json.loads(answer.read())
    return value


@contextmanager
def process(*command: str, env: dict[str, str] | None = None, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    with out.open("ab") as sink:
        started = subprocess.Popen(command, cwd=ROOT, env=env, stdout=sink, stderr=sink)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.terminate()
            try:
                started.wait(90)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def wait_for(url: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError as error:
            if getattr(error, "code", None):
                return
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def serve_streams(world: World, stack: ExitStack) -> list[dict[str, str]]:
    """Start a server a stream, its clock standing still; the feeds of both."""
    feeds: list[dict[str, str]] = []
    for number, (name, (file, start, _)) in enumerate(STREAMS.items()):
        port = world.ports[name] = 8600 + number + os.getpid() % 300 * 2
        stack.enter_context(
            process(
                sys.executable, str(SERVER), str(DATA / "stream" / file), "--port", str(port),
                "--start", start, "--speed", "0", "--window", "200", "--shift",
                out=world.folder / "server.log",
            )
        )  # fmt: skip
        wait_for(f"http://127.0.0.1:{port}/", 60)
        for row in get(f"http://127.0.0.1:{port}/")["feeds"]:  # type: ignore[attr-defined]
            feeds.append({"id": f"s{number}-{len(feeds):02}", "title": row["source"][:80], "url": row["url"]})
    return feeds


def set_speed(world: World, speed: float) -> None:
    for name in STREAMS:
        get(f"http://127.0.0.1:{world.ports[name]}/clock?speed={speed}", b"")


def served(world: World) -> int:
    return sum(int(get(f"http://127.0.0.1:{world.ports[n]}/")["served"]) for n in STREAMS)  # type: ignore[call-overload]


def subscribe(world: World, channel: str) -> None:
    """One chat on each platform, on every watchlist: what an analyst does with /subscribe all."""
    store = Store.open(world.database)
    store.upgrade()
    from bot.ingest.catalog import load_watchlists

    with store.transaction() as tx:
        tx.watchlists.sync(load_watchlists(ROOT / "watchlists.yaml"))
        for place in (
            Place(Platform.TELEGRAM, TELEGRAM_CHAT, kind=ChatKind.PRIVATE),
            Place(Platform.DISCORD, channel, kind=ChatKind.CHANNEL),
        ):
            chat = tx.chats.ensure(place)
            for watchlist in tx.watchlists.all():
                tx.chats.subscribe(chat.id, watchlist.id, datetime.now(UTC))
    store.close()


def bot_env(world: World, telegram: dict[str, str], discord: dict[str, str]) -> dict[str, str]:
    keep = {k: v for k, v in os.environ.items() if not k.startswith("SAHELWATCH_")}
    world.ports["metrics"] = 9300 + os.getpid() % 500
    mine = {
        "DATABASE_URL": world.database, "FEEDS": str(world.folder / "feeds.yaml"),
        "WATCHLISTS": str(ROOT / "watchlists.yaml"), "TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "TELEGRAM_API_BASE": telegram["base"], "DISCORD_TOKEN": DISCORD_TOKEN,
        "DISCORD_API_BASE": discord["api_base"], "DISCORD_GATEWAY": discord["gateway"], "CONSOLE": "1",
        "ALLOW_LOOPBACK_FEEDS": "1", "POLL_SECONDS": "2", "LOG_FORMAT": "json",
        "METRICS_PORT": str(world.ports["metrics"]),
    }  # fmt: skip
    return keep | {f"SAHELWATCH_{k}": v for k, v in mine.items()}


@contextmanager
def bot(world: World, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    world.lives += 1
    out = (world.folder / "console.jsonl").open("ab")
    err = (world.folder / "bot.log").open("ab")
    began = time.monotonic()
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=env, stdout=out, stderr=err
    )
    out.close()
    err.close()
    try:
        wait_for(f"http://127.0.0.1:{world.ports['metrics']}/healthz", 60)
        world.start_seconds.append(time.monotonic() - began)
        yield started
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
            started.wait(100)


def settle(world: World, seconds: float) -> None:
    """Wait until every feed was polled once more, nothing is pending and nothing new came."""
    end, asked = time.monotonic() + seconds, datetime.now(UTC)
    last: tuple[int, int] | None = None
    while time.monotonic() < end:
        now = (sum(item_counts(world).values()), open_deliveries(world))
        if now == last and now[1] == 0 and all_polled(world, asked):
            return
        last = now
        time.sleep(6)


def item_counts(world: World) -> Counter[str]:
    store = Store.open(world.database)
    with store.reading() as tx:
        counts = Counter({fate.value: n for fate, n in tx.items.counts().items()})
    store.close()
    return counts


def all_polled(world: World, since: datetime) -> bool:
    """Also the feeds whose claim a killed process took with it."""
    store = Store.open(world.database)
    with store.reading() as tx:
        checked = [feed.state.checked_at for feed in tx.feeds.all()]
    store.close()
    return all(at is not None and at > since for at in checked)


def open_deliveries(world: World) -> int:
    store = Store.open(world.database)
    with store.reading() as tx:
        counts = tx.outbox.counts()
    store.close()
    return sum(counts.get(s, 0) for s in (DeliveryState.PENDING, DeliveryState.SENDING))


def play(world: World, env: dict[str, str], kills: int, chance: random.Random) -> None:
    """Let the recorded time pass, killing the process as often as asked."""
    days = max(days for _, _, days in STREAMS.values())
    length = days * 86400 / world.speed
    moments = sorted(chance.uniform(8, length) for _ in range(kills))
    began = time.monotonic()
    set_speed(world, 0)
    for number in range(kills + 1):
        with bot(world, env) as running:
            if number == 0:
                time.sleep(6)  # first sight of every feed
                began = time.monotonic()
                set_speed(world, world.speed)
            until = moments[number] if number < kills else length
            while time.monotonic() - began < until:
                time.sleep(0.05)
                if running.poll() is not None:
                    raise SystemExit(f"the bot ended by itself: {running.returncode}")
            if number < kills:
                running.kill()
                running.wait()
            else:
                set_speed(world, 0)
                settle(world, 600)


def verdict(world: World) -> list[tuple[str, object]]:
    """Every alert for every chat: there, and once; from the fakes' histories and the database."""
    store = Store.open(world.database)
    with store.reading() as tx:
        alerts = tx.alerts.latest(1_000_000)
        rows = [row for alert in alerts for row in tx.outbox.of_alert(alert.id)]
        counts = tx.items.counts()
        stories = len(tx.stories.since(datetime(2000, 1, 1, tzinfo=UTC)))
    store.close()
    sends = {name: firsts(world.history(name)) for name in ("telegram", "discord")}
    shorts = {alert.short for alert in alerts}
    states = Counter(row.state.value for row in rows)
    lost = {n: sum(1 for s in shorts if not seen.get(s)) for n, seen in sends.items()}
    labelled = sum("Possible repeat" in json.dumps(m) for m in world.history("telegram"))
    doubled = {n: sum(c - 1 for c in seen.values() if c > 1) for n, seen in sends.items()}
    doubled["telegram"] -= min(labelled, doubled["telegram"])
    matched = sum(n for fate, n in counts.items() if fate.value not in ("no match", "same item"))
    return [
        ("items served (distinct feed and link)", served(world)),
        ("items stored", sum(counts.values())),
        *((f"  fate: {fate.value}", n) for fate, n in counts.items() if n),
        ("fates add up to items stored", sum(counts.values())),
        ("matched or known at first sight", matched),
        ("stories", stories),
        ("alerts", len(alerts)),
        ("deliveries", len(rows)),
        *((f"  deliveries {state}", n) for state, n in states.items()),
        ("Telegram messages / lost / doubled unlabelled / labelled repeats",
         f"{sum(sends['telegram'].values())} / {lost['telegram']} / {doubled['telegram']} / {labelled}"),
        ("Discord messages / lost / doubled",
         f"{sum(sends['discord'].values())} / {lost['discord']} / {doubled['discord']}"),
        ("exceptions in the log", exceptions(world)),
        ("starts to ready, seconds (median)", sorted(world.start_seconds)[len(world.start_seconds) // 2]),
    ]  # fmt: skip


def posts(history: list[dict[str, object]]) -> int:
    """New messages; an edit that fell due is none."""
    return sum(entry.get("event", entry.get("kind")) in ("message", "send", "alert") for entry in history)


def firsts(history: list[dict[str, object]]) -> Counter[str]:
    """How often each alert was posted as a new message, by the short id in it."""
    seen: Counter[str] = Counter()
    for entry in history:
        if entry.get("event", entry.get("kind")) not in ("message", "send"):
            continue
        ids = re.findall(r"#([0-9a-hjkmnp-tv-z]{5})\b", json.dumps(entry, ensure_ascii=False))
        seen.update(ids[-1:])
    return seen


def exceptions(world: World) -> int:
    log = (world.folder / "bot.log").read_text(errors="replace")
    return sum('"exception"' in line or line.startswith("Traceback") for line in log.splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", type=float, default=7200, help="recorded seconds per real second")
    parser.add_argument("--kill", type=int, default=0, help="kill -9 the bot so often on the way")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL (the pgserver wheel)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the run's files in this folder")
    args = parser.parse_args()
    if not SERVER.exists():
        raise SystemExit(f"the recorded news is not at {DATA}: set SAHELWATCH_DATA")
    with ExitStack() as stack:
        folder = args.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        world = World(folder, args.speed, _postgres(folder, stack) if args.postgres else _sqlite(folder))
        YAML().dump({"feeds": serve_streams(world, stack)}, folder / "feeds.yaml")
        telegram, discord = fakes(world, stack)
        subscribe(world, discord["channels"][0])
        env = bot_env(world, telegram, discord)
        play(world, env, args.kill, random.Random(args.seed))
        report(verdict(world))
        restart(world, env)


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder}/stream.db"


def _postgres(folder: Path, stack: ExitStack) -> str:
    """A PostgreSQL of the run's own."""
    import pgserver

    server = pgserver.get_server(folder / "postgres")
    stack.callback(server.cleanup)
    return str(server.get_uri())


def restart(world: World, env: dict[str, str]) -> None:
    """A restart sends nothing again."""
    before = {n: posts(world.history(n)) for n in ("telegram", "discord", "console")}
    with bot(world, env):
        time.sleep(10)
    after = {n: posts(world.history(n)) for n in before}
    report([(f"{n} messages posted by a restart", after[n] - before[n]) for n in before])


def fakes(world: World, stack: ExitStack) -> tuple[dict[str, str], dict[str, str]]:
    telegram = _fake(world, stack, "telegram", "--token", TELEGRAM_TOKEN, f"--chat={TELEGRAM_CHAT}:private")
    discord = _fake(world, stack, "discord", "--token", DISCORD_TOKEN, "--port", "0")
    return {"base": telegram.split()[-1]}, json.loads(discord)


def _fake(world: World, stack: ExitStack, name: str, *args: str) -> str:
    """Start a fake platform; its first line says where it listens."""
    log = world.folder / f"{name}-fake.log"
    history = str(world.folder / f"{name}.jsonl")
    stack.enter_context(
        process(sys.executable, "-m", f"tests.fakes.{name}", "--history", history, *args, out=log)
    )
    end = time.monotonic() + 20
    while "\n" not in log.read_text() and time.monotonic() < end:
        time.sleep(0.1)
    return log.read_text().splitlines()[0]


def report(rows: list[tuple[str, object]]) -> None:
    for name, value in rows:
        print(f"| {name} | {value:,} |" if isinstance(value, int) else f"| {name} | {value} |", flush=True)


if __name__ == "__main__":
    main()
