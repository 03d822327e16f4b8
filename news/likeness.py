"""How alike two items are as tellings of one event, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt

from news.apart import different_names, different_places, different_tolls, same_place
from news.rarity import Weigh
from news.sketch import Sketch

# States whose affairs the items tell; the others are mostly the other party to them.
SAHEL = frozenset({"ml", "ne", "bf", "td", "mr"})
AFRICA = SAHEL | {"dz", "ma", "ly", "sd", "ng", "sn", "gn", "ci", "bj", "tg", "gh", "cm", "cf"}

VIOLENCE = frozenset({"attack", "clash", "killed", "abduct", "airstrike", "explosion"})

# Deeds of which a state sees several in a week.
COMMON = VIOLENCE | {
    "talks",
    "visit",
    "accuse",
    "inquiry",
    "deploy",
    "deliver",
    "arrest",
    "trial",
    "end",
    "vote",
}

# Deeds that are the frame or the echo of another one.
FRAME = frozenset(
    {"talks", "visit", "accuse", "deny", "inquiry", "end", "deliver", "sign", "press conference", "interview"}
)

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


@dataclass(frozen=True, slots=True)
class Weighed:
    """An item with the weights of its words, worked out once for many comparisons."""

    sketch: Sketch
    words: dict[str, float]
    length: float

    @classmethod
    def of(cls, item: Sketch, weigh: Weigh) -> Weighed:
        words = {word: _LEAD_SHARE * weigh(f"word:{word}") for word in item.lead}
        words.update((word, weigh(f"word:{word}")) for word in item.title)
        return cls(item, words, sqrt(sum(value * value for value in words.values())))


def compare(new: Weighed, other: Sketch, weigh: Weigh) -> Likeness:
    """Same language: words and event features; otherwise event features and names alone."""
    one = new.sketch
    veto = _veto(one, other, weigh)
    if veto:
        return Likeness(0.0, veto=veto)
    if one.language == other.language:
        return _within_language(new, other, weigh)
    return _across_languages(new, other, weigh)


def same_title(one: Sketch, other: Sketch) -> float:
    """Share of the stems of both titles that stand in both; 0 for titles too short to tell."""
    shared = one.title & other.title
    return len(shared) / len(one.title | other.title) if len(shared) >= _TELLING_TITLE else 0.0


_TELLING_TITLE = 4


def _within_language(new: Weighed, other: Sketch, weigh: Weigh) -> Likeness:
    one = new.sketch
    few = (
        _FEWEST_WORDS_OF_AN_ATTACK if _of_violence(one, other) and not _pinned(one, other) else _FEWEST_WORDS
    )
    text = _text(new, other, weigh, few)
    if text < few or one.round_up or other.round_up:
        return Likeness(0.0)
    entities = _jaccard("entity", one.entities, other.entities, weigh)
    deeds = _jaccard("action", one.actions, other.actions, weigh)
    head_deeds = _jaccard("action", one.head_actions, other.head_actions, weigh)
    place = min(1.0, _total("town", one.towns & other.towns, weigh))
    score = 1.2 * text + 0.2 * entities + 0.15 * deeds + 0.3 * head_deeds + 0.2 * place
    score += _stage(one, other) + _other_deed(one, other) + _numbers(one, other) + _days(one, other)
    score += _tolls(one, other, weigh)
    return Likeness(score / _JOINS, _reasons(one, other, f"words {text:.2f}"))


def _of_violence(one: Sketch, other: Sketch) -> bool:
    return bool(one.actions & other.actions & VIOLENCE)


def _pinned(one: Sketch, other: Sketch) -> bool:
    """Whether a town or a figure of two digits says which attack it was."""
    return bool(one.towns & other.towns) or any(len(number) > 1 for number in one.numbers & other.numbers)


# A sum of evidence within one language that joins; read from real news in order of the sum.
_JOINS = 0.75
# Items that share fewer words are not told to be one event by their features alone; two attacks are told in
# much the same words.
_FEWEST_WORDS = 0.2
_FEWEST_WORDS_OF_AN_ATTACK = 0.42


def _stage(one: Sketch, other: Sketch) -> float:
    """Whether the titles set the event in one African state or in different ones."""
    here, there = one.head_states & AFRICA, other.head_states & AFRICA
    if here & there:
        return 0.1
    return -0.15 if here and there else 0.0


def _across_languages(new: Weighed, other: Sketch, weigh: Weigh) -> Likeness:
    one = new.sketch
    if one.round_up or other.round_up:
        return Likeness(0.0)
    entities = _jaccard("entity", one.entities, other.entities, weigh)
    deeds = _deeds(one, other, weigh)
    place = min(1.0, _total("town", one.towns & other.towns, weigh))
    states = _jaccard("state", one.states, other.states, weigh)
    names = _total("name", one.names & other.names, weigh)
    known = _total("entity", one.entities & other.entities, weigh)
    telling = bool(one.head_actions & other.head_actions - COMMON) and bool(
        one.head_states & other.head_states
    )
    if not (place or telling or known + names >= 0.6 or (known + names >= 0.3 and deeds > 0)):
        return Likeness(0.0)
    score = 0.4 * entities + 0.35 * deeds + 0.35 * place + 0.15 * states + 0.4 * min(1.0, names)
    score += _stage(one, other) + _other_deed(one, other) + 2 * _numbers(one, other) + _days(one, other)
    score += _tolls(one, other, weigh)
    if not one.actions & other.actions and _shared_names(one, other) < _ENOUGH_NAMES:
        score -= _NOTHING_DONE
    if {one.language, other.language} <= LATIN:
        score += 0.5 * _text(new, other, weigh)
    return Likeness(score / _JOINS_ACROSS, _reasons(one, other, ""))


def _deeds(one: Sketch, other: Sketch, weigh: Weigh) -> float:
    """How far the same happened: what the titles say weighs as much as the whole lead does."""
    whole = _jaccard("action", one.actions, other.actions, weigh)
    if not one.head_actions or not other.head_actions:
        return whole
    return (whole + _jaccard("action", one.head_actions, other.head_actions, weigh)) / 2


# Across languages two items that share no deed and but one name tell of one person on two occasions.
_ENOUGH_NAMES = 2
_NOTHING_DONE = 0.3


def _shared_names(one: Sketch, other: Sketch) -> int:
    return sum(
        len(shared)
        for shared in (one.entities & other.entities, one.towns & other.towns, one.names & other.names)
    )


def _other_deed(one: Sketch, other: Sketch) -> float:
    """What two items lose whose titles tell of different deeds, one of which the other item does not even
    mention: a coup, and the sanctions for it."""
    if one.head_actions & other.head_actions:
        return 0.0
    new, old = one.head_actions - FRAME, other.head_actions - FRAME
    if new and old and not (new <= other.actions and old <= one.actions):
        return -0.3
    return 0.0


# Languages with enough words in common ("gendarmerie", "confederation") for words to tell something.
LATIN = frozenset({"en", "fr", "es"})
# A sum of evidence across languages that joins.
_JOINS_ACROSS = 0.55


def _veto(one: Sketch, other: Sketch, weigh: Weigh) -> str:
    if _apart(one.states & SAHEL, other.states & SAHEL):
        return "different countries"
    if different_places(one, other):
        return DIFFERENT_PLACES
    if one.days and other.days:
        most = _SAME_DAYS_OF_AN_ATTACK if _of_violence(one, other) else _SAME_DAYS
        if min(abs(a - b) for a in one.days for b in other.days) > most:
            return "different days"
    if _apart(one.persons & one.heads, other.persons & other.heads) and not _meet(one, other):
        return "different people"
    if different_names(one, other, weigh, places=True):
        return DIFFERENT_PLACES
    if not _specific(one, other, weigh) and different_names(one, other, weigh):
        return "different names"
    return ""


DIFFERENT_PLACES = "different places"


def _specific(one: Sketch, other: Sketch, weigh: Weigh) -> bool:
    """Whether the two share what few other events share: a place, a figure, a rare name."""
    if same_place(one, other) or any(len(number) > 1 for number in one.head_numbers & other.numbers):
        return True
    return any(weigh(f"name:{name}") >= _RARE_NAME for name in one.names & other.names)


_RARE_NAME = 0.75


def _tolls(one: Sketch, other: Sketch, weigh: Weigh) -> float:
    """What two items lose whose titles count victims differently, with nothing to say that it is one event
    whose toll grew."""
    return -_OTHER_TOLL if different_tolls(one, other) and not _specific(one, other, weigh) else 0.0


_OTHER_TOLL = 0.6


_SAME_DAYS = timedelta(days=3)
# One place may be attacked every few days; a night may lie between two tellings.
_SAME_DAYS_OF_AN_ATTACK = timedelta(days=1)


def _days(one: Sketch, other: Sketch) -> float:
    """Whether one names the day that the other names or appeared on."""
    met = one.days & (other.days | {other.at.date()}) or other.days & {one.at.date()}
    return 0.1 if met else 0.0


def _meet(one: Sketch, other: Sketch) -> bool:
    """Whether one's title names a person of the other's text."""
    return bool(one.heads & other.persons or other.heads & one.persons)


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def _text(new: Weighed, other: Sketch, weigh: Weigh, least: float = 0.0) -> float:
    """Cosine of the two items' words, rare words and words of the title counting most; 0 below `least`."""
    title, lead = other.title, other.lead
    if new.sketch.title.isdisjoint(title | lead) and new.sketch.lead.isdisjoint(title):
        return 0.0
    shared = [word for word in new.words if word in title or word in lead]
    # What is shared of the one bounds the cosine, and spares weighing the other's words.
    if not shared or sum(new.words[word] ** 2 for word in shared) < (least * new.length) ** 2:
        return 0.0
    old = Weighed.of(other, weigh)
    return sum(old.words[word] * new.words[word] for word in shared) / (new.length * old.length)


def _total(kind: str, values: Iterable[str], weigh: Weigh) -> float:
    return sum(weigh(f"{kind}:{value}") for value in values)


def _jaccard(kind: str, one: frozenset[str], other: frozenset[str], weigh: Weigh) -> float:
    """Weight of what is shared beside the weight of all, 0 to 1; less where even the rarest feature
    shared is a common one ("Wagner" in the days of its mutiny)."""
    both = one & other
    if not both:
        return 0.0
    telling = min(1.0, max(weigh(f"{kind}:{value}") for value in both) / _TELLING[kind])
    return telling * _total(kind, both, weigh) / _total(kind, one | other, weigh)


# Weight from which on a feature of a kind tells as much as it can.
_TELLING = {"entity": 0.5, "action": 0.35, "state": 0.3}


def _numbers(one: Sketch, other: Sketch) -> float:
    """Shared figures speak for one event, the more the less common they are; other figures in the titles
    against it, though tolls grow."""
    shared = one.numbers & other.numbers
    if shared:
        return 0.15 if any(len(number) > 1 for number in shared) else 0.08
    return -0.08 if one.head_numbers and other.head_numbers else 0.0


def _reasons(one: Sketch, other: Sketch, first: str) -> tuple[str, ...]:
    shared = (
        *sorted(one.entities & other.entities),
        *sorted(town.partition("@")[0] for town in one.towns & other.towns),
        *sorted(one.actions & other.actions),
        *sorted(one.numbers & other.numbers),
    )
    return (*((first,) if first else ()), *shared[:8])
