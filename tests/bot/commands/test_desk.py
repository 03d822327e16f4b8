"""The desk itself: faults, rates, hostile arguments, help, completions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.catalog import COMMANDS
from bot.commands.limits import CALLS, RateLimit
from bot.ports import FoundPlace, Reply
from bot.texts.pages import plain
from tests.bot.commands.room import ADMIN, CHANNEL, MEMBER, OWNER, READER, Room

HOSTILE = {
    "nothing": "",
    "a megabyte": "x" * 1_000_000,
    "a megabyte of words": "mali " * 200_000,
    "a megabyte of marks": "e" + "\u0301" * 1_000_000,
    "NUL": "mali\x00niger \x00",
    "SQL": "'; DROP TABLE alert; --",
    "a pattern": "%_[a-z]* (a+)+$",
    "right to left": "\u202eilam\u202c مالي",
    "a lone surrogate": "\ud800mali",
    "a mention": "@everyone <@1> <#2> @channel",
    "markup": "<b>mali</b> *x* [a](https://evil.example) `",
    "line breaks": "mali\r\nniger\u2028x",
    "a number": "9" * 5_000,
    "digits of another script": "٣٣٣ ²²",
    "braces": "{0} %s {tx}",
}
ACTIONS = {
    "feeds": ("", "show", "add", "remove", "pause", "confirm", "cancel"),
    "watch": (
        "",
        "show",
        "new",
        "delete",
        "add",
        "add mali",
        "add mali x",
        "remove mali",
        "remove mali mali",
    ),
    "admin": ("", "grant", "revoke"),
    "subscribe": ("", "@"),
    "withdraw": ("", "4k2wz"),
}


def sane(reply: Reply) -> None:
    """An answer that a platform can show, and no fault."""
    text = plain(reply.page)
    assert not text.startswith("That failed"), text
    assert text.strip()
    assert len(text) < 12_000
    assert not any(char in text for char in "\x00\u202e\u200b\ud800")
    assert all(len(button.command.encode()) <= 64 for button in reply.buttons)
    assert len(reply.buttons) <= 25


async def everything(room: Room, argument: str) -> None:
    for command in COMMANDS:
        for action in ACTIONS.get(command.usage.name, ("",)):
            sane(await room.ask(OWNER, f"/{command.usage.name} {action} {argument}"))


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_arguments_get_a_sane_answer(room: Room, kind: str) -> None:
    await everything(room, HOSTILE[kind])


async def test_no_engine_stumbles_over_hostile_arguments(each_room: Room) -> None:
    for kind in ("NUL", "SQL", "a lone surrogate", "a number", "a megabyte"):
        await everything(each_room, HOSTILE[kind])


async def test_every_command_does_its_work_on_each_engine(each_room: Room) -> None:
    alert = each_room.alert()
    tour = (
        "/start",
        "/help",
        "/subscribe all",
        "/test",
        "/subscriptions",
        "/timeline mali",
        "/latest 3 mali",
        f"/why {alert.short}",
        "/why https://courier.example/x",
        "/status",
        "/feeds list",
        "/feeds pause courier",
        "/feeds resume courier",
        "/feeds remove courier",
        "/feeds diff",
        "/watch new chad Chad",
        "/watch add chad chad N'Djamena",
        "/watch show chad",
        "/watch remove chad chad",
        "/watch delete chad",
        "/admin grant 77",
        "/admin list",
        "/admin revoke 77",
        "/pause",
        "/resume",
        f"/withdraw {alert.short} it was denied",
        "/uncertain",
        "/dead",
        "/audit",
        "/unsubscribe mali",
        "/forget yes",
    )
    for text in tour:
        reply = await each_room.ask(OWNER, text)
        sane(reply)
        assert not reply.error or text.startswith("/why https"), plain(reply.page)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from([command.usage.name for command in COMMANDS]), argument=st.text(max_size=200))
async def test_any_argument_gets_a_sane_answer(room: Room, name: str, argument: str) -> None:
    sane(await room.ask(OWNER, f"/{name} {argument}"))


async def test_hostile_names_and_titles(room: Room) -> None:
    place = replace(READER.place, title="\u202e" + "t" * 10_000 + "\x00")
    sane(await room.ask(replace(READER, name="n\x00" * 10_000, place=place), "/subscribe mali"))
    sane(await room.desk.answer(READER, "\u202e" + "x" * 100_000, "mali"))


async def test_an_unknown_command_names_the_nearest(room: Room) -> None:
    text = await room.text(READER, "/subscibe mali")
    assert text.startswith("There is no command /subscibe. Did you mean subscribe?")


async def test_a_fault_is_told_without_its_details(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*args: object) -> object:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(room.desk._store, "run", broken)
    text = await room.text(READER, "/latest")
    assert text.startswith("That failed, nothing was changed\nThe log has it under ")
    assert "secret" not in text
    assert await room.desk.suggest(READER, "timeline", "watchlist", "") == ()
    await room.desk.chat_changed(READER.place, False, "x")
    await room.desk.chat_moved(READER.place, "5")


async def test_a_fault_halfway_changes_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("bot.commands.ask.AuditRow", broken)
    assert "nothing was changed" in await room.text(ADMIN, "/pause")
    assert room.do(lambda tx: tx.settings.get("paused")) is None


async def test_twenty_calls_a_minute(room: Room) -> None:
    answers = [await room.desk.answer(READER, "latest", "") for _ in range(CALLS + 1)]
    assert [reply.error for reply in answers] == [False] * CALLS + [True]
    assert "Wait a minute" in plain(answers[-1].page)
    assert not (await room.desk.answer(MEMBER, "latest", "")).error
    room.clock.seconds += 60
    assert not (await room.desk.answer(READER, "latest", "")).error


def test_the_rate_limit_remembers_a_bounded_number_of_callers() -> None:
    limit = RateLimit()
    for number in range(10_500):
        assert limit.admit(number, 0.0)
    assert len(limit._calls) == 10_000


async def test_places_are_looked_up_outside_the_transaction(room: Room) -> None:
    room.places.known = {"@wire": FoundPlace(CHANNEL, may_post=True, caller_admin=True)}
    assert not (await room.ask(READER, "/subscribe @wire mali")).error


async def test_help_is_made_from_the_commands(room: Room) -> None:
    text = await room.text(READER, "/help")
    for command in COMMANDS:
        assert (f"/{command.usage.name}" in text) == (not command.usage.admin)
    whole = await room.text(OWNER, "/help")
    assert all(command.usage.usage in whole for command in COMMANDS)
    assert "/timeline mali 7d" in await room.text(READER, "/help timeline")
    assert "/timeline mali 7d" in await room.text(READER, "/help /timeline")
    assert (await room.ask(READER, "/help feeds")).error
    assert "Did you mean latest?" in await room.text(READER, "/help lattest")


async def test_start_says_how_to_begin(room: Room) -> None:
    reply = await room.ask(READER, "/start")
    assert [button.command for button in reply.buttons] == ["/subscribe", "/latest", "/help"]
    assert "An admin of this chat begins" in await room.text(MEMBER, "/start")


def test_commands_are_registrable(room: Room) -> None:
    """Names, summaries and options as both platforms take them."""
    names = [usage.name for usage in room.desk.usages]
    assert len(names) == len(set(names))
    for usage in room.desk.usages:
        assert usage.name.isascii()
        assert usage.name.islower()
        assert usage.name.isalpha()
        assert 1 <= len(usage.summary) <= 100
        assert usage.usage.startswith(f"/{usage.name}")
        assert usage.example.startswith(f"/{usage.name}")
        required = [option.required for option in usage.options]
        assert required == sorted(required, reverse=True)
        for option in usage.options:
            assert option.name.isascii()
            assert option.name.islower()
            assert 1 <= len(option.summary) <= 100
            assert len(option.choices) <= 25


async def test_completions(room: Room) -> None:
    alert = room.alert()
    suggest = room.desk.suggest
    assert await suggest(READER, "timeline", "watchlist", "") == ["mali", "niger"]
    assert await suggest(READER, "timeline", "watchlist", "IG") == ["niger"]
    assert await suggest(READER, "subscribe", "watchlists", "mali ni") == ["mali niger"]
    assert await suggest(READER, "subscribe", "watchlists", "al") == ["all", "mali"]
    assert await suggest(READER, "why", "alert", "#") == [alert.short]
    assert await suggest(READER, "timeline", "period", "7") == ["7d"]
    assert await suggest(ADMIN, "feeds", "feed", "cour") == ["courier"]
    assert await suggest(ADMIN, "feeds", "action", "p") == ["pause"]
    assert await suggest(READER, "feeds", "feed", "") == []
    assert await suggest(READER, "timeline", "nothing", "") == []
    assert await suggest(READER, "nothing", "watchlist", "") == ()
    assert "timeline" in await suggest(READER, "help", "command", "time")
    assert await suggest(READER, "subscribe", "watchlists", "x" * 100_000) == []


async def test_at_most_25_completions(room: Room) -> None:
    for _ in range(30):
        room.alert()
    assert len(await room.desk.suggest(READER, "why", "alert", "")) == 25
