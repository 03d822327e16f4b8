"""The desk's commands as Discord's slash commands, and back. Pure.

Limits: "Application Commands" and "Component Reference" of Discord's API documentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.platforms.discord.markdown import cut
from bot.ports import Button, Option, Usage

MOST_SUMMARY = 100
MOST_CHOICES = 25
MOST_CHOICE = 100
MOST_OPTIONS = 25
MOST_LABEL = 80
MOST_CUSTOM_ID = 100
BUTTONS_IN_ROW = 5
MOST_ROWS = 5

CHAT_INPUT = 1
STRING = 3
MANAGE_GUILD = 1 << 5
IN_SERVERS, IN_PRIVATE = 0, 1
INSTALLED_IN_SERVER = 0

Json = dict[str, Any]


def command_list(usages: Sequence[Usage]) -> list[Json]:
    """The body of Bulk Overwrite Global Application Commands.

    An admin command is shown only to those who may manage the server; a server's own settings can
    overrule that, so the desk checks again.
    """
    return [_command(usage) for usage in usages]


def argument(usage: Usage, options: Sequence[Mapping[str, Any]]) -> str:
    """The options a person filled in, as the text after the command's name: in the usage's order."""
    values = {option.get("name"): str(option.get("value", "")).strip() for option in options}
    return " ".join(value for option in usage.options if (value := values.get(option.name, "")))


def focused(options: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The option being typed and what stands in it so far."""
    for option in options:
        if option.get("focused"):
            return str(option.get("name", "")), str(option.get("value", ""))
    return "", ""


def suggestions(values: Sequence[str]) -> list[str]:
    """Completions Discord takes: 1 to 100 characters, no two alike, 25 at most."""
    fit = dict.fromkeys(value for value in values if 0 < len(value) <= MOST_CHOICE)
    return list(fit)[:MOST_CHOICES]


def rows(buttons: Sequence[Button]) -> list[list[tuple[str, str]]]:
    """Labels and custom ids in rows of five. The command is the id, so that a press works after a
    restart too; Discord refuses two alike in one message."""
    fit: dict[str, str] = {}
    for button in buttons:
        if 0 < len(button.command) <= MOST_CUSTOM_ID:
            fit.setdefault(button.command, cut(button.label, MOST_LABEL).strip() or "…")
    pairs = [(label, command) for command, label in fit.items()][: BUTTONS_IN_ROW * MOST_ROWS]
    return [pairs[i : i + BUTTONS_IN_ROW] for i in range(0, len(pairs), BUTTONS_IN_ROW)]


def pressed(custom_id: str) -> tuple[str, str]:
    """A button's command as name and argument."""
    name, _, rest = custom_id.strip().removeprefix("/").partition(" ")
    return name, rest.strip()


def _command(usage: Usage) -> Json:
    # Discord wants the required options first; the order of the text after the name is the usage's.
    options = sorted(usage.options[:MOST_OPTIONS], key=lambda option: not option.required)
    command: Json = {
        "name": usage.name.lower(),
        "type": CHAT_INPUT,
        "description": cut(usage.summary, MOST_SUMMARY).strip() or usage.name,
        "options": [_option(option) for option in options],
        "contexts": [IN_SERVERS, IN_PRIVATE],
        "integration_types": [INSTALLED_IN_SERVER],
    }
    if usage.admin:
        command["default_member_permissions"] = str(MANAGE_GUILD)
    return command


def _option(option: Option) -> Json:
    data: Json = {
        "type": STRING,
        "name": option.name.lower(),
        "description": cut(option.summary, MOST_SUMMARY).strip() or option.name,
        "required": option.required,
    }
    if 0 < len(option.choices) <= MOST_CHOICES:
        data["choices"] = [{"name": choice, "value": choice} for choice in suggestions(option.choices)]
    else:
        data["autocomplete"] = True
    return data
