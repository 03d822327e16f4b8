"""The desk: takes commands from every platform, checks rank and rate, and runs them in transactions."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, assert_never

import structlog

from bot.commands.ask import Ask, Command, World, meant, oops, shown
from bot.commands.catalog import COMMANDS
from bot.commands.limits import RateLimit
from bot.commands.offers import Offers
from bot.commands.owners import remember_owner_chat
from bot.commands.presence import let_in, put_out
from bot.commands.roles import refusal, role_of
from bot.commands.suggest import suggestions
from bot.ports import (
    Answer,
    Clock,
    FeedFinder,
    FindFeed,
    FindPlace,
    PlaceFinder,
    Reply,
    StoreRunner,
    Transaction,
    Usage,
)
from bot.texts.words import clean
from news.chat import AuditRow, Caller, Place, Platform, Role

LONGEST_ARGUMENT = 4_000  # a Telegram message has at most 4,096 characters
Found = TypeVar("Found")
log = structlog.get_logger()


class Desk:
    """Implements `bot.ports.CommandDesk`."""

    def __init__(
        self,
        store: StoreRunner,
        owners: Collection[tuple[Platform, str]],
        clock: Clock,
        feed_finder: FeedFinder,
        place_finders: Mapping[Platform, PlaceFinder],
        *,
        version: str = "",
        platforms: Callable[[], Mapping[Platform, str]] = dict,
        commands: Sequence[Command] = COMMANDS,
    ) -> None:
        """`place_finders` is read at each call, so that a platform may enter itself later."""
        self._store = store
        self._clock = clock
        self._feed_finder = feed_finder
        self._place_finders = place_finders
        self._commands = {command.usage.name: command for command in commands}
        self._limit = RateLimit()
        self._world = World(frozenset(owners), version, clock.now(), platforms, Offers(), commands)

    @property
    def usages(self) -> Sequence[Usage]:
        return tuple(command.usage for command in self._commands.values())

    async def answer(self, caller: Caller, name: str, argument: str) -> Reply:
        try:
            return await self._answer(_tidy(caller), clean(name, 64).lstrip("/").lower(), argument)
        except Exception:
            reference = secrets.token_hex(3)
            log.exception(
                "command.failed", command=name[:64], platform=caller.platform.value, reference=reference
            )
            return oops("That failed, nothing was changed", f"The log has it under {reference}.")

    async def suggest(self, caller: Caller, name: str, option: str, typed: str) -> Sequence[str]:
        command = self._commands.get(name)
        if command is None:
            return ()
        try:
            return await self._store.run(self._suggest, _tidy(caller), command, option, typed)
        except Exception:
            log.exception("suggest.failed", command=name[:64], platform=caller.platform.value)
            return ()

    async def chat_changed(self, place: Place, present: bool, why: str) -> None:
        place = replace(place, title=clean(place.title, 100))
        try:
            if present:
                changed = await self._store.run(let_in, place)
            else:
                changed = await self._store.run(put_out, self._world.owners, place, why, self._clock.now())
        except Exception:
            log.exception("chat.change_failed", platform=place.platform.value, chat=place.address)
            return
        log.info(
            "chat.changed", platform=place.platform.value, chat=place.address, present=present, known=changed
        )

    async def chat_moved(self, old: Place, new_address: str) -> None:
        try:
            await self._store.run(_move, old, new_address)
        except Exception:
            log.exception("chat.move_failed", platform=old.platform.value, chat=old.address)
            return
        log.info("chat.moved", platform=old.platform.value, chat=old.address, to=new_address)

    async def _answer(self, caller: Caller, name: str, argument: str) -> Reply:
        who = caller.place.address if caller.anonymous else caller.user
        if not self._limit.admit((caller.platform, who), self._clock.monotonic()):
            return oops("Too many commands", "Wait a minute and send it again.")
        command = self._commands.get(name)
        if command is None:
            return oops(
                f"There is no command /{shown(name)}.{meant(name, list(self._commands))}", "See /help."
            )
        answer = await self._store.run(self._begin, caller, command, clean(argument, LONGEST_ARGUMENT))
        reply = await self._follow(caller, command, answer)
        log.info("command.answered", command=name, platform=caller.platform.value, refused=reply.error)
        return reply

    async def _follow(self, caller: Caller, command: Command, answer: Answer) -> Reply:
        """Looks up what the command asked for, outside any transaction, and goes on in a new one."""
        match answer:
            case Reply():
                return answer
            case FindFeed(url, then):
                feed = await self._feed_finder.find_feed(url)
                return await self._store.run(self._go_on, caller, command, then, feed)
            case FindPlace(_, name, then_place):
                finder = self._place_finders.get(caller.platform)
                if finder is None:
                    return oops("I cannot look chats up here", "Send the command in that chat itself.")
                place = await finder.find_place(caller, name)
                return await self._store.run(self._go_on, caller, command, then_place, place)
            case _:
                assert_never(answer)

    def _begin(self, tx: Transaction, caller: Caller, command: Command, argument: str) -> Answer:
        role, now = role_of(tx, self._world.owners, caller), self._clock.now()
        if role is Role.OWNER:
            remember_owner_chat(tx, caller)
        if role < command.least:
            self._record_refusal(tx, caller, command, argument, now)
            return refusal(caller, command)
        return command.run(Ask(caller, role, argument, tx, now, self._world))

    def _go_on(
        self,
        tx: Transaction,
        caller: Caller,
        command: Command,
        then: Callable[[Transaction, datetime, Found], Reply],
        found: Found,
    ) -> Reply:
        """The rank is checked again: it may have been taken away while we looked."""
        if role_of(tx, self._world.owners, caller) < command.least:
            return refusal(caller, command)
        return then(tx, self._clock.now(), found)

    def _record_refusal(
        self, tx: Transaction, caller: Caller, command: Command, argument: str, now: datetime
    ) -> None:
        """Reaching for an admin's command is worth a row; a member who may not subscribe a group is not."""
        if command.least >= Role.ADMIN:
            actor = f"{caller.platform.value}:{'anonymous' if caller.anonymous else caller.user}"
            tx.audit.add(AuditRow(now, actor, command.usage.name, clean(argument, 200), allowed=False))

    def _suggest(
        self, tx: Transaction, caller: Caller, command: Command, option: str, typed: str
    ) -> list[str]:
        if role_of(tx, self._world.owners, caller) < command.least:
            return []
        return suggestions(tx, command, option, typed, list(self._commands))


def _move(tx: Transaction, old: Place, new_address: str) -> None:
    tx.chats.move(old, new_address)


def _tidy(caller: Caller) -> Caller:
    """Names and titles are chosen by strangers."""
    place = replace(caller.place, title=clean(caller.place.title, 100))
    return replace(caller, name=clean(caller.name, 60), place=place)
