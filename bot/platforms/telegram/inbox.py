"""Updates from Telegram, handed to the command desk."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import structlog
import telegram
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.platforms.telegram.answer import LONGEST_TOAST, Answers, Spot
from bot.platforms.telegram.markup import LONGEST_MESSAGE, units
from bot.platforms.telegram.outcome import explain
from bot.platforms.telegram.places import may_post
from bot.platforms.telegram.render import plain_page
from bot.platforms.telegram.rights import Rights, hidden, place_of, topic_of
from bot.ports import Clock, CommandDesk, Reply

log = structlog.get_logger(__name__)

FRESH_SECONDS = 60.0
TOLD_SECONDS = 600.0  # how often one chat is told that its commands come late
BACKLOG_SECONDS = 10.0  # after a connection, presses may have waited for hours: they carry no time
MOST_TOLD = 1_000

LATE = "That reached me late (I was not running, or my clock is wrong), so it was not done. Send it again."
OLD_BUTTON = "This button is too old. Send the command again."
NO_BUTTON = "I do not know this button. Send the command itself."

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Asked:
    name: str
    argument: str


class Inbox:
    """Takes one update at a time; never raises."""

    def __init__(self, bot: telegram.Bot, desk: CommandDesk, clock: Clock, answers: Answers) -> None:
        self._bot = bot
        self._desk = desk
        self._clock = clock
        self._answers = answers
        self._rights = Rights(bot, clock)
        self._told: dict[int, float] = {}
        self._backlog_until = 0.0

    def connected(self) -> None:
        """What comes in the next seconds may have waited long."""
        self._backlog_until = self._clock.monotonic() + BACKLOG_SECONDS

    async def take(self, update: telegram.Update) -> None:
        try:
            if update.callback_query:
                await self._press(update.callback_query)
            elif update.my_chat_member:
                await self._membership(update.my_chat_member)
            elif update.message:
                await self._message(update.message)
        except TelegramError as error:
            log.warning(
                "telegram.update_failed", update=update.update_id, why=explain(error, self._bot.token)
            )
        except Exception:
            log.exception("telegram.update_failed", update=update.update_id)

    async def _message(self, message: telegram.Message) -> None:
        here = place_of(message.chat)
        if message.migrate_to_chat_id:
            await self._desk.chat_moved(here, str(message.migrate_to_chat_id))
        elif message.migrate_from_chat_id:
            old = replace(here, address=str(message.migrate_from_chat_id))
            await self._desk.chat_moved(old, str(message.chat.id))
        elif (asked := self._command(message)) and message.from_user:
            await self._ask(message, message.from_user, asked)

    def _command(self, message: telegram.Message) -> _Asked | None:
        """The command of a message that someone wrote here, now, to this bot."""
        if message.chat.type == ChatType.CHANNEL or message.forward_origin or message.via_bot:
            return None
        if message.from_user and message.from_user.is_bot and not hidden(message):
            return None
        return self._parse(message.text or "", alone=message.chat.type == ChatType.PRIVATE)

    def _parse(self, text: str, *, alone: bool) -> _Asked | None:
        """A command to this bot. Beside other bots, an unknown one without a name is theirs."""
        match = _COMMAND.fullmatch(text.strip())
        if match is None:
            return None
        name, addressee = match[1].lower(), match[2]
        if addressee and addressee.lower() != self._bot.username.lower():
            return None
        ours = alone or addressee or any(usage.name == name for usage in self._desk.usages)
        return _Asked(name, (match[3] or "").strip()) if ours else None

    async def _ask(self, message: telegram.Message, user: telegram.User, asked: _Asked) -> None:
        spot = Spot(message.chat.id, topic_of(message), message.message_id)
        if (self._clock.now() - message.date).total_seconds() > FRESH_SECONDS:
            await self._late(spot)
            return
        place = place_of(message.chat, spot.thread)
        caller = await self._rights.caller(user, place, anonymous=hidden(message))
        reply = await self._desk.answer(caller, asked.name, asked.argument)
        if reply.private and message.chat.type != ChatType.PRIVATE and not hidden(message):
            await self._answers.post_in_private(spot, user.id, reply)
        else:
            await self._answers.post(spot, reply)

    async def _late(self, spot: Spot) -> None:
        now = self._clock.monotonic()
        log.warning("telegram.late_command", chat=spot.chat)
        if now - self._told.get(spot.chat, now - TOLD_SECONDS) >= TOLD_SECONDS:
            if len(self._told) >= MOST_TOLD:
                self._told.clear()
            self._told[spot.chat] = now
            await self._answers.say(spot, LATE)

    async def _press(self, query: telegram.CallbackQuery) -> None:
        """Runs a button's command as the one who pressed it. The data may be forged, so it is read
        like any message; the press is always answered, or the button would seem to hang."""
        message = query.message
        # The library gives a Message even where Telegram sent an InaccessibleMessage.
        if not isinstance(message, telegram.Message) or not message.is_accessible:
            await self._answers.toast(query.id, OLD_BUTTON, alert=True)
            return
        asked = self._parse(query.data or "", alone=False)
        if asked is None:
            await self._answers.toast(query.id, NO_BUTTON, alert=True)
            return
        # Telegram takes no answer to an old press: answering first tells whether this one is.
        early = self._clock.monotonic() < self._backlog_until
        if early and not await self._answers.toast(query.id):
            log.warning("telegram.late_press", chat=message.chat.id)
            return
        caller = await self._rights.caller(query.from_user, place_of(message.chat, topic_of(message)))
        reply = await self._desk.answer(caller, asked.name, asked.argument)
        await self._answer_press(query, message, reply, answered=early)

    async def _answer_press(
        self, query: telegram.CallbackQuery, message: telegram.Message, reply: Reply, *, answered: bool
    ) -> None:
        spot = Spot(message.chat.id, topic_of(message), message.message_id)
        private = reply.private and message.chat.type != ChatType.PRIVATE
        if not answered:
            text = self._toast(reply, private)
            await self._answers.toast(query.id, text, alert=bool(text))
            if text:
                return
        if reply.error:
            await self._answers.post(replace(spot, message=None), reply)
        elif private:
            await self._answers.post_in_private(replace(spot, message=None), query.from_user.id, reply)
        else:
            await self._answers.replace(spot, reply)

    def _toast(self, reply: Reply, private: bool) -> str:
        """What the presser alone is shown on the spot: a refusal, or a short private answer."""
        whole = plain_page(reply.page, LONGEST_MESSAGE)
        short = units(whole) <= LONGEST_TOAST and not reply.buttons
        return plain_page(reply.page, LONGEST_TOAST) if reply.error or (private and short) else ""

    async def _membership(self, change: telegram.ChatMemberUpdated) -> None:
        """The bot was let in, put out, or given or denied the right to write."""
        channel = change.chat.type == ChatType.CHANNEL
        present = may_post(change.new_chat_member, channel=channel)
        await self._desk.chat_changed(place_of(change.chat), present, _why(change, present))


def _why(change: telegram.ChatMemberUpdated, present: bool) -> str:
    status = change.new_chat_member.status
    if present:
        return "the bot may write there"
    if change.chat.type == ChatType.PRIVATE:
        return "the user blocked the bot"
    left = {"left": "the bot left or was removed", "kicked": "the bot was removed and banned"}
    return left.get(status, "the bot lost the right to write there")
