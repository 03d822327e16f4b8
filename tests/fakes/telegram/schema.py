"""What requests the fake takes: names, types and which must be given (Bot API 10.1).

The real server ignores unknown parameters; the fake refuses them, because they are typing errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A refusal, as the Bot API answers it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


# name -> (type, required). "[X]" is an array of X.
METHODS: dict[str, dict[str, tuple[str, bool]]] = {
    "getMe": {},
    "getUpdates": {
        "offset": ("int", False),
        "limit": ("int", False),
        "timeout": ("int", False),
        "allowed_updates": ("[str]", False),
    },
    "deleteWebhook": {"drop_pending_updates": ("bool", False)},
    "setMyCommands": {
        "commands": ("[BotCommand]", True),
        "scope": ("object", False),
        "language_code": ("str", False),
    },
    "sendMessage": {
        "chat_id": ("id", True),
        "text": ("str", True),
        "message_thread_id": ("int", False),
        "parse_mode": ("str", False),
        "link_preview_options": ("LinkPreviewOptions", False),
        "disable_notification": ("bool", False),
        "protect_content": ("bool", False),
        "reply_parameters": ("ReplyParameters", False),
        "reply_markup": ("InlineKeyboardMarkup", False),
    },
    "editMessageText": {
        "chat_id": ("id", True),
        "message_id": ("int", True),
        "text": ("str", True),
        "parse_mode": ("str", False),
        "link_preview_options": ("LinkPreviewOptions", False),
        "reply_markup": ("InlineKeyboardMarkup", False),
    },
    "answerCallbackQuery": {
        "callback_query_id": ("str", True),
        "text": ("str", False),
        "show_alert": ("bool", False),
        "url": ("str", False),
        "cache_time": ("int", False),
    },
    "getChat": {"chat_id": ("id", True)},
    "getChatMember": {"chat_id": ("id", True), "user_id": ("int", True)},
    "getChatAdministrators": {"chat_id": ("id", True)},
    "leaveChat": {"chat_id": ("id", True)},
}

OBJECTS: dict[str, dict[str, tuple[str, bool]]] = {
    "BotCommand": {"command": ("str", True), "description": ("str", True)},
    "LinkPreviewOptions": {
        "is_disabled": ("bool", False),
        "url": ("str", False),
        "prefer_small_media": ("bool", False),
        "prefer_large_media": ("bool", False),
        "show_above_text": ("bool", False),
    },
    "ReplyParameters": {
        "message_id": ("int", True),
        "chat_id": ("id", False),
        "allow_sending_without_reply": ("bool", False),
    },
    "InlineKeyboardMarkup": {"inline_keyboard": ("[[InlineKeyboardButton]]", True)},
    "InlineKeyboardButton": {"text": ("str", True), "callback_data": ("str", False), "url": ("str", False)},
}


def checked(method: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters in their types. Form fields come as text, JSON bodies with types."""
    fields = METHODS.get(method)
    if fields is None:
        raise ApiError(404, "Not Found")
    return _object(f"parameter of {method}", fields, raw, form=True)


def _object(
    what: str, fields: dict[str, tuple[str, bool]], raw: Mapping[str, Any], *, form: bool
) -> dict[str, Any]:
    for name in raw:
        if name not in fields:
            raise ApiError(400, f"Bad Request: the fake knows no {what} named {name!r}")
    for name, (_, required) in fields.items():
        if required and raw.get(name) in (None, ""):
            raise ApiError(400, f"Bad Request: {what} {name!r} is missing or empty")
    return {name: _value(name, fields[name][0], value, form) for name, value in raw.items()}


def _value(name: str, kind: str, value: Any, form: bool) -> Any:
    wrong = ApiError(400, f"Bad Request: {name!r} must be {kind}, not {str(value)[:80]!r}")
    if form and isinstance(value, str) and kind not in ("str", "id"):
        try:
            value = json.loads(value)
        except ValueError:
            raise wrong from None
    if kind == "id":
        return _chat_id(value, wrong)
    if kind.startswith("["):
        if not isinstance(value, list):
            raise wrong
        return [_value(name, kind[1:-1], part, False) for part in value]
    if kind in OBJECTS:
        if not isinstance(value, dict):
            raise wrong
        return _object(kind, OBJECTS[kind], value, form=False)
    types: dict[str, type] = {"str": str, "int": int, "bool": bool, "object": dict}
    if not isinstance(value, types[kind]) or (kind == "int" and isinstance(value, bool)):
        raise wrong
    return value


def _chat_id(value: Any, wrong: ApiError) -> int | str:
    if isinstance(value, str) and value.startswith("@"):
        return value
    try:
        return int(value)
    except (TypeError, ValueError):
        raise wrong from None
