"""Which deliveries may be claimed: in order per chat, one at a time, edits after sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from news.alert import Alert
from news.chat import ChatId, Platform
from news.delivery import Delivery, DeliveryState
from storage import Store, Transaction
from tests.storage.samples import EVERYWHERE, LEASE, NOW, chats, claim, ids, stored_alert

SENT, PENDING = DeliveryState.SENT, DeliveryState.PENDING
MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta(0)


def edits(tx: Transaction, gap: timedelta = AT_ONCE) -> tuple[Delivery, ...]:
    return tx.outbox.claim_edits(NOW, 9, EVERYWHERE, LEASE, gap)


def sent_alert(tx: Transaction, *addresses: str) -> tuple[Alert, tuple[Delivery, ...]]:
    """An alert that went to chats, and what was claimed to send it."""
    alert = stored_alert(tx)
    tx.outbox.enqueue(alert.id, ids(*chats(tx, *addresses)), NOW)
    claimed = claim(tx)
    for number, delivery in enumerate(claimed):
        tx.outbox.settle(delivery, SENT, NOW, message=f"m{number}", revision=1)
    return alert, claimed


def test_a_chat_gets_its_deliveries_in_order_one_at_a_time(store: Store) -> None:
    with store.transaction() as tx:
        (chat,) = ids(*chats(tx, "1"))
        alerts = [stored_alert(tx, str(number)) for number in range(3)]
        for alert in alerts:
            tx.outbox.enqueue(alert.id, [chat], NOW)
        got = []
        while claimed := claim(tx):
            (delivery,) = claimed
            assert claim(tx) == ()
            got.append(delivery.alert)
            tx.outbox.settle(delivery, SENT, NOW, message="m")
        assert got == alerts


def test_a_delivery_put_off_holds_up_its_own_chat_only(store: Store) -> None:
    with store.transaction() as tx:
        one, two = ids(*chats(tx, "1", "2"))
        for name in "ab":
            tx.outbox.enqueue(stored_alert(tx, name).id, [one, two], NOW)
        first, second = claim(tx)
        tx.outbox.settle(first, PENDING, NOW, next_at=NOW + MINUTE)
        tx.outbox.settle(second, SENT, NOW, message="m")
        assert [delivery.chat.id for delivery in claim(tx)] == [two]
        assert [delivery.id for delivery in claim(tx, NOW + MINUTE)] == [first.id]


def test_a_dead_delivery_lets_the_next_one_through(store: Store) -> None:
    with store.transaction() as tx:
        (chat,) = ids(*chats(tx, "1"))
        for name in "ab":
            tx.outbox.enqueue(stored_alert(tx, name).id, [chat], NOW)
        (first,) = claim(tx)
        tx.outbox.settle(first, DeliveryState.DEAD, NOW, why="too long")
        assert len(claim(tx)) == 1


def test_claims_are_limited_and_per_platform(store: Store) -> None:
    with store.transaction() as tx:
        telegram = chats(tx, "1", "2", "3")
        discord = chats(tx, "1", "2", platform=Platform.DISCORD)
        tx.outbox.enqueue(stored_alert(tx).id, ids(*telegram, *discord), NOW)
        assert [one.chat for one in tx.outbox.claim(NOW, 9, [Platform.DISCORD], LEASE)] == list(discord)
        assert [one.chat for one in tx.outbox.claim(NOW, 2, [Platform.TELEGRAM], LEASE)] == list(telegram[:2])
        assert tx.outbox.claim(NOW, 9, [], LEASE) == ()
        assert tx.outbox.claim(NOW - MINUTE, 9, EVERYWHERE, LEASE) == ()


@pytest.mark.parametrize("key", ["paused", "hold"])
def test_nothing_goes_out_while_sending_is_stopped(store: Store, key: str) -> None:
    with store.transaction() as tx:
        alert, _ = sent_alert(tx, "1")
        tx.outbox.enqueue(stored_alert(tx, "two").id, ids(*chats(tx, "2")), NOW)
        tx.alerts.save(replace(alert, revision=2))
        tx.settings.set(key, "by an admin")
        assert (claim(tx), edits(tx)) == ((), ())
        tx.settings.delete(key)
        assert (len(claim(tx)), len(edits(tx))) == (1, 1)


def test_messages_of_a_changed_alert_are_edited_once(store: Store) -> None:
    with store.transaction() as tx:
        alert, sent = sent_alert(tx, "1", "2")
        assert edits(tx) == ()
        changed = replace(alert, headline="Another", revision=2)
        tx.alerts.save(changed)
        claimed = edits(tx)
        assert [(one.id, one.message, one.alert) for one in claimed] == [
            (sent[0].id, "m0", changed), (sent[1].id, "m1", changed),
        ]  # fmt: skip
        assert edits(tx) == ()
        for delivery in claimed:
            assert tx.outbox.settle_edit(delivery, NOW, revision=2)
            assert not tx.outbox.settle_edit(replace(delivery, fence=0), NOW, revision=9)
        assert edits(tx) == ()
        assert tx.outbox.counts() == {SENT: 2}


def test_edits_are_a_while_apart_and_show_the_last_content(store: Store) -> None:
    with store.transaction() as tx:
        alert, _ = sent_alert(tx, "1")
        tx.alerts.save(replace(alert, revision=2))
        (first,) = edits(tx, gap=MINUTE)
        tx.alerts.save(replace(alert, revision=3))
        tx.outbox.settle_edit(first, NOW, revision=2)
        tx.alerts.save(replace(alert, revision=4))
        assert edits(tx, gap=MINUTE) == ()
        (second,) = tx.outbox.claim_edits(NOW + MINUTE, 9, EVERYWHERE, LEASE, MINUTE)
        assert second.alert is not None
        assert (second.revision, second.alert.revision) == (2, 4)


def test_a_failed_edit_is_tried_again_and_a_hopeless_one_given_up(store: Store) -> None:
    with store.transaction() as tx:
        alert, _ = sent_alert(tx, "1")
        tx.alerts.save(replace(alert, revision=2))
        (first,) = edits(tx)
        tx.outbox.settle_edit(first, NOW, revision=first.revision, why="429", next_at=NOW + MINUTE)
        assert edits(tx) == ()
        (second,) = tx.outbox.claim_edits(NOW + MINUTE, 9, EVERYWHERE, LEASE, MINUTE)
        tx.outbox.settle_edit(second, NOW, revision=2, why="message deleted")
        assert tx.outbox.claim_edits(NOW + 9 * MINUTE, 9, EVERYWHERE, LEASE, MINUTE) == ()


def test_an_alert_that_changes_while_it_is_sent_is_edited_after(store: Store) -> None:
    with store.transaction() as tx:
        alert = stored_alert(tx)
        tx.outbox.enqueue(alert.id, ids(*chats(tx, "1")), NOW)
        (delivery,) = claim(tx)
        tx.alerts.save(replace(alert, revision=2))
        assert edits(tx) == ()
        tx.outbox.settle(delivery, DeliveryState.REPEATED, NOW, message="m", revision=1)
        (edit,) = edits(tx)
        assert edit.repeat
        tx.outbox.settle_edit(edit, NOW, revision=2)
        assert edits(tx) == ()


def test_only_what_people_can_see_is_edited(store: Store) -> None:
    with store.transaction() as tx:
        alert = stored_alert(tx)
        tx.outbox.enqueue(alert.id, ids(*chats(tx, "1", "2")), NOW)
        dead, uncertain = claim(tx)
        tx.outbox.settle(dead, DeliveryState.DEAD, NOW)
        tx.outbox.settle(uncertain, DeliveryState.UNCERTAIN, NOW)
        tx.alerts.save(replace(alert, revision=2))
        assert edits(tx) == ()


def test_a_crash_during_an_edit_frees_it(store: Store) -> None:
    with store.transaction() as tx:
        alert, _ = sent_alert(tx, "1")
        tx.alerts.save(replace(alert, revision=2))
        assert len(edits(tx)) == 1
        assert tx.outbox.recover(NOW) == 0
        assert len(edits(tx)) == 1


def test_unknown_chats_get_nothing(store: Store) -> None:
    with store.transaction() as tx:
        assert tx.outbox.enqueue(stored_alert(tx).id, [ChatId(99)], NOW) == 0
        assert not tx.outbox.notice(ChatId(99), "hello", NOW)
