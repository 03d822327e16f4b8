"""Upkeep: old texts go, identities stay; one backup a day. What was done is a row, not a timer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

from bot.app.thread import StoreThread
from bot.ports import Clock, Transaction
from storage import StorageError

log = structlog.get_logger("upkeep")

BACKUPS_KEPT = 7
# Identities outlive texts by far: what a feed shows again after years must not alert again.
KEEP_KEYS = timedelta(days=1000)


Notify = Callable[[Transaction, str, str], object]


class Upkeep:
    def __init__(
        self,
        store: StoreThread,
        clock: Clock,
        *,
        keep_texts: timedelta,
        backups: Path | None,
        notify: Notify | None = None,
    ) -> None:
        """`notify` tells the owner a text in the transaction, once for each key."""
        self._store = store
        self._clock = clock
        self._keep_texts = keep_texts
        self._backups = backups
        self._notify = notify

    async def run(self) -> None:
        """Does what is due; safe to run as often as one likes."""
        now = self._clock.now()
        pruned = await self._store.run(_prune, now - self._keep_texts, now - KEEP_KEYS)
        if pruned:
            log.info("old texts removed", items=pruned)
        due = await self._store.run(_backup_due, now.date())
        if self._backups and due:
            await self._try_backup(self._backups, now)

    async def _try_backup(self, folder: Path, now: datetime) -> None:
        """A backup that cannot be written is told and tried again; it does not stop the bot."""
        try:
            await self._backup(folder, now)
        except (OSError, StorageError) as error:
            log.error("backup failed", folder=str(folder), error=str(error))
            if self._notify:
                text = f"The daily backup cannot be written to {folder}: {error}"
                await self._store.run(self._notify, text, f"backup {now:%Y-%m-%d}")

    async def _backup(self, folder: Path, now: datetime) -> None:
        path = folder / f"sahelwatch-{now:%Y-%m-%d}.backup"
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        await self._store.backup(str(path))
        await self._store.run(_backed_up, now.date())
        await asyncio.to_thread(_drop_old, folder)
        log.info("backed up", path=str(path))


def _drop_old(folder: Path) -> None:
    for old in sorted(folder.glob("sahelwatch-*.backup"))[:-BACKUPS_KEPT]:
        old.unlink()


def _prune(tx: Transaction, texts_before: datetime, keys_before: datetime) -> int:
    tx.items.prune_keys(keys_before)
    return tx.items.prune(texts_before)


def _backup_due(tx: Transaction, today: date) -> bool:
    return tx.settings.get("backup_day") != today.isoformat()


def _backed_up(tx: Transaction, today: date) -> None:
    tx.settings.set("backup_day", today.isoformat())
