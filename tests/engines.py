"""Fresh databases on both engines, one for each test that asks for `store`.

PostgreSQL is the server at TEST_DATABASE_URL (a role that may create databases), else one that
the `pgserver` wheel starts for the test run and stops after it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir

import psycopg
import pytest

from storage import Store

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Postgres:
    """Databases on one server. Each is a copy of a template, which is faster than migrating it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._run = f"sahelwatch_test_{token_hex(4)}"
        self._numbers = count(1)
        self._admin = psycopg.connect(url, autocommit=True)
        self._template = self.create("")

    def upgrade_template(self) -> None:
        store = Store.open(self._template)
        store.upgrade()
        store.close()

    def create(self, template: str) -> str:
        """The URL of a new database, empty or a copy of the template."""
        name = f"{self._run}_{next(self._numbers)}"
        source = f" TEMPLATE {template}" if template else ""
        self._admin.execute(f"CREATE DATABASE {name}{source}")
        return _with_database(self._url, name)

    def fresh(self) -> str:
        return self.create(_database(self._template))

    def drop(self, url: str) -> None:
        self._admin.execute(f"DROP DATABASE {_database(url)} WITH (FORCE)")

    def close(self) -> None:
        self.drop(self._template)
        self._admin.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, with a template of the present schema. Workers of one test run share it."""
    given = os.environ.get("TEST_DATABASE_URL")
    server = None
    if not given:
        import pgserver

        server = pgserver.get_server(_server_folder(), cleanup_mode="delete")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
    databases = Postgres(given or server.get_uri())
    databases.upgrade_template()
    yield databases
    databases.close()
    if server is not None:
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "sahelwatch.db"
    store = Store.open(f"sqlite:///{path}")
    store.upgrade()
    store.close()
    return path


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def engine(request: pytest.FixtureRequest) -> str:
    """Runs a test on each engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the present schema with nothing in it."""
    if engine == SQLITE:
        path = tmp_path / "sahelwatch.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        yield from _dropped(request.getfixturevalue("postgres"), Postgres.fresh)


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any schema."""
    if engine == SQLITE:
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from _dropped(request.getfixturevalue("postgres"), lambda server: server.create(""))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store of the present schema with nothing in it."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


def _server_folder() -> Path:
    """One for all workers of a test run. Not in pytest's own folder: each run of pytest closes that
    to other users, and under root the server is another user."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    return Path(gettempdir()) / f"sahelwatch-postgresql-{run}"


def _dropped(server: Postgres, make: Callable[[Postgres], str]) -> Iterator[str]:
    url = make(server)
    yield url
    server.drop(url)


def _database(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


def _with_database(url: str, name: str) -> str:
    base, _, query = url.partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
