"""Loops that turn when they are woken, and beat so that a stuck one is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.ports import Beats, Clock
from storage import StorageError

log = structlog.get_logger("loops")

# After a storage error (a full disk, a lost connection) a loop waits and goes on: what is due is
# a row, so nothing is lost meanwhile.
STORAGE_WAIT_SECONDS = 2.0
BEAT_SECONDS = 10.0


class Loop:
    """Runs `work` each time it is woken, never twice at once; wakes while it runs count once."""

    def __init__(self, name: str, work: Callable[[], Awaitable[object]], clock: Clock, beats: Beats) -> None:
        self.name = name
        self._work = work
        self._clock = clock
        self._beats = beats
        self._woken = asyncio.Event()
        self._stopped = False

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Let the turn under way end, then no more."""
        self._stopped = True
        self._woken.set()

    async def run(self) -> None:
        """Until `stop`. A bug in `work` ends the loop, and with it the process: it is loud."""
        while True:
            await self._idle()
            if self._stopped:
                return
            try:
                await self._work()
            except StorageError as error:
                log.error("storage failed", loop=self.name, error=str(error))
                await self._clock.sleep(STORAGE_WAIT_SECONDS)

    async def _idle(self) -> None:
        """Wait to be woken, and beat meanwhile: a loop that waits is well, one that works is not
        until it comes back."""
        while not self._woken.is_set():
            self._beats.beat(self.name, self._clock.monotonic())
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._woken.wait()
        self._woken.clear()
        self._beats.beat(self.name, self._clock.monotonic())
