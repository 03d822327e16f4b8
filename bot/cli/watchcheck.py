"""`watchlists check`: the file's errors, and what is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from bot.ingest import catalog, yamlfile
from bot.ingest.catalog import CatalogError, Problem
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
    return Examined(watchlists, read.problems)


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
