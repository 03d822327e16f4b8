"""How much a feature tells: what many items share ("Mali") says little, what few share says much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from math import log

Weigh = Callable[[str], float]

# Words of every second report, as `news.tokens.stem` leaves them; they count as seen often.
_WORN_WORDS = (
    "mali niger burkin faso chad tchad sahel мали нигер бурки сахел مالي نيجر بوركينا فاسو "
    "attack killed kill kills soldie army milita troops forces people dead death junta govern presid "
    "minist group armed jihadi terror suspec islami countr region leader offici securi intern nation "
    "villag civili fighte africa sahel west wester russia french malian chief mercen attaqu tues mort "
    "morts armee soldat genera gouver groupe arme armes djihad pays chef villag civils afriqu burkin "
    "nigeri russe franca transi colone capita атака погиб убиты армия воен воени солда терро джиха "
    "стран регио глава минис прави прези групп росси африк малий ситуа франц هجوم قتل مقتل جيش قوات "
    "رئيس وزير حكومه مسلحين مسلحون جماعه بلاد منطقه روسيا فرنسا افريقيا جنود ataque muerto soldad "
    "ejerci gobier grupo armado pais lider seguri "
)
_WORN = frozenset(_WORN_WORDS.split())
_WORN_COUNT = 40

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
        self._weights: dict[str, float] = {}
        self._fresh_until = 32

    def see(self, features: Iterable[str]) -> None:
        self._counts.update(features)
        self._items += 1
        if self._items >= self._fresh_until:
            self._weights.clear()
            self._fresh_until = self._items + 32 + self._items // 20
        if len(self._counts) > _HALVE_AT:
            self._halve()

    def weigh(self, feature: str) -> float:
        """From near 0 (in every item) to 1 (never seen). A weight once asked for holds for some items."""
        weight = self._weights.get(feature)
        if weight is None:
            weight = self._weights[feature] = self._weight(feature)
        return weight

    def _weight(self, feature: str) -> float:
        kind = feature.partition(":")[0]
        total = self._items + _ITEMS_BEFORE
        seen = self._counts.get(feature, 0) + _SEEN_BEFORE.get(kind, 1)
        if kind == "word" and feature[5:] in _WORN:
            seen += _WORN_COUNT
        return max(0.02, log(total / seen) / log(total / _SEEN_BEFORE["word"]))

    def _halve(self) -> None:
        """Forgets the rarest half of what was counted, so that the table stays small."""
        self._counts = Counter({name: count // 2 for name, count in self._counts.items() if count > 1})
        self._items //= 2
        self._fresh_until = 0


PRIOR: Weigh = Rarity().weigh
