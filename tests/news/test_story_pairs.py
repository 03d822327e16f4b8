"""Pairs of items in five languages: one event told twice, or two events told in the same words."""

import json
from datetime import timedelta

import pytest

from news.item import Item, ItemId
from news.story import Joined, Sketch, sketch
from tests.data import ROOT
from tests.news.told import NOON, matcher, placed

PAIRS = [
    json.loads(line)
    for line in (ROOT / "tests" / "fixtures" / "story_pairs.jsonl").read_text(encoding="utf-8").splitlines()
]
Told = tuple[str, str, str]  # language, title, lead


def seen(told: Told, id: int, hours: float) -> Sketch:
    language, title, lead = told
    at = NOON + timedelta(hours=hours)
    item = Item(link=f"https://x.example/{id}", title=title, text=lead, published=at, language=language)
    return sketch(item, matcher().find(title, lead, language, ""), f"outlet{id}", at, ItemId(id))


def joins(first: Told, second: Told) -> bool:
    return isinstance(placed(seen(second, 2, 5), seen(first, 1, 0)), Joined)


def test_there_are_pairs_of_both_kinds_in_five_languages() -> None:
    for same in (True, False):
        languages = {
            told[0] for pair in PAIRS if pair["same"] is same for told in (pair["one"], pair["other"])
        }
        assert languages == {"en", "fr", "es", "ru", "ar"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['one'][1]} | {pair['other'][1]}")
def test_pair(pair: dict[str, object]) -> None:
    """Whichever of the two comes first."""
    one, other = pair["one"], pair["other"]
    assert joins(one, other) is joins(other, one) is pair["same"]  # type: ignore[arg-type]
