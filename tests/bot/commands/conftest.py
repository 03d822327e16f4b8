"""A desk over a database of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store
from tests.bot.commands.room import Room


@pytest.fixture
def room(sqlite_template: Path, tmp_path: Path) -> Iterator[Room]:
    """Over SQLite: what a command means does not depend on the engine."""
    path = shutil.copy(sqlite_template, tmp_path / "sahelwatch.db")
    store = Store.open(f"sqlite:///{path}")
    yield Room(store)
    store.close()


@pytest.fixture
def each_room(store: Store) -> Room:
    """On each engine in turn, for what an engine could refuse."""
    return Room(store)
