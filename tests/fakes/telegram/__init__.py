"""A strict Bot API server on loopback, for tests of the adapter and of the whole process."""

from __future__ import annotations

from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.server import TOKEN, FakeTelegram
from tests.fakes.telegram.world import ANONYMOUS, BOT, SERVICE, Accepted, Chat

__all__ = ["ANONYMOUS", "BOT", "SERVICE", "TOKEN", "Accepted", "Chat", "FakeTelegram", "Fault"]
