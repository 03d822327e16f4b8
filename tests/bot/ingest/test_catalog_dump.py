"""What is written can be read again, and the shipped schemas say what the reader accepts."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.ingest import catalog, schema
from bot.ingest.models import FeedEntry, TermEntry
from news.feed import Affiliation, FeedId, FeedSpec, Reliability
from news.watch import Entity, EntityId, Kind, Term, Watchlist, WatchlistId
from tests.data import ROOT

# How long YAML takes says nothing here, on a busy machine least of all.
untimed = settings(deadline=None, max_examples=50)

ids = st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,39}\Z")
texts = (
    st.text(
        st.characters(exclude_categories=["C", "Z"], include_characters=" :#'\"-*&!|>%@`[]{},?0123456789"),
        min_size=1,
        max_size=60,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
texts |= st.sampled_from(["null", "NO", "2022", "1e3", "~", "0x1"])
languages = st.sampled_from(["en", "fr", "ar", "ru", "no"])
specs = st.builds(
    FeedSpec,
    id=ids.map(FeedId),
    title=texts,
    url=ids.map(lambda name: f"https://{name}.example/?a=1&b=%20#x"),
    languages=st.lists(languages, max_size=3).map(tuple),
    country=st.sampled_from(["", "NO", "ML"]),
    family=texts | st.just(""),
    affiliation=st.sampled_from(Affiliation),
    reliability=st.sampled_from(Reliability),
    reason=texts | st.just(""),
    interval=st.integers(1, 604800).map(lambda seconds: timedelta(seconds=seconds)),
    note=texts | st.just(""),
)
phrases = st.lists(texts, max_size=2).map(tuple)
terms = st.builds(
    Term,
    text=texts,
    language=languages | st.just(""),
    exact=st.booleans(),
    prefix=st.booleans(),
    company=phrases,
    unless=phrases,
    not_before=phrases,
    not_after=phrases,
)
entities = st.builds(
    Entity,
    id=ids.map(EntityId),
    name=texts,
    kind=st.sampled_from(Kind),
    terms=st.lists(terms, min_size=1, max_size=4).map(tuple),
)
watchlists = st.builds(
    Watchlist,
    id=ids.map(WatchlistId),
    title=texts,
    description=texts | st.just(""),
    entities=st.lists(entities, min_size=1, max_size=3, unique_by=lambda entity: entity.id).map(tuple),
)


@untimed
@given(st.lists(specs, max_size=4, unique_by=(lambda spec: spec.id, lambda spec: spec.url)))
def test_feeds_come_back_as_they_were_written(written: list[FeedSpec]) -> None:
    assert catalog.read_feeds(catalog.dump_feeds(written), "f").whole() == tuple(written)


@untimed
@given(st.lists(watchlists, max_size=3, unique_by=lambda watchlist: watchlist.id))
def test_watchlists_come_back_with_their_terms_by_language(written: list[Watchlist]) -> None:
    again = catalog.read_watchlists(catalog.dump_watchlists(written), "w").whole()
    for old, new in zip(written, again, strict=True):
        assert (old.id, old.title, old.description) == (new.id, new.title, new.description)
        assert [e.id for e in old.entities] == [e.id for e in new.entities]
        for before, after in zip(old.entities, new.entities, strict=True):
            assert set(before.terms) == set(after.terms)


def test_every_field_of_a_feed_and_a_term_can_be_written() -> None:
    assert set(FeedEntry.model_fields) == {field.name for field in fields(FeedSpec)}
    assert set(TermEntry.model_fields) - {"source"} == {field.name for field in fields(Term)} - {"language"}


@pytest.mark.parametrize("name", ["feeds", "watchlists"])
def test_the_shipped_schema_is_current(name: str) -> None:
    shipped = (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert shipped == schema.schema_text(name), "run: python -m bot.ingest.schema"
    jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


def test_the_schemas_can_be_written_anew(tmp_path: Path) -> None:
    schema.write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.schema.json", "watchlists.schema.json"]


def _complaints(name: str, text: str) -> list[str]:
    shipped = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    value = YAML(typ="safe", pure=True).load(text)
    return [error.message for error in jsonschema.Draft202012Validator(shipped).iter_errors(value)]


@untimed
@given(st.lists(specs, max_size=3), st.lists(watchlists, max_size=2))
def test_the_schemas_accept_what_is_written(feeds: list[FeedSpec], lists: list[Watchlist]) -> None:
    assert _complaints("feeds", catalog.dump_feeds(feeds)) == []
    assert _complaints("watchlists", catalog.dump_watchlists(lists)) == []


@pytest.mark.parametrize(
    "text",
    [
        "feeds: [{id: a, title: A}]",
        "feeds: [{id: A b, title: A, url: 'https://a.example'}]",
        "feeds: [{id: a, title: A, url: 'ftp://a.example'}]",
        "{}",
        "feeds: []\nother: 1",
        "feeds: [{id: a, title: A, url: 'https://a.example', interval: 15}]",
        "feeds: [{id: a, title: A, url: 'https://a.example', reliability: G}]",
    ],
)
def test_the_feed_schema_refuses_what_the_reader_refuses(text: str) -> None:
    assert _complaints("feeds", text)
    assert catalog.read_feeds(text, "f").problems


def test_the_watchlist_schema_knows_terms_as_text_and_as_fields() -> None:
    entity = "{id: e, name: E, kind: group, terms: {en: [x, {text: y}]}}"
    good = f"watchlists: [{{id: a, title: A, entities: [{entity}]}}]"
    assert _complaints("watchlists", good) == []
    for old, new in (("{text: y}", "{txt: y}"), ("en:", "english:"), ("group", "grup"), ("[x,", "[1,")):
        assert _complaints("watchlists", good.replace(old, new))
