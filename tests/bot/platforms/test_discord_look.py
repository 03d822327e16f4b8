"""The look in a channel before a repeat: there, surely not there, or not to be told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.discord.rights import ALL, READ_MESSAGE_HISTORY, VIEW_CHANNEL, reads_history, rights
from news.delivery import Absent, Delivery, Sent, Unknown
from tests.bot.alerts import an_alert
from tests.bot.platforms.discord_samples import delivery, notice, sending
from tests.fakes.discord import ALERTS, BOT, DM, GENERAL, THREAD, FakeDiscord, Limits
from tests.fakes.discord.world import HISTORY

POST = ("POST", "/messages$")


@pytest.fixture
async def server() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(limits=Limits(creates=1000, overall=1000)) as fake:
        fake.world.nonce_seconds = 0  # the window is over: only a look can tell
        yield fake


def ambiguous(made: Delivery, minutes: float = 5) -> Delivery:
    return replace(made, ambiguous_since=datetime.now(UTC) - timedelta(minutes=minutes))


async def test_a_message_that_arrived_is_found(server: FakeDiscord) -> None:
    server.fail(*POST, commit=True, drop=True)
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery()), Unknown)
        assert await sender.look(ambiguous(delivery())) == Sent(server.sent[0]["id"])


async def test_an_alert_that_went_out_plain_is_found(server: FakeDiscord) -> None:
    server.fail(*POST, status=400, body={"code": 50035, "message": "Invalid Form Body"})
    server.fail(*POST, commit=True, drop=True)
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery()), Unknown)
        assert await sender.look(ambiguous(delivery())) == Sent(server.sent[0]["id"])


async def test_a_message_that_did_not_arrive_is_absent(server: FakeDiscord) -> None:
    server.fail(*POST, drop=True)
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery()), Unknown)
        server.world.post(ALERTS, {"content": "something else"})
        assert await sender.look(ambiguous(delivery())) == Absent()


@pytest.mark.parametrize("channel", [ALERTS, THREAD, DM])
async def test_an_empty_channel_that_the_bot_may_read_is_absent(server: FakeDiscord, channel: str) -> None:
    async with sending(server) as sender:
        assert await sender.look(ambiguous(delivery(channel))) == Absent()


@pytest.mark.parametrize(("channel", "ruled"), [(ALERTS, ALERTS), (THREAD, GENERAL)])
async def test_without_the_history_right_nothing_can_be_told(
    server: FakeDiscord, channel: str, ruled: str
) -> None:
    async with sending(server) as sender:
        await sender.send(delivery(channel))
        server.world.deny(ruled, HISTORY)
        outcome = await sender.look(ambiguous(delivery(channel)))
    assert outcome == Unknown("the bot has no Read Message History right there")


async def test_another_alert_another_author_and_an_answer_are_not_it(server: FakeDiscord) -> None:
    footer = {"embeds": [{"title": "x", "footer": {"text": "#4k2wz · mali"}}]}
    server.world.post(ALERTS, footer, author="140000000000000001")
    server.world.post(ALERTS, footer, webhook_id=BOT)
    server.world.post(ALERTS, footer, interaction_metadata={"id": "1"})
    server.world.post(ALERTS, {"embeds": [{"title": "4k2wz", "footer": {"text": "#4k2wzz · mali"}}]})
    server.world.post(ALERTS, {"content": "see #4k2wz"})
    async with sending(server) as sender:
        assert await sender.look(ambiguous(delivery())) == Absent()


async def test_a_notice_is_known_by_its_words(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        await sender.send(notice("A feed fails: *jdm*"))
        assert isinstance(await sender.look(ambiguous(notice("A feed fails: *jdm*"))), Sent)
        assert await sender.look(ambiguous(notice("A feed fails: other"))) == Absent()


async def test_a_busy_channel_is_read_back_page_by_page(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        await sender.send(delivery())
        for number in range(250):
            server.world.post(ALERTS, {"content": f"talk {number}"})
        assert isinstance(await sender.look(ambiguous(delivery())), Sent)
        other = delivery(alert=replace(an_alert(), short="zzzzz"))
        assert await sender.look(ambiguous(other)) == Absent()


async def test_a_flood_that_cannot_be_read_to_its_end_is_unknown(server: FakeDiscord) -> None:
    for number in range(1_001):
        server.world.post(ALERTS, {"content": f"talk {number}"})
    async with sending(server) as sender:
        assert isinstance(await sender.look(ambiguous(delivery())), Unknown)


async def test_reading_stops_where_the_messages_are_older_than_the_try(server: FakeDiscord) -> None:
    server.world.shift = -86_400
    for number in range(150):
        server.world.post(ALERTS, {"content": f"yesterday {number}"})
    server.world.shift = 0
    for number in range(60):
        server.world.post(ALERTS, {"content": f"today {number}"})
    async with sending(server) as sender:
        assert await sender.look(ambiguous(delivery())) == Absent()
    assert len([request for request in server.requests if request[1].endswith("/messages")]) == 1


async def test_a_stepped_clock_hides_nothing(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        await sender.send(delivery())
        later = replace(delivery(), ambiguous_since=datetime.now(UTC) + timedelta(hours=5))
        assert isinstance(await sender.look(later), Sent)


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"drop": True}, {"status": 403}, {"status": 200, "body": ""}]
)
async def test_no_answer_is_unknown(server: FakeDiscord, fault: dict[str, object]) -> None:
    server.fail("GET", "/messages", times=2, **fault)  # reading is repeated once on an old connection
    async with sending(server) as sender:
        assert isinstance(await sender.look(ambiguous(delivery())), Unknown)
        server.fail("GET", "/channels/[0-9]+$", status=500)
        assert isinstance(await sender.look(ambiguous(delivery())), Unknown)


async def test_a_channel_that_is_gone_is_unknown(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        assert isinstance(await sender.look(ambiguous(delivery("999"))), Unknown)


def test_rights_in_the_documented_order() -> None:
    bits = VIEW_CHANNEL | READ_MESSAGE_HISTORY
    roles = [{"id": "1", "permissions": str(bits)}]
    roles += [{"id": "2", "permissions": "0"}, {"id": "3", "permissions": "8"}]
    guild = {"id": "1", "owner_id": "9", "roles": roles}
    member = {"roles": ["2"]}
    nothing: dict[str, str] = {"id": "1", "allow": "0", "deny": str(bits)}
    role = {"id": "2", "allow": str(bits), "deny": "0"}
    own = {"id": "7", "allow": "0", "deny": str(READ_MESSAGE_HISTORY)}
    assert reads_history(rights(guild, member, [], "7"))
    assert not reads_history(rights(guild, member, [nothing], "7"))
    assert reads_history(rights(guild, member, [nothing, role], "7"))
    assert not reads_history(rights(guild, member, [nothing, role, own], "7"))
    assert rights(guild, {"roles": ["3"]}, [nothing], "7") == ALL
    assert rights(guild, member, [nothing], "9") == ALL
    assert rights(guild, {}, [], "7") == bits
