"""Migrations: whole or not at all, and the same as the tables the code uses."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from storage import NewerSchema, StorageError, Store
from storage import engine as engines
from storage.schema import HEAD, REVISIONS
from storage.tables import METADATA

# The statement at which the child process is killed: while it looks, in the middle, at the end.
KILL_AT = (1, 3, 9, 20, 35)


def test_an_empty_database_is_brought_up_to_the_present(empty_url: str) -> None:
    store = Store.open(empty_url)
    state = store.check()
    assert (state.current, state.head, state.pending, state.newer) == ("", HEAD, True, False)
    assert store.upgrade() == list(REVISIONS)
    state = store.check()
    assert (state.current, state.pending, state.newer) == (HEAD, False, False)
    assert store.upgrade() == []
    store.close()


def test_migrations_make_the_tables_that_the_code_uses(database_url: str) -> None:
    engine = create_engine(engines.parse(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []
        found = inspect(connection)
        for table in METADATA.sorted_tables:
            stored = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
            assert stored == {column.name: column.nullable for column in table.columns}
    engine.dispose()


def test_the_name_of_a_database_outlives_an_upgrade(store: Store) -> None:
    with store.reading() as tx:
        before = tx.settings.get("instance")
    store.upgrade()
    with store.reading() as tx:
        assert tx.settings.get("instance") == before


def test_a_newer_schema_is_refused_by_name(store: Store) -> None:
    with store.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    state = store.check()
    assert (state.newer, state.pending) == (True, False)
    with pytest.raises(NewerSchema, match=f"schema 9999, this program knows up to {HEAD}"):
        store.upgrade()
    assert issubclass(NewerSchema, StorageError)


@pytest.mark.parametrize("statement", KILL_AT)
def test_an_upgrade_killed_anywhere_can_be_run_again(empty_url: str, statement: int) -> None:
    child = Path(__file__).with_name("killed.py")
    ran = subprocess.run([sys.executable, child, empty_url, str(statement)], check=False)
    assert ran.returncode == -signal.SIGKILL
    store = Store.open(empty_url)
    assert store.check().current == ""
    assert store.upgrade() == list(REVISIONS)
    with store.transaction() as tx:
        assert tx.settings.get("instance")
    store.close()


def test_a_percent_sign_in_a_path_is_only_a_percent_sign(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / '100%(here)s' / 'sahelwatch.db'}")
    assert store.upgrade() == list(REVISIONS)
    store.close()
