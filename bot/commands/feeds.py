"""/feeds: what is read, and changing it in chat. A change here wins over the feeds file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime

from bot.commands.ask import Ask, Command, meant, oops, say, shown
from bot.ports import Answer, Button, FindFeed, FoundFeed, Option, Reply, Transaction, Usage
from bot.texts.links import safe_link
from bot.texts.pages import buttons, code, line
from bot.texts.reports import feed_page, feeds_page, found_page
from bot.texts.words import clean, count
from news.chat import Role
from news.feed import Feed, FeedId, FeedSpec, Origin

MOST_DIFFERENCES = 40


def feeds(ask: Ask) -> Answer:
    action = ask.word(0) or "list"
    run = _ACTIONS.get(action)
    if run is None:
        known = [name for name in _ACTIONS if name not in ("confirm", "cancel")]
        return oops(f"/feeds cannot {shown(action)}.{meant(action, known)}", f"It can: {', '.join(known)}")
    return run(ask)


def _list(ask: Ask) -> Answer:
    known = ask.tx.feeds.all()
    if not known:
        return say("There are no feeds yet", line(code("/feeds add https://…")), private=True)
    return Reply(feeds_page(known), private=True)


def _show(ask: Ask) -> Answer:
    feed = _named(ask)
    return feed if isinstance(feed, Reply) else Reply(feed_page(feed), private=True)


def _add(ask: Ask) -> Answer:
    """Looks first: what was found is shown with its newest items, and stored only at the press."""
    address = ask.rest(1)
    if address and "://" not in address:
        address = f"https://{address}"
    if not safe_link(address) or " " in address:
        return oops("Which feed?", line("Give its address, or its site's: ", code("/feeds add https://…")))

    def then(tx: Transaction, now: datetime, found: FoundFeed | str) -> Reply:
        return _offer(replace(ask, tx=tx, now=now), address, found)

    return FindFeed(address, then)


def _offer(ask: Ask, address: str, found: FoundFeed | str) -> Reply:
    if isinstance(found, str):
        return oops(f"No feed at {clean(address, 100)}", f"{clean(found)}. Nothing was added.")
    known = ask.tx.feeds.by_url(found.spec.url)
    if known:
        return say(
            f"That is read already, as {known.spec.id}", buttons=_show_button(known.spec.id), private=True
        )
    title = clean(found.spec.title, 80) or found.spec.id
    spec = replace(found.spec, title=title, id=_free_id(ask, found.spec.id))
    key = ask.world.offers.put(ask.caller, spec, ask.now)
    offered = buttons(("Add", f"/feeds confirm {key}"), ("Cancel", f"/feeds cancel {key}"))
    return Reply(found_page(title, spec.id, spec.url, found.items), offered, private=True)


def _free_id(ask: Ask, wanted: FeedId) -> FeedId:
    taken = {feed.spec.id for feed in ask.tx.feeds.all()}
    numbered = (FeedId(f"{wanted}-{number}") for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def _confirm(ask: Ask) -> Answer:
    spec = ask.world.offers.take(ask.caller, ask.word(1), ask.now)
    if spec is None:
        return oops("That offer has lapsed", line("Ask again: ", code("/feeds add https://…")))
    if known := ask.tx.feeds.by_url(spec.url):
        return say(f"That is read already, as {known.spec.id}", private=True)
    spec = replace(spec, id=_free_id(ask, spec.id))
    ask.tx.feeds.put(spec)
    ask.record("feeds.add", spec.id, after=spec.url)
    first = "The first poll takes in what is there without alerting it; what is new after that alerts."
    about = "Country, affiliation and reliability are not known yet: set them in the feeds file."
    return say(f"Added {spec.title} ({spec.id})", first, about, buttons=_show_button(spec.id), private=True)


def _cancel(ask: Ask) -> Answer:
    ask.world.offers.take(ask.caller, ask.word(1), ask.now)
    return say("Nothing was added", private=True)


def _remove(ask: Ask) -> Answer:
    feed = _named(ask)
    if isinstance(feed, Reply):
        return feed
    ask.tx.feeds.remove(feed.spec.id)
    ask.record("feeds.remove", feed.spec.id, before=feed.spec.url)
    return say(f"Removed {feed.spec.id}", "Its alerts stay. To read it again, /feeds add.", private=True)


def _pause(ask: Ask) -> Answer:
    return _set_paused(ask, paused=True)


def _resume(ask: Ask) -> Answer:
    return _set_paused(ask, paused=False)


def _set_paused(ask: Ask, *, paused: bool) -> Answer:
    feed = _named(ask)
    if isinstance(feed, Reply):
        return feed
    state = "paused" if paused else "read again"
    if feed.paused == paused:
        return say(f"{feed.spec.id} is {'paused' if paused else 'being read'} already", private=True)
    ask.tx.feeds.pause(feed.spec.id, paused)
    ask.record("feeds.pause" if paused else "feeds.resume", feed.spec.id)
    after = f"/feeds {'resume' if paused else 'pause'} {feed.spec.id}"
    return say(f"{feed.spec.id} is {state}", line("The other way: ", code(after)), private=True)


def _diff(ask: Ask) -> Answer:
    """Where the database and the file differ, which is what admins changed in chat."""
    filed = {spec.id: spec for spec in ask.tx.feeds.file_specs()}
    stored = {feed.spec.id: feed for feed in ask.tx.feeds.all()}
    lines = [
        line(code(name), f" {how}")
        for name, feed in stored.items()
        if (how := _differs(feed, filed.get(name)))
    ]
    lines += [line(code(name), " removed in chat") for name in filed if name not in stored]
    if not lines:
        return say("No difference to the feeds file", private=True)
    title = f"{count(len(lines), 'difference')} to the feeds file"
    more = [f"+{len(lines) - MOST_DIFFERENCES} more"] if len(lines) > MOST_DIFFERENCES else []
    return say(title, *lines[:MOST_DIFFERENCES], *more, private=True)


def _differs(feed: Feed, filed: FeedSpec | None) -> str:
    marks = ["paused in chat"] if feed.paused else []
    if filed is None:
        marks.append(f"added in chat: {safe_link(feed.spec.url)}")
    elif feed.origin is Origin.CHAT:
        changed = [f.name for f in fields(FeedSpec) if getattr(filed, f.name) != getattr(feed.spec, f.name)]
        marks += [f"changed in chat: {', '.join(changed)}"] if changed else []
    return ", ".join(marks)


def _named(ask: Ask) -> Feed | Reply:
    name = ask.word(1)
    if not name:
        return oops(
            "Which feed?", line("Name its id: ", code(f"/feeds {ask.word(0)} <id>"), ", see /feeds list")
        )
    known = {feed.spec.id.lower(): feed for feed in ask.tx.feeds.all()}
    if name in known:
        return known[name]
    return oops(f"No feed is called {shown(name)}.{meant(name, list(known))}", "See /feeds list.")


def _show_button(feed: FeedId) -> tuple[Button, ...]:
    return buttons(("Show", f"/feeds show {feed}"))


_ACTIONS: dict[str, Callable[[Ask], Answer]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "remove": _remove,
    "pause": _pause,
    "resume": _resume,
    "diff": _diff,
    "confirm": _confirm,
    "cancel": _cancel,
}

COMMANDS = (
    Command(
        Usage(
            "feeds",
            "list, add, remove or pause feeds",
            "/feeds [list | show | add | remove | pause | resume | diff] [id | address]",
            "/feeds add https://example.org",
            (
                Option(
                    "action",
                    "what to do",
                    choices=("list", "show", "add", "remove", "pause", "resume", "diff"),
                ),
                Option("feed", "a feed's id, or for add the address of a feed or site"),
            ),
            admin=True,
        ),
        Role.ADMIN,
        feeds,
    ),
)
