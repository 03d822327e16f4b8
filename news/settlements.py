"""Sahel towns and areas by name as written: capitals tell a name from a word, unsure names need a cue."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from news.fold import fold
from news.gazetteer import town_named
from news.mentions import leads_to_place
from news.places_data import PLACES

_CAPITALISED = re.compile(r"(?<![\w-])[A-ZÀ-ÖØ-ÞА-ЯЁ][\w-]*[^\W\d_]")
_PARTS = re.compile(r"[^\W_]+")
_REACH = 60  # characters beside a name that are looked at
_REGION = re.compile(r"\b(?:region|province|cercle|department|departement|wilaya)\b")


@dataclass(frozen=True, slots=True)
class _Form:
    rest: tuple[str, ...]
    label: str
    sure: bool


class _Table:
    """The data by the first folded word of each spelling, and what lies within what."""

    def __init__(self, lines: str) -> None:
        self.forms: dict[str, list[_Form]] = {}
        self.parents: dict[str, frozenset[str]] = {}
        self.areas: set[str] = set()
        for line in lines.strip().splitlines():
            head, _, places = line.partition(": ")
            state, *areas = head.split()
            above = frozenset(_label(area, state) for area in areas if area != "-")
            if state in _AREAS_APART:
                self.areas.update(above)
            for place in places.split():
                self._add(place, state, above)
        for label, above in self.parents.items():
            self.parents[label] = above.union(*(self.parents.get(each, frozenset()) for each in above))

    def _add(self, place: str, state: str, above: frozenset[str]) -> None:
        spellings = place.removeprefix("?").split("/")
        label = _label(spellings[0], state)
        self.parents[label] = above - {label}
        for spelling in spellings:
            first, *rest = spelling.split("_")
            form = _Form(tuple(rest), label, not place.startswith("?"))
            self.forms.setdefault(_bare(first) if not rest else first, []).append(form)
            self.forms[_bare(first) if not rest else first].sort(key=lambda each: -len(each.rest))


# States whose provinces have names of their own; elsewhere an area is named after its seat.
_AREAS_APART = frozenset({"bf"})
_CASES = "аеиоуыюяьй"


def _label(name: str, state: str) -> str:
    return town_named(name.replace("_", " ")) or f"{name.replace('_', '-')}@{state}"


def _bare(word: str) -> str:
    """A Russian name without its ending."""
    return word.rstrip(_CASES) or word if "а" <= word[:1] <= "я" else word


_TABLE = _Table(PLACES)


@dataclass(frozen=True, slots=True)
class Settled:
    """Places a text names, as `news.gazetteer` labels them, and the folded words that say so."""

    towns: frozenset[str]
    words: frozenset[str]


def settlements(text: str, language: str, states: Collection[str]) -> Settled:
    """The places in a text; `states` are those the whole item names."""
    towns: set[str] = set()
    said: set[str] = set()
    for hit in _CAPITALISED.finditer(text):
        word = hit.group()
        first = word.lower() if word.isascii() else _bare(fold(word))
        forms = _TABLE.forms.get(first) or _TABLE.forms.get(first.partition("-")[0])
        found = forms and _fitting(forms, text, hit.start(), language, states)
        if found:
            towns.add(found.label)
            said.update((fold(word), *found.rest, *first.split("-")))
    return Settled(frozenset(towns), frozenset(said))


def _fitting(
    forms: Sequence[_Form], text: str, start: int, language: str, states: Collection[str]
) -> _Form | None:
    _, *after = _PARTS.findall(text[start : start + _REACH])
    folded = tuple(fold(word) for word in after[:3])
    for form in forms:
        if folded[: len(form.rest)] != form.rest:
            continue
        placed = leads_to_place(text[max(0, start - _REACH) : start], language)
        follows = _capital_follows(after[len(form.rest) :])
        if placed and (form.sure or not follows or form.label.rpartition("@")[2] in states):
            return form
        if form.sure and not follows and not _capital_before(text, start):
            return form
    return None


def _capital_follows(after: Sequence[str]) -> bool:
    """Whether the name goes on, as a person's does."""
    return bool(after) and after[0][0].isupper() and fold(after[0]) not in _AREA_WORDS


def _capital_before(text: str, start: int) -> bool:
    before = text[:start].rsplit(None, 1)[-1:] if text[start - 1 : start] == " " else []
    return bool(before and before[0][0].isupper() and before[0][-1].isalnum())


_AREA_WORDS = frozenset({"region", "province", "cercle", "district", "department"})


def town_of(name: str) -> str:
    """The label of a folded name, sure or not; "" for one the data does not have."""
    first, *rest = re.split(r"[ '-]", name)
    forms = _TABLE.forms.get(first if rest else _bare(first), ())
    return next((form.label for form in forms if form.rest == tuple(rest)), "")


def areas(folded: str, towns: Collection[str]) -> Iterator[str]:
    """Which of a text's towns are said as areas ("Mopti region", "région de Mopti")."""
    for town in towns:
        if town in _TABLE.areas:
            yield town
    if not _REGION.search(folded):
        return
    for found in re.finditer(r"(\w+)['’]?s? (?:region|province|cercle|department)\b", folded):
        yield town_of(found.group(1)) or town_named(found.group(1))
    for found in re.finditer(_REGION_OF, folded):
        yield town_of(found.group(1)) or town_named(found.group(1))


_REGION_OF = r"(?:region|province|cercle|departement|wilaya) (?:of |de |du |d'|de la )(\w+)"


def most_exact(towns: Collection[str]) -> frozenset[str]:
    """Without the areas that others of the towns lie in."""
    above = frozenset().union(*(_TABLE.parents.get(town, frozenset()) for town in towns))
    return frozenset(towns) - above or frozenset(towns)


def one_in_other(one: str, other: str, areas: Collection[str]) -> bool:
    """Whether two labels mean one place, or one an area (of `areas`) that the other lies in."""
    if one == other:
        return True
    if one in _TABLE.parents.get(other, ()):
        return one in areas
    return other in _TABLE.parents.get(one, ()) and other in areas
