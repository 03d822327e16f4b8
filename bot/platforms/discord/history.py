"""Whether a message of ours stands in a channel: the look before a repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.platforms.discord.rest import Answer, DiscordRest, Result
from bot.platforms.discord.rights import Json, objects, reads_history, rights

CHANNEL = "/channels/{channel}"
MESSAGES = "/channels/{channel}/messages"
PAGE = 100
MOST_PAGES = 10
# Our clock may have been stepped since the try, so a wide margin, and never less than one page.
MARGIN = timedelta(hours=1)
THREADS = (10, 11, 12)
GUILD = "/guilds/{guild}"
MEMBER = "/guilds/{guild}/members/{user}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what a message is known again: the nonce where Discord still shows it; an alert's short
    id in the embed's footer or, sent plain, `last_line`; a notice's whole `content`."""

    nonce: str
    short: str = ""
    last_line: str = ""
    content: str = ""

    def is_in(self, message: Json) -> bool:
        if message.get("nonce") == self.nonce:
            return True
        content = _text(message.get("content"))
        if not self.short:
            return bool(content) and content == self.content
        if content and content.splitlines()[-1] == self.last_line:
            return True
        mark = re.compile(rf"(?<![0-9a-z]){re.escape(self.short)}(?![0-9a-z])")
        return any(mark.search(footer) for footer in _footers(message))


@dataclass(frozen=True, slots=True)
class CannotTell:
    why: str


class History:
    """Reads channels back. Asks once who we are."""

    def __init__(self, rest: DiscordRest) -> None:
        self._rest = rest
        self._me = ""

    async def find(self, channel: str, wanted: Wanted, age: timedelta) -> str | CannotTell:
        """The id of our message among those younger than `age`; "" where it is surely not there."""
        try:
            if not self._me:
                self._me = str((await self._object("/users/@me", "/users/@me"))["id"])
            return await self._search(channel, wanted, age)
        except _NoAnswerError as error:
            return CannotTell(str(error))

    async def _search(self, channel: str, wanted: Wanted, age: timedelta) -> str | CannotTell:
        newest, before = 0, ""
        for _ in range(MOST_PAGES):
            page = await self._page(channel, before)
            for message in page:
                if self._ours(message) and wanted.is_in(message):
                    return str(message["id"])
            if not page:
                return "" if before else await self._empty(channel)
            oldest = min(int(message["id"]) for message in page)
            newest = newest or max(int(message["id"]) for message in page)
            # Counted back from Discord's newest message: of our clock only the length of the wait
            # takes part. The time in an id is in milliseconds, above 22 other bits.
            if len(page) < PAGE or (newest - oldest) >> 22 > (age + MARGIN).total_seconds() * 1000:
                return ""
            before = str(oldest)
        return CannotTell("too much has been written in the channel since")

    def _ours(self, message: Json) -> bool:
        """A message the bot posted itself: an answer to a command may show an alert's id too."""
        author = message.get("author")
        mine = isinstance(author, Mapping) and str(author.get("id")) == self._me
        return mine and not message.get("webhook_id") and not message.get("interaction_metadata")

    async def _empty(self, channel: str) -> str | CannotTell:
        """An empty page means an empty channel only where the bot may read the history."""
        place = await self._object(CHANNEL, CHANNEL.format(channel=channel), channel)
        guild_id = str(place.get("guild_id") or "")
        if not guild_id:
            return ""
        if place.get("type") in THREADS:
            parent = str(place.get("parent_id"))
            place = await self._object(CHANNEL, CHANNEL.format(channel=parent), parent)
        guild = await self._object(GUILD, GUILD.format(guild=guild_id), guild_id)
        member = await self._object(MEMBER, MEMBER.format(guild=guild_id, user=self._me), guild_id)
        bits = rights(guild, member, objects(place, "permission_overwrites"), self._me)
        return "" if reads_history(bits) else CannotTell("the bot has no Read Message History right there")

    async def _page(self, channel: str, before: str) -> list[Json]:
        query = {"limit": str(PAGE)} | ({"before": before} if before else {})
        path = MESSAGES.format(channel=channel)
        body = _body(await self._rest.request("GET", MESSAGES, path, channel=channel, query=query))
        if not isinstance(body, list):
            raise _NoAnswerError("Discord's answer was not readable")
        messages = [message for message in body if isinstance(message, Mapping)]
        return [message for message in messages if str(message.get("id")).isdigit()]

    async def _object(self, route: str, path: str, major: str = "") -> Json:
        body = _body(await self._rest.request("GET", route, path, channel=major))
        if not isinstance(body, Mapping) or not {"id", "user"} & body.keys():
            raise _NoAnswerError("Discord's answer was not readable")
        return body


class _NoAnswerError(Exception):
    """A question about the channel could not be answered; the text says why."""


def _body(result: Result) -> object:
    if not isinstance(result, Answer):
        raise _NoAnswerError(result.why)
    if result.status != 200:
        raise _NoAnswerError(f"Discord answered {result.said}")
    return result.body


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _footers(message: Json) -> list[str]:
    footers = [embed.get("footer") for embed in objects(message, "embeds")]
    return [_text(footer.get("text")) for footer in footers if isinstance(footer, Mapping)]
