"""A running client for the tests, and its desk: answers from a table and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from bot.platforms.telegram.client import TelegramClient
from bot.ports import Button, CommandDesk, Page, Reply, Span, Usage
from news.chat import Caller, Place
from tests.bot.platforms.telegram_samples import QuickClock
from tests.fakes.telegram import FakeTelegram


def reply(text: str, *buttons: tuple[str, str], private: bool = False, error: bool = False) -> Reply:
    return Reply(Page(((Span(text),),)), tuple(Button(*button) for button in buttons), private, error)


class TableDesk:
    """Implements `bot.ports.CommandDesk`."""

    def __init__(self) -> None:
        self.usages: Sequence[Usage] = (
            Usage("start", "What I do", "/start", "/start"),
            Usage("help", "All commands", "/help", "/help"),
            Usage("subscribe", "Get alerts here", "/subscribe <watchlist…>", "/subscribe jnim"),
            Usage("feeds", "The feeds", "/feeds list", "/feeds list", admin=True),
        )
        self.asked: list[tuple[Caller, str, str]] = []
        self.changed: list[tuple[Place, bool, str]] = []
        self.moved: list[tuple[Place, str]] = []
        self.replies: dict[str, Reply] = {"help": reply("All commands")}
        self.gate: asyncio.Event | None = None
        self.answer_fails = False

    async def answer(self, caller: Caller, name: str, argument: str) -> Reply:
        self.asked.append((caller, name, argument))
        if self.answer_fails:
            raise RuntimeError("a desk that breaks its promise")
        if self.gate is not None:
            await self.gate.wait()
        return self.replies.get(name) or reply(f"{name}: {argument}")

    async def suggest(self, caller: Caller, name: str, option: str, typed: str) -> Sequence[str]:
        return ()

    async def chat_changed(self, place: Place, present: bool, why: str) -> None:
        self.changed.append((place, present, why))

    async def chat_moved(self, old: Place, new_address: str) -> None:
        self.moved.append((old, new_address))


@contextlib.asynccontextmanager
async def client_of(
    server: FakeTelegram, desk: TableDesk, *, clock: QuickClock | None = None, token: str = "", base: str = ""
) -> AsyncIterator[TelegramClient]:
    port: CommandDesk = desk
    client = TelegramClient(
        token or server.token, base or server.base, port, clock or QuickClock(), poll_seconds=2
    )
    await client.start()
    try:
        yield client
    finally:
        await client.stop()
