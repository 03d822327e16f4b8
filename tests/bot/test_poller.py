"""The poller on a real database, real HTTP on loopback and the real parser process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.app.clock import SimulatedClock
from bot.ingest.fetch import Limits
from bot.ingest.parse import Parser
from bot.pipeline import Pipeline, Rules
from bot.poller import LEASE, Poller
from bot.replay import InlineStore
from news.feed import Feed, FeedId, FeedSpec, FeedState
from news.item import ParsedFeed
from storage import StorageError, Store, Transaction
from tests.bot.full import FullStore
from tests.bot.ingest.fetching import fetching
from tests.bot.watch import NOW
from tests.fakes.feeds import FeedServer, Said, rss


class Desk:
    """A database, a feed server and a poller between them."""

    def __init__(self, store: Store, server: FeedServer, fetcher: Any, parser: Parser) -> None:
        self.store, self.server, self.fetcher, self.parser = store, server, fetcher, parser
        self.clock = SimulatedClock(NOW)
        self.pipeline = Pipeline(Rules())
        self.told: list[tuple[str, str]] = []
        self.poller = self.another()

    def another(self, holder: str = "test", **settings: Any) -> Poller:
        chosen = {"take_in": self.pipeline.take_in, "notify": self._notify, "chance": lambda: 0.5, **settings}
        return Poller(
            InlineStore(self.store), self.fetcher, self.parser, clock=self.clock, holder=holder, **chosen
        )

    def follow(self, *paths: str) -> None:
        with self.store.transaction() as tx:
            for path in paths:
                tx.feeds.put(FeedSpec(FeedId(path.strip("/")), path, self.server.url(path)))

    async def poll(self, later: timedelta = timedelta(0), poller: Poller | None = None) -> int:
        """Polls until nothing is due or under way; how many different addresses were asked."""
        self.clock.move_to(self.clock.now() + later)
        before = len(self.server.asked)
        while await (poller or self.poller).tick():
            pass
        return len({asked.path for asked in self.server.asked[before:]})

    def state(self, feed: str) -> FeedState:
        with self.store.reading() as tx:
            found = tx.feeds.get(FeedId(feed))
        assert found is not None
        return found.state

    def titles(self) -> set[str]:
        with self.store.reading() as tx:
            return {stored.item.title for stored in tx.items.recent(1000)}

    def _notify(self, tx: Transaction, text: str, key: str) -> None:
        self.told.append((text, key))


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    parser = Parser()
    async with FeedServer() as server, fetching(limits=Limits(total_seconds=5.0)) as fetcher:
        desk = Desk(store, server, fetcher, parser)
        yield desk
        await desk.poller.close()
    await parser.close()


async def test_a_full_disk_is_no_fault_of_the_feeds(desk: Desk) -> None:
    desk.server.answers = {"/a": Said(rss("one", "two")), "/b": Said(rss("three"))}
    desk.follow("/a", "/b")
    runner = FullStore(desk.store)
    poller = Poller(
        runner,
        desk.fetcher,
        desk.parser,
        desk.pipeline.take_in,
        desk.clock,
        holder="test",
        chance=lambda: 0.5,
    )
    runner.spared, runner.full = 2, 3
    with pytest.raises(StorageError):
        await poller.tick()
    await desk.poll(poller=poller)
    assert desk.titles() == {"one", "two", "three"}
    assert not desk.state("a").fault + desk.state("b").fault
    await poller.close()


async def test_what_is_due_is_fetched_and_stored_once(desk: Desk) -> None:
    desk.server.answers = {"/a": Said(rss("one", "two"), etag='"1"'), "/b": Said(rss("three"))}
    desk.follow("/a", "/b")
    assert await desk.poll() == 2
    assert desk.titles() == {"one", "two", "three"}
    assert desk.state("a").etag == '"1"'
    assert desk.state("a").baseline_at == NOW
    assert await desk.poll() == 0


async def test_an_unchanged_feed_costs_one_request_and_no_parse(desk: Desk) -> None:
    desk.server.answers = {"/a": Said(rss("one"), etag='"1"'), "/b": Said(rss("two"))}
    desk.follow("/a", "/b")
    await desk.poll()
    await desk.parser.close()
    assert await desk.poll(timedelta(hours=1)) == 2
    assert desk.parser.pid is None
    assert desk.state("a").ok_at == desk.state("b").ok_at == desk.clock.now()
    assert len(desk.server.asked) == 4


async def test_only_new_items_are_taken_in(desk: Desk) -> None:
    given: list[ParsedFeed] = []

    def take_in(tx: Transaction, feed: Feed, parsed: ParsedFeed, state: FeedState, now: datetime) -> None:
        given.append(parsed)
        tx.feeds.save([(feed.spec.id, state)])

    poller = desk.another(take_in=take_in)
    desk.server.answers = {"/a": Said(rss("one", "two"))}
    desk.follow("/a")
    await desk.poll(poller=poller)
    desk.server.answers = {"/a": Said(rss("three", "one", "two"))}
    await desk.poll(timedelta(hours=1), poller)
    assert [[item.title for item in parsed.items] for parsed in given] == [["one", "two"], ["three"]]


async def test_one_bad_feed_of_many_stops_no_other(desk: Desk) -> None:
    bad = {
        "/b1": Said(b"<html>"), "/b2": Said(status=500), "/b3": Said(b"\x00"), "/b4": Said(rss("x"), cut=90),
        "/b5": Said(b"<rss><channel><item>" + b"<a>" * 1000),
        "/b6": Said(rss("x"), headers=(("Content-Encoding", "br"),)),
    }  # fmt: skip
    good = {f"/g{n}": Said(rss(f"good {n}")) for n in range(20)}
    desk.server.answers = {**bad, **good}
    desk.follow(*bad, *good, "/missing")
    assert await desk.poll() == 27
    assert {f"good {n}" for n in range(20)} <= desk.titles()
    for path in ("b1", "b2", "b3", "b4", "b6", "missing"):
        state = desk.state(path)
        assert state.failures == 1
        assert state.fault
        assert state.next_due_at is not None


async def test_a_fault_of_ours_is_that_feeds_failure_and_loses_nothing(desk: Desk) -> None:
    """The validators are not kept where the items were not: the next poll brings them again."""

    def broken(tx: Transaction, feed: Feed, *rest: Any) -> object:
        if feed.spec.id == "a":
            raise ZeroDivisionError("a bug")
        return desk.pipeline.take_in(tx, feed, *rest)

    desk.server.answers = {"/a": Said(rss("one"), etag='"1"'), "/b": Said(rss("two"), etag='"2"')}
    desk.follow("/a", "/b")
    assert await desk.poll(poller=desk.another(take_in=broken)) == 2
    assert desk.titles() == {"two"}
    assert (desk.state("a").etag, desk.state("a").failures) == ("", 1)
    assert "ZeroDivisionError" in desk.state("a").detail
    await desk.poll(timedelta(hours=1))
    assert desk.titles() == {"one", "two"}


async def test_many_feeds_go_through_in_one_tick(desk: Desk) -> None:
    desk.server.answers = {f"/f{n}": Said(rss(f"item {n}")) for n in range(150)}
    desk.follow(*desk.server.answers)
    await desk.poll()
    assert len(desk.titles()) == 150
    await desk.poll(timedelta(hours=1))
    assert len(desk.server.asked) == 300


async def test_a_slow_feed_holds_up_no_other(desk: Desk) -> None:
    desk.server.answers = {"/slow": Said(rss("slow"), drip=3600.0), "/a": Said(rss("one"))}
    desk.follow("/slow", "/a")
    assert await desk.poller.tick() == 2
    assert desk.titles() == {"one"}
    desk.server.answers["/b"] = Said(rss("two"))
    desk.follow("/b")
    assert await desk.poller.tick() == 2
    assert desk.titles() == {"one", "two"}


async def test_a_cancelled_tick_keeps_what_is_finished(desk: Desk) -> None:
    desk.server.answers = {"/slow": Said(rss("slow"), drip=3600.0), "/a": Said(status=404)}
    desk.follow("/slow", "/a")
    ticking = asyncio.create_task(desk.poller.tick())
    while not any(asked.path == "/slow" for asked in desk.server.asked) or not desk.poller._states:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    ticking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ticking
    assert desk.state("a").failures == 1
    assert desk.state("slow").checked_at is None


async def test_what_another_process_polls_is_left_to_it(desk: Desk) -> None:
    desk.server.answers = {"/a": Said(rss("one"))}
    desk.follow("/a")
    await desk.poller.tick()
    with desk.store.transaction() as tx:
        feed = tx.feeds.get(FeedId("a"))
        assert feed is not None
        tx.feeds.save([(FeedId("a"), replace(feed.state, next_due_at=NOW))])
        assert tx.feeds.claim_due(NOW, 9, "other", LEASE)
    assert await desk.poller.tick() == 0


async def test_what_a_dead_process_held_is_free_to_the_only_writer(desk: Desk) -> None:
    desk.server.answers = {"/a": Said(rss("one"))}
    desk.follow("/a")
    with desk.store.transaction() as tx:
        assert tx.feeds.claim_due(NOW, 9, "dead", LEASE)
        alone = tx.dialect == "sqlite"
    assert await desk.poll(poller=desk.another("new")) == (1 if alone else 0)


async def test_the_owner_is_told_of_a_feed_that_fails_for_long_and_of_its_recovery(desk: Desk) -> None:
    desk.follow("/a")
    for _ in range(12):
        await desk.poll(timedelta(hours=7))
    desk.server.answers = {"/a": Said(rss("one"))}
    await desk.poll(timedelta(hours=7))
    assert ["has failed since" in text for text, _ in desk.told] == [True, False]
    assert "works again" in desk.told[1][0]


async def test_poll_seconds_and_retry_after(desk: Desk) -> None:
    busy = Said(status=429, headers=(("Retry-After", "600"),))
    desk.server.answers = {"/a": Said(rss("one")), "/busy": busy}
    desk.follow("/a", "/busy")
    await desk.poll(poller=desk.another(poll_seconds=5.0))
    assert desk.state("a").next_due_at == NOW + timedelta(seconds=5)
    assert desk.state("busy").next_due_at == NOW + timedelta(seconds=600)


async def test_a_paused_feed_is_not_polled(desk: Desk) -> None:
    desk.server.answers = {"/a": Said(rss("one"))}
    desk.follow("/a")
    with desk.store.transaction() as tx:
        tx.feeds.pause(FeedId("a"), True)
    assert await desk.poll() == 0
