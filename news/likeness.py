"""How alike two items are as tellings of one event, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from news.rarity import Weigh
from news.sketch import Sketch

# States whose affairs the items tell; the others are mostly the other party to them.
SAHEL = frozenset({"ml", "ne", "bf", "td", "mr"})

_LEAD_SHARE = 0.5  # what a word of the lead counts beside a word of the title


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score`: about 0 to 2. `why`: the evidence in words. `veto`: why the two cannot be one event, or ""."""

    score: float
    why: tuple[str, ...] = ()
    veto: str = ""


def features(item: Sketch) -> frozenset[str]:
    """All features of an item, as `news.rarity` names them."""
    return frozenset(
        f"{kind}:{value}"
        for kind, values in (
            ("entity", item.entities),
            ("town", item.towns),
            ("state", item.states),
            ("action", item.actions),
            ("name", item.names),
            ("word", item.title | item.lead),
        )
        for value in values
    )


def compare(one: Sketch, other: Sketch, weigh: Weigh) -> Likeness:
    """Same language: words and event features; otherwise event features and names alone."""
    text = _text(one, other, weigh) if one.language == other.language else 0.0
    veto = "" if text > _SAME_WORDS else _veto(one, other)
    if veto:
        return Likeness(0.0, veto=veto)
    if one.language == other.language:
        return _within_language(one, other, text, weigh)
    return _across_languages(one, other, weigh)


_SAME_WORDS = 0.75


def same_title(one: Sketch, other: Sketch) -> float:
    """Share of the stems of both titles that stand in both; 0 for titles too short to tell."""
    shared = one.title & other.title
    return len(shared) / len(one.title | other.title) if len(shared) >= _TELLING_TITLE else 0.0


_TELLING_TITLE = 4


def _within_language(one: Sketch, other: Sketch, text: float, weigh: Weigh) -> Likeness:
    entities = _jaccard("entity", one.entities, other.entities, weigh)
    deeds = _jaccard("action", one.actions, other.actions, weigh)
    place = min(1.0, _total("town", one.towns & other.towns, weigh))
    numbers = _numbers(one, other)
    score = text + 0.25 * entities + 0.15 * deeds + 0.2 * place + numbers
    return Likeness(score, _reasons(one, other, f"words {text:.2f}"))


def _across_languages(one: Sketch, other: Sketch, weigh: Weigh) -> Likeness:
    entities = _jaccard("entity", one.entities, other.entities, weigh)
    deeds = _jaccard("action", one.head_actions or one.actions, other.head_actions or other.actions, weigh)
    deeds = max(deeds, _jaccard("action", one.actions, other.actions, weigh))
    place = min(1.0, _total("town", one.towns & other.towns, weigh))
    states = _jaccard("state", one.states, other.states, weigh)
    names = _names(one, other, weigh)
    known = _total("entity", one.entities & other.entities, weigh)
    anchored = place > 0 or known + names >= 1.0 or (known + names >= 0.5 and deeds > 0)
    if not anchored:
        return Likeness(0.0)
    score = 0.4 * entities + 0.3 * deeds + 0.35 * place + 0.15 * states
    score += 0.4 * min(1.0, names) + 2 * _numbers(one, other)
    return Likeness(score, _reasons(one, other, ""))


def _veto(one: Sketch, other: Sketch) -> str:
    if _apart(one.states & SAHEL, other.states & SAHEL):
        return "different countries"
    if _apart(one.towns, other.towns):
        return "different places"
    if _apart(one.persons & one.heads, other.persons & other.heads) and not _meet(one, other):
        return "different people"
    return ""


def _meet(one: Sketch, other: Sketch) -> bool:
    """Whether one's title names a person of the other's text."""
    return bool(one.heads & other.persons or other.heads & one.persons)


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def _text(one: Sketch, other: Sketch, weigh: Weigh) -> float:
    """Cosine of the two items' words, rare words and words of the title counting most."""
    left, right = _vector(one, weigh), _vector(other, weigh)
    if len(left) > len(right):
        left, right = right, left
    dot = sum(value * right[word] for word, value in left.items() if word in right)
    return dot / (_length(left) * _length(right)) if dot else 0.0


def _vector(item: Sketch, weigh: Weigh) -> dict[str, float]:
    vector = {word: _LEAD_SHARE * weigh(f"word:{word}") for word in item.lead}
    vector.update((word, weigh(f"word:{word}")) for word in item.title)
    return vector


def _length(vector: dict[str, float]) -> float:
    return sqrt(sum(value * value for value in vector.values()))


def _total(kind: str, values: Iterable[str], weigh: Weigh) -> float:
    return sum(weigh(f"{kind}:{value}") for value in values)


def _jaccard(kind: str, one: frozenset[str], other: frozenset[str], weigh: Weigh) -> float:
    shared = _total(kind, one & other, weigh)
    return shared / _total(kind, one | other, weigh) if shared else 0.0


def _names(one: Sketch, other: Sketch, weigh: Weigh) -> float:
    """Weight of the proper names shared; each side of an Arabic text offers every word, so that only
    the sum over the shared ones tells."""
    return _total("name", one.names & other.names, weigh)


def _numbers(one: Sketch, other: Sketch) -> float:
    if not one.numbers or not other.numbers:
        return 0.0
    return 0.1 if one.numbers & other.numbers else -0.04


def _reasons(one: Sketch, other: Sketch, first: str) -> tuple[str, ...]:
    shared = (
        *sorted(one.entities & other.entities),
        *sorted(town.partition("@")[0] for town in one.towns & other.towns),
        *sorted(one.actions & other.actions),
        *sorted(one.numbers & other.numbers),
    )
    return (*((first,) if first else ()), *shared[:8])
