"""The shipped catalogue: complete, unambiguous, and no address that nobody has seen."""

from __future__ import annotations

import csv
import re
from collections import Counter
from urllib.parse import unquote

import pytest

from bot.ingest.catalog import load_feeds
from news.feed import Affiliation, FeedSpec, Reliability
from tests.data import ROOT, data_dir

FILE = ROOT / "feeds.yaml"
STATES_AT_WAR = {"ML", "NE", "BF", "RU"}


@pytest.fixture(scope="module")
def specs() -> tuple[FeedSpec, ...]:
    return load_feeds(FILE)


def test_the_catalogue_is_broad(specs: tuple[FeedSpec, ...]) -> None:
    spoken = Counter(language for spec in specs for language in spec.languages)
    assert len(specs) >= 60
    assert spoken["fr"] >= 20
    assert spoken["en"] >= 20
    assert spoken["ar"] >= 5
    assert spoken["ru"] >= 5
    assert spoken["es"] >= 2
    assert {"ML", "NE", "BF", "TD", "MR"} <= {spec.country for spec in specs}


def test_every_feed_is_described(specs: tuple[FeedSpec, ...]) -> None:
    for spec in specs:
        assert spec.languages, spec.id
        assert spec.note, spec.id
        assert spec.reason.endswith("."), spec.id
        assert len(spec.reason) <= 160, spec.id
        assert spec.country or spec.affiliation is Affiliation.INTERGOVERNMENTAL, spec.id
        assert spec.url.startswith("https://"), spec.id


def test_ids_addresses_and_titles_are_unique(specs: tuple[FeedSpec, ...]) -> None:
    for values in ([s.id for s in specs], [s.url.rstrip("/") for s in specs], [s.title for s in specs]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_a_side_of_the_conflict_is_not_rated_better_than_d(specs: tuple[FeedSpec, ...]) -> None:
    sides = (Affiliation.STATE, Affiliation.PARTY, Affiliation.WIRE)
    rated = {s.id: s.reliability for s in specs if s.affiliation in sides and s.country in STATES_AT_WAR}
    assert len(rated) >= 10
    assert set(rated.values()) <= {Reliability.D, Reliability.E}


def test_aggregators_are_judged_by_their_originals(specs: tuple[FeedSpec, ...]) -> None:
    assert {s.reliability for s in specs if s.affiliation is Affiliation.AGGREGATOR} == {Reliability.F}


def test_the_outlets_behind_the_founding_articles_are_there_or_said_to_be_missing(
    specs: tuple[FeedSpec, ...],
) -> None:
    ids = {str(spec.id) for spec in specs}
    assert {
        "journal-du-mali", "un-news-peace", "ctc-sentinel", "long-war-journal", "passblue", "acled",
        "sputnik-africa", "sputnik-afrique", "al-jazeera-en", "ria-novosti", "tass-en", "tass-ru", "hrw",
    } <= ids  # fmt: skip
    comments = "".join(line for line in FILE.read_text("utf-8").splitlines() if line.startswith("#"))
    for outlet in ("OE Watch", "CNN", "The Print", "The Chief Observer", "AFP", "Reuters"):
        assert outlet in comments
    for carrier in ("AFP", "Reuters"):
        assert any(f"{carrier}" in spec.note and "Carries" in spec.note for spec in specs)


def test_one_publisher_speaks_with_one_voice(specs: tuple[FeedSpec, ...]) -> None:
    family = {str(spec.id): spec.publisher for spec in specs}
    assert family["ria-novosti"] == family["sputnik-africa"] == family["sputnik-afrique"]
    assert family["rfi-afrique"] == family["france24-ar"]
    assert family["aib"] == family["sidwaya"]
    assert family["hrw"] != family["amnesty"]


def test_no_address_is_invented(specs: tuple[FeedSpec, ...]) -> None:
    with (data_dir() / "names" / "sahel_feeds_with_evidence.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    seen = {unquote(url) for row in rows for url in re.findall(r"https?://\S+", row["feed_url"])}
    # The list abbreviates the second and third address of this row to ".../niger/... ; .../burkinafaso/...".
    base = "https://allafrica.com/tools/headlines/rdf/{}/headlines.rdf"
    seen |= {base.format(state) for state in ("niger", "burkinafaso")}
    assert [spec.url for spec in specs if unquote(spec.url) not in seen] == []
