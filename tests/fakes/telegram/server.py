"""A strict Bot API server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.telegram.faults import Fault, Flood
from tests.fakes.telegram.methods import Methods, member_json
from tests.fakes.telegram.schema import ApiError, checked
from tests.fakes.telegram.world import ANONYMOUS, BOT, Accepted, Chat, Json, World

TOKEN = "7000001:AAcanary-token-of-the-fake-telegram0"
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
LONGEST_POLL = 50.0  # the real server's cap, seconds


class FakeTelegram:
    """`async with FakeTelegram() as server:` then point a bot at `server.base` with `server.token`.

    `sent` and `edits` are what it took, `refused` what it did not (method, code, description),
    `answers` the answered presses, `calls` every call. Chats exist once added or spoken in.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        port: int = 0,
        username: str = "sahelwatch_bot",
        limits: bool = False,
        history: Path | None = None,
    ) -> None:
        self.token = token
        self.world = World()
        self.flood = Flood() if limits else None
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, Json]] = []
        self.refused: list[tuple[str, int, str]] = []
        self._methods = Methods(self.world, username)
        self._username = username
        self._port = port
        self._history = history
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()
        self._poll: asyncio.Event | None = None
        self.app = web.Application()
        self.app.router.add_route("*", "/bot{token}/{method}", self._serve)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after `stop` on the same port again, with all it knew."""
        self._closing.clear()
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self._closing.set()
        self._wake()
        await self._runner.cleanup()
        # A web.Application serves one life only.
        self.app = web.Application()
        self.app.router.add_route("*", "/bot{token}/{method}", self._serve)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def sent(self) -> list[Accepted]:
        return self.world.sent

    @property
    def edits(self) -> list[Accepted]:
        return self.world.edits

    @property
    def answers(self) -> list[Json]:
        return self.world.answers

    # ---- what people do ----------------------------------------------------------------------

    def add_chat(self, id: int, type: str = "", **more: Any) -> Chat:
        """A chat: private for a positive id, else a supergroup, unless `type` says otherwise."""
        return self.world.add_chat(id, type, **more)

    def user_says(
        self,
        chat: int,
        user: int,
        text: str,
        *,
        thread: int = 0,
        at: float | None = None,
        anonymous: bool = False,
        forwarded: bool = False,
        **more: Any,
    ) -> Json:
        """A message of a person; gives the update's message. `more` goes into the message."""
        room = self.world.chats.get(chat) or self.world.add_chat(chat)
        if thread:
            room.is_forum = True
            room.topics.setdefault(thread, True)
        if not anonymous:
            room.members.setdefault(user, "member")
        message = self.world.message(room, thread, at, text=text, **more)
        message["from"] = self.world.user(ANONYMOUS if anonymous else user)
        if anonymous:
            message["sender_chat"] = room.json()
        if forwarded:
            origin = {"type": "user", "date": message["date"], "sender_user": self.world.user(user)}
            message["forward_origin"] = origin
        if command := re.match(r"/\w+(@\w+)?", text):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
        self.world.update(message=message)
        self._wake()
        return message

    def user_presses(
        self,
        message: Accepted,
        user: int,
        *,
        label: str = "",
        data: str | None = None,
        at: float | None = None,
    ) -> str:
        """A press on a button (by label; default the first), or forged `data`; gives the query's id."""
        buttons = [b for row in self.world.messages[message.chat, message.message_id].buttons for b in row]
        if data is None:
            data = next(b["callback_data"] for b in buttons if label in ("", b["text"]))
        query = str(self.world.number())
        self.world.queries[query] = time.time() if at is None else at
        shown = self.world.shown(self.world.messages[message.chat, message.message_id])
        content = {
            "id": query,
            "from": self.world.user(user),
            "message": shown,
            "data": data,
            "chat_instance": "1",
        }
        self.world.update(callback_query=content)
        self._wake()
        return query

    def bot_member(self, chat: int, status: str, by: int = 1) -> None:
        """The bot's own status in a chat changes: member, administrator, restricted, left, kicked."""
        room = self.world.chats.get(chat) or self.world.add_chat(chat)
        old, room.members[BOT] = room.members.get(BOT, "left"), status
        out = {"left": "left", "kicked": "blocked" if room.type == "private" else "kicked"}
        room.state = out.get(status, "ok")
        bot = self.world.user(BOT)
        change = {"chat": room.json(), "from": self.world.user(by), "date": int(time.time())}
        change |= {
            "old_chat_member": member_json(room, bot, old),
            "new_chat_member": member_json(room, bot, status),
        }
        self.world.update(my_chat_member=change)
        self._wake()

    def migrate(self, old: int, new: int, *, announce: bool = True) -> None:
        """A group becomes a supergroup, with the two service messages Telegram sends."""
        before = self.world.chats[old]
        after = self.world.add_chat(new, "supergroup", title=before.title, members=dict(before.members))
        before.state, before.migrated_to = "migrated", new
        if announce:
            self.world.update(message=self.world.message(before, migrate_to_chat_id=new))
            self.world.update(message=self.world.message(after, migrate_from_chat_id=old))
            self._wake()

    def fail(self, method: str = "", **what: Any) -> Fault:
        """Order a fault for the next call (`times` calls) of `method`."""
        self.faults.append(fault := Fault(method, **what))
        return fault

    async def until(self, met: Callable[[], object], seconds: float = 20) -> None:
        """Wait until `met()`; fails after `seconds` with what was seen instead."""
        try:
            async with asyncio.timeout(seconds):
                while not met():
                    self._changed.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), 0.05)
        except TimeoutError:
            seen = [m.text for m in self.sent[-5:]]
            told = f"not within {seconds} s; sent {seen}, refused {self.refused[-5:]}"
            raise AssertionError(told) from None

    # ---- the server --------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        raw = await self._params(request)
        self.calls.append((method, raw))
        if request.match_info["token"] != self.token:
            return self._refusal(method, ApiError(401, "Unauthorized"))
        fault = next((f for f in self.faults if f.meets(method, _number(raw.get("chat_id")))), None)
        if fault is None:
            return await self._answer(method, raw)
        fault.times -= 1
        return await self._faulty(request, fault, method, raw)

    async def _params(self, request: web.Request) -> Json:
        is_json = request.content_type == "application/json"
        body: Any = await request.json() if is_json else await request.post()
        return {**request.query, **body}

    async def _answer(self, method: str, raw: Json) -> web.Response:
        try:
            params = checked(method, raw)
            if method == "getUpdates":
                return _ok(await self._updates(params))
            if self.flood and method in ("sendMessage", "editMessageText"):
                self.flood.check(self.world.chat(params["chat_id"]).id)
            result = self._methods.call(method, params)
        except ApiError as error:
            return self._refusal(method, error)
        self._record(method)
        self._wake()
        return _ok(result)

    async def _faulty(self, request: web.Request, fault: Fault, method: str, raw: Json) -> web.StreamResponse:
        usual = await self._answer(method, raw) if fault.commit else None
        if fault.delay:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), fault.delay)
        if fault.hang:
            await self._closing.wait()
        if fault.hang or fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.retry_after:
            said = f"Too Many Requests: retry after {fault.retry_after}"
            return self._refusal(method, ApiError(429, said, retry_after=fault.retry_after))
        if fault.html:
            page = "<html><h1>Not the page you want</h1></html>"
            return web.Response(status=fault.status, text=page, content_type="text/html")
        if fault.status:
            return self._refusal(method, ApiError(fault.status, fault.description or "Internal Server Error"))
        return usual or await self._answer(method, raw)

    async def _updates(self, params: Json) -> list[Json]:
        """Long polling: a second poller ends the first one's request with 409, as Telegram does."""
        self.world.allowed = params.get("allowed_updates", self.world.allowed)
        offset = params.get("offset", 0)
        if offset > 0:
            self.world.updates = [u for u in self.world.updates if u["update_id"] >= offset]
        if self._poll is not None:
            self._poll.set()
        ended = self._poll = asyncio.Event()
        deadline = time.monotonic() + min(params.get("timeout", 0), LONGEST_POLL)
        try:
            while not self.world.updates and not ended.is_set() and not self._closing.is_set():
                if (left := deadline - time.monotonic()) <= 0:
                    break
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), min(left, 0.02))
        finally:
            self._poll = None if self._poll is ended else self._poll
        if ended.is_set():
            raise ApiError(409, CONFLICT)
        return self.world.updates[: params.get("limit", 100)]

    def _refusal(self, method: str, error: ApiError) -> web.Response:
        self.refused.append((method, error.code, error.description))
        self._wake()
        body: Json = {"ok": False, "error_code": error.code, "description": error.description}
        body |= {"parameters": error.parameters} if error.parameters else {}
        wait = error.parameters.get("retry_after")
        headers = {"Retry-After": str(wait)} if wait else {}
        return web.json_response(body, status=error.code, headers=headers)

    def _record(self, method: str) -> None:
        newest = {"sendMessage": self.sent, "editMessageText": self.edits}.get(method)
        if self._history and newest:
            with self._history.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(newest[-1]), ensure_ascii=False) + "\n")

    def _wake(self) -> None:
        self._changed.set()


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _number(value: Any) -> Any:
    return int(value) if re.fullmatch(r"-?\d+", str(value)) else value
