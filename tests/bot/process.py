"""The bot as a process of its own, with a loopback outlet and fakes of both platforms."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from storage import Store
from tests.data import ROOT
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.feeds import FeedServer, Said
from tests.fakes.telegram.server import FakeTelegram

CHAT = 1001
OWNER = 42
WATCHLISTS = """
watchlists:
  - id: mali
    title: Mali
    entities:
      - {id: mali, name: Mali, kind: state, source: own, terms: {en: [Mali, Malian], fr: [Mali, malien]}}
      - {id: kidal, name: Kidal, kind: place, source: own, terms: {any: [Kidal]}}
      - {id: gao, name: Gao, kind: place, source: own, terms: {any: [Gao]}}
"""


@dataclass
class Newsroom:
    """Outlets with their items, served as feeds that grow."""

    server: FeedServer
    items: dict[str, list[str]] = field(default_factory=dict)

    def publish(self, outlet: str, title: str, text: str = "") -> None:
        number = sum(map(len, self.items.values())) + 1
        link = f"https://{outlet}.example/{number}"
        self.items.setdefault(outlet, []).append(
            f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate><description>{escape(text)}</description></item>"
        )
        self.serve(outlet)

    def serve(self, outlet: str) -> None:
        rows = "".join(reversed(self.items.setdefault(outlet, [])))
        body = f'<rss version="2.0"><channel><title>{outlet}</title><link>https://{outlet}.example</link>{rows}</channel></rss>'
        self.server.answers[f"/{outlet}"] = Said(body.encode(), etag=f'"{len(self.items[outlet])}"')


@dataclass
class Room:
    """All of it. `lines` are what the console printed over all lives."""

    folder: Path
    news: Newsroom
    telegram: FakeTelegram
    discord: FakeDiscord
    database: str
    process: asyncio.subprocess.Process | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.folder / "console").read_text().splitlines()]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    async def start(self) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith("SAHELWATCH_")}
        env |= {f"SAHELWATCH_{k}": v for k, v in self.settings.items()}
        with (self.folder / "console").open("ab") as out, (self.folder / "log").open("ab") as err:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=env, stdout=out, stderr=err
            )

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 60)

    async def until(self, what: Callable[[], object], seconds: float = 60) -> None:
        """Wait for `what` to be true; the log is shown where it never is."""
        for _ in range(int(seconds * 20)):
            if what():
                return
            assert self.process is None or self.process.returncode is None, self.log[-4000:]
            await asyncio.sleep(0.05)
        raise AssertionError(f"never came:\n{self.log[-4000:]}")

    def ready(self) -> int:
        """How many lives have come up."""
        return self.log.count('"ready"')

    def known(self) -> bool:
        """Every feed has had its first sight: from here on what is new alerts."""
        store = Store.open(self.database)
        try:
            with store.reading() as tx:
                feeds = tx.feeds.all()
        finally:
            store.close()
        return bool(feeds) and all(feed.state.baseline_at for feed in feeds)

    async def ask(self, text: str, user: int = CHAT) -> str:
        """A person writes to the bot on Telegram; its answer."""
        before = len(self.telegram.sent)
        self.telegram.user_says(user, user, text)
        await self.until(lambda: len(self.telegram.sent) > before)
        return self.telegram.sent[-1].text


@asynccontextmanager
async def room(folder: Path, database: str, *outlets: str, **settings: str) -> AsyncIterator[Room]:
    """A room with these outlets, nothing started yet."""
    async with FeedServer() as server, FakeTelegram() as telegram, FakeDiscord() as discord:
        news = Newsroom(server)
        feeds = []
        for outlet in outlets:
            news.serve(outlet)
            feeds.append({"id": outlet, "title": outlet.title(), "url": server.url(f"/{outlet}")})
        (folder / "feeds.yaml").write_text(json.dumps({"feeds": feeds}))
        (folder / "watchlists.yaml").write_text(WATCHLISTS)
        made = Room(folder, news, telegram, discord, database)
        made.settings = {
            "DATABASE_URL": database, "FEEDS": str(folder / "feeds.yaml"), "ALLOW_LOOPBACK_FEEDS": "1",
            "WATCHLISTS": str(folder / "watchlists.yaml"), "POLL_SECONDS": "0.5", "LOG_FORMAT": "json",
            "TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_BASE": telegram.base, "CONSOLE": "1",
            "DISCORD_TOKEN": discord.token, "DISCORD_API_BASE": discord.api_base,
            "DISCORD_GATEWAY": discord.gateway, "OWNERS": f"telegram:{OWNER}", **settings,
        }  # fmt: skip
        try:
            yield made
        finally:
            if made.process is not None and made.process.returncode is None:
                made.process.kill()
                await made.process.wait()
