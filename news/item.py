"""Items: what a feed said, and by which keys the same item is known again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from news.feed import FeedId

ItemId = NewType("ItemId", int)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed, as plain text.

    `published` is aware UTC or None where the feed gives no believable date. `text` is the
    description with markup removed. `language` is an ISO 639-1 code or "".
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    published: datetime | None = None
    language: str = ""


class Fate(StrEnum):
    """What became of an item; every stored item has exactly one."""

    NO_MATCH = "no match"
    FIRST_SIGHT = "known at first sight"
    TOO_OLD = "too old"
    SAME_ITEM = "same item"
    REPRINT = "reprint"
    JOINED = "joined story in silence"
    UPDATE = "update to story"
    HELD = "held"
    ALERTED = "alerted"


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item the database knows. `fate_ref` is the public id of the item, story or alert the
    fate points to; `fate_note` says why in words."""

    id: ItemId
    feed: FeedId
    item: Item
    first_seen: datetime
    fate: Fate
    fate_ref: str = ""
    fate_note: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What parsing one body gave: only the items that may be new, newest first as served.

    `total` counts all items the body lists, parsed or not; `slices` replaces
    `FeedState.slices`; `overlap` is False where nothing of the previous body was left.
    `fresh` counts the items the previous body did not list (an edited item is parsed, not fresh).
    `shared`: guids and links of `items` that other items of the body, with other titles, have too.
    """

    items: tuple[Item, ...]
    title: str = ""
    site: str = ""
    language: str = ""
    total: int = 0
    slices: bytes = b""
    overlap: bool = True
    fresh: int = 0
    shared: frozenset[str] = frozenset()
