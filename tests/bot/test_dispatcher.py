"""The dispatcher: each outcome does to its row what the promise says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app.clock import SimulatedClock
from bot.dispatcher import Dispatcher
from bot.dispatcher.settle import LEASE
from news.alert import Alert
from news.chat import ChatId, ChatKind, Place, Platform
from news.delivery import Delivery, DeliveryState, Gone, Moved, Refused, RetryAt, Sent, Unknown
from storage import StorageError, Store
from tests.bot.alerts import an_alert
from tests.bot.full import FullStore
from tests.bot.watch import NOW
from tests.fakes.sender import FakeSender


class Post:
    """A database with one chat on each platform, and a dispatcher to fakes of both."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = SimulatedClock(NOW)
        self.telegram = FakeSender(Platform.TELEGRAM)
        self.discord = FakeSender(Platform.DISCORD)
        senders = {Platform.TELEGRAM: self.telegram, Platform.DISCORD: self.discord}
        self.runner = FullStore(store)
        self.dispatcher = Dispatcher(self.runner, senders, self.clock)
        with store.transaction() as tx:
            places = (Place(Platform.TELEGRAM, "-100", kind=ChatKind.GROUP), Place(Platform.DISCORD, "7"))
            self.group, self.channel = (tx.chats.ensure(place).id for place in places)

    def alert(self, *chats: ChatId) -> Alert:
        with self.store.transaction() as tx:
            story = tx.stories.open(self.clock.now())
            alert = tx.alerts.create(replace(an_alert(), story=story))
            tx.outbox.enqueue(alert.id, chats, self.clock.now())
        return alert

    def rows(self, alert: Alert) -> tuple[Delivery, ...]:
        with self.store.reading() as tx:
            return tx.outbox.of_alert(alert.id)

    def state(self, alert: Alert) -> DeliveryState:
        (row,) = self.rows(alert)
        return row.state

    async def pump(self, later: float = 0) -> int:
        self.clock.move_to(self.clock.now() + timedelta(seconds=later))
        return await self.dispatcher.pump()


@pytest.fixture
def post(store: Store) -> Iterator[Post]:
    return Post(store)


async def test_a_delivery_is_sent_once(post: Post) -> None:
    alert = post.alert(post.group, post.channel)
    assert await post.pump() == 2
    assert await post.pump(3600) == 0
    assert {row.state for row in post.rows(alert)} == {DeliveryState.SENT}
    assert len(post.telegram.sent) == len(post.discord.sent) == 1


async def test_an_outcome_is_kept_until_the_database_takes_it(post: Post) -> None:
    post.dispatcher = Dispatcher(post.runner, {Platform.TELEGRAM: post.telegram}, post.clock)
    first, second = post.alert(post.group), post.alert(post.group)
    post.runner.spared, post.runner.full = 1, 200
    await post.pump()
    assert post.clock.now() - NOW > LEASE
    assert [post.state(alert) for alert in (first, second)] == [DeliveryState.SENT] * 2
    assert len(post.telegram.sent) == 2


async def test_a_claim_that_fails_is_told_to_the_caller(post: Post) -> None:
    alert = post.alert(post.group)
    post.runner.full = 2
    with pytest.raises(StorageError):
        await post.pump()
    await post.pump()
    assert post.state(alert) is DeliveryState.SENT


async def test_a_retry_waits_until_its_time(post: Post) -> None:
    alert = post.alert(post.group)
    post.telegram.outcomes.append(RetryAt(NOW + timedelta(seconds=90), "429"))
    await post.pump()
    assert await post.pump(60) == 0
    assert await post.pump(60) == 1
    assert post.state(alert) is DeliveryState.SENT


async def test_a_platform_wide_wait_holds_all_its_chats_and_no_other_platform(post: Post) -> None:
    post.telegram.outcomes.append(RetryAt(NOW + timedelta(hours=12), "429", platform_wide=True))
    post.alert(post.group)
    await post.pump()
    with post.store.transaction() as tx:
        other = tx.chats.ensure(Place(Platform.TELEGRAM, "5")).id
    post.alert(other, post.channel)
    await post.pump(3600)
    assert len(post.telegram.sent) == 1
    assert len(post.discord.sent) == 1
    await post.pump(12 * 3600)
    assert len(post.telegram.sent) == 3


async def test_a_moved_chat_gets_it_at_the_new_address(post: Post) -> None:
    alert = post.alert(post.group)
    post.telegram.outcomes.append(Moved("-100200"))
    await post.pump()
    assert [d.chat.place.address for d in post.telegram.sent] == ["-100", "-100200"]
    assert post.state(alert) is DeliveryState.SENT


async def test_a_refused_message_is_dead_and_the_chat_lives(post: Post) -> None:
    alert, after = post.alert(post.group), post.alert(post.group)
    post.telegram.outcomes.append(Refused("cannot be shown"))
    await post.pump()
    assert post.state(alert) is DeliveryState.DEAD
    assert post.state(after) is DeliveryState.SENT


async def test_a_chat_that_is_gone_is_suspended_and_kept(post: Post) -> None:
    alert = post.alert(post.group)
    post.telegram.outcomes.append(Gone("bot was kicked"))
    await post.pump()
    assert post.state(alert) is DeliveryState.DEAD
    with post.store.reading() as tx:
        chat = tx.chats.get(post.group)
    assert chat is not None
    assert (chat.state, chat.reason) == ("suspended", "bot was kicked")


async def test_an_ambiguous_telegram_send_is_repeated_once_with_a_label(post: Post) -> None:
    alert = post.alert(post.group)
    post.telegram.outcomes.append(Unknown("connection cut"))
    await post.pump()
    await post.pump(60)
    assert [d.repeat for d in post.telegram.sent] == [False, True]
    assert post.state(alert) is DeliveryState.REPEATED


async def test_a_second_ambiguous_telegram_send_is_listed_as_uncertain(post: Post) -> None:
    alert = post.alert(post.group)
    post.telegram.outcomes += [Unknown("cut"), Unknown("cut")]
    await post.pump()
    await post.pump(60)
    await post.pump(600)
    assert len(post.telegram.sent) == 2
    assert post.state(alert) is DeliveryState.UNCERTAIN


async def test_inside_the_window_discord_gets_the_same_nonce_again(post: Post) -> None:
    alert = post.alert(post.channel)
    post.discord.outcomes.append(Unknown("502"))
    await post.pump()
    await post.pump(60)
    first, second = post.discord.sent
    assert first.nonce == second.nonce
    assert len(first.nonce) <= 25
    assert (post.discord.looks, second.repeat) == (0, False)
    assert post.state(alert) is DeliveryState.SENT


@pytest.mark.parametrize(
    ("found", "sends", "state"),
    [
        (Sent("m9"), 1, DeliveryState.SENT),
        (None, 2, DeliveryState.SENT),
        (Unknown("no right to read"), 1, DeliveryState.UNCERTAIN),
    ],
)
async def test_after_the_window_discord_is_looked_at_first(
    post: Post, found: Sent | Unknown | None, sends: int, state: DeliveryState
) -> None:
    alert = post.alert(post.channel)
    post.discord.outcomes.append(Unknown("502"))
    await post.pump()
    if found is not None:
        post.discord.look_outcome = found
    await post.pump(300)
    assert post.discord.looks == 1
    assert len(post.discord.sent) == sends
    assert post.state(alert) is state


async def test_an_adapter_that_fails_leaves_the_send_ambiguous(post: Post) -> None:
    alert = post.alert(post.group)
    post.telegram.outcomes.append(ValueError("bug"))
    await post.pump()
    assert post.rows(alert)[0].unknowns == 1


async def test_order_is_kept_in_a_chat(post: Post) -> None:
    alerts = [post.alert(post.group) for _ in range(5)]
    post.telegram.outcomes.append(RetryAt(NOW + timedelta(seconds=30), "429"))
    await post.pump()
    await post.pump(31)
    shorts = [d.alert.short for d in post.telegram.sent if d.alert]
    assert shorts == [alerts[0].short, *(a.short for a in alerts)]


async def test_edits_of_one_message_are_a_minute_apart_and_say_the_last_word(post: Post) -> None:
    alert = post.alert(post.channel)
    await post.pump()
    for n in range(2, 6):
        _revise(post, replace(alert, revision=n, headline=f"wording {n}"))
        await post.pump(10)
    await post.pump(60)
    texts = [d.alert.headline for d in post.discord.edited if d.alert]
    assert texts[-1] == "wording 5"
    assert len(texts) <= 2
    assert post.rows(alert)[0].revision == 5


async def test_an_ambiguous_edit_is_simply_repeated(post: Post) -> None:
    alert = post.alert(post.channel)
    await post.pump()
    _revise(post, replace(alert, revision=2))
    post.discord.outcomes.append(Unknown("502"))
    await post.pump(61)
    await post.pump(61)
    assert len(post.discord.edited) == 2
    assert post.rows(alert)[0].revision == 2


async def test_an_alert_that_grew_before_it_was_sent_goes_out_once_and_whole(post: Post) -> None:
    alert = post.alert(post.channel)
    _revise(post, replace(alert, revision=2, headline="grown"))
    await post.pump()
    await post.pump(120)
    assert [d.alert.headline for d in post.discord.sent if d.alert] == ["grown"]
    assert not post.discord.edited


@pytest.mark.parametrize("key", ["paused", "hold"])
async def test_nothing_is_sent_while_sending_is_stopped(post: Post, key: str) -> None:
    post.alert(post.group)
    with post.store.transaction() as tx:
        tx.settings.set(key, "by the owner")
    assert await post.pump() == 0
    with post.store.transaction() as tx:
        tx.settings.delete(key)
    assert await post.pump() == 1


async def test_a_group_gets_no_more_than_twenty_a_minute(post: Post) -> None:
    start = post.clock.now()
    for _ in range(21):
        post.alert(post.group)
    await post.pump()
    assert len(post.telegram.sent) == 21
    assert post.clock.now() - start >= timedelta(seconds=60)


def _revise(post: Post, alert: Alert) -> None:
    with post.store.transaction() as tx:
        tx.alerts.save(alert)
