"""Telegram's HTML, built from runs of text: nothing that people or feeds wrote becomes markup."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.ports import Line, Style
from bot.texts.links import host_of, safe_link
from news.text import display

LONGEST_MESSAGE = 4096  # Bot API, sendMessage: characters after entity parsing; counted here in UTF-16 units
MOST_ENTITIES = 100  # Bot API: the rest are ignored in silence
MOST_BYTES = 30_000  # of markup; TDLib cuts what it takes in at 35,000 bytes
MOST_TEXT = 40_000  # characters of one span looked at: more than all messages of an answer hold
LONGEST_ADDRESS = 120  # what is shown of a link; it leads to the whole

_TAGS = {Style.PLAIN: "", Style.BOLD: "b", Style.ITALIC: "i", Style.CODE: "code"}
# TDLib makes a bot command of a slash before a letter unless a letter, "/", "<" or ">" is before it.
_COMMAND = re.compile(r"(?<![\w/<>])/(?=[A-Za-z0-9_])")


@dataclass(frozen=True, slots=True)
class Run:
    """Visible text in one format. `tag` is b, i, code or a; `href` goes with a."""

    text: str
    tag: str = ""
    href: str = ""


Runs = tuple[Run, ...]


def units(text: str) -> int:
    """Length in UTF-16 units, never less than Telegram's own count in code points."""
    return len(text.encode("utf-16-le", "replace")) // 2


def tame(text: str, *, commands: bool) -> str:
    """One line of text that no client turns into something to press or someone to call.

    "@" becomes the full-width "＠": it reads the same and mentions nobody, and unlike a
    zero-width break it is no hidden character. Where `commands` is false, "/word" gets a
    full-width slash for the same reason: a press on it would send the command.
    """
    line = one_line(text).replace("@", "＠")
    return line if commands else _COMMAND.sub("／", line)


def one_line(text: str) -> str:
    """Harmless text without line breaks; a space at either end, which parts spans, stays one."""
    line = display(text[:MOST_TEXT])
    before = " " if text[:1].isspace() else ""
    after = " " if line and text[-1:].isspace() else ""
    return before + line + after


def runs_of(line: Line, *, commands: bool = False) -> Runs:
    """A line in runs. A link shows its address, or the text and then the host it leads to."""
    runs: list[Run] = []
    for span in line:
        link = safe_link(span.href) if span.href else ""
        if span.style is Style.CODE:  # Telegram looks for no mentions or commands in code
            runs.append(Run(one_line(span.text), "code"))
        elif not link or span.text.strip() != span.href.strip():
            runs.append(Run(tame(span.text, commands=commands), _TAGS[span.style]))
        if link:
            runs += link_runs(link, whole=span.text.strip() in ("", span.href.strip()))
    return tuple(run for run in runs if run.text)


def link_runs(link: str, *, whole: bool) -> Runs:
    """The address itself (its beginning, where it is long), or only its host in brackets."""
    if whole:
        return (Run(link if len(link) <= LONGEST_ADDRESS else link[: LONGEST_ADDRESS - 1] + "…", "a", link),)
    return (Run(" ("), Run(host_of(link), "a", link), Run(")"))


def split(runs: Runs, most: int) -> tuple[Runs, Runs]:
    """The first at most `most` UTF-16 units, up to the end of a word where there is one, and the rest."""
    head: list[Run] = []
    left = most
    for index, run in enumerate(runs):
        if units(run.text) <= left:
            head.append(run)
            left -= units(run.text)
            continue
        end = _word_end(run.text, left, must=not head)
        if end:
            head.append(replace(run, text=run.text[:end]))
        return tuple(head), _rest(replace(run, text=run.text[end:].lstrip()), runs[index + 1 :])
    return tuple(head), ()


def _rest(first: Run, others: Runs) -> Runs:
    return (first, *others) if first.text else others


def _word_end(text: str, most: int, *, must: bool) -> int:
    """Where to cut `text` within `most` units: before the last space, or inside a word (but not
    before a combining mark) where the word is long. `must`: never 0."""
    end = len(text.encode("utf-16-le", "replace")[: 2 * most].decode("utf-16-le", "ignore"))
    space = text.rfind(" ", 0, end + 1)
    if space > 0 and (space * 2 >= end or not must):
        return space
    if not must and units(text) <= LONGEST_ADDRESS:
        return 0
    whole = end
    while whole > 0 and unicodedata.combining(text[whole]):
        whole -= 1
    return whole or end


def cut(runs: Runs, most: int) -> Runs:
    """At most `most` UTF-16 units, with an ellipsis where something is missing."""
    if sum(units(run.text) for run in runs) <= most:
        return runs
    head, _ = split(runs, most - 1)
    return (*head, Run("…"))


def to_html(runs: Iterable[Run]) -> str:
    return "".join(_html(run) for run in runs)


def _html(run: Run) -> str:
    text = html.escape(run.text, quote=True)
    if run.tag == "a":
        return f'<a href="{html.escape(run.href, quote=True)}">{text}</a>'
    return f"<{run.tag}>{text}</{run.tag}>" if run.tag else text


def to_plain(runs: Iterable[Run]) -> str:
    """The text alone; what code kept from mentioning people is tamed here."""
    return "".join(run.text.replace("@", "＠") if run.tag == "code" else run.text for run in runs)


def fits(lines: Sequence[Runs], most: int = LONGEST_MESSAGE) -> bool:
    """Whether the lines, joined by line breaks, are within every limit of one message."""
    tags = sum(1 for runs in lines for run in runs if run.tag)
    length = sum(units(run.text) for runs in lines for run in runs) + max(0, len(lines) - 1)
    if length > most or tags > MOST_ENTITIES:
        return False
    return sum(len(to_html(runs).encode("utf-8", "replace")) + 1 for runs in lines) <= MOST_BYTES
