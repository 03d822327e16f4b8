"""The console as an outlet: rich in a terminal, JSON lines otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable

from rich.console import Console

from bot.platforms.console import render
from bot.ports import Clock
from bot.texts import card
from news.chat import ChatKind, Place, Platform
from news.delivery import Delivery, LookOutcome, SendOutcome, Sent, Unknown
from news.item import ItemId

PLACE = Place(Platform.CONSOLE, "console", kind=ChatKind.CONSOLE, title="console")


def row_id(item: ItemId) -> object:
    return item


class ConsoleSender:
    """Prints deliveries. `json_lines`: None decides by whether the console is a terminal."""

    platform = Platform.CONSOLE

    def __init__(
        self,
        clock: Clock,
        console: Console | None = None,
        *,
        json_lines: bool | None = None,
        item_id: Callable[[ItemId], object] = row_id,
    ) -> None:
        self._clock = clock
        self._console = console or Console()
        self._json = not self._console.is_terminal if json_lines is None else json_lines
        self._item_id = item_id

    async def send(self, delivery: Delivery) -> SendOutcome:
        self._print(delivery, "alert")
        return Sent(f"console-{delivery.id}")

    async def edit(self, delivery: Delivery) -> SendOutcome:
        self._print(delivery, "edit")
        return Sent(delivery.message)

    async def look(self, delivery: Delivery) -> LookOutcome:  # noqa: ARG002 - the port's shape
        return Unknown("a terminal cannot be read back")

    async def close(self) -> None:
        """The terminal stays."""

    def _print(self, delivery: Delivery, kind: str) -> None:
        alert = delivery.alert
        if alert is None:
            self._print_notice(delivery.notice)
        elif self._json:
            self._line(render.as_json(alert, kind, self._clock.now(), self._item_id))
        else:
            self._console.print(render.card(card(alert, repeat=delivery.repeat), kind))

    def _print_notice(self, text: str) -> None:
        if self._json:
            self._line({"notice": text, "at": self._clock.now().isoformat()})
        else:
            self._console.print(text, markup=False, highlight=False)

    def _line(self, value: dict[str, object]) -> None:
        print(json.dumps(value, ensure_ascii=False), file=self._console.file, flush=True)
