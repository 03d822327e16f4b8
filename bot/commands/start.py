"""/start and /help."""

from __future__ import annotations

from bot.commands.ask import Ask, Command, meant, oops, shown
from bot.ports import Answer, Option, Reply, Usage
from bot.texts.help import help_page, usage_page, welcome_page
from bot.texts.pages import buttons
from news.chat import Role


def start(ask: Ask) -> Answer:
    may = ask.role >= Role.CHAT_ADMIN
    first = [("Pick watchlists", "/subscribe")] if may else []
    offered = buttons(*first, ("Latest alerts", "/latest"), ("Help", "/help"))
    return Reply(welcome_page(len(ask.tx.watchlists.all()), may), offered)


def help_(ask: Ask) -> Answer:
    mine = [command.usage for command in ask.world.commands if command.least <= _rank(ask)]
    wanted = ask.word(0).lstrip("/")
    if not wanted:
        return Reply(help_page(mine), private=True)
    for usage in mine:
        if usage.name == wanted:
            return Reply(usage_page(usage), private=True)
    guess = meant(wanted, [usage.name for usage in mine])
    return oops(f"There is no command {shown(wanted)} for you.{guess}", "/help lists what there is.")


def _rank(ask: Ask) -> Role:
    """Members see what an admin of their chat may do too: they know then whom to ask."""
    return max(ask.role, Role.CHAT_ADMIN)


COMMANDS = (
    Command(Usage("start", "what this bot does and how to begin", "/start", "/start"), Role.MEMBER, start),
    Command(
        Usage(
            "help",
            "what you can ask",
            "/help [command]",
            "/help timeline",
            (Option("command", "a command to explain"),),
        ),
        Role.MEMBER,
        help_,
    ),
)
