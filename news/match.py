"""Matching: which entities of the watchlists an item names, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from news.fold import composed
from news.forms import literal_forms, slots
from news.watch import Entity, Match, Term, Watchlist, WatchlistId
from news.words import BREAK, word_line, word_spans

TITLE = "title"
TEXT = "text"

_TAGS = ("country:", "lang:", "entity:", "watchlist:")
_LEANING = ("entity:", "watchlist:")

_Slots = tuple[frozenset[str], ...]
_QUOTES = str.maketrans({**dict.fromkeys("’‘ʼ`´′", "'"), **dict.fromkeys("‐‑‒–−", "-")})


@dataclass(frozen=True, slots=True)
class _Entry:
    """One term of one entity, compiled. Phrases of `company` and `unless` are numbers.

    `leans`: it depends on another entity, so it is judged after those that do not.
    """

    watchlist: WatchlistId
    entity: Entity
    term: Term
    written: str
    company: frozenset[int]
    unless: frozenset[int]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    leans: bool


@dataclass(frozen=True, slots=True)
class _Use:
    """What a found pattern may stand for: an entry, or a phrase number where `entry` is None.

    `slots` and `anchor`: the pattern is one word of several that decline each on its own.
    """

    entry: _Entry | None = None
    phrase: int = -1
    slots: _Slots = ()
    anchor: int = 0


_Hit = tuple[_Entry, int, int]


class _Field:
    """A title or text, whose words are looked up in the original only when one of them matched."""

    def __init__(self, name: str, raw: str) -> None:
        self.name = name
        self.raw = raw
        self._spans: list[tuple[int, int]] | None = None

    def span(self, first: int, last: int) -> tuple[int, int]:
        if self._spans is None:
            self._spans = word_spans(self.raw)
        return self._spans[first][0], self._spans[last][1]


class _Line:
    """The word line of a whole item: title, break, text."""

    def __init__(self, title: str, text: str) -> None:
        head = word_line(title)
        self.line = head + BREAK + word_line(text)
        self._title_words = head.count(" ") - 1
        self._title, self._text = _Field(TITLE, title), _Field(TEXT, text)

    def place(self, start: int, end: int) -> tuple[_Field, int, int]:
        """The field and code points of the words between two spaces of the line."""
        first = self.line.count(" ", 0, start)
        last = first + self.line.count(" ", start + 1, end - 1)
        field = self._title if first < self._title_words else self._text
        offset = 0 if field is self._title else self._title_words + 1
        return field, *field.span(first - offset, last - offset)


class Matcher:
    """Finds the terms of watchlists in items. Compile it once per revision of the watchlists.

    Whole words of folded text only, never parts of words; overlapping names are all found. A term
    matches in an item of any language, because names travel. Beside phrases, `company` and
    `unless` take "country:ML" (the outlet's country), "lang:fr" (the item's language), and
    "entity:kidal" or "watchlist:mali": one that the item names by a term without such a rule.
    """

    def __init__(self, watchlists: Sequence[Watchlist]) -> None:
        self._phrases: dict[str, int] = {}
        uses: dict[str, list[_Use]] = {}
        for watchlist in watchlists:
            for entity in watchlist.entities:
                for term in entity.terms:
                    self._add_term(uses, watchlist.id, entity, term)
        for text, number in self._phrases.items():
            if not text.startswith(_TAGS):
                self._add(uses, text, None, _Use(phrase=number))
        self._uses = tuple(tuple(found) for found in uses.values())
        self._automaton = AhoCorasick(
            list(uses), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )

    def _add_term(
        self, uses: dict[str, list[_Use]], watchlist: WatchlistId, entity: Entity, term: Term
    ) -> None:
        entry = _Entry(
            watchlist,
            entity,
            term,
            _written(term.text) if term.exact else "",
            frozenset(map(self._number, term.company)),
            frozenset(map(self._number, term.unless)),
            _neighbours(term.not_before),
            _neighbours(term.not_after),
            bool(tag_names(term)),
        )
        self._add(uses, term.text, entry, _Use(entry=entry))

    def _number(self, text: str) -> int:
        return self._phrases.setdefault(text, len(self._phrases))

    def _add(self, uses: dict[str, list[_Use]], text: str, entry: _Entry | None, use: _Use) -> None:
        words = slots(text)
        if words and not (entry and (entry.term.prefix or entry.term.exact)):
            anchor = max(range(len(words)), key=lambda index: min(map(len, words[index])))
            use = _Use(use.entry, use.phrase, words, anchor)
            patterns = [f" {form} " for form in words[anchor]]
        else:
            patterns = list(literal_forms(text, entry.entity.kind if entry else None))
        if entry and entry.term.prefix:
            patterns = [pattern.rstrip() for pattern in patterns]
        for pattern in patterns:
            uses.setdefault(pattern, []).append(use)

    def find(self, title: str, text: str, language: str = "", country: str = "") -> tuple[Match, ...]:
        """Every name of an entity that stands in the item and whose rules let it pass.

        In order of field (title first) and place. A name inside a longer name of the same entity
        is not given again. `language` is the item's (ISO 639-1), `country` the outlet's (ISO 3166-1).
        """
        item = _Line(title, text)
        hits, present = self._scan(item.line)
        if not hits:
            return ()
        self._tag(present, f"country:{country.upper()}", f"lang:{language[:2].lower()}")
        found = _passing([hit for hit in hits if not hit[0].leans], item, present)
        leaning = [hit for hit in hits if hit[0].leans]
        if leaning:
            for match in found:
                self._tag(present, f"entity:{match.entity}", f"watchlist:{match.watchlist}")
            found += _passing(leaning, item, present)
        return tuple(_outermost(found))

    def _tag(self, present: set[int], *tags: str) -> None:
        present.update(self._phrases[tag] for tag in tags if tag in self._phrases)

    def _scan(self, line: str) -> tuple[list[_Hit], set[int]]:
        """The terms in a word line with their places, and the numbers of the phrases in it."""
        hits: list[_Hit] = []
        present: set[int] = set()
        for pattern, start, end in self._automaton.find_matches_as_indexes(line, overlapping=True):
            for use in self._uses[pattern]:
                span = _whole(line, start, end, use)
                if span is None:
                    continue
                if use.entry is None:
                    present.add(use.phrase)
                else:
                    hits.append((use.entry, *span))
        return hits, present


def tag_names(term: Term) -> tuple[str, ...]:
    """The entities and watchlists that a term's rules name: ("entity:kidal", …)."""
    return tuple(text for text in (*term.company, *term.unless) if text.startswith(_LEANING))


def _passing(hits: list[_Hit], item: _Line, present: set[int]) -> list[Match]:
    found = []
    for entry, start, end in hits:
        if not _held_back(entry, item.line, start, end, present):
            field, first, last = item.place(start, end)
            if not entry.written or _written(field.raw[first:last]) == entry.written:
                found.append(_match(entry, field, first, last))
    return found


def _whole(line: str, start: int, end: int, use: _Use) -> tuple[int, int] | None:
    """The place of the whole name of which a pattern was found; None if the rest is not there."""
    if use.entry is not None and use.entry.term.prefix:
        return start, line.index(" ", end) + 1
    if not use.slots:
        return start, end
    for forms in use.slots[use.anchor + 1 :]:
        nearest = line.find(" ", end)
        if nearest < 0 or line[end:nearest] not in forms:
            return None
        end = nearest + 1
    for forms in reversed(use.slots[: use.anchor]):
        farthest = line.rfind(" ", 0, start)
        if farthest < 0 or line[farthest + 1 : start] not in forms:
            return None
        start = farthest
    return start, end


def _held_back(entry: _Entry, line: str, start: int, end: int, present: set[int]) -> bool:
    """Whether a rule of the term says that here it names something else."""
    if entry.company and entry.company.isdisjoint(present):
        return True
    if not entry.unless.isdisjoint(present):
        return True
    if entry.not_before and line.startswith(entry.not_before, end - 1):
        return True
    return bool(entry.not_after) and line.endswith(entry.not_after, 0, start + 1)


def _neighbours(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(form for text in texts for form in literal_forms(text, None)))


def _written(text: str) -> str:
    return " ".join(composed(text).translate(_QUOTES).split())


def _match(entry: _Entry, field: _Field, start: int, end: int) -> Match:
    entity = entry.entity
    return Match(
        entry.watchlist, entity.id, entity.kind, entity.name, entry.term.text, field.name, start, end
    )


def _outermost(found: list[Match]) -> Iterator[Match]:
    """In order, less the names that stand inside another name of the same entity."""
    reach: dict[tuple[str, str, str], int] = {}
    order = {TITLE: 0, TEXT: 1}
    ranked = sorted(
        found, key=lambda m: (order[m.field], m.start, -m.end, m.watchlist, m.entity)
    )  # stable: the term that stands first in the file wins a shared place
    for match in ranked:
        key = (match.watchlist, match.entity, match.field)
        if match.end > reach.get(key, -1):
            reach[key] = match.end
            yield match
