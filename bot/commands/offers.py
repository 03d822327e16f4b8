"""Offers: what a command showed with a button, kept in memory until its caller presses it.

A button carries at most 64 bytes and anyone can forge them, so it carries a random key; the offer
belongs to the one who asked. A restart forgets all offers, which costs asking once more.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.chat import Caller
from news.feed import FeedSpec

LIFETIME = timedelta(minutes=15)
MOST_OFFERS = 100


@dataclass(frozen=True, slots=True)
class _Offer:
    owner: tuple[str, str]
    spec: FeedSpec
    until: datetime


class Offers:
    def __init__(self) -> None:
        self._offers: dict[str, _Offer] = {}

    def put(self, caller: Caller, spec: FeedSpec, now: datetime) -> str:
        """The key under which this caller finds the offer for the next 15 minutes."""
        self._offers = {key: offer for key, offer in self._offers.items() if offer.until > now}
        while len(self._offers) >= MOST_OFFERS:
            del self._offers[next(iter(self._offers))]
        key = secrets.token_hex(4)
        self._offers[key] = _Offer((caller.platform, caller.user), spec, now + LIFETIME)
        return key

    def take(self, caller: Caller, key: str, now: datetime) -> FeedSpec | None:
        """The offer, once, and only for the one it was made to."""
        offer = self._offers.get(key)
        if offer is None or offer.owner != (caller.platform, caller.user):
            return None
        del self._offers[key]
        return offer.spec if offer.until > now else None
