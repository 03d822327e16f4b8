"""`replay` as a program and a person use it: a process of its own, recorded lines in, alerts out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.replay import BadLine, Recorded, in_order, read, specs_for
from news.feed import FeedId, FeedSpec
from tests.data import ROOT

LINES: list[dict[str, Any]] = [
    {
        "id": "a", "title": "Malian troops enter Kidal after rebels leave",
        "published": "2023-11-14T16:00:00+00:00",
        "description": "Soldiers took the northern town of Kidal on Tuesday, the army said.",
        "link": "https://one.example/kidal", "source": "https://one.example/feed", "language": "en",
    },
    {
        "id": 7, "title": "Mali : l'armée entre à Kidal après le départ des rebelles", "language": "fr",
        "description": "Les soldats maliens ont pris mardi la ville de Kidal, dans le nord, annonce l'armée.",
        "published": "2023-11-14T16:30:00", "link": "https://two.example/k", "source": "Two",
    },
    {
        "id": "n", "title": "Nigeria: floods in Niger State", "published": "2023-11-14T15:00:00Z",
        "source": None,
    },
    {
        "title": "Robert Wagner turns 93", "description": None, "link": None, "published": None,
        "language": None,
    },
]  # fmt: skip


def run(
    *args: str, stdin: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SAHELWATCH_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *args], cwd=ROOT, input=stdin, capture_output=True, text=True,
        env=clean | dict(env or {}), timeout=120, check=False,
    )  # fmt: skip


def write(path: Path, lines: list[dict[str, Any]]) -> str:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    return str(path)


def test_one_event_is_one_alert_and_then_an_edit(tmp_path: Path) -> None:
    done = run("replay", write(tmp_path / "items.jsonl", LINES), "--json")
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["kind"], second["kind"]) == ("alert", "edit")
    assert (first["alert"], first["story"]) == (second["alert"], second["story"])
    assert first["at"] == "2023-11-14T16:00:00+00:00"
    assert second["at"] == "2023-11-14T16:31:00+00:00" or second["at"] >= "2023-11-14T16:30:00+00:00"
    assert "mali" in first["watchlists"]
    assert first["headline"] == LINES[0]["title"]
    assert first["summary"]
    assert [item["id"] for item in second["items"]] == ["a", 7]
    assert first["items"] == [{"id": "a", "link": "https://one.example/kidal", "source": "one.example"}]


def test_the_closing_table_counts_every_item(tmp_path: Path) -> None:
    done = run("replay", write(tmp_path / "items.jsonl", LINES))
    assert done.returncode == 0
    shown = done.stdout + done.stderr
    for fate, number in (("no match", 2), ("joined story in silence", 1), ("alerted", 1), ("all items", 4)):
        assert any(fate in row and str(number) in row for row in shown.splitlines()), (fate, shown)


def test_standard_input_and_a_kept_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kept.db"
    lines = "\n".join(json.dumps(line) for line in LINES)
    assert run("replay", "-", "--db", url, stdin=lines).returncode == 0
    env = {"SAHELWATCH_DATABASE_URL": url}
    told = run("timeline", "mali", "3650d", env=env)
    assert "Malian troops enter Kidal" in told.stdout, told.stderr
    rows = run("timeline", "mali", "3650d", "--json", env=env).stdout.splitlines()
    assert len(rows) == 1
    again = run("replay", "-", "--json", "--db", url, stdin=lines)
    assert again.stdout == ""  # the same items alert nothing again


def test_bad_lines_are_named_and_the_others_replayed(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    good = json.dumps(LINES[0]).encode()
    bad = [
        b"{",
        b"[]",
        b'{"title": ""}',
        b'{"title": 3}',
        b'{"title": "x", "published": "soon"}',
        b"\xff\xfe",
    ]
    path.write_bytes(b"\n".join([good, *bad]))
    done = run("replay", str(path), "--json")
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    for number in range(2, 8):
        assert f"items.jsonl:{number}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_is_said_so() -> None:
    done = run("replay", "/nonexistent/items.jsonl")
    assert done.returncode == 2
    assert "/nonexistent/items.jsonl" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_items_at_all(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.touch()
    assert run("replay", str(path), "--json").stdout == ""


def test_undated_lines_keep_their_place() -> None:
    lines = [b'{"title": "first"}', b'{"title": "second", "published": "2023-01-02"}', b'{"title": "third"}']
    items = [r for r in read("x", lines) if isinstance(r, Recorded)]
    assert [r.item.title for r in in_order(items)] == ["first", "second", "third"]
    assert len({r.at for r in in_order(items)}) == 1
    assert items[2].item.published is None


def test_dates_are_utc_where_naive() -> None:
    (naive, zoned) = read("x", [
        b'{"title": "a", "published": "2023-01-02T03:04:05"}',
        b'{"title": "b", "published": "2023-01-02T03:04:05+02:00"}',
    ])  # fmt: skip
    assert not isinstance(naive, BadLine)
    assert not isinstance(zoned, BadLine)
    assert naive.at.isoformat() == "2023-01-02T03:04:05+00:00"
    assert zoned.at.isoformat() == "2023-01-02T01:04:05+00:00"


def test_sources_are_found_in_the_catalogue_or_made() -> None:
    known = FeedSpec(FeedId("rfi"), "RFI", "https://rfi.example/feed")
    found = specs_for(
        ["https://rfi.example/feed", "RFI", "https://www.x.example/a", "https://x.example/b"], [known]
    )
    assert found["RFI"] is known
    assert found["https://rfi.example/feed"] is known
    assert len({spec.id for spec in found.values()}) == 3
    assert Counter(spec.title for spec in found.values())["x.example"] == 2


@pytest.mark.parametrize("value", ['{"title": ' + "[" * 5000 + "]" * 5000 + "}", '{"title": "\\ud800x"}'])
def test_odd_json_never_raises(value: str) -> None:
    assert len(list(read("x", [value.encode()]))) == 1
