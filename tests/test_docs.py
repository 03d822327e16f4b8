"""What README and docs say exists: links, commands, make targets, settings, and the stored help."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from bot.cli import app
from bot.commands.catalog import COMMANDS
from bot.settings import PREFIX, Settings
from news.chat import Role

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
CONFIGURED = tuple(
    ROOT / name for name in (".env.example", "compose.yaml", "Dockerfile", "docs/sahelwatch.service")
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
WHO = {
    Role.MEMBER: "everyone",
    Role.CHAT_ADMIN: "admins of the chat",
    Role.ADMIN: "admins of the bot",
    Role.OWNER: "owners",
}
# At the start of a line or of code, by its path, or within a container.
_COMMAND = re.compile(r"(?:^|`|bin/|exec bot )sahelwatch ((?:[a-z]+ ?)+)", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FETCHES = re.compile(r"@font-face|@import|url\(\s*['\"]?http|(?:href|src)=['\"]http")
_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in _LINK.findall(text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} leads nowhere"
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), f"{target} has no such heading"


def cli_commands() -> set[str]:
    return set(_walk(typer.main.get_command(app), ()))


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    """The full names of the commands in a group (of typer, or of click where typer builds on it)."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path)
        return
    for name, each in inner.items():
        yield from _walk(each, (*path, name))


def named_commands(text: str) -> Iterator[str]:
    """The commands that a page shows, each cut to the words that could be its name."""
    shown = [*_FENCE.findall(text), *re.findall(r"`[^`\n]+`", text)]
    for said in _COMMAND.findall("\n".join(shown)):
        words = said.split()
        yield " ".join(words[: 2 if words[0] in ("feeds", "watchlists", "db") else 1])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_line_command_that_is_named_exists(page: Path) -> None:
    known = cli_commands()
    assert set(named_commands(page.read_text(encoding="utf-8"))) <= known


def test_the_readme_lists_every_command_line_command_once() -> None:
    rows = re.findall(r"^\| `sahelwatch ([a-z ]+)` \|", README, re.MULTILINE)
    assert sorted(rows) == sorted(cli_commands())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"`make ([a-z-]+)`", text)
    for block in _FENCE.findall(text):
        shown += re.findall(r"(?:^|&& )make ([a-z-]+)", block, re.MULTILINE)
    assert set(shown) <= targets


# Where the recorded news lies; the product itself has no such setting.
FOR_TESTS = {f"{PREFIX}DATA"}


def settings_names() -> set[str]:
    return {PREFIX + name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("page", [*PAGES, *CONFIGURED], ids=name_of)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", page.read_text(encoding="utf-8")))
    assert named <= settings_names() | FOR_TESTS


def test_the_example_explains_every_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(rf"^# ({PREFIX}[A-Z_]+)=", example, re.MULTILINE)) == settings_names()


def test_the_readme_lists_the_commands_as_they_are() -> None:
    rows = re.findall(r"^\| `(/.+?)` \| (.+?) \| (.+?) \|$", README, re.MULTILINE)
    shown = [(usage.replace("\\|", "|"), what, who) for usage, what, who in rows]
    assert shown == [(c.usage.usage, c.usage.summary, WHO[c.least]) for c in COMMANDS]


def test_the_invite_asks_for_the_rights_of_the_table() -> None:
    bits = [int(bit) for bit in re.findall(r"^\| [A-Z][\w ]+ \| (\d+) \|", README, re.MULTILINE)]
    asked = re.search(r"permissions=(\d+)", README)
    assert len(bits) == 5
    assert asked is not None
    assert int(asked.group(1)) == sum(bits)


def test_the_stored_help_is_what_the_command_line_prints() -> None:
    code = "from bot.cli import app; app(['--help'], prog_name='sahelwatch')"
    environment = {**os.environ, "COLUMNS": "88", "NO_COLOR": "1"}
    asked = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert (ROOT / "bot" / "cli" / "help.txt").read_text(encoding="utf-8") == asked.stdout


def test_the_pictures_ask_no_other_server() -> None:
    for picture in (ROOT / "docs").glob("*.svg"):
        text = picture.read_text(encoding="utf-8")
        assert len(text) < 300_000
        assert not re.search(r"@font-face|@import|url\(\s*['\"]?http|(?:href|src)=['\"]http", text), (
            picture.name
        )
