"""Alerts: whole contents, edits, withdrawals and timelines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.alert import Alert, AlertId, Hit, Sentence, Source, short_id
from news.delivery import DeliveryState
from news.feed import Affiliation, FeedId, Reliability
from news.item import ItemId
from news.story import StoryId
from news.watch import WatchlistId
from storage import Store
from tests.storage.samples import JNIM, MALI, NOW, alert_of, chats, claim, ids, stored_alert, stored_story

DAY = timedelta(days=1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.datetimes(
    datetime(1000, 1, 1),  # noqa: DTZ001
    datetime(9000, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
ITEMS = st.integers(1, 2**40).map(ItemId)
SOURCES = st.builds(
    Source, item=ITEMS, feed=TEXT.map(FeedId), outlet=TEXT, country=TEXT,
    affiliation=st.sampled_from(Affiliation), reliability=st.sampled_from(Reliability), publisher=TEXT,
    language=TEXT, title=TEXT, link=TEXT, published=st.none() | TIMES, first_seen=TIMES,
    reprint=st.booleans(),
)  # fmt: skip
HITS = st.builds(Hit, watchlist=TEXT.map(WatchlistId), entity=TEXT, term=TEXT)
CONTENTS = st.builds(
    Alert, id=st.just(AlertId(0)), short=st.just(""), story=st.just(StoryId(0)), raised_at=TIMES, reason=TEXT,
    headline=TEXT, summary=st.lists(st.builds(Sentence, text=TEXT, item=ITEMS), max_size=3).map(tuple),
    watchlists=st.lists(st.sampled_from([MALI, JNIM]), unique=True).map(tuple),
    hits=st.lists(HITS, max_size=3).map(tuple),
    sources=st.lists(SOURCES, max_size=3).map(tuple), revision=st.integers(1, 1000),
    withdrawn_at=st.none() | TIMES, withdrawn_why=TEXT, sample=st.booleans(),
)  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=CONTENTS)
def test_an_alert_comes_back_as_it_was_stored(store: Store, content: Alert) -> None:
    with store.transaction() as tx:
        made = tx.alerts.create(replace(content, story=tx.stories.open(NOW)))
        assert made.short == short_id(made.id)
        assert tx.alerts.get(made.id) == made
        assert tx.alerts.by_short(made.short) == made
        assert tx.alerts.by_story(made.story) == made


def test_unknown_alerts_are_none(store: Store) -> None:
    with store.reading() as tx:
        assert tx.alerts.get(AlertId(1)) is None
        assert tx.alerts.by_short("abcde") is None
        assert tx.alerts.by_story(StoryId(1)) is None
        assert tx.alerts.count() == 0


def test_saved_content_replaces_the_old(store: Store) -> None:
    with store.transaction() as tx:
        alert = stored_alert(tx)
        edited = replace(alert, headline="Another", revision=2, watchlists=(JNIM,))
        tx.alerts.save(edited)
        assert tx.alerts.get(alert.id) == edited
        assert tx.alerts.between(MALI, NOW, NOW + DAY) == ()
        assert tx.alerts.between(JNIM, NOW, NOW + DAY) == (edited,)


def test_a_story_gives_its_newest_alert(store: Store) -> None:
    with store.transaction() as tx:
        first = stored_alert(tx)
        second = tx.alerts.create(alert_of(first.story, first.sources[0].item, "Second"))
        assert tx.alerts.by_story(first.story) == second
        record = tx.stories.get(first.story)
        assert record is not None
        assert record.alert == second.id


def test_latest_and_timeline_are_by_time(store: Store) -> None:
    with store.transaction() as tx:
        third, first, second = (stored_alert(tx, str(days), NOW + days * DAY) for days in (3, 1, 2))
        story, item = stored_story(tx, "other")
        other = tx.alerts.create(replace(alert_of(story, item), watchlists=(JNIM,), raised_at=NOW + 4 * DAY))
        assert tx.alerts.latest(2) == (other, third)
        assert tx.alerts.latest(9, [MALI]) == (third, second, first)
        assert tx.alerts.between(MALI, NOW + DAY, NOW + 3 * DAY) == (first, second)
        assert tx.alerts.between(JNIM, NOW, NOW + 9 * DAY) == (first, second, third, other)
        assert tx.alerts.count() == 4


def test_what_was_never_sent_of_a_withdrawn_alert_never_is(store: Store) -> None:
    with store.transaction() as tx:
        alert = stored_alert(tx)
        sent, waiting = chats(tx, "1", "2")
        tx.outbox.enqueue(alert.id, ids(sent), NOW)
        (delivery,) = claim(tx)
        tx.outbox.settle(delivery, DeliveryState.SENT, NOW, message="m")
        tx.outbox.enqueue(alert.id, ids(waiting), NOW)
        tx.alerts.save(replace(alert, revision=2, withdrawn_at=NOW, withdrawn_why="false"))
        assert claim(tx) == ()
        assert tx.outbox.counts() == {DeliveryState.SENT: 1, DeliveryState.DEAD: 1}
        (dead,) = tx.outbox.list(DeliveryState.DEAD, 9)
        assert (dead.chat.id, dead.why) == (waiting.id, "withdrawn before it was sent")


def test_a_send_put_off_while_its_alert_is_withdrawn_is_not_tried_again(store: Store) -> None:
    with store.transaction() as tx:
        alert = stored_alert(tx)
        tx.outbox.enqueue(alert.id, ids(*chats(tx, "1", "2")), NOW)
        surely, maybe = claim(tx)
        tx.alerts.save(replace(alert, revision=2, withdrawn_at=NOW))
        tx.outbox.settle(surely, DeliveryState.PENDING, NOW, why="429")
        tx.outbox.settle(maybe, DeliveryState.PENDING, NOW, why="timed out", unknown=True)
        assert [one.id for one in claim(tx)] == [maybe.id]
        assert [one.id for one in tx.outbox.list(DeliveryState.DEAD, 9)] == [surely.id]
