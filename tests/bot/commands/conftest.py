"""A desk over a database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage import Store
from tests.bot.commands.room import Room


@pytest.fixture
def room(store: Store) -> Room:
    """On each engine in turn."""
    return Room(store)


@pytest.fixture
def quick_room() -> Iterator[Room]:
    """In memory, for tests with very many cases that no engine could change."""
    store = Store.open("sqlite://")
    store.upgrade()
    yield Room(store)
    store.close()
