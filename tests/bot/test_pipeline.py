"""The pipeline: every item gets one fate, and every alert its deliveries, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.pipeline import Intake, Pipeline, Rules
from news.chat import ChatId, Place, Platform
from news.delivery import DeliveryState
from news.feed import Feed
from news.item import Fate, Item
from news.watch import Kind, WatchlistId
from storage import Store
from tests.bot.watch import LISTS, MALI, NOW, a_feed, an_entity, an_item, parsed

BATTLE = "Malian army and Wagner fighters retreat after a battle near Tinzaouaten"
BATTLE_TEXT = (
    "Rebels say they killed dozens of fighters in three days of combat near Tinzaouaten, on the border."
)


class Desk:
    """A database with feeds, watchlists and one chat a watchlist, and the pipeline over it."""

    def __init__(self, store: Store, rules: Rules | None = None) -> None:
        self.store = store
        self.pipeline = Pipeline(rules or Rules())
        with store.transaction() as tx:
            tx.watchlists.sync(LISTS)
            tx.feeds.sync([a_feed(name).spec for name in ("courier", "herald", "observer")])
            self.chats = {name: self._chat(tx, name) for name in ("mali", "wagner")}

    def _chat(self, tx, name: str) -> ChatId:  # type: ignore[no-untyped-def]
        chat = tx.chats.ensure(Place(Platform.TELEGRAM, f"-{len(name)}", title=name))
        tx.chats.subscribe(chat.id, WatchlistId(name), NOW)
        return chat.id

    def take(self, feed: Feed, *items: Item, at: timedelta = timedelta(0)) -> Intake:
        with self.store.transaction() as tx:
            return self.pipeline.take_in(tx, feed, parsed(*items), feed.state, NOW + at)

    def sent_to(self, name: str) -> int:
        with self.store.reading() as tx:
            alerts = tx.alerts.latest(100)
            return sum(d.chat.id == self.chats[name] for a in alerts for d in tx.outbox.of_alert(a.id))

    def fates(self) -> dict[Fate, int]:
        with self.store.reading() as tx:
            return {fate: n for fate, n in tx.items.counts().items() if n}


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    return Desk(store)


def fates(intake: Intake) -> list[Fate]:
    return [taken.fate for taken in intake.items]


def test_a_match_raises_one_alert_for_each_chat_that_subscribed(desk: Desk) -> None:
    intake = desk.take(a_feed(), an_item(1, BATTLE, BATTLE_TEXT))
    assert fates(intake) == [Fate.ALERTED]
    (alert,) = intake.raised
    assert alert.watchlists == ("mali", "wagner")
    assert (desk.sent_to("mali"), desk.sent_to("wagner")) == (1, 1)


def test_what_matches_nothing_is_stored_and_told_to_nobody(desk: Desk) -> None:
    intake = desk.take(a_feed(), an_item(1, "Rice prices fall in Lagos"))
    assert fates(intake) == [Fate.NO_MATCH]
    assert intake.deliveries == 0
    assert desk.fates() == {Fate.NO_MATCH: 1}


def test_another_outlet_edits_the_alert_and_sends_none(desk: Desk) -> None:
    first = desk.take(a_feed("courier"), an_item(1, BATTLE, BATTLE_TEXT)).raised[0]
    other = an_item(
        2, "Wagner and Mali's army withdraw after Tinzaouaten battle with rebels", BATTLE_TEXT[:60]
    )
    intake = desk.take(a_feed("herald"), other, at=timedelta(hours=1))
    assert not intake.raised
    (edited,) = intake.edited
    assert (edited.short, edited.revision) == (first.short, 2)
    assert [source.feed for source in edited.sources] == ["courier", "herald"]
    assert desk.sent_to("mali") == 1


def test_a_story_that_gains_a_watchlist_is_told_to_its_chats(desk: Desk) -> None:
    plain = "Malian army retreats after a battle with rebels near Tinzaouaten"
    desk.take(a_feed("courier"), an_item(1, plain, BATTLE_TEXT))
    assert desk.sent_to("wagner") == 0
    desk.take(a_feed("herald"), an_item(2, BATTLE, BATTLE_TEXT), at=timedelta(hours=1))
    assert (desk.sent_to("mali"), desk.sent_to("wagner")) == (1, 1)


def test_the_backlog_of_a_new_feed_alerts_nothing(desk: Desk) -> None:
    intake = desk.take(a_feed(seen=False), an_item(1, BATTLE), an_item(2, "Rice prices fall"))
    assert fates(intake) == [Fate.FIRST_SIGHT, Fate.FIRST_SIGHT]
    assert desk.sent_to("mali") == 0


def test_a_fresh_item_of_a_story_known_from_a_backlog_alerts(desk: Desk) -> None:
    desk.take(a_feed("courier", seen=False), an_item(1, BATTLE, BATTLE_TEXT))
    intake = desk.take(a_feed("herald"), an_item(2, BATTLE, BATTLE_TEXT), at=timedelta(hours=1))
    assert fates(intake) == [Fate.ALERTED]
    assert desk.sent_to("mali") == 1


def test_the_backlog_may_alert_its_last_hours(store: Store) -> None:
    desk = Desk(store, Rules(backlog=timedelta(hours=3)))
    old = an_item(2, "Mali signs a decree", published=NOW - timedelta(hours=4))
    intake = desk.take(a_feed(seen=False), an_item(1, BATTLE, published=NOW - timedelta(hours=1)), old)
    assert fates(intake) == [Fate.ALERTED, Fate.FIRST_SIGHT]


def test_old_news_is_stored_not_alerted(desk: Desk) -> None:
    intake = desk.take(a_feed(), an_item(1, BATTLE, published=NOW - timedelta(hours=49)))
    assert fates(intake) == [Fate.TOO_OLD]
    assert desk.sent_to("mali") == 0


def test_an_item_without_a_date_counts_from_its_first_sight(desk: Desk) -> None:
    assert fates(desk.take(a_feed(), an_item(1, BATTLE, published=None))) == [Fate.ALERTED]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Edited: " + BATTLE},
        {"guid": "another"},
        {"guid": "", "link": "http://www.news.example/1/?utm_source=rss"},
        {"published": NOW + timedelta(hours=5)},
    ],
)
def test_an_item_is_the_same_item_whatever_the_publisher_does(desk: Desk, change: dict[str, object]) -> None:
    item = an_item(1, BATTLE, BATTLE_TEXT)
    desk.take(a_feed(), item)
    again = desk.take(a_feed(), replace(item, **change), at=timedelta(hours=6))  # type: ignore[arg-type]
    assert [(t.fate, t.new) for t in again.items] == [(Fate.SAME_ITEM, False)]
    assert not again.raised
    assert not again.edited
    assert sum(desk.fates().values()) == 1


def test_the_same_link_in_another_feed_is_the_same_item(desk: Desk) -> None:
    desk.take(a_feed("courier"), an_item(1, BATTLE, BATTLE_TEXT))
    for _ in range(2):
        intake = desk.take(a_feed("herald"), an_item(1, BATTLE, BATTLE_TEXT), at=timedelta(hours=1))
        assert fates(intake) == [Fate.SAME_ITEM]
    assert desk.fates() == {Fate.ALERTED: 1, Fate.SAME_ITEM: 1}
    assert desk.sent_to("mali") == 1


def test_an_item_listed_twice_in_one_poll_is_one(desk: Desk) -> None:
    item = an_item(1, BATTLE)
    assert fates(desk.take(a_feed(), item, item)) == [Fate.ALERTED, Fate.SAME_ITEM]
    assert desk.fates() == {Fate.ALERTED: 1}


def test_a_reprint_joins_its_story(desk: Desk) -> None:
    desk.take(a_feed("courier"), an_item(1, BATTLE, BATTLE_TEXT))
    intake = desk.take(a_feed("herald"), an_item(2, BATTLE, BATTLE_TEXT), at=timedelta(minutes=9))
    assert fates(intake) == [Fate.REPRINT]
    assert intake.edited[0].sources[1].reprint


def test_a_withdrawn_story_stays_silent(desk: Desk) -> None:
    (alert,) = desk.take(a_feed("courier"), an_item(1, BATTLE, BATTLE_TEXT)).raised
    with desk.store.transaction() as tx:
        tx.alerts.save(replace(alert, withdrawn_at=NOW, withdrawn_why="false", revision=2))
    intake = desk.take(a_feed("herald"), an_item(2, BATTLE, BATTLE_TEXT), at=timedelta(hours=1))
    assert fates(intake) == [Fate.HELD]
    assert not intake.edited


def test_several_items_of_one_story_in_one_poll_are_one_whole_alert(desk: Desk) -> None:
    other = an_item(
        2, "Wagner and Mali's army withdraw after Tinzaouaten battle with rebels", BATTLE_TEXT[:60]
    )
    intake = desk.take(a_feed(), an_item(1, BATTLE, BATTLE_TEXT), other)
    assert sorted(fates(intake)) == sorted([Fate.ALERTED, Fate.JOINED])
    assert len(intake.raised) == 1
    assert len(intake.raised[0].sources) == 2
    assert intake.raised[0].revision == 1


def test_a_new_process_goes_on_with_the_same_stories(desk: Desk) -> None:
    desk.take(a_feed("courier"), an_item(1, BATTLE, BATTLE_TEXT))
    desk.pipeline = Pipeline(Rules())
    intake = desk.take(a_feed("herald"), an_item(2, BATTLE, BATTLE_TEXT), at=timedelta(hours=1))
    assert not intake.raised
    assert len(intake.edited) == 1


def test_a_rolled_back_poll_leaves_nothing_in_memory(desk: Desk) -> None:
    def take_and_fail() -> None:
        with desk.store.transaction() as tx:
            desk.pipeline.take_in(tx, a_feed(), parsed(an_item(1, BATTLE, BATTLE_TEXT)), a_feed().state, NOW)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk"):
        take_and_fail()
    desk.pipeline.reset()
    assert fates(desk.take(a_feed(), an_item(1, BATTLE, BATTLE_TEXT))) == [Fate.ALERTED]
    assert desk.sent_to("mali") == 1


def test_a_watchlist_changed_in_chat_holds_from_the_next_item_on(desk: Desk) -> None:
    assert fates(desk.take(a_feed(), an_item(1, "Protest in Niamey"))) == [Fate.NO_MATCH]
    with desk.store.transaction() as tx:
        tx.watchlists.put(replace(MALI, entities=(*MALI.entities, an_entity("Niamey", Kind.PLACE))))
    assert fates(desk.take(a_feed(), an_item(2, "Second protest in Niamey"))) == [Fate.ALERTED]


def test_after_a_restore_what_is_new_is_uncertain_once(desk: Desk) -> None:
    feed = a_feed()
    with desk.store.transaction() as tx:
        tx.settings.set("restored_at", (NOW + timedelta(hours=1)).isoformat())
    (alert,) = desk.take(feed, an_item(1, BATTLE, BATTLE_TEXT), at=timedelta(hours=2)).raised
    with desk.store.reading() as tx:
        assert {d.state for d in tx.outbox.of_alert(alert.id)} == {DeliveryState.UNCERTAIN}
    later = Feed(feed.spec, replace(feed.state, ok_at=NOW + timedelta(hours=2)))
    (next_one,) = desk.take(later, an_item(2, "Mali signs a decree"), at=timedelta(hours=3)).raised
    with desk.store.reading() as tx:
        assert {d.state for d in tx.outbox.of_alert(next_one.id)} == {DeliveryState.PENDING}


def test_the_feeds_new_state_commits_with_its_items(desk: Desk) -> None:
    feed = a_feed("courier", seen=False)
    with desk.store.transaction() as tx:
        desk.pipeline.take_in(tx, feed, parsed(an_item(1, BATTLE)), replace(feed.state, etag="e1"), NOW)
    with desk.store.reading() as tx:
        stored = tx.feeds.get(feed.spec.id)
    assert stored is not None
    assert stored.state.etag == "e1"
