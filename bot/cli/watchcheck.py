"""`watchlists check`: the file's errors and warnings, and what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from bot.ingest import catalog, yamlfile
from bot.ingest.catalog import CatalogError, Problem, Read
from bot.ingest.yamlfile import Document, Loc
from news import lint
from news.watch import Watchlist


@dataclass(frozen=True, slots=True)
class Examined:
    """What a watchlists file holds. `errors` keep the bot from starting, `warnings` do not."""

    watchlists: tuple[Watchlist, ...] = ()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "watchlists": [
                {"id": w.id, "title": w.title, "entities": len(w.entities), "terms": terms_by_language(w)}
                for w in self.watchlists
            ],
            "errors": [asdict(problem) for problem in self.errors],
            "warnings": [asdict(problem) for problem in self.warnings],
        }


def examine(path: Path) -> Examined:
    """Everything that can be said of the file; never raises for what it holds."""
    try:
        read = catalog.read_watchlists(yamlfile.read_text(path), str(path))
    except CatalogError as error:
        return Examined(errors=error.problems)
    watchlists = tuple(watchlist for _, watchlist in read.entries)
    # Warnings look across the watchlists: with one missing, they would be about the wrong thing.
    warnings = () if read.problems else tuple(_warning(read, found) for found in lint.problems(watchlists))
    return Examined(watchlists, read.problems, tuple(sorted(warnings)))


def _warning(read: Read[Watchlist], found: lint.Problem) -> Problem:
    """A warning with the line of what it is about."""
    return Problem(read.document.path, *read.document.place(_loc(read, found)), str(found))


def _loc(read: Read[Watchlist], found: lint.Problem) -> Loc:
    """Where in the file the watchlist, entity or term of a warning stands, as near as can be told."""
    for index, watchlist in read.entries:
        numbers = [n for n, entity in enumerate(watchlist.entities) if entity.id == found.entity]
        if watchlist.id != found.watchlist:
            continue
        if not numbers:
            return ("watchlists", index, "id")
        entity: Loc = ("watchlists", index, "entities", numbers[0])
        terms = [loc for loc, text in _terms(read.document, (*entity, "terms")) if text == found.term]
        if terms:
            return terms[-1] if found.fault is lint.Fault.DUPLICATE else terms[0]
        return (*entity, "id")
    return ()


def _terms(document: Document, base: Loc) -> Iterator[tuple[Loc, str]]:
    """The terms under `base` with their text as it was read, in the file's order."""
    terms = document.at(base)
    for language, forms in (terms if isinstance(terms, dict) else {}).items():
        for number, form in enumerate(forms):
            text = form.get("text", "") if isinstance(form, dict) else form
            yield (*base, language, number), " ".join(str(text).split())


def terms_by_language(watchlist: Watchlist) -> dict[str, int]:
    counted = Counter(term.language or "any" for entity in watchlist.entities for term in entity.terms)
    return dict(sorted(counted.items()))


def table(watchlists: tuple[Watchlist, ...]) -> Table:
    """The watchlists for people to read."""
    shown = Table(show_edge=False, caption=f"{len(watchlists)} watchlists")
    for name in ("id", "title", "terms by language"):
        shown.add_column(name, overflow="fold")
    shown.add_column("entities", justify="right")
    for watchlist in watchlists:
        terms = "  ".join(f"{language} {count}" for language, count in terms_by_language(watchlist).items())
        shown.add_row(watchlist.id, escape(watchlist.title), terms, str(len(watchlist.entities)))
    return shown
