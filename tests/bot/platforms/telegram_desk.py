"""A desk for the Telegram client's tests: answers from a table and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.ports import Button, Page, Reply, Span, Usage
from news.chat import Caller, Place


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
