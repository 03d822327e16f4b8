"""`feeds check` and `feeds add`, over loopback with the bot's own fetcher and parser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.cli.catalogroom import Room, make_room
from tests.bot.cli.feedsite import site


@pytest.fixture
def address() -> Iterator[str]:
    with site() as url:
        yield url


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> Room:
    made = make_room(tmp_path, monkeypatch)
    names = ("well", "stale", "dateless", "empty", "moved", "page", "gone")
    rows = "".join(f'  - {{id: {name}, title: "{name}", url: "{address}/{name}"}}\n' for name in names)
    made.feeds.write_text(f"feeds:\n{rows}", encoding="utf-8")
    return made


def test_check_fetches_and_says_what_each_feed_is(room: Room, address: str) -> None:
    rows = {row["id"]: row for row in room.rows("feeds", "check")}
    assert {name: (row["state"], row["items"]) for name, row in rows.items()} == {
        "well": ("ok", 3), "stale": ("stale", 3), "dateless": ("ok", 3), "empty": ("empty", 0),
        "moved": ("ok", 3), "page": ("failed", 0), "gone": ("failed", 0),
    }  # fmt: skip
    assert rows["moved"]["moved_to"] == f"{address}/well"
    assert rows["dateless"]["detail"] == "its items carry no dates"
    assert rows["page"]["fault"] == "not a feed"
    assert "404" in rows["gone"]["detail"]
    assert rows["well"]["newest"]
    assert not (room.folder / "data").exists()


def test_check_of_named_feeds_prints_a_table_and_fails_only_with_them(room: Room) -> None:
    result = room.run("feeds", "check", "well", "moved")
    assert result.exit_code == 0
    assert "1 h ago" in result.stdout
    assert "moved to http" in result.stdout
    result = room.run("feeds", "check", "gone", "well")
    assert result.exit_code == 1
    assert "1 of 2 feeds failed" in result.stderr


def test_check_of_an_unknown_feed_names_the_nearest(room: Room) -> None:
    result = room.run("feeds", "check", "wel")
    assert result.exit_code == 2
    assert 'there is no feed "wel"; did you mean "well"?' in result.stderr


def test_loopback_is_refused_unless_allowed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAHELWATCH_ALLOW_LOOPBACK_FEEDS", "0")
    (row,) = room.rows("feeds", "check", "well")
    assert (row["state"], row["fault"]) == ("failed", "address refused")


def emptied(room: Room) -> Room:
    room.feeds.write_text('feeds:\n  - {id: other, title: Other, url: "https://other.example/"}\n')
    return room


def test_add_finds_the_feed_of_a_page_and_stores_it(room: Room, address: str) -> None:
    result = emptied(room).run("feeds", "add", f"{address}/page", "--id", "mine", "--country", "ML", "--yes")
    assert result.exit_code == 0
    assert "Well item 0" in result.stdout
    (_, row) = room.rows("feeds", "list")
    assert (row["id"], row["title"], row["url"], row["country"], row["languages"], row["origin"]) == (
        "mine", "Well", f"{address}/well", "ML", ["fr"], "chat",
    )  # fmt: skip
    store = room.store()
    with store.reading() as tx:
        (logged,) = tx.audit.latest(5)
    store.close()
    assert (logged.action, logged.subject, logged.after) == ("feeds.add", "mine", f"{address}/well")
    again = room.run("feeds", "add", f"{address}/well", "--yes")
    assert again.exit_code == 2
    assert "polled already, as mine" in again.stderr


def test_add_asks_first(room: Room, address: str) -> None:
    emptied(room)
    assert room.run("feeds", "add", f"{address}/well", typed="n\n").exit_code == 1
    assert not (room.folder / "data").exists()
    assert room.run("feeds", "add", f"{address}/well", typed="y\n").exit_code == 0
    assert len(room.rows("feeds", "list")) == 2


def test_add_refuses_what_is_no_feed_and_what_is_wrong(room: Room, address: str) -> None:
    emptied(room)
    missing = room.run("feeds", "add", f"{address}/nothing", "--yes")
    assert missing.exit_code == 1
    assert "names no feed" in missing.stderr
    for words, says in (
        (("--id", "other"), 'the id "other" is taken'), (("--id", "A b"), "cannot be an id"),
        (("--country", "UK"), 'did you mean "GB"'), (("--reliability", "Z"), "one of: A, B"),
    ):  # fmt: skip
        result = room.run("feeds", "add", f"{address}/well", "--yes", *words)
        assert result.exit_code == 2
        assert says in result.stderr
    assert not (room.folder / "data").exists()
