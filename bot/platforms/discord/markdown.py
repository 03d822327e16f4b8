"""Plain text into Discord's markup, with nothing left in it that Discord would bring to life.

Three layers, because no single one holds in every client: what Discord looks for on the server
(mentions, invites) is broken by a visibly different character; what its clients render is escaped
with a backslash, which both consume; and every address of a feed's text stays a plain string.
Widths are UTF-16 code units: Discord does not say what it counts, and these are never fewer than
code points, so a text that fits here fits there.
"""

from __future__ import annotations

import re
import unicodedata

from bot.ports import Line, Span, Style
from bot.texts.links import safe_link
from news.text import display

ELLIPSIS = "…"

# `<@1>`, `<@&1>`, `<#1>`, `<t:1>`, `</name:1>`, `<a:name:1>`, `<:name:1>`, `<id:guide>`, `<sound:1:2>`
# and `<https://…>` all begin with "<", and mentions notify by the raw text, where a backslash
# before them does not count. A full-width sign is no part of any of them. At the end of a run the
# sign goes too, since the next run may complete it.
_ANGLE = re.compile(r"<(?![\s\d=])")
_EVERYONE = re.compile(r"@(?=everyone|here|\Z)", re.IGNORECASE)
# Clients turn "scheme://" into a link and unfurl invites that have no scheme at all.
_INVITE = re.compile(r"(?i)\.(?=gg\b|gd\b|com/invite)|(?<=discord)\.|(?<=discordapp)\.")
_SPECIAL = re.compile(r"[\\`*_~|<>\[\]#]|://")
_LIST = re.compile(r"^(\s*)([-+])")
_NUMBERED = re.compile(r"^(\s*\d+)([.)])(?=\s|\Z)")


def width(text: str) -> int:
    """UTF-16 code units."""
    return len(text) + sum(c > "\uffff" for c in text)


def inert(text: str) -> str:
    """Clean text of one line, for the places where Discord renders no markup (footer, author,
    button labels). A blank at either end stays: runs of text stand side by side."""
    core = display(text)
    if not core:
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return before + _EVERYONE.sub("＠", _ANGLE.sub("＜", core)) + after


def escape(text: str) -> str:
    """Text that Discord shows as it stands: no mention, no markup, no link of any kind."""
    text = _SPECIAL.sub(r"\\\g<0>", inert(text))
    text = _INVITE.sub(r"\\.", text)
    text = _NUMBERED.sub(r"\1\\\2", text)
    return _LIST.sub(r"\1\\\2", text)


def link(href: str) -> str:
    """The address in angle brackets: a press opens it, nothing is unfurled. "" if it is not safe."""
    url = safe_link(href)
    return f"<{url}>" if url else ""


def span(part: Span) -> str:
    """One run of text; a link shows its address after the text, or alone where they are one."""
    text = _styled(part.text, part.style)
    target = link(part.href) if part.href else ""
    if not target or part.text == part.href:
        return target or text
    return f"{text} {target}" if text.strip() else target


def line(parts: Line) -> str:
    return "".join(span(part) for part in parts)


def _styled(text: str, style: Style) -> str:
    core = text.strip()
    if style is Style.PLAIN or not core:
        return escape(text)
    if style is Style.CODE:
        # Nothing is escaped inside code, and only a backtick ends it.
        shown = f"`{inert(core).replace('`', 'ˋ')}`"
    else:
        mark = "**" if style is Style.BOLD else "*"
        shown = f"{mark}{escape(core)}{mark}"
    # Marks beside a blank are not read as marks, so the blanks go outside.
    return text[: len(text) - len(text.lstrip())] + shown + text[len(text.rstrip()) :]


def shorten(text: str, most: int) -> str:
    """The escaped text in at most `most` units: whole words, then "…"; a long word is cut between
    graphemes. The cut is made before escaping, so that no escape is cut in two."""
    full = escape(text)
    if width(full) <= most:
        return full
    low, high = 0, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        if width(escape(text[:middle])) + 1 <= most:
            low = middle
        else:
            high = middle - 1
    return escape(_at_word(text, low)) + ELLIPSIS


def cut(text: str, most: int) -> str:
    """Like `shorten`, for the places without markup."""
    text = inert(text)
    if width(text) <= most:
        return text
    end = most - 1
    while width(text[:end]) > most - 1:
        end -= 1
    return _at_word(text, end) + ELLIPSIS


def _at_word(text: str, end: int) -> str:
    blank = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if blank > end // 2:
        return text[:blank].rstrip()
    while 0 < end < len(text) and _joins(text[end - 1], text[end]):
        end -= 1
    return text[:end].rstrip()


def _joins(before: str, after: str) -> bool:
    """Whether a cut here would part a letter from its marks or an emoji from its parts."""
    return (
        unicodedata.category(after).startswith("M")
        or after in "\u200d\ufe0f"
        or before == "\u200d"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )
