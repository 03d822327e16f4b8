"""Completions for the options of commands."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.ask import Command
from bot.ports import Transaction
from bot.texts.words import clean

MOST_SUGGESTIONS = 25  # Discord takes no more
LONGEST_SUGGESTION = 100  # nor longer ones


def suggestions(
    tx: Transaction, command: Command, option: str, typed: str, commands: Sequence[str]
) -> list[str]:
    """What the option may become, those that begin with what was typed first.

    Of an option that takes several words, only the last is completed.
    """
    known = next((entry for entry in command.usage.options if entry.name == option), None)
    if known is None:
        return []
    choices = list(known.choices) or _choices(tx, option, commands)
    written = clean(typed, LONGEST_SUGGESTION)
    before, _, last = written.rpartition(" ") if option == "watchlists" else ("", "", written)
    wanted = last.lower().removeprefix("#")
    head = f"{before} " if before else ""
    ranked = sorted(
        (c for c in choices if wanted in c.lower()), key=lambda c: not c.lower().startswith(wanted)
    )
    return [head + choice for choice in ranked if len(head + choice) <= LONGEST_SUGGESTION][:MOST_SUGGESTIONS]


def _choices(tx: Transaction, option: str, commands: Sequence[str]) -> list[str]:
    match option:
        case "watchlist" | "watchlists":
            return [entry.id for entry in tx.watchlists.all()] + (["all"] if option == "watchlists" else [])
        case "feed":
            return [feed.spec.id for feed in tx.feeds.all()]
        case "alert":
            return [alert.short for alert in tx.alerts.latest(200)]
        case "command":
            return list(commands)
        case "period":
            return ["24h", "7d", "4w", "3m", "1y"]
        case _:
            return []
