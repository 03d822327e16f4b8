"""Commands, completions and presses as people make them, and what the bot answers."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord import checks
from tests.fakes.discord.faults import error, reply
from tests.fakes.discord.world import (
    APPLICATION,
    BOT,
    DM,
    GUILD,
    World,
    a_user,
)

Json = dict[str, Any]
ACK_SECONDS = 3.0
EPHEMERAL = 64


@dataclass
class Asked:
    """One interaction. `messages` are the answers as the person sees them, the original first."""

    id: str
    token: str
    kind: int
    channel: str
    at: float
    user: Json
    callback: int = 0
    private: bool = False
    original: Json | None = None
    followups: list[Json] = field(default_factory=list)
    choices: list[str] | None = None
    deleted: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def messages(self) -> list[Json]:
        first = [] if self.original is None or self.deleted else [self.original]
        return first + self.followups

    @property
    def text(self) -> str:
        return "\n".join(message["content"] for message in self.messages)

    async def answered(self, messages: int = 1, *, without_original: bool = False) -> Asked:
        """Wait until that many messages answer it (and the original is deleted, where asked for)."""
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(
                lambda: len(self.messages) >= messages and (self.deleted or not without_original)
            )
        return self

    async def completed(self) -> list[str]:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: self.choices is not None)
        return self.choices or []

    async def touch(self) -> None:
        async with self.changed:
            self.changed.notify_all()


class Interactions:
    def __init__(self, world: World) -> None:
        self._world = world
        self.commands: list[Json] = []
        self.registered = asyncio.Event()
        self.asked: dict[str, Asked] = {}
        self.late = 0

    def command(self, name: str, options: dict[str, str], user: str, channel: str) -> tuple[Asked, Json]:
        """A slash command; fails where Discord's client would not let a person type it."""
        command = self._command(name)
        known = {option["name"]: option for option in command["options"]}
        missing = [n for n, o in known.items() if o.get("required") and n not in options]
        assert not missing, f"/{name} needs {missing}"
        given = []
        for option, value in options.items():
            assert option in known, f"/{name} has no option {option}"
            choices = [choice["value"] for choice in known[option].get("choices", [])]
            assert not choices or value in choices, f"{value} is no choice of {option}"
            given.append({"name": option, "type": 3, "value": value})
        data = {"id": command["id"], "name": name, "type": 1, "options": given}
        return self._make(2, data, user, channel)

    def completion(self, name: str, option: str, typed: str, user: str, channel: str) -> tuple[Asked, Json]:
        command = self._command(name)
        assert any(o["name"] == option and o.get("autocomplete") for o in command["options"])
        options = [{"name": option, "type": 3, "value": typed, "focused": True}]
        data = {"id": command["id"], "name": name, "type": 1, "options": options}
        return self._make(4, data, user, channel)

    def press(self, message: Json, custom_id: str, user: str) -> tuple[Asked, Json]:
        buttons = [b["custom_id"] for row in message["components"] for b in row["components"]]
        assert custom_id in buttons, f"no such button: {buttons}"
        data = {"custom_id": custom_id, "component_type": 2}
        return self._make(3, data, user, message["channel_id"], message=message)

    def _command(self, name: str) -> Json:
        found = [command for command in self.commands if command["name"] == name]
        assert found, f"/{name} is not registered"
        return found[0]

    def _make(self, kind: int, data: Json, user: str, channel: str, **more: object) -> tuple[Asked, Json]:
        known = self._world.members.get(user)
        person = known["user"] if known else a_user(user, "reader")
        asked = Asked(self._world.snowflake(), secrets.token_hex(16), kind, channel, time.monotonic(), person)
        self.asked[asked.token] = asked
        place = self._world.channels[channel]
        event: Json = {
            "id": asked.id,
            "application_id": APPLICATION,
            "type": kind,
            "data": data,
            "channel": place,
            "channel_id": channel,
            "token": asked.token,
            "version": 1,
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {},
            "attachment_size_limit": 10_485_760,
            "app_permissions": str(self._world.rights(BOT, channel)),
            **more,
        }
        if channel == DM:
            return asked, {**event, "context": 1, "user": person}
        member = {**self._world.members[user], "permissions": str(self._world.rights(user, channel))}
        guild = {"id": GUILD, "locale": "en-US", "features": []}
        return asked, {**event, "context": 0, "guild_id": GUILD, "guild": guild, "member": member}

    async def callback(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None or asked.id != request.match_info["id"]:
            return error(404, 10062, "Unknown interaction")
        if asked.callback:
            return error(400, 40060, "Interaction has already been acknowledged.")
        if time.monotonic() - asked.at > ACK_SECONDS:
            self.late += 1
            return error(404, 10062, "Unknown interaction")
        body = await request.json()
        kind, data = body.get("type"), body.get("data") or {}
        if kind not in checks.CALLBACKS or (kind == 8) != (asked.kind == 4):
            return error(400, 50035, "Invalid Form Body: type")
        if why := checks.CALLBACKS[kind](data):
            return error(400, 50035, f"Invalid Form Body: {why}")
        asked.callback = kind
        asked.private = bool(data.get("flags", 0) & EPHEMERAL)
        if kind == 8:
            asked.choices = [choice["value"] for choice in data["choices"]]
        await asked.touch()
        return self._acknowledged(asked, request)

    @staticmethod
    def _acknowledged(asked: Asked, request: web.Request) -> web.Response:
        if request.query.get("with_response") != "1":
            return web.Response(status=204)
        interaction = {"id": asked.id, "type": asked.kind, "response_message_loading": asked.callback == 5}
        return reply({"interaction": interaction, "resource": {"type": asked.callback}})

    async def original(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None or not asked.callback or asked.deleted:
            return error(404, 10015, "Unknown Webhook")
        if request.method == "DELETE":
            asked.deleted = True
            await asked.touch()
            return web.Response(status=204)
        body = await request.json()
        # discord.py sends `tts` with these edits too, and Discord lets it pass.
        if why := checks.FOLLOW_UP(body) or checks.message_rules(body):
            return error(400, 50035, f"Invalid Form Body: {why}")
        flags = EPHEMERAL if asked.private else 0
        asked.original = self._message(asked, {**body, "flags": flags})
        await asked.touch()
        return reply(asked.original)

    async def follow_up(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None or not asked.callback:
            return error(404, 10015, "Unknown Webhook")
        body = await request.json()
        if why := checks.FOLLOW_UP(body) or checks.message_rules(body):
            return error(400, 50035, f"Invalid Form Body: {why}")
        if asked.callback == 5 and asked.original is None and not asked.deleted:
            # The first follow-up to an open deferral takes its place and its privacy.
            asked.original = self._message(asked, {**body, "flags": EPHEMERAL if asked.private else 0})
            await asked.touch()
            return reply(asked.original)
        message = self._message(asked, body)
        asked.followups.append(message)
        await asked.touch()
        return reply(message)

    def _message(self, asked: Asked, body: Json) -> Json:
        more = {
            "webhook_id": APPLICATION,
            "application_id": APPLICATION,
            "interaction_metadata": {
                "id": asked.id,
                "type": asked.kind,
                "user": asked.user,
                "authorizing_integration_owners": {},
            },
        }
        return self._world.post(asked.channel, body, BOT, **more)
