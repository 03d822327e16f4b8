"""Answers to commands and presses, out to Telegram."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
import telegram
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.platforms.telegram.markup import LONGEST_MESSAGE
from bot.platforms.telegram.outcome import cannot_show, explain, not_modified, wait_of
from bot.platforms.telegram.render import plain_page, render_page
from bot.platforms.telegram.send import NO_PREVIEW
from bot.ports import Button, Clock, Reply
from news.text import display

log = structlog.get_logger(__name__)

LONGEST_DATA = 64  # bytes of callback_data (Bot API, InlineKeyboardButton)
LONGEST_TOAST = 200  # characters (Bot API, answerCallbackQuery)
MOST_BUTTONS = 100
SHORT_LABEL = 20  # two such buttons fit beside each other on a phone
LONGEST_WAIT = 30.0  # seconds an answer waits for flood control before it is given up

IN_PRIVATE = "I have answered you in our private chat."


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an answer goes: chat, topic, and the message it answers."""

    chat: int
    thread: int | None = None
    message: int | None = None


class Answers:
    def __init__(self, bot: telegram.Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock

    async def post(self, spot: Spot, reply: Reply) -> bool:
        """The reply as new messages, buttons under the last one; whether all of it arrived."""
        parts = render_page(reply.page)
        for number, part in enumerate(parts, 1):
            buttons = keyboard(reply.buttons) if number == len(parts) else None
            if not await self._post(spot, part, plain_page(reply.page, LONGEST_MESSAGE), buttons):
                return False
        return True

    async def post_in_private(self, spot: Spot, user: int, reply: Reply) -> None:
        """A reply for one person's eyes: into their private chat, where they have opened one."""
        if await self.post(Spot(user), reply):
            await self.say(spot, IN_PRIVATE)
        else:
            name = f"@{self._bot.username}"
            await self.say(
                spot, f"That answer is for you alone: open a chat with {name}, press Start, ask there."
            )

    async def say(self, spot: Spot, text: str) -> bool:
        return await self._attempt(lambda: self._send(spot, text, None, None), spot) is None

    async def replace(self, spot: Spot, reply: Reply) -> None:
        """The reply in place of the message `spot.message`, or as new messages where it cannot be."""
        parts = render_page(reply.page)
        if len(parts) > 1 or spot.message is None:
            await self.post(Spot(spot.chat, spot.thread), reply)
            return
        message = spot.message

        async def edit() -> object:
            return await self._bot.edit_message_text(
                parts[0],
                chat_id=spot.chat,
                message_id=message,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard(reply.buttons),
            )

        error = await self._attempt(edit, spot)
        if isinstance(error, BadRequest) and not not_modified(error):
            await self.post(Spot(spot.chat, spot.thread), reply)

    async def toast(self, query: str, text: str = "", *, alert: bool = False) -> bool:
        """Answer a press with a text (at most 200 characters) that only the presser sees; False where
        the press is too old."""
        try:
            await self._bot.answer_callback_query(query, text or None, show_alert=alert)
        except BadRequest:  # "query is too old … or query ID is invalid"
            return False
        except TelegramError as error:
            log.warning("telegram.press_unanswered", why=explain(error, self._bot.token))
        return True

    async def _post(
        self, spot: Spot, text: str, fallback: str, buttons: telegram.InlineKeyboardMarkup | None
    ) -> bool:
        error = await self._attempt(lambda: self._send(spot, text, ParseMode.HTML, buttons), spot)
        if error is not None and cannot_show(error):
            error = await self._attempt(lambda: self._send(spot, fallback, None, buttons), spot)
        return error is None

    async def _send(
        self, spot: Spot, text: str, mode: str | None, buttons: telegram.InlineKeyboardMarkup | None
    ) -> object:
        to = (
            telegram.ReplyParameters(spot.message, allow_sending_without_reply=True) if spot.message else None
        )
        return await self._bot.send_message(
            spot.chat,
            text,
            parse_mode=mode,
            message_thread_id=spot.thread,
            reply_parameters=to,
            reply_markup=buttons,
            link_preview_options=NO_PREVIEW,
        )

    async def _attempt(self, call: Callable[[], Awaitable[object]], spot: Spot) -> TelegramError | None:
        """Once, and once more after a short flood wait. An answer that fails is logged, not kept:
        who asked can ask again."""
        for last in (False, True):
            try:
                await call()
                return None
            except TelegramError as error:
                if (
                    isinstance(error, RetryAfter)
                    and not last
                    and wait_of(error).total_seconds() <= LONGEST_WAIT
                ):
                    await self._clock.sleep(wait_of(error).total_seconds())
                    continue
                if not not_modified(error) and not isinstance(error, Forbidden):
                    log.warning("telegram.answer_failed", chat=spot.chat, why=explain(error, self._bot.token))
                return error
        return None


def keyboard(buttons: tuple[Button, ...]) -> telegram.InlineKeyboardMarkup | None:
    """Buttons in rows, two short ones beside each other. One whose command is too long is left out."""
    rows: list[list[telegram.InlineKeyboardButton]] = []
    for button in buttons[:MOST_BUTTONS]:
        label = display(button.label)
        if not label or not 0 < len(button.command.encode()) <= LONGEST_DATA:
            log.error("telegram.button_left_out", command=button.command[:100])
            continue
        pressable = telegram.InlineKeyboardButton(label[:60], callback_data=button.command)
        beside = rows and len(rows[-1]) == 1 and max(len(rows[-1][0].text), len(label)) <= SHORT_LABEL
        rows[-1].append(pressable) if beside else rows.append([pressable])
    return telegram.InlineKeyboardMarkup(rows) if rows else None
