"""What every noun module works with: one connection inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sqlalchemy import Connection, Row, Table, func, select, text
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

T = TypeVar("T")
Record = Row[*tuple[Any, ...]]

# SQLite 3.32+ takes 32,766 values in a statement, PostgreSQL 65,535.
_CHUNK = 500

# Any fixed number: it names the lock among this program's own ("sahl").
_INTAKE_LOCK = 0x7361686C


class Session:
    """`dialect` is the engine's name; `connection` is for the storage room only."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect: Literal["sqlite", "postgresql"] = (
            "postgresql" if connection.dialect.name == "postgresql" else "sqlite"
        )

    def lock_intake(self) -> None:
        """Waits until this transaction alone may take items in and change stories. Held to its
        end; on SQLite every transaction is alone already."""
        if self.dialect == "postgresql":
            self.connection.execute(select(func.pg_advisory_xact_lock(_INTAKE_LOCK)))

    def db_now(self) -> datetime:
        """The clock that leases go by: one for all processes of a database."""
        if self.dialect == "postgresql":
            now: datetime = self.connection.execute(select(func.clock_timestamp())).scalar_one()
            return now.astimezone(UTC)
        return datetime.now(UTC)

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say `on_conflict_…` on this engine."""
        if self.dialect == "sqlite":
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # a start on SQLite goes without it

        return postgresql.insert(table)

    def add_missing(self, table: Table, rows: Sequence[dict[str, Any]]) -> int:
        """Inserts the rows whose keys are not there yet; how many were not."""
        if not rows:
            return 0
        # Inline: else SQLAlchemy asks for the key of a single row and counts nothing.
        insert = self.insert(table).on_conflict_do_nothing().inline()
        counted = insert.execution_options(preserve_rowcount=True)
        return self.connection.execute(counted, list(rows)).rowcount

    def reserve(self, table: Table, count: int) -> range | Sequence[int]:
        """`count` new ids of `table`, rising, never given out before."""
        if self.dialect == "postgresql":
            rows = self.connection.execute(
                text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
                {"name": table.name, "count": count},
            )
            return rows.scalars().all()
        last = self.connection.execute(
            text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
        ).scalar()
        first = (last or 0) + 1
        return range(first, first + count)

    def skip(self, table: Table, count: int) -> None:
        """Leaves out the next `count` ids of `table`."""
        last = self.reserve(table, count)[-1]
        if self.dialect == "sqlite":
            # SQLite numbers on from the highest row ever written; here there is none to write.
            sequence = {"name": table.name, "last": last}
            self.connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), sequence)
            self.connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), sequence)


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """`values` in pieces small enough for the values of one statement."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
