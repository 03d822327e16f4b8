"""All commands, in the order in which help lists them and platforms register them."""

from __future__ import annotations

from bot.commands import (
    admins,
    feeds,
    leaving,
    reading,
    sample,
    sending,
    start,
    state,
    subscriptions,
    watching,
)
from bot.commands.ask import Command

COMMANDS: tuple[Command, ...] = (
    *start.COMMANDS,
    *subscriptions.COMMANDS,
    *reading.COMMANDS,
    *sample.COMMANDS,
    *leaving.COMMANDS,
    *feeds.COMMANDS,
    *watching.COMMANDS,
    *sending.COMMANDS,
    *state.COMMANDS,
    *admins.COMMANDS,
)
