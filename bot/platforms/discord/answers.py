"""What people ask on Discord: slash commands, completions and button presses, handed to the desk.

Discord wants a first answer within 3 seconds, so everything is deferred at once; who may see the
answer must be said with that, before it is known. So on a server it is always deferred for the
caller's eyes only, and a public answer is posted beside it: what goes wrong stays private.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.platforms.discord.commands import argument, focused, pressed, rows, suggestions
from bot.platforms.discord.places import is_admin, place_of
from bot.platforms.discord.render import render_page
from bot.ports import Button, CommandDesk, Reply
from news.chat import Caller, ChatKind, Platform

log = structlog.get_logger(__name__)

MOST_MESSAGES = 8  # of one answer; the last says that there is more
SUGGEST_SECONDS = 2.0
MORE = "… and more. Please ask for less at once."
BELOW = "The answer is below."
NOT_HERE = "Commands do not work in this kind of channel."
NETWORK = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)

Interaction = discord.Interaction[discord.Client]


class Answers:
    """Answers interactions. `desk.answer` never raises; what the network does is logged."""

    def __init__(self, desk: CommandDesk) -> None:
        self._desk = desk

    async def take(self, interaction: Interaction) -> None:
        try:
            match interaction.type:
                case discord.InteractionType.application_command:
                    await self._command(interaction)
                case discord.InteractionType.autocomplete:
                    await self._complete(interaction)
                case discord.InteractionType.component:
                    await self._press(interaction)
                case _:
                    return
        except NETWORK as error:
            # The text of an error may hold the interaction's address, which is a key for 15 minutes.
            code = error.code if isinstance(error, discord.HTTPException) else 0
            log.warning("no answer given on Discord", error=type(error).__name__, code=code)

    async def _command(self, interaction: Interaction) -> None:
        name, options = _said(interaction)
        usage = next((usage for usage in self._desk.usages if usage.name.lower() == name), None)
        text = argument(usage, options) if usage else ""
        public = usage is not None and not usage.admin
        await self._answer(interaction, usage.name if usage else name, text, public=public)

    async def _press(self, interaction: Interaction) -> None:
        data: Mapping[str, Any] = interaction.data or {}
        name, text = pressed(str(data.get("custom_id", "")))
        await self._answer(interaction, name, text, public=False)

    async def _answer(self, interaction: Interaction, name: str, text: str, *, public: bool) -> None:
        """`public`: everyone in the channel may see the answer, unless the desk says otherwise."""
        on_server = interaction.guild_id is not None
        await interaction.response.defer(ephemeral=on_server, thinking=True)
        caller = caller_of(interaction)
        if caller is None:
            await interaction.edit_original_response(content=NOT_HERE)
            return
        reply = await self._desk.answer(caller, name, text)
        if on_server and public and not reply.private and not reply.error:
            await _publish(interaction, reply)
        else:
            await _reply(interaction, reply, ephemeral=on_server)

    async def _complete(self, interaction: Interaction) -> None:
        name, options = _said(interaction)
        option, typed = focused(options)
        caller = caller_of(interaction)
        found: Sequence[str] = ()
        if caller is not None:
            try:
                async with asyncio.timeout(SUGGEST_SECONDS):
                    found = await self._desk.suggest(caller, name, option, typed)
            except TimeoutError:
                log.info("completion took too long", command=name)
        choices = [app_commands.Choice(name=value, value=value) for value in suggestions(found)]
        await interaction.response.autocomplete(choices)


def caller_of(interaction: Interaction) -> Caller | None:
    """Who asks, with the rights Discord states in the interaction itself; in a private chat
    everyone is their own admin. None in a channel nothing can be written in."""
    place = place_of(interaction.channel)
    if place is None:
        return None
    private = place.kind is ChatKind.PRIVATE
    user = interaction.user
    admin = private or is_admin(interaction.permissions)
    return Caller(Platform.DISCORD, str(user.id), user.display_name, place, chat_admin=admin)


def _said(interaction: Interaction) -> tuple[str, Sequence[Mapping[str, Any]]]:
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("name", "")), data.get("options") or ()


async def _reply(interaction: Interaction, reply: Reply, *, ephemeral: bool) -> None:
    texts = _texts(reply)
    view = _view(reply.buttons)
    await interaction.edit_original_response(content=texts[0], view=view if len(texts) == 1 else None)
    await _follow(interaction, texts[1:], view, ephemeral=ephemeral)


async def _publish(interaction: Interaction, reply: Reply) -> None:
    # The first follow-up takes over the deferral's privacy unless the deferral was answered before.
    await interaction.edit_original_response(content=BELOW)
    await _follow(interaction, _texts(reply), _view(reply.buttons), ephemeral=False)
    await interaction.delete_original_response()


async def _follow(
    interaction: Interaction, texts: Sequence[str], view: discord.ui.View | None, *, ephemeral: bool
) -> None:
    for number, text in enumerate(texts, start=1):
        last = number == len(texts)
        shown = view if view is not None and last else discord.utils.MISSING
        await interaction.followup.send(text, ephemeral=ephemeral, suppress_embeds=True, view=shown)


def _texts(reply: Reply) -> list[str]:
    texts = render_page(reply.page)
    return texts if len(texts) <= MOST_MESSAGES else [*texts[: MOST_MESSAGES - 1], MORE]


def _view(buttons: Sequence[Button]) -> discord.ui.View | None:
    if not buttons:
        return None
    view = discord.ui.View(timeout=None)
    for row, pairs in enumerate(rows(buttons)):
        for label, command in pairs:
            view.add_item(discord.ui.Button(label=label, custom_id=command, row=row))
    # Presses come in as interactions with the command in them; a stopped view is not remembered.
    view.stop()
    return view
