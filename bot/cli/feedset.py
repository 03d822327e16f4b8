"""Which feeds count now: the file as it is, with what admins changed in the database over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.ingest.catalog import load_feeds
from bot.ingest.dump import feed_fields
from bot.settings import Settings
from news.feed import Feed, FeedId, FeedSpec, Origin
from storage import StorageError, Store


@dataclass(frozen=True, slots=True)
class Known:
    """The database's feeds: those that count, and the file's as the bot last read it."""

    feeds: tuple[Feed, ...] = ()
    synced: tuple[FeedSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Where one feed differs. `fields` holds name, value of the file, value of the database."""

    id: str
    what: str
    fields: tuple[tuple[str, str, str], ...] = ()


def known(chosen: Settings) -> Known:
    """What the database has; nothing where the bot never ran. Raises StorageError."""
    url = chosen.database_url.get_secret_value()
    if not _exists(url):
        return Known()
    store = Store.open(url, create=False)
    try:
        state = store.check()
        if not state.current:
            return Known()
        _refuse(state.pending, state.newer)
        with store.reading() as tx:
            return Known(tx.feeds.all(), tx.feeds.file_specs())
    finally:
        store.close()


def effective(chosen: Settings) -> tuple[Feed, ...]:
    """Every feed that the bot polls. Raises CatalogError and StorageError."""
    return overlay(load_feeds(chosen.feeds), known(chosen))


def overlay(file: Sequence[FeedSpec], stored: Known) -> tuple[Feed, ...]:
    """The file's feeds in its order as the database changes them, then those that only it has."""
    listed = {feed.spec.id: feed for feed in stored.feeds}
    removed = {spec.id for spec in stored.synced} - listed.keys()
    feeds: dict[FeedId, Feed] = {}
    for spec in file:
        old = listed.get(spec.id)
        if old and old.origin is Origin.CHAT:
            feeds[spec.id] = old
        elif spec.id not in removed:
            feeds[spec.id] = Feed(spec, old.state, Origin.FILE, old.paused) if old else Feed(spec)
    added = {id_: feed for id_, feed in listed.items() if feed.origin is Origin.CHAT}
    return tuple({**feeds, **added}.values())


def differences(file: Sequence[FeedSpec], stored: Known) -> tuple[Difference, ...]:
    """What admins changed against the file, and what of the file the bot has not read yet."""
    filed = {spec.id: spec for spec in file}
    listed = {feed.spec.id: feed for feed in stored.feeds}
    synced = {spec.id: spec for spec in stored.synced}
    found = [
        _difference(id_, filed.get(id_), listed.get(id_), synced.get(id_))
        for id_ in sorted(filed.keys() | listed.keys())
    ]
    return tuple(difference for difference in found if difference)


def _difference(
    id_: FeedId, file: FeedSpec | None, feed: Feed | None, synced: FeedSpec | None
) -> Difference | None:
    if feed is None:
        return Difference(id_, "removed in chat" if synced else "new in the file, not read yet")
    if file is None:
        return Difference(id_, "added in chat" if feed.origin is Origin.CHAT else "gone from the file")
    fields = changes(file, feed.spec)
    if fields:
        chat = feed.origin is Origin.CHAT
        return Difference(id_, "changed in chat" if chat else "changed in the file, not read yet", fields)
    return Difference(id_, "paused in chat") if feed.paused else None


def changes(file: FeedSpec, other: FeedSpec) -> tuple[tuple[str, str, str], ...]:
    """The fields in which two descriptions differ, as the file writes them."""
    here, there = feed_fields(file), feed_fields(other)
    names = dict.fromkeys((*here, *there))
    pairs = ((name, _text(here.get(name, "")), _text(there.get(name, ""))) for name in names)
    return tuple((name, old, new) for name, old, new in pairs if old != new)


@contextmanager
def writing(chosen: Settings) -> Iterator[Store]:
    """The database to change, made where there is none; also beside a running bot."""
    store = Store.open(chosen.database_url.get_secret_value())
    try:
        state = store.check()
        if state.current:
            _refuse(state.pending, state.newer)
        else:
            store.upgrade()
        yield store
    finally:
        store.close()


def _refuse(pending: bool, newer: bool) -> None:
    if newer:
        raise StorageError("a newer version of sahelwatch wrote the database: install that version")
    if pending:
        raise StorageError("the database has an older schema: run `sahelwatch db upgrade` first")


def _exists(url: str) -> bool:
    """Whether there can be anything to read: an SQLite file is made by the first run."""
    parts = urlsplit(url)
    return not parts.scheme.startswith("sqlite") or Path(parts.path.removeprefix("/") or ".").is_file()


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
