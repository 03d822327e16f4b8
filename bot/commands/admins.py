"""/admin: the owner names the admins of the bot."""

from __future__ import annotations

import re

from bot.commands.ask import Ask, Command, meant, oops, say, shown
from bot.ports import Answer, Option, Reply, Usage
from bot.texts.pages import code, line
from bot.texts.words import clean, count
from news.chat import Platform, Role

_NAMED = re.compile(r"(?:(?P<platform>[a-z]+):)?(?:<@!?)?(?P<user>[0-9]{1,20})>?")


def admin(ask: Ask) -> Answer:
    match ask.word(0) or "list":
        case "list":
            return _list(ask)
        case "grant":
            return _change(ask, grant=True)
        case "revoke":
            return _change(ask, grant=False)
        case other:
            guess = meant(other, ["list", "grant", "revoke"])
            return oops(f"/admin cannot {shown(other)}.{guess}", "It can: list, grant, revoke")


def _list(ask: Ask) -> Reply:
    rows = [line(code(f"{platform.value}:{user}"), " owner") for platform, user in sorted(ask.world.owners)]
    admins = ask.tx.people.admins()
    rows += [line(code(f"{platform.value}:{clean(user, 40)}"), " admin") for platform, user in admins]
    hint = line(code("/admin grant <id>"), " makes another")
    return say(f"{count(len(admins), 'admin')} of this bot", *rows, hint, private=True)


def _change(ask: Ask, *, grant: bool) -> Reply:
    person = _person(ask)
    if isinstance(person, Reply):
        return person
    platform, user = person
    name = f"{platform.value}:{user}"
    if person in ask.world.owners:
        return oops(f"{name} is an owner", "Owners are named in the settings.")
    if ask.tx.people.is_admin(platform, user) == grant:
        return say(f"{name} is {'an admin already' if grant else 'no admin'}", private=True)
    if grant:
        ask.tx.people.grant_admin(platform, user, ask.actor, ask.now)
    else:
        ask.tx.people.revoke_admin(platform, user)
    ask.record("admin.grant" if grant else "admin.revoke", name)
    what = "may now use /feeds, /watch, /withdraw and /pause" if grant else "is no longer an admin"
    return say(f"{name} {what}", private=True)


def _person(ask: Ask) -> tuple[Platform, str] | Reply:
    """Names can be taken by anyone, so people are named by their numbers."""
    named = _NAMED.fullmatch(ask.word(1))
    platform = (named["platform"] or ask.caller.platform.value) if named else ""
    if named is None or platform not in (Platform.TELEGRAM, Platform.DISCORD):
        example = line(code("/admin grant telegram:123456789"), ": the number, not the name")
        return oops("Whom? I need the platform's number of the person", example)
    return Platform(platform), named["user"]


COMMANDS = (
    Command(
        Usage(
            "admin",
            "name the admins of this bot",
            "/admin [list | grant | revoke] [id]",
            "/admin grant telegram:123456789",
            (
                Option("action", "what to do", choices=("list", "grant", "revoke")),
                Option("person", "their number, with telegram: or discord: before it"),
            ),
            admin=True,
        ),
        Role.OWNER,
        admin,
    ),
)
