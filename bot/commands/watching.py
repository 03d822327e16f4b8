"""/watch: reading and changing watchlists in chat. A change here wins over the watchlists file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.commands import terms
from bot.commands.ask import Ask, Command, meant, oops, say, shown
from bot.ports import Answer, Option, Reply, Usage
from bot.texts.pages import bold, buttons, code, line
from bot.texts.words import clean, count, listed
from news.chat import Role
from news.watch import Entity, EntityId, Watchlist, WatchlistId

MOST_WATCHLISTS = 100
MOST_ENTITIES = 300
MOST_SHOWN = 30
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SOON = "It counts from the next item on."


def watch(ask: Ask) -> Answer:
    action = ask.word(0) or "list"
    run = _ACTIONS.get(action)
    if run is None:
        guess = meant(action, list(_ACTIONS))
        return oops(f"/watch cannot {shown(action)}.{guess}", f"It can: {', '.join(_ACTIONS)}")
    return run(ask)


def _list(ask: Ask) -> Reply:
    lists = ask.tx.watchlists.all()
    lines = [line(code(w.id), f" {clean(w.title, 60)}: {_size(w)}") for w in lists]
    if not lines:
        return say("There are no watchlists yet", line(code("/watch new <id> <title>")), private=True)
    return say(count(len(lists), "watchlist"), *lines, line(code("/watch show <id>")), private=True)


def _size(watchlist: Watchlist) -> str:
    number = sum(len(entity.terms) for entity in watchlist.entities)
    return f"{count(len(watchlist.entities), 'entity', 'entities')}, {count(number, 'term')}"


def _show(ask: Ask) -> Reply:
    watchlist = _watchlist(ask)
    if isinstance(watchlist, Reply):
        return watchlist
    if ask.word(2):
        return _show_entity(ask, watchlist)
    lines = [
        line(code(entity.id), f" {terms.shown(entity.terms, 6)}")
        for entity in watchlist.entities[:MOST_SHOWN]
    ]
    if len(watchlist.entities) > MOST_SHOWN:
        lines.append(line(f"+{len(watchlist.entities) - MOST_SHOWN} more"))
    title = f"{clean(watchlist.title, 80)} ({watchlist.id}): {_size(watchlist)}"
    return say(
        title, *lines, line("All terms of one: ", code(f"/watch show {watchlist.id} <entity>")), private=True
    )


def _show_entity(ask: Ask, watchlist: Watchlist) -> Reply:
    entity = _entity(watchlist, ask.word(2))
    if entity is None:
        return _no_entity(ask, watchlist)
    title = f"{clean(entity.name, 80)} ({entity.kind.value}) in {watchlist.id}"
    return say(title, terms.shown(entity.terms, 200), private=True)


def _new(ask: Ask) -> Reply:
    name, title = ask.word(1), ask.rest(2)
    if not _ID.fullmatch(name):
        return oops("Its id?", line("Small letters, figures and hyphens: ", code("/watch new libya Libya")))
    if ask.tx.watchlists.get(WatchlistId(name)):
        return oops(f"{name} is there already", line(code(f"/watch show {name}")))
    if len(ask.tx.watchlists.all()) >= MOST_WATCHLISTS:
        return oops(f"There are {MOST_WATCHLISTS} watchlists, the most there can be", "Delete one first.")
    ask.tx.watchlists.put(Watchlist(WatchlistId(name), clean(title, 80) or name, ()))
    ask.record("watch.new", name)
    return say(f"Made {name}", line("Now give it terms: ", code(f"/watch add {name} <entity> <term, term>")))


def _add(ask: Ask) -> Reply:
    watchlist = _watchlist(ask)
    if isinstance(watchlist, Reply):
        return watchlist
    kind, name = terms.entity_word(ask.word(2))
    if not _ID.fullmatch(name):
        return oops(
            "Which entity?",
            line(code(f"/watch add {watchlist.id} africa-corps Africa Corps, Африканский корпус")),
            "The entity is one word of small letters, figures and hyphens; its terms follow, with commas.",
        )
    wanted = terms.parse(ask.rest(3))
    if isinstance(wanted, str):
        return oops(wanted, "Nothing was changed.")
    old = _entity(watchlist, name) or Entity(EntityId(name), wanted[0].text, kind, ())
    known = {term.text.casefold() for term in old.terms}
    new = [term for term in wanted if term.text.casefold() not in known]
    if not new:
        return say(f"{old.id} has those terms already", private=True)
    if len(old.terms) + len(new) > terms.MOST_TERMS or len(watchlist.entities) >= MOST_ENTITIES:
        return oops(f"{watchlist.id} is full: {_size(watchlist)}", "Nothing was changed.")
    _put(ask, watchlist, replace(old, terms=(*old.terms, *new)))
    ask.record("watch.add", f"{watchlist.id} {old.id}", after=terms.shown(new, 20))
    return say(f"{watchlist.id}, {old.id}: added {terms.shown(new, 20)}", _SOON, private=True)


def _remove(ask: Ask) -> Reply:
    watchlist = _watchlist(ask)
    if isinstance(watchlist, Reply):
        return watchlist
    if not ask.word(2):
        title = f"Delete the watchlist {watchlist.id} ({_size(watchlist)})?"
        offered = buttons(
            ("Delete", f"/watch delete {watchlist.id}"), ("Keep", f"/watch show {watchlist.id}")
        )
        return say(title, _followers(ask, watchlist), buttons=offered, private=True)
    entity = _entity(watchlist, ask.word(2))
    if entity is None:
        return _no_entity(ask, watchlist)
    return _remove_terms(ask, watchlist, entity)


def _remove_terms(ask: Ask, watchlist: Watchlist, entity: Entity) -> Reply:
    """The terms named, or the entity whole where none is."""
    named = [part.strip().lstrip("=").casefold() for part in ask.rest(3).split(",") if part.strip()]
    known = {term.text.casefold() for term in entity.terms}
    for name in named:
        if name not in known:
            guess = meant(name, sorted(known))
            return oops(f"{entity.id} has no term {shown(name)}.{guess}", "Nothing was changed.")
    kept = tuple(term for term in entity.terms if named and term.text.casefold() not in named)
    gone = [term for term in entity.terms if term not in kept]
    _put(ask, watchlist, replace(entity, terms=kept))
    ask.record("watch.remove", f"{watchlist.id} {entity.id}", before=terms.shown(gone, 20))
    return say(f"{watchlist.id}, {entity.id}: removed {terms.shown(gone, 20)}", _SOON, private=True)


def _delete(ask: Ask) -> Reply:
    watchlist = _watchlist(ask)
    if isinstance(watchlist, Reply):
        return watchlist
    ask.tx.watchlists.remove(watchlist.id)
    ask.record("watch.delete", watchlist.id, before=_size(watchlist))
    return say(f"Deleted {watchlist.id}", "Its past alerts stay under /latest.", private=True)


def _put(ask: Ask, watchlist: Watchlist, changed: Entity) -> None:
    """Stores the watchlist with the entity in its old place, or last; without terms it is gone."""
    entities = [changed if entity.id == changed.id else entity for entity in watchlist.entities]
    if changed not in entities:
        entities.append(changed)
    kept = tuple(entity for entity in entities if entity.terms)
    ask.tx.watchlists.put(replace(watchlist, entities=kept))


def _watchlist(ask: Ask) -> Watchlist | Reply:
    ids = [entry.id for entry in ask.tx.watchlists.all()]
    name = ask.word(1)
    found = ask.tx.watchlists.get(WatchlistId(name)) if name in ids else None
    if found:
        return found
    there = line("There is: ", listed(list(ids), 20)) if ids else line(code("/watch new <id> <title>"))
    return oops(
        f"No watchlist is called {shown(name)}.{meant(name, ids)}" if name else "Which watchlist?", there
    )


def _entity(watchlist: Watchlist, name: str) -> Entity | None:
    wanted = terms.entity_word(name)[1]
    return next((e for e in watchlist.entities if wanted in (e.id.lower(), e.name.lower())), None)


def _no_entity(ask: Ask, watchlist: Watchlist) -> Reply:
    ids = [entity.id for entity in watchlist.entities]
    return oops(
        f"{watchlist.id} has no entity {shown(ask.word(2))}.{meant(ask.word(2), ids)}",
        line(bold("It has: "), listed(list(ids), 30)) if ids else "It is empty.",
    )


def _followers(ask: Ask, watchlist: Watchlist) -> str:
    chats = len(ask.tx.chats.subscribers([watchlist.id]))
    return f"{count(chats, 'chat')} would get no alerts of it any more." if chats else "No chat follows it."


_ACTIONS: dict[str, Callable[[Ask], Reply]] = {
    "list": _list,
    "show": _show,
    "new": _new,
    "add": _add,
    "remove": _remove,
    "delete": _delete,
}

COMMANDS = (
    Command(
        Usage(
            "watch",
            "read and change watchlists",
            "/watch [list | show | new | add | remove] [watchlist] [entity] [term, term…]",
            "/watch add wagner africa-corps Africa Corps, Африканский корпус",
            (
                Option("action", "what to do", choices=("list", "show", "new", "add", "remove")),
                Option("watchlist", "which watchlist"),
                Option("entity", "an entity's id, such as africa-corps or group:africa-corps"),
                Option("terms", "forms of its name, with commas; =AES for exactly so written"),
            ),
            admin=True,
        ),
        Role.ADMIN,
        watch,
    ),
)
