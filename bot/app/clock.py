"""The real clock, and the watch over it: due times are rows, so a step of the wall clock moves them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from bot.ports import Clock, StoreRunner, Transaction
from storage import StorageError

log = structlog.get_logger("clock")

STEP = timedelta(seconds=5)
LOOK_SECONDS = 1.0


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class SimulatedClock:
    """A clock that stands still until it is told: for replays and the demo."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.move_to(self._now + timedelta(seconds=max(0.0, seconds)))
        await asyncio.sleep(0)

    def move_to(self, at: datetime) -> None:
        self._now = max(self._now, at)


class ClockWatch:
    """Compares the wall clock with the monotonic one and shifts due times after a step of more
    than five seconds, so that nothing waits for the clock to catch up."""

    def __init__(self, clock: Clock, store: StoreRunner, wake: Callable[[], None]) -> None:
        self._clock = clock
        self._store = store
        self._wake = wake
        self._wall, self._mono = clock.now(), clock.monotonic()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except StorageError as error:
                log.error("due times not shifted", error=str(error))

    async def look(self) -> timedelta:
        """The step since the last look (zero if there was none), made good."""
        wall, mono = self._clock.now(), self._clock.monotonic()
        step = (wall - self._wall) - timedelta(seconds=mono - self._mono)
        if abs(step) <= STEP:
            self._wall, self._mono = wall, mono
            return timedelta(0)
        log.warning("the wall clock stepped", seconds=round(step.total_seconds(), 1))
        await self._store.run(_shift, step)
        self._wall, self._mono = wall, mono
        self._wake()
        return step


def _shift(tx: Transaction, step: timedelta) -> None:
    tx.feeds.shift(step)
    tx.outbox.shift(step)
