"""What admins and owners read: the state of things, feeds, deliveries and the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Line, Page
from bot.texts.links import safe_link
from bot.texts.pages import bold, code, line, link, page
from bot.texts.words import clean, count, country, day, listed, moment, reliability, span_of_time
from news.chat import AuditRow, Platform
from news.delivery import Delivery, DeliveryState
from news.feed import Feed
from news.item import Fate, Item


@dataclass(frozen=True, slots=True)
class Status:
    """All that `/status` tells."""

    now: datetime
    version: str
    uptime: timedelta
    feeds: Sequence[Feed]
    items: Mapping[Fate, int]
    alerts: int
    last_alert: datetime | None
    deliveries: Mapping[DeliveryState, int]
    oldest_pending: datetime | None
    platforms: Mapping[Platform, str]
    paused: str
    hold: str


def status_page(status: Status) -> Page:
    """The whole picture; the short one is `status_brief`."""
    states = ", ".join(f"{state.value} {n:,}" for state, n in status.deliveries.items() if n) or "none"
    waits = status.oldest_pending
    items = ", ".join(f"{fate.value} {n:,}" for fate, n in status.items.items() if n) or "none yet"
    platforms = ", ".join(f"{name.value} {clean(state, 80)}" for name, state in status.platforms.items())
    return page(
        "Status",
        *_stopped(status),
        line(bold("Feeds: "), feeds_sum(status.feeds)),
        line(bold("Items: "), f"{sum(status.items.values()):,} ({items})"),
        line(bold("Alerts: "), f"{status.alerts:,}, {_last(status)}"),
        line(bold("Deliveries: "), states),
        *([f"The oldest waiting since {span_of_time(status.now - waits)}"] if waits else []),
        *([line(bold("Platforms: "), platforms)] if platforms else []),
        f"Version {status.version}, up {span_of_time(status.uptime)}",
    )


def status_brief(status: Status) -> Page:
    """For members: is it alive, and when did it last say something."""
    return page(
        "Status",
        *_stopped(status),
        f"Feeds: {feeds_sum(status.feeds)}; {_last(status)}.",
        f"Version {status.version}, up {span_of_time(status.uptime)}",
    )


def feeds_sum(feeds: Sequence[Feed]) -> str:
    """Like "61 ok, 2 failing, 1 paused, 3 not read yet"."""
    states = [feed_state(feed).partition(" ")[0] for feed in feeds]
    words = {"ok": "ok", "failing": "failing", "paused": "paused", "new": "not read yet"}
    parts = [f"{states.count(state)} {word}" for state, word in words.items() if state in states]
    return ", ".join(parts) or "none"


def feed_state(feed: Feed) -> str:
    """Begins with "ok", "failing", "paused" or "new" (not read yet)."""
    state = feed.state
    if feed.paused:
        return "paused"
    if state.failures:
        since = f" since {moment(state.failing_since)}" if state.failing_since else ""
        detail = f" ({clean(state.detail, 100)})" if state.detail else ""
        return f"failing{since}: {clean(state.fault, 60)}{detail}"
    return "ok" if state.ok_at else "new"


def feeds_page(feeds: Sequence[Feed]) -> Page:
    """What needs a look first, then the ids of the healthy ones and of those not read yet."""
    states = {feed.spec.id: feed_state(feed) for feed in feeds}
    quiet = ("ok", "new")
    lines = [line(code(name), f" {state}") for name, state in states.items() if state not in quiet]
    for word in quiet:
        if names := sorted(name for name, state in states.items() if state == word):
            lines.append(line(bold(f"{word}: "), ", ".join(names)))
    return page(f"Feeds: {feeds_sum(feeds)}", *lines, line("One of them: ", code("/feeds show <id>")))


def feed_page(feed: Feed) -> Page:
    spec, state = feed.spec, feed.state
    about = [country(spec.country), ", ".join(spec.languages), spec.affiliation.value]
    lines: list[str | Line] = [
        " · ".join(part for part in [*about, reliability(spec.reliability)] if part),
        f"State: {feed_state(feed)}",
        f"Last read: {moment(state.ok_at) if state.ok_at else 'never'}",
        f"Newest item: {moment(state.newest_item_at) if state.newest_item_at else 'none seen'}",
        f"Described by: {'an admin in chat' if feed.origin.value == 'chat' else 'the feeds file'}",
    ]
    lines += [line(link(address))] if (address := safe_link(feed.url)) else []
    return page(f"{clean(spec.title, 80)} ({spec.id})", *lines)


def found_page(title: str, feed_id: str, address: str, items: Sequence[Item]) -> Page:
    """A feed that was found, before anything is stored."""
    shown: list[Line] = [_found_item(item) for item in items[:3]]
    shown_address = safe_link(address)
    where = [line(link(shown_address))] if shown_address else []
    none: list[str | Line] = ["It has no items at the moment."]
    last: list[str | Line] = ["Its newest items:", *shown]
    return page(f"Found: {clean(title, 80)} ({feed_id})", *where, *(last if shown else none), "Add it?")


def _found_item(item: Item) -> Line:
    date = day(item.published) if item.published else "no date"
    return line(f"• {date}: {clean(item.title, 140) or '(no title)'}")


def audit_page(rows: Sequence[AuditRow]) -> Page:
    return page(f"The last {count(len(rows), 'change')}", *[_audit_line(row) for row in rows])


def _audit_line(row: AuditRow) -> Line:
    change = f": {clean(row.before, 60)} → {clean(row.after, 60)}" if row.before or row.after else ""
    refused = "" if row.allowed else " (refused)"
    what = f" {clean(row.actor, 60)} {clean(row.action, 40)} {clean(row.subject, 80)}{change}{refused}"
    return line(bold(moment(row.at)), what)


def deliveries_page(state: DeliveryState, deliveries: Sequence[Delivery], total: int) -> Page:
    title = f"{state.value.capitalize()}: {count(total, 'delivery', 'deliveries')}"
    return page(title, *[_delivery_line(delivery) for delivery in deliveries])


def _delivery_line(delivery: Delivery) -> Line:
    what = f"#{delivery.alert.short}" if delivery.alert else f"notice “{clean(delivery.notice, 60)}”"
    place = delivery.chat.place
    where = clean(place.title, 60) or place.address
    tries = count(delivery.attempts, "try", "tries")
    return line(bold(moment(delivery.created_at)), f" {what} to {where} ({place.platform.value}), {tries}")


def ids(values: Sequence[str], most: int = 12) -> str:
    return listed([clean(value, 40) for value in values], most)


def _stopped(status: Status) -> list[str | Line]:
    lines: list[str | Line] = []
    if status.hold:
        lines.append(line(bold("On hold: "), clean(status.hold), ". Nothing is sent."))
    if status.paused:
        lines.append(line(bold("Sending is paused "), f"({clean(status.paused, 100)})."))
    return lines


def _last(status: Status) -> str:
    if status.last_alert is None:
        return "no alert yet"
    return f"the last alert {span_of_time(status.now - status.last_alert)} ago"
