"""One writer for one SQLite file: a lock that the system lets go when the process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from storage.errors import StorageError, WriterBusy


class WriterLock:
    """Holds "<database>.lock" until released. The file stays; only the lock on it counts."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: int | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self) -> None:
        """Raises WriterBusy if another process has it."""
        if self._file is not None:
            return
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageError(f"the lock file {self._path} cannot be opened: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(file, 32).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise WriterBusy(
                f"process {holder} already writes this database ({self._path}): stop it first, "
                "or give this one another database; only one may write an SQLite file"
            ) from error
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
