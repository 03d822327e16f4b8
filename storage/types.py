"""Column types that store the same on both engines and give back exactly what was put in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, in UTC. SQLite knows no times: there it is ISO text of one fixed width
    (microseconds, +00:00), so that text order is time order and the sqlite3 shell can read it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _sqlite_time if dialect.name == "sqlite" else _utc

    def process_result_value(self, value: Any, _: Dialect) -> datetime | None:
        if value is None:
            return None
        read = datetime.fromisoformat(value) if isinstance(value, str) else value
        assert isinstance(read, datetime)
        return read.astimezone(UTC)


class Duration(TypeDecorator[timedelta]):
    """A length of time, as whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, _: Dialect) -> int | None:
        return None if value is None else value // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, _: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


class CleanText(TypeDecorator[str]):
    """Text that any feed may have written: what no database takes (NUL, lone surrogates) is
    dropped or replaced, so that a hostile feed cannot break a transaction."""

    impl = Text
    cache_ok = True

    def bind_processor(self, _: Dialect) -> Callable[[str | None], str | None]:
        return _clean


def _utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value!r}")
    return value.astimezone(UTC)


# All items of a poll have the same time of first sight.
@lru_cache(maxsize=256)
def _sqlite_time(value: datetime | None) -> str | None:
    utc = _utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")


def _clean(value: str | None) -> str | None:
    return None if value is None else clean(value)


def clean(text: str) -> str:
    """`text` without NUL, and with U+FFFD for lone surrogates."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
