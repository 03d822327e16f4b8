"""A validator's finding in plain words: what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.ingest.problem import nearest

KEY = "[key]"  # how pydantic marks that the fault is of a mapping's key, not of its value

_SHAPES: Mapping[str, str] = {
    "model_type": 'here must stand fields, as in "id: …", or a quoted text where it is a term',
    "dict_type": '"{field}" must hold lists by language, as in "fr: [Le Mali]" or "any: [Mali]"',
    "bool_type": '"{field}" must be true or false',
    "too_short": '"{field}" needs at least one entry',
}


def message(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """The words for one fault; `model` is the one whose fields it is about."""
    names = [part for part in fault["loc"] if isinstance(part, str) and part != KEY]
    field = names[-1] if names else ""
    match fault["type"]:
        case "missing":
            return f'the field "{field}" is missing: add it'
        case "extra_forbidden":
            return unknown(field, model)
        case "value_error":
            said = str(fault["ctx"]["error"])
            return f'"{field}" {said}' if said.startswith("is empty") else said
        case "enum":
            return _choice(str(fault["input"]), field, fault["ctx"]["expected"])
        case "string_type":
            return _not_text(field, fault["input"])
        case "list_type":
            return _not_list(field, fault["input"])
    return _SHAPES.get(fault["type"], '"{field}": ' + fault["msg"]).format(field=field)


def unknown(name: str, model: type[BaseModel]) -> str:
    """A field that the model does not have, with the nearest that it has."""
    known = ", ".join(model.model_fields)
    return f'unknown field "{name}"{nearest(name, model.model_fields)} (known: {known})'


def _choice(given: str, field: str, expected: str) -> str:
    known = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    return f'"{given[:60]}" is not a known {field}{nearest(given, known)} (one of: {", ".join(known)})'


def _not_text(field: str, given: object) -> str:
    if given is None:
        return f'"{field}" is empty: write something or remove the field'
    if isinstance(given, int):
        return f'"{field}" must be text: put {str(given).lower()[:60]} in quotes'
    return f'"{field}" must be text, not a list or fields'


def _not_list(field: str, given: object) -> str:
    if isinstance(given, str):
        return f'"{field}" must be a list: write [{given[:60]}]'
    return f'"{field}" must be a list: begin each entry with a hyphen, or write [one, two]'
