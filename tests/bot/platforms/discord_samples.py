"""Values the Discord tests share: a clock, deliveries, a desk, and the connected bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.platforms.discord.client import DiscordClient
from bot.platforms.discord.send import DiscordSender
from bot.ports import Button, Option, Page, Reply, Span, Usage
from news.chat import Caller, Chat, ChatId, ChatKind, Place, Platform
from news.delivery import Delivery, DeliveryId, DeliveryKind
from tests.bot.alerts import an_alert
from tests.fakes.discord import ALERTS, FakeDiscord


class QuickClock:
    """Real time, moved by `ahead`; every sleep is noted and moves it on instead of taking its time."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ahead += seconds
        await asyncio.sleep(0)


class StillClock(QuickClock):
    """A clock that stands at one moment, so that a retry's time can be told exactly."""

    NOON = datetime(2023, 2, 7, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.NOON


class RealClock(QuickClock):
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def delivery(channel: str = ALERTS, number: int = 5, **change: Any) -> Delivery:
    place = Place(Platform.DISCORD, channel, kind=ChatKind.GROUP, title="#alerts")
    made = Delivery(
        DeliveryId(number),
        DeliveryKind.ALERT,
        Chat(ChatId(3), place),
        f"abc123-{number}",
        datetime.now(UTC),
        alert=an_alert(),
    )
    return replace(made, **change)


def notice(text: str, **change: Any) -> Delivery:
    return delivery(kind=DeliveryKind.NOTICE, alert=None, notice=text, **change)


@asynccontextmanager
async def sending(
    server: FakeDiscord, *, clock: QuickClock | None = None, **how: Any
) -> AsyncIterator[DiscordSender]:
    token = how.pop("token", server.token)
    how.setdefault("api_base", server.api_base)
    sender = DiscordSender(token, clock or QuickClock(), **how)
    try:
        yield sender
    finally:
        await sender.close()


USAGES = (
    Usage("subscribe", "Subscribe this chat", "/subscribe <watchlist>", "/subscribe jnim",
          (Option("watchlist", "Which one"),)),
    Usage("timeline", "What happened", "/timeline <watchlist> [7d]", "/timeline jnim 7d",
          (Option("watchlist", "Which one", required=True),
           Option("period", "How far back", choices=("7d", "30d")))),
    Usage("withdraw", "Take an alert back", "/withdraw <alert> <reason>", "/withdraw 4k2wz false",
          (Option("alert", "Its id", required=True), Option("reason", "Why", required=True)), admin=True),
)  # fmt: skip


class Desk:
    """Notes what is asked and answers what the test set. Strict: an unknown command is a bug."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.reply = reply or answer("Done.")
        self.asked: list[tuple[Caller, str, str]] = []
        self.typed: list[tuple[str, str, str]] = []
        self.places: list[tuple[str, bool]] = []
        self.changed = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def usages(self) -> Sequence[Usage]:
        return USAGES

    async def answer(self, caller: Caller, name: str, argument: str) -> Reply:
        assert name in {usage.name for usage in USAGES}
        self.asked.append((caller, name, argument))
        await self.gate.wait()
        return self.reply

    async def suggest(self, caller: Caller, name: str, option: str, typed: str) -> Sequence[str]:
        self.typed.append((name, option, typed))
        await self.gate.wait()
        return [choice for choice in ("jnim", "mali", "x" * 200) if typed in choice]

    async def chat_changed(self, place: Place, present: bool, why: str) -> None:
        self.places.append((place.title, present))
        self.changed.set()

    async def chat_moved(self, old: Place, new_address: str) -> None:
        raise AssertionError("Discord channels do not move")


def answer(*lines: str, buttons: tuple[Button, ...] = (), **how: Any) -> Reply:
    return Reply(Page(tuple((Span(line),) for line in lines)), buttons, **how)


@asynccontextmanager
async def connected(
    server: FakeDiscord, desk: Desk, *, clock: QuickClock | None = None
) -> AsyncIterator[DiscordClient]:
    client = client_of(server, desk, clock=clock)
    before = server.events.seen.count("identify")
    await client.start()
    try:
        await server.events.wait_for("identify", before + 1)
        await server.registered()
        yield client
    finally:
        await client.stop()


def client_of(
    server: FakeDiscord, desk: Desk, *, clock: QuickClock | None = None, token: str = ""
) -> DiscordClient:
    return DiscordClient(
        token or server.token, desk, clock or RealClock(), api_base=server.api_base, gateway=server.gateway
    )


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something we cannot be told of has come about."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
