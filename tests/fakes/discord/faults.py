"""What a test can make go wrong, and Discord's own limits."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]


@dataclass
class Fault:
    """For the next `times` requests whose method and path match: after the request was carried out
    (`commit`) or instead of it, answer `status`, drop the connection, or hang; `delay` first."""

    method: str
    path: str
    times: int = 1
    status: int = 0
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    commit: bool = False
    drop: bool = False
    hang: bool = False
    delay: float = 0.0

    def fits(self, request: web.BaseRequest) -> bool:
        return self.times > 0 and self.method == request.method and bool(re.search(self.path, request.path))

    def answer(self) -> web.Response:
        if isinstance(self.body, str):
            html = {**self.headers, "Content-Type": "text/html"}
            return web.Response(status=self.status, text=self.body, headers=html)
        return reply(self.body or {"message": "fault", "code": 0}, self.status, self.headers)


def reply(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with exactly the content type that discord.py compares with."""
    said = {"Via": "1.1 google", "Content-Type": "application/json", **(headers or {})}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=said)


def error(status: int, code: int, message: str) -> web.Response:
    return reply({"message": message, "code": code}, status)


class Limits:
    """Sliding windows: `creates` messages per channel in `seconds`, 50 requests a second in all.

    `refused` counts the requests that broke one."""

    def __init__(self, creates: int = 5, seconds: float = 5.0, overall: int = 50) -> None:
        self.creates, self.seconds, self.overall = creates, seconds, overall
        self._channels: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()
        self.refused = 0

    def overall_wait(self) -> float:
        return self._take(self._all, self.overall, 1.0)

    def channel_wait(self, channel: str) -> float:
        return self._take(self._channels.setdefault(channel, deque()), self.creates, self.seconds)

    def _take(self, times: deque[float], most: int, seconds: float) -> float:
        now = time.monotonic()
        while times and now - times[0] >= seconds:
            times.popleft()
        if len(times) >= most:
            self.refused += 1
            return times[0] + seconds - now
        times.append(now)
        return 0.0

    def headers(self, channel: str) -> dict[str, str]:
        times = self._channels.get(channel) or deque([time.monotonic()])
        reset = max(0.0, times[0] + self.seconds - time.monotonic())
        return {
            "X-RateLimit-Bucket": "b" * 32,
            "X-RateLimit-Limit": str(self.creates),
            "X-RateLimit-Remaining": str(max(0, self.creates - len(times))),
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Reset": f"{time.time() + reset:.3f}",
        }


def too_many(wait: float, *, everywhere: bool) -> web.Response:
    said = "You are being rate limited."
    body = {"message": said, "retry_after": round(wait + 0.001, 3), "global": everywhere}
    scope = "global" if everywhere else "user"
    return reply(body, 429, {"Retry-After": str(int(wait) + 1), "X-RateLimit-Scope": scope})


async def for_ever() -> None:
    await asyncio.Event().wait()
