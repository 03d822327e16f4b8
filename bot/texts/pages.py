"""Small building blocks for answers: lines and pages without any platform's markup."""

from __future__ import annotations

from bot.ports import Button, Line, Page, Span, Style

MOST_BUTTON_BYTES = 64  # Telegram's callback data takes no more
MOST_BUTTONS = 25  # five rows of five on Discord


def code(text: str) -> Span:
    return Span(text, Style.CODE)


def bold(text: str) -> Span:
    return Span(text, Style.BOLD)


def italic(text: str) -> Span:
    return Span(text, Style.ITALIC)


def link(address: str) -> Span:
    """An address that shows itself; pass it through `safe_link` first."""
    return Span(address, href=address)


def line(*parts: str | Span) -> Line:
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def page(title: str, *lines: str | Line) -> Page:
    """A page; a string is a line of its own, "" an empty one."""
    return Page(tuple(_line(entry) for entry in lines), title)


def buttons(*labelled: tuple[str, str]) -> tuple[Button, ...]:
    """Buttons of (label, command); one whose command a platform could not carry is left out."""
    fitting = [
        Button(label[:60], command)
        for label, command in labelled
        if len(command.encode()) <= MOST_BUTTON_BYTES
    ]
    return tuple(fitting[:MOST_BUTTONS])


def plain(shown: Page) -> str:
    """The page as bare text, for notices and logs."""
    lines = ["".join(span.text for span in entry) for entry in shown.lines]
    return "\n".join([shown.title, *lines] if shown.title else lines)


def _line(entry: str | Line) -> Line:
    if isinstance(entry, str):
        return line(entry) if entry else ()
    return entry
