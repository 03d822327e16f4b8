"""Five source articles on three events, in the project's own words: three stories, not five and not one."""

import pytest

from news.fold import fold
from tests.data import ROOT
from tests.news.told import Told, pairs, replay

ITEMS = ROOT / "tests" / "fixtures" / "five_sources.jsonl"


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return list(replay(ITEMS))


def matched(each: Told) -> set[tuple[str, str]]:
    return {(m.watchlist, m.name) for m in each.matches}


def test_three_stories(told: list[Told]) -> None:
    found = {(each.line["event"], each.story) for each in told}
    assert len(found) == 3, pairs(told)
    assert len({story for _, story in found}) == 3, pairs(told)
    assert None not in {story for _, story in found}


def test_the_press_conference_is_told_by_all_its_outlets(told: list[Told]) -> None:
    outlets = {each.line["outlet"] for each in told if each.line["event"] == "press-conference"}
    assert {"journal-du-mali", "passblue", "chief-observer", "oe-watch"} <= outlets


def test_the_late_summary_joins_by_the_day_it_names(told: list[Told]) -> None:
    (late,) = [each for each in told if each.line["outlet"] == "oe-watch"]
    first = next(each for each in told if each.line["event"] == "press-conference")
    assert late.line["at"][:10] > "2023-02-28"
    assert late.story == first.story


def test_the_interview_never_says_wagner(told: list[Told]) -> None:
    interview = [each for each in told if each.line["article"] == "sputnik"]
    assert interview
    for each in interview:
        assert "wagner" not in fold(each.line["title"] + each.line["description"])
        assert "wagner" not in {m.watchlist for m in each.matches}


def test_the_peace_agreement_is_the_algiers_accord(told: list[Told]) -> None:
    english = next(each for each in told if each.line["outlet"] == "sputnik-africa")
    assert "agreement for peace and reconciliation in Mali" in english.line["description"]
    assert "algiers-accord" in {m.watchlist for m in english.matches}


def test_the_minister_is_found_in_every_spelling(told: list[Told]) -> None:
    spellings = set()
    for each in told:
        if each.line["event"] == "press-conference":
            hits = [m for m in each.matches if m.name == "Abdoulaye Diop"]
            assert hits, each.line["title"]
            spellings |= {each.line[_key(m.field)][m.start : m.end] for m in hits}
    assert spellings >= {"Abdoulaye Diop", "Abdullah Diop", "Абдулай Диоп", "عبد الله ديوب"}


def test_the_statement_of_december_matches_wagner(told: list[Told]) -> None:
    statement = [each for each in told if each.line["event"] == "december-statement"]
    assert {each.line["outlet"] for each in statement} == {"the-print", "ria-novosti"}
    assert all(("wagner", "Wagner Group") in matched(each) for each in statement)


def _key(field: str) -> str:
    return "title" if field == "title" else "description"
