"""Composing: what an alert says, from the items of its story."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from news.alert import Alert, AlertId, Hit, Source
from news.feed import Affiliation, FeedId, FeedSpec
from news.open_story import Member, StoryId
from news.summary import shorten, summarise
from news.text import display, fold, words

_TAIL = re.compile(r"\s+[-–—|•]\s+([^-–—|•]+)$")
_LONGEST_TAIL = 5
_SHORTEST_HEAD = 4
UNTITLED = "(no title)"


def compose(
    story_id: StoryId,
    members: Sequence[Member],
    feeds: Mapping[FeedId, FeedSpec],
    raised_at: datetime,
    reason: str,
    previous: Alert | None = None,
) -> Alert:
    """The alert of a story with at least one item.

    The lead is the most reliable outlet's item, then the earliest that is no reprint, then the
    longest. Of an alert that was sent before (`previous`) lead, headline and summary stay and only
    grow; its revision grows by one if anything visible changed.
    """
    lead = _kept_lead(members, previous) or min(members, key=lambda member: _rank(member, feeds))
    others = [member for member in members if member is not lead]
    by_time = [lead, *sorted(others, key=lambda m: (m.stored.first_seen, m.stored.id))]
    by_worth = [lead, *sorted(others, key=lambda m: _rank(m, feeds))]
    kept = previous if previous and previous.lead.item == lead.stored.id else None
    title = kept.headline if kept else headline(lead.stored.item.title, _spec(lead, feeds))
    alert = Alert(
        id=AlertId(0),
        short="",
        story=story_id,
        raised_at=raised_at,
        reason=reason,
        headline=title or _first_words(lead),
        summary=summarise(title, by_worth, kept.summary if kept else ()),
        watchlists=tuple(sorted({match.watchlist for member in members for match in member.matches})),
        hits=tuple(_hits(by_time)),
        sources=tuple(_source(member, _spec(member, feeds)) for member in by_time),
    )
    return _following(alert, previous) if previous else alert


def headline(title: str, outlet: FeedSpec) -> str:
    """The title as shown: cleaned, without the outlet's name at its end."""
    shown = display(title)
    tail = _TAIL.search(shown)
    if tail and len(words(shown[: tail.start()])) >= _SHORTEST_HEAD and _is_outlet(tail.group(1), outlet):
        return shown[: tail.start()]
    return shown


def _is_outlet(tail: str, outlet: FeedSpec) -> bool:
    """Aggregators add the names of others; an outlet adds its own, whole or in part."""
    named = words(tail)
    if outlet.affiliation is Affiliation.AGGREGATOR:
        return len(named) <= _LONGEST_TAIL
    own = {*words(outlet.title), *words(outlet.id), *words(outlet.family), *fold(outlet.url).split("/")[2:3]}
    return bool(named) and all(word in own or any(word in each.split(".") for each in own) for word in named)


def _first_words(member: Member) -> str:
    return shorten(display(member.stored.item.text)) or UNTITLED


def _kept_lead(members: Sequence[Member], previous: Alert | None) -> Member | None:
    wanted = previous.lead.item if previous else None
    return next((member for member in members if member.stored.id == wanted), None)


def _rank(member: Member, feeds: Mapping[FeedId, FeedSpec]) -> tuple[bool, str, datetime, int, int]:
    stored = member.stored
    at = min(stored.item.published or stored.first_seen, stored.first_seen)
    return member.reprint, _spec(member, feeds).reliability.value, at, -len(stored.item.text), stored.id


def _spec(member: Member, feeds: Mapping[FeedId, FeedSpec]) -> FeedSpec:
    """The outlet; a feed that is gone from the catalogue goes by its id."""
    feed = member.stored.feed
    return feeds.get(feed) or FeedSpec(feed, feed, "")


def _source(member: Member, spec: FeedSpec) -> Source:
    item = member.stored.item
    return Source(
        item=member.stored.id,
        feed=member.stored.feed,
        outlet=spec.title,
        country=spec.country,
        affiliation=spec.affiliation,
        reliability=spec.reliability,
        publisher=spec.publisher,
        language=item.language,
        title=display(item.title),
        link=item.link,
        published=item.published,
        first_seen=member.stored.first_seen,
        reprint=member.reprint,
    )


def _hits(members: Iterable[Member]) -> Iterable[Hit]:
    """Each term once per watchlist and entity, in the order met; spellings that fold alike are one."""
    seen: dict[tuple[str, str, str], Hit] = {}
    for member in members:
        for match in member.matches:
            key = (match.watchlist, match.entity, fold(match.term))
            seen.setdefault(key, Hit(match.watchlist, match.name, display(match.term)))
    return seen.values()


def _following(alert: Alert, previous: Alert) -> Alert:
    """The same alert with new content, one revision on if the content differs."""
    same = replace(
        alert,
        id=previous.id,
        short=previous.short,
        story=previous.story,
        raised_at=previous.raised_at,
        reason=previous.reason,
        revision=previous.revision,
        withdrawn_at=previous.withdrawn_at,
        withdrawn_why=previous.withdrawn_why,
        sample=previous.sample,
    )
    return previous if same == previous else replace(same, revision=previous.revision + 1)
