"""Timelines: one line per story, oldest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from news.alert import Alert
from news.watch import WatchlistId


@dataclass(frozen=True, slots=True)
class Entry:
    """A story in a timeline. `at` is when it was first published (seen, where undated); `publishers` counts
    families that did not merely reprint."""

    at: datetime
    headline: str
    watchlists: tuple[WatchlistId, ...]
    outlets: int
    publishers: int
    short: str
    withdrawn: bool = False


def timeline(
    alerts: Iterable[Alert],
    watchlists: Collection[WatchlistId] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Entry, ...]:
    """The stories of the alerts by time: of the given watchlists (none: of all), from `since` on and before
    `until`. Of several alerts of one story the last counts; samples are left out."""
    latest = {alert.story: alert for alert in sorted(alerts, key=lambda each: (each.raised_at, each.id))}
    entries = [
        _entry(alert)
        for alert in latest.values()
        if not alert.sample and (not watchlists or set(watchlists) & set(alert.watchlists))
    ]
    wanted = [e for e in entries if (since is None or e.at >= since) and (until is None or e.at < until)]
    return tuple(sorted(wanted, key=lambda entry: (entry.at, entry.short)))


def _entry(alert: Alert) -> Entry:
    return Entry(
        at=min(source.published or source.first_seen for source in alert.sources),
        headline=alert.headline,
        watchlists=alert.watchlists,
        outlets=len({source.feed for source in alert.sources}),
        publishers=len({source.publisher for source in alert.sources if not source.reprint}),
        short=alert.short,
        withdrawn=alert.withdrawn_at is not None,
    )
