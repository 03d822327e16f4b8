"""Alerts: what a chat is told, and the decision to tell it or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from news.feed import Affiliation, FeedId, Reliability
from news.item import Fate, ItemId
from news.story import StoryId
from news.watch import WatchlistId

AlertId = NewType("AlertId", int)


@dataclass(frozen=True, slots=True)
class Source:
    """One item of the story as an alert shows it."""

    item: ItemId
    feed: FeedId
    outlet: str
    country: str
    affiliation: Affiliation
    reliability: Reliability
    publisher: str
    language: str
    title: str
    link: str
    published: datetime | None
    first_seen: datetime
    reprint: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a source, verbatim, and the item it stands in."""

    text: str
    item: ItemId


@dataclass(frozen=True, slots=True)
class Hit:
    """A matched term, as the alert names it."""

    watchlist: WatchlistId
    entity: str
    term: str


@dataclass(frozen=True, slots=True)
class Alert:
    """The content of one alert, whole: a platform needs nothing else to show it.

    `id` is 0 before it is stored; `short` is its public id. `sources` starts with the lead.
    `revision` grows with each change of content, so that messages are edited to the last one.
    """

    id: AlertId
    short: str
    story: StoryId
    raised_at: datetime
    reason: str
    headline: str
    summary: tuple[Sentence, ...]
    watchlists: tuple[WatchlistId, ...]
    hits: tuple[Hit, ...]
    sources: tuple[Source, ...]
    revision: int = 1
    withdrawn_at: datetime | None = None
    withdrawn_why: str = ""
    sample: bool = False

    @property
    def lead(self) -> Source:
        return self.sources[0]


class RaiseReason(StrEnum):
    NEW_STORY = "new story"
    FIRST_FRESH_ITEM = "first fresh item of a known story"


class HoldReason(StrEnum):
    """Why an item raises no alert of its own. Closed: every "no" is one of these."""

    NO_MATCH = "no match"
    FIRST_SIGHT = "the feed's backlog at first sight"
    TOO_OLD = "older than the age limit"
    REPRINT = "reprint of an item of the story"
    JOINED = "the story has its alert"
    WITHDRAWN = "the story's alert was withdrawn"


@dataclass(frozen=True, slots=True)
class Raise:
    """Send a first alert for the story."""

    reason: RaiseReason


@dataclass(frozen=True, slots=True)
class Hold:
    """Send none. `edit`: the story's alert changes in place."""

    reason: HoldReason
    edit: bool = False


Decision = Raise | Hold

FATES: dict[HoldReason, Fate] = {
    HoldReason.NO_MATCH: Fate.NO_MATCH,
    HoldReason.FIRST_SIGHT: Fate.FIRST_SIGHT,
    HoldReason.TOO_OLD: Fate.TOO_OLD,
    HoldReason.REPRINT: Fate.REPRINT,
    HoldReason.JOINED: Fate.JOINED,
    HoldReason.WITHDRAWN: Fate.HELD,
}


def decide(*, first_sight: bool, too_old: bool, reprint: bool, alerted: bool, withdrawn: bool) -> Decision:
    """Whether a matched item raises its story's alert.

    `alerted`: the story has an alert already; `withdrawn`: that alert was withdrawn. A story
    known only from backlog or old items has none, so its first fresh item raises one.
    """
    if withdrawn:
        return Hold(HoldReason.WITHDRAWN)
    if first_sight:
        return Hold(HoldReason.FIRST_SIGHT, edit=alerted)
    if too_old:
        return Hold(HoldReason.TOO_OLD, edit=alerted)
    if alerted:
        return Hold(HoldReason.REPRINT if reprint else HoldReason.JOINED, edit=True)
    return Raise(RaiseReason.FIRST_FRESH_ITEM if reprint else RaiseReason.NEW_STORY)


# Short ids: a permutation of the row number in Crockford's base 32, so that neighbours do not
# look alike when read aloud or retyped.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SPACE = 32**5


def short_id(number: int) -> str:
    """The public id of an alert or story row: five characters, more above 33,554,431."""
    high, low = divmod(number, _SPACE)
    mixed = high * _SPACE + _mix(low)
    out = ""
    while mixed or len(out) < 5:
        mixed, digit = divmod(mixed, 32)
        out = _ALPHABET[digit] + out
    return out


def _mix(low: int) -> int:
    """A bijection of 25 bits: odd factors and shifted exclusive-ors each have an inverse."""
    low = low * 20_132_659 % _SPACE
    low ^= low >> 13
    low = low * 11_184_829 % _SPACE
    low ^= low >> 11
    return low * 27_644_437 % _SPACE
