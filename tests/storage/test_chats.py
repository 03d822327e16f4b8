"""Chats: subscriptions, suspension, moves, and being forgotten."""

from __future__ import annotations

from datetime import timedelta

from news.chat import ChatId, ChatKind, ChatState, Place, Platform, Subscription
from news.delivery import DeliveryState
from storage import Store
from tests.storage.samples import JNIM, MALI, NOW, chats, claim, ids, place, stored_alert

DAY = timedelta(days=1)


def test_a_chat_is_one_per_platform_address_and_thread(store: Store) -> None:
    with store.transaction() as tx:
        places = [place("1"), place("1", Platform.DISCORD), place("1", thread="7"), place("2")]
        made = [tx.chats.ensure(each) for each in places]
        assert len({chat.id for chat in made}) == 4
        assert [tx.chats.ensure(each) for each in places] == made
        assert tx.chats.all() == tuple(made)
        assert [tx.chats.find(each) for each in places] == made
        assert tx.chats.get(made[2].id) == made[2]
        assert tx.chats.get(ChatId(99)) is None
        assert tx.chats.find(place("9")) is None


def test_kind_and_title_are_brought_up_to_date(store: Store) -> None:
    with store.transaction() as tx:
        first = tx.chats.ensure(Place(Platform.TELEGRAM, "1", "", ChatKind.GROUP, "Old"))
        second = tx.chats.ensure(Place(Platform.TELEGRAM, "1", "", ChatKind.CHANNEL, "New"))
        third = tx.chats.ensure(Place(Platform.TELEGRAM, "1", "", ChatKind.CHANNEL))
        assert first.id == second.id == third.id
        assert (third.place.kind, third.place.title) == (ChatKind.CHANNEL, "New")


def test_subscriptions_are_kept_once(store: Store) -> None:
    with store.transaction() as tx:
        (chat,) = chats(tx, "1")
        assert tx.chats.subscribe(chat.id, MALI, NOW)
        assert not tx.chats.subscribe(chat.id, MALI, NOW + DAY)
        assert tx.chats.subscribe(chat.id, JNIM, NOW)
        assert tx.chats.subscriptions(chat.id) == (
            Subscription(chat.id, JNIM, NOW), Subscription(chat.id, MALI, NOW),
        )  # fmt: skip
        assert tx.chats.unsubscribe(chat.id, MALI)
        assert not tx.chats.unsubscribe(chat.id, MALI)


def test_subscribers_are_the_active_chats_each_once(store: Store) -> None:
    with store.transaction() as tx:
        one, two, three = chats(tx, "1", "2", "3")
        for chat in (one, two):
            tx.chats.subscribe(chat.id, MALI, NOW)
            tx.chats.subscribe(chat.id, JNIM, NOW)
        tx.chats.subscribe(three.id, JNIM, NOW)
        tx.chats.suspend(two.id, "kicked")
        assert tx.chats.subscribers([MALI, JNIM]) == (one, three)
        assert tx.chats.subscribers([MALI]) == (one,)
        assert tx.chats.subscribers([]) == ()
        tx.chats.resume(two.id)
        assert tx.chats.subscribers([MALI]) == (one, two)


def test_what_waits_for_a_suspended_chat_ends_with_the_reason(store: Store) -> None:
    with store.transaction() as tx:
        one, two = chats(tx, "1", "2")
        tx.outbox.enqueue(stored_alert(tx).id, ids(one, two), NOW)
        tx.chats.suspend(one.id, "kicked")
        chat = tx.chats.get(one.id)
        assert chat is not None
        assert (chat.state, chat.reason) == (ChatState.SUSPENDED, "kicked")
        assert [delivery.chat for delivery in claim(tx)] == [two]
        (dead,) = tx.outbox.list(DeliveryState.DEAD, 9)
        assert (dead.chat.id, dead.why) == (one.id, "chat suspended: kicked")


def test_a_moved_chat_keeps_all_it_had(store: Store) -> None:
    with store.transaction() as tx:
        (chat,) = chats(tx, "-1")
        topic = tx.chats.ensure(place("-1", thread="7"))
        tx.chats.subscribe(chat.id, MALI, NOW)
        tx.outbox.enqueue(stored_alert(tx).id, ids(chat), NOW)
        tx.chats.move(chat.id, "-100")
        assert tx.chats.find(place("-1")) is None
        found = [tx.chats.find(place("-100")), tx.chats.find(place("-100", thread="7"))]
        assert [each.id for each in found if each] == [chat.id, topic.id]
        assert [delivery.chat.place.address for delivery in claim(tx)] == ["-100"]
        assert len(tx.chats.subscriptions(chat.id)) == 1


def test_moves_that_lead_nowhere_change_nothing(store: Store) -> None:
    with store.transaction() as tx:
        (chat,) = chats(tx, "1")
        tx.chats.move(chat.id, "1")
        tx.chats.move(ChatId(99), "2")
        tx.chats.move(place("1", Platform.DISCORD), "2")
        assert tx.chats.all() == (chat,)


def test_a_chat_that_moves_onto_another_becomes_one_with_it(store: Store) -> None:
    with store.transaction() as tx:
        old, new = chats(tx, "-1", "-100")
        tx.chats.subscribe(old.id, MALI, NOW)
        tx.chats.subscribe(new.id, MALI, NOW + DAY)
        tx.chats.subscribe(new.id, JNIM, NOW + DAY)
        alerts = [stored_alert(tx, str(number)) for number in range(2)]
        tx.outbox.enqueue(alerts[0].id, ids(old), NOW)
        tx.outbox.enqueue(alerts[1].id, ids(new), NOW)
        tx.outbox.notice(old.id, "hello", NOW, "hello")
        tx.outbox.notice(new.id, "hello", NOW, "hello")
        tx.chats.suspend(new.id, "kicked")
        tx.chats.move(place("-1"), "-100")
        (kept,) = tx.chats.all()
        assert (kept.id, kept.place.address, kept.state) == (old.id, "-100", ChatState.ACTIVE)
        assert tx.chats.subscriptions(kept.id) == (
            Subscription(kept.id, JNIM, NOW + DAY), Subscription(kept.id, MALI, NOW),
        )  # fmt: skip
        assert [each.chat.id for alert in alerts for each in tx.outbox.of_alert(alert.id)] == [
            kept.id,
            kept.id,
        ]


def test_no_alert_goes_twice_to_chats_that_became_one(store: Store) -> None:
    with store.transaction() as tx:
        old, new = chats(tx, "-1", "-100")
        alert = stored_alert(tx)
        tx.outbox.enqueue(alert.id, ids(old), NOW)
        (delivery,) = claim(tx)
        tx.outbox.settle(delivery, DeliveryState.SENT, NOW, message="m")
        tx.outbox.enqueue(alert.id, ids(new), NOW)
        tx.chats.move(old.id, "-100")
        assert claim(tx) == ()
        shown = [one for one in tx.outbox.of_alert(alert.id) if one.chat.id == old.id]
        assert [(one.id, one.state) for one in shown] == [(delivery.id, DeliveryState.SENT)]
        assert tx.outbox.counts() == {DeliveryState.SENT: 1, DeliveryState.DEAD: 1}


def test_a_forgotten_chat_leaves_only_counts(store: Store) -> None:
    with store.transaction() as tx:
        chat, other = chats(tx, "1", "2")
        first, second = (stored_alert(tx, name) for name in "ab")
        tx.chats.subscribe(chat.id, MALI, NOW)
        tx.outbox.enqueue(first.id, ids(chat, other), NOW)
        mine, theirs = claim(tx)
        tx.outbox.settle(mine, DeliveryState.SENT, NOW, message="m1")
        tx.outbox.enqueue(second.id, ids(chat), NOW)
        tx.outbox.notice(chat.id, "for you only", NOW)
        assert tx.chats.forget(chat.place) == {"chats": 1, "subscriptions": 1, "deliveries": 3}
        assert tx.chats.forget(chat.place) == {"chats": 0, "subscriptions": 0, "deliveries": 0}
        assert tx.chats.all() == (other,)
        dead = tx.outbox.list(DeliveryState.DEAD, 9)
        assert {(one.why, one.notice, one.chat.place.address) for one in dead} == {("forgotten", "", "")}
        (sent,) = tx.outbox.list(DeliveryState.SENT, 9)
        assert (sent.message, sent.chat.place.address) == ("", "")
        assert tx.outbox.settle(theirs, DeliveryState.SENT, NOW, message="m2")
        assert tx.outbox.claim_edits(NOW, 9, tuple(Platform), DAY, timedelta(0)) == ()


def test_a_send_under_way_to_a_forgotten_chat_is_not_written_down(store: Store) -> None:
    with store.transaction() as tx:
        (chat,) = chats(tx, "1")
        tx.outbox.enqueue(stored_alert(tx).id, ids(chat), NOW)
        (delivery,) = claim(tx)
        tx.chats.forget(chat.place)
        assert not tx.outbox.settle(delivery, DeliveryState.SENT, NOW, message="m")
        assert tx.outbox.counts() == {DeliveryState.DEAD: 1}
        assert tx.chats.ensure(chat.place).id != chat.id
