"""Alerts and notices out to Discord, and what became of each, in the words of deliveries.

Bot messages only, never webhooks: Create Message alone knows `enforce_nonce`, by which Discord
gives back the first message instead of posting a second within "the past few minutes".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.platforms.discord.history import CannotTell, History, Wanted
from bot.platforms.discord.render import (
    plain_footer,
    render_card,
    render_plain,
    render_text,
)
from bot.platforms.discord.rest import Answer, DiscordRest, Held, Lost, Result, Unreached
from bot.ports import Card, Clock
from bot.texts.card import card as lay_out
from news.chat import Platform
from news.delivery import (
    Absent,
    Delivery,
    Gone,
    LookOutcome,
    Refused,
    RetryAt,
    SendOutcome,
    Sent,
    Unknown,
)

MESSAGES = "/channels/{channel}/messages"
MESSAGE = "/channels/{channel}/messages/{message}"
NO_MENTIONS: Mapping[str, object] = {"parse": [], "replied_user": False}
SUPPRESS_EMBEDS = 1 << 2  # no preview of any address in a plain message

# JSON error codes, from "Opcodes and Status Codes" of the API documentation.
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
NOT_OURS = 50005
SENDING_DISABLED = 40004
BLOCKED_CLIENT = 40333
# 0: no such endpoint, so the address of the API is wrong.
NOT_THE_CHAT = (0, SENDING_DISABLED, BLOCKED_CLIENT)
CHAT_CODES = {
    UNKNOWN_CHANNEL: "the channel is gone",
    10004: "the server is gone",
    50001: "the bot cannot see the channel",
    50007: "the person takes no messages from the bot",
    50008: "nothing can be written in this kind of channel",
    50013: "the bot may not write or embed links there",
    50024: "nothing can be written in this kind of channel",
    50083: "the thread is archived",
    160005: "the thread is locked",
}
# Tokens and proxies are put right by people, so it is enough to try a few times an hour.
REJECTED_WAIT = timedelta(minutes=10)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)


class DiscordSender:
    """Sends by REST alone: it works while the gateway is down. `api_base` ends in "/api/v10"."""

    def __init__(self, token: str, clock: Clock, *, api_base: str = "", proxy: str = "") -> None:
        self._clock = clock
        self._rest = DiscordRest(token, clock, api_base=api_base, proxy=proxy)
        self._history = History(self._rest)
        self._unreached = 0

    @property
    def platform(self) -> Platform:
        return Platform.DISCORD

    async def close(self) -> None:
        await self._rest.close()

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Create Message. A second call with the same delivery posts nothing within Discord's
        nonce window; a first copy that was deleted meanwhile counts as sent, with no id."""
        if delivery.alert is None:
            return self._created(await self._create(delivery, _plain(render_text(delivery.notice))))
        card = lay_out(delivery.alert, repeat=delivery.repeat)
        result = await self._create(delivery, _embed(card))
        if isinstance(result, Answer) and result.unfit:
            # The nonce of a refused message is free again.
            result = await self._create(delivery, _plain(render_plain(card)))
        return self._created(result)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        if not delivery.message or delivery.alert is None:
            return Refused("there is no message to edit: it was deleted, or its id is not known")
        card = lay_out(delivery.alert, repeat=delivery.repeat)
        result = await self._change(delivery, _embed(card))
        if isinstance(result, Answer) and result.unfit:
            result = await self._change(delivery, {**_plain(render_plain(card)), "embeds": []})
        return self._outcome(result)

    async def look(self, delivery: Delivery) -> LookOutcome:
        """Read the channel's history back to the ambiguous try. Without the Read Message History
        right Discord shows an empty channel, which proves nothing: `Unknown`."""
        wanted = _wanted(delivery)
        age = self._clock.now() - (delivery.ambiguous_since or delivery.created_at)
        found = await self._history.find(delivery.chat.place.address, wanted, age)
        if isinstance(found, CannotTell):
            return Unknown(found.why)
        return Sent(found) if found else Absent()

    async def _create(self, delivery: Delivery, body: Mapping[str, object]) -> Result:
        channel = delivery.chat.place.address
        path = MESSAGES.format(channel=channel)
        unique = {**body, "nonce": delivery.nonce, "enforce_nonce": True}
        return await self._rest.request("POST", MESSAGES, path, channel=channel, body=unique)

    async def _change(self, delivery: Delivery, body: Mapping[str, object]) -> Result:
        channel = delivery.chat.place.address
        path = MESSAGE.format(channel=channel, message=delivery.message)
        return await self._rest.request("PATCH", MESSAGE, path, channel=channel, body=body)

    def _created(self, result: Result) -> SendOutcome:
        if isinstance(result, Answer) and result.status == 404 and result.code == UNKNOWN_MESSAGE:
            return Sent("")  # Discord knows the nonce, and its message was deleted since
        return self._outcome(result)

    def _outcome(self, result: Result) -> SendOutcome:
        match result:
            case Unreached(why):
                self._unreached += 1
                wait = FIRST_WAIT * 2 ** min(self._unreached - 1, 10)
                return self._later(min(wait, LONGEST_WAIT), why, platform_wide=True)
            case Held(seconds, everywhere, why):
                return self._later(timedelta(seconds=seconds), why, platform_wide=everywhere)
            case Lost(why):
                return Unknown(why)
            case Answer():
                self._unreached = 0
                return self._answered(result)

    def _answered(self, answer: Answer) -> SendOutcome:
        status = answer.status
        if 200 <= status < 300:
            message = answer.body.get("id") if isinstance(answer.body, Mapping) else None
            return Sent(message) if isinstance(message, str) else Unknown("Discord's answer was not readable")
        if status == 429:
            why = "Discord refuses this address for a while" if answer.banned else "rate limit"
            everywhere = answer.banned or answer.everywhere
            return self._later(timedelta(seconds=answer.retry_after), why, platform_wide=everywhere)
        if status >= 500:
            return Unknown(f"Discord answered {status}")
        if status == 401:
            return self._later(REJECTED_WAIT, "Discord rejected the token", platform_wide=True)
        if not answer.from_discord or (status in (403, 404) and answer.code in NOT_THE_CHAT):
            why = f"not an answer about this message: {answer.said}"
            return self._later(REJECTED_WAIT, why, platform_wide=True)
        return _permanent(answer)

    def _later(self, wait: timedelta, why: str, *, platform_wide: bool) -> RetryAt:
        return RetryAt(self._clock.now() + wait, why, platform_wide=platform_wide)


def _permanent(answer: Answer) -> SendOutcome:
    if answer.code in CHAT_CODES:
        return Gone(f"{CHAT_CODES[answer.code]} ({answer.said})")
    if answer.code in (UNKNOWN_MESSAGE, NOT_OURS):
        return Refused(f"the message is gone ({answer.said})")
    if answer.status == 403:
        return Gone(f"the bot was put out or lost its rights ({answer.said})")
    return Refused(answer.said)


def _embed(card: Card) -> dict[str, object]:
    # Content is emptied too, for the edit of a message that was sent plain.
    embeds = [render_card(card).payload()]
    return {"content": "", "embeds": embeds, "allowed_mentions": dict(NO_MENTIONS), "flags": 0}


def _plain(content: str) -> dict[str, object]:
    return {"content": content, "allowed_mentions": dict(NO_MENTIONS), "flags": SUPPRESS_EMBEDS}


def _wanted(delivery: Delivery) -> Wanted:
    if delivery.alert is None:
        return Wanted(nonce=delivery.nonce, content=render_text(delivery.notice))
    card = lay_out(delivery.alert, repeat=delivery.repeat)
    return Wanted(nonce=delivery.nonce, short=delivery.alert.short, last_line=plain_footer(card))
