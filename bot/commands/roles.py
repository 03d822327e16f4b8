"""Who may do what."""

from __future__ import annotations

from collections.abc import Collection

from bot.commands.ask import Command, oops
from bot.ports import Reply, Transaction
from bot.texts.pages import code, line
from news.chat import Caller, ChatKind, Platform, Role


def role_of(tx: Transaction, owners: Collection[tuple[Platform, str]], caller: Caller) -> Role:
    """The caller's rank here and now.

    The console is the operator's own terminal. Anonymous admins of all Telegram groups share one
    id, so that id says nothing about who writes.
    """
    if caller.anonymous:
        return Role.MEMBER
    if caller.platform is Platform.CONSOLE or (caller.platform, caller.user) in owners:
        return Role.OWNER
    if tx.people.is_admin(caller.platform, caller.user):
        return Role.ADMIN
    if caller.chat_admin or caller.place.kind is ChatKind.PRIVATE:
        return Role.CHAT_ADMIN
    return Role.MEMBER


def refusal(caller: Caller, command: Command) -> Reply:
    """Why not, and what to do instead."""
    name = f"/{command.usage.name}"
    if caller.anonymous:
        return oops(
            f"{name} needs an admin, and you write anonymously here",
            "I cannot see who you are. Switch anonymity off or use the private chat with me.",
        )
    match command.least:
        case Role.OWNER:
            return oops(f"Only the owner of this bot may use {name}")
        case Role.ADMIN:
            how = line("An owner can make you one with ", code("/admin grant"), f" {caller.user}")
            return oops(f"Only an admin of this bot may use {name}", how)
        case _:
            there = f"Ask one of them, or use {name} in a private chat with me."
            return oops(f"Only an admin of this chat may use {name} here", there)
