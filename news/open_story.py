"""Open stories, and what placing an item in them may come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from news.item import ItemId, StoredItem
from news.rarity import PRIOR, Weigh
from news.sketch import Sketch
from news.watch import Match

StoryId = NewType("StoryId", int)


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a story. `reprint`: it repeats the text of another item of the story."""

    stored: StoredItem
    matches: tuple[Match, ...]
    reprint: bool = False


@dataclass(frozen=True, slots=True)
class StoryView:
    """An open story as the index holds it: its items in the order of their arrival."""

    id: StoryId
    items: tuple[Sketch, ...]

    @property
    def first_at(self) -> datetime:
        return min(item.at for item in self.items)

    @property
    def last_at(self) -> datetime:
        return max(item.at for item in self.items)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Open stories an item may belong to, in any order, and how rare each feature is among them."""

    stories: tuple[StoryView, ...] = ()
    weigh: Weigh = PRIOR


@dataclass(frozen=True, slots=True)
class Joined:
    """The item tells the event of an open story. `reprint_of`: the item whose text it repeats."""

    story: StoryId
    why: str
    score: float
    reprint_of: ItemId | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The item tells an event of its own."""

    why: str
