"""Inserting many rows fast: plain tuples to the driver's executemany.

SQLAlchemy's own executemany makes a dictionary and a parameter set of each row, which costs more
than SQLite's work on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table

from storage.session import Session

Convert = Callable[[Any], Any]


def insert(session: Session, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts rows, each with a value for every column in the table's order; a row whose key is
    there already is left out."""
    if not rows:
        return
    dialect = session.connection.dialect
    by_column = [
        values if convert is None else map(convert, values)
        for convert, values in zip(_converters(table, dialect), zip(*rows, strict=True), strict=True)
    ]
    session.connection.exec_driver_sql(_statement(table, dialect.name), list(zip(*by_column, strict=True)))


@cache
def _statement(table: Table, dialect: str) -> str:
    columns = table.columns.keys()
    marks = ", ".join(["?" if dialect == "sqlite" else "%s"] * len(columns))
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608


@cache
def _converters(table: Table, dialect: Dialect) -> tuple[Convert | None, ...]:
    """What the columns' types do to a value before the driver gets it; None: nothing."""
    return tuple(column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns)
