"""Backups: written while others work, and restored so that nothing is sent twice.

After a restore sending is on hold until an owner releases it, and what the backup had still to
send counts as uncertain: it may have been sent since.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from storage import dump, snapshot
from storage.schema import renew_instance
from storage.tables import alert
from storage.transaction import Transaction

# After a restore, alerts are numbered on from here: what was alerted since the backup is unknown,
# and a public id seen in a chat must never mean another alert.
_SKIPPED_ALERTS = 100_000


def write(engine: Engine, path: Path) -> datetime:
    """Writes a backup to `path`, whole or not at all. The time it shows."""
    with _replacing(path) as part:
        if engine.dialect.name == "sqlite":
            return snapshot.write(engine, part)
        return dump.write(engine, part)


def restore(engine: Engine, database: Path | None, path: Path, now: datetime) -> datetime:
    """Replaces the database by the backup, on hold, in one step. The time of the backup."""
    if engine.dialect.name == "sqlite":
        return snapshot.restore(engine, database, path, now, put_on_hold)
    return dump.restore(engine, path, now, put_on_hold)


def put_on_hold(tx: Transaction, taken: datetime, now: datetime) -> None:
    """What must be true of restored content before anybody may see it."""
    why = f"restored from backup of {taken:%Y-%m-%d %H:%M} UTC"
    tx.settings.set("hold", f"{why}; release with /resume")
    tx.settings.set("backup_at", taken.isoformat())
    tx.settings.set("restored_at", now.isoformat())
    tx.outbox.uncertain_all(now, why)
    tx.skip(alert, _SKIPPED_ALERTS)
    tx.feeds.free()
    renew_instance(tx)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A new file that takes the place of `path` at the end, durably, or is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
        _sync(part)
        part.replace(path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
