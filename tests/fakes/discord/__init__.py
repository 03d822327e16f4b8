"""A strict Discord on loopback: REST and gateway, for tests of the adapter and of the whole process."""

from __future__ import annotations

from tests.fakes.discord.faults import Fault, Limits
from tests.fakes.discord.interactions import Asked
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import (
    ADMIN,
    ALERTS,
    BOT,
    DM,
    GENERAL,
    GUILD,
    HIDDEN,
    NEWS,
    READER,
    STRANGER,
    THREAD,
    World,
)

__all__ = [
    "ADMIN",
    "ALERTS",
    "BOT",
    "DM",
    "GENERAL",
    "GUILD",
    "HIDDEN",
    "NEWS",
    "READER",
    "STRANGER",
    "THREAD",
    "TOKEN",
    "Asked",
    "FakeDiscord",
    "Fault",
    "Limits",
    "World",
]
