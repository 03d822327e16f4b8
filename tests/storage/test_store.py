"""Opening a store, and what the database or the disk may refuse."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage import StorageError, Store, WriterBusy
from storage.engine import parse
from tests.storage.samples import NOW, new_item

ROOT = Path(__file__).resolve().parents[2]


def test_a_database_is_made_with_its_folder_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "sahelwatch.db"
    store = Store.open(f"sqlite:///{path}")
    store.upgrade()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with store.transaction() as tx:
        tx.items.add([new_item("one")])
        for beside in path.parent.iterdir():
            assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    store.close()


def test_a_missing_database_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no database at"):
        Store.open(f"sqlite:///{tmp_path / 'none.db'}", create=False)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 100)
    with pytest.raises(StorageError, match="cannot be opened: file is not a database"):
        Store.open(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be made at"):
        Store.open(f"sqlite:///{tmp_path / 'file' / 'sahelwatch.db'}")


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(StorageError, match="database URL"):
        Store.open(url)


def test_a_password_is_not_shown_when_the_server_is_away() -> None:
    with pytest.raises(StorageError) as caught:
        Store.open("postgresql://me:secret@127.0.0.1:1/name")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_short_forms_of_the_url_are_understood() -> None:
    assert parse("postgresql://h/n").drivername == "postgresql+psycopg"
    assert parse("sqlite://").drivername == "sqlite"


def test_a_database_may_live_in_memory() -> None:
    store = Store.open("sqlite://")
    store.upgrade()
    store.lock_writer()
    with store.transaction() as tx:
        tx.items.add([new_item("one", keys=["k"])])
    with store.reading() as tx:
        assert tx.items.known(["k"])
    store.close()


def test_sqlite_is_set_up_to_survive_a_power_cut(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    store.upgrade()
    for _ in range(2):
        with store.transaction() as tx:
            pragmas = {
                name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.close()


def test_opening_and_reading_wait_for_no_writer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'busy.db'}"
    store = Store.open(url)
    store.upgrade()
    with store.transaction() as tx:
        tx.items.add([new_item("one")])
        other = Store.open(url)
        with other.reading() as read:
            assert not read.items.recent(1)
        other.close()
    store.close()


def test_a_writer_that_read_first_is_not_refused(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    store.upgrade()
    other = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    for number in range(50):
        for one in (store, other):
            with one.transaction() as tx:
                tx.items.counts()
                tx.items.add([new_item(str(number))])
    store.close()
    other.close()


def test_a_full_database_is_a_storage_error_and_changes_nothing(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'a.db'}")
    store.upgrade()
    with store.transaction() as tx:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StorageError, match="full"), store.transaction() as tx:
        tx.items.add([new_item(str(number)) for number in range(5_000)])
    with store.reading() as tx:
        assert tx.items.counts() == {}
    store.close()


def test_a_second_writer_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    code = f"from storage import Store; s = Store.open({url!r}); s.lock_writer(); print('held'); input()"
    first = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdin is not None
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    store = Store.open(url)
    with pytest.raises(WriterBusy, match=f"process {first.pid} already writes .* stop it first"):
        store.lock_writer()
    first.kill()
    first.wait()
    first.stdin.close()
    first.stdout.close()
    store.lock_writer()
    store.lock_writer()
    assert (tmp_path / "a.db.lock").read_text() == f"{os.getpid()}\n"
    store.close()


def test_a_closed_store_lets_the_next_writer_in(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    first, second = Store.open(url), Store.open(url)
    first.lock_writer()
    with pytest.raises(WriterBusy):
        second.lock_writer()
    first.close()
    second.lock_writer()
    second.close()


def test_leases_go_by_a_clock_in_utc(store: Store) -> None:
    with store.transaction() as tx:
        now = tx.db_now()
        assert now.utcoffset() is not None
        assert now > NOW
        assert tx.db_now() >= now
