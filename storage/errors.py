"""What can go wrong in the storage room, in words for the person at the terminal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError


class StorageError(Exception):
    """The database cannot do what was asked; the message says what to do about it."""


class NewerSchema(StorageError):  # noqa: N818
    """The database was written by a newer version of this program."""


class WriterBusy(StorageError):  # noqa: N818
    """Another process is the writer of this database."""


class NotABackup(StorageError):  # noqa: N818
    """The file to restore from is no whole backup of this program."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turns what the database or the disk does (locked, full, gone) into a StorageError.

    A wrong statement or a broken constraint is a bug and stays as it is.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        # The driver's own words, without the statement and its values.
        raise StorageError(f"the database failed: {_words(error.orig)}") from error


@contextmanager
def plain_file_errors() -> Iterator[None]:
    """As `plain_errors`, where files are read and written too."""
    with plain_errors():
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"the backup failed: {_words(error)}") from error


def _words(error: BaseException | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__
