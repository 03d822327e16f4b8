"""Stories: which items tell one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from news.item import StoredItem
from news.watch import Match

StoryId = NewType("StoryId", int)


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a story. `reprint`: it repeats the text of another item of the story."""

    stored: StoredItem
    matches: tuple[Match, ...]
    reprint: bool = False
