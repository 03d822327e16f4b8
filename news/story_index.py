"""Open stories in memory, found by the rare features that an item shares with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from news.item import ItemId
from news.likeness import features
from news.open_story import Candidates, StoryId, StoryView
from news.rarity import Rarity
from news.sketch import Sketch

_MOST_CANDIDATES = 8
_MOST_READ = 800  # postings read for one item
_MOST_OF_ONE = 200  # postings read of one feature, newest stories first


class StoryIndex:
    """Stories and their items. `commit` keeps what was added, `rollback` takes back what was added since the
    last commit (counts of rarity aside: they are statistics)."""

    def __init__(self) -> None:
        self.rarity = Rarity()
        self._views: dict[StoryId, StoryView] = {}
        self._postings: dict[str, dict[StoryId, None]] = {}
        self._pending: list[tuple[StoryId, ItemId]] = []

    def __len__(self) -> int:
        return len(self._views)

    def __contains__(self, story: StoryId) -> bool:
        return story in self._views

    def add(self, story: StoryId, sketch: Sketch) -> None:
        """Puts an item into a story, new or open; adding it twice changes nothing."""
        view = self._views.get(story)
        told = view.items if view else ()
        if any(each.item == sketch.item for each in told):
            return
        found = _keys(sketch)
        for feature in found:
            postings = self._postings.setdefault(feature, {})
            postings.pop(story, None)
            postings[story] = None
        self.rarity.see(found)
        self._views[story] = StoryView(story, (*told, sketch))
        self._pending.append((story, sketch.item))

    def candidates(self, sketch: Sketch) -> Candidates:
        """The open stories that share most rare features with the item, likeliest first."""
        scores: dict[StoryId, float] = {}
        known = [(len(self._postings[key]), key) for key in _keys(sketch) if key in self._postings]
        read = 0
        for size, key in sorted(known):
            weight = self.rarity.weigh(key)
            for story in islice(reversed(self._postings[key]), _MOST_OF_ONE):
                scores[story] = scores.get(story, 0.0) + weight
            read += min(size, _MOST_OF_ONE)
            if read > _MOST_READ:
                break
        return Candidates(tuple(self._views[story] for story in _best(scores)), self.rarity.weigh)

    def remove(self, story: StoryId) -> None:
        """Forgets a story; unknown ones are no error."""
        view = self._views.pop(story, None)
        if view:
            self._unpost(story, _all_keys(view))

    def expire(self, cutoff: datetime) -> int:
        """Forgets the stories whose last item is older than `cutoff`; says how many."""
        old = [story for story, view in self._views.items() if view.last_at < cutoff]
        for story in old:
            self.remove(story)
        return len(old)

    def commit(self) -> None:
        self._pending.clear()

    def rollback(self) -> None:
        while self._pending:
            self._take_back(*self._pending.pop())

    def _take_back(self, story: StoryId, item: ItemId) -> None:
        view = self._views[story]
        kept = StoryView(story, tuple(each for each in view.items if each.item != item))
        if not kept.items:
            self.remove(story)
            return
        self._views[story] = kept
        self._unpost(story, _all_keys(view) - _all_keys(kept))

    def _unpost(self, story: StoryId, names: Iterable[str]) -> None:
        for name in names:
            postings = self._postings.get(name)
            if postings is not None:
                postings.pop(story, None)
                if not postings:
                    del self._postings[name]


def _best(scores: dict[StoryId, float]) -> list[StoryId]:
    """The stories of the highest scores, the highest first."""
    if len(scores) > _MOST_CANDIDATES:
        least = sorted(scores.values())[-_MOST_CANDIDATES]
        scores = {story: score for story, score in scores.items() if score >= least}
    return sorted(scores, key=lambda story: (-scores[story], story))[:_MOST_CANDIDATES]


def _keys(sketch: Sketch) -> frozenset[str]:
    """By what an item's story is found: its features, the days it names, its very text."""
    exact = {f"day:{day.isoformat()}" for day in sketch.days}
    if sketch.fingerprint:
        exact.add(f"text:{sketch.fingerprint}")
    return features(sketch) | exact


def _all_keys(view: StoryView) -> frozenset[str]:
    return frozenset().union(*(_keys(item) for item in view.items))
