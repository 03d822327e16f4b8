"""The welcome, and help made from the commands' own descriptions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports import Line, Page, Usage
from bot.texts.pages import bold, code, line, page


def welcome_page(watchlists: int, may_subscribe: bool) -> Page:
    first = line("Begin with ", code("/subscribe"), f": pick from {watchlists} watchlists.")
    if not may_subscribe:
        first = line("An admin of this chat begins with ", code("/subscribe"), ".")
    return page(
        "sahelwatch",
        "I read news feeds on the Sahel and warn you once per event, with every outlet that tells it.",
        first,
        line(code("/latest"), " shows what I found last, ", code("/help"), " lists everything."),
    )


def help_page(usages: Sequence[Usage]) -> Page:
    everyone = [_entry(usage) for usage in usages if not usage.admin]
    admins = [_entry(usage) for usage in usages if usage.admin]
    lines: list[str | Line] = [*everyone]
    if admins:
        lines += ["", line(bold("For admins")), *admins]
    return page("Commands", *lines, "", line("More on one: ", code("/help timeline")))


def usage_page(usage: Usage) -> Page:
    lines: list[str | Line] = [usage.summary, line("Write: ", code(usage.usage))]
    if usage.example != usage.usage:
        lines.append(line("Example: ", code(usage.example)))
    lines += [f"{option.name}: {option.summary}" for option in usage.options]
    return page(f"/{usage.name}", *lines)


def _entry(usage: Usage) -> Line:
    return line(code(usage.usage), f": {usage.summary}")
