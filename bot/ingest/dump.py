"""feeds.yaml and watchlists.yaml as text, with what equals the default left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import StringIO

from ruamel.yaml import YAML

from bot.ingest.models import interval_text
from news.feed import FeedSpec
from news.watch import Entity, Term, Watchlist


def dump_feeds(specs: Iterable[FeedSpec]) -> str:
    """The YAML text of a catalogue; `load_feeds` reads the same specs from it."""
    return _yaml("feeds", [feed_fields(spec) for spec in specs])


def dump_watchlists(watchlists: Iterable[Watchlist]) -> str:
    """The YAML text of watchlists; `load_watchlists` reads the same from it. Terms of one language
    stand together, so a list that mixes languages comes back sorted by them."""
    return _yaml("watchlists", [_watchlist(watchlist) for watchlist in watchlists])


def feed_fields(spec: FeedSpec) -> dict[str, object]:
    """A spec as the fields of the file, in the file's order, without the empty ones."""
    fields: dict[str, object] = {
        "id": str(spec.id),
        "title": spec.title,
        "url": spec.url,
        "languages": list(spec.languages),
        "country": spec.country,
        "family": spec.family,
        "affiliation": spec.affiliation.value,
        "reliability": spec.reliability.value,
        "reason": spec.reason,
        "interval": interval_text(spec.interval),
        "note": spec.note,
    }
    return {name: value for name, value in fields.items() if value}


def _watchlist(watchlist: Watchlist) -> dict[str, object]:
    fields: dict[str, object] = {"id": str(watchlist.id), "title": watchlist.title}
    if watchlist.description:
        fields["description"] = watchlist.description
    return {**fields, "entities": [_entity(entity) for entity in watchlist.entities]}


def _entity(entity: Entity) -> dict[str, object]:
    terms: dict[str, list[object]] = {}
    for term in entity.terms:
        terms.setdefault(term.language or "any", []).append(_term(term))
    return {"id": str(entity.id), "name": entity.name, "kind": entity.kind.value, "terms": terms}


def _term(term: Term) -> object:
    fields: dict[str, object] = {
        "exact": term.exact,
        "prefix": term.prefix,
        "company": list(term.company),
        "unless": list(term.unless),
        "not_before": list(term.not_before),
        "not_after": list(term.not_after),
    }
    given = {name: value for name, value in fields.items() if value}
    return {"text": term.text, **given} if given else term.text


def _yaml(key: str, rows: list[dict[str, object]]) -> str:
    writer = YAML(typ="rt")
    writer.width = 100
    writer.allow_unicode = True
    writer.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    whole: Mapping[str, object] = {key: rows}
    writer.dump(whole, out)
    return f"# yaml-language-server: $schema=schemas/{key}.schema.json\n{out.getvalue()}"
