"""A working directory with a catalogue and a database of its own, and the command run in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import feeds, watchlists
from storage import Store

FEEDS = """\
feeds:
  - {id: one, title: One, url: "https://one.example/feed", languages: [fr], reliability: B, reason: Why.}
  - {id: two, title: "Two [x]", url: "https://two.example/feed"}
"""

app = typer.Typer()
app.add_typer(feeds.app, name="feeds")
app.add_typer(watchlists.app, name="watchlists")


@dataclass(frozen=True, slots=True)
class Room:
    folder: Path
    url: str

    @property
    def feeds(self) -> Path:
        return self.folder / "feeds.yaml"

    def run(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, list(words), input=typed, catch_exceptions=False)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """What a command printed as JSON lines."""
        return [json.loads(line) for line in self.run(*words, "--json").stdout.splitlines()]

    def store(self) -> Store:
        """The database, made if need be; to be closed."""
        store = Store.open(self.url)
        store.upgrade()
        return store


def make_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    room = Room(folder, f"sqlite:///{folder / 'data' / 'bot.db'}")
    room.feeds.write_text(FEEDS, encoding="utf-8")
    monkeypatch.chdir(folder)
    for name, value in {
        "DATABASE_URL": room.url, "FEEDS": str(room.feeds), "WATCHLISTS": str(folder / "watchlists.yaml"),
        "ALLOW_LOOPBACK_FEEDS": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"SAHELWATCH_{name}", value)
    monkeypatch.setenv("TERM", "dumb")
    return room
