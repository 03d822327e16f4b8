"""`feeds import`: OPML and YAML, good and bad, once and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.cli.catalogroom import Room, make_room

OPML = """<opml version="2.0"><body>
<outline text="One again" xmlUrl="https://one.example/feed"/>
<outline text="Two" xmlUrl="https://elsewhere.example/feed" language="ar"/>
<outline text="Bad" xmlUrl="gopher://x"/>
</body></opml>
"""
YAML = """\
feeds:
  - {id: two, title: Deux, url: "https://deux.example/feed"}
  - {id: bad, title: Bad}
  - {id: one, title: One, url: "https://one.example/feed"}
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return make_room(tmp_path, monkeypatch)


def written(room: Room, name: str, text: str) -> str:
    (room.folder / name).write_text(text, encoding="utf-8")
    return name


def test_opml_is_added_skipped_and_refused_by_line(room: Room) -> None:
    result = room.run("feeds", "import", written(room, "list.opml", OPML))
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "list.opml:2: skipped: One again is polled already, as one",
        "list.opml:3: added: Two, as two-2",
        "1 added, 1 skipped, 1 bad",
    ]
    assert result.stderr.startswith("list.opml:4: bad: gopher://x:")
    assert [(row["id"], row["origin"]) for row in room.rows("feeds", "list")] == [
        ("one", "file"), ("two", "file"), ("two-2", "chat"),
    ]  # fmt: skip


def test_yaml_likewise_and_again_adds_nothing(room: Room) -> None:
    name = written(room, "list.txt", YAML)
    rows = room.rows("feeds", "import", name)
    assert [(row["line"], row["result"], row["id"]) for row in rows] == [
        (2, "added", "two-2"), (3, "bad", None), (4, "skipped", "one"),
    ]  # fmt: skip
    assert [row["result"] for row in room.rows("feeds", "import", name)] == ["skipped", "bad", "skipped"]


def test_a_dry_run_changes_nothing(room: Room) -> None:
    result = room.run("feeds", "import", written(room, "list.opml", OPML), "--dry-run")
    assert "would be: 1 added, 1 skipped, 1 bad" in result.stdout
    assert not (room.folder / "data").exists()


def test_what_was_exported_elsewhere_comes_in_whole(room: Room) -> None:
    text = room.run("feeds", "export", "--format", "opml").stdout
    room.feeds.write_text("feeds: []\n")
    assert room.run("feeds", "import", written(room, "list.opml", text)).exit_code == 0
    rows = room.rows("feeds", "list")
    assert [(row["id"], row["reliability"], row.get("reason")) for row in rows] == [
        ("one", "B", "Why."), ("two", "F", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<html></html>", "list:1:1: is not OPML"),
        ("<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", "document type"),
        ("feeds:\n\t- a", "list:2:1: is not YAML"),
    ],
)
def test_what_is_neither_is_refused(room: Room, text: str, says: str) -> None:
    result = room.run("feeds", "import", written(room, "list", text))
    assert result.exit_code == 2
    assert says in result.stderr


def test_an_absent_file_is_told(room: Room) -> None:
    result = room.run("feeds", "import", "absent.opml")
    assert result.exit_code == 2
    assert "absent.opml: cannot be read" in result.stderr


def test_an_older_or_newer_database_is_left_alone(room: Room) -> None:
    store = room.store()
    with store.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    result = room.run("feeds", "import", written(room, "list.opml", OPML))
    assert result.exit_code == 1
    assert "newer version" in result.stderr
