"""The outbox: enqueued once, settled by whoever holds it."""

from __future__ import annotations

from datetime import timedelta

from news.chat import Platform
from news.delivery import Delivery, DeliveryId, DeliveryKind, DeliveryState
from storage import Store, Transaction
from tests.storage.samples import ENDED, EVERYWHERE, LEASE, NOW, chats, claim, ids, stored_alert

SENT, DEAD, PENDING = DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.PENDING
MINUTE = timedelta(minutes=1)


def one_delivery(tx: Transaction) -> Delivery:
    tx.outbox.enqueue(stored_alert(tx).id, ids(*chats(tx, "1")), NOW)
    (delivery,) = claim(tx)
    return delivery


def test_an_alert_is_enqueued_once_per_chat(store: Store) -> None:
    with store.transaction() as tx:
        alert = stored_alert(tx)
        one, two, three = ids(*chats(tx, "1", "2", "3"))
        assert tx.outbox.enqueue(alert.id, [one, two], NOW) == 2
        assert tx.outbox.enqueue(alert.id, [one, two, three], NOW) == 1
        assert tx.outbox.enqueue(alert.id, [], NOW) == 0
        assert tx.outbox.counts() == {PENDING: 3}
        assert tx.outbox.oldest_pending() == NOW


def test_deliveries_may_be_enqueued_as_uncertain(store: Store) -> None:
    with store.transaction() as tx:
        (chat,) = chats(tx, "1")
        tx.outbox.enqueue(stored_alert(tx).id, ids(chat), NOW, DeliveryState.UNCERTAIN)
        assert claim(tx) == ()
        assert [one.chat for one in tx.outbox.list(DeliveryState.UNCERTAIN, 9)] == [chat]
        assert tx.outbox.oldest_pending() is None


def test_a_notice_with_a_key_is_said_once(store: Store) -> None:
    with store.transaction() as tx:
        (chat, other) = ids(*chats(tx, "1", "2"))
        assert tx.outbox.notice(chat, "down", NOW, "down")
        assert not tx.outbox.notice(chat, "down again", NOW, "down")
        assert tx.outbox.notice(other, "down", NOW, "down")
        assert tx.outbox.notice(chat, "hello", NOW)
        assert tx.outbox.notice(chat, "hello", NOW)
        assert [(one.kind, one.notice) for one in claim(tx)] == [(DeliveryKind.NOTICE, "down")] * 2


def test_a_claimed_delivery_holds_all_that_is_needed(store: Store) -> None:
    with store.transaction() as tx:
        alert = stored_alert(tx)
        (chat,) = chats(tx, "1")
        tx.outbox.enqueue(alert.id, ids(chat), NOW)
        (delivery,) = claim(tx)
        assert (delivery.alert, delivery.chat, delivery.created_at) == (alert, chat, NOW)
        assert (delivery.attempts, delivery.fence, delivery.state) == (1, 1, DeliveryState.SENDING)
        assert delivery.nonce == f"{tx.settings.get('instance')}-{delivery.id}"
        assert len(delivery.nonce) <= 25
        assert tx.outbox.get(delivery.id) == delivery
        assert tx.outbox.get(DeliveryId(99)) is None


def test_a_settled_delivery_is_written_down(store: Store) -> None:
    with store.transaction() as tx:
        delivery = one_delivery(tx)
        assert tx.outbox.settle(delivery, SENT, NOW, message="m1", revision=1)
        (sent,) = tx.outbox.list(SENT, 9)
        assert (sent.message, sent.revision, sent.state) == ("m1", 1, SENT)
        assert delivery.alert is not None
        assert tx.outbox.of_alert(delivery.alert.id) == (sent,)
        assert not tx.outbox.settle(delivery, DEAD, NOW)
        assert tx.outbox.counts() == {SENT: 1}


def test_a_sent_alert_shows_the_revision_that_was_claimed(store: Store) -> None:
    with store.transaction() as tx:
        tx.outbox.settle(one_delivery(tx), SENT, NOW, message="m1")
        assert [one.revision for one in tx.outbox.list(SENT, 9)] == [1]


def test_who_lost_the_claim_cannot_settle(store: Store) -> None:
    with store.transaction() as tx:
        tx.outbox.enqueue(stored_alert(tx).id, ids(*chats(tx, "1")), NOW)
        (first,) = claim(tx, lease=ENDED)
        (second,) = claim(tx)
        assert second.fence > first.fence
        assert not tx.outbox.settle(first, SENT, NOW, message="mine")
        assert tx.outbox.settle(second, SENT, NOW, message="also mine")
        assert [one.message for one in tx.outbox.list(SENT, 9)] == ["also mine"]


def test_a_delivery_put_off_waits_for_its_time(store: Store) -> None:
    with store.transaction() as tx:
        tx.outbox.settle(one_delivery(tx), PENDING, NOW, next_at=NOW + MINUTE, why="429")
        assert claim(tx, NOW + MINUTE / 2) == ()
        (again,) = claim(tx, NOW + MINUTE)
        assert (again.attempts, again.unknowns, again.ambiguous_since) == (2, 0, None)


def test_times_of_waiting_deliveries_move_with_the_clock(store: Store) -> None:
    with store.transaction() as tx:
        tx.outbox.settle(one_delivery(tx), PENDING, NOW, next_at=NOW + MINUTE)
        tx.outbox.shift(-MINUTE)
        assert len(claim(tx, NOW)) == 1
        tx.outbox.shift(MINUTE)


def test_tries_that_may_have_arrived_are_counted_from_the_first(store: Store) -> None:
    with store.transaction() as tx:
        tx.outbox.settle(one_delivery(tx), PENDING, NOW + MINUTE, unknown=True, why="timed out")
        (second,) = claim(tx, NOW + MINUTE)
        assert (second.unknowns, second.ambiguous_since) == (1, NOW)
        tx.outbox.settle(second, PENDING, NOW + MINUTE, why="429")
        (third,) = claim(tx, NOW + 2 * MINUTE)
        assert (third.unknowns, third.ambiguous_since) == (1, NOW)
        tx.outbox.settle(third, PENDING, NOW + 2 * MINUTE, unknown=True)
        (fourth,) = claim(tx, NOW + 3 * MINUTE)
        assert (fourth.unknowns, fourth.ambiguous_since) == (2, NOW)
        tx.outbox.settle(fourth, PENDING, NOW + 3 * MINUTE, ambiguous_since=None, why="not in the chat")
        (fifth,) = claim(tx, NOW + 3 * MINUTE)
        assert (fifth.unknowns, fifth.ambiguous_since) == (0, None)
        tx.outbox.settle(fifth, PENDING, NOW + 3 * MINUTE, ambiguous_since=NOW + MINUTE)
        assert [one.ambiguous_since for one in tx.outbox.list(PENDING, 9)] == [NOW + MINUTE]


def test_after_a_crash_what_was_being_sent_may_have_arrived(store: Store) -> None:
    with store.transaction() as tx:
        one_delivery(tx)
        assert claim(tx) == ()
    with store.transaction() as tx:
        assert tx.outbox.recover(NOW + MINUTE) == 1
        assert tx.outbox.recover(NOW + MINUTE) == 1
        (again,) = claim(tx, NOW + MINUTE)
        assert (again.attempts, again.unknowns, again.ambiguous_since) == (2, 1, NOW)


def test_an_ended_lease_leaves_a_try_that_may_have_arrived(store: Store) -> None:
    with store.transaction() as tx:
        tx.outbox.enqueue(stored_alert(tx).id, ids(*chats(tx, "1")), NOW)
        claim(tx, NOW, ENDED)
        claim(tx, NOW + MINUTE, ENDED)
        (third,) = claim(tx, NOW + 2 * MINUTE)
        assert (third.attempts, third.unknowns, third.ambiguous_since) == (3, 2, NOW)


def test_everything_open_can_be_ended_as_uncertain(store: Store) -> None:
    with store.transaction() as tx:
        delivery = one_delivery(tx)
        tx.outbox.notice(delivery.chat.id, "hello", NOW)
        assert tx.outbox.uncertain_all(NOW, "restored") == 2
        assert not tx.outbox.settle(delivery, SENT, NOW)
        assert tx.outbox.counts() == {DeliveryState.UNCERTAIN: 2}
        assert {one.why for one in tx.outbox.list(DeliveryState.UNCERTAIN, 9)} == {"restored"}
        assert tx.outbox.claim(NOW, 9, EVERYWHERE, LEASE) == ()


def test_lists_are_newest_first_and_limited(store: Store) -> None:
    with store.transaction() as tx:
        alert = stored_alert(tx)
        made = chats(tx, "1", "2", platform=Platform.DISCORD)
        tx.outbox.enqueue(alert.id, ids(*made), NOW)
        assert [one.chat for one in tx.outbox.list(PENDING, 9)] == list(reversed(made))
        assert len(tx.outbox.list(PENDING, 1)) == 1
        assert tx.outbox.list(DEAD, 9) == ()
