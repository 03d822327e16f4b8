"""`watchlists check`: errors by line, and what a good file holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.cli.catalogroom import Room, make_room

GOOD = """\
watchlists:
  - id: mali
    title: Mali
    entities:
      - {id: mali, name: Mali, kind: state, terms: {any: [Mali], ar: [مالي]}}
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return make_room(tmp_path, monkeypatch)


def test_a_good_file_is_listed(room: Room) -> None:
    (room.folder / "watchlists.yaml").write_text(GOOD, encoding="utf-8")
    result = room.run("watchlists", "check")
    assert result.exit_code == 0
    assert "1 watchlists" in result.stdout
    found = json.loads(room.run("watchlists", "check", "--json").stdout)
    terms = {"any": 1, "ar": 1}
    assert found["watchlists"] == [{"id": "mali", "title": "Mali", "entities": 1, "terms": terms}]
    assert found["errors"] == []


def test_errors_have_their_line_and_the_exit_code_one(room: Room) -> None:
    path = room.folder / "other.yaml"
    path.write_text(GOOD.replace("kind: state", "kind: stat") + "  - {id: x}\n", encoding="utf-8")
    result = room.run("watchlists", "check", str(path))
    assert result.exit_code == 1
    assert f'{path}:5:38: "stat" is not a known kind; did you mean "state"?' in result.stderr
    assert f'{path}:6:5: the field "title" is missing' in result.stderr
    found = json.loads(room.run("watchlists", "check", str(path), "--json").stdout)
    assert {(error["line"], error["column"]) for error in found["errors"]} == {(5, 38), (6, 5)}


def test_warnings_have_their_line_and_change_no_exit_code(room: Room) -> None:
    path = room.folder / "watchlists.yaml"
    terms = "\n          - Koulouba Palace\n          - {text: Koulouba Palace}\n          - X\n"
    path.write_text(GOOD.replace("{any: [Mali], ar: [مالي]}}", "{any: [Koulouba]}}\n") + (
        "      - id: seat\n        name: Seat\n        kind: place\n        terms:\n          en:" + terms
    ), encoding="utf-8")  # fmt: skip
    result = room.run("watchlists", "check")
    assert result.exit_code == 0
    found = json.loads(room.run("watchlists", "check", "--json").stdout)
    assert [(warning["line"], warning["column"]) for warning in found["warnings"]] == [(13, 13), (14, 13)]
    assert "watchlists.yaml:13:13: mali/seat/Koulouba Palace: the term is there twice" in result.stderr
    assert result.stderr.count("(warning)") == 2


def test_an_absent_file_is_an_error(room: Room) -> None:
    result = room.run("watchlists", "check", "absent.yaml")
    assert result.exit_code == 1
    assert "absent.yaml: there is no such file" in result.stderr


def test_help_has_an_example(room: Room) -> None:
    assert "Example: sahelwatch watchlists check" in room.run("watchlists", "check", "--help").stdout
