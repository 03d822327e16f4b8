"""What the fake Discord holds: a server, its channels and members, and the messages in them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

EPOCH_MS = 1_420_070_400_000
BOT, APPLICATION = "100000000000000001", "100000000000000001"
GUILD = "110000000000000001"
ALERTS, GENERAL, NEWS, THREAD, HIDDEN = (f"12000000000000000{n}" for n in range(1, 6))
DM = "130000000000000001"
ADMIN, READER, STRANGER = (f"14000000000000000{n}" for n in range(1, 4))
ADMIN_ROLE, BOT_ROLE = "150000000000000001", "150000000000000002"

MANAGE_CHANNELS, MANAGE_GUILD, ADMINISTRATOR = 1 << 4, 1 << 5, 1 << 3
VIEW, SEND, EMBED, HISTORY, SEND_IN_THREADS = 1 << 10, 1 << 11, 1 << 14, 1 << 16, 1 << 38
EVERYBODY = VIEW | SEND | EMBED | HISTORY | SEND_IN_THREADS
ALL = (1 << 50) - 1
THREADS = (10, 11, 12)


def a_channel(channel: str, name: str, kind: int = 0, **more: object) -> Json:
    base: Json = {"id": channel, "guild_id": GUILD, "name": name, "type": kind, "position": 0}
    return {**base, "permission_overwrites": [], "last_message_id": None, **more}


def _channels() -> dict[str, Json]:
    hidden = [{"id": GUILD, "type": 0, "allow": "0", "deny": str(VIEW)}]
    thread = {
        "parent_id": GENERAL,
        "owner_id": BOT,
        "member_count": 1,
        "message_count": 0,
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2023-02-07T00:00:00+00:00",
            "locked": False,
        },
    }
    made = [
        a_channel(ALERTS, "alerts"),
        a_channel(GENERAL, "general"),
        a_channel(NEWS, "news", 5),
        a_channel(THREAD, "kidal", 11, **thread),
        a_channel(HIDDEN, "staff", permission_overwrites=hidden),
        {"id": DM, "type": 1, "recipients": [a_user(READER, "reader")], "last_message_id": None},
    ]
    return {channel["id"]: channel for channel in made}


def a_user(user: str, name: str, *, bot: bool = False) -> Json:
    return {
        "id": user,
        "username": name,
        "discriminator": "0",
        "global_name": name.capitalize(),
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
    }


def _member(user: Json, *roles: str) -> Json:
    return {
        "user": user,
        "roles": list(roles),
        "joined_at": "2023-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
    }


def _members() -> dict[str, Json]:
    return {
        BOT: _member(a_user(BOT, "sahelwatch", bot=True), BOT_ROLE),
        ADMIN: _member(a_user(ADMIN, "admin"), ADMIN_ROLE),
        READER: _member(a_user(READER, "reader")),
    }


def _roles() -> list[Json]:
    def role(number: str, name: str, bits: int) -> Json:
        return {"id": number, "name": name, "permissions": str(bits), "position": 0, "color": 0}

    return [
        role(GUILD, "@everyone", EVERYBODY),
        role(ADMIN_ROLE, "admins", MANAGE_GUILD | MANAGE_CHANNELS),
        role(BOT_ROLE, "sahelwatch", 0),
    ]


@dataclass
class World:
    """`shift` moves Discord's clock (seconds); `nonce_seconds` is the window of `enforce_nonce`."""

    channels: dict[str, Json] = field(default_factory=_channels)
    members: dict[str, Json] = field(default_factory=_members)
    roles: list[Json] = field(default_factory=_roles)
    messages: dict[str, Json] = field(default_factory=dict)
    nonces: dict[str, tuple[str, int]] = field(default_factory=dict)
    shift: float = 0.0
    nonce_seconds: float = 180.0
    _serial: int = 0

    def now_ms(self) -> int:
        return int((time.time() + self.shift) * 1000)

    def snowflake(self) -> str:
        self._serial += 1
        return str(((self.now_ms() - EPOCH_MS) << 22) | (self._serial & 0x3FFFFF))

    def deny(self, channel: str, bits: int) -> None:
        """Take rights from the bot in a channel."""
        rule = {"id": BOT, "type": 1, "allow": "0", "deny": str(bits)}
        self.channels[channel]["permission_overwrites"] = [rule]

    def rights(self, user: str, channel: str) -> int:
        place = self.channels[channel]
        if place["type"] == 1:
            return ALL
        if place["type"] in THREADS:
            place = self.channels[place["parent_id"]]
        member = self.members.get(user)
        if member is None:
            return 0
        held = [GUILD, *member["roles"]]
        bits = 0
        for role in self.roles:
            bits |= int(role["permissions"]) if role["id"] in held else 0
        if bits & ADMINISTRATOR:
            return ALL
        rules = {rule["id"]: rule for rule in place["permission_overwrites"]}
        for names in ([GUILD], member["roles"], [user]):
            for rule in (rules[name] for name in names if name in rules):
                bits = bits & ~int(rule["deny"]) | int(rule["allow"])
        return bits

    def post(self, channel: str, body: Json, author: str = BOT, **more: object) -> Json:
        """A message as the API shows it, added to its channel."""
        number = self.snowflake()
        member = self.members.get(author, {"user": a_user(author, "someone")})
        message: Json = {
            "id": number,
            "channel_id": channel,
            "author": member["user"],
            "content": body.get("content") or "",
            "embeds": body.get("embeds") or [],
            "components": body.get("components") or [],
            "flags": body.get("flags") or 0,
            "timestamp": "2023-02-07T14:02:00.000000+00:00",
            "edited_timestamp": None,
            "type": 0,
            "tts": False,
            "pinned": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            **more,
        }
        self.messages[number] = message
        self.channels[channel]["last_message_id"] = number
        return message

    def in_channel(self, channel: str) -> list[Json]:
        """Newest first; what only one person sees is not in the history."""
        found = [m for m in self.messages.values() if m["channel_id"] == channel and not m["flags"] & 64]
        return sorted(found, key=lambda message: -int(message["id"]))

    def guild(self) -> Json:
        everywhere = [c for c in self.channels.values() if c["type"] != 1]
        return {
            "id": GUILD,
            "name": "Sahel desk",
            "owner_id": "140000000000000009",
            "roles": self.roles,
            "channels": [c for c in everywhere if c["type"] not in THREADS],
            "threads": [c for c in everywhere if c["type"] in THREADS],
            "members": [self.members[BOT]],
            "member_count": len(self.members),
            "unavailable": False,
            "emojis": [],
            "stickers": [],
            "features": [],
            "preferred_locale": "en-US",
            "large": False,
        }
