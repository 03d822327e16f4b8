"""Channels that people name: found where both they and the bot may see them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.platforms.discord import places
from bot.platforms.discord.client import DiscordClient
from bot.ports import FoundPlace, PlaceFinder
from news.chat import Caller, ChatKind, Place, Platform
from tests.bot.platforms.discord_samples import Desk, client_of, connected
from tests.fakes.discord import (
    ADMIN,
    ALERTS,
    DM,
    GENERAL,
    HIDDEN,
    NEWS,
    READER,
    STRANGER,
    THREAD,
    FakeDiscord,
)
from tests.fakes.discord.world import SEND, a_channel


@pytest.fixture
async def server() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        forum = a_channel("120000000000000006", "questions", 15, available_tags=[], flags=0)
        twin = a_channel("120000000000000007", "twin")
        heading = a_channel("120000000000000009", "general", 4)
        made = [forum, twin, {**twin, "id": "120000000000000008"}, heading]
        fake.world.channels.update({channel["id"]: channel for channel in made})
        yield fake


@pytest.fixture
async def client(server: FakeDiscord) -> AsyncIterator[DiscordClient]:
    async with connected(server, Desk()) as made:
        yield made


def asker(user: str, channel: str = DM) -> Caller:
    return Caller(Platform.DISCORD, user, "Someone", Place(Platform.DISCORD, channel))


@pytest.mark.parametrize("name", ["#general", "GENERAL", f"<#{GENERAL}>", GENERAL, " #general "])
@pytest.mark.parametrize("here", [DM, ALERTS])
async def test_a_channel_is_found_by_name_link_or_id(client: DiscordClient, name: str, here: str) -> None:
    finder: PlaceFinder = client
    found = await finder.find_place(asker(ADMIN, here), name)
    place = Place(Platform.DISCORD, GENERAL, kind=ChatKind.GROUP, title="#general")
    assert found == FoundPlace(place, may_post=True, caller_admin=True)


async def test_a_reader_is_no_admin_there(client: DiscordClient) -> None:
    found = await client.find_place(asker(READER), "#news")
    place = Place(Platform.DISCORD, NEWS, kind=ChatKind.CHANNEL, title="#news")
    assert found == FoundPlace(place, may_post=True, caller_admin=False)


async def test_a_thread_is_a_place(client: DiscordClient) -> None:
    found = await client.find_place(asker(ADMIN), f"<#{THREAD}>")
    assert isinstance(found, FoundPlace)
    assert (found.place.address, found.may_post) == (THREAD, True)


async def test_a_channel_the_bot_may_not_write_in(server: FakeDiscord) -> None:
    server.world.deny(ALERTS, SEND)
    async with connected(server, Desk()) as client:
        found = await client.find_place(asker(ADMIN), "#alerts")
    assert isinstance(found, FoundPlace)
    assert not found.may_post


@pytest.mark.parametrize(
    ("user", "name"), [(ADMIN, "#staff"), (ADMIN, HIDDEN), (STRANGER, "#general"), (STRANGER, GENERAL),
                       (ADMIN, "#nowhere"), (ADMIN, "999999999999999999"), (ADMIN, "")]
)  # fmt: skip
async def test_what_the_caller_cannot_see_is_not_found(client: DiscordClient, user: str, name: str) -> None:
    assert await client.find_place(asker(user), name) == places.NOT_FOUND


async def test_two_of_one_name_and_a_forum_are_explained(client: DiscordClient) -> None:
    assert await client.find_place(asker(ADMIN), "#twin") == places.SEVERAL
    assert await client.find_place(asker(ADMIN), "#questions") == places.FORUM


async def test_when_discord_does_not_answer(server: FakeDiscord, client: DiscordClient) -> None:
    server.fail("GET", "/members/", times=3, status=503)
    assert await client.find_place(asker(ADMIN), "#general") == places.NO_ANSWER
    assert await client_of(server, Desk()).find_place(asker(ADMIN), "#general") == places.NO_ANSWER
