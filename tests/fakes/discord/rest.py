"""The REST endpoints a bot uses, with Discord's own refusals."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.fakes.discord import checks
from tests.fakes.discord.faults import Limits, error, reply, too_many
from tests.fakes.discord.interactions import Interactions
from tests.fakes.discord.world import (
    APPLICATION,
    BOT,
    EMBED,
    GUILD,
    HISTORY,
    SEND,
    SEND_IN_THREADS,
    THREADS,
    VIEW,
    World,
)

Json = dict[str, Any]


class Rest:
    """`accepted` is called with each message taken in and each edit."""

    def __init__(self, world: World, interactions: Interactions, limits: Limits, accepted: Any) -> None:
        self._world = world
        self._interactions = interactions
        self.limits = limits
        self._accepted = accepted

    def routes(self) -> list[web.RouteDef]:
        channel = "/api/v10/channels/{channel}"
        hook = "/api/v10/webhooks/{app}/{token}"
        asked = self._interactions
        return [
            web.get("/api/v10/users/@me", self._me),
            web.get("/api/v10/oauth2/applications/@me", self._application),
            web.get(f"/api/v10/applications/{APPLICATION}/commands", self._commands),
            web.put(f"/api/v10/applications/{APPLICATION}/commands", self._register),
            web.get(f"/api/v10/guilds/{GUILD}", self._guild),
            web.get(f"/api/v10/guilds/{GUILD}/members/{{user}}", self._member),
            web.get(channel, self._channel),
            web.get(channel + "/messages", self._history),
            web.post(channel + "/messages", self._create),
            web.patch(channel + "/messages/{message}", self._edit),
            web.post("/api/v10/interactions/{id}/{token}/callback", asked.callback),
            web.patch(hook + "/messages/@original", asked.original),
            web.delete(hook + "/messages/@original", asked.original),
            web.post(hook, asked.follow_up),
        ]

    async def _me(self, request: web.Request) -> web.Response:
        return reply(self._world.members[BOT]["user"])

    async def _application(self, request: web.Request) -> web.Response:
        base: Json = {"id": APPLICATION, "name": "sahelwatch", "icon": None, "description": "", "flags": 0}
        owner = self._world.members[BOT]["user"]
        more = {"bot_public": False, "bot_require_code_grant": False, "verify_key": "0" * 64, "owner": owner}
        return reply({**base, **more, "summary": "", "team": None})

    async def _commands(self, request: web.Request) -> web.Response:
        return reply(self._interactions.commands)

    async def _register(self, request: web.Request) -> web.Response:
        body = await request.json()
        if why := checks.command_rules(body):
            return error(400, 50035, f"Invalid Form Body: {why}")
        ours = {"application_id": APPLICATION}
        made = [{"options": [], **c, **ours, "id": self._world.snowflake()} for c in body]
        self._interactions.commands = made
        self._interactions.registered.set()
        return reply(made)

    async def _guild(self, request: web.Request) -> web.Response:
        if BOT not in self._world.members:
            return error(404, 10004, "Unknown Guild")
        guild = self._world.guild()
        return reply({name: guild[name] for name in ("id", "name", "owner_id", "roles")})

    async def _member(self, request: web.Request) -> web.Response:
        member = self._world.members.get(request.match_info["user"])
        return reply(member) if member else error(404, 10007, "Unknown Member")

    def _refusal(self, channel: str, needed: int) -> web.Response | None:
        if channel not in self._world.channels:
            return error(404, 10003, "Unknown Channel")
        rights = self._world.rights(BOT, channel)
        if not rights & VIEW:
            return error(403, 50001, "Missing Access")
        return None if rights & needed == needed else error(403, 50013, "Missing Permissions")

    async def _channel(self, request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        return self._refusal(channel, 0) or reply(self._world.channels[channel])

    async def _history(self, request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        if (refused := self._refusal(channel, 0)) is not None:
            return refused
        if not self._world.rights(BOT, channel) & HISTORY:
            return reply([])  # as documented: no error, no messages
        limit = int(request.query.get("limit", "50"))
        if not 1 <= limit <= 100:
            return error(400, 50035, "Invalid Form Body: limit")
        before = int(request.query.get("before", str(1 << 63)))
        found = [m for m in self._world.in_channel(channel) if int(m["id"]) < before]
        return reply([{k: v for k, v in message.items() if k != "nonce"} for message in found[:limit]])

    async def _create(self, request: web.Request) -> web.Response:
        channel = request.match_info["channel"]
        if (wait := self.limits.channel_wait(channel)) > 0:
            return too_many(wait, everywhere=False)
        body = await request.json()
        answer = self._refusal(channel, 0) or self._checked(body, checks.CREATE) or self._take(channel, body)
        answer.headers.update(self.limits.headers(channel))
        return answer

    def _take(self, channel: str, body: Json) -> web.Response:
        thread = self._world.channels[channel]["type"] in THREADS
        needed = (SEND_IN_THREADS if thread else SEND) | (EMBED if body.get("embeds") else 0)
        if (refused := self._refusal(channel, needed)) is not None:
            return refused
        nonce = str(body.get("nonce", ""))
        world = self._world
        if nonce and body.get("enforce_nonce") and nonce in world.nonces:
            first, at = world.nonces[nonce]
            if world.now_ms() - at <= world.nonce_seconds * 1000:
                known = world.messages.get(first)
                return reply(known) if known else error(404, 10008, "Unknown Message")
        message = world.post(channel, body, **({"nonce": body["nonce"]} if nonce else {}))
        world.nonces[nonce] = (message["id"], world.now_ms())
        self._accepted("message", message)
        return reply(message)

    async def _edit(self, request: web.Request) -> web.Response:
        channel, number = request.match_info["channel"], request.match_info["message"]
        body = await request.json()
        if (refused := self._refusal(channel, 0) or self._checked(body, checks.EDIT, empty=True)) is not None:
            return refused
        message = self._world.messages.get(number)
        if message is None or message["channel_id"] != channel:
            return error(404, 10008, "Unknown Message")
        if message["author"]["id"] != BOT:
            return error(403, 50005, "Cannot edit a message authored by another user")
        for name in ("content", "embeds", "components", "flags"):
            if name in body:
                message[name] = body[name] or message[name].__class__()
        message["edited_timestamp"] = "2023-02-07T14:05:00.000000+00:00"
        self._accepted("edit", message)
        return reply(message)

    @staticmethod
    def _checked(body: Any, check: checks.Check, *, empty: bool = False) -> web.Response | None:
        if why := check(body) or checks.message_rules(body):
            return error(400, 50035, f"Invalid Form Body: {why}")
        if not empty and not (body.get("content") or "").strip() and not body.get("embeds"):
            return error(400, 50006, "Cannot send an empty message")
        return None
