"""The client against the fake Bot API server, with real long polling."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator

import pytest

from bot.platforms.telegram.answer import IN_PRIVATE
from bot.platforms.telegram.client import TelegramClient
from bot.platforms.telegram.inbox import LATE
from bot.platforms.telegram.outcome import REFUSED_KEY, SECOND_INSTANCE
from bot.ports import Page, Reply, Span
from news.chat import Caller, ChatKind, Place, Platform
from news.delivery import Sent
from tests.bot.platforms.telegram_desk import TableDesk, client_of, reply
from tests.bot.platforms.telegram_samples import GROUP, PRIVATE, QuickClock, delivery
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


# ---- commands --------------------------------------------------------------------------------


async def test_a_command_in_private_is_answered(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    server.user_says(PRIVATE, ANA, "/subscribe@sahelwatch_bot  jnim mali ")
    await server.until(lambda: server.sent)
    ((caller, name, argument),) = desk.asked
    assert (name, argument) == ("subscribe", "jnim mali")
    assert caller == Caller(
        Platform.TELEGRAM,
        "42",
        "Ana",
        Place(Platform.TELEGRAM, "42", "", ChatKind.PRIVATE, "Ana"),
        chat_admin=True,
    )
    assert server.sent[0].text == "subscribe: jnim mali"
    assert server.sent[0].chat == PRIVATE


async def test_commands_are_registered(server: FakeTelegram, client: TelegramClient) -> None:
    assert [command["command"] for command in server.world.commands] == [
        "start",
        "help",
        "subscribe",
        "feeds",
    ]
    assert client.state == "running as @sahelwatch_bot"


async def test_a_topic_is_a_place_of_its_own(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    server.user_says(GROUP, ANA, "/help@sahelwatch_bot", thread=7)
    await server.until(lambda: server.sent)
    assert desk.asked[0][0].place == Place(Platform.TELEGRAM, str(GROUP), "7", ChatKind.GROUP, "Desk")
    assert server.sent[0].thread == 7


async def test_admin_rank_is_asked_of_telegram_and_kept_a_minute(
    server: FakeTelegram, desk: TableDesk
) -> None:
    clock = QuickClock()
    async with client_of(server, desk, clock=clock):
        for user in (ANA, 43):
            server.user_says(GROUP, user, "/help")
        await server.until(lambda: len(server.sent) == 2)
        assert [caller.chat_admin for caller, _, _ in desk.asked] == [True, False]
        server.world.chats[GROUP].members[ANA] = "member"
        server.user_says(GROUP, ANA, "/help")
        await server.until(lambda: len(server.sent) == 3)
        assert desk.asked[-1][0].chat_admin
        clock.ahead += 61
        server.user_says(GROUP, ANA, "/help", at=time.time() + 61)
        await server.until(lambda: len(server.sent) == 4)
    assert not desk.asked[-1][0].chat_admin


async def test_unknown_rank_is_no_rank(server: FakeTelegram, desk: TableDesk, client: TelegramClient) -> None:
    server.fail("getChatMember", status=500)
    server.user_says(GROUP, ANA, "/help")
    await server.until(lambda: server.sent)
    assert not desk.asked[0][0].chat_admin


async def test_anonymous_admins_are_marked_and_have_no_rank(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    server.user_says(GROUP, ANA, "/help", anonymous=True)
    await server.until(lambda: server.sent)
    caller = desk.asked[0][0]
    assert caller.anonymous
    assert not caller.chat_admin


async def test_what_is_no_command_to_us_is_ignored(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    server.user_says(GROUP, ANA, "hello")
    server.user_says(GROUP, ANA, "/help@another_bot")
    server.user_says(GROUP, ANA, "/weather")
    server.user_says(GROUP, ANA, "/feeds list", forwarded=True)
    server.user_says(GROUP, ANA, "/help", via_bot={"id": 9, "is_bot": True, "first_name": "Inline"})
    server.user_says(PRIVATE, ANA, "hello")
    server.user_says(PRIVATE, ANA, "/weather")  # nobody else can be meant here
    await server.until(lambda: server.sent)
    assert [(name, caller.place.address) for caller, name, _ in desk.asked] == [("weather", "42")]


async def test_an_old_command_is_not_run_and_its_chat_told_once(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    server.user_says(GROUP, ANA, "/subscribe mali", at=time.time() - 3600)
    server.user_says(GROUP, ANA, "/subscribe mali", at=time.time() - 61)
    server.user_says(GROUP, ANA, "/help")
    await server.until(lambda: len(server.sent) == 2)
    assert [name for _, name, _ in desk.asked] == ["help"]
    assert server.sent[0].text == LATE


async def test_a_long_answer_is_split_and_its_buttons_come_last(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    lines = tuple((Span(f"{n} " + "word " * 20),) for n in range(60))
    desk.replies["feeds"] = Reply(Page(lines, "Feeds"), reply("", ("More", "/feeds list 2")).buttons)
    server.user_says(PRIVATE, ANA, "/feeds")
    await server.until(lambda: len(server.sent) == 2)
    assert [message.labels for message in server.sent] == [[], ["More"]]


async def test_a_private_answer_goes_to_the_private_chat(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    desk.replies["feeds"] = reply("secret", private=True)
    server.user_says(GROUP, ANA, "/feeds")
    await server.until(lambda: len(server.sent) == 2)
    assert [(m.chat, m.text) for m in server.sent] == [(PRIVATE, "secret"), (GROUP, IN_PRIVATE)]


async def test_a_private_answer_without_a_private_chat_stays_untold(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    desk.replies["feeds"] = reply("secret", private=True)
    server.user_says(GROUP, 43, "/feeds")
    await server.until(lambda: server.sent)
    assert [m.chat for m in server.sent] == [GROUP]
    assert "secret" not in server.sent[0].text
    assert "@sahelwatch_bot" in server.sent[0].text


async def test_a_slow_command_holds_only_its_own_chat(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    desk.replies["help"] = reply("done")
    desk.gate = asyncio.Event()
    server.user_says(GROUP, ANA, "/feeds add")
    server.user_says(GROUP, ANA, "/help")
    server.user_says(PRIVATE, ANA, "/start")
    await server.until(lambda: len(desk.asked) == 2)
    assert {name for _, name, _ in desk.asked} == {"feeds", "start"}
    desk.gate.set()
    await server.until(lambda: len(server.sent) == 3)
    assert [m.text for m in server.sent if m.chat == GROUP] == ["feeds: add", "done"]


async def test_an_answer_waits_out_a_short_flood_limit(server: FakeTelegram, desk: TableDesk) -> None:
    clock = QuickClock()
    async with client_of(server, desk, clock=clock):
        server.fail("sendMessage", retry_after=3)
        server.user_says(PRIVATE, ANA, "/help")
        await server.until(lambda: server.sent)
    assert 3.0 in clock.slept


# ---- chats -----------------------------------------------------------------------------------


async def test_being_put_out_and_let_in_is_told(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    server.add_chat(-100200, "channel", title="News")
    for chat, status in ((GROUP, "kicked"), (GROUP, "member"), (PRIVATE, "kicked"), (-100200, "no post"),
                         (-100200, "administrator"), (GROUP, "restricted")):  # fmt: skip
        server.bot_member(chat, status)
    await server.until(lambda: len(desk.changed) == 6)
    by_chat = {chat: [(present, why) for place, present, why in desk.changed if place.address == str(chat)]
               for chat in (GROUP, PRIVATE, -100200)}  # fmt: skip
    assert [present for present, _ in by_chat[GROUP]] == [False, True, False]
    assert by_chat[PRIVATE] == [(False, "the user blocked the bot")]
    assert [present for present, _ in by_chat[-100200]] == [False, True]


async def test_a_migration_is_told(server: FakeTelegram, desk: TableDesk, client: TelegramClient) -> None:
    server.add_chat(-55, "group", title="Small")
    server.migrate(-55, -10055)
    await server.until(lambda: len(desk.moved) == 2)
    assert {(old.address, new) for old, new in desk.moved} == {("-55", "-10055")}


# ---- life ------------------------------------------------------------------------------------


async def test_the_start_survives_a_dead_server_and_the_bot_comes_back(
    server: FakeTelegram, desk: TableDesk
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with client_of(server, desk, base=f"http://127.0.0.1:{taken.getsockname()[1]}") as client:
            await server.until(lambda: client.state.startswith("not connected"))
            assert not client.connected
            assert "Try again" in str(await client.find_place(desk_caller(), "@x"))


async def test_a_lost_connection_comes_back(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    await server.stop()
    await server.until(lambda: client.state.startswith("not connected"))
    await server.start()
    await server.until(lambda: client.connected)
    server.user_says(PRIVATE, ANA, "/help")
    await server.until(lambda: server.sent)


async def test_a_wrong_token_is_a_state_and_stays_secret(
    server: FakeTelegram,
    desk: TableDesk,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # as `bot.log` does
    token = "7000001:BBwrong-canary-token-of-the-test"
    clock = QuickClock()
    async with client_of(server, desk, token=token, clock=clock) as client:
        await server.until(lambda: REFUSED_KEY in client.state)
        assert "canary" not in client.state
        await server.until(lambda: len([c for c in server.calls if c[0] == "getMe"]) > 2)
    assert clock.slept[0] == 300
    told = "".join(capsys.readouterr()) + caplog.text
    assert "canary" not in told
    assert told.count(REFUSED_KEY) == 1  # logged at the change of state, not at each try


async def test_a_second_instance_is_a_state(server: FakeTelegram, desk: TableDesk) -> None:
    clock = QuickClock()
    async with client_of(server, desk, clock=clock) as client:
        await server.until(lambda: client.connected)
        server.fail(
            "getUpdates", status=409, description="Conflict: terminated by other getUpdates request", times=3
        )
        server.user_says(PRIVATE, ANA, "/help")  # ends the poll that is under way
        await server.until(lambda: SECOND_INSTANCE in client.state)
        await server.until(lambda: client.connected)
    assert clock.slept.count(60) >= 1


async def test_two_clients_of_one_token_do_not_both_run(server: FakeTelegram, desk: TableDesk) -> None:
    class Patient(QuickClock):
        async def sleep(self, seconds: float) -> None:
            self.slept.append(seconds)
            await asyncio.sleep(3600)

    async with client_of(server, desk, clock=Patient()) as first:
        await server.until(lambda: first.connected)
        async with client_of(server, TableDesk(), clock=Patient()) as second:
            await server.until(lambda: second.connected and not first.connected)
            assert first.state == f"stopped: {SECOND_INSTANCE}"


async def test_an_update_the_library_cannot_read_is_passed_over(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient
) -> None:
    server.world.update(message={"message_id": "what"})
    server.world.update(my_chat_member={"chat": {}})
    server.user_says(PRIVATE, ANA, "/help")
    await server.until(lambda: server.sent)
    await server.until(lambda: not server.world.updates)


async def test_a_fault_in_the_desk_is_loud_and_harms_no_other_update(
    server: FakeTelegram, desk: TableDesk, client: TelegramClient, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.answer_fails = True
    server.user_says(GROUP, ANA, "/help")
    server.user_says(PRIVATE, ANA, "/start")
    await server.until(lambda: len(desk.asked) == 2)
    desk.answer_fails = False
    server.user_says(PRIVATE, ANA, "/start")
    await server.until(lambda: server.sent)
    assert "telegram.update_failed" in capsys.readouterr().out


async def test_what_was_handled_is_confirmed_at_the_stop(server: FakeTelegram, desk: TableDesk) -> None:
    async with client_of(server, desk) as client:
        await server.until(lambda: client.connected)
        server.user_says(PRIVATE, ANA, "/help")
        await server.until(lambda: server.sent)
    assert server.world.updates == []
    assert client.state == "stopped"


async def test_the_sender_works_beside_the_client(server: FakeTelegram, client: TelegramClient) -> None:
    assert isinstance(await client.sender.send(delivery()), Sent)


def desk_caller() -> Caller:
    return Caller(Platform.TELEGRAM, str(ANA), "Ana", Place(Platform.TELEGRAM, str(ANA)))
