from __future__ import annotations

import pytest

from bot.ports import FoundPlace
from news.chat import ChatState
from news.watch import Watchlist, WatchlistId
from tests.bot.commands.room import (
    ADMIN,
    CHANNEL,
    CHAT_ADMIN,
    GROUP,
    MEMBER,
    PRIVATE,
    READER,
    Room,
    pressed,
)


async def test_subscribing_a_private_chat(room: Room) -> None:
    text = await room.text(READER, "/subscribe mali")
    assert text.startswith("Subscribed: Mali (mali)")
    assert "/test" in text
    assert room.watched(PRIVATE) == ["mali"]
    assert room.audit() == []


@pytest.mark.parametrize("argument", ["mali niger", "mali, niger", "all", "ALL", "Niger MALI"])
async def test_several_at_once(room: Room, argument: str) -> None:
    await room.ask(READER, f"/subscribe {argument}")
    assert room.watched(PRIVATE) == ["mali", "niger"]


async def test_by_its_title(room: Room) -> None:
    room.do(lambda tx: tx.watchlists.put(Watchlist(WatchlistId("bf"), "Burkina Faso", ())))
    await room.ask(READER, "/subscribe burkina faso")
    assert room.watched(PRIVATE) == ["bf"]


async def test_an_unknown_one_changes_nothing_and_names_the_nearest(room: Room) -> None:
    reply = await room.ask(READER, "/subscribe mali nigr")
    assert reply.error
    assert "Did you mean niger?" in reply.page.title
    assert room.watched(PRIVATE) == []


async def test_twice_is_said(room: Room) -> None:
    await room.ask(READER, "/subscribe mali")
    assert (await room.text(READER, "/subscribe mali")).startswith("Already subscribed: Mali")


async def test_without_words_it_offers_buttons_that_work(room: Room) -> None:
    await room.ask(READER, "/subscribe mali")
    reply = await room.ask(READER, "/subscribe")
    assert [button.label for button in reply.buttons] == ["Niger", "All of them"]
    await room.ask(READER, pressed(reply, "Niger"))
    assert room.watched(PRIVATE) == ["mali", "niger"]
    assert (await room.text(READER, "/subscribe")).startswith("Subscribed to every watchlist")


async def test_a_group_is_subscribed_by_its_admin_and_leaves_a_trace(room: Room) -> None:
    await room.ask(CHAT_ADMIN, "/subscribe mali")
    assert room.watched(GROUP) == ["mali"]
    assert room.audit() == [("telegram:3", "subscribe", True)]


async def test_a_channel_from_the_private_chat(room: Room) -> None:
    room.places.known = {"@wire": FoundPlace(CHANNEL, may_post=True, caller_admin=True)}
    reply = await room.ask(READER, "/subscribe @wire")
    assert pressed(reply, "Mali") == "/subscribe @wire mali"
    text = await room.text(READER, "/subscribe @wire mali")
    assert "@wire gets their alerts" in text
    assert room.watched(CHANNEL) == ["mali"]
    assert room.watched(PRIVATE) == []
    assert "since 8 Feb 2023" in await room.text(READER, "/subscriptions @wire")
    await room.ask(READER, "/unsubscribe all @wire")
    assert room.watched(CHANNEL) == []
    assert [row[1] for row in room.audit()] == ["subscribe", "unsubscribe"]


async def test_a_bot_admin_may_subscribe_a_channel_where_the_bot_may_write(room: Room) -> None:
    room.places.known = {"-1001234567": FoundPlace(CHANNEL, may_post=True, caller_admin=False)}
    assert not (await room.ask(ADMIN, "/subscribe -1001234567 mali")).error
    room.places.known = {"@wire": FoundPlace(CHANNEL, may_post=False, caller_admin=True)}
    assert "I may not write in @wire" in await room.text(ADMIN, "/subscribe @wire niger")
    assert room.watched(CHANNEL) == ["mali"]


async def test_a_member_cannot_name_a_channel_from_a_group(room: Room) -> None:
    room.places.known = {"@wire": FoundPlace(CHANNEL, may_post=True, caller_admin=True)}
    assert (await room.ask(MEMBER, "/subscribe @wire mali")).error
    assert room.watched(CHANNEL) == []


async def test_leaving(room: Room) -> None:
    assert (await room.text(READER, "/unsubscribe mali")).startswith("Not subscribed to anything")
    await room.ask(READER, "/subscribe all")
    reply = await room.ask(READER, "/unsubscribe")
    assert [button.command for button in reply.buttons] == [
        "/unsubscribe mali",
        "/unsubscribe niger",
        "/unsubscribe all",
    ]
    assert "Did you mean mali?" in await room.text(READER, "/unsubscribe malli")
    assert "keeps 1 watchlist" in await room.text(READER, "/unsubscribe mali")
    assert "no alerts any more" in await room.text(READER, "/unsubscribe all")
    assert room.watched(PRIVATE) == []


async def test_subscriptions_say_what_and_since_when(room: Room) -> None:
    assert "Pick watchlists with /subscribe" in await room.text(READER, "/subscriptions")
    await room.ask(READER, "/subscribe mali")
    text = await room.text(READER, "/subscriptions")
    assert text == "This chat is subscribed to 1 watchlist\nmali Mali, since 8 Feb 2023"
    room.do(lambda tx: tx.watchlists.remove("mali"))
    assert "mali removed, since" in await room.text(READER, "/subscriptions")
    await room.ask(READER, "/unsubscribe mali")
    assert room.watched(PRIVATE) == []


async def test_subscribing_wakes_a_suspended_chat(room: Room) -> None:
    await room.ask(CHAT_ADMIN, "/subscribe mali")
    await room.desk.chat_changed(GROUP, False, "kicked")
    assert "Suspended: kicked" in await room.text(CHAT_ADMIN, "/subscriptions")
    await room.ask(CHAT_ADMIN, "/subscribe niger")
    chat = room.do(lambda tx: tx.chats.find(GROUP))
    assert chat.state is ChatState.ACTIVE


async def test_without_watchlists_there_is_nothing_to_pick(room: Room) -> None:
    room.do(lambda tx: [tx.watchlists.remove(name) for name in ("mali", "niger")])
    assert "There are no watchlists yet" in await room.text(READER, "/subscribe")
    assert "There are no watchlists yet" in await room.text(READER, "/subscribe mali")
