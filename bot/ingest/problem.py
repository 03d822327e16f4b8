"""What is wrong in a file that people write, with its place in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault, in plain words with what to do. `line` and `column` count from 1; 0 where the
    fault is of the whole file."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.message}"


class CatalogError(Exception):
    """A file cannot be used. `problems` holds every fault found, in the file's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` where one of the known words is close to `word`, else nothing."""
    lowered = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), lowered, n=1, cutoff=0.6)
    return f'; did you mean "{lowered[close[0]]}"?' if close else ""
