"""The gateway: hello, identify, ready, heartbeats, resume, and events pushed by the test."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.discord.world import APPLICATION, BOT, GUILD, World

Json = dict[str, Any]
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
MOST_PAYLOAD = 4096


@dataclass
class Session:
    id: str
    events: list[Json] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None


class Gateway:
    """`down`: refuse connections. `seen` lists what clients did: identify, resume, resumed, heartbeat."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self.sessions: dict[str, Session] = {}
        self.down = False
        self.resume_url = ""
        self.seen: list[str] = []
        self.changed = asyncio.Condition()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        if self.down:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            await socket.close(code=4012)
            return socket
        await self._send(socket, {"op": HELLO, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT or len(message.data.encode()) > MOST_PAYLOAD:
                await socket.close(code=4002)
                break
            await self._hear(socket, json.loads(message.data))
        return socket

    async def push(self, event: str, data: object) -> None:
        """An event to every session; what is not received is kept for a resume."""
        for session in self.sessions.values():
            packet = {"op": DISPATCH, "t": event, "s": len(session.events) + 1, "d": data}
            session.events.append(packet)
            if session.socket is not None and not session.socket.closed:
                await self._send(session.socket, packet)

    async def drop(self, *, code: int = 0) -> None:
        """Cut every connection: without a word, or with a close code."""
        for session in self.sessions.values():
            socket, session.socket = session.socket, None
            if socket is None or socket.closed:
                continue
            if code:
                await socket.close(code=code)
            elif socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    def forget(self) -> None:
        """No session can be resumed any more."""
        self.sessions.clear()

    async def wait_for(self, what: str, count: int = 1) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: self.seen.count(what) >= count)

    async def _hear(self, socket: web.WebSocketResponse, packet: Json) -> None:
        match packet.get("op"):
            case 1:
                await self._note("heartbeat")
                await self._send(socket, {"op": ACK})
            case 2:
                await self._identify(socket, packet["d"])
            case 6:
                await self._resume(socket, packet["d"])
            case 3 | 4 | 8:
                pass
            case _:
                await socket.close(code=4001)

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> None:
        if data["token"] != self._token:
            await socket.close(code=4004)
            return
        if data["intents"] & PRIVILEGED:
            await socket.close(code=4014)
            return
        session = Session(secrets.token_hex(8), socket=socket)
        self.sessions = {session.id: session}
        bot = self._world.members[BOT]["user"]
        ready = {
            "v": 10,
            "user": bot,
            "guilds": [{"id": GUILD, "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.resume_url,
            "application": {"id": APPLICATION, "flags": 0},
        }
        await self.push("READY", ready)
        await self.push("GUILD_CREATE", self._world.guild())
        await self._note("identify")

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> None:
        await self._note("resume")
        session = self.sessions.get(data["session_id"])
        if data["token"] != self._token or session is None:
            await self._send(socket, {"op": INVALID, "d": False})
            return
        session.socket = socket
        for packet in session.events[data["seq"] :]:
            await self._send(socket, packet)
        await self._send(socket, {"op": DISPATCH, "t": "RESUMED", "s": len(session.events) + 1, "d": {}})
        session.events.append({"op": DISPATCH, "t": "RESUMED", "s": len(session.events) + 1, "d": {}})
        await self._note("resumed")

    async def _note(self, what: str) -> None:
        async with self.changed:
            self.seen.append(what)
            self.changed.notify_all()

    @staticmethod
    async def _send(socket: web.WebSocketResponse, packet: Json) -> None:
        await socket.send_str(json.dumps(packet))
