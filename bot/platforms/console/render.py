"""Alerts for a terminal, and as JSON for a program. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.ports import Card, Line, Page, Style
from news.alert import Alert, short_id
from news.item import ItemId

STYLES = {Style.PLAIN: "", Style.BOLD: "bold", Style.ITALIC: "italic", Style.CODE: "cyan"}


def line_text(line: Line) -> Text:
    """One line; an address is shown as it is, never hidden behind other text."""
    text = Text()
    for span in line:
        text.append(span.text, style=STYLES[span.style])
        if span.href and span.href != span.text:
            text.append(f" <{span.href}>", style="dim")
    return text


def page(content: Page) -> RenderableType:
    lines: list[RenderableType] = [Text(content.title, style="bold")] if content.title else []
    return Group(*lines, *(line_text(line) for line in content.lines))


def card(content: Card, label: str) -> RenderableType:
    """The alert with what kind of message it is (`label`: alert, edit …) before the headline."""
    head = Text()
    head.append(f" {label} ", style="bold reverse" if label == "alert" else "reverse dim")
    head.append(" ")
    if content.flag:
        head.append(f"[{content.flag}] ", style="bold red")
    head.append(content.headline, style="bold")
    rows: list[RenderableType] = [line_text(line) for line in content.body]
    for name, line in content.facts:
        rows.append(Text.assemble((f"{name}: ", "dim"), line_text(line)))
    rows.append(Text(content.footer, style="dim"))
    return Group(head, *(Padding(row, (0, 0, 0, 2)) for row in rows), Text())


def as_json(alert: Alert, kind: str, at: datetime, item_id: Callable[[ItemId], object]) -> dict[str, object]:
    """One line for a program; `item_id` says how an item is named to it."""
    return {
        "alert": alert.short,
        "kind": kind,
        "story": f"s{short_id(alert.story)}",
        "at": at.isoformat(),
        "watchlists": list(alert.watchlists),
        "headline": alert.headline,
        "summary": " ".join(sentence.text for sentence in alert.summary),
        "items": [{"id": item_id(s.item), "link": s.link, "source": s.outlet} for s in alert.sources],
    }
