"""PostgreSQL backups: all tables as lines of JSON, compressed.

The first line says what it is, of which schema and from when; each further one is a row, tables
in the order in which they refer to each other; the last says how many rows there are, so that a
file cut short is not taken for whole.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, DateTime, Engine, LargeBinary, MetaData, Table, func, select, text
from sqlalchemy.exc import OperationalError

from storage import schema
from storage.errors import NewerSchema, NotABackup, StorageError
from storage.transaction import Transaction

Prepare = Callable[[Transaction, datetime, datetime], None]
Row = tuple[str, dict[str, Any]]

_FORMAT = "sahelwatch backup 1"
_BATCH = 1_000
_LOCK_WAIT_SECONDS = 5


def write(engine: Engine, part: Path) -> datetime:
    """Writes one state of all tables. Its time."""
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot.begin() as connection, gzip.open(part, "wt", encoding="utf-8") as out:
        taken: datetime = connection.execute(select(func.now())).scalar_one().astimezone(UTC)
        head = {"format": _FORMAT, "schema": schema.state(connection).current, "taken": taken.isoformat()}
        _put(out, head)
        count = 0
        for table in _tables(connection):
            for row in connection.execution_options(yield_per=_BATCH).execute(select(table)):
                _put(out, {"table": table.name, "row": {k: _plain(v) for k, v in row._mapping.items()}})
                count += 1
        _put(out, {"rows": count})
    return taken


def restore(engine: Engine, path: Path, now: datetime, prepare: Prepare) -> datetime:
    """Replaces everything in one transaction, and brings it to this program's schema."""
    head = _examine(path)
    taken = datetime.fromisoformat(head["taken"])
    with engine.begin() as connection:
        _drop_all(connection)
        schema.upgrade(connection, head["schema"])
        _load(connection, path)
        schema.upgrade(connection)
        prepare(Transaction(connection), taken, now)
    return taken


def _put(out: IO[str], value: dict[str, Any]) -> None:
    out.write(json.dumps(value, ensure_ascii=False) + "\n")


def _tables(connection: Connection) -> list[Table]:
    """This program's tables as the database has them, those referred to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise NotABackup(f"{path} is not a whole backup of a PostgreSQL database: {error}") from error


def _examine(path: Path) -> dict[str, Any]:
    """The first line of a backup that can be restored. Reads the whole file."""
    lines = _lines(path)
    head = next(lines, {})
    if head.get("format") != _FORMAT:
        raise NotABackup(f"{path} is not a backup of a PostgreSQL database written by db backup")
    if head["schema"] not in schema.REVISIONS:
        raise NewerSchema(
            f"the backup has schema {head['schema']}, this program knows up to {schema.HEAD}: "
            "restore it with the version that wrote it, or a newer one"
        )
    count, last = 0, head
    for last in lines:
        count += "row" in last
    if last.get("rows") != count:
        raise NotABackup(f"{path} is cut short")
    return head


def _drop_all(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection)
    # Waiting for ever for those who use the tables would tell nobody why.
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT_SECONDS}s'"))
    try:
        found.drop_all(connection)
    except OperationalError as error:
        raise StorageError("other processes use this database: stop them first, then restore") from error


def _load(connection: Connection, path: Path) -> None:
    tables = {table.name: table for table in _tables(connection)}
    for name, rows in groupby(_rows(path), key=lambda row: row[0]):
        table = tables[name]
        connection.execute(table.delete())
        while batch := list(islice(rows, _BATCH)):
            connection.execute(table.insert(), [_values(table, row) for _, row in batch])
    for table in tables.values():
        if "id" in table.c and table.c.id.autoincrement is True:
            _set_sequence(connection, table)


def _rows(path: Path) -> Iterator[Row]:
    for line in _lines(path):
        if "row" in line:
            yield line["table"], line["row"]


def _values(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _typed(table.c[name].type, value) for name, value in row.items()}


def _typed(kind: object, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return b64decode(value) if isinstance(kind, LargeBinary) else value


def _set_sequence(connection: Connection, table: Table) -> None:
    """Lets the table number its next row after the highest."""
    last = connection.execute(select(func.max(table.c.id))).scalar()
    if last is not None:
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))
