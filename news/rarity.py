"""How much a feature tells: what many items share ("Mali") says little, what few share says much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from math import log

Weigh = Callable[[str], float]

# The table starts as if it had seen this many items, in which features of a kind were this common,
# so that the first items after a start are judged like later ones.
_ITEMS_BEFORE = 400
_SEEN_BEFORE = {"state": 60, "action": 25, "entity": 8, "town": 4, "name": 2, "word": 2}
_HALVE_AT = 200_000


class Rarity:
    """Counts of features over the items seen. A feature is "kind:value"."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._items = 0

    def see(self, features: Iterable[str]) -> None:
        self._counts.update(features)
        self._items += 1
        if len(self._counts) > _HALVE_AT:
            self._halve()

    def weigh(self, feature: str) -> float:
        """From near 0 (in every item) to 1 (never seen)."""
        kind = feature.partition(":")[0]
        total = self._items + _ITEMS_BEFORE
        seen = self._counts.get(feature, 0) + _SEEN_BEFORE.get(kind, 1)
        return max(0.02, log(total / seen) / log(total / _SEEN_BEFORE["word"]))

    def _halve(self) -> None:
        """Forgets the rarest half of what was counted, so that the table stays small."""
        self._counts = Counter({name: count // 2 for name, count in self._counts.items() if count > 1})
        self._items //= 2


PRIOR: Weigh = Rarity().weigh
