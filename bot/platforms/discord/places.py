"""Discord's channels as places, and the search for one that a person names."""

from __future__ import annotations

import re

import aiohttp
import discord
from discord.abc import GuildChannel

from bot.ports import FoundPlace
from news.chat import Caller, ChatKind, Place, Platform

NOT_FOUND = "I know no such channel. Is the bot on that server, and may it see the channel?"
NO_ANSWER = "Discord does not answer just now. Please try again in a minute."
SEVERAL = "More than one channel has that name. Please give it as a link (#channel) or by its id."
FORUM = "Alerts cannot go into a forum itself. Please name one of its threads."

_ID = re.compile(r"(?:<#)?(\d{15,20})>?")
_FORUMS = (discord.ChannelType.forum, discord.ChannelType.media)

WRITABLE = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread)


def place_of(channel: object) -> Place | None:
    """The place of a channel; None for what nothing can be written in. An announcement channel is
    a channel, where few write; every other channel of a server is a group."""
    if isinstance(channel, (discord.DMChannel, discord.PartialMessageable)):
        person = getattr(channel, "recipient", None)
        title = person.display_name if person is not None else ""
        return Place(Platform.DISCORD, str(channel.id), kind=ChatKind.PRIVATE, title=title)
    if isinstance(channel, WRITABLE):
        news = channel.type is discord.ChannelType.news
        kind = ChatKind.CHANNEL if news else ChatKind.GROUP
        return Place(Platform.DISCORD, str(channel.id), kind=kind, title=f"#{channel.name}")
    return None


def address_only(channel_id: int, name: str = "") -> Place:
    """The place of a channel that is gone, by what is still known of it."""
    title = f"#{name}" if name else ""
    return Place(Platform.DISCORD, str(channel_id), kind=ChatKind.GROUP, title=title)


def may_post(channel: GuildChannel | discord.Thread) -> bool:
    """Whether the bot can see the channel, write in it and embed there."""
    allowed = channel.permissions_for(channel.guild.me)
    write = allowed.send_messages_in_threads if isinstance(channel, discord.Thread) else allowed.send_messages
    return allowed.view_channel and write and allowed.embed_links


def is_admin(allowed: discord.Permissions) -> bool:
    return allowed.administrator or allowed.manage_guild or allowed.manage_channels


async def find(client: discord.Client, caller: Caller, name: str) -> FoundPlace | str:
    """The channel named by "#name", a channel link or an id; else why there is none, in words.

    A channel that the caller cannot see is not found, so that nobody can probe for one.
    """
    here = client.get_channel(int(caller.place.address)) if caller.place.address.isdigit() else None
    home = getattr(here, "guild", None)
    try:
        seen = [
            (channel, allowed)
            for channel in _named(client, name.strip(), home)
            if (allowed := await _rights(channel, int(caller.user))) is not None and allowed.view_channel
        ]
    except (discord.DiscordException, aiohttp.ClientError, OSError):
        return NO_ANSWER
    if not seen:
        return NOT_FOUND
    if len(seen) > 1:
        return SEVERAL
    channel, allowed = seen[0]
    place = place_of(channel)
    if place is None:
        return FORUM if channel.type in _FORUMS else NOT_FOUND
    return FoundPlace(place, may_post=may_post(channel), caller_admin=is_admin(allowed))


def _named(
    client: discord.Client, name: str, home: discord.Guild | None
) -> list[GuildChannel | discord.Thread]:
    """The channels with that id or name, those of the caller's own server where it has any."""
    if match := _ID.fullmatch(name):
        found = client.get_channel(int(match[1]))
        return [found] if isinstance(found, (GuildChannel, discord.Thread)) else []
    wanted = name.removeprefix("#").casefold()
    for guilds in ([home] if home else [], client.guilds):
        channels: list[GuildChannel | discord.Thread] = []
        for guild in guilds:
            channels += [*guild.channels, *guild.threads]
        # A category is a heading, not a place.
        places = [channel for channel in channels if not isinstance(channel, discord.CategoryChannel)]
        if named := [channel for channel in places if channel.name.casefold() == wanted]:
            return named
    return []


async def _rights(channel: GuildChannel | discord.Thread, user: int) -> discord.Permissions | None:
    """The person's rights there, asked fresh; None where they are not on the server."""
    try:
        member = await channel.guild.fetch_member(user)
    except discord.NotFound:
        return None
    return channel.permissions_for(member)
