"""The store: one database, opened by its URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock

from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from storage import backup, engine, schema
from storage.errors import StorageError, plain_errors, plain_file_errors
from storage.lock import WriterLock
from storage.schema import SchemaState
from storage.transaction import Transaction


class Store:
    """Opened with `Store.open`. Each transaction belongs to one thread; several threads may have
    one each. Every failure of the database or the disk is a StorageError."""

    def __init__(self, url: URL, made: Engine) -> None:
        self._url = url
        self._engine = made
        self._reader = made.execution_options(**{engine.READS: True}, postgresql_readonly=True)
        self._file = engine.file_of(url)
        self._lock = WriterLock(self._file) if self._file else None
        # In memory there is one connection for all threads.
        self._alone = RLock()

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Store:
        """Connects to "sqlite:///path", "sqlite://" (in memory) or "postgresql://…". With
        `create`, a missing SQLite file is made. Changes no schema."""
        parsed = engine.parse(url)
        made = engine.make(parsed, create=create)
        try:
            # As a reader: opening waits for no writer.
            with made.connect().execution_options(**{engine.READS: True}) as connection:
                connection.exec_driver_sql("SELECT 1")
        except DatabaseError as error:
            made.dispose()
            where = parsed.render_as_string(hide_password=True)
            why = " ".join(str(error.orig).split())
            raise StorageError(f"the database {where} cannot be opened: {why}") from error
        return cls(parsed, made)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Reads and writes that commit together at the end, or not at all if it raises."""
        with self._on(self._engine) as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Reads that see one state of the database and hold up no writer."""
        with self._on(self._reader) as tx:
            yield tx

    @contextmanager
    def _on(self, which: Engine) -> Iterator[Transaction]:
        if self._file is None and self._url.get_backend_name() == "sqlite":
            with self._alone, plain_errors(), which.begin() as connection:
                yield Transaction(connection)
        else:
            with plain_errors(), which.begin() as connection:
                yield Transaction(connection)

    def check(self) -> SchemaState:
        with self._on(self._reader) as tx:
            return schema.state(tx.connection)

    def upgrade(self) -> list[str]:
        """Brings the schema up to this program's, in one transaction: it may be interrupted at
        any point and run again. The revisions applied. Raises NewerSchema."""
        with plain_errors(), self._engine.connect() as connection:
            if self._url.get_backend_name() == "sqlite":
                # SQLite rebuilds tables to change them, and can switch this only outside.
                connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    return schema.upgrade(connection)
            finally:
                if self._url.get_backend_name() == "sqlite":
                    connection.connection.cursor().execute("PRAGMA foreign_keys = ON")

    def lock_writer(self) -> None:
        """Makes this process the only long-lived writer of an SQLite file, until closed. Raises
        WriterBusy. PostgreSQL needs none: claims and leases keep its processes apart."""
        if self._lock is not None:
            self._lock.take()

    def backup(self, path: Path | str) -> datetime:
        """Writes a backup while others work; it is whole or not there. The time it shows."""
        with plain_file_errors():
            return backup.write(self._engine, Path(path))

    def restore(self, path: Path | str, now: datetime) -> datetime:
        """Replaces everything by a backup and puts sending on hold; what the backup had still to
        send counts as uncertain. An SQLite database is first copied to a file beside it. The time
        of the backup. Raises NotABackup, NewerSchema, WriterBusy."""
        held = self._lock is not None and self._lock.held
        self.lock_writer()
        try:
            with plain_file_errors():
                return backup.restore(self._engine, self._file, Path(path), now)
        finally:
            if self._lock is not None and not held:
                self._lock.release()

    def close(self) -> None:
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()
