"""The fake as a process of its own: `python -m tests.fakes.telegram --port 9201 --history sent.jsonl`.

Prints one line, "listening on http://…", once it takes requests. Each accepted message or edit becomes
a line of the history file at once. Other processes play people through `POST /control/…` (JSON):

    says     {"chat": -1001, "user": 42, "text": "/help", "thread": 0}
    presses  {"chat": -1001, "message_id": 3, "user": 42, "label": "Mali"} (or "data")
    chat     {"id": -1001, "type": "supergroup", "title": "Desk"}
    state    {"chat": -1001, "state": "kicked"}
    member   {"chat": -1001, "user": 42, "status": "administrator"}
    migrate  {"old": -55, "new": -10055}
    fault    {"method": "sendMessage", "status": 502, "commit": true, "times": 1}

`GET /control/history` gives all that was accepted, `GET /control/calls` how often each method was called.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.telegram.server import TOKEN, FakeTelegram


def add_control(server: FakeTelegram) -> None:
    """Give the server's application the routes for other processes; before it starts."""

    async def control(request: web.Request) -> web.Response:
        act = _ACTS.get(request.match_info["act"])
        if act is None:
            return web.json_response({"error": f"one of {sorted(_ACTS)}"}, status=404)
        try:
            return web.json_response({"ok": act(server, await request.json())})
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            return web.json_response({"error": repr(error)}, status=400)

    async def history(_: web.Request) -> web.Response:
        return web.json_response([one.json() for one in [*server.sent, *server.edits]])

    async def calls(_: web.Request) -> web.Response:
        return web.json_response(Counter(method for method, _ in server.calls))

    server.app.router.add_post("/control/{act}", control)
    server.app.router.add_get("/control/history", history)
    server.app.router.add_get("/control/calls", calls)


def _presses(server: FakeTelegram, what: dict[str, Any]) -> str:
    message = server.world.messages[what.pop("chat"), what.pop("message_id")]
    return server.user_presses(message, what.pop("user"), **what)


def _state(server: FakeTelegram, what: dict[str, Any]) -> str:
    server.world.chats[what["chat"]].state = what["state"]
    return str(what["state"])


def _member(server: FakeTelegram, what: dict[str, Any]) -> str:
    server.world.user(what["user"])
    server.world.chats[what["chat"]].members[what["user"]] = what["status"]
    return str(what["status"])


def _fault(server: FakeTelegram, what: dict[str, Any]) -> str:
    server.fail(what.pop("method", ""), **what)
    return "ordered"


_ACTS: dict[str, Callable[[FakeTelegram, dict[str, Any]], Any]] = {
    "says": lambda server, what: server.user_says(**what),
    "presses": _presses,
    "chat": lambda server, what: server.add_chat(**what).json(),
    "state": _state,
    "member": _member,
    "migrate": lambda server, what: server.migrate(what["old"], what["new"]),
    "fault": _fault,
}


def _chat(text: str) -> tuple[int, str, str]:
    number, _, rest = text.partition(":")
    kind, _, title = rest.partition(":")
    return int(number), kind, title


async def serve(args: argparse.Namespace) -> None:
    server = FakeTelegram(token=args.token, port=args.port, limits=args.limits, history=args.history)
    for number, kind, title in args.chat:
        server.add_chat(number, kind, title=title or f"Chat {number}")
    add_control(server)
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with server:
        print(f"listening on {server.base}", flush=True)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.telegram", description="A fake Bot API server."
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--token", default=TOKEN, help="the only token it takes")
    parser.add_argument(
        "--history", type=Path, help="append each accepted message to this file, as JSON lines"
    )
    parser.add_argument("--limits", action="store_true", help="answer 429 to what breaks Telegram's limits")
    parser.add_argument(
        "--chat",
        type=_chat,
        action="append",
        default=[],
        metavar="ID[:TYPE[:TITLE]]",
        help="a chat that exists; write --chat=-1001:supergroup:Desk",
    )
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
