"""Feeds: what the catalogue says of an outlet, and what polling has learnt of its feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

FeedId = NewType("FeedId", str)


class Affiliation(StrEnum):
    INDEPENDENT = "independent"
    STATE = "state"
    STATE_ALIGNED = "state-aligned"
    PARTY = "party to the conflict"
    INTERGOVERNMENTAL = "intergovernmental"
    NGO = "NGO"
    THINK_TANK = "think tank"
    WIRE = "wire"
    AGGREGATOR = "aggregator"


class Reliability(StrEnum):
    """Source reliability of the Admiralty code (NATO AJP-2.1)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"

    @property
    def words(self) -> str:
        return _RELIABILITY_WORDS[self.value]


_RELIABILITY_WORDS = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """One outlet's feed, as the catalogue or an admin describes it.

    `country` is ISO 3166-1 alpha-2 or "" where the outlet is international; `family` groups
    the outlets of one publisher; `interval` is the usual time between polls.
    """

    id: FeedId
    title: str
    url: str
    languages: tuple[str, ...] = ()
    country: str = ""
    family: str = ""
    affiliation: Affiliation = Affiliation.INDEPENDENT
    reliability: Reliability = Reliability.F
    reason: str = ""
    interval: timedelta = timedelta(minutes=15)
    note: str = ""

    @property
    def publisher(self) -> str:
        """The publisher family, or the outlet itself where it has none."""
        return self.family or self.id


class Origin(StrEnum):
    """Who put a feed or watchlist into the database."""

    FILE = "file"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What polling has learnt of one feed. Times are aware UTC; None means never.

    `baseline_at`: first successful poll; until then the feed's items are backlog.
    `slices`: 8-byte hashes of the item byte ranges of the last body, joined.
    `moved_to`: the address permanent redirects led to; it replaces the catalogue's URL.
    `refreshed_at`: last answer with a body, so that a stuck 304 is re-checked.
    `gap_at`: last time a poll shared no item with the one before (its window overflowed).
    `usual_gap`: smoothed time between new items, by which a feed is known to have gone stale.
    """

    etag: str = ""
    last_modified: str = ""
    body_hash: bytes = b""
    slices: bytes = b""
    moved_to: str = ""
    interval: timedelta | None = None
    next_due_at: datetime | None = None
    checked_at: datetime | None = None
    ok_at: datetime | None = None
    baseline_at: datetime | None = None
    refreshed_at: datetime | None = None
    newest_item_at: datetime | None = None
    new_item_at: datetime | None = None
    gap_at: datetime | None = None
    usual_gap: timedelta | None = None
    failures: int = 0
    failing_since: datetime | None = None
    fault: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as stored: its description, its state and who described it."""

    spec: FeedSpec
    state: FeedState = field(default_factory=FeedState)
    origin: Origin = Origin.FILE
    paused: bool = False

    @property
    def url(self) -> str:
        """The address to fetch: where permanent redirects led, else the catalogue's."""
        return self.state.moved_to or self.spec.url


class Fault(StrEnum):
    """Why a poll of a feed failed."""

    ADDRESS = "address refused"
    DNS = "name not found"
    CONNECT = "no connection"
    TLS = "TLS error"
    TIMEOUT = "timed out"
    STATUS = "HTTP status"
    GONE = "gone (410)"
    REDIRECT = "redirect"
    TOO_BIG = "too big"
    ENCODING = "content encoding refused"
    NOT_A_FEED = "not a feed"
    PARSE = "cannot be parsed"
    PROTOCOL = "protocol error"
    INTERNAL = "fault in the bot"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body arrived. `max_age` is the server's Cache-Control, None where it says nothing."""

    body: bytes
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    url: str = ""
    moved_to: str = ""
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FetchFailed:
    fault: Fault
    detail: str = ""
    retry_after: timedelta | None = None


FetchResult = Fetched | NotModified | FetchFailed
