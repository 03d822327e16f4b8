"""Timelines: one line per story, oldest first."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from news.alert import Alert, AlertId
from news.compose import compose
from news.feed import FeedId, FeedSpec
from news.story import StoryId
from news.timeline import timeline
from news.watch import Kind, WatchlistId
from tests.news.told import NOON, match, member

MALI, NIGER = WatchlistId("mali"), WatchlistId("niger")


def alert(number: int, hours: float = 0, watchlist: WatchlistId = MALI) -> Alert:
    found = (match("Mali", Kind.STATE, watchlist=watchlist),)
    members = [
        member(number * 10, f"Headline {number}", feed="one", hours=hours, matches=found),
        member(number * 10 + 1, feed="two", hours=hours + 1, matches=found),
        member(number * 10 + 2, feed="three", hours=hours + 2, matches=found, reprint=True),
    ]
    feeds = {FeedId(name): FeedSpec(FeedId(name), name, "", family="family") for name in ("one", "two")}
    raised = NOON + timedelta(hours=hours + 3)
    made = compose(StoryId(number), members, feeds, raised, "new story")
    return replace(made, id=AlertId(number), short=f"a{number:04}")


def test_a_line_tells_date_headline_outlets_and_publishers() -> None:
    (entry,) = timeline([alert(1, hours=5)])
    assert entry.at == NOON + timedelta(hours=5)
    assert (entry.headline, entry.watchlists, entry.short) == ("Headline 1", (MALI,), "a0001")
    assert (entry.outlets, entry.publishers, entry.withdrawn) == (3, 1, False)


def test_oldest_first() -> None:
    assert [e.short for e in timeline([alert(1, 9), alert(2, 1), alert(3, 5)])] == ["a0002", "a0003", "a0001"]


def test_of_the_watchlists_asked_for() -> None:
    both = [alert(1), alert(2, watchlist=NIGER)]
    assert [e.short for e in timeline(both, [NIGER])] == ["a0002"]
    assert len(timeline(both, [MALI, NIGER])) == 2


def test_between_two_times() -> None:
    three = [alert(1, 0), alert(2, 1), alert(3, 2)]
    since, until = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    assert [e.short for e in timeline(three, since=since, until=until)] == ["a0002"]


def test_withdrawn_alerts_are_marked_and_samples_left_out() -> None:
    withdrawn = replace(alert(1), withdrawn_at=NOON, withdrawn_why="a hoax")
    assert [e.withdrawn for e in timeline([withdrawn, replace(alert(2), sample=True)])] == [True]


def test_the_last_alert_of_a_story_counts() -> None:
    first = alert(1)
    again = replace(alert(2, 5), story=first.story)
    assert [e.short for e in timeline([again, first])] == ["a0002"]


@given(st.permutations([alert(1, 3), alert(2, 1), alert(3, 1), alert(4, 7)]))
def test_the_order_given_does_not_matter(alerts: list[Alert]) -> None:
    assert [e.short for e in timeline(alerts)] == ["a0002", "a0003", "a0001", "a0004"]
