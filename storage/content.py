"""`news` values as JSON text, and back: exactly the same value."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(value: object) -> str:
    """The JSON of a `news` dataclass. Equal values give equal text."""
    kind: Any = type(value)
    plain: Any = _adapter(kind).dump_python(value, mode="json")
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


# The values are frozen, and the same few are read at each poll.
@lru_cache(maxsize=4096)
def _load(kind: Any, text: str) -> Any:
    return _adapter(kind).validate_json(text)


def load(kind: type[T], text: str) -> T:
    """The value that `dump` wrote."""
    wanted: Any = kind
    value = _load(wanted, text)
    assert isinstance(value, kind)
    return value
