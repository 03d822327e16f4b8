"""What tells two items apart whatever words they share: places, names, tolls that one of them lacks."""

from __future__ import annotations

from collections.abc import Callable, Collection

from news.mentions import Mention
from news.names import key_of
from news.rarity import Weigh
from news.settlements import most_exact, one_in_other
from news.sketch import Sketch
from news.tokens import stem


def different_places(one: Sketch, other: Sketch) -> bool:
    """Whether the titles, or the items as a whole, set the event in different places.

    A region and a town in it, or two spellings of one name, are no different places."""
    if not (one.towns or one.lead_sites or one.head_sites) or not (
        other.towns or other.lead_sites or other.head_sites
    ):
        return False
    areas = one.areas | other.areas
    if _apart(most_exact(one.towns), most_exact(other.towns), areas):
        return True
    return _untold(_head_places, one, other, areas) or _untold(_all_places, one, other, areas)


def same_place(one: Sketch, other: Sketch) -> bool:
    """Whether both name one town, or one place unknown to the tables."""
    if one.towns & other.towns:
        return True
    return any(_spelt_alike(a, b) for a in _sites(one) for b in _sites(other))


def different_names(one: Sketch, other: Sketch, weigh: Weigh, *, places: bool = False) -> bool:
    """Whether the titles say the same of different names: "Koro elects its mayor", "Baye elects its mayor".

    Names stand in one slot between the same words; a name that the other item tells elsewhere is no
    difference, and a word that only may be a name counts where it is rare. `places`: only of places."""
    if one.language != other.language:
        return False
    return any(
        _one_slot(a, b, places) and _lacks(other, a, one, weigh) and _lacks(one, b, other, weigh)
        for a in one.head_names
        for b in other.head_names
    )


def different_tolls(one: Sketch, other: Sketch) -> bool:
    """Whether the titles count the same kind of victims in different figures, no figure of one title
    standing in the other item."""
    if not one.tolls & other.tolls:
        return False
    return not (one.head_numbers & other.numbers or other.head_numbers & one.numbers)


def _untold(
    places: Callable[[Sketch], frozenset[str]], one: Sketch, other: Sketch, areas: Collection[str]
) -> bool:
    """Whether both have places and neither tells one of the other's."""
    here, there = places(one), places(other)
    if (
        not here
        or not there
        or here & there
        or _may_hold(here, there, areas)
        or _may_hold(there, here, areas)
    ):
        return False
    return not (_told(here, other, areas) or _told(there, one, areas))


def _may_hold(one: Collection[str], other: Collection[str], areas: Collection[str]) -> bool:
    """Whether an area is named here and a place there of which no table says where it lies."""
    return any(place in areas for place in one) and any("@" not in place for place in other)


def _sites(item: Sketch) -> frozenset[str]:
    return item.head_sites | item.lead_sites


def _all_places(item: Sketch) -> frozenset[str]:
    return most_exact(item.towns) | _sites(item)


def _head_places(item: Sketch) -> frozenset[str]:
    return most_exact(item.head_towns) | item.head_sites


def _told(places: Collection[str], item: Sketch, areas: Collection[str]) -> bool:
    """Whether the item names one of the places, under any spelling."""
    towns = most_exact(item.towns)
    for place in places:
        if "@" in place and any(one_in_other(place, town, areas) for town in towns):
            return True
        if _named_in(place.partition("@")[0], item):
            return True
    return False


def _named_in(name: str, item: Sketch) -> bool:
    parts = [part for part in name.replace("-", " ").replace("'", " ").split() if len(part) >= _TELLING_PART]
    told = item.title | item.lead
    if parts and all(stem(part, item.language) in told for part in parts):
        return True
    if any(_spelt_alike(name, site) for site in _sites(item)):
        return True
    return any(key_of(part, item.language) in item.names for part in parts)


def _apart(one: Collection[str], other: Collection[str], areas: Collection[str]) -> bool:
    return bool(one and other) and not any(one_in_other(a, b, areas) for a in one for b in other)


def _lacks(item: Sketch, name: Mention, of: Sketch, weigh: Weigh) -> bool:
    return (name.sure or _rare(name, of.language, weigh)) and not _named_in(name.name, item)


def _rare(mention: Mention, language: str, weigh: Weigh) -> bool:
    return weigh(f"word:{stem(mention.name, language)}") >= _RARE


def _one_slot(one: Mention, other: Mention, places: bool) -> bool:
    if one.name == other.name:
        return False
    before, after = one.before == other.before, one.after == other.after
    if one.place and other.place:
        return (before and bool(one.before)) or (after and bool(one.after))
    if places:
        return False
    if one.sure and other.sure:
        return (before and bool(one.before)) or (after and bool(one.after))
    return before and after


def _spelt_alike(one: str, other: str) -> bool:
    """Whether two folded names are spellings of one, or one is part of the other ("Zaouatine")."""
    if one == other or set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split()):
        return True
    left, right = _joined(one), _joined(other)
    if left == right or min(len(left), len(right)) < _LONG_ENOUGH:
        return left == right
    key = key_of(left, "")
    return bool(key and key == key_of(right, "")) or _near(left, right, 1 + (len(left) >= _LONG))


def _joined(name: str) -> str:
    return name.translate(_JOINTS)


_JOINTS = str.maketrans("", "", " -'")
_TELLING_PART = 4
_LONG_ENOUGH = 5
_LONG = 9
_RARE = 0.8


def _near(one: str, other: str, most: int) -> bool:
    """Whether no more than `most` letters differ (Levenshtein)."""
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, row[0] = row[0], at
        for to, also in enumerate(other, 1):
            last, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, last + (letter != also))
    return row[-1] <= most
