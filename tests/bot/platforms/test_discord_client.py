"""The connected bot over the real protocol: commands, completions, buttons, drops, servers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.platforms.discord import client as module
from bot.platforms.discord.client import CONNECTED, REJECTED, STOPPED, DiscordClient
from bot.ports import Button
from news.chat import ChatKind, Platform
from news.delivery import Sent
from tests.bot.platforms.discord_samples import (
    USAGES,
    Desk,
    QuickClock,
    answer,
    client_of,
    connected,
    delivery,
    eventually,
    sending,
)
from tests.fakes.discord import ADMIN, ALERTS, DM, NEWS, THREAD, FakeDiscord


@pytest.fixture
async def server() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        yield fake


async def until(client: DiscordClient, state: str) -> None:
    await eventually(lambda: client.state == state)


async def test_the_commands_are_registered_as_the_desk_lists_them(server: FakeDiscord) -> None:
    async with connected(server, Desk()):
        commands = {command["name"]: command for command in await server.registered()}
    assert list(commands) == [usage.name for usage in USAGES]
    assert commands["withdraw"]["default_member_permissions"] == "32"
    assert "default_member_permissions" not in commands["timeline"]
    watchlist, period = commands["timeline"]["options"]
    assert (watchlist["required"], watchlist["autocomplete"]) == (True, True)
    assert [choice["value"] for choice in period["choices"]] == ["7d", "30d"]


async def test_a_command_hands_the_desk_who_asks_and_what(server: FakeDiscord) -> None:
    desk = Desk()
    async with connected(server, desk):
        asked = await server.slash("timeline", ADMIN, NEWS, period="7d", watchlist="jnim")
        await asked.answered(without_original=True)
    caller, name, argument = desk.asked[0]
    assert (name, argument) == ("timeline", "jnim 7d")
    assert (caller.platform, caller.user, caller.name) == (Platform.DISCORD, ADMIN, "Admin")
    assert (caller.place.address, caller.place.title, caller.place.kind) == (NEWS, "#news", ChatKind.CHANNEL)
    assert caller.chat_admin


async def test_rights_come_from_the_interaction(server: FakeDiscord) -> None:
    desk = Desk()
    async with connected(server, desk):
        for channel in (ALERTS, THREAD):
            await (await server.slash("subscribe", channel=channel)).answered()
    assert [(c.chat_admin, c.place.kind, c.place.title) for c, _, _ in desk.asked] == [
        (False, ChatKind.GROUP, "#alerts"),
        (False, ChatKind.GROUP, "#kidal"),
    ]


async def test_a_public_answer_stands_in_the_channel_for_all(server: FakeDiscord) -> None:
    async with connected(server, Desk(answer("Seven days of JNIM"))):
        asked = await (await server.slash("timeline", watchlist="jnim")).answered(without_original=True)
    assert asked.private
    assert [message["content"] for message in asked.messages] == ["Seven days of JNIM"]
    assert not asked.messages[0]["flags"] & 64


@pytest.mark.parametrize("how", [{"private": True}, {"error": True}])
async def test_a_private_answer_and_a_refusal_are_for_the_caller_only(
    server: FakeDiscord, how: dict[str, Any]
) -> None:
    async with connected(server, Desk(answer("Not here", "x" * 3000, **how))):
        asked = await (await server.slash("subscribe")).answered(2)
    assert all(message["flags"] & 64 for message in asked.messages)
    assert server.world.in_channel(ALERTS) == []


async def test_an_admins_answer_is_never_public(server: FakeDiscord) -> None:
    async with connected(server, Desk(answer("Taken back"))):
        asked = await (await server.slash("withdraw", ADMIN, alert="4k2wz", reason="not so")).answered()
    assert asked.messages[0]["flags"] & 64


async def test_a_long_answer_is_split_and_a_flood_is_bounded(server: FakeDiscord) -> None:
    reply = answer(*(f"item {n} " + "x" * 90 for n in range(400)), private=True)
    async with connected(server, Desk(reply)):
        asked = await (await server.slash("subscribe")).answered(8)
    assert len(asked.messages) == 8
    assert asked.messages[0]["content"].startswith("item 0 ")
    assert asked.messages[-1]["content"].startswith("… and more")


async def test_a_private_chat_is_the_callers_own(server: FakeDiscord) -> None:
    desk = Desk(answer("Hello"))
    async with connected(server, desk):
        asked = await (await server.slash("subscribe", channel=DM, watchlist="jnim mali")).answered()
    caller, _, argument = desk.asked[0]
    assert (caller.place.address, caller.place.kind, caller.chat_admin) == (DM, ChatKind.PRIVATE, True)
    assert argument == "jnim mali"
    assert not asked.private
    assert asked.text == "Hello"


async def test_completions_come_from_the_desk(server: FakeDiscord) -> None:
    desk = Desk()
    async with connected(server, desk):
        assert await server.complete("subscribe", "watchlist", "jn") == ["jnim"]
        assert await server.complete("subscribe", "watchlist", "x") == []
    assert desk.typed[0] == ("subscribe", "watchlist", "jn")


async def test_a_button_runs_its_command_as_the_one_who_presses(server: FakeDiscord) -> None:
    buttons = (
        Button("JNIM", "/subscribe jnim"),
        Button("Mali", "/subscribe mali"),
        Button("M", "/subscribe mali"),
    )
    desk = Desk(answer("Pick one", buttons=buttons, private=True))
    async with connected(server, desk):
        shown = await (await server.slash("subscribe")).answered()
    desk.reply = answer("Subscribed", private=True)
    async with connected(server, desk):  # a restart in between: nothing is remembered of the buttons
        pressed = await (await server.press(shown.messages[0], "/subscribe jnim", ADMIN)).answered()
    caller, name, argument = desk.asked[-1]
    assert (caller.user, name, argument) == (ADMIN, "subscribe", "jnim")
    assert pressed.text == "Subscribed"
    assert pressed.private


async def test_a_slow_desk_does_not_let_the_three_seconds_pass(server: FakeDiscord) -> None:
    desk = Desk(answer("At last", private=True))
    desk.gate.clear()
    async with connected(server, desk):
        asked = await server.slash("subscribe")
        await eventually(lambda: bool(desk.asked))
        assert asked.callback == 5
        desk.gate.set()
        assert (await asked.answered()).text == "At last"
    assert server.interactions.late == 0


async def test_feed_text_in_an_answer_is_inert(server: FakeDiscord) -> None:
    async with connected(server, Desk(answer("@everyone <@&1> [x](https://evil.example)", private=True))):
        asked = await (await server.slash("subscribe")).answered()
    assert asked.text == "＠everyone ＜@&1\\> \\[x\\](https\\://evil.example)"
    sent = [body for _, path, body in server.bodies if "/webhooks/" in path]
    assert all(body["allowed_mentions"]["parse"] == [] for body in sent)


async def test_a_dropped_gateway_is_resumed_and_misses_nothing(server: FakeDiscord) -> None:
    desk = Desk(answer("Still here", private=True))
    async with connected(server, desk) as client:
        await server.events.drop(code=4000)
        asked = await server.slash("subscribe")  # while nobody listens
        await server.events.wait_for("resumed")
        assert (await asked.answered()).text == "Still here"
        await until(client, CONNECTED)
    assert server.events.seen.count("identify") == 1


async def test_a_session_that_is_forgotten_is_begun_again(server: FakeDiscord) -> None:
    desk = Desk(answer("Back", private=True))
    async with connected(server, desk) as client:
        await server.events.drop(code=4000)
        server.events.forget()
        await server.events.wait_for("identify", 2)
        await until(client, CONNECTED)
        assert (await (await server.slash("subscribe")).answered()).text == "Back"
    assert len([r for r in server.requests if r[0] == "PUT"]) == 1  # the list was the same


async def test_start_comes_back_while_discord_is_down_and_alerts_still_go_out(server: FakeDiscord) -> None:
    server.events.down = True
    client = client_of(server, Desk(), clock=QuickClock())
    await client.start()
    async with sending(server) as sender:
        assert isinstance(await sender.send(delivery()), Sent)
    server.events.down = False
    await server.registered()
    await until(client, CONNECTED)
    await client.stop()
    assert client.state == STOPPED


async def test_nothing_listens_there_and_the_process_lives_on() -> None:
    clock = QuickClock()
    client = DiscordClient("canary", Desk(), clock, api_base="http://127.0.0.1:1/api/v10")
    await client.start()
    await eventually(lambda: len(clock.slept) >= 8)
    assert clock.slept[:8] == [5, 10, 20, 40, 80, 160, 300, 300]
    assert "cannot be reached" in client.state
    await client.stop()


async def test_a_rejected_token_is_said_and_shown_nowhere(
    server: FakeDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clock = QuickClock()
    client = client_of(server, Desk(), clock=clock, token="canary-wrong-token")
    await client.start()
    await eventually(lambda: bool(clock.slept))
    assert client.state == REJECTED
    assert clock.slept[0] == module.REJECTED_WAIT
    await client.stop()
    assert "canary" not in caplog.text


async def test_no_token_in_any_log(server: FakeDiscord, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with connected(server, Desk(answer("x", private=True))):
        asked = await (await server.slash("subscribe")).answered()
        await server.events.drop()
        await server.events.wait_for("resume")
    assert server.token not in caplog.text
    assert asked.token not in caplog.text


async def test_being_put_out_and_let_in_again_is_told_to_the_desk(server: FakeDiscord) -> None:
    desk = Desk()
    guild = server.world.guild()
    async with connected(server, desk) as client:
        assert client._client is not None
        await client._client.wait_until_ready()  # until then a server is not new, only seen again
        await server.put_out()
        await eventually(lambda: len(desk.places) >= 5)
        assert all(not present for _, present in desk.places)
        assert {"#alerts", "#general", "#news", "#kidal", "#staff"} == {title for title, _ in desk.places}
        desk.places.clear()
        await server.events.push("GUILD_CREATE", {key: v for key, v in guild.items() if key != "unavailable"})
        await eventually(lambda: len(desk.places) >= 4)
    assert set(desk.places) == {("#alerts", True), ("#general", True), ("#news", True), ("#kidal", True)}


async def test_a_deleted_channel_and_thread_are_told_to_the_desk(server: FakeDiscord) -> None:
    desk = Desk()
    async with connected(server, desk):
        await server.events.push("CHANNEL_DELETE", server.world.channels[ALERTS])
        thread = server.world.channels[THREAD]
        await server.events.push(
            "THREAD_DELETE", {k: thread[k] for k in ("id", "guild_id", "parent_id", "type")}
        )
        await eventually(lambda: len(desk.places) >= 2)
    assert set(desk.places) == {("#alerts", False), ("#kidal", False)}


async def test_rights_taken_and_given_back_are_told_to_the_desk(server: FakeDiscord) -> None:
    desk = Desk()
    async with connected(server, desk):
        for bits in (1 << 11, 0):
            server.world.deny(ALERTS, bits)
            desk.changed.clear()
            await server.events.push("CHANNEL_UPDATE", server.world.channels[ALERTS])
            await asyncio.wait_for(desk.changed.wait(), 20)
    assert desk.places == [("#alerts", False), ("#alerts", True)]
