"""What the fetch tests share: a fetcher with short limits, and feeds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.app.clock import SimulatedClock
from bot.ingest.fetch import Fetcher, Limits
from news.feed import Feed, FeedId, FeedSpec, FeedState
from tests.bot.watch import NOW

SHORT = Limits(total_seconds=0.6, connect_seconds=0.3)


@asynccontextmanager
async def fetching(**settings: Any) -> AsyncIterator[Fetcher]:
    """A fetcher that may reach loopback, closed at the end."""
    chosen: dict[str, Any] = {"user_agent": "sahelwatch-test (+mailto:owner@example.org)", "spacing": 0.0}
    fetcher = Fetcher(SimulatedClock(NOW), **{**chosen, "allow_loopback": True, **settings})
    try:
        yield fetcher
    finally:
        await fetcher.close()


def a_feed(url: str, **state: Any) -> Feed:
    return Feed(FeedSpec(FeedId("test"), "Test feed", url), FeedState(**state))
