"""SQLite backups: a database file, copied page by page while the original is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from storage import engine as engines
from storage import schema
from storage.errors import NewerSchema, NotABackup
from storage.transaction import Transaction

Prepare = Callable[[Transaction, datetime, datetime], None]

_MAGIC = b"SQLite format 3\0"


def write(engine: Engine, part: Path) -> datetime:
    """Copies the database into the empty file `part`. The time of the copy."""
    # Before the copy: what comes in meanwhile is in it or not, and must count as newer.
    taken = datetime.now(UTC)
    with _raw(engine) as source, closing(sqlite3.connect(part, isolation_level=None)) as copy:
        source.backup(copy)
        # One plain file, which needs no log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute(
            "INSERT INTO setting (key, value) VALUES ('backup_at', ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (taken.isoformat(),),
        )
    return taken


def restore(engine: Engine, database: Path | None, path: Path, now: datetime, prepare: Prepare) -> datetime:
    """Makes the restored content ready in a file of its own, then copies it over the database in
    one SQLite transaction."""
    taken = _examine(path)
    _keep_present(engine, database, now)
    ready = (database or path).with_name(f".{(database or path).name}.restoring")
    try:
        _make_ready(path, ready, taken, now, prepare)
        with closing(sqlite3.connect(ready)) as source, _raw(engine) as target:
            source.backup(target)
    finally:
        for leftover in ("", "-wal", "-shm"):
            ready.with_name(ready.name + leftover).unlink(missing_ok=True)
    return taken


def _examine(path: Path) -> datetime:
    """The time of a backup file that can be restored."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise NotABackup(f"{path} cannot be read: {error.strerror}") from error
    if magic != _MAGIC:
        raise NotABackup(f"{path} is not a backup of an SQLite database")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            return _read_marks(path, copy)
    except sqlite3.DatabaseError as error:
        raise NotABackup(f"{path} is not a whole backup of this program: {error}") from error


def _read_marks(path: Path, copy: sqlite3.Connection) -> datetime:
    (sound,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if sound != "ok":
        raise NotABackup(f"{path} is damaged: {sound}")
    revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    taken = copy.execute("SELECT value FROM setting WHERE key = 'backup_at'").fetchone()
    if revision is None or taken is None:
        raise NotABackup(f"{path} does not say when it was made: it was not written by db backup")
    if revision[0] not in schema.REVISIONS:
        raise NewerSchema(
            f"the backup has schema {revision[0]}, this program knows up to {schema.HEAD}: "
            "restore it with the version that wrote it, or a newer one"
        )
    return datetime.fromisoformat(taken[0])


def _keep_present(engine: Engine, database: Path | None, now: datetime) -> None:
    """A copy of what is about to be replaced, beside it."""
    with _raw(engine) as source:
        if database is None or source.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
            return
        kept = database.with_name(f"{database.name}.before-restore-{now:%Y%m%dT%H%M%S}")
        kept.touch(mode=0o600)
        with closing(sqlite3.connect(kept)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")


def _make_ready(path: Path, ready: Path, taken: datetime, now: datetime, prepare: Prepare) -> None:
    made = engines.make(URL.create("sqlite", database=str(ready)), create=True)
    try:
        with closing(sqlite3.connect(path)) as source, _raw(made) as target:
            source.backup(target)
        with made.begin() as connection:
            schema.upgrade(connection)
            prepare(Transaction(connection), taken, now)
    finally:
        made.dispose()


@contextmanager
def _raw(engine: Engine) -> Iterator[Any]:
    """The driver's own connection, outside of any transaction."""
    pooled = engine.raw_connection()
    try:
        yield pooled.driver_connection
    finally:
        pooled.close()
