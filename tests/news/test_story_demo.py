"""The items of the demonstration become one story per event, and what is not of the Sahel nothing."""

import pytest

from bot.ingest.catalog import load_feeds
from news.story import Joined
from tests.data import ROOT
from tests.news.told import Told, pairs, replay

ITEMS = ROOT / "bot" / "demo" / "items.jsonl"
EXPECTED_STORIES = 45  # as bot/demo/ITEMS.md says


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return list(replay(ITEMS))


def test_one_story_per_event(told: list[Told]) -> None:
    news = [each for each in told if each.line["event"]]
    assert [each.line["title"] for each in news if each.story is None] == []
    events = {each.line["event"] for each in news}
    found = {(each.line["event"], each.story) for each in news}
    assert len(events) == EXPECTED_STORIES
    assert len(found) == EXPECTED_STORIES, pairs(news)
    assert len({each.story for each in news}) == EXPECTED_STORIES, pairs(news)


def test_other_news_matches_nothing(told: list[Told]) -> None:
    others = [each for each in told if not each.line["event"]]
    assert len(others) == 10
    assert [(each.line["title"], {m.term for m in each.matches}) for each in others if each.matches] == []


def test_the_visit_is_told_by_many_outlets_in_four_languages(told: list[Told]) -> None:
    visit = [each.line for each in told if each.line["event"] == "lavrov"]
    assert len({line["outlet"] for line in visit}) >= 4
    assert {line["language"] for line in visit} == {"en", "fr", "ru", "ar"}


def test_agency_text_and_communique_are_reprints(told: list[Told]) -> None:
    joined = [each for each in told if isinstance(each.placed, Joined) and each.placed.reprint_of]
    reprints = [each.line["event"] for each in joined]
    assert sorted(reprints) == ["algiers-end", "algiers-end", "barsalogho", "barsalogho"]


def test_every_outlet_is_in_the_catalogue(told: list[Told]) -> None:
    known = {feed.id for feed in load_feeds(ROOT / "feeds.yaml")}
    assert {each.line["outlet"] for each in told} <= known


def test_items_come_in_the_order_of_their_appearance(told: list[Told]) -> None:
    times = [each.line["at"] for each in told]
    assert times == sorted(times)
