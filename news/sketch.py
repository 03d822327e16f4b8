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
from news.mentions import Mention, mentions, places_told
from news.names import key_of, name_keys
from news.reprint import credit, shingles
from news.settlements import areas, settlements
from news.tokens import content, guess_language
from news.watch import Kind, Match
from news.words import words

# The lead tells the event; further down stands background that other events share.
LEAD_CHARACTERS = 600
# A day further away is background ("since the coup of 26 July 2023").
RECENT = timedelta(days=31)
NO_ITEM = ItemId(0)
# Deeds whose victims titles count.
_TOLLS = frozenset({"killed", "abduct"})
_ACTORS = frozenset({Kind.GROUP, Kind.PERSON, Kind.FORCE, Kind.ORGANISATION, Kind.AGREEMENT})
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[ .,\u00a0\u202f]\d{3})+(?![\w])|(?<![\w.,-])\d+(?![\w-])")
_ACRONYMS = {
    "US": "us", "U.S.": "us", "USA": "us", "UN": "un", "U.N.": "un", "ONU": "un", "EU": "eu", "UE": "eu",
    "ЕС": "eu", "UK": "gb", "AES": "aes", "AU": "au",
}  # fmt: skip
_ACRONYM = re.compile(r"(?<![\w.])(?:" + "|".join(re.escape(word) for word in _ACRONYMS) + r")(?![\w])")
_ACRONYM_WORDS = frozenset(map(fold, _ACRONYMS))
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

    `areas` are those towns that are said as regions; `head_sites` and `lead_sites` are places that no table
    knows, `head_names` the other unknown names of the title. `tolls` are the deeds that its figures count.

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
    areas: frozenset[str]
    head_sites: frozenset[str]
    lead_sites: frozenset[str]
    head_names: frozenset[Mention]
    tolls: frozenset[str]
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
    where = _where(item.title, lead, head_words, lead_words, language)
    known = _known_words(item, near)
    called = mentions(item.title, language, known | where.words | _ACRONYM_WORDS)
    head_states = where.head_states | _acronyms(item.title)
    return Sketch(
        item=id_,
        at=at,
        language=language,
        publisher=publisher,
        entities=_entities(near, _ACTORS),
        persons=_entities(near, frozenset({Kind.PERSON})),
        heads=_entities(heads, _ACTORS),
        towns=where.towns,
        head_towns=where.head_towns,
        areas=where.areas,
        head_sites=frozenset(each.name for each in called if each.place and each.sure),
        lead_sites=places_told(lead) - known - where.words,
        head_names=frozenset(each for each in called if not (each.place and each.sure)),
        tolls=head_actions & _TOLLS if head_numbers else frozenset(),
        states=head_states | where.states | _acronyms(lead),
        head_states=head_states,
        actions=head_actions | actions(lead_words),
        head_actions=head_actions,
        numbers=head_numbers | (frozenset(_numbers(lead)) - of_days),
        head_numbers=head_numbers,
        days=frozenset(day for day in named if abs(day - at.date()) <= RECENT),
        names=name_keys(item.title, lead, language)
        - frozenset(key_of(word, language) for word in known | where.words),
        title=title,
        lead=frozenset(content(lead_words, language)) - title,
        shingles=shingles(head_words, words(item.text)),
        fingerprint=fingerprint(item),
        credit=credit(item),
        round_up=bool(_ROUND_UP.search(fold(item.title))),
    )


def _entities(matches: Sequence[Match], kinds: frozenset[Kind]) -> frozenset[str]:
    return frozenset(fold(match.name) for match in matches if match.kind in kinds)


def _known_words(item: Item, matches: Sequence[Match]) -> frozenset[str]:
    """The folded words of the entities' names as the item writes them."""
    terms = (
        (item.title if m.field == "title" else item.text)[m.start : m.end]
        for m in matches
        if m.kind is not Kind.PLACE
    )
    return frozenset().union(*map(words, set(terms)))


@dataclass(frozen=True, slots=True)
class _Where:
    """The known places of an item, `words` those that say them."""

    head_towns: frozenset[str]
    towns: frozenset[str]
    areas: frozenset[str]
    head_states: frozenset[str]
    states: frozenset[str]
    words: frozenset[str]


def _where(title: str, lead: str, head: Sequence[str], rest: Sequence[str], language: str) -> _Where:
    head_places, lead_places = places(head), places(rest)
    states = head_places.states | lead_places.states
    near, far = settlements(title, language, states), settlements(lead, language, states)
    head_towns = head_places.towns | near.towns
    towns = head_towns | lead_places.towns | far.towns
    return _Where(
        head_towns=head_towns,
        towns=towns,
        areas=frozenset(areas(fold(f"{title} {lead}"), towns)) if towns else frozenset(),
        head_states=head_places.states,
        states=states,
        words=head_places.words | lead_places.words | near.words | far.words,
    )


def _acronyms(text: str) -> frozenset[str]:
    return frozenset(_ACRONYMS[found] for found in _ACRONYM.findall(text))


def _numbers(text: str) -> Iterator[str]:
    """Figures other than years, thousands without their separators."""
    for found in _NUMBER.findall(fold(text)):
        number = re.sub(r"\D", "", found).lstrip("0")
        if number and not (len(number) == 4 and number[:2] in ("19", "20")):
            yield number
