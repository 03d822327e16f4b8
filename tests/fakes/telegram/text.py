"""Formatted text as Telegram reads it: with its own parser (TDLib) where installed, else a strict one."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from tests.fakes.telegram.schema import ApiError

try:
    from tdjson import td_execute
except ImportError:  # no wheel for this platform
    td_execute = None

Entity = dict[str, Any]
_NAMES = {
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "BotCommand": "bot_command",
    "EmailAddress": "email",
    "PhoneNumber": "phone_number",
    "BankCardNumber": "bank_card_number",
}


def _execute(**query: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(td_execute(json.dumps(query).encode()))
    return answer


if td_execute is not None:
    _execute(**{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def has_tdlib() -> bool:
    return td_execute is not None


def parse(text: str, mode: str) -> tuple[str, list[Entity]]:
    """The text people see and its entities; raises the Bot API's refusal."""
    if not mode:
        return text, []
    if mode != "HTML":
        raise ApiError(400, "Bad Request: the fake reads HTML only")
    if td_execute is None:
        return _parse(text)
    query = {"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}}
    answer = _execute(**query)
    if answer["@type"] == "error":
        said = answer["message"]
        raise ApiError(400, f"Bad Request: {said[0].lower()}{said[1:]}")
    return answer["text"], [_entity(entity) for entity in answer["entities"]]


def found(text: str) -> list[Entity]:
    """What Telegram makes pressable by itself: mentions, commands, addresses, hashtags."""
    if td_execute is not None:
        return [_entity(e) for e in _execute(**{"@type": "getTextEntities", "text": text})["entities"]]
    kinds = {"mention": r"(?<!\w)@\w{3,32}", "bot_command": r"(?<![\w/<>])/\w{1,64}"}
    return [
        {"type": kind, "offset": _units(text[: m.start()]), "length": _units(m[0])}
        for kind, pattern in kinds.items()
        for m in re.finditer(pattern, text)
    ]


def _entity(entity: Entity) -> Entity:
    kind = entity["type"]["@type"].removeprefix("textEntityType")
    out = {"type": _NAMES.get(kind, kind.lower()), "offset": entity["offset"], "length": entity["length"]}
    if "url" in entity["type"]:
        out["url"] = entity["type"]["url"]
    return out


def covered(text: str, entity: Entity) -> str:
    """The text under an entity (offsets are UTF-16 units)."""
    raw = text.encode("utf-16-le")
    return raw[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


_TAG = re.compile(r'<(/?)(b|i|u|s|code|pre|a)((?: href="([^"<>]*)")?)>')
_CANNOT = "Bad Request: can't parse entities"
_TYPES = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "a": "text_link"}


def _parse(text: str) -> tuple[str, list[Entity]]:
    out, entities, open_tags, at = "", [], [], 0
    while at < len(text):
        if text[at] != "<":
            end = text.find("<", at)
            end = len(text) if end < 0 else end
            out += html.unescape(text[at:end])
            at = end
            continue
        tag = _TAG.match(text, at)
        if tag is None:
            raise ApiError(400, f"{_CANNOT}: Unsupported start tag at byte offset {at}")
        at = tag.end()
        if not tag[1]:
            open_tags.append((tag[2], _units(out), html.unescape(tag[4] or "")))
        elif not open_tags or open_tags[-1][0] != tag[2]:
            raise ApiError(400, f'{_CANNOT}: Unexpected end tag "{tag[2]}"')
        else:
            name, start, url = open_tags.pop()
            if _units(out) > start:
                entity: Entity = {
                    "type": _TYPES.get(name, name),
                    "offset": start,
                    "length": _units(out) - start,
                }
                entities.append(entity | ({"url": url} if url else {}))
    if open_tags:
        raise ApiError(400, f'{_CANNOT}: Can\'t find end tag corresponding to "{open_tags[-1][0]}"')
    return out, entities
