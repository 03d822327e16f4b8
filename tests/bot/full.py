"""A database whose disk fills up when it is told."""

from __future__ import annotations

from collections.abc import Callable

from bot.ports import T
from bot.replay import InlineStore
from storage import StorageError, Store


class FullStore(InlineStore):
    """Fails each of the next `full` pieces of work after `spared` more, as a full disk does."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.spared = self.full = 0

    async def run(self, work: Callable[..., T], *args: object) -> T:
        if self.spared:
            self.spared -= 1
        elif self.full:
            self.full -= 1
            raise StorageError("the database failed: database or disk is full")
        return await super().run(work, *args)
