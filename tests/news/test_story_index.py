"""The index of open stories: candidates, taking back, expiring."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from news.item import ItemId
from news.story import Candidates, Sketch, StoryId, StoryIndex
from tests.news.told import NOON, telling


def index_of(*told: tuple[int, Sketch]) -> StoryIndex:
    index = StoryIndex()
    for story, item in told:
        index.add(StoryId(story), item)
    return index


def ids(candidates: Candidates) -> set[int]:
    return {int(view.id) for view in candidates.stories}


KIDAL = telling("Army enters Kidal", "Mali's army entered Kidal.", id=1)
DJIBO = telling("Gunmen attack Djibo", "Gunmen attacked the garrison of Djibo.", id=2)


def test_candidates_share_something() -> None:
    index = index_of((1, KIDAL), (2, DJIBO))
    new = telling("Кидаль взят армией", "Армия Мали вошла в Кидаль.", "ru", id=3)
    assert ids(index.candidates(new)) == {1}
    assert ids(index.candidates(telling("Football results", "Two goals", id=4))) == set()


def test_the_story_that_shares_most_comes_first() -> None:
    index = index_of((1, telling("Mali army statement", id=1)), (2, KIDAL))
    new = telling("Mali army holds Kidal", id=3)
    assert index.candidates(new).stories[0].id == StoryId(2)


def test_an_item_is_added_once() -> None:
    index = index_of((1, KIDAL), (1, KIDAL))
    assert len(index) == 1
    assert len(index.candidates(KIDAL).stories[0].items) == 1


def test_a_story_keeps_its_items_in_order_of_arrival() -> None:
    later = telling("Kidal: army raises flag", id=5, hours=3)
    index = index_of((1, KIDAL), (1, later))
    view = index.candidates(KIDAL).stories[0]
    assert [item.item for item in view.items] == [ItemId(1), ItemId(5)]
    assert (view.first_at, view.last_at) == (NOON, NOON + timedelta(hours=3))


def test_rollback_takes_back_what_was_not_committed() -> None:
    index = index_of((1, KIDAL))
    index.commit()
    index.add(StoryId(1), telling("Kidal and Djibo again", id=5))
    index.add(StoryId(2), DJIBO)
    index.rollback()
    assert ids(index.candidates(DJIBO)) == set()
    assert len(index.candidates(KIDAL).stories[0].items) == 1
    index.rollback()
    assert StoryId(1) in index


def test_removed_stories_are_no_candidates() -> None:
    index = index_of((1, KIDAL), (2, DJIBO))
    index.remove(StoryId(1))
    index.remove(StoryId(77))
    assert ids(index.candidates(KIDAL)) == set()
    assert len(index) == 1


def test_stories_expire_by_their_last_item() -> None:
    index = index_of((1, KIDAL), (2, DJIBO), (2, telling("Djibo quiet", id=6, hours=10)))
    assert index.expire(NOON + timedelta(hours=1)) == 1
    assert StoryId(1) not in index
    assert StoryId(2) in index


def test_what_many_stories_share_weighs_less() -> None:
    index = StoryIndex()
    for number in range(300):
        index.add(StoryId(number), telling(f"Mali notice {number} bulletin", id=number + 1))
    assert index.rarity.weigh("word:bullet") < 0.5 < index.rarity.weigh("word:kidal")


def test_few_candidates_of_many_stories_are_read() -> None:
    index = StoryIndex()
    for number in range(3_000):
        index.add(StoryId(number), telling(f"Mali army bulletin {number % 7}", id=number + 1))
    index.add(StoryId(9_999), telling("Mali army bulletin from Kidal", id=9_999))
    found = index.candidates(telling("Kidal: Mali army bulletin", id=10_000))
    assert found.stories[0].id == StoryId(9_999)
    assert len(found.stories) <= 12


_TITLES = st.lists(
    st.sampled_from(["Mali", "Kidal", "Djibo", "army", "attack", "coup", "visit", "12"]),
    min_size=1,
    max_size=6,
)


@given(st.lists(st.tuples(st.integers(1, 4), _TITLES), max_size=12), st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_rollback_leaves_no_trace(rows: list[tuple[int, list[str]]], kept: int) -> None:
    told = [(story, telling(" ".join(words), id=n + 1)) for n, (story, words) in enumerate(rows)]
    index, alone = StoryIndex(), StoryIndex()
    for n, (story, item) in enumerate(told):
        index.add(StoryId(story), item)
        if n < kept:
            alone.add(StoryId(story), item)
            index.commit()
    index.rollback()
    for _, item in told:
        assert {(v.id, v.items) for v in index.candidates(item).stories} == {
            (v.id, v.items) for v in alone.candidates(item).stories
        }
