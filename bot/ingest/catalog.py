"""feeds.yaml and watchlists.yaml: read with every fault in its place, and written back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.ingest import explain, yamlfile
from bot.ingest.dump import dump_feeds, dump_watchlists
from bot.ingest.models import EntityEntry, FeedEntry, FeedsFile, TermEntry, WatchlistEntry, WatchlistsFile
from bot.ingest.problem import CatalogError, Problem
from bot.ingest.yamlfile import Document, Loc
from news.feed import FeedSpec
from news.watch import Watchlist

__all__ = [
    "CatalogError",
    "Problem",
    "Read",
    "dump_feeds",
    "dump_watchlists",
    "fingerprint",
    "load_feeds",
    "load_watchlists",
    "read_feeds",
    "read_watchlists",
]

T = TypeVar("T")
E = TypeVar("E", bound=BaseModel)
Seen = dict[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What a file holds: the entries that can be used, each with its index in the file, and the
    faults of the others. `document` knows where everything stands."""

    entries: tuple[tuple[int, T], ...]
    problems: tuple[Problem, ...]
    document: Document

    def whole(self) -> tuple[T, ...]:
        """All entries; raises `CatalogError` where one has a fault."""
        if self.problems:
            raise CatalogError(self.problems)
        return tuple(value for _, value in self.entries)


def load_feeds(path: Path) -> tuple[FeedSpec, ...]:
    """The feeds of a catalogue file; raises `CatalogError` with all its problems."""
    return read_feeds(yamlfile.read_text(path), str(path)).whole()


def load_watchlists(path: Path) -> tuple[Watchlist, ...]:
    """The watchlists of a file; raises `CatalogError` with all its problems."""
    return read_watchlists(yamlfile.read_text(path), str(path)).whole()


def fingerprint(path: Path) -> str:
    """Changes when the file or this program's version does, so that a start can skip a file that it
    has taken in already. Empty if unreadable."""
    try:
        return hashlib.sha256(version("sahelwatch").encode() + b"\n" + path.read_bytes()).hexdigest()
    except OSError:
        return ""


def read_feeds(text: str, name: str) -> Read[FeedSpec]:
    """Every usable feed of a YAML text; raises `CatalogError` only where it is not YAML at all."""
    document = yamlfile.parse(text, name)
    kept: list[tuple[int, FeedSpec]] = []
    seen: Seen = {}
    for index, entry in _entries(document, "feeds", FeedsFile, FeedEntry):
        taken = [
            _taken(document, ("feeds", index, field), value, seen)
            for field, value in (("id", entry.id), ("url", entry.url))
        ]
        if not any(taken):
            kept.append((index, entry.spec()))
    return Read(tuple(kept), tuple(sorted(document.problems)), document)


def read_watchlists(text: str, name: str) -> Read[Watchlist]:
    """Every usable watchlist of a YAML text; raises `CatalogError` only where it is not YAML at all."""
    document = yamlfile.parse(text, name)
    kept: list[tuple[int, Watchlist]] = []
    seen: Seen = {}
    for index, entry in _entries(document, "watchlists", WatchlistsFile, WatchlistEntry):
        inside: Seen = {}
        taken = [_taken(document, ("watchlists", index, "id"), entry.id, seen)]
        taken += [
            _taken(document, ("watchlists", index, "entities", number, "id"), entity.id, inside)
            for number, entity in enumerate(entry.entities)
        ]
        if not any(taken):
            kept.append((index, entry.watchlist()))
    return Read(tuple(kept), tuple(sorted(document.problems)), document)


def _taken(document: Document, loc: Loc, value: str, seen: Seen) -> bool:
    """Whether an earlier entry has this id or URL already; reports it."""
    here, field = document.place(loc), str(loc[-1])
    first = seen.setdefault((field, value), here)
    if first == here:
        return False
    document.report(loc, f'the {field} "{value}" stands in line {first[0]} already: each may stand once')
    return True


def _entries(document: Document, key: str, whole: type[BaseModel], entry: type[E]) -> Iterator[tuple[int, E]]:
    """The entries of the list under `key` that fit the model; the faults go to the document."""
    if not isinstance(document.value, Mapping):
        document.report((), f'the file must hold "{key}:" with a list under it')
        return
    for name in document.value:
        if name != key:
            document.report((name,), explain.unknown(name, whole), key=True)
    rows = document.value.get(key)
    if key not in document.value:
        document.report((), f'the field "{key}" is missing: add "{key}:" with a list under it')
    elif not isinstance(rows, list):
        document.report((key,), f'"{key}" must be a list: begin each entry with a hyphen', key=True)
    else:
        for index, row in enumerate(rows):
            try:
                yield index, entry.model_validate(row)
            except ValidationError as error:
                for fault in error.errors():
                    _report(document, (key, index), fault, entry)


def _report(document: Document, base: Loc, fault: ErrorDetails, entry: type[BaseModel]) -> None:
    inner = fault["loc"]
    # An empty value has no place of its own: the parser puts it where the next thing begins.
    of_key = fault["type"] == "extra_forbidden" or inner[-1:] == (explain.KEY,) or fault["input"] is None
    loc: Loc = (*base, *(part for part in inner if part != explain.KEY))
    document.report(loc, explain.message(fault, _model_at(entry, inner)), key=of_key)


def _model_at(entry: type[BaseModel], inner: Loc) -> type[BaseModel]:
    """The model that a fault is about: entities stand at entities.N, terms at entities.N.terms.LANGUAGE.N."""
    if entry is WatchlistEntry and len(inner) > 2:
        return TermEntry if len(inner) > 5 else EntityEntry
    return entry
