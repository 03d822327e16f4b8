"""Feeds as a table, as JSON, and as lines of difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from rich.markup import escape
from rich.table import Table

from bot.cli.feedcheck import ago
from bot.cli.feedset import Difference
from bot.ingest.dump import feed_fields
from bot.texts.words import count
from news.feed import Feed


def state(feed: Feed) -> str:
    """What polling says of a feed, in words."""
    known = feed.state
    if feed.paused:
        return "paused"
    if known.failures:
        return f"failing ({known.failures}): {known.fault}"
    return "ok" if known.ok_at else "not polled"


def table(feeds: Sequence[Feed]) -> Table:
    """The feeds for people to read."""
    now = datetime.now(UTC)
    shown = Table(show_edge=False, caption=count(len(feeds), "feed"))
    for name in ("id", "title", "lang", "in", "rel", "from", "last ok", "newest", "state"):
        shown.add_column(name, overflow="fold", no_wrap=name not in ("title", "state"))
    for feed in feeds:
        spec = feed.spec
        shown.add_row(
            spec.id, escape(spec.title), " ".join(spec.languages), spec.country, spec.reliability.value,
            feed.origin.value, ago(feed.state.ok_at, now), ago(feed.state.newest_item_at, now),
            escape(state(feed)),
        )  # fmt: skip
    return shown


def as_json(feed: Feed) -> dict[str, object]:
    """One feed for a program: the fields of the file, and what polling learnt."""
    known = feed.state
    return {
        **feed_fields(feed.spec), "origin": feed.origin.value, "paused": feed.paused, "state": state(feed),
        "polled_at": feed.url, "last_ok": _iso(known.ok_at), "newest": _iso(known.newest_item_at),
        "failures": known.failures, "fault": known.fault, "detail": known.detail,
    }  # fmt: skip


def difference_lines(found: Iterable[Difference]) -> Iterator[str]:
    for difference in found:
        yield f"{difference.id}: {difference.what}"
        for name, file, database in difference.fields:
            yield f"  {name}: {file or '(none)'} -> {database or '(none)'}"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
