"""`feeds list|diff|export`: with no database, with a fresh one, and after changes in chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ingest.catalog import load_feeds
from bot.ingest.opml import read_opml
from news.feed import FeedId, FeedSpec, FeedState
from tests.bot.cli.catalogroom import FEEDS, Room, make_room


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return make_room(tmp_path, monkeypatch)


@pytest.fixture
def changed(room: Room) -> Room:
    """The file was read, then admins added, changed, removed and paused, and the file grew."""
    room.feeds.write_text(FEEDS + '  - {id: three, title: Three, url: "https://three.example/"}\n')
    one, _, _ = load_feeds(room.feeds)
    store = room.store()
    with store.transaction() as tx:
        tx.feeds.sync(load_feeds(room.feeds))
        tx.feeds.put(FeedSpec(FeedId("added"), "Added", "https://added.example/feed"))
        tx.feeds.put(replace(one, title="Uno", languages=("fr", "en")))
        tx.feeds.remove(FeedId("two"))
        tx.feeds.pause(FeedId("three"), True)
        at = datetime(2026, 1, 2, tzinfo=UTC)
        state = FeedState(ok_at=at, failures=2, fault="timed out", newest_item_at=at)
        tx.feeds.save([(FeedId("added"), state)])
    store.close()
    room.feeds.write_text(
        room.feeds.read_text() + '  - {id: four, title: Four, url: "https://four.example/"}\n'
    )
    return room


def test_without_a_database_the_file_counts_and_none_is_made(room: Room) -> None:
    result = room.run("feeds", "list")
    assert result.exit_code == 0
    assert "Two [x]" in result.stdout
    assert "not polled" in result.stdout
    assert [row["id"] for row in room.rows("feeds", "list")] == ["one", "two"]
    assert room.run("feeds", "diff").stdout == "no database yet: the file counts\n"
    assert not (room.folder / "data").exists()


def test_an_empty_database_counts_as_none(room: Room) -> None:
    (room.folder / "data").mkdir()
    (room.folder / "data" / "bot.db").touch()
    assert [row["id"] for row in room.rows("feeds", "list")] == ["one", "two"]


def test_what_was_changed_in_chat_lies_over_the_file(changed: Room) -> None:
    rows = changed.rows("feeds", "list")
    assert [(row["id"], row["origin"], row["state"]) for row in rows] == [
        ("one", "chat", "not polled"), ("three", "file", "paused"), ("four", "file", "not polled"),
        ("added", "chat", "failing (2): timed out"),
    ]  # fmt: skip
    assert rows[0]["title"] == "Uno"
    assert rows[3]["newest"] == "2026-01-02T00:00:00+00:00"
    shown = changed.run("feeds", "list").stdout
    assert "failing (2): timed out" in shown
    assert "d ago" in shown


def test_the_difference_is_told_by_feed_and_field(changed: Room) -> None:
    assert changed.run("feeds", "diff").stdout.splitlines() == [
        "added: added in chat",
        "four: new in the file, not read yet",
        "one: changed in chat",
        "  title: One -> Uno",
        "  languages: fr -> fr, en",
        "three: paused in chat",
        "two: removed in chat",
    ]
    assert changed.rows("feeds", "diff")[2] == {
        "id": "one", "what": "changed in chat",
        "fields": {"title": ["One", "Uno"], "languages": ["fr", "fr, en"]},
    }  # fmt: skip


def test_a_file_that_changed_since_it_was_read_differs(room: Room) -> None:
    store = room.store()
    with store.transaction() as tx:
        tx.feeds.sync(load_feeds(room.feeds))
    store.close()
    assert room.run("feeds", "diff").stdout == "no difference\n"
    room.feeds.write_text('feeds:\n  - {id: one, title: New, url: "https://one.example/feed"}\n')
    lines = room.run("feeds", "diff").stdout.splitlines()
    assert lines[0] == "one: changed in the file, not read yet"
    assert "  reliability: F -> B" in lines
    assert lines[-1] == "two: gone from the file"
    assert [row["title"] for row in room.rows("feeds", "list")] == ["New"]


def test_export_is_what_counts_and_can_become_the_file(changed: Room) -> None:
    text = changed.run("feeds", "export").stdout
    changed.feeds.write_text(text, encoding="utf-8")
    assert [spec.id for spec in load_feeds(changed.feeds)] == ["one", "three", "four", "added"]
    assert load_feeds(changed.feeds)[0].title == "Uno"


@pytest.mark.parametrize(
    "words", [("--format", "opml"), ("-o", "a.opml"), ("--format", "opml", "-o", "a.txt")]
)
def test_export_as_opml_to_the_screen_or_a_file(room: Room, words: tuple[str, ...]) -> None:
    result = room.run("feeds", "export", *words)
    assert result.exit_code == 0
    written = (room.folder / words[-1]).read_bytes() if "-o" in words else result.stdout.encode()
    assert tuple(spec for _, spec in read_opml(written, "x").entries) == load_feeds(room.feeds)


def test_export_keeps_the_mode_of_the_file_it_replaces(room: Room) -> None:
    room.feeds.chmod(0o600)
    assert room.run("feeds", "export", "-o", str(room.feeds)).stderr.endswith("feeds.yaml: 2 feeds\n")
    assert room.feeds.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in room.folder.iterdir()] == ["feeds.yaml"]
    assert room.run("feeds", "export", "-o", "absent/feeds.yaml").exit_code == 1


@pytest.mark.parametrize("command", ["list", "check", "export", "diff"])
def test_a_broken_file_is_told_by_line(changed: Room, command: str) -> None:
    changed.feeds.write_text("feeds:\n  - id: a\n    titel: A\n")
    result = changed.run("feeds", command)
    assert result.exit_code == 2
    assert f'{changed.feeds}:3:5: unknown field "titel"; did you mean "title"?' in result.stderr


def test_bad_settings_are_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAHELWATCH_DATABASE_URL", "mysql://x")
    result = room.run("feeds", "list")
    assert result.exit_code == 2
    assert "SAHELWATCH_DATABASE_URL" in result.stderr


@pytest.mark.parametrize("command", ["list", "check", "add", "import", "export", "diff"])
def test_every_command_has_help_with_an_example(room: Room, command: str) -> None:
    result = room.run("feeds", command, "--help")
    assert result.exit_code == 0
    assert f"Example: sahelwatch feeds {command}" in " ".join(result.stdout.split())
