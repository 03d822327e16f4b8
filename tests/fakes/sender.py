"""A platform that does as it is told, and remembers what it showed."""

from __future__ import annotations

from collections import deque

from news.chat import Platform
from news.delivery import Absent, Delivery, LookOutcome, SendOutcome, Sent


class FakeSender:
    """Answers `outcomes` in order, then accepts everything. `look_outcome` answers each look."""

    def __init__(self, platform: Platform, *outcomes: SendOutcome | Exception) -> None:
        self.platform = platform
        self.outcomes = deque(outcomes)
        self.look_outcome: LookOutcome = Absent()
        self.sent: list[Delivery] = []
        self.edited: list[Delivery] = []
        self.looks = 0

    async def send(self, delivery: Delivery) -> SendOutcome:
        self.sent.append(delivery)
        return self._next(f"m{len(self.sent)}")

    async def edit(self, delivery: Delivery) -> SendOutcome:
        self.edited.append(delivery)
        return self._next(delivery.message)

    async def look(self, delivery: Delivery) -> LookOutcome:
        self.looks += 1
        return self.look_outcome

    async def close(self) -> None:
        self.closed = True

    def _next(self, message: str) -> SendOutcome:
        outcome = self.outcomes.popleft() if self.outcomes else Sent(message)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
