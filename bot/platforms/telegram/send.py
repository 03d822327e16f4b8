"""Deliveries out to Telegram: one call, one outcome."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
import telegram
from telegram.constants import ParseMode

from bot.platforms.telegram.outcome import cannot_show, not_modified, outcome_of
from bot.platforms.telegram.render import plain_card, plain_text, render_card
from bot.ports import Clock
from bot.texts import card
from news.chat import Place, Platform
from news.delivery import Delivery, Gone, LookOutcome, Refused, SendOutcome, Sent, Unknown

log = structlog.get_logger(__name__)

NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)  # Telegram's server would fetch a feed's page


@dataclass(frozen=True, slots=True)
class _Text:
    """A message's text in the form to try first, and the one to fall back to ("": none)."""

    first: str
    html: bool
    fallback: str = ""


Call = Callable[[str, str | None], Awaitable[str]]


class TelegramSender:
    """A `bot.ports.Sender`. Gives each call one try (and the plain-text fallback one more)."""

    platform = Platform.TELEGRAM

    def __init__(self, bot: telegram.Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock

    async def send(self, delivery: Delivery) -> SendOutcome:
        chat = address_of(delivery.chat.place)
        if chat is None:
            return Gone("not the address of a Telegram chat")
        thread = thread_of(delivery.chat.place)

        async def call(text: str, mode: str | None) -> str:
            message = await self._bot.send_message(
                chat, text, parse_mode=mode, message_thread_id=thread, link_preview_options=NO_PREVIEW
            )
            return str(message.message_id)

        return await self._try(delivery, _text_of(delivery), call)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """An edit that ended in `Unknown` may be repeated: the same text twice changes nothing."""
        chat = address_of(delivery.chat.place)
        if chat is None:
            return Gone("not the address of a Telegram chat")
        if not delivery.message.isdecimal():
            return Refused("there is no message to edit")

        async def call(text: str, mode: str | None) -> str:
            await self._bot.edit_message_text(
                text,
                chat_id=chat,
                message_id=int(delivery.message),
                parse_mode=mode,
                link_preview_options=NO_PREVIEW,
            )
            return delivery.message

        return await self._try(delivery, _text_of(delivery), call)

    async def look(self, delivery: Delivery) -> LookOutcome:  # noqa: ARG002
        return Unknown("the Bot API cannot read a chat's history")

    async def close(self) -> None:
        """The connections are the client's, which closes them when it stops."""

    async def _try(self, delivery: Delivery, text: _Text, call: Call) -> SendOutcome:
        outcome, error = await self._once(delivery, text.first, ParseMode.HTML if text.html else None, call)
        if error is None or not text.fallback or not cannot_show(error):
            return outcome
        log.error("telegram.text_refused", delivery=delivery.id, why=getattr(outcome, "why", ""))
        outcome, _ = await self._once(delivery, text.fallback, None, call)
        return outcome

    async def _once(
        self, delivery: Delivery, text: str, mode: str | None, call: Call
    ) -> tuple[SendOutcome, Exception | None]:
        try:
            return Sent(await call(text, mode)), None
        except Exception as error:  # an answer the library cannot read may follow an accepted message
            if delivery.message and not_modified(error):
                return Sent(delivery.message), None
            return outcome_of(error, self._clock.now(), self._bot.token), error


def _text_of(delivery: Delivery) -> _Text:
    if delivery.alert is None:
        return _Text(plain_text(delivery.notice), html=False)
    layout = card(delivery.alert, repeat=delivery.repeat)
    return _Text(render_card(layout), html=True, fallback=plain_card(layout))


def address_of(place: Place) -> int | None:
    """The chat id, or None where the address is none (ids have up to 52 bits and may be negative)."""
    digits = place.address.removeprefix("-")
    return int(place.address) if digits.isdecimal() and digits.isascii() and len(digits) <= 16 else None


def thread_of(place: Place) -> int | None:
    return int(place.thread) if place.thread.isdecimal() else None
