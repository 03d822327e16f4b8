"""Connections: SQLite as one file with one writer, PostgreSQL by its URL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import StorageError

# How long a transaction waits for another writer. The bot's own take well under a second.
_BUSY_MS = 10_000

# The write-ahead log is cut back to this after a checkpoint, however long a reader held it open.
_JOURNAL_BYTES = 64 * 1024 * 1024

# Execution option: the transaction only reads.
READS = "sahelwatch_reads"


def parse(url: str) -> URL:
    """The URL, with the driver this program uses."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError(
            'the database URL is not understood: write "sqlite:///path" or "postgresql://user@host/name"'
        ) from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed.set(drivername="sqlite")
    raise StorageError(f"the database URL begins with {backend!r}: only sqlite and postgresql are known")


def file_of(url: URL) -> Path | None:
    """The database file; None for PostgreSQL and for SQLite in memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def make(url: URL, *, create: bool) -> Engine:
    """An engine; with `create`, a missing SQLite file and its folder are made (mode 0600)."""
    if url.get_backend_name() == "postgresql":
        args = {"application_name": "sahelwatch"}
        return create_engine(url, pool_pre_ping=True, connect_args=args)
    path = file_of(url)
    if path is not None:
        _prepare(path, create)
        engine = create_engine(url)
    else:
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(path: Path, create: bool) -> None:
    if path.exists():
        return
    if not create:
        raise StorageError(f"there is no database at {path}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(f"the database cannot be made at {path}: {error.strerror}") from error


def _set_up(raw: Any, _: object) -> None:
    # The driver begins transactions by itself, and only before some statements; ours do it all.
    raw.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"journal_size_limit = {_JOURNAL_BYTES}",
        "temp_store = MEMORY",
    ):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # A transaction that begins by reading and then writes fails at once if another wrote in
    # between, whatever the timeout (SQLITE_BUSY_SNAPSHOT): so writers begin as writers.
    reads = connection.get_execution_options().get(READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
