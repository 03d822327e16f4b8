"""When a feed is polled next, and what its owner is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.feed import Fault, Feed, FeedId, FeedSpec, FeedState, Fetched, FetchFailed, FetchResult, NotModified
from news.item import Item, ParsedFeed
from news.schedule import (
    LONGEST,
    SHORTEST,
    failing,
    may_ask_conditionally,
    next_state,
    notices,
    stale,
)

NOW = datetime(2023, 2, 7, 12, tzinfo=UTC)
USUAL = timedelta(minutes=15)
HOUR = timedelta(hours=1)
BODY = Fetched(b"x", etag='"n"', last_modified="d")
NEWS = ParsedFeed((Item(title="a", published=NOW - HOUR),), total=20, slices=b"s" * 8, fresh=1)
FAILURE = FetchFailed(Fault.STATUS, "HTTP 500")


def a_feed(interval: timedelta = USUAL, **state: Any) -> Feed:
    return Feed(FeedSpec(FeedId("f"), "Feed", "http://x.org/f", interval=interval), FeedState(**state))


def polled(feed: Feed, result: FetchResult, parsed: ParsedFeed | None = None, **more: Any) -> FeedState:
    return next_state(feed, result, parsed, more.pop("now", NOW), **{"jitter": 0.5, **more})


def wait(state: FeedState) -> timedelta:
    assert state.next_due_at is not None
    return state.next_due_at - NOW


# ---- state ----------------------------------------------------------------------------------------


def test_the_first_poll_is_the_baseline() -> None:
    state = polled(a_feed(), BODY, NEWS, body_hash=b"h")
    assert (state.etag, state.last_modified, state.body_hash) == ('"n"', "d", b"h")
    assert state.baseline_at == state.new_item_at == state.refreshed_at == state.ok_at == NOW
    assert state.slices == b"s" * 8
    assert state.newest_item_at == NOW - HOUR
    assert wait(state) == USUAL


def test_validators_are_kept_independently() -> None:
    known = a_feed(etag='"old"', last_modified="yesterday", refreshed_at=NOW - HOUR)
    unchanged = polled(known, NotModified(etag='"new"'))
    assert (unchanged.etag, unchanged.last_modified) == ('"new"', "yesterday")
    assert unchanged.refreshed_at == NOW - HOUR
    renewed = polled(known, Fetched(b"x", last_modified="today"), NEWS)
    assert (renewed.etag, renewed.last_modified) == ("", "today")


def test_a_failure_keeps_what_was_learnt() -> None:
    known = a_feed(etag='"old"', body_hash=b"h", slices=b"s", refreshed_at=NOW, baseline_at=NOW)
    state = polled(known, FAILURE)
    assert (state.etag, state.body_hash, state.slices, state.baseline_at) == ('"old"', b"h", b"s", NOW)
    assert (state.failures, state.failing_since, state.fault) == (1, NOW, "HTTP status")
    healed = polled(replace(known, state=state), NotModified())
    assert (healed.failures, healed.failing_since, healed.fault, healed.detail) == (0, None, "", "")


def test_where_a_permanent_redirect_leads_is_kept_until_it_fails() -> None:
    state = polled(a_feed(), replace(BODY, moved_to="http://y.org/f"), NEWS)
    assert state.moved_to == "http://y.org/f"
    feed = replace(a_feed(), state=state)
    for _ in range(5):
        assert feed.url == "http://y.org/f"
        feed = replace(feed, state=polled(feed, FAILURE))
    assert feed.url == "http://x.org/f"


@pytest.mark.parametrize(
    ("refreshed", "may"), [(None, False), (NOW - HOUR, True), (NOW - timedelta(hours=6), False)]
)
def test_conditions_are_sent_until_the_last_body_is_old(refreshed: datetime | None, may: bool) -> None:
    assert may_ask_conditionally(FeedState(refreshed_at=refreshed), NOW) is may


# ---- interval -------------------------------------------------------------------------------------


def test_news_draws_polls_nearer_and_silence_further_within_bounds() -> None:
    feed = a_feed(baseline_at=NOW, new_item_at=NOW)
    for _ in range(20):
        feed = replace(feed, state=polled(feed, BODY, NEWS))
    assert feed.state.interval == USUAL / 3
    for _ in range(60):
        feed = replace(feed, state=polled(feed, NotModified()))
    assert feed.state.interval == USUAL * 4


def test_an_overflowed_window_is_polled_much_sooner() -> None:
    state = polled(a_feed(HOUR, baseline_at=NOW), BODY, replace(NEWS, overlap=False))
    assert state.gap_at == NOW
    assert wait(state) == HOUR / 3


@pytest.mark.parametrize(
    ("age", "expected"),
    [(None, USUAL * 1.1), (timedelta(0), USUAL * 1.1), (timedelta(minutes=40), timedelta(minutes=40)),
     (timedelta(days=9), USUAL * 4)],
)  # fmt: skip
def test_cache_headers_are_obeyed_within_bounds(age: timedelta | None, expected: timedelta) -> None:
    assert wait(polled(a_feed(baseline_at=NOW), NotModified(max_age=age))) == expected


@pytest.mark.parametrize(("jitter", "factor"), [(0.0, 0.9), (0.5, 1.0), (0.999999, 1.1)])
def test_intervals_are_jittered_by_a_tenth(jitter: float, factor: float) -> None:
    assert wait(polled(a_feed(), BODY, NEWS, jitter=jitter)) / USUAL == pytest.approx(factor, abs=1e-5)


def test_failures_back_off_to_six_hours_and_never_give_up() -> None:
    feed = a_feed()
    waits = []
    for _ in range(60):
        feed = replace(feed, state=polled(feed, FAILURE))
        waits.append(wait(feed.state))
    assert waits[:6] == [USUAL, USUAL * 2, USUAL * 4, USUAL * 8, USUAL * 16, LONGEST]
    assert waits[-1] == LONGEST


def test_retry_after_is_obeyed_whatever_is_set() -> None:
    asked = replace(FAILURE, retry_after=timedelta(hours=9))
    assert wait(polled(a_feed(), asked)) == timedelta(hours=9)
    assert wait(polled(a_feed(), asked, poll_seconds=5.0)) == timedelta(hours=9)


@pytest.mark.parametrize("result", [FAILURE, NotModified(max_age=HOUR), BODY, FetchFailed(Fault.GONE)])
def test_poll_seconds_overrides_all_else(result: FetchResult) -> None:
    assert wait(polled(a_feed(failures=7, interval=HOUR), result, jitter=0.9, poll_seconds=5.0)) == timedelta(
        seconds=5
    )


def test_a_feed_taken_down_is_asked_seldom() -> None:
    assert wait(polled(a_feed(), FetchFailed(Fault.GONE, "410"))) == LONGEST


_SPANS = st.timedeltas(timedelta(0), timedelta(days=30))
_RESULTS = st.one_of(
    st.builds(FetchFailed, st.sampled_from(Fault), retry_after=st.none() | st.timedeltas(timedelta(0), HOUR)),
    st.builds(NotModified, max_age=st.none() | _SPANS),
    st.builds(Fetched, st.just(b"x"), max_age=st.none() | _SPANS),
)


@given(
    interval=st.timedeltas(timedelta(minutes=1), timedelta(days=3)),
    results=st.lists(st.tuples(_RESULTS, st.integers(0, 3), st.booleans()), max_size=12),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_every_feed_is_due_again_within_bounds(
    interval: timedelta, results: list[tuple[FetchResult, int, bool]], jitter: float
) -> None:
    feed = a_feed(interval)
    for result, fresh, overlap in results:
        parsed = (
            ParsedFeed((), total=3, fresh=fresh, overlap=overlap) if isinstance(result, Fetched) else None
        )
        feed = replace(feed, state=polled(feed, result, parsed, jitter=jitter))
        assert SHORTEST * 0.9 <= wait(feed.state) <= LONGEST * 1.1


# ---- what the owner is told -------------------------------------------------------------------------


def _told(feed: Feed, results: list[FetchResult], step: timedelta, fresh: bool = False) -> list[str]:
    """The keys of the notices over polls `step` apart."""
    said = []
    now = NOW
    for result in results:
        now += step
        parsed = replace(NEWS, fresh=int(fresh)) if isinstance(result, Fetched) else None
        after = next_state(feed, result, parsed, now)
        said += [notice.key.rsplit(" ", 1)[0] for notice in notices(feed, after, now)]
        feed = replace(feed, state=after)
    return said


def test_a_feed_failing_for_long_is_told_once_and_its_recovery_too() -> None:
    quick = [FAILURE] * 15 + [NotModified()] + [FAILURE] * 3
    assert _told(a_feed(), quick, timedelta(minutes=5)) == ["feed f failing", "feed f recovered"]
    slow = [FAILURE] * 5 + [NotModified()]
    assert _told(a_feed(), slow, timedelta(hours=3)) == ["feed f failing", "feed f recovered"]


def test_a_short_failure_is_not_told() -> None:
    assert _told(a_feed(), [FAILURE] * 9 + [NotModified()], timedelta(minutes=5)) == []


def test_each_episode_has_a_key_of_its_own() -> None:
    def key(since: datetime) -> str:
        before = a_feed(failures=9, failing_since=since, checked_at=since)
        (notice,) = notices(before, polled(before, FAILURE), NOW)
        assert "HTTP 500" in notice.text
        assert "http://x.org/f" in notice.text
        return notice.key

    assert key(NOW - HOUR) != key(NOW - 2 * HOUR)


def test_a_feed_gone_stale_is_told_once_and_its_return_too() -> None:
    feed = a_feed(baseline_at=NOW, new_item_at=NOW, usual_gap=HOUR)
    silent: list[FetchResult] = [NotModified()] * 12
    assert _told(feed, silent, timedelta(days=1)) == ["feed f stale"]
    old = a_feed(baseline_at=NOW, new_item_at=NOW - timedelta(days=20), checked_at=NOW)
    assert _told(old, [BODY], HOUR, fresh=True) == ["feed f fresh"]


def test_a_weekly_feed_is_not_stale_after_a_month() -> None:
    state = FeedState(new_item_at=NOW - timedelta(days=30), checked_at=NOW, usual_gap=timedelta(days=7))
    assert not stale(state)
    assert stale(replace(state, usual_gap=timedelta(days=2)))
    assert not failing(state)


def test_an_overflowed_window_is_told_once_a_day() -> None:
    feed = a_feed(baseline_at=NOW)
    lost = replace(NEWS, overlap=False)
    said = []
    now = NOW
    for _ in range(3):
        now += HOUR
        after = next_state(feed, BODY, lost, now)
        said += notices(feed, after, now)
        feed = replace(feed, state=after)
    assert len(said) == 1
    assert "may have passed unseen" in said[0].text


def test_the_usual_gap_is_learnt_from_dates_and_then_from_polls() -> None:
    items = tuple(Item(title=str(n), published=NOW - HOUR * n) for n in range(5))
    first = polled(a_feed(), BODY, ParsedFeed(items, total=5, fresh=5))
    assert first.usual_gap == HOUR
    feed = replace(a_feed(), state=first)
    later = polled(feed, BODY, replace(NEWS, fresh=2), now=NOW + HOUR * 6)
    assert later.usual_gap == HOUR * 0.7 + HOUR * 3 * 0.3
