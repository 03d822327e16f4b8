"""The storage thread: the storage room is synchronous, and one thread at a time is in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.pipeline import Pipeline
from bot.ports import T
from storage import Store


class StoreThread:
    """A `StoreRunner`: each piece of work in one transaction, one after the other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage")

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """A caller that is cancelled leaves the work to finish: it is never half done."""
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._pool, self._do, work, args))

    def _do(self, work: Callable[..., T], args: tuple[object, ...]) -> T:
        with self._store.transaction() as tx:
            return work(tx, *args)

    async def backup(self, path: str) -> None:
        """A backup between two transactions."""
        loop = asyncio.get_running_loop()
        await asyncio.shield(loop.run_in_executor(self._pool, self._store.backup, path))

    def close(self) -> None:
        self._pool.shutdown(wait=True)


class IntakeStore:
    """The runner for taking items in: a rolled back transaction takes the story index with it.

    One piece at a time waits for the storage thread, so that a delivery or an answer waits behind
    one feed, not behind all that are being polled."""

    def __init__(self, store: StoreThread, pipeline: Pipeline) -> None:
        self._store = store
        self._pipeline = pipeline
        self._turn = asyncio.Lock()

    async def run(self, work: Callable[..., T], *args: object) -> T:
        async with self._turn:
            try:
                return await self._store.run(work, *args)
            except Exception:
                self._pipeline.reset()
                raise
