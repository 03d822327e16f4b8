"""Sketches: what of an item says which event it tells, whatever its language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from news.dates import named_days
from news.events import actions
from news.fold import fold
from news.gazetteer import places
from news.identity import fingerprint
from news.item import Item, ItemId
from news.names import key_of, name_keys
from news.reprint import credit, shingles
from news.tokens import content, guess_language
from news.watch import Kind, Match
from news.words import words

# The lead tells the event; further down stands background that other events share.
LEAD_CHARACTERS = 600
# A day further away is background ("since the coup of 26 July 2023").
RECENT = timedelta(days=31)
NO_ITEM = ItemId(0)
_ACTORS = frozenset({Kind.GROUP, Kind.PERSON, Kind.FORCE, Kind.ORGANISATION, Kind.AGREEMENT})
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[ .,\u00a0\u202f]\d{3})+(?![\w])|(?<![\w.,-])\d+(?![\w-])")
_ACRONYMS = {
    "US": "us", "U.S.": "us", "USA": "us", "UN": "un", "U.N.": "un", "ONU": "un", "EU": "eu", "UE": "eu",
    "ЕС": "eu", "UK": "gb", "AES": "aes", "AU": "au",
}  # fmt: skip
_ACRONYM = re.compile(r"(?<![\w.])(?:" + "|".join(re.escape(word) for word in _ACRONYMS) + r")(?![\w])")
_ROUND_UP = re.compile(
    r"\b(?:week|month|year) in (?:review|pictures)|round-?up"
    r"|(?:news|morning|daily|weekly|evening) (?:brief|digest)"
    r"|top (?:stories|headlines)|revue de presse|en bref|journal (?:du soir|de l'afrique)|l'essentiel de"
    r"|live (?:updates|blog)|\blive:|en direct\b|as it happened|at a glance|timeline"
    r"|what we know|ce que l'on sait"
    r"|главное за|итоги (?:дня|недели)|онлайн|اهم الاخبار|حصاد|resumen (?:de|del)|en vivo|ultima hora"
)


@dataclass(frozen=True, slots=True)
class Sketch:
    """An item's features. Words are folded; entities go by their folded names, towns by
    "name@country", states by ISO code, names by `news.names.key`.

    `heads` are the entities, `head_towns` the towns and `head_states` the states of the title. `title`
    and `lead` are stems, the lead's without the title's. `days` are recent days named outright.
    `round_up`: the item tells many events.
    """

    item: ItemId
    at: datetime
    language: str
    publisher: str
    entities: frozenset[str]
    persons: frozenset[str]
    heads: frozenset[str]
    towns: frozenset[str]
    head_towns: frozenset[str]
    states: frozenset[str]
    head_states: frozenset[str]
    actions: frozenset[str]
    head_actions: frozenset[str]
    numbers: frozenset[str]
    head_numbers: frozenset[str]
    days: frozenset[date]
    names: frozenset[str]
    title: frozenset[str]
    lead: frozenset[str]
    shingles: bytes
    fingerprint: str
    credit: str
    round_up: bool


def sketch(
    item: Item, matches: Sequence[Match], publisher: str, at: datetime, id_: ItemId = NO_ITEM
) -> Sketch:
    """The item's features; `at` is when it appeared (published, or first seen where it has no date)."""
    lead = item.text[:LEAD_CHARACTERS]
    head_words, lead_words = words(item.title), words(lead)
    language = guess_language(head_words + lead_words, item.language)
    title = frozenset(content(head_words, language))
    near = [m for m in matches if m.field == "title" or m.start < LEAD_CHARACTERS]
    heads = [m for m in near if m.field == "title"]
    head_actions = actions(head_words)
    named = named_days(head_words + lead_words, at.date())
    of_days = {str(day.day) for day in named}
    head_numbers = frozenset(_numbers(item.title)) - of_days
    head_places, lead_places = places(head_words), places(lead_words)
    head_states = head_places.states | _acronyms(item.title)
    return Sketch(
        item=id_,
        at=at,
        language=language,
        publisher=publisher,
        entities=_entities(near, _ACTORS),
        persons=_entities(near, frozenset({Kind.PERSON})),
        heads=_entities(heads, _ACTORS),
        towns=head_places.towns | lead_places.towns,
        head_towns=head_places.towns,
        states=head_states | lead_places.states | _acronyms(lead),
        head_states=head_states,
        actions=head_actions | actions(lead_words),
        head_actions=head_actions,
        numbers=head_numbers | (frozenset(_numbers(lead)) - of_days),
        head_numbers=head_numbers,
        days=frozenset(day for day in named if abs(day - at.date()) <= RECENT),
        names=name_keys(item.title, lead, language)
        - _known(item, near, head_places.words | lead_places.words, language),
        title=title,
        lead=frozenset(content(lead_words, language)) - title,
        shingles=shingles(head_words, words(item.text)),
        fingerprint=fingerprint(item),
        credit=credit(item),
        round_up=bool(_ROUND_UP.search(fold(item.title))),
    )


def _entities(matches: Sequence[Match], kinds: frozenset[Kind]) -> frozenset[str]:
    return frozenset(fold(match.name) for match in matches if match.kind in kinds)


def _known(
    item: Item, matches: Sequence[Match], place_words: frozenset[str], language: str
) -> frozenset[str]:
    """Keys of the names that are known as entities or places already."""
    terms = ((item.title if m.field == "title" else item.text)[m.start : m.end] for m in matches)
    named = place_words.union(*map(words, set(terms)))
    return frozenset(key_of(word, language) for word in named)


def _acronyms(text: str) -> frozenset[str]:
    return frozenset(_ACRONYMS[found] for found in _ACRONYM.findall(text))


def _numbers(text: str) -> Iterator[str]:
    """Figures other than years, thousands without their separators."""
    for found in _NUMBER.findall(fold(text)):
        number = re.sub(r"\D", "", found).lstrip("0")
        if number and not (len(number) == 4 and number[:2] in ("19", "20")):
            yield number
