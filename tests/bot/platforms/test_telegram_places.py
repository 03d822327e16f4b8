"""Looking up a chat that someone names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.platforms.telegram.client import TelegramClient
from bot.platforms.telegram.places import INVITE, NOT_SHOWN, target_of
from bot.ports import FoundPlace, PlaceFinder
from news.chat import Caller, ChatKind, Place, Platform
from tests.bot.platforms.telegram_desk import TableDesk
from tests.bot.platforms.telegram_samples import QuickClock
from tests.fakes.telegram import BOT, FakeTelegram

ANA = Caller(Platform.TELEGRAM, "42", "Ana", Place(Platform.TELEGRAM, "42"), chat_admin=True)
CHANNEL = -1002000000001
FORUM = -1002000000002


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.world.users |= {42: "Ana", 43: "Ben"}
        fake.add_chat(CHANNEL, "channel", title="Sahel", username="sahel_news", members={42: "creator"})
        fake.add_chat(FORUM, title="Desk", is_forum=True, topics={7: True}, members={42: "administrator"})
        fake.add_chat(43, title="Ben")
        yield fake


@pytest.fixture
async def finder(server: FakeTelegram) -> AsyncIterator[PlaceFinder]:
    client = TelegramClient(server.token, server.base, TableDesk(), QuickClock())
    await client.start()
    await server.until(lambda: client.connected)
    yield client
    await client.stop()


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("@sahel_news", ("@sahel_news", None)),
        ("sahel_news", ("@sahel_news", None)),
        ("＠sahel_news", ("@sahel_news", None)),
        ("https://t.me/sahel_news", ("@sahel_news", None)),
        ("t.me/sahel_news/15?single", ("@sahel_news", 15)),
        ("t.me/sahel_news/15/99", ("@sahel_news", 15)),
        ("https://t.me/c/2000000002/7/31", (FORUM, 7)),
        ("-1002000000001", (CHANNEL, None)),
        ("https://t.me/+AbCdEf", INVITE),
        ("t.me/joinchat/AbCdEf", INVITE),
    ],
)
def test_the_forms_of_a_name(name: str, target: object) -> None:
    assert target_of(name) == target


@pytest.mark.parametrize(
    "name", ["", "@", "a b", "@; DROP TABLE chats", "9" * 40, "\x00", "https://evil.example/x"]
)
def test_what_is_no_name(name: str) -> None:
    assert isinstance(target_of(name), str)


async def test_a_channel_by_name(server: FakeTelegram, finder: PlaceFinder) -> None:
    place = Place(Platform.TELEGRAM, str(CHANNEL), "", ChatKind.CHANNEL, "Sahel")
    assert await finder.find_place(ANA, "@sahel_news") == FoundPlace(place, may_post=True, caller_admin=True)


async def test_a_topic_by_address(server: FakeTelegram, finder: PlaceFinder) -> None:
    place = Place(Platform.TELEGRAM, str(FORUM), "7", ChatKind.GROUP, "Desk")
    assert await finder.find_place(ANA, "https://t.me/c/2000000002/7") == FoundPlace(place, True, True)


async def test_a_message_address_in_a_channel_names_the_channel(
    server: FakeTelegram, finder: PlaceFinder
) -> None:
    found = await finder.find_place(ANA, "t.me/sahel_news/15")
    assert isinstance(found, FoundPlace)
    assert found.place.thread == ""


@pytest.mark.parametrize(
    ("chat", "status", "may"),
    [
        (CHANNEL, "no post", False),
        (FORUM, "restricted", False),
        (FORUM, "member", True),
        (FORUM, "creator", True),
    ],
)
async def test_what_the_bot_may(
    server: FakeTelegram, finder: PlaceFinder, chat: int, status: str, may: bool
) -> None:
    if status == "no post":  # still an admin, so the fake lets it see the members
        server.fail("getChatMember", times=0)
    server.world.chats[chat].members[BOT] = status
    found = await finder.find_place(ANA, str(chat))
    assert (
        found == NOT_SHOWN if status == "no post" else isinstance(found, FoundPlace) and found.may_post is may
    )


async def test_a_stranger_is_no_admin_of_a_public_chat(server: FakeTelegram, finder: PlaceFinder) -> None:
    found = await finder.find_place(replace(ANA, user="43"), "@sahel_news")
    assert isinstance(found, FoundPlace)
    assert not found.caller_admin


async def test_a_stranger_learns_nothing_of_a_private_chat(server: FakeTelegram, finder: PlaceFinder) -> None:
    said = await finder.find_place(replace(ANA, user="43"), str(FORUM))
    none = await finder.find_place(replace(ANA, user="43"), "-1002000009999")
    assert str(said).replace(str(FORUM), "") == str(none).replace("-1002000009999", "")
    assert "Desk" not in str(said)
    assert isinstance(await finder.find_place(replace(ANA, user="4711"), str(FORUM)), str)


async def test_why_there_is_none_in_words(server: FakeTelegram, finder: PlaceFinder) -> None:
    server.world.chats[CHANNEL].members[BOT] = "left"
    assert "add me" in str(await finder.find_place(ANA, "@sahel_news"))
    assert "I know no chat" in str(await finder.find_place(ANA, "@nobody_here"))
    assert "person" in str(await finder.find_place(ANA, "43"))
    assert "anonymous" in str(await finder.find_place(replace(ANA, anonymous=True), "@sahel_news"))
    server.fail("getChat", status=502, html=True)
    assert "Try again" in str(await finder.find_place(ANA, "@sahel_news"))
