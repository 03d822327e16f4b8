"""Fixtures for all tests."""

import logging
import os
from collections.abc import Iterator

import pytest
import structlog

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


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """A test that configures logging, as every command does, configures it for itself."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root, ours = logging.getLogger(), structlog.stdlib.ProcessorFormatter
        root.handlers[:] = [h for h in root.handlers if not isinstance(h.formatter, ours)]
