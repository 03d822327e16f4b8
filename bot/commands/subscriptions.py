"""/subscribe, /unsubscribe and /subscriptions: which watchlists a chat hears of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.commands.ask import Ask, Command, meant, oops, say, shown
from bot.ports import Answer, FindPlace, FoundPlace, Option, Reply, Transaction, Usage
from bot.texts.pages import bold, buttons, code, line
from bot.texts.words import clean, count, day, listed
from news.chat import ChatState, Place, Role
from news.watch import Watchlist, WatchlistId

Change = Callable[[Ask, Place, str], Reply]


def subscribe(ask: Ask) -> Answer:
    return _somewhere(ask, _subscribe)


def unsubscribe(ask: Ask) -> Answer:
    return _somewhere(ask, _unsubscribe)


def subscriptions(ask: Ask) -> Answer:
    return _somewhere(ask, _subscriptions)


def _somewhere(ask: Ask, change: Change) -> Answer:
    """The change here, or there where the first or the last word names another chat."""
    words = list(ask.words)
    where = next((at for at in (0, -1) if words and _names_place(words[at])), None)
    if where is None:
        return change(ask, ask.caller.place, "")
    named = words.pop(where)
    there = replace(ask, argument=" ".join(words))

    def then(tx: Transaction, now: datetime, found: FoundPlace | str) -> Reply:
        return _there(replace(there, tx=tx, now=now), named, found, change)

    return FindPlace(ask.caller, named, then)


def _names_place(word: str) -> bool:
    digits = word.removeprefix("-")
    address = word.startswith(("@", "#", "<#", "https://t.me/", "t.me/"))
    return address or (digits.isascii() and digits.isdigit() and len(digits) > 5)


def _there(ask: Ask, named: str, found: FoundPlace | str, change: Change) -> Reply:
    """Both must be allowed there: the caller to decide for that chat, the bot to write in it."""
    if isinstance(found, str):
        return oops(f"I cannot reach {shown(named)}: {clean(found)}", "Nothing was changed.")
    if not found.caller_admin and ask.role < Role.ADMIN:
        return oops(f"You are not an admin of {shown(named)}", "Ask one of its admins. Nothing was changed.")
    if not found.may_post and change is _subscribe:
        fix = "Let me in and allow me to post messages there, then send this again."
        return oops(f"I may not write in {shown(named)}", fix)
    return change(ask, found.place, named)


def _subscribe(ask: Ask, place: Place, named: str) -> Reply:
    lists = ask.tx.watchlists.all()
    if not ask.words:
        return _pick(ask, place, named, lists)
    chosen = _chosen(ask, lists)
    if isinstance(chosen, Reply):
        return chosen
    chat = ask.tx.chats.ensure(place)
    if chat.state is ChatState.SUSPENDED:
        ask.tx.chats.resume(chat.id)
    new = [entry.id for entry in chosen if ask.tx.chats.subscribe(chat.id, entry.id, ask.now)]
    if new:
        _record(ask, "subscribe", place, new)
    names = _names(chosen)
    where = f"{shown(named)} gets" if named else "This chat gets"
    title = f"Subscribed: {names}" if new else f"Already subscribed: {names}"
    news = line("What was: ", code(f"/timeline {chosen[0].id}"))
    return say(title, f"{where} their alerts from now on.", line("To try it: ", code("/test")), news)


def _pick(ask: Ask, place: Place, named: str, lists: Sequence[Watchlist]) -> Reply:
    if not lists:
        return oops("There are no watchlists yet", "An admin makes one with /watch new.")
    have = _subscribed(ask, place)
    free = [entry for entry in lists if entry.id not in have]
    if not free:
        return say("Subscribed to every watchlist there is", "Leave one with /unsubscribe.", private=True)
    to = f"{named} " if named else ""
    labelled = [(clean(entry.title, 40), f"/subscribe {to}{entry.id}") for entry in free[:24]]
    offered = buttons(*labelled, ("All of them", f"/subscribe {to}all"))
    lines = [line(code(entry.id), f" {clean(entry.description or entry.title, 120)}") for entry in free]
    return say("Which watchlists?", *lines, buttons=offered, private=True)


def _chosen(ask: Ask, lists: Sequence[Watchlist]) -> tuple[Watchlist, ...] | Reply:
    """The watchlists named, all or none: an unknown one changes nothing."""
    words = [word.strip(",;") for word in ask.words]
    if not lists:
        return oops("There are no watchlists yet", "An admin makes one with /watch new.")
    if [word.lower() for word in words] == ["all"]:
        return tuple(lists)
    by_name = {name.lower(): entry for entry in lists for name in (entry.title, entry.id)}
    if entry := by_name.get(ask.argument.lower()):
        return (entry,)
    ids = [entry.id for entry in lists]
    for word in words:
        if word.lower() not in by_name:
            there = line("There is: ", listed(list(ids), 20))
            return oops(
                f"No watchlist is called {shown(word)}.{meant(word, ids)} Nothing was changed.", there
            )
    return tuple(dict.fromkeys(by_name[word.lower()] for word in words))


def _unsubscribe(ask: Ask, place: Place, named: str) -> Reply:
    have = _subscribed(ask, place)
    if not have:
        return say("Not subscribed to anything", "Pick watchlists with /subscribe.", private=True)
    if not ask.words:
        to = f"{named} " if named else ""
        labelled = [(entry, f"/unsubscribe {to}{entry}") for entry in have[:24]]
        offered = buttons(*labelled, ("All of them", f"/unsubscribe {to}all"))
        return say("Leave which watchlist?", listed(list(have), 50), buttons=offered, private=True)
    words = [word.strip(",;").lower() for word in ask.words]
    for word in words:
        if word != "all" and word not in have:
            held = f"Subscribed: {listed(list(have), 20)}"
            return oops(f"Not subscribed to {shown(word)}.{meant(word, have)} Nothing was changed.", held)
    leaving = list(have) if "all" in words else [WatchlistId(word) for word in dict.fromkeys(words)]
    return _leave(ask, place, named, leaving)


def _leave(ask: Ask, place: Place, named: str, leaving: list[WatchlistId]) -> Reply:
    chat = ask.tx.chats.ensure(place)
    for watchlist in leaving:
        ask.tx.chats.unsubscribe(chat.id, watchlist)
    _record(ask, "unsubscribe", place, leaving)
    left = len(_subscribed(ask, place))
    where = shown(named) if named else "This chat"
    rest = f"{where} keeps {count(left, 'watchlist')}." if left else f"{where} gets no alerts any more."
    return say(f"Left: {listed(list(leaving), 20)}", rest)


def _subscriptions(ask: Ask, place: Place, named: str) -> Reply:
    chat = ask.tx.chats.find(place)
    held = ask.tx.chats.subscriptions(chat.id) if chat else ()
    if chat is None or not held:
        return say("Not subscribed to anything", "Pick watchlists with /subscribe.", private=True)
    titles = {entry.id: entry.title for entry in ask.tx.watchlists.all()}
    lines = [
        line(
            code(entry.watchlist),
            f" {clean(titles.get(entry.watchlist, 'removed'), 80)}, since {day(entry.since)}",
        )
        for entry in held
    ]
    state = [line(bold("Suspended: "), clean(chat.reason))] if chat.state is ChatState.SUSPENDED else []
    who = shown(named) if named else "This chat"
    return say(f"{who} is subscribed to {count(len(held), 'watchlist')}", *state, *lines, private=True)


def _subscribed(ask: Ask, place: Place) -> tuple[WatchlistId, ...]:
    chat = ask.tx.chats.find(place)
    return tuple(held.watchlist for held in ask.tx.chats.subscriptions(chat.id)) if chat else ()


def _names(lists: Sequence[Watchlist]) -> str:
    return listed([f"{clean(entry.title, 60)} ({entry.id})" for entry in lists], 6)


def _record(ask: Ask, action: str, place: Place, lists: Sequence[WatchlistId]) -> None:
    """A chat that others read leaves a trace of who changed it; a private one is its owner's affair."""
    if place != ask.caller.place or not ask.in_private:
        ask.record(action, f"{place.platform.value}:{place.address}", after=", ".join(lists))


_OPTIONS = (
    Option("watchlists", "one or more watchlists, or all"),
    Option("channel", "another chat that you administer"),
)

COMMANDS = (
    Command(
        Usage(
            "subscribe",
            "get the alerts of watchlists in this chat (or in @channel)",
            "/subscribe [@channel] [watchlist… | all]",
            "/subscribe mali jnim",
            _OPTIONS,
        ),
        Role.CHAT_ADMIN,
        subscribe,
    ),
    Command(
        Usage(
            "unsubscribe",
            "leave watchlists",
            "/unsubscribe [@channel] [watchlist… | all]",
            "/unsubscribe mali",
            _OPTIONS,
        ),
        Role.CHAT_ADMIN,
        unsubscribe,
    ),
    Command(
        Usage(
            "subscriptions",
            "what this chat is subscribed to",
            "/subscriptions [@channel]",
            "/subscriptions",
            (Option("channel", "another chat that you administer"),),
        ),
        Role.CHAT_ADMIN,
        subscriptions,
    ),
)
