"""When a feed is polled next, and what its owner is told of its health. Pure: time and chance come in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from news.feed import (
    Fault,
    Feed,
    FeedState,
    Fetched,
    FetchFailed,
    FetchResult,
    NotModified,
)
from news.item import ParsedFeed

SHORTEST = timedelta(minutes=2)
LONGEST = timedelta(hours=6)
"""Bounds of every interval, and of the back-off."""

JITTER = 0.1
"""Each interval is stretched or shrunk by up to this share, so that feeds drift apart."""

REFRESH_AFTER = timedelta(hours=6)
"""A feed that has only said "not modified" for this long is fetched whole once (stuck 304s)."""

REFRESH_POLLS = 24
"""The same in polls, where a fixed interval makes it the shorter time."""

FAILING_TRIES = 10
FAILING_FOR = timedelta(hours=6)
STALE_GAPS = 10
STALE_FOR = timedelta(days=7)
GAP_QUIET = timedelta(days=1)
"""An overflow within this time of the one before belongs to the same episode."""

FORGET_MOVE_AFTER = 5
"""Failures at a redirect's target after which the catalogue's address is tried again."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for the owner. `key` names the episode: said once."""

    key: str
    text: str


def refresh_after(poll_seconds: float | None) -> timedelta:
    """How long a feed may say "not modified" before it is fetched whole."""
    if poll_seconds is None:
        return REFRESH_AFTER
    return min(REFRESH_AFTER, timedelta(seconds=poll_seconds * REFRESH_POLLS))


def may_ask_conditionally(state: FeedState, now: datetime, most: timedelta = REFRESH_AFTER) -> bool:
    """Whether validators may be sent: not where the last whole answer is `most` ago."""
    return state.refreshed_at is not None and now - state.refreshed_at < most


def next_state(
    feed: Feed,
    result: FetchResult,
    parsed: ParsedFeed | None,
    now: datetime,
    *,
    jitter: float = 0.5,
    poll_seconds: float | None = None,
    body_hash: bytes = b"",
) -> FeedState:
    """The feed's state after a poll.

    `parsed` is None where nothing was parsed: a failure, a 304, or a body with the hash known before
    (`body_hash` of what came). `jitter` is drawn from [0, 1). `poll_seconds` overrides interval, cache
    headers, jitter and back-off, but not Retry-After.
    """
    match result:
        case FetchFailed():
            return _failed(feed, result, now, jitter, poll_seconds)
        case NotModified():
            state = _healthy(feed.state, now)
            state = replace(
                state,
                etag=result.etag or state.etag,
                last_modified=result.last_modified or state.last_modified,
            )
        case Fetched():
            state = replace(
                _healthy(feed.state, now),
                etag=result.etag,
                last_modified=result.last_modified,
                body_hash=body_hash,
                refreshed_at=now,
            )
    if parsed is not None:
        state = _with_items(state, parsed, now)
    interval = _adapted(feed, parsed)
    return replace(
        state,
        moved_to=result.moved_to or state.moved_to,
        interval=interval,
        next_due_at=now + _wait(feed, interval, result.max_age, jitter, poll_seconds),
    )


def _healthy(state: FeedState, now: datetime) -> FeedState:
    return replace(state, checked_at=now, ok_at=now, failures=0, failing_since=None, fault="", detail="")


def _with_items(state: FeedState, parsed: ParsedFeed, now: datetime) -> FeedState:
    dates = [item.published for item in parsed.items if item.published is not None]
    newest = max([*dates, *([state.newest_item_at] if state.newest_item_at else [])], default=None)
    first = state.baseline_at is None
    new_item_at, usual_gap = state.new_item_at, state.usual_gap
    if first:
        new_item_at, usual_gap = now, _spread(dates)
    elif parsed.fresh:
        seen = (now - new_item_at) / parsed.fresh if new_item_at else None
        usual_gap = _smoothed(usual_gap, seen)
        new_item_at = now
    return replace(
        state,
        slices=parsed.slices,
        baseline_at=state.baseline_at or now,
        newest_item_at=newest,
        new_item_at=new_item_at,
        usual_gap=usual_gap,
        gap_at=state.gap_at if first or parsed.overlap else now,
    )


def _spread(dates: list[datetime]) -> timedelta | None:
    return (max(dates) - min(dates)) / (len(dates) - 1) if len(dates) > 2 else None


def _smoothed(before: timedelta | None, seen: timedelta | None) -> timedelta | None:
    if before is None or seen is None:
        return seen or before
    return before * 0.7 + seen * 0.3


def _bounds(feed: Feed) -> tuple[timedelta, timedelta]:
    usual = feed.spec.interval
    return max(usual / 3, SHORTEST), max(min(usual * 4, LONGEST), SHORTEST)


def _adapted(feed: Feed, parsed: ParsedFeed | None) -> timedelta:
    """The interval, nearer where new items came, further where none did.

    Three empty polls undo one with news, so that the interval settles at about a quarter of the
    time between new items, within a third and four times of what the catalogue says.
    """
    low, high = _bounds(feed)
    interval = feed.state.interval or feed.spec.interval
    if parsed is not None and feed.state.baseline_at is None:
        factor = 1.0
    elif parsed is not None and not parsed.overlap:
        factor = 0.25
    elif parsed is not None and parsed.fresh:
        factor = 0.5 if parsed.fresh * 2 > parsed.total else 0.75
    else:
        factor = 1.1
    return min(max(interval * factor, low), high)


def _wait(
    feed: Feed, interval: timedelta, max_age: timedelta | None, jitter: float, poll_seconds: float | None
) -> timedelta:
    if poll_seconds is not None:
        return timedelta(seconds=poll_seconds)
    # The server's wish is obeyed, but a cache set to a week must not silence a news feed.
    wait = max(interval, min(max_age or timedelta(0), _bounds(feed)[1]))
    return wait * (1 + JITTER * (2 * jitter - 1))


def _failed(
    feed: Feed, result: FetchFailed, now: datetime, jitter: float, poll_seconds: float | None
) -> FeedState:
    """Validators stay as they are: what was not taken in must come again."""
    before = feed.state
    failures = before.failures + 1
    if poll_seconds is not None:
        wait = timedelta(seconds=poll_seconds)
    else:
        low = max(before.interval or feed.spec.interval, SHORTEST)
        wait = LONGEST if result.fault is Fault.GONE else min(low * 2 ** min(failures - 1, 16), LONGEST)
        wait *= 1 + JITTER * (2 * jitter - 1)
    return replace(
        before,
        checked_at=now,
        failures=failures,
        failing_since=before.failing_since or now,
        fault=result.fault.value,
        detail=result.detail,
        moved_to="" if failures % FORGET_MOVE_AFTER == 0 else before.moved_to,
        next_due_at=now + max(wait, result.retry_after or timedelta(0)),
    )


# ---- what the owner is told -------------------------------------------------------------------


def failing(state: FeedState) -> bool:
    """Failing for long enough that its owner should know."""
    if state.failing_since is None or state.checked_at is None:
        return False
    return state.failures >= FAILING_TRIES or state.checked_at - state.failing_since >= FAILING_FOR


def stale(state: FeedState) -> bool:
    """Answering, but without a new item for far longer than usual."""
    if state.new_item_at is None or state.checked_at is None:
        return False
    usual = state.usual_gap or timedelta(0)
    return state.checked_at - state.new_item_at > max(usual * STALE_GAPS, STALE_FOR)


def notices(feed: Feed, after: FeedState, now: datetime) -> tuple[Notice, ...]:
    """What the owner is told at this poll of `feed` (as it was before) that led to `after`."""
    said = (_failing_notice(feed, after, now), _stale_notice(feed, after), _gap_notice(feed, after))
    return tuple(notice for notice in said if notice is not None)


def _failing_notice(feed: Feed, after: FeedState, now: datetime) -> Notice | None:
    before, name = feed.state, f"{feed.spec.title} ({feed.spec.id})"
    if failing(after) and not failing(before):
        since = after.failing_since or now
        return Notice(
            f"feed {feed.spec.id} failing {since:%Y-%m-%dT%H:%M:%S}",
            f"Feed {name} has failed since {since:%Y-%m-%d %H:%M} UTC, {after.failures} tries: "
            f"{after.fault}. {after.detail}".rstrip(". ")
            + f". It is still tried, at {feed.url}",
        )
    if failing(before) and not after.failures:
        since = before.failing_since or now
        return Notice(
            f"feed {feed.spec.id} recovered {since:%Y-%m-%dT%H:%M:%S}",
            f"Feed {name} works again, after {_words(now - since)} of failures.",
        )
    return None


def _stale_notice(feed: Feed, after: FeedState) -> Notice | None:
    before, name = feed.state, f"{feed.spec.title} ({feed.spec.id})"
    since = before.new_item_at
    if since is None or after.failures:
        return None
    if stale(after) and not stale(before):
        return Notice(
            f"feed {feed.spec.id} stale {since:%Y-%m-%dT%H:%M:%S}",
            f"Feed {name} answers, but has had no new item since {since:%Y-%m-%d}. "
            f"Has the outlet moved its feed? {feed.url}",
        )
    if stale(before) and not stale(after):
        return Notice(
            f"feed {feed.spec.id} fresh {since:%Y-%m-%dT%H:%M:%S}", f"Feed {name} has new items again."
        )
    return None


def _gap_notice(feed: Feed, after: FeedState) -> Notice | None:
    before = feed.state.gap_at
    if after.gap_at is None or after.gap_at == before:
        return None
    if before is not None and after.gap_at - before < GAP_QUIET:
        return None
    return Notice(
        f"feed {feed.spec.id} gap {after.gap_at:%Y-%m-%dT%H:%M:%S}",
        f"Feed {feed.spec.title} ({feed.spec.id}) listed nothing of what it listed at the poll before: "
        "items may have passed unseen in between. It is now polled more often.",
    )


def _words(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{max(hours, 1):.0f} h"
