"""Placing: whether an item tells the event of an open story or one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from news.apart import different_names, different_places, same_place
from news.likeness import DIFFERENT_PLACES, Likeness, Weighed, compare, same_title
from news.open_story import Candidates, Joined, Opened, StoryId, StoryView
from news.rarity import Weigh
from news.reprint import SAME_TEXT, overlap
from news.sketch import Sketch

# An item joins a story whose items are no further away than this.
WINDOW = timedelta(hours=72)
# From then on only a text that names the day of the event; the index holds stories as long.
REACH = timedelta(days=31)

# A score of 1 joins. The best telling counts more than the average one: stories drift otherwise.
_BEST_SHARE = 0.7
_MOST_COMPARED = 6
_SAME_OUTLET_TITLE = 0.3
# Below that many bytes of hashes (30 word triples) a text is the template of many events.
_FEW_WORDS = 4 * 30


def place(sketch: Sketch, candidates: Candidates, now: datetime) -> Joined | Opened:
    """Where an item belongs. In doubt it opens a story: a wrong merge hides an event, a split costs
    one more alert. `now` bounds how far ahead an item's own date is believed."""
    at = min(sketch.at, now)
    near = [view for view in candidates.stories if _in_reach(sketch, view, at)]
    weigh = candidates.weigh
    repeated = [(item.item, view.id) for view in near for item in view.items if repeats(sketch, item, weigh)]
    if repeated:
        item, story = min(repeated)
        return Joined(story, "same text", 1.0, item)
    new = Weighed.of(sketch, weigh)
    judged = [(_judge(new, view, weigh), view.id) for view in near]
    likeness, story = max(judged, key=lambda pair: (pair[0].score, -pair[1]), default=_NOTHING)
    if likeness.score >= 1:
        return Joined(story, "; ".join(likeness.why), likeness.score)
    return Opened(_why_not(likeness, bool(near)))


def repeats(one: Sketch, other: Sketch, weigh: Weigh) -> bool:
    """Whether one of the two repeats the other's text: the same content, 85 % of the shorter text, or nearly
    the same title, from one agency or word for word. Other figures make it an update, not a repeat."""
    if one.fingerprint and one.fingerprint == other.fingerprint:
        return True
    if one.language != other.language or _differ(one.head_numbers, other.head_numbers):
        return False
    if _differ(one.head_towns, other.head_towns) or (one.days and other.days and not one.days & other.days):
        return False
    likeness = same_title(one, other)
    if likeness == 1.0 or (likeness >= 0.8 and one.credit and one.credit == other.credit):
        return True
    # One outlet's few lines under different titles may be its caption or advertisement.
    if one.publisher == other.publisher and likeness < _SAME_OUTLET_TITLE:
        return False
    if overlap(one.shingles, other.shingles) < SAME_TEXT or different_places(one, other):
        return False
    return min(len(one.shingles), len(other.shingles)) > _FEW_WORDS or not different_names(one, other, weigh)


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and one != other


def _in_reach(sketch: Sketch, view: StoryView, at: datetime) -> bool:
    if view.first_at - WINDOW <= at <= view.last_at + WINDOW:
        return True
    return view.first_at - REACH <= at <= view.last_at + REACH and bool(_retold_days(sketch, view))


def _retold_days(sketch: Sketch, view: StoryView) -> frozenset[date]:
    """Days the item names on which the story's first items appeared or which they name too."""
    days = frozenset().union(*(item.days | {item.at.date()} for item in view.items))
    return sketch.days & days


def _judge(new: Weighed, view: StoryView, weigh: Weigh) -> Likeness:
    """The item against the story: its best likeness and the average, or the veto of a telling."""
    sketch = new.sketch
    late = not view.first_at - WINDOW <= sketch.at <= view.last_at + WINDOW
    told = view.items[: _MOST_COMPARED // 2] + view.items[_MOST_COMPARED // 2 :][-_MOST_COMPARED // 2 :]
    found = [compare(new, item, weigh) for item in told]
    best = max(found, key=lambda likeness: likeness.score)
    vetoes = [likeness for likeness in found if likeness.veto]
    if 2 * len(vetoes) > len(found) or _elsewhere(sketch, told, vetoes):
        return vetoes[0]
    average = sum(likeness.score for likeness in found) / len(found)
    score = _BEST_SHARE * best.score + (1 - _BEST_SHARE) * average
    if late:
        score *= _LATE
    return Likeness(score - _FADING * _days_apart(sketch, view), best.why)


def _elsewhere(sketch: Sketch, told: Sequence[Sketch], vetoes: Sequence[Likeness]) -> bool:
    """Whether the story is known to be of another place, though some of its tellings name none."""
    return any(each.veto == DIFFERENT_PLACES for each in vetoes) and not any(
        same_place(sketch, item) for item in told
    )


def _days_apart(sketch: Sketch, view: StoryView) -> float:
    """Days beyond the first to the story's nearest item, three at most."""
    gap = min(abs(sketch.at - item.at) for item in view.items)
    return min(3.0, max(0.0, gap / timedelta(days=1) - 1))


_FADING = 0.1
_LATE = 0.9
_NOTHING = (Likeness(0.0), StoryId(0))


def _why_not(likeness: Likeness, near: bool) -> str:
    if not near:
        return "no open story shares a rare name, place or word"
    return likeness.veto or f"nearest open story {likeness.score:.2f}, 1.00 joins"
