"""The bot on Discord's gateway: its life, its commands, and the servers it is let into or put out of.

Sends do not depend on it (see `send`): while the gateway is down, alerts still go out.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Iterable

import aiohttp
import discord
import structlog
import yarl
from discord.abc import GuildChannel
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.platforms.discord import places
from bot.platforms.discord.answers import NETWORK, Answers
from bot.platforms.discord.commands import command_list
from bot.ports import Clock, CommandDesk, FoundPlace
from news.chat import Caller

log = structlog.get_logger(__name__)

STOPPED = "stopped"
CONNECTING = "connecting"
CONNECTED = "connected"
RECONNECTING = "reconnecting"
REJECTED = "the token was rejected: check SAHELWATCH_DISCORD_TOKEN"

# A thousand IDENTIFYs a day and Discord resets the token: with these waits there are far fewer.
FIRST_WAIT = 5.0
LONGEST_WAIT = 300.0
REJECTED_WAIT = 600.0
CLOSE_SECONDS = 5.0
LONGEST_RATE_WAIT = 60.0
AUTHENTICATION_FAILED = 4004

# At DEBUG these write the keys of interactions, whole events, and the addresses of follow-ups.
for _chatty in ("discord.gateway", "discord.http", "discord.webhook.async_", "discord.client"):
    logging.getLogger(_chatty).setLevel(logging.INFO)

# The bot has no voice, so what only voice needs is not missing.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class DiscordClient:
    """Keeps one connection alive in the background. `state` says in words how it stands.

    `api_base` (with "/api/v10") and `gateway` (a websocket URL) replace Discord's own, for the
    whole process, because discord.py holds them on classes.
    """

    def __init__(
        self,
        token: str,
        desk: CommandDesk,
        clock: Clock,
        *,
        api_base: str = "",
        gateway: str = "",
        proxy: str = "",
    ) -> None:
        self._token = token
        self._desk = desk
        self._clock = clock
        self._api_base = api_base.rstrip("/")
        self._gateway = gateway
        self._proxy = proxy
        self._client: _Gateway | None = None
        self._task: asyncio.Task[None] | None = None
        self._registered = ""
        self.state = STOPPED

    async def start(self) -> None:
        """Begin to connect, and come back at once: Discord may be down for hours."""
        if self._api_base:
            Route.BASE = self._api_base
        if self._gateway:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway)
        self.state = CONNECTING
        self._task = asyncio.create_task(self._run(), name="discord gateway")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.state = STOPPED

    async def find_place(self, caller: Caller, name: str) -> FoundPlace | str:
        """The channel a person names, as Discord sees it now, or in words why there is none."""
        if self._client is None or not self._client.was_up:
            return places.NO_ANSWER
        return await places.find(self._client, caller, name)

    async def _run(self) -> None:
        wait = FIRST_WAIT
        while True:
            self._client = _Gateway(self, self._desk, self._proxy)
            try:
                await self._client.start(self._token)
            except discord.LoginFailure:
                self._fell(REJECTED)
            except discord.ConnectionClosed as error:
                self._fell(REJECTED if error.code == AUTHENTICATION_FAILED else f"closed with {error.code}")
            except NETWORK as error:
                self._fell(f"Discord cannot be reached ({type(error).__name__})")
            except Exception as error:
                # discord.py stumbles over its own missing connection where the very first one fails.
                self._fell(f"the connection broke ({type(error).__name__})")
                if self._client.ws is not None:
                    log.exception("the Discord client failed")
            finally:
                was_up = self._client.was_up
                await _close(self._client)
            wait = FIRST_WAIT if was_up else wait
            await self._clock.sleep(REJECTED_WAIT if self.state == REJECTED else wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def _fell(self, state: str) -> None:
        self.state = state
        log.warning("not connected to Discord", state=state)

    async def register(self, client: discord.Client) -> None:
        """Tell Discord the command list, where it is not the one it was told last."""
        commands = command_list(self._desk.usages)
        listed = json.dumps(commands, sort_keys=True)
        if listed == self._registered or client.application_id is None:
            return
        try:
            await client.http.bulk_upsert_global_commands(client.application_id, commands)
        except NETWORK as error:
            log.warning("commands not registered on Discord", error=type(error).__name__)
            return
        self._registered = listed
        log.info("commands registered on Discord", commands=len(commands))


class _Gateway(discord.Client):
    """One attempt at a connection, with what is heard on it."""

    def __init__(self, owner: DiscordClient, desk: CommandDesk, proxy: str) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        super().__init__(
            intents=intents,
            proxy=proxy or None,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=LONGEST_RATE_WAIT,
        )
        self._owner = owner
        self._desk = desk
        self._answers = Answers(desk)
        self.was_up = False

    async def on_connect(self) -> None:
        self.was_up = True
        self._owner.state = CONNECTED
        log.info("connected to Discord", servers=len(self.guilds))
        await self._owner.register(self)

    async def on_resumed(self) -> None:
        self._owner.state = CONNECTED

    async def on_disconnect(self) -> None:
        if not self.is_closed():
            self._owner.state = RECONNECTING

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        await self._answers.take(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._changed((c for c in _channels(guild) if places.may_post(c)), True, "let into the server")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._changed(_channels(guild), False, "put out of the server")

    async def on_guild_channel_delete(self, channel: GuildChannel) -> None:
        await self._changed([channel], False, "the channel was deleted")

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        place = places.address_only(payload.thread_id, payload.thread.name if payload.thread else "")
        await self._desk.chat_changed(place, False, "the thread was deleted")

    async def on_guild_channel_update(self, before: GuildChannel, after: GuildChannel) -> None:
        now = places.may_post(after)
        if places.may_post(before) != now:
            may = "may write in the channel again" if now else "may no longer write in the channel"
            await self._changed([after], now, f"the bot {may}")

    async def _changed(
        self, channels: Iterable[GuildChannel | discord.Thread], present: bool, why: str
    ) -> None:
        for channel in channels:
            if (place := places.place_of(channel)) is not None:
                await self._desk.chat_changed(place, present, why)


def _channels(guild: discord.Guild) -> list[GuildChannel | discord.Thread]:
    return [*guild.channels, *guild.threads]


async def _close(client: discord.Client) -> None:
    with contextlib.suppress(*NETWORK, aiohttp.ClientError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.close()
