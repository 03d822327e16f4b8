"""Alerts to try things on, in the project's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from news.alert import Alert, AlertId, Hit, Sentence, Source
from news.feed import Affiliation, FeedId, Reliability
from news.item import ItemId
from news.story import StoryId
from news.watch import WatchlistId

AT = datetime(2023, 2, 7, 14, 2, tzinfo=UTC)


def a_source(number: int = 1, outlet: str = "Sahel Courier", **changes: object) -> Source:
    source = Source(
        item=ItemId(number),
        feed=FeedId(outlet.lower().replace(" ", "-")[:30] or "feed"),
        outlet=outlet,
        country="ML",
        affiliation=Affiliation.INDEPENDENT,
        reliability=Reliability.B,
        publisher=outlet,
        language="en",
        title="Russian minister lands in Bamako",
        link=f"https://courier.example/{number}",
        published=AT,
        first_seen=AT.replace(minute=5),
    )
    return replace(source, **changes)  # type: ignore[arg-type]


def an_alert(**changes: object) -> Alert:
    alert = Alert(
        id=AlertId(0),
        short="4k2wz",
        story=StoryId(1),
        raised_at=AT.replace(minute=6),
        reason="new story",
        headline="Russian minister lands in Bamako",
        summary=(Sentence("The minister arrived on Tuesday.", ItemId(1)),),
        watchlists=(WatchlistId("mali"), WatchlistId("wagner")),
        hits=(Hit(WatchlistId("mali"), "Mali", "Bamako"),),
        sources=(a_source(),),
    )
    return replace(alert, **changes)  # type: ignore[arg-type]
