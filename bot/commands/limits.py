"""How often one caller may ask."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

CALLS = 20
SECONDS = 60.0
MOST_CALLERS = 10_000


class RateLimit:
    """At most 20 calls a minute for each key, by a monotonic clock. Those who are refused are not
    counted, so that waiting always helps."""

    def __init__(self) -> None:
        self._calls: dict[Hashable, deque[float]] = {}

    def admit(self, key: Hashable, now: float) -> bool:
        calls = self._calls.pop(key, None) or deque(maxlen=CALLS)
        self._calls[key] = calls  # the latest caller stands last
        if len(self._calls) > MOST_CALLERS:
            del self._calls[next(iter(self._calls))]
        if len(calls) == CALLS and now - calls[0] < SECONDS:
            return False
        calls.append(now)
        return True
