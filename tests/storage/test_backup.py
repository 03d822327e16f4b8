"""Backups: whole, dated, and restored so that nothing is sent twice."""

from __future__ import annotations

import gzip
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from news.chat import AuditRow, Platform
from news.delivery import DeliveryState
from news.feed import FeedId, FeedState
from storage import NewerSchema, NotABackup, StorageError, Store, Transaction, WriterBusy
from storage.schema import HEAD
from storage.tables import METADATA
from tests.engines import POSTGRESQL, SQLITE
from tests.storage.samples import LEASE, MALI, NOW, chats, claim, ids, new_item, spec, stored_alert
from tests.storage.test_watchlists import watchlist

on_sqlite = pytest.mark.parametrize("engine", [SQLITE], indirect=True)
on_postgresql = pytest.mark.parametrize("engine", [POSTGRESQL], indirect=True)
NAMES = {SQLITE: "backup.db", POSTGRESQL: "backup.jsonl.gz"}


@pytest.fixture
def path(engine: str, tmp_path: Path) -> Path:
    return tmp_path / "backups" / NAMES[engine]


def fill(tx: Transaction) -> None:
    """Something in every table."""
    tx.feeds.sync([spec("a")])
    tx.feeds.save([(FeedId("a"), FeedState(etag="x", slices=b"\x00\xff", baseline_at=NOW, interval=LEASE))])
    tx.feeds.claim_due(NOW, 9, "me", LEASE)
    tx.watchlists.sync([watchlist("mali")])
    tx.people.grant_admin(Platform.TELEGRAM, "2", "telegram:1", NOW)
    tx.audit.add(AuditRow(NOW, "telegram:2", "pause", "дело \U0001f4a1 جماعة"))
    one, two, three = chats(tx, "1", "2", "3")
    tx.chats.subscribe(one.id, MALI, NOW)
    tx.outbox.enqueue(stored_alert(tx).id, ids(one, two), NOW)
    first, _ = claim(tx)
    tx.outbox.settle(first, DeliveryState.SENT, NOW, message="m")
    tx.outbox.notice(three.id, "hello", NOW, "k")


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as tx:
        return {
            table.name: sorted((tuple(row) for row in tx.connection.execute(table.select())), key=repr)
            for table in METADATA.sorted_tables
        }


def test_a_backup_holds_every_table(store: Store, path: Path) -> None:
    with store.transaction() as tx:
        fill(tx)
    before = contents(store)
    assert all(before.values())
    taken = store.backup(path)
    assert abs(taken - datetime.now(UTC)) < timedelta(minutes=5)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert contents(store) == before

    with store.transaction() as tx:
        tx.items.add([new_item("later")])
        tx.chats.forget(chats(tx, "1")[0].place)
    assert store.restore(path, NOW) == taken
    after = contents(store)
    for name in set(before) - {"setting", "delivery", "feed"}:
        assert after[name] == before[name], name


def test_a_restored_database_is_on_hold_and_says_why(store: Store, path: Path) -> None:
    with store.transaction() as tx:
        fill(tx)
        tx.settings.set("paused", "by A")
        before = tx.settings.get("instance")
    taken = store.backup(path)
    store.restore(path, NOW)
    with store.transaction() as tx:
        hold = tx.settings.get("hold")
        assert hold == f"restored from backup of {taken:%Y-%m-%d %H:%M} UTC; release with /resume"
        assert tx.settings.get("backup_at") == taken.isoformat()
        assert tx.settings.get("restored_at") == NOW.isoformat()
        assert tx.settings.get("paused") == "by A"
        assert tx.settings.get("instance") != before
        assert claim(tx) == ()


def test_what_a_backup_had_still_to_send_is_uncertain(store: Store, path: Path) -> None:
    with store.transaction() as tx:
        fill(tx)
    store.backup(path)
    store.restore(path, NOW)
    with store.transaction() as tx:
        assert tx.outbox.counts() == {DeliveryState.SENT: 1, DeliveryState.UNCERTAIN: 2}
        tx.settings.delete("hold")
        tx.settings.delete("paused")
        assert claim(tx, NOW + timedelta(days=9)) == ()
        assert len(tx.feeds.claim_due(NOW, 9, "me", LEASE)) == 1


def test_public_ids_are_not_used_again_after_a_restore(store: Store, path: Path) -> None:
    store.backup(path)
    with store.transaction() as tx:
        lost = [stored_alert(tx, str(number)).short for number in range(5)]
    store.restore(path, NOW)
    with store.transaction() as tx:
        new = [stored_alert(tx, str(number)).short for number in range(5)]
        assert not {*lost} & {*new}


def test_a_restored_database_goes_on_as_usual(store: Store, path: Path) -> None:
    with store.transaction() as tx:
        fill(tx)
    store.backup(path)
    store.restore(path, NOW)
    with store.transaction() as tx:
        tx.settings.delete("hold")
        fresh = stored_alert(tx, "fresh")
        (chat,) = chats(tx, "4")
        tx.outbox.enqueue(fresh.id, ids(chat), NOW)
        tx.audit.add(AuditRow(NOW, "telegram:2", "resume", ""))
        tx.alerts.save(replace(fresh, revision=2))
        assert [one.chat for one in claim(tx)] == [chat]
    assert store.check().current == HEAD
    store.backup(path)


def test_a_backup_restores_into_an_empty_database(
    store: Store, path: Path, empty_url: str, engine: str, tmp_path: Path
) -> None:
    with store.transaction() as tx:
        fill(tx)
    store.backup(path)
    empty = Store.open(empty_url)
    empty.restore(path, NOW)
    with empty.reading() as tx:
        assert tx.alerts.count() == 1
    assert empty.check().current == HEAD
    if engine == SQLITE:
        assert not [each for each in tmp_path.iterdir() if each.name.startswith("empty.db.before")]
    empty.close()


def test_other_files_are_refused_and_change_nothing(store: Store, path: Path, tmp_path: Path) -> None:
    with store.transaction() as tx:
        fill(tx)
    before = contents(store)
    letter, empty, other = (tmp_path / name for name in ("letter", "empty", "other.db"))
    letter.write_text("Dear reader, " * 99)
    empty.touch()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER)")
    for wrong in (letter, empty, other, tmp_path / "missing", tmp_path):
        with pytest.raises(NotABackup, match=str(wrong)):
            store.restore(wrong, NOW)
    assert contents(store) == before


def test_a_damaged_backup_is_refused(store: Store, path: Path) -> None:
    with store.transaction() as tx:
        tx.items.add([new_item(str(number)) for number in range(500)])
    store.backup(path)
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:-40]):
        path.write_bytes(broken)
        with pytest.raises(NotABackup):
            store.restore(path, NOW)


def test_a_backup_of_a_newer_schema_is_refused(store: Store, path: Path) -> None:
    store.backup(path)
    with store.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.backup(path)
    with store.transaction() as tx:
        tx.connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")
    with pytest.raises(NewerSchema, match=f"schema 9999, this program knows up to {HEAD}"):
        store.restore(path, NOW)


@on_sqlite
def test_what_is_replaced_is_kept_beside(store: Store, path: Path, tmp_path: Path) -> None:
    store.backup(path)
    with store.transaction() as tx:
        stored_alert(tx)
    store.restore(path, NOW)
    kept = tmp_path / "sahelwatch.db.before-restore-20230207T123015"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    left = {each.name for each in tmp_path.iterdir() if each.is_file()}
    assert left - {"sahelwatch.db-wal", "sahelwatch.db-shm"} == {
        "sahelwatch.db",
        "sahelwatch.db.lock",
        kept.name,
    }
    old = Store.open(f"sqlite:///{kept}", create=False)
    with old.reading() as tx:
        assert tx.alerts.count() == 1
    old.close()


@on_sqlite
def test_a_database_that_another_process_writes_is_not_replaced(
    store: Store, database_url: str, path: Path
) -> None:
    store.backup(path)
    bot = Store.open(database_url)
    bot.lock_writer()
    with pytest.raises(WriterBusy):
        store.restore(path, NOW)
    bot.close()
    store.restore(path, NOW)
    bot = Store.open(database_url)
    bot.lock_writer()
    bot.close()


@on_sqlite
def test_a_backup_is_one_plain_file(store: Store, path: Path) -> None:
    store.backup(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    with store.transaction() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    store.restore(path, NOW)
    with store.transaction() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


@on_sqlite
def test_a_backup_that_cannot_be_written_leaves_the_old_one(store: Store, path: Path) -> None:
    store.backup(path)
    old = path.read_bytes()
    with store.transaction() as tx:
        tx.connection.exec_driver_sql("DROP TABLE setting")
    with pytest.raises(StorageError):
        store.backup(path)
    assert path.read_bytes() == old
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@on_postgresql
def test_a_database_in_use_is_not_replaced(store: Store, database_url: str, path: Path) -> None:
    store.backup(path)
    bot = Store.open(database_url)
    with bot.transaction() as tx:
        tx.items.add([new_item("one")])
        with pytest.raises(StorageError, match="stop them first"):
            store.restore(path, NOW)
    with bot.reading() as tx:
        assert sum(tx.items.counts().values()) == 1
    bot.close()


@on_postgresql
def test_a_dump_cut_short_between_lines_is_refused(store: Store, path: Path) -> None:
    with store.transaction() as tx:
        fill(tx)
    store.backup(path)
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:-2])))
    with pytest.raises(NotABackup, match="cut short"):
        store.restore(path, NOW)
