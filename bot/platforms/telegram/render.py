"""Cards and pages in Telegram's HTML, within its limits, for any text."""

from __future__ import annotations

from dataclasses import dataclass

from bot.platforms.telegram.markup import (
    LONGEST_MESSAGE,
    Run,
    Runs,
    cut,
    fits,
    link_runs,
    runs_of,
    split,
    tame,
    to_html,
    to_plain,
    units,
)
from bot.ports import Card, Page
from bot.texts.links import safe_link

LONGEST_PLAIN = 2_000  # the fallback is well below the limit, whatever was wrong with the first try
LONGEST_FLAG = 1_000
LONGEST_HEADLINE = 1_000
LONGEST_FOOTER = 500
LONGEST_LINE = 1_500
LONGEST_FACT = 500
MOST_PARTS = 6  # messages for one answer: a group may get 20 a minute
LONGEST_PART = LONGEST_MESSAGE - 100  # leaves room for the closing line of a shortened page
_EMPTY = (Run("(no text)"),)


@dataclass(slots=True)
class _Layout:
    """A card in lines. `head` (flag and headline) and `tail` (link and footer) are never dropped."""

    head: list[Runs]
    body: list[Runs]
    facts: list[Runs]
    tail: list[Runs]
    shortened: bool = False

    def lines(self) -> list[Runs]:
        body = [*self.body, (Run("…"),)] if self.shortened else self.body
        blocks = [block for block in (self.head, body, self.facts, self.tail) if block]
        lines: list[Runs] = []
        for block in blocks:
            lines += ([()] if lines else []) + block
        return lines if any(to_plain(runs).strip() for runs in lines) else [_EMPTY]


def render_card(card: Card) -> str:
    """The card as Telegram HTML: at most 4,096 characters once parsed, tags only of our own.

    Too long a card loses whole lines of the summary, then facts, then words; flag, link and
    footer stay.
    """
    layout = _layout(card)
    _shorten(layout, LONGEST_MESSAGE)
    return "\n".join(to_html(runs) for runs in layout.lines())


def plain_card(card: Card) -> str:
    """The card without any markup and at most 2,000 characters: for when the HTML was refused."""
    layout = _layout(card)
    _shorten(layout, LONGEST_PLAIN)
    return "\n".join(to_plain(runs) for runs in layout.lines())


def plain_text(text: str) -> str:
    """A plain notice for one message without markup: no mentions, at most 4,096 characters."""
    lines = [tame(line, commands=True) for line in text.splitlines()]
    whole = (Run("\n".join(lines).strip()),)
    return to_plain(cut(whole, LONGEST_MESSAGE)) or to_plain(_EMPTY)


def plain_page(page: Page, most: int) -> str:
    """The page's text alone, for one message (or less) of `most` UTF-16 units."""
    lines = [_marked(page.title, "", commands=True), *(runs_of(line, commands=True) for line in page.lines)]
    text = "\n".join(to_plain(runs) for runs in lines if runs).strip()
    return to_plain(cut((Run(text),), most)) or to_plain(_EMPTY)


def render_page(page: Page) -> list[str]:
    """The page as one to six messages of Telegram HTML, split between lines where possible."""
    title = _marked(page.title, "b", commands=True)
    lines: list[Runs] = [title, ()] if title else []
    lines += [runs_of(line, commands=True) for line in page.lines]
    parts = _parts([piece for runs in lines for piece in _pieces(runs)])
    if len(parts) > MOST_PARTS:
        left = sum(len(part) for part in parts[MOST_PARTS:])
        parts = [*parts[: MOST_PARTS - 1], [*parts[MOST_PARTS - 1], (Run(f"… and {left} more lines"),)]]
    return ["\n".join(to_html(runs) for runs in part) for part in parts] or [to_html(_EMPTY)]


def _layout(card: Card) -> _Layout:
    flag = cut(_marked(card.flag, "b"), LONGEST_FLAG)
    headline = cut(_marked(card.headline, "b"), LONGEST_HEADLINE)
    footer = cut(_marked(card.footer, "i", commands=True), LONGEST_FOOTER)
    body = [cut(runs_of(line), LONGEST_LINE) for line in card.body]
    facts, link = _facts(card)
    return _Layout(
        head=[runs for runs in (flag, headline) if runs],
        body=[runs for runs in body if runs],
        facts=facts,
        tail=[runs for runs in (*link, footer) if runs],
    )


def _marked(text: str, tag: str, *, commands: bool = False) -> Runs:
    tamed = tame(text, commands=commands).strip()
    return (Run(tamed, tag),) if tamed else ()


def _facts(card: Card) -> tuple[list[Runs], list[Runs]]:
    """The facts, and apart from them the line with the card's link, which must not be dropped."""
    facts: list[Runs] = []
    link: list[Runs] = []
    for label, line in card.facts:
        runs = cut((Run(f"{tame(label, commands=False)}: ", "b"), *runs_of(line)), LONGEST_FACT)
        own = card.href and any(span.href == card.href for span in line)
        (link if own and not link else facts).append(runs)
    if not link and (address := safe_link(card.href)):
        link.append(link_runs(address, whole=True))
    return facts, link


def _shorten(layout: _Layout, most: int) -> None:
    while not fits(layout.lines(), most):
        layout.shortened = True
        if len(layout.body) > 1:
            layout.body.pop()
        elif len(layout.facts) > 3:
            layout.facts.pop()
        elif layout.body and sum(units(run.text) for run in layout.body[0]) > 200:
            layout.body[0] = cut(layout.body[0], sum(units(run.text) for run in layout.body[0]) * 3 // 4)
        elif layout.facts:
            layout.facts.pop()
        elif layout.body:
            layout.body.pop()
        else:
            _shorten_ends(layout)


def _shorten_ends(layout: _Layout) -> None:
    """The last resort, met only by the plain fallback: shorten the longest of what must stay."""
    lines = layout.head + layout.tail
    longest = max(sum(units(run.text) for run in runs) for runs in lines)
    layout.head = [cut(runs, longest * 3 // 4) for runs in layout.head]
    layout.tail = [cut(runs, longest * 3 // 4) for runs in layout.tail]


def _pieces(runs: Runs) -> list[Runs]:
    """A line as one or more that each fit a message."""
    pieces: list[Runs] = []
    line: Runs = ()
    for run in runs:
        rest: Runs = (run,)
        while rest:
            head, rest = split(rest, LONGEST_PART // 2)
            if not fits([(*line, *head)], LONGEST_PART):
                pieces.append(line)
                line = ()
            line += head
    return [*pieces, line]


def _parts(lines: list[Runs]) -> list[list[Runs]]:
    parts: list[list[Runs]] = []
    for runs in lines:
        if parts and fits([*parts[-1], runs], LONGEST_PART):
            parts[-1].append(runs)
        elif to_plain(runs).strip():  # no message begins with an empty line
            parts.append([runs])
    return parts
