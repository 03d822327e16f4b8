"""Chats, subscriptions and who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from news.watch import WatchlistId

ChatId = NewType("ChatId", int)


class Platform(StrEnum):
    CONSOLE = "console"
    TELEGRAM = "telegram"
    DISCORD = "discord"


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"
    CONSOLE = "console"


class ChatState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a Telegram chat (and topic) or a Discord channel or thread.

    `address` is the platform's id as a string; `thread` the Telegram topic id or "" (a Discord
    thread is an address of its own).
    """

    platform: Platform
    address: str
    thread: str = ""
    kind: ChatKind = ChatKind.PRIVATE
    title: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    id: ChatId
    place: Place
    state: ChatState = ChatState.ACTIVE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    chat: ChatId
    watchlist: WatchlistId
    since: datetime


class Role(IntEnum):
    """Ranks, lowest first; a command names the least that may call it."""

    MEMBER = 0
    CHAT_ADMIN = 1
    ADMIN = 2
    OWNER = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and from where. `chat_admin` is the platform's own admin right in that chat,
    asked fresh. `anonymous`: the platform hides who it is (never trusted beyond MEMBER)."""

    platform: Platform
    user: str
    name: str
    place: Place
    chat_admin: bool = False
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class AuditRow:
    at: datetime
    actor: str
    action: str
    subject: str
    before: str = ""
    after: str = ""
    allowed: bool = True
