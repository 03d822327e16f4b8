"""The Discord sender over real HTTP: what goes out, and what each answer means."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.platforms.discord import rest
from bot.ports import Sender
from news.chat import Platform
from news.delivery import Gone, Refused, RetryAt, Sent, Unknown
from tests.bot.alerts import an_alert
from tests.bot.platforms.discord_samples import QuickClock, RealClock, StillClock, delivery, notice, sending
from tests.fakes.discord import ALERTS, HIDDEN, THREAD, FakeDiscord, Limits
from tests.fakes.discord.world import EMBED, SEND

POST = ("POST", "/messages$")
PATCH = ("PATCH", "/messages/")
NOON = StillClock.NOON


@pytest.fixture
async def server() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        yield fake


async def test_an_alert_arrives_as_an_embed_that_pings_nobody(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        checked: Sender = sender
        outcome = await checked.send(delivery())
    assert sender.platform is Platform.DISCORD
    assert outcome == Sent(server.sent[0]["id"])
    embed = server.sent[0]["embeds"][0]
    assert embed["title"] == "Russian minister lands in Bamako"
    assert embed["url"] == "https://courier.example/1"
    assert "4k2wz" in embed["footer"]["text"]
    body = server.bodies[0][2]
    assert body["allowed_mentions"]["parse"] == []
    assert (body["nonce"], body["enforce_nonce"]) == ("abc123-5", True)


async def test_a_notice_arrives_as_plain_text_without_previews(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        outcome = await sender.send(notice("A feed fails.\n@everyone see https://a.example"))
    assert isinstance(outcome, Sent)
    assert server.sent[0]["content"] == "A feed fails.\n＠everyone see https\\://a.example"
    assert server.sent[0]["flags"] == 4


async def test_a_thread_takes_alerts_too(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery(THREAD)), Sent)


async def test_a_repeat_gives_the_first_message_back(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        first = await sender.send(delivery())
        assert await sender.send(delivery()) == first
    assert len(server.sent) == 1


async def test_a_first_copy_that_was_deleted_counts_as_sent(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        first = await sender.send(delivery())
        assert isinstance(first, Sent)
        server.delete(first.message)
        assert await sender.send(delivery()) == Sent("")


@pytest.mark.parametrize(
    "fault",
    [
        {"commit": True, "drop": True},
        {"commit": True, "status": 502},
        {"commit": True, "status": 504, "body": "<html>"},
        {"drop": True},
        {"status": 500},
        {"commit": True, "status": 200, "body": "<html>not json"},
    ],
)
async def test_a_lost_answer_is_unknown_and_a_repeat_never_doubles(
    server: FakeDiscord, fault: dict[str, Any]
) -> None:
    server.fail(*POST, **fault)
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery()), Unknown)
        again = await sender.send(delivery())
    assert again == Sent(server.sent[0]["id"])
    assert len(server.sent) == 1


async def test_an_answer_that_never_comes_is_unknown(
    server: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "TOTAL_SECONDS", 0.3)
    server.fail(*POST, commit=True, hang=True)
    async with sending(server) as sender:
        assert await sender.send(delivery()) == Unknown("no answer from Discord in time")
    assert len(server.sent) == 1


async def test_no_connection_is_surely_not_sent_and_waits_longer_each_time(server: FakeDiscord) -> None:
    async with sending(server, clock=StillClock(), api_base="http://127.0.0.1:1/api/v10") as sender:
        waits = [await sender.send(delivery()) for _ in range(9)]
    assert all(isinstance(w, RetryAt) and w.platform_wide for w in waits)
    seconds = [(w.at - NOON).total_seconds() for w in waits if isinstance(w, RetryAt)]
    assert seconds == [5, 10, 20, 40, 80, 160, 300, 300, 300]


async def test_a_dead_proxy_is_surely_not_sent(server: FakeDiscord) -> None:
    async with sending(server, proxy="http://desk:canary-proxy@127.0.0.1:1") as sender:
        outcome = await sender.send(delivery())
    assert isinstance(outcome, RetryAt)
    assert "canary" not in outcome.why


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (403, 50001, "cannot see"),
        (403, 50013, "may not write"),
        (404, 10003, "channel is gone"),
        (403, 50007, "takes no messages"),
        (400, 50083, "archived"),
        (403, 99999, "lost its rights"),
    ],
)
async def test_what_is_permanent_for_the_chat(server: FakeDiscord, status: int, code: int, why: str) -> None:
    server.fail(*POST, status=status, body={"code": code, "message": "no"}, times=2)
    async with sending(server) as sender:
        outcome = await sender.send(delivery())
    assert isinstance(outcome, Gone)
    assert why in outcome.why


async def test_the_servers_own_refusals_are_gone(server: FakeDiscord) -> None:
    server.world.deny(ALERTS, SEND)
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery()), Gone)
        server.world.deny(ALERTS, EMBED)
        assert isinstance(await sender.send(delivery()), Gone)
        assert isinstance(await sender.send(delivery(HIDDEN)), Gone)
        assert isinstance(await sender.send(delivery("999")), Gone)
    assert server.sent == []


async def test_a_refused_embed_goes_out_once_as_plain_text(server: FakeDiscord) -> None:
    server.fail(*POST, status=400, body={"code": 50035, "message": "Invalid Form Body"})
    async with sending(server) as sender:
        outcome = await sender.send(delivery())
    assert outcome == Sent(server.sent[0]["id"])
    content = server.sent[0]["content"]
    assert content.splitlines()[0] == "Russian minister lands in Bamako"
    assert "<https://courier.example/1>" in content
    assert "4k2wz" in content.splitlines()[-1]
    assert server.sent[0]["embeds"] == []


async def test_a_message_refused_twice_is_refused(server: FakeDiscord) -> None:
    server.fail(*POST, status=400, body={"code": 50035, "message": "Invalid Form Body"}, times=2)
    async with sending(server) as sender:
        assert await sender.send(delivery()) == Refused("400 Invalid Form Body")
    assert server.sent == []


@pytest.mark.parametrize("seconds", [1, 31.5, 43_837])
async def test_a_rate_limit_is_obeyed_to_the_second(server: FakeDiscord, seconds: float) -> None:
    body = {"message": "slow down", "retry_after": seconds, "global": False}
    server.fail(*POST, status=429, body=body, headers={"Via": "1.1 google"})
    async with sending(server, clock=StillClock()) as sender:
        outcome = await sender.send(delivery())
    assert outcome == RetryAt(NOON + timedelta(seconds=seconds), "rate limit", platform_wide=False)


async def test_a_global_limit_stops_everything_until_then(server: FakeDiscord) -> None:
    body = {"message": "slow down", "retry_after": 8.0, "global": True}
    server.fail(*POST, status=429, body=body, headers={"Via": "1.1 google"})
    clock = QuickClock()
    async with sending(server, clock=clock) as sender:
        first = await sender.send(delivery())
        second = await sender.send(delivery(THREAD, 6))
        clock.ahead += 8.1
        third = await sender.send(delivery(THREAD, 6))
    assert isinstance(first, RetryAt)
    assert isinstance(second, RetryAt)
    assert first.platform_wide
    assert second.platform_wide
    assert isinstance(third, Sent)
    assert len([r for r in server.requests if r[0] == "POST"]) == 2


async def test_a_ban_waits_ten_minutes_for_everything(server: FakeDiscord) -> None:
    server.fail(*POST, status=429, body="<html>You are banned", times=1)
    async with sending(server, clock=StillClock()) as sender:
        outcome = await sender.send(delivery())
        assert isinstance(await sender.send(delivery(THREAD, 6)), RetryAt)
    assert isinstance(outcome, RetryAt)
    assert outcome.platform_wide
    assert outcome.at - NOON == timedelta(minutes=10)
    assert len(server.requests) == 1


async def test_a_rejected_token_waits_and_shows_no_token(
    server: FakeDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with sending(server, token="canary-wrong-token") as sender:
        outcome = await sender.send(delivery())
    assert isinstance(outcome, RetryAt)
    assert outcome.platform_wide
    assert outcome.why == "Discord rejected the token"
    assert "canary" not in caplog.text


async def test_a_token_that_no_header_can_hold_is_an_outcome_too(server: FakeDiscord) -> None:
    async with sending(server, token="canary\r\nX: y") as sender:
        outcome = await sender.send(delivery())
    assert isinstance(outcome, RetryAt)
    assert "canary" not in outcome.why


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404, "body": "<html>proxy"},
        {"status": 404, "body": {"message": "404: Not Found", "code": 0}},
        {"status": 403, "body": "<html>blocked"},
        {"status": 403, "body": {"message": "internal network error", "code": 40333}},
        {"status": 302, "body": "moved"},
    ],
)
async def test_an_answer_that_is_not_about_the_message_keeps_it(
    server: FakeDiscord, fault: dict[str, Any]
) -> None:
    server.fail(*POST, **fault)
    async with sending(server) as sender:
        outcome = await sender.send(delivery())
        assert isinstance(outcome, RetryAt)
        assert outcome.platform_wide


async def test_many_sends_break_no_limit() -> None:
    limits = Limits(creates=3, seconds=0.4)
    async with FakeDiscord(limits=limits) as server, sending(server, clock=RealClock()) as sender:
        outcomes = [await sender.send(delivery(number=n)) for n in range(8)]
        assert all(isinstance(outcome, Sent) for outcome in outcomes)
        assert server.limits.refused == 0


async def test_a_long_bucket_goes_back_to_the_queue() -> None:
    async with FakeDiscord(limits=Limits(creates=1, seconds=60)) as server, sending(server) as sender:
        assert isinstance(await sender.send(delivery()), Sent)
        held = await sender.send(delivery(number=6))
        assert isinstance(held, RetryAt)
        assert not held.platform_wide
        assert len(server.requests) == 1


async def test_refused_requests_stop_before_discord_bans_the_address(
    server: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "MOST_INVALID", 3)
    server.world.deny(ALERTS, SEND)
    async with sending(server) as sender:
        for _ in range(3):
            assert isinstance(await sender.send(delivery()), Gone)
        outcome = await sender.send(delivery(THREAD, 6))
    assert isinstance(outcome, RetryAt)
    assert outcome.platform_wide
    assert len(server.requests) == 3


async def test_an_edit_changes_the_message_in_place(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        sent = await sender.send(delivery())
        assert isinstance(sent, Sent)
        changed = replace(an_alert(), headline="Minister leaves again", revision=2)
        outcome = await sender.edit(delivery(message=sent.message, alert=changed))
    assert outcome == sent
    assert server.world.messages[sent.message]["embeds"][0]["title"] == "Minister leaves again"
    assert len(server.sent) == 1


async def test_an_edit_of_a_plain_message_brings_the_embed(server: FakeDiscord) -> None:
    server.fail(*POST, status=400, body={"code": 50035, "message": "Invalid Form Body"})
    async with sending(server) as sender:
        sent = await sender.send(delivery())
        assert isinstance(sent, Sent)
        await sender.edit(delivery(message=sent.message))
    message = server.world.messages[sent.message]
    assert message["content"] == ""
    assert len(message["embeds"]) == 1
    assert message["flags"] == 0


async def test_an_edit_that_discord_refuses_goes_plain_once(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        sent = await sender.send(delivery())
        assert isinstance(sent, Sent)
        server.fail(*PATCH, status=400, body={"code": 50035, "message": "Invalid Form Body"})
        assert await sender.edit(delivery(message=sent.message)) == sent
    assert server.world.messages[sent.message]["embeds"] == []


async def test_an_edit_of_a_message_that_is_gone_is_refused(server: FakeDiscord) -> None:
    async with sending(server) as sender:
        sent = await sender.send(delivery())
        assert isinstance(sent, Sent)
        server.delete(sent.message)
        assert isinstance(await sender.edit(delivery(message=sent.message)), Refused)
        assert isinstance(await sender.edit(delivery(message="")), Refused)
        assert isinstance(await sender.edit(delivery("999", message="1")), Gone)


async def test_an_edit_limit_of_old_messages_is_a_retry(server: FakeDiscord) -> None:
    body = {"code": 30046, "message": "Maximum number of edits", "retry_after": 12.0, "global": False}
    server.fail(*PATCH, status=429, body=body, headers={"Via": "1.1 google"})
    async with sending(server, clock=StillClock()) as sender:
        outcome = await sender.edit(delivery(message="1"))
    assert outcome == RetryAt(NOON + timedelta(seconds=12), "rate limit")


async def test_no_token_in_any_log(server: FakeDiscord, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.fail(*POST, drop=True)
    async with sending(server) as sender:
        for _ in range(2):
            await sender.send(delivery())
        await sender.look(delivery())
    assert server.token not in caplog.text
