"""Watchlists: what analysts want to hear of. A watchlist holds entities, an entity terms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

WatchlistId = NewType("WatchlistId", str)
EntityId = NewType("EntityId", str)


class Kind(StrEnum):
    GROUP = "group"
    PERSON = "person"
    AGREEMENT = "agreement"
    PLACE = "place"
    FORCE = "force"
    ORGANISATION = "organisation"
    STATE = "state"
    THEME = "theme"


@dataclass(frozen=True, slots=True)
class Term:
    """One form of an entity's name.

    `language` is ISO 639-1 or "" for any. `exact` asks for the written case and accents (FAN,
    AES). `company`: at least one of these phrases must stand in the item too; `unless`: none of
    these may (both are folded whole-word phrases). `not_before` / `not_after`: words that, next
    to the term, make it another name ("Niger" not before "State"). `prefix`: the term may be
    the beginning of a longer word.
    """

    text: str
    language: str = ""
    exact: bool = False
    prefix: bool = False
    company: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    id: EntityId
    name: str
    kind: Kind
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Watchlist:
    id: WatchlistId
    title: str
    entities: tuple[Entity, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A term that hit. `start` and `end` are code points of the field's text, end exclusive."""

    watchlist: WatchlistId
    entity: EntityId
    kind: Kind
    name: str
    term: str
    field: str
    start: int
    end: int
