"""/admin, /forget, and being let in and put out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from news.chat import Caller, ChatKind, ChatState, Place, Platform
from news.delivery import DeliveryKind, DeliveryState
from tests.bot.commands.room import ADMIN, CHAT_ADMIN, GROUP, OWNER, PRIVATE, READER, Room, pressed


async def test_the_owner_names_admins(room: Room) -> None:
    assert (await room.ask(ADMIN, "/admin grant 100")).error
    assert "telegram:100 may now use" in await room.text(OWNER, "/admin grant 100")
    assert "already" in await room.text(OWNER, "/admin grant telegram:100")
    assert not (await room.ask(READER, "/feeds list")).error
    text = await room.text(OWNER, "/admin")
    assert "telegram:1 owner" in text
    assert "telegram:100 admin" in text
    await room.ask(OWNER, "/admin revoke 100")
    assert (await room.ask(READER, "/feeds list")).error
    await room.ask(OWNER, "/admin grant discord:<@77>")
    assert room.do(lambda tx: tx.people.is_admin(Platform.DISCORD, "77"))
    assert "is an owner" in await room.text(OWNER, "/admin revoke telegram:1")


@pytest.mark.parametrize("who", ["", "@name", "console:1", "telegram:", "1 2", "١٢٣", "9" * 30])
async def test_admins_are_named_by_number_only(room: Room, who: str) -> None:
    reply = await room.ask(OWNER, f"/admin grant {who}")
    assert reply.error or who == "1 2"
    assert len(room.do(lambda tx: tx.people.admins())) == 1


async def test_forgetting_oneself_asks_first(room: Room) -> None:
    await room.ask(READER, "/subscribe mali")
    await room.ask(READER, "/test")
    reply = await room.ask(READER, "/forget")
    assert room.watched(PRIVATE) == ["mali"]
    text = await room.text(READER, pressed(reply, "Delete"))
    assert text.startswith("Deleted\n1 chat\n1 subscription\n1 delivery\n")
    assert room.do(lambda tx: tx.chats.find(PRIVATE)) is None
    assert room.do(lambda tx: tx.outbox.counts()).get(DeliveryState.PENDING, 0) == 0
    assert "Nothing was stored" in await room.text(READER, "/forget yes")


async def test_forgetting_takes_an_admins_name_from_the_log(room: Room) -> None:
    await room.ask(ADMIN, "/pause")
    text = await room.text(ADMIN, "/forget yes")
    assert "no longer an admin" in text
    assert not room.do(lambda tx: tx.people.is_admin(Platform.TELEGRAM, "2"))
    assert not [row for row in room.audit() if row[0] == "telegram:2"]


async def test_a_group_is_forgotten_with_its_topics(room: Room) -> None:
    topic = replace(CHAT_ADMIN, place=replace(GROUP, thread="7"))
    await room.ask(CHAT_ADMIN, "/subscribe mali")
    await room.ask(topic, "/subscribe niger")
    text = await room.text(CHAT_ADMIN, "/forget yes")
    assert "2 chats\n2 subscriptions" in text
    assert room.watched(topic.place) == []
    assert room.audit()[-1] == ("telegram:3", "forget", True)


async def notices(room: Room) -> list[tuple[str, str]]:
    claimed = room.do(lambda tx: tx.outbox.list(DeliveryState.PENDING, 50))
    return [(d.chat.place.address, d.notice) for d in claimed if d.kind is DeliveryKind.NOTICE]


async def test_put_out_and_let_in_again(room: Room) -> None:
    await room.ask(OWNER, "/start")
    topic = replace(CHAT_ADMIN, place=replace(GROUP, thread="7"))
    for caller in (CHAT_ADMIN, topic):
        await room.ask(caller, "/subscribe mali")
    await room.desk.chat_changed(GROUP, False, "kicked by an admin")
    states = {
        chat.state for chat in room.do(lambda tx: tx.chats.all()) if chat.place.address == GROUP.address
    }
    assert states == {ChatState.SUSPENDED}
    assert room.watched(GROUP) == ["mali"]
    expected = (
        "I was put out of the telegram chat Desk: kicked by an admin. 2 subscriptions kept. "
        "They go on when I am let in again."
    )
    assert await notices(room) == [("1", expected)]
    await room.desk.chat_changed(GROUP, False, "kicked by an admin")
    await room.desk.chat_changed(GROUP, True, "")
    states = {chat.state for chat in room.do(lambda tx: tx.chats.all())}
    assert states == {ChatState.ACTIVE}
    await room.desk.chat_changed(GROUP, False, "again")
    assert len(await notices(room)) == 1


async def test_an_unknown_chat_leaves_nothing_behind(room: Room) -> None:
    await room.desk.chat_changed(GROUP, True, "")
    await room.desk.chat_changed(GROUP, False, "kicked")
    assert room.do(lambda tx: tx.chats.all()) == ()


async def test_a_group_that_got_a_new_address_keeps_its_subscriptions(room: Room) -> None:
    await room.ask(CHAT_ADMIN, "/subscribe mali")
    await room.desk.chat_moved(GROUP, "-100200")
    assert room.watched(replace(GROUP, address="-100200")) == ["mali"]
    assert room.watched(GROUP) == []


async def test_an_owner_on_discord_is_found_by_the_channel_they_wrote_from(room: Room) -> None:
    owner = Caller(Platform.DISCORD, "9", "O", Place(Platform.DISCORD, "555", kind=ChatKind.PRIVATE))
    await room.ask(owner, "/help")
    await room.ask(CHAT_ADMIN, "/subscribe mali")
    await room.desk.chat_changed(GROUP, False, "kicked")
    assert [where for where, _ in await notices(room)] == ["555"]
    await room.ask(owner, "/forget yes")
    assert room.do(lambda tx: tx.settings.get("owner_chat:discord:9")) is None


async def test_an_owner_who_puts_the_bot_out_is_not_told_there(room: Room) -> None:
    await room.ask(OWNER, "/subscribe mali")
    await room.desk.chat_changed(OWNER.place, False, "blocked")
    assert await notices(room) == []
