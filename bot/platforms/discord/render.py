"""Alerts and replies within Discord's limits. Pure: text in, what goes into a message out.

Limits: "Message Resource: Embed Limits" and Create Message of Discord's API documentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.platforms.discord.markdown import ELLIPSIS, cut, escape, line, link, shorten, span, width
from bot.ports import Card, Line, Page, Span
from bot.texts.links import host_of, safe_link

MOST_CONTENT = 2_000
MOST_TITLE = 256
MOST_DESCRIPTION = 4_096
MOST_FIELDS = 25
MOST_FIELD_NAME = 256
MOST_FIELD_VALUE = 1_024
MOST_FOOTER = 2_048
MOST_AUTHOR = 256
MOST_EMBED = 6_000
# A flag that is too long for the place above the headline opens the description instead. It is
# kept whole up to here: with the longest title and footer that still leaves room in an embed.
MOST_FLAG = 1_500
LEAST_DESCRIPTION = 400
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class EmbedData:
    """An embed as Create Message takes it. `author` stands above the title and holds no markup."""

    title: str
    description: str = ""
    url: str = ""
    author: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    colour: int = 0

    @property
    def size(self) -> int:
        """What Discord adds up to 6,000 over a message's embeds."""
        fields = sum(width(name) + width(value) for name, value in self.fields)
        return width(self.title) + width(self.description) + width(self.author) + width(self.footer) + fields

    def payload(self) -> dict[str, object]:
        """The embed object of the API; empty parts are left out, because Discord refuses some."""
        data: dict[str, object] = {"type": "rich", "title": self.title, "color": self.colour & 0xFFFFFF}
        if self.description:
            data["description"] = self.description
        if self.url:
            data["url"] = self.url
        if self.author:
            data["author"] = {"name": self.author}
        if self.fields:
            data["fields"] = [{"name": name, "value": value, "inline": False} for name, value in self.fields]
        if self.footer:
            data["footer"] = {"text": self.footer}
        return data


def render_card(card: Card) -> EmbedData:
    """The alert as an embed. Too long: the body loses lines, then words, then the last facts go;
    the flag and the footer stay whole (a flag past 1,500 and a footer past 2,048 units cannot)."""
    title = shorten(card.headline.strip(), MOST_TITLE).strip() or NOTHING
    flag = shorten(card.flag.strip(), MOST_FLAG).strip()
    author = cut(card.flag.strip(), MOST_AUTHOR).strip() if width(flag) <= MOST_AUTHOR else ""
    footer = cut(card.footer.strip(), MOST_FOOTER).strip()
    head = f"**{flag}**" if flag and not author else ""
    left = MOST_EMBED - width(title) - width(author) - width(footer) - width(head) - 1
    fields = _fields(card.facts, left - LEAST_DESCRIPTION)
    left -= sum(width(name) + width(value) for name, value in fields)
    body = fit_lines(card.body, min(left, MOST_DESCRIPTION - width(head) - 1))
    return EmbedData(
        title=title,
        description="\n".join(part for part in (head, body) if part.strip()),
        url=safe_link(card.href),
        author=author,
        fields=fields,
        footer=footer,
        colour=card.colour,
    )


def render_plain(card: Card) -> str:
    """The alert as plain content, for a channel whose embed Discord refused. Same order, and the
    footer is the last line, where a look for the alert finds it again."""
    flag = shorten(card.flag.strip(), MOST_FLAG // 2)
    headline = shorten(card.headline.strip(), MOST_TITLE).strip() or NOTHING
    address = link(card.href)
    footer = plain_footer(card)
    kept = [flag, headline, footer]
    if width("\n".join([*kept, address])) < MOST_CONTENT - 50:
        kept.insert(2, address)
    room = MOST_CONTENT - width("\n".join(kept)) - 2
    kept.insert(2, fit_lines(card.body, room) if room > 0 else "")
    return "\n".join(part for part in kept if part)


def plain_footer(card: Card) -> str:
    return shorten(card.footer.strip(), MOST_CONTENT // 3)


def render_text(text: str) -> str:
    """A notice as one message: whole lines, then words, then "…"."""
    lines: list[Line] = [(Span(part),) for part in text.splitlines()]
    return fit_lines(lines, MOST_CONTENT).strip() or NOTHING


def render_page(page: Page) -> list[str]:
    """A reply as one message or more, each at most 2,000 units, split between lines; a longer
    line is split between words. Nothing is left out."""
    lines = [f"**{escape(page.title)}**"] if page.title.strip() else []
    for part in page.lines:
        lines += _pieces(part, MOST_CONTENT)
    messages: list[str] = []
    current = ""
    for text in _split(lines):
        joined = f"{current}\n{text}" if current else text
        if width(joined) <= MOST_CONTENT:
            current = joined
            continue
        messages.append(current)
        current = text
    messages.append(current)
    return [text.strip() for text in messages if text.strip()] or [NOTHING]


def fit_lines(lines: Iterable[Line], most: int) -> str:
    """As many whole lines as fit, then as many words of the next, with "…" where anything is lost."""
    kept: list[str] = []
    used = 0
    for part in lines:
        text = line(part)
        if used + width(text) + 1 <= most - 2:
            kept.append(text)
            used += width(text) + 1
            continue
        room = most - used - 3
        kept.append(_words(part, room) if room > 20 else ELLIPSIS)
        break
    return "\n".join(kept)


def _words(parts: Line, room: int) -> str:
    """The beginning of a line: whole runs, then the words of the next; a link is kept or left out."""
    shown = ""
    for part in parts:
        text = span(part)
        if width(shown + text) + 1 > room:
            rest = room - width(shown)
            return shown + (shorten(part.text, rest) if rest > 20 and not part.href else ELLIPSIS)
        shown += text
    return shown


def _fields(facts: Iterable[tuple[str, Line]], room: int) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, str]] = []
    for label, parts in facts:
        name = shorten(label.strip(), MOST_FIELD_NAME).strip() or NOTHING
        value = _value(parts)
        size = width(name) + width(value)
        if len(fields) == MOST_FIELDS or size > room:
            break
        fields.append((name, value))
        room -= size
    return tuple(fields)


def _value(parts: Line) -> str:
    text = line(parts).strip()
    if width(text) <= MOST_FIELD_VALUE:
        return text or NOTHING
    # A cut address leads elsewhere, so of one that is too long only the host is shown.
    without = tuple(Span(_host_only(part)) if part.href else part for part in parts)
    return fit_lines([without], MOST_FIELD_VALUE).strip() or NOTHING


def _host_only(part: Span) -> str:
    text = "" if part.text == part.href else part.text
    return f"{text} {host_of(part.href)} (long address: open the headline)".strip()


def _pieces(parts: Line, most: int) -> Iterator[str]:
    """A line as texts of at most `most` units: split between runs, then between words."""
    text = line(parts)
    if width(text) <= most:
        yield text
    elif len(parts) > 1:
        middle = len(parts) // 2
        yield from _pieces(parts[:middle], most)
        yield from _pieces(parts[middle:], most)
    elif parts[0].href and len(parts[0].text) > 1 and parts[0].text != parts[0].href:
        yield from _pieces((Span(parts[0].text, parts[0].style),), most)
        yield from _pieces((Span(parts[0].href, href=parts[0].href),), most)
    else:
        yield from _halves(parts[0], most)


def _halves(part: Span, most: int) -> Iterator[str]:
    text, middle = part.text, len(part.text) // 2
    blank = text.rfind(" ", 0, middle)
    middle = blank + 1 if blank > 0 else middle
    for half in (text[:middle], text[middle:]):
        yield from _pieces((Span(half, part.style),), most)


def _split(lines: Iterable[str]) -> Iterator[str]:
    """A page's title comes from us and is short; still, nothing over the limit may pass."""
    for text in lines:
        yield text if width(text) <= MOST_CONTENT else text[: MOST_CONTENT // 2] + ELLIPSIS
