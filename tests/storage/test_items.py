"""Items: stored once, known for long, each with one fate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.feed import FeedId
from news.item import Fate, Item, ItemId
from storage import NewItem, Store
from tests.storage.samples import JNIM, MALI, NOW, match, new_item, stored_story

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
TIMES = st.datetimes(
    datetime(1000, 1, 1),  # noqa: DTZ001
    datetime(9000, 1, 1),  # noqa: DTZ001
    timezones=st.timezones(),
).map(lambda at: at.astimezone(UTC))
ITEMS = st.builds(
    Item, guid=TEXT, link=TEXT, title=TEXT, text=TEXT, published=st.none() | TIMES, language=TEXT
)
DAY = timedelta(days=1)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(item=ITEMS, seen=TIMES, fate=st.sampled_from(Fate), note=TEXT)
def test_an_item_comes_back_as_it_was_stored(
    store: Store, item: Item, seen: datetime, fate: Fate, note: str
) -> None:
    with store.transaction() as tx:
        (id_,) = tx.items.add([NewItem(FeedId("f"), item, seen, (), fate, "ref", note)])
        found = tx.items.get(id_)
    assert found is not None
    assert (found.item, found.first_seen, found.fate, found.fate_ref, found.fate_note) == (
        item,
        seen,
        fate,
        "ref",
        note,
    )


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=40))
def test_any_text_can_be_stored(store: Store, text: str) -> None:
    item = Item(text, text, text, text, None, text)
    with store.transaction() as tx:
        (id_,) = tx.items.add([NewItem(FeedId("f"), item, NOW, (), Fate.HELD, text, text)])
        found = tx.items.get(id_)
    assert found is not None
    whole = text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert found.item.title == whole


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2023, 2, 7)  # noqa: DTZ001
    with pytest.raises(Exception, match="without a zone"), store.transaction() as tx:
        tx.items.add([new_item("one", first_seen=naive)])


def test_ids_come_in_the_order_of_the_rows(store: Store) -> None:
    with store.transaction() as tx:
        first = tx.items.add([new_item(str(number)) for number in range(120)])
        second = tx.items.add([new_item("last")])
        assert list(first + second) == sorted({*first, *second})
        titles = [found.item.title for id_ in first if (found := tx.items.get(id_))]
        assert titles == [f"Title {number}" for number in range(120)]
        assert tx.items.add([]) == ()
        assert tx.items.get(ItemId(9_999)) is None


def test_items_are_known_by_each_of_their_keys(store: Store) -> None:
    keys = [f"key{number}" for number in range(1_200)]
    with store.transaction() as tx:
        (id_,) = tx.items.add([new_item("one", keys=keys)])
        assert tx.items.known([*keys, "other"]) == dict.fromkeys(keys, id_)
        assert tx.items.known([]) == {}


def test_a_key_stays_with_the_item_that_had_it_first(store: Store) -> None:
    with store.transaction() as tx:
        one, two = tx.items.add([new_item("one", keys=["a", "b"]), new_item("two", keys=["b", "c"])])
        (three,) = tx.items.add([new_item("three", keys=["a"])])
        tx.items.add_keys([("c", one), ("d", one), ("d", three)])
        tx.items.add_keys([])
        assert tx.items.known("abcd") == {"a": one, "b": one, "c": two, "d": one}
        found = tx.items.by_link("d")
        assert found is not None
        assert found.id == one
        assert tx.items.by_link("e") is None


def test_fates_are_settled_and_add_up(store: Store) -> None:
    with store.transaction() as tx:
        one, two, three = tx.items.add([new_item(name) for name in "abc"])
        tx.items.settle([(one, Fate.ALERTED, "abcde", ""), (two, Fate.REPRINT, "fghjk", "same text")])
        tx.items.settle([])
        found = [tx.items.get(id_) for id_ in (one, two, three)]
        assert [(row.fate, row.fate_ref, row.fate_note) for row in found if row] == [
            (Fate.ALERTED, "abcde", ""), (Fate.REPRINT, "fghjk", "same text"), (Fate.NO_MATCH, "", ""),
        ]  # fmt: skip
        assert tx.items.counts() == {Fate.ALERTED: 1, Fate.REPRINT: 1, Fate.NO_MATCH: 1}


def test_the_newest_item_of_a_fingerprint_is_found(store: Store) -> None:
    with store.transaction() as tx:
        rows = [
            new_item(str(age), body_hash=print_, first_seen=NOW - age * DAY)
            for age, print_ in ((3, "x"), (1, "x"), (2, "x"), (0, ""))
        ]
        ids = tx.items.add(rows)
        found = tx.items.by_fingerprint("x", NOW - 3 * DAY)
        assert found is not None
        assert found.id == ids[1]
        assert tx.items.by_fingerprint("x", NOW) is None
        assert tx.items.by_fingerprint("", NOW - 9 * DAY) is None


def test_matches_come_back_in_order(store: Store) -> None:
    with store.transaction() as tx:
        one, two = tx.items.add([new_item("one"), new_item("two")])
        matches = [match(MALI, "Mali"), match(JNIM, "جماعة"), match(MALI, "Мали")]
        tx.items.add_matches([(one, each) for each in matches])
        tx.items.add_matches([])
        assert tx.items.matches(one) == tuple(matches)
        assert tx.items.matches(two) == ()


def test_recent_items_are_the_newest_of_the_watchlists_asked_for(store: Store) -> None:
    with store.transaction() as tx:
        ids = tx.items.add([new_item(str(n), first_seen=NOW + n * DAY) for n in range(5)])
        tx.items.add_matches([(ids[1], match(MALI)), (ids[1], match(MALI)), (ids[2], match(JNIM))])
        assert [row.id for row in tx.items.recent(3)] == [ids[4], ids[3], ids[2]]
        assert [row.id for row in tx.items.recent(3, [MALI])] == [ids[1]]
        assert [row.id for row in tx.items.recent(3, [MALI, JNIM])] == [ids[2], ids[1]]
        assert [row.id for row in tx.items.recent(3, [MALI, JNIM], NOW + 2 * DAY)] == [ids[2]]


def test_pruned_items_lose_their_text_and_stay_known(store: Store) -> None:
    with store.transaction() as tx:
        (old,) = tx.items.add(
            [new_item("old", keys=["k"], fate=Fate.ALERTED, body_hash="x", first_seen=NOW - 9 * DAY)]
        )
        (young,) = tx.items.add([new_item("young")])
        assert tx.items.prune(NOW - DAY) == 1
        assert tx.items.prune(NOW - DAY) == 0
        found = tx.items.get(old)
        assert found is not None
        assert found.item == Item(published=NOW, language="fr")
        assert found.fate is Fate.ALERTED
        assert tx.items.known(["k"]) == {"k": old}
        assert tx.items.get(young) is not None
        assert tx.items.counts() == {Fate.ALERTED: 1, Fate.NO_MATCH: 1}


def test_items_of_living_stories_keep_their_text(store: Store) -> None:
    with store.transaction() as tx:
        story, item = stored_story(tx, at=NOW - 9 * DAY)
        (late,) = tx.items.add([new_item("late")])
        tx.stories.join(story, late, NOW, reprint=False)
        assert tx.items.prune(NOW - DAY) == 0
        assert tx.items.prune(NOW + DAY) == 2
        found = tx.items.get(item)
        assert found is not None
        assert found.item.title == ""


def test_old_keys_are_forgotten_only_behind_what_a_feed_may_still_list(store: Store) -> None:
    long_ago = NOW - 500 * DAY
    with store.transaction() as tx:
        rows = [new_item(str(n), "big", [f"big{n}"], first_seen=long_ago) for n in range(5_010)]
        ids = tx.items.add(rows)
        tx.items.add([new_item("slow", "slow", ["slow"], first_seen=long_ago)])
        tx.items.add_keys([("renewed", ids[0])])
        assert tx.items.prune_keys(NOW - 400 * DAY) == 10
        assert tx.items.known(["big9", "big10", "slow", "renewed"]).keys() == {"big10", "slow", "renewed"}
        assert tx.items.prune_keys(NOW - 600 * DAY) == 0
