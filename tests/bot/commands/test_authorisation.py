"""Who may call what: every command by every kind of caller, from the list of commands itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.catalog import COMMANDS
from bot.ports import FoundPlace
from bot.texts.pages import plain
from news.chat import Caller, ChatKind, Place, Platform, Role
from tests.bot.commands.room import (
    ADMIN,
    ANONYMOUS,
    CHANNEL,
    CHAT_ADMIN,
    GROUP,
    MEMBER,
    OWNER,
    READER,
    Room,
)

# What each kind of caller is, at most.
CALLERS: dict[str, tuple[Caller, Role]] = {
    "owner in private": (OWNER, Role.OWNER),
    "owner in a group": (replace(OWNER, place=GROUP), Role.OWNER),
    "admin in private": (ADMIN, Role.ADMIN),
    "admin in a group": (replace(ADMIN, place=GROUP), Role.ADMIN),
    "chat admin in the group": (CHAT_ADMIN, Role.CHAT_ADMIN),
    "reader in private": (READER, Role.CHAT_ADMIN),
    "member of a group": (MEMBER, Role.MEMBER),
    "anonymous admin of a group": (ANONYMOUS, Role.MEMBER),
    "anonymous with the owner's number": (replace(OWNER, anonymous=True, place=GROUP), Role.MEMBER),
    "the owner's number on another platform": (
        Caller(Platform.DISCORD, "1", "x", Place(Platform.DISCORD, "5", kind=ChatKind.GROUP)),
        Role.MEMBER,
    ),
    "the admin's number on another platform": (
        Caller(Platform.DISCORD, "2", "x", Place(Platform.DISCORD, "5", kind=ChatKind.PRIVATE)),
        Role.CHAT_ADMIN,
    ),
}


@pytest.mark.parametrize("kind", CALLERS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.usage.name)
async def test_only_the_rank_that_a_command_asks_for_may_call_it(room: Room, command, kind: str) -> None:
    caller, rank = CALLERS[kind]
    before = room.audit()
    reply = await room.ask(caller, f"/{command.usage.name}")
    text = plain(reply.page)
    refused = text.startswith(
        (
            f"Only an admin of this bot may use /{command.usage.name}",
            f"Only the owner of this bot may use /{command.usage.name}",
            f"Only an admin of this chat may use /{command.usage.name}",
            f"/{command.usage.name} needs an admin",
        )
    )
    assert refused == (rank < command.least), text
    assert not text.startswith("That failed")
    if refused:
        assert reply.error
        assert reply.private
        tried = [row for row in room.audit()[len(before) :] if not row[2]]
        assert len(tried) == (command.least >= Role.ADMIN)
        assert all(row[2] for row in before)


async def test_the_anonymous_are_told_what_to_do(room: Room) -> None:
    text = await room.text(ANONYMOUS, "/subscribe mali")
    assert "Switch anonymity off or use the private chat" in text
    assert room.watched(GROUP) == []


async def test_members_change_nothing_for_their_group(room: Room) -> None:
    await room.ask(CHAT_ADMIN, "/subscribe mali")
    for command in ("/subscribe niger", "/unsubscribe mali", "/forget yes", "/test", "/subscriptions"):
        assert (await room.ask(MEMBER, command)).error
    assert room.watched(GROUP) == ["mali"]


async def test_a_chat_admin_reaches_no_chat_but_those_they_administer(room: Room) -> None:
    room.places.known = {
        "@wire": FoundPlace(CHANNEL, may_post=True, caller_admin=False),
        "@mute": FoundPlace(CHANNEL, may_post=False, caller_admin=True),
    }
    for name in ("@wire", "@mute", "@nowhere"):
        reply = await room.ask(READER, f"/subscribe {name} mali")
        assert reply.error
    assert room.watched(CHANNEL) == []


async def test_a_right_that_was_taken_away_meanwhile_does_not_count(room: Room) -> None:
    class Slow:
        async def find_feed(self, url: str) -> object:
            room.do(lambda tx: tx.people.revoke_admin(Platform.TELEGRAM, "2"))
            return room.feeds.known["https://post.example"]

    room.desk._feed_finder = Slow()  # type: ignore[assignment]
    reply = await room.ask(ADMIN, "/feeds add https://post.example")
    assert reply.error
    assert not reply.buttons
