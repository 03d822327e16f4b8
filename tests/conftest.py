"""Fixtures for all tests."""

import os
from collections.abc import Iterator

import pytest

from tests.engines import database_url, empty_url, engine, postgres, sqlite_template, store

__all__ = ["database_url", "empty_url", "engine", "postgres", "sqlite_template", "store"]


@pytest.fixture(autouse=True, scope="session")
def _own_environment() -> Iterator[None]:
    """No setting of the person who runs the tests reaches the product."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SAHELWATCH_")}
    if data := kept.pop("SAHELWATCH_DATA", None):
        os.environ["SAHELWATCH_DATA"] = data
    yield
    os.environ.update(kept)
