"""The decision to raise an alert, and public ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.alert import FATES, Hold, HoldReason, Raise, RaiseReason, decide, short_id
from news.item import Fate

CASES = {
    "new story": ({}, Raise(RaiseReason.NEW_STORY)),
    "reprint of a story known from backlog": ({"reprint": True}, Raise(RaiseReason.FIRST_FRESH_ITEM)),
    "backlog": ({"first_sight": True}, Hold(HoldReason.FIRST_SIGHT)),
    "backlog of an alerted story": (
        {"first_sight": True, "alerted": True},
        Hold(HoldReason.FIRST_SIGHT, edit=True),
    ),
    "old": ({"too_old": True}, Hold(HoldReason.TOO_OLD)),
    "old, of an alerted story": ({"too_old": True, "alerted": True}, Hold(HoldReason.TOO_OLD, edit=True)),
    "another outlet": ({"alerted": True}, Hold(HoldReason.JOINED, edit=True)),
    "reprint": ({"alerted": True, "reprint": True}, Hold(HoldReason.REPRINT, edit=True)),
    "withdrawn": ({"alerted": True, "withdrawn": True}, Hold(HoldReason.WITHDRAWN)),
}


@pytest.mark.parametrize("case", CASES)
def test_decisions(case: str) -> None:
    said, decision = CASES[case]
    facts = {
        "first_sight": False,
        "too_old": False,
        "reprint": False,
        "alerted": False,
        "withdrawn": False,
        **said,
    }
    assert decide(**facts) == decision


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_only_a_fresh_item_of_a_story_without_alert_raises(
    first_sight: bool, too_old: bool, reprint: bool, alerted: bool, withdrawn: bool
) -> None:
    decision = decide(
        first_sight=first_sight, too_old=too_old, reprint=reprint, alerted=alerted, withdrawn=withdrawn
    )
    assert isinstance(decision, Raise) == (not (first_sight or too_old or alerted or withdrawn))


def test_every_hold_has_a_fate() -> None:
    assert set(FATES) == set(HoldReason)
    assert Fate.ALERTED not in FATES.values()


@given(st.lists(st.integers(0, 2**25 + 1000), unique=True, max_size=50))
def test_short_ids_differ(numbers: list[int]) -> None:
    ids = [short_id(number) for number in numbers]
    assert len(set(ids)) == len(ids)
    assert all(5 <= len(each) <= 6 and not set(each) & set("ilou") for each in ids)


def test_neighbours_do_not_look_alike() -> None:
    one, two = short_id(1000), short_id(1001)
    assert sum(a != b for a, b in zip(one, two, strict=True)) >= 2
