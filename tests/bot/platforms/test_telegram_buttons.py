"""Buttons under messages: who presses is who asks, and nothing in a press is trusted."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from bot.platforms.telegram.answer import IN_PRIVATE
from bot.platforms.telegram.client import TelegramClient
from bot.platforms.telegram.inbox import NO_BUTTON, OLD_BUTTON
from tests.bot.platforms.telegram_desk import TableDesk, client_of, reply
from tests.bot.platforms.telegram_samples import GROUP, PRIVATE, QuickClock
from tests.fakes.telegram import FakeTelegram

ANA = 42  # her private chat has her own number


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.world.users[ANA] = "Ana"
        fake.add_chat(GROUP, title="Desk", members={ANA: "administrator", 43: "member"})
        fake.add_chat(PRIVATE, title="Ana")
        yield fake


@pytest.fixture
def desk() -> TableDesk:
    return TableDesk()


@pytest.fixture
async def client(server: FakeTelegram, desk: TableDesk) -> AsyncIterator[TelegramClient]:
    async with client_of(server, desk) as running:
        await server.until(lambda: running.connected)
        yield running


async def shown_buttons(server: FakeTelegram, desk: TableDesk, chat: int = GROUP) -> None:
    buttons = (("JNIM", "/subscribe jnim"), ("Mali", "/subscribe mali"), ("x", "/subscribe " + "x" * 60))
    desk.replies["start"] = reply("Pick one", *buttons)
    server.user_says(chat, ANA, "/start")
    await server.until(lambda: server.sent)


async def test_a_press_runs_as_the_presser_and_edits_in_place(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    await shown_buttons(server, desk)
    assert server.sent[0].labels == ["JNIM", "Mali"]  # the third does not fit 64 bytes
    query = server.user_presses(server.sent[0], 43, label="Mali")
    await server.until(lambda: server.edits)
    caller, name, argument = desk.asked[-1]
    assert (caller.user, caller.chat_admin, name, argument) == ("43", False, "subscribe", "mali")
    assert server.edits[0].text == "subscribe: mali"
    assert server.edits[0].message_id == server.sent[0].message_id
    assert [answer["callback_query_id"] for answer in server.answers] == [query]


async def test_a_refused_press_is_told_to_the_presser_alone(server: FakeTelegram, desk: TableDesk) -> None:
    clock = QuickClock()
    async with client_of(server, desk, clock=clock):
        await shown_buttons(server, desk)
        clock.ahead += 11  # past the time in which presses may come from a backlog
        desk.replies["subscribe"] = reply("Only admins of this group may do that.", error=True)
        server.user_presses(server.sent[0], 43)
        await server.until(lambda: server.answers)
    assert server.answers[0]["text"] == "Only admins of this group may do that."
    assert server.answers[0]["show_alert"] is True
    assert (len(server.sent), server.edits) == (1, [])


@pytest.mark.parametrize(
    "data", ["drop table", "/nothing here", "/", "", "jnim", "/help@another_bot", "🚨" * 16]
)
async def test_forged_data_does_nothing(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient, data: str
) -> None:
    await shown_buttons(server, desk)
    server.user_presses(server.sent[0], 43, data=data)
    await server.until(lambda: server.answers)
    assert server.answers[0]["text"] == NO_BUTTON
    assert len(desk.asked) == 1


async def test_a_press_that_waited_for_hours_is_not_run(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    await shown_buttons(server, desk)
    server.user_presses(server.sent[0], ANA, at=time.time() - 7200)
    server.user_says(GROUP, ANA, "/help")
    await server.until(lambda: len(server.sent) == 2)
    assert [name for _, name, _ in desk.asked] == ["start", "help"]


async def test_a_button_of_a_message_too_old_to_see(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    await shown_buttons(server, desk)
    gone = {"message_id": 1, "date": 0, "chat": server.world.chats[GROUP].json()}
    server.world.queries["9"] = time.time()
    content = {
        "id": "9",
        "from": server.world.user(ANA),
        "message": gone,
        "data": "/start",
        "chat_instance": "1",
    }
    server.world.update(callback_query=content)
    await server.until(lambda: server.answers)
    assert server.answers[0]["text"] == OLD_BUTTON


async def test_a_message_that_cannot_be_edited_gets_a_new_one(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    await shown_buttons(server, desk)
    server.fail("editMessageText", status=400, description="Bad Request: message can't be edited")
    server.user_presses(server.sent[0], ANA)
    await server.until(lambda: len(server.sent) == 2)
    assert server.sent[1].text == "subscribe: jnim"


async def test_a_refused_press_from_the_backlog_is_told_in_the_chat(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    await shown_buttons(server, desk)
    desk.replies["subscribe"] = reply("Only admins of this group may do that.", error=True)
    server.user_presses(server.sent[0], 43)
    await server.until(lambda: len(server.sent) == 2)
    assert server.sent[1].text == "Only admins of this group may do that."
    assert "text" not in server.answers[0]


async def test_a_private_answer_to_a_press_leaves_the_group_alone(
    server: FakeTelegram, desk: TableDesk
) -> None:
    clock = QuickClock()
    async with client_of(server, desk, clock=clock):
        await shown_buttons(server, desk)
        desk.replies["subscribe"] = reply("secret", private=True)
        server.user_presses(server.sent[0], ANA)
        await server.until(lambda: len(server.sent) == 3)
        assert [(m.chat, m.text) for m in server.sent[1:]] == [(PRIVATE, "secret"), (GROUP, IN_PRIVATE)]
        clock.ahead += 11
        server.user_presses(server.sent[0], ANA)
        await server.until(lambda: len(server.answers) == 2)
    assert server.answers[1]["text"] == "secret"
    assert server.edits == []


async def test_a_long_refusal_is_cut_for_the_presser(server: FakeTelegram, desk: TableDesk) -> None:
    clock = QuickClock()
    async with client_of(server, desk, clock=clock):
        await shown_buttons(server, desk)
        clock.ahead += 11
        desk.replies["subscribe"] = reply("No. " * 100, error=True)
        server.user_presses(server.sent[0], 43)
        await server.until(lambda: server.answers)
    assert server.answers[0]["text"].endswith("No.…")
    assert len(server.answers[0]["text"]) <= 200


async def test_a_long_private_answer_to_a_press_goes_to_the_private_chat(
    server: FakeTelegram, desk: TableDesk
) -> None:
    clock = QuickClock()
    async with client_of(server, desk, clock=clock):
        await shown_buttons(server, desk)
        clock.ahead += 11
        desk.replies["subscribe"] = reply("secret " * 50, private=True)
        server.user_presses(server.sent[0], ANA)
        await server.until(lambda: len(server.sent) == 3)
    assert [m.chat for m in server.sent[1:]] == [PRIVATE, GROUP]
