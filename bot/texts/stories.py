"""Alerts and items in lists: the timeline, the latest alerts, and why something did or did not alert."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports import Line, Page
from bot.texts.links import safe_link
from bot.texts.pages import bold, code, italic, line, link, page
from bot.texts.words import clean, clock, count, day, listed, moment
from news.alert import Alert
from news.item import StoredItem
from news.watch import Match

LONGEST_LISTED_HEADLINE = 140


def story_line(alert: Alert) -> Line:
    """One story: date, headline, number of outlets, id."""
    outlets = len({source.feed for source in alert.sources})
    withdrawn = " (withdrawn)" if alert.withdrawn_at else ""
    return line(
        bold(f"{day(alert.raised_at)} {clock(alert.raised_at)}"),
        f" {clean(alert.headline, LONGEST_LISTED_HEADLINE)}{withdrawn} · {count(outlets, 'outlet')} · ",
        code(f"#{alert.short}"),
    )


def timeline_page(name: str, period: str, alerts: Sequence[Alert], left_out: int) -> Page:
    """Oldest first, the newest `len(alerts)` of them."""
    total = count(len(alerts) + left_out, "story", "stories")
    earlier = [f"{left_out:,} earlier not shown: ask for a shorter time."] if left_out else []
    lines = [story_line(alert) for alert in alerts]
    return page(f"{name}: {total}, {period}", *earlier, *lines, line("Details: ", code("/why #id")))


def latest_page(alerts: Sequence[Alert]) -> Page:
    title = f"The latest {len(alerts)} alerts" if len(alerts) > 1 else "The latest alert"
    return page(title, *[story_line(alert) for alert in alerts], line("Details: ", code("/why #id")))


def alert_page(alert: Alert, went: str) -> Page:
    """Why an alert was raised, from what, and where it went (`went`, "" for those who may not know)."""
    lead = alert.lead
    terms = listed([f"{clean(hit.term, 60)} ({hit.watchlist})" for hit in alert.hits], 8)
    others = listed([clean(source.outlet, 60) for source in alert.sources[1:]], 8)
    lines: list[str | Line] = [clean(alert.headline, 250)]
    if alert.withdrawn_at:
        lines.append(line(bold(f"Withdrawn {moment(alert.withdrawn_at)}: "), clean(alert.withdrawn_why)))
    lines += [
        f"Raised {moment(alert.raised_at)}: {alert.reason}",
        f"Matched: {terms or 'nothing (a sample)'}",
    ]
    lines.append(f"First from {clean(lead.outlet, 60)}, seen {moment(lead.first_seen)}")
    lines += [f"Then: {others}"] if others else []
    lines += [went] if went else []
    lines += [line(link(address))] if (address := safe_link(lead.link)) else []
    return page(f"Alert #{alert.short}", *lines)


def item_page(stored: StoredItem, outlet: str, matches: Sequence[Match]) -> Page:
    """One item and its fate."""
    terms = listed(sorted({f"{clean(m.term, 60)} ({m.watchlist})" for m in matches}), 8)
    fate = stored.fate.value + (f" {clean(stored.fate_ref, 40)}" if stored.fate_ref else "")
    note = clean(stored.fate_note, 300)
    lines: list[str | Line] = [
        clean(stored.item.title, 250) or line(italic("(no text kept)")),
        line(bold(f"Fate: {fate}"), f" ({note})" if note else ""),
        f"From {clean(outlet, 60)}, first seen {moment(stored.first_seen)}",
        f"Matched: {terms}" if terms else "Matched no watchlist term",
    ]
    lines += [line(link(address))] if (address := safe_link(stored.item.link)) else []
    return page(f"Item {stored.id}", *lines)
