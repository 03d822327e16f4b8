"""The import rules hold, and each kind of breach is caught."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.data import ROOT

ROOMS = ("bot", "storage", "news")
LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder)},
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_tree_keeps_its_contracts(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout + result.stderr


BREACHES = [
    ("storage/chats.py", "import bot.ports"),
    ("news/item.py", "import storage"),
    ("news/match.py", "import time"),
    ("news/feed.py", "import news.alert"),
    ("bot/dispatcher/pump.py", "import bot.platforms.telegram.send"),
    ("bot/platforms/discord/send.py", "import bot.platforms.telegram.send"),
    ("bot/commands/start.py", "import sqlalchemy"),
    ("bot/commands/start.py", "import storage.tables"),
    ("bot/app/build.py", "import telegram"),
    ("bot/app/build.py", "import discord"),
    ("bot/pipeline.py", "import feedparser"),
    ("bot/pipeline.py", "import bot.ingest.fetch"),
    ("bot/settings.py", "import bot.log"),
    ("bot/utils.py", "VALUE = 1"),
    ("news/helpers.py", "VALUE = 1"),
]


@pytest.mark.parametrize(("file", "line"), BREACHES, ids=[f"{f}: {line}" for f, line in BREACHES])
def test_a_planted_breach_is_caught(copy: Path, file: str, line: str) -> None:
    path = copy / file
    before = path.read_text() if path.exists() else None
    path.write_text((before or "") + f"\n{line}\n")
    try:
        assert lint(copy).returncode == 1
    finally:
        path.unlink() if before is None else path.write_text(before)


def test_the_wheel_holds_the_three_rooms_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == set(ROOMS)
    for needed in ("bot/cli/help.txt", "bot/demo/items.jsonl", "storage/migrations/versions/0001_first.py"):
        assert needed in names
