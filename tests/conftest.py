"""Fixtures for all tests."""

from tests.engines import database_url, empty_url, engine, postgres, sqlite_template, store

__all__ = ["database_url", "empty_url", "engine", "postgres", "sqlite_template", "store"]
