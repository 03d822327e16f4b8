"""The fake Discord as one loopback server: REST, gateway, faults, and a person at the keyboard."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.fakes.discord.faults import Fault, Limits, error, for_ever, too_many
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions import Asked, Interactions
from tests.fakes.discord.rest import Rest
from tests.fakes.discord.world import ALERTS, BOT, GUILD, READER, World

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKEN = "canary-discord-token-MTIzNDU2.Xy.z"


class FakeDiscord:
    """`async with FakeDiscord() as server`: `server.api_base` and `server.gateway` are the two
    addresses. `sent` holds each message accepted through Create Message, `edits` each edit, both as
    they were then; `world` is the server's state, `faults` what goes wrong next."""

    def __init__(
        self, *, port: int = 0, token: str = TOKEN, limits: Limits | None = None, history: Path | None = None
    ) -> None:
        self.token = token
        self.world = World()
        self.limits = limits or Limits()
        self.interactions = Interactions(self.world)
        self.events = Gateway(self.world, token)
        self.faults: list[Fault] = []
        self.sent: list[Json] = []
        self.edits: list[Json] = []
        self.requests: list[tuple[str, str]] = []
        self.bodies: list[tuple[str, str, Any]] = []
        self._port = port
        self._history = history
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> FakeDiscord:
        app = web.Application(middlewares=[self._judge])
        rest = Rest(self.world, self.interactions, self.limits, self._accepted)
        app.add_routes([*rest.routes(), web.get("/gateway", self.events.connect)])
        app.add_routes([web.get("/resume", self.events.connect), web.post("/control", self._control)])
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.events.resume_url = f"ws://127.0.0.1:{self._port}/resume"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self.events.drop()
        await self._runner.cleanup()

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/v10"

    @property
    def gateway(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway"

    # ---- what a test or a person does -------------------------------------------------------

    def fail(self, method: str, path: str, **fault: Any) -> Fault:
        """Make the next matching requests go wrong; see `Fault`."""
        made = Fault(method, path, **fault)
        self.faults.append(made)
        return made

    def delete(self, message: str) -> None:
        del self.world.messages[message]

    async def slash(self, name: str, user: str = READER, channel: str = ALERTS, **options: str) -> Asked:
        asked, event = self.interactions.command(name, options, user, channel)
        await self.events.push("INTERACTION_CREATE", event)
        return asked

    async def complete(self, name: str, option: str, typed: str, user: str = READER) -> list[str]:
        asked, event = self.interactions.completion(name, option, typed, user, ALERTS)
        await self.events.push("INTERACTION_CREATE", event)
        return await asked.completed()

    async def press(self, message: Json, custom_id: str, user: str = READER) -> Asked:
        asked, event = self.interactions.press(message, custom_id, user)
        await self.events.push("INTERACTION_CREATE", event)
        return asked

    async def put_out(self) -> None:
        """The bot is removed from the server."""
        self.world.members.pop(BOT)
        await self.events.push("GUILD_DELETE", {"id": GUILD})

    async def registered(self) -> list[Json]:
        """The command list, once the bot has registered one."""
        async with asyncio.timeout(20):
            await self.interactions.registered.wait()
        return self.interactions.commands

    # ---- what every request passes ----------------------------------------------------------

    @web.middleware
    async def _judge(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/api/"):
            return await handler(request)
        self.requests.append((request.method, request.path))
        if request.body_exists:
            self.bodies.append((request.method, request.path, json.loads(await request.text())))
        fault = next((fault for fault in self.faults if fault.fits(request)), None)
        if fault is not None:
            return await self._go_wrong(fault, request, handler)
        return self._refused(request) or await self._handled(request, handler)

    async def _go_wrong(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        fault.times -= 1
        await asyncio.sleep(fault.delay)
        answer: web.StreamResponse = web.Response(status=500)
        if fault.commit or not (fault.status or fault.drop or fault.hang):
            answer = self._refused(request) or await self._handled(request, handler)
        if fault.hang:
            await for_ever()
        if fault.drop and request.transport is not None:
            request.transport.abort()
        return fault.answer() if fault.status else answer

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.path.startswith(("/api/v10/interactions/", "/api/v10/webhooks/")):
            return None
        if request.headers.get("Authorization") != f"Bot {self.token}":
            return error(401, 0, "401: Unauthorized")
        if not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
            return error(403, 40333, "internal network error")
        if (wait := self.limits.overall_wait()) > 0:
            return too_many(wait, everywhere=True)
        return None

    async def _handled(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.body_exists and request.headers.get("Content-Type") != "application/json":
            return error(400, 50109, "The request body contains invalid JSON.")
        try:
            return await handler(request)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            return error(404, 0, "404: Not Found")

    def _accepted(self, event: str, message: Json) -> None:
        (self.sent if event == "message" else self.edits).append(dict(message))
        if self._history is not None:
            kept = ("id", "channel_id", "nonce", "content", "embeds", "components", "flags")
            line = {"event": event, "at": time.time(), **{name: message.get(name) for name in kept}}
            with self._history.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    async def _control(self, request: web.Request) -> web.Response:
        """For runs of the real process: {"fail": {…}}, {"slash": {…}}, {"delete": id} or
        {"gateway": "drop" | "down" | "up"}; a slash waits for its answer."""
        order = await request.json()
        shown: object = True
        if "fail" in order:
            self.fail(**order["fail"])
        if "delete" in order:
            self.delete(order["delete"])
        if "slash" in order:
            asked = await (await self.slash(**order["slash"])).answered()
            shown = [message["content"] for message in asked.messages]
        if "gateway" in order:
            self.events.down = order["gateway"] == "down"
            if order["gateway"] != "up":
                await self.events.drop()
        return web.json_response({"done": shown})
