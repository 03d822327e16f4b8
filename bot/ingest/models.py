"""The shape of feeds.yaml and watchlists.yaml: what is checked, and what the JSON Schemas say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from bot.ingest.codes import COUNTRIES, LANGUAGES, USUAL_COUNTRY_SLIPS, USUAL_LANGUAGE_SLIPS
from news.feed import Affiliation, FeedId, FeedSpec, Reliability
from news.watch import Entity, EntityId, Kind, Term, Watchlist, WatchlistId

# A platform's button carries "/subscribe <id>" in at most 64 bytes.
ID_LENGTH = 40
_ID = rf"[a-z0-9][a-z0-9-]{{0,{ID_LENGTH - 1}}}"
_INTERVAL = r"[0-9]{1,6}[smh]"
_SECONDS = {"s": 1, "m": 60, "h": 3600}
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(days=7)


def _check_id(value: str) -> str:
    if not re.fullmatch(_ID, value):
        raise ValueError(
            f'"{value[:60]}" cannot be an id: use up to {ID_LENGTH} small letters a-z, digits and hyphens'
        )
    return value


def _check_text(value: str) -> str:
    words = " ".join(value.split())
    if not words:
        raise ValueError("is empty: write something or remove the field")
    return words


def _check_language(value: str) -> str:
    if value not in LANGUAGES:
        meant = USUAL_LANGUAGE_SLIPS.get(value.casefold()) or value.casefold()[:2]
        hint = f'; did you mean "{meant}"?' if meant in LANGUAGES else ""
        raise ValueError(f'"{value[:20]}" is not a language: use its ISO 639-1 code, as in fr{hint}')
    return value


def _check_term_language(value: str) -> str:
    return value if value == "any" else _check_language(value)


def _check_country(value: str) -> str:
    if value not in COUNTRIES:
        meant = USUAL_COUNTRY_SLIPS.get(value.upper()) or value.upper()
        hint = f'; did you mean "{meant}"?' if meant in COUNTRIES else ""
        raise ValueError(
            f'"{value[:20]}" is not a country: use a two-letter code of ISO 3166-1, as in ML, '
            f"or remove the field where the outlet is international{hint}"
        )
    return value


def check_url(value: str) -> str:
    """An http(s) address that can be polled; raises ValueError in plain words."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f'"{value[:100]}" is not an address') from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f'"{value[:100]}" is not an address that begins with https:// or http://')
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address must not carry a user name or password")
    if len(value) > 2000 or not value.isprintable() or re.search(r'[\s"<>]', value):
        raise ValueError("an address has no spaces, quotes or control characters: write them as %20, %22 …")
    return value


def parse_interval(value: str) -> timedelta:
    """A duration written as in 15m; raises ValueError in plain words."""
    if not re.fullmatch(_INTERVAL, value):
        raise ValueError(f'"{value[:20]}" is not an interval: write a number and s, m or h, as in 15m')
    duration = timedelta(seconds=int(value[:-1]) * _SECONDS[value[-1]])
    if not SHORTEST <= duration <= LONGEST:
        raise ValueError(f'the interval "{value}" is out of bounds: use 1s to 168h')
    return duration


def interval_text(duration: timedelta) -> str:
    """A duration as the files write it, in the largest unit that holds it exactly."""
    seconds = max(1, round(duration.total_seconds()))
    for unit in ("h", "m"):
        if seconds % _SECONDS[unit] == 0:
            return f"{seconds // _SECONDS[unit]}{unit}"
    return f"{seconds}s"


def _check_interval(value: str) -> str:
    parse_interval(value)
    return value


def _term_mapping(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Id = Annotated[str, AfterValidator(_check_id), Field(json_schema_extra={"pattern": f"^{_ID}$"})]
Text = Annotated[str, AfterValidator(_check_text), Field(json_schema_extra={"minLength": 1})]
Language = Annotated[str, AfterValidator(_check_language), Field(json_schema_extra={"pattern": "^[a-z]{2}$"})]
TermLanguage = Annotated[str, AfterValidator(_check_term_language)]
Country = Annotated[str, AfterValidator(_check_country), Field(json_schema_extra={"pattern": "^[A-Z]{2}$"})]
Url = Annotated[str, AfterValidator(check_url), Field(json_schema_extra={"pattern": "^https?://"})]
Interval = Annotated[
    str, AfterValidator(_check_interval), Field(json_schema_extra={"pattern": f"^{_INTERVAL}$"})
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeedEntry(_Model):
    """One outlet's feed."""

    id: Id = Field(description="Short name used in commands; unique in the file.")
    title: Text = Field(description="The outlet's name as readers see it.")
    url: Url = Field(description="Address of the RSS, Atom or RDF feed.")
    languages: list[Language] = Field(default=[], description="ISO 639-1 codes of what it publishes in.")
    country: Country = Field(
        default="", description="ISO 3166-1 alpha-2 of the outlet's seat; leave out if international."
    )
    family: Text = Field(default="", description="One name for all outlets of one publisher.")
    affiliation: Affiliation = Field(default=Affiliation.INDEPENDENT, description="Who stands behind it.")
    reliability: Reliability = Field(
        default=Reliability.F,
        description="Admiralty code: A completely reliable … E unreliable, F cannot be judged.",
    )
    reason: Text = Field(default="", description="Why that reliability, in one line.")
    interval: Interval = Field(default="15m", description="Usual time between polls: number and s, m or h.")
    note: Text = Field(default="", description="What is known of the feed itself.")

    def spec(self) -> FeedSpec:
        return FeedSpec(
            id=FeedId(self.id),
            title=self.title,
            url=self.url,
            languages=tuple(self.languages),
            country=self.country,
            family=self.family,
            affiliation=self.affiliation,
            reliability=self.reliability,
            reason=self.reason,
            interval=parse_interval(self.interval),
            note=self.note,
        )


class FeedsFile(_Model):
    """The catalogue of outlets that sahelwatch polls."""

    feeds: list[FeedEntry]


class TermEntry(_Model):
    """A form of an entity's name, with what narrows it."""

    text: Text
    exact: StrictBool = Field(default=False, description="Case and accents as written.")
    prefix: StrictBool = Field(default=False, description="May be the beginning of a longer word.")
    company: list[Text] = Field(default=[], description="At least one of these must stand in the item too.")
    unless: list[Text] = Field(default=[], description="None of these may stand in the item.")
    not_before: list[Text] = Field(default=[], description="Words that must not follow the term.")
    not_after: list[Text] = Field(default=[], description="Words that must not stand before the term.")
    source: Text = Field(default="", description="Where the form comes from.")

    def term(self, language: str) -> Term:
        return Term(
            text=self.text,
            language="" if language == "any" else language,
            exact=self.exact,
            prefix=self.prefix,
            company=tuple(self.company),
            unless=tuple(self.unless),
            not_before=tuple(self.not_before),
            not_after=tuple(self.not_after),
        )


TermField = Annotated[TermEntry, BeforeValidator(_term_mapping, json_schema_input_type=str | TermEntry)]


class EntityEntry(_Model):
    """A group, person, place … and the forms of its name by language."""

    id: Id
    name: Text
    kind: Kind
    source: Text = Field(default="", description="Where the names come from.")
    terms: dict[TermLanguage, list[TermField]] = Field(
        min_length=1,
        description='By language: an ISO 639-1 code, or "any".',
        json_schema_extra={"propertyNames": {"pattern": "^([a-z]{2}|any)$"}},
    )

    def entity(self) -> Entity:
        terms = tuple(term.term(language) for language, forms in self.terms.items() for term in forms)
        return Entity(id=EntityId(self.id), name=self.name, kind=self.kind, terms=terms)


class WatchlistEntry(_Model):
    """What a chat can subscribe to."""

    id: Id
    title: Text
    description: Text = ""
    entities: list[EntityEntry] = Field(min_length=1)

    def watchlist(self) -> Watchlist:
        return Watchlist(
            id=WatchlistId(self.id),
            title=self.title,
            description=self.description,
            entities=tuple(entity.entity() for entity in self.entities),
        )


class WatchlistsFile(_Model):
    """What sahelwatch watches for."""

    watchlists: list[WatchlistEntry]
