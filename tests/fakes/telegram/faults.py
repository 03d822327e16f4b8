"""Faults on order, and flood control."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass

from tests.fakes.telegram.schema import ApiError


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` ("" is any), for `chat` (0 is any).

    `commit`: the call takes effect first, only its answer suffers. Then, in this order: `delay`
    seconds pass; `hang` never answers; `drop` cuts the connection; `retry_after` answers 429;
    `status` answers with that code and `description`, or with an HTML page where `html` is set;
    none of them: the usual answer (late, where `delay` is set).
    """

    method: str = ""
    chat: int = 0
    times: int = 1
    commit: bool = False
    delay: float = 0
    hang: bool = False
    drop: bool = False
    retry_after: int = 0
    status: int = 0
    description: str = ""
    html: bool = False

    def meets(self, method: str, chat: object) -> bool:
        return self.times > 0 and self.method in ("", method) and self.chat in (0, chat)


class Flood:
    """Telegram's published limits, taken strictly: 30 messages in any second over all chats, 20 in
    any minute to a group, and 1 a second to a chat with bursts of 3. Each breach is a 429."""

    def __init__(self) -> None:
        self.breaches: list[tuple[float, int, str]] = []
        self._all: deque[float] = deque()
        self._chats: dict[int, deque[float]] = defaultdict(deque)

    def check(self, chat: int) -> None:
        now = time.monotonic()
        own = self._chats[chat]
        rules = [("overall", self._all, 1.0, 30), ("chat", own, 3.0, 3)]
        rules += [("group", own, 60.0, 20)] if chat < 0 else []
        for name, times, window, most in rules:
            recent = [at for at in times if now - at < window]
            if len(recent) >= most:
                wait = max(1, int(window - (now - recent[0])) + 1)
                self.breaches.append((now, chat, name))
                raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        own.append(now)
        self._all.append(now)
        for times in (own, self._all):
            while len(times) > 100:
                times.popleft()
