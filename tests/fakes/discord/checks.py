"""Request bodies by Discord's documented rules: types, limits, no unknown field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Check = Callable[[Any], str]


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text(most: int, least: int = 0) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            return "must be a string"
        if any("\ud800" <= c <= "\udfff" for c in value):
            return "lone surrogate"
        if least and not value.strip():
            return "This field is required"
        return "" if least <= units(value) <= most else f"Must be between {least} and {most} in length."

    return check


def whole(most: int = 1 << 53) -> Check:
    def check(value: Any) -> str:
        good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
        return "" if good else "must be a whole number"

    return check


def flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def address(value: Any) -> str:
    good = isinstance(value, str) and re.match(r"https?://[^\s/]+", value) and len(value) <= 2048
    return "" if good else "Not a well formed URL."


def anything(value: Any) -> str:
    return ""


def or_null(check: Check) -> Check:
    return lambda value: "" if value is None else check(value)


def listed(check: Check, most: int) -> Check:
    def check_all(value: Any) -> str:
        if not isinstance(value, list) or len(value) > most:
            return f"must be a list of at most {most}"
        return next((why for item in value if (why := check(item))), "")

    return check_all


def shaped(fields: dict[str, Check], required: tuple[str, ...] = ()) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, dict):
            return "must be an object"
        for name in required:
            if name not in value:
                return f"{name}: This field is required"
        for name, item in value.items():
            if name not in fields:
                return f"{name}: unknown field"
            if why := fields[name](item):
                return f"{name}: {why}"
        return ""

    return check


def one_of(*values: object) -> Check:
    return lambda value: "" if value in values else f"must be one of {values}"


def _embed(value: Any) -> str:
    if why := _EMBED(value):
        return why
    shown = ("title", "description", "fields", "footer", "author")
    return "" if any(value.get(name) for name in shown) else "empty embed"


_FIELD = shaped({"name": text(256, 1), "value": text(1024, 1), "inline": flag}, ("name", "value"))
_EMBED = shaped(
    {
        "type": one_of("rich"),
        "title": text(256),
        "description": text(4096),
        "url": address,
        "color": whole(0xFFFFFF),
        "author": shaped({"name": text(256, 1), "url": address, "icon_url": address}, ("name",)),
        "footer": shaped({"text": text(2048, 1), "icon_url": address}, ("text",)),
        "fields": listed(_FIELD, 25),
        "timestamp": text(40),
    }
)
_MENTIONS = shaped(
    {
        "parse": listed(one_of("users", "roles", "everyone"), 3),
        "users": listed(text(20), 100),
        "roles": listed(text(20), 100),
        "replied_user": flag,
    }
)
_BUTTON = shaped(
    {
        "type": one_of(2),
        "style": one_of(1, 2, 3, 4),
        "label": text(80, 1),
        "custom_id": text(100, 1),
        "disabled": flag,
        "id": whole(),
    },
    ("type", "style", "custom_id"),
)
_ROW = shaped({"type": one_of(1), "components": listed(_BUTTON, 5), "id": whole()}, ("type", "components"))
_COMMON: dict[str, Check] = {
    "content": or_null(text(2000)),
    "embeds": or_null(listed(_embed, 10)),
    "allowed_mentions": or_null(_MENTIONS),
    "components": or_null(listed(_ROW, 5)),
    "flags": or_null(whole()),
    "attachments": or_null(listed(anything, 10)),
}


def _nonce(value: Any) -> str:
    return "" if isinstance(value, int) else text(25, 1)(value)


CREATE = shaped({**_COMMON, "nonce": _nonce, "enforce_nonce": flag, "tts": flag})
EDIT = shaped(_COMMON)
FOLLOW_UP = shaped({**_COMMON, "tts": flag})
_CHOICE = shaped({"name": text(100, 1), "value": text(100, 1)}, ("name", "value"))
CALLBACKS = {
    4: shaped({**_COMMON, "tts": flag}),
    5: shaped({"flags": whole()}),
    6: anything,
    7: shaped(_COMMON),
    8: shaped({"choices": listed(_CHOICE, 25)}, ("choices",)),
}

_NAME = re.compile(r"[-_\w]{1,32}")


def _name(value: Any) -> str:
    good = isinstance(value, str) and _NAME.fullmatch(value) and value == value.lower()
    return "" if good else "Command name is invalid"


_OPTION = shaped(
    {
        "type": one_of(3),
        "name": _name,
        "description": text(100, 1),
        "required": flag,
        "choices": listed(_CHOICE, 25),
        "autocomplete": flag,
    },
    ("type", "name", "description"),
)
COMMAND = shaped(
    {
        "name": _name,
        "type": one_of(1),
        "description": text(100, 1),
        "options": listed(_OPTION, 25),
        "default_member_permissions": or_null(text(20, 1)),
        "contexts": listed(one_of(0, 1, 2), 3),
        "integration_types": listed(one_of(0, 1), 2),
        "nsfw": flag,
    },
    ("name", "description"),
)


def command_rules(commands: Any) -> str:
    if why := listed(COMMAND, 100)(commands):
        return why
    names = [command["name"] for command in commands]
    if len(set(names)) != len(names):
        return "APPLICATION_COMMANDS_DUPLICATE_NAME"
    for command in commands:
        options = command.get("options", [])
        required = [option.get("required", False) for option in options]
        if required != sorted(required, reverse=True):
            return "Required options must be placed before non-required options"
        if any(option.get("choices") and option.get("autocomplete") for option in options):
            return "choices and autocomplete exclude each other"
        if len({option["name"] for option in options}) != len(options):
            return "APPLICATION_COMMANDS_OPTION_NAME_NOT_UNIQUE"
    return ""


def message_rules(body: Json) -> str:
    """What holds over a whole message."""
    embeds = body.get("embeds") or []
    if sum(_embed_size(embed) for embed in embeds) > 6000:
        return "embeds: Embed size exceeds maximum size of 6000"
    ids = [b["custom_id"] for row in body.get("components") or [] for b in row["components"]]
    return "components: Component custom id cannot be duplicated" if len(set(ids)) != len(ids) else ""


def _embed_size(embed: Json) -> int:
    texts = [embed.get("title", ""), embed.get("description", "")]
    texts += [embed.get("author", {}).get("name", ""), embed.get("footer", {}).get("text", "")]
    texts += [field[part] for field in embed.get("fields", []) for part in ("name", "value")]
    return sum(units(part) for part in texts)
