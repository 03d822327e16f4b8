"""The sender against the fake Bot API server: every outcome, by its cause."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import telegram
from telegram.request import HTTPXRequest

from bot.platforms.telegram.outcome import NOT_TELEGRAM, REFUSED_KEY, SECOND_INSTANCE
from bot.platforms.telegram.send import TelegramSender
from bot.ports import Sender
from news.delivery import DeliveryKind, Gone, Moved, Refused, RetryAt, SendOutcome, Sent, Unknown
from tests.bot.platforms.telegram_samples import (
    GROUP,
    ONE_CONNECTION,
    PRIVATE,
    StillClock,
    alert,
    bot_for,
    delivery,
)
from tests.fakes.telegram import FakeTelegram

NOON = StillClock.NOON


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.add_chat(GROUP, title="Desk")
        fake.add_chat(PRIVATE)
        yield fake


@contextlib.asynccontextmanager
async def sending(server: FakeTelegram, **how: object) -> AsyncIterator[TelegramSender]:
    bot = bot_for(server, **how)  # type: ignore[arg-type]
    for request in bot._request:
        await request.initialize()
    try:
        yield TelegramSender(bot, StillClock())
    finally:
        for request in bot._request:
            await request.shutdown()


async def one(server: FakeTelegram, **how: object) -> SendOutcome:
    async with sending(server, **how) as sender:
        return await sender.send(delivery())


async def test_an_alert_arrives_formatted_and_without_preview(server: FakeTelegram) -> None:
    async with sending(server) as sender:
        port: Sender = sender
        outcome = await port.send(delivery())
    (message,) = server.sent
    assert outcome == Sent(str(message.message_id))
    assert message.text.startswith("Russia's minister arrives in Bamako\n")
    assert "Abdoulaye Diop & others." in message.text
    assert message.text.endswith("#7k2qd · russia-sahel")
    assert {"type": "bold", "offset": 0, "length": 35} in message.entities
    assert not message.preview


async def test_a_topic_gets_its_thread(server: FakeTelegram) -> None:
    server.world.chats[GROUP].topics[7] = True
    async with sending(server) as sender:
        await sender.send(delivery(thread="7"))
    assert server.sent[0].thread == 7


async def test_a_possible_repeat_says_so(server: FakeTelegram) -> None:
    async with sending(server) as sender:
        await sender.send(delivery(repeat=True))
    assert server.sent[0].text.startswith("Possible repeat of #7k2qd")


async def test_a_notice_is_plain_text(server: FakeTelegram) -> None:
    async with sending(server) as sender:
        notice = delivery(kind=DeliveryKind.NOTICE, alert=None, notice="Feed <jdm> is back, @all")
        assert isinstance(await sender.send(notice), Sent)
    (message,) = server.sent
    assert (message.text, message.parse_mode, message.mentions) == ("Feed <jdm> is back, ＠all", "", [])


@pytest.mark.parametrize(
    "state",
    ["not found", "blocked", "never started", "deactivated", "kicked", "left", "deleted", "group deactivated",
     "no rights", "no post right", "peer invalid"],
)  # fmt: skip
async def test_a_lost_chat_is_gone(server: FakeTelegram, state: str) -> None:
    server.world.chats[GROUP].state = state
    assert isinstance(await one(server), Gone)


@pytest.mark.parametrize(
    "said",
    ["Bad Request: CHAT_WRITE_FORBIDDEN", "Bad Request: have no rights to send a message",
     "Bad Request: group chat was upgraded to a supergroup chat", "Bad Request: user not found"],
)  # fmt: skip
async def test_other_words_for_a_lost_chat(server: FakeTelegram, said: str) -> None:
    server.fail("sendMessage", status=400, description=said)
    assert isinstance(await one(server), Gone)


async def test_a_chat_that_never_was_is_gone(server: FakeTelegram) -> None:
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery(-999)), Gone)
        assert isinstance(await sender.send(delivery("@not-an-id")), Gone)


async def test_a_closed_or_deleted_topic_is_gone(server: FakeTelegram) -> None:
    server.world.chats[GROUP].topics[7] = False
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery(thread="7")), Gone)
        assert isinstance(await sender.send(delivery(thread="8")), Gone)


async def test_a_migrated_group_has_moved(server: FakeTelegram) -> None:
    server.migrate(GROUP, -1009999999999)
    assert await one(server) == Moved("-1009999999999")


async def test_flood_control_is_obeyed_to_the_second(server: FakeTelegram) -> None:
    server.fail("sendMessage", retry_after=43_837)
    outcome = await one(server)
    assert isinstance(outcome, RetryAt)
    assert outcome.at == NOON + timedelta(seconds=43_837)
    assert not outcome.platform_wide
    assert server.sent == []


async def test_a_wrong_token_stops_the_platform_and_stays_secret(server: FakeTelegram) -> None:
    outcome = await one(server, token="7000001:BBwrong-canary-token-of-the-test")
    assert isinstance(outcome, RetryAt)
    assert outcome.platform_wide
    assert outcome.why == REFUSED_KEY


async def test_a_conflict_stops_the_platform(server: FakeTelegram) -> None:
    server.fail("sendMessage", status=409, description="Conflict: terminated by other getUpdates request")
    outcome = await one(server)
    assert isinstance(outcome, RetryAt)
    assert (outcome.why, outcome.platform_wide) == (SECOND_INSTANCE, True)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_proxys_refusal_is_not_telegrams(server: FakeTelegram, status: int) -> None:
    server.fail("sendMessage", status=status, html=True)
    outcome = await one(server)
    assert isinstance(outcome, RetryAt)
    assert outcome.platform_wide
    assert NOT_TELEGRAM in outcome.why


async def test_refused_markup_falls_back_to_plain_text_once(server: FakeTelegram) -> None:
    server.fail(
        "sendMessage", status=400, description="Bad Request: can't parse entities: Unsupported start tag"
    )
    assert isinstance(await one(server), Sent)
    (message,) = server.sent
    assert message.parse_mode == ""
    assert "Russia's minister" in message.text
    assert "https://journaldumali.example/lavrov?a=1&b=2" in message.text


async def test_a_refused_fallback_is_refused(server: FakeTelegram) -> None:
    server.fail("sendMessage", status=400, description="Bad Request: message is too long", times=5)
    assert isinstance(await one(server), Refused)
    assert [method for method, _ in server.calls].count("sendMessage") == 2


async def test_a_bad_request_of_another_kind_is_refused_at_once(server: FakeTelegram) -> None:
    server.fail("sendMessage", status=400, description="Bad Request: BUTTON_DATA_INVALID", times=5)
    assert isinstance(await one(server), Refused)
    assert [method for method, _ in server.calls].count("sendMessage") == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502},
        {"status": 502, "html": True},
        {"status": 504, "html": True},
        {"drop": True},
        {"hang": True},
    ],
)
@pytest.mark.parametrize("commit", [False, True])
async def test_what_may_have_arrived_is_unknown(
    server: FakeTelegram, fault: dict[str, object], commit: bool
) -> None:
    server.fail("sendMessage", commit=commit, **fault)
    assert isinstance(await one(server, read=0.3), Unknown)
    assert len(server.sent) == commit


async def test_an_unreadable_success_is_unknown(server: FakeTelegram) -> None:
    server.fail("sendMessage", status=200, html=True)
    assert isinstance(await one(server), Unknown)


async def test_no_connection_is_surely_unsent(server: FakeTelegram) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        outcome = await one(server, base=f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert isinstance(outcome, RetryAt)
    assert outcome.platform_wide
    assert outcome.at > NOON


async def test_a_busy_pool_is_surely_unsent(server: FakeTelegram) -> None:
    server.fail("sendMessage", hang=True)
    async with sending(server, **ONE_CONNECTION) as sender:
        hanging = asyncio.create_task(sender.send(delivery()))
        await server.until(lambda: server.calls)
        outcome = await sender.send(delivery(PRIVATE))
        hanging.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await hanging
    assert isinstance(outcome, RetryAt)
    assert not outcome.platform_wide


async def test_an_unreachable_proxy_is_surely_unsent(server: FakeTelegram) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    request = HTTPXRequest(proxy=address, httpx_kwargs={"trust_env": False})
    bot = telegram.Bot(server.token, "https://api.telegram.example/bot", request=request)
    async with proxy:
        outcome = await TelegramSender(bot, StillClock()).send(delivery())
        await request.shutdown()
    assert isinstance(outcome, RetryAt)


# ---- edits -----------------------------------------------------------------------------------


async def test_an_edit_brings_the_message_to_the_new_content(server: FakeTelegram) -> None:
    async with sending(server) as sender:
        sent = await sender.send(delivery())
        assert isinstance(sent, Sent)
        changed = delivery(alert=alert(headline="Changed", revision=2), message=sent.message)
        assert await sender.edit(changed) == sent
        assert server.edits[0].text.startswith("Changed\n")
        assert await sender.edit(changed) == sent  # "message is not modified"
    assert len(server.edits) == 1


async def test_a_vanished_message_is_refused(server: FakeTelegram) -> None:
    async with sending(server) as sender:
        assert isinstance(await sender.edit(delivery(message="77")), Refused)
        assert isinstance(await sender.edit(delivery(message="")), Refused)
        server.fail("editMessageText", status=400, description="Bad Request: message can't be edited")
        assert isinstance(await sender.edit(delivery(message="77")), Refused)


async def test_a_look_cannot_tell(server: FakeTelegram) -> None:
    async with sending(server) as sender:
        assert isinstance(await sender.look(delivery()), Unknown)


# ---- secrets ---------------------------------------------------------------------------------


async def test_the_token_is_in_no_outcome_and_no_log(
    server: FakeTelegram, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # as `bot.log` does
    secret = server.token.partition(":")[2]
    outcomes = []
    echo = f"Bad Request: no such thing as https://api/bot{server.token}/sendMessage"
    for fault in (
        {"status": 401, "description": echo}, {"status": 404, "description": echo},
        {"status": 400, "description": echo}, {"status": 403, "description": echo},
        {"status": 500, "description": echo}, {"status": 409, "description": echo}, {"drop": True},
        {"status": 502, "html": True},
    ):  # fmt: skip
        server.fail("sendMessage", **fault)
        outcomes.append(await one(server))
    outcomes.append(await one(server, base="http://127.0.0.1:1"))
    assert secret not in repr(outcomes)
    assert secret not in caplog.text
    assert secret not in "".join(capsys.readouterr())


async def test_an_error_below_the_library_is_unknown_and_never_raised() -> None:
    class Broken(HTTPXRequest):
        async def do_request(self, *_: object, **__: object) -> tuple[int, bytes]:
            raise httpx.ReadError("reset by peer")

    bot = telegram.Bot("1:canary", request=Broken())
    outcome = await TelegramSender(bot, StillClock()).send(replace(delivery(), attempts=3))
    assert isinstance(outcome, Unknown)
