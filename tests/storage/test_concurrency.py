"""Several workers on one database: nothing is shared, nothing is lost."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from news.delivery import DeliveryState
from storage import Store
from tests.engines import POSTGRESQL
from tests.storage.samples import EVERYWHERE, LEASE, NOW, chats, ids, new_item, spec, stored_alert

CHATS, ALERTS, WORKERS = 6, 8, 4


def test_each_delivery_is_sent_by_one_worker_and_in_order(store: Store, database_url: str) -> None:
    with store.transaction() as tx:
        made = ids(*chats(tx, *map(str, range(CHATS))))
        for number in range(ALERTS):
            tx.outbox.enqueue(stored_alert(tx, str(number)).id, made, NOW)

    sent: list[tuple[int, int]] = []

    def work(_: int) -> None:
        mine = Store.open(database_url)
        idle = 0
        while idle < 20:
            with mine.transaction() as tx:
                claimed = tx.outbox.claim(NOW, 3, EVERYWHERE, LEASE)
            idle = 0 if claimed else idle + 1
            for delivery in claimed:
                sent.append((delivery.chat.id, delivery.id))
                with mine.transaction() as tx:
                    assert tx.outbox.settle(delivery, DeliveryState.SENT, NOW, message="m")
        mine.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    with store.reading() as tx:
        assert tx.outbox.counts() == {DeliveryState.SENT: CHATS * ALERTS}
        assert {one.attempts for one in tx.outbox.list(DeliveryState.SENT, 999)} == {1}
    assert max(Counter(sent).values()) == 1
    assert len(sent) == CHATS * ALERTS
    for chat in made:
        in_turn = [delivery for to, delivery in sent if to == chat]
        assert in_turn == sorted(in_turn)


@pytest.mark.parametrize("engine", [POSTGRESQL], indirect=True)
def test_a_second_claim_does_not_wait_for_the_first(store: Store, database_url: str) -> None:
    with store.transaction() as tx:
        made = ids(*chats(tx, "1", "2"))
        for name in "ab":
            tx.outbox.enqueue(stored_alert(tx, name).id, made, NOW)
    other = Store.open(database_url)
    with store.transaction() as first, other.transaction() as second:
        one = first.outbox.claim(NOW, 1, EVERYWHERE, LEASE)
        two = second.outbox.claim(NOW, 9, EVERYWHERE, LEASE)
        assert [delivery.chat.id for delivery in (*one, *two)] == list(made)
    other.close()


def test_each_due_feed_is_polled_by_one_worker(store: Store, database_url: str) -> None:
    names = [f"feed{number:02}" for number in range(40)]
    with store.transaction() as tx:
        tx.feeds.sync([spec(name) for name in names])

    def work(number: int) -> list[str]:
        mine = Store.open(database_url)
        got: list[str] = []
        for _ in range(20):
            with mine.transaction() as tx:
                got += [feed.spec.id for feed in tx.feeds.claim_due(NOW, 5, str(number), LEASE)]
        mine.close()
        return got

    with ThreadPoolExecutor(WORKERS) as pool:
        claimed = [name for mine in pool.map(work, range(WORKERS)) for name in mine]
    assert sorted(claimed) == names


def test_intake_is_one_at_a_time(store: Store, database_url: str) -> None:
    """Workers that take the same items in store each of them once, under rising versions."""
    together = Barrier(WORKERS)

    def work(_: int) -> list[int]:
        mine = Store.open(database_url)
        together.wait()
        versions = []
        for number in range(10):
            with mine.transaction() as tx:
                tx.lock_intake()
                rows = [row for row in (new_item(str(number)),) if not tx.items.known(row.keys)]
                for item in tx.items.add(rows):
                    story = tx.stories.open(NOW)
                    tx.stories.join(story, item, NOW, reprint=False)
                versions += [record.version for record in tx.stories.newer_than(0, NOW - timedelta(1))]
        mine.close()
        return versions

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    with store.reading() as tx:
        assert sum(tx.items.counts().values()) == 10
        versions = [record.version for record in tx.stories.since(NOW)]
    assert len({*versions}) == len(versions) == 10


def test_readers_see_one_state_while_others_write(store: Store, database_url: str) -> None:
    other = Store.open(database_url)
    with store.reading() as tx:
        before = tx.items.counts()
        with other.transaction() as writer:
            writer.items.add([new_item("one")])
        if tx.dialect == "sqlite":
            assert tx.items.counts() == before
    with store.reading() as tx:
        assert sum(tx.items.counts().values()) == 1
    other.close()
