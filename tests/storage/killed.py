"""Upgrades a database and dies, as by a power cut, at the statement with the given number."""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import Engine, event

from storage import Store


def main(url: str, last: int) -> None:
    statements = count(1)
    store = Store.open(url)

    def die(*_: object) -> None:
        if next(statements) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", die)
    store.upgrade()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
