"""Word lists: finding labelled word forms in folded text, in any of the languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from news.fold import fold

# Arabic writes "and", "in", "like", "to" and "the" as part of the word.
_ARTICLE = re.compile(r"(?:[وف]?[بكل]?ال|[وف]?لل)(?=..)")
_CLITICS = re.compile(r"(?:[وف]?[بكل]?ال|[وف]?لل|[وفبكل])(?=..)")
_LONGEST_PHRASE = 4
_SHORTEST_STEM = 3


def without_clitics(word: str) -> str:
    """The Arabic word without its joined particles and article; any other word as it is."""
    if not "\u0600" <= word[:1] <= "\u06ff":
        return word
    return _CLITICS.sub("", word, count=1) if _CLITICS.match(word) else word


def without_article(word: str) -> str:
    """The Arabic word without its article and what is joined to that. Names begin with the letters of
    the other particles too, so these stay."""
    found = _ARTICLE.match(word)
    return word[found.end() :] if found else word


class Lexicon:
    """Labels and their forms. A form is one to four folded words joined by "_"; an ending "*"
    on the last word stands for any ending (the stem needs three letters)."""

    def __init__(self, forms: Mapping[str, str]) -> None:
        self._whole: dict[tuple[str, ...], str] = {}
        self._stems: dict[tuple[str, ...], str] = {}
        self._first: set[str] = set()
        self._openings: set[str] = set()
        self._longest_stem = 0
        for label, words in forms.items():
            for form in fold(words).split():
                self._add(tuple(form.rstrip("*").split("_")), form.endswith("*"), label)

    def _add(self, form: tuple[str, ...], stem: bool, label: str) -> None:
        if len(form) > _LONGEST_PHRASE or (stem and len(form[-1]) < _SHORTEST_STEM):
            raise ValueError(f"form too long or stem too short: {form}")
        (self._stems if stem else self._whole)[form] = label
        if len(form) > 1:
            self._first.add(form[0])
        self._openings.add(form[0][:_SHORTEST_STEM])
        if stem:
            self._longest_stem = max(self._longest_stem, len(form[-1]))

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """(first word, word after the last, label) of each form, longest form first at a place."""
        at = 0
        while at < len(words):
            found = self._at(words, at)
            if found:
                yield at, at + found[0], found[1]
            at += found[0] if found else 1

    def _at(self, words: Sequence[str], at: int) -> tuple[int, str] | None:
        word = words[at]
        bare = word if word.isascii() else without_clitics(word)
        for first in (word,) if bare == word else (word, bare):
            if first[:_SHORTEST_STEM] not in self._openings:
                continue
            if first in self._first:
                for size in range(min(_LONGEST_PHRASE, len(words) - at), 1, -1):
                    label = self._label((first, *words[at + 1 : at + size - 1]), words[at + size - 1])
                    if label:
                        return size, label
            label = self._label((), first)
            if label:
                return 1, label
        return None

    def _label(self, head: tuple[str, ...], last: str) -> str:
        whole = self._whole.get((*head, last))
        if whole:
            return whole
        for size in range(min(len(last), self._longest_stem), _SHORTEST_STEM - 1, -1):
            label = self._stems.get((*head, last[:size]))
            if label:
                return label
        return ""
