"""Days that a text names outright ("le 7 février", "Feb. 6-7, 2023", "7 февраля", "7 فبراير")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

_MONTHS = {
    1: "january jan janvier janv января янв enero يناير جانفي كانون",
    2: "february feb fevrier fevr февраля фев февр febrero فبراير فيفري شباط",
    3: "march mar mars марта marzo مارس اذار",
    4: "april apr avril апреля abril ابريل افريل نيسان",
    5: "may mai мая mayo مايو ماي ايار",
    6: "june jun juin июня junio يونيو جوان حزيران",
    7: "july jul juillet июля julio يوليو جويليه تموز",
    8: "august aug aout августа авг agosto اغسطس اوت اب",
    9: "september sep sept septembre сентября сент septiembre سبتمبر ايلول",
    10: "october oct octobre октября окт octubre اكتوبر",
    11: "november nov novembre ноября нояб noviembre نوفمبر",
    12: "december dec decembre декабря дек diciembre ديسمبر",
}
_MONTH = {name: number for number, names in _MONTHS.items() for name in names.split()}
_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er)?")
_JOINERS = frozenset(["au", "et", "and", "to", "a", "y", "al", "и", "по", "و", "الى"])


def named_days(words: Sequence[str], published: date) -> frozenset[date]:
    """Days named by number and month in the folded words; without a year, the nearest to `published`.

    A month word counts only beside a day number ("march", "may" and "mars" are words too)."""
    found: set[date] = set()
    for at, word in enumerate(words):
        month = _MONTH.get(word)
        if month:
            found.update(_around(words, at, month, published))
    return frozenset(found)


def _around(words: Sequence[str], at: int, month: int, published: date) -> Iterator[date]:
    before, after = list(_days_before(words, at)), list(_days_after(words, at))
    days = before or after
    end = at + 1 if before else at + 1 + 2 * len(after)
    year = next((int(w) for w in words[at + 1 : end + 2] if len(w) == 4 and w.isdigit()), None)
    for day in days:
        resolved = _resolve(day, month, year, published)
        if resolved:
            yield resolved


def _day(word: str) -> int:
    found = _DAY.fullmatch(word)
    return int(found.group(1)) if found and 1 <= int(found.group(1)) <= 31 else 0


def _days_before(words: Sequence[str], at: int) -> Iterator[int]:
    """ "6 au 7 fevrier", "6-7 february", "7 de febrero"."""
    place = at - 1
    if place >= 0 and words[place] == "de":
        place -= 1
    while place >= 0 and _day(words[place]):
        yield _day(words[place])
        place -= 2 if place >= 1 and words[place - 1] in _JOINERS else 1


def _days_after(words: Sequence[str], at: int) -> Iterator[int]:
    """ "feb 6-7", "march 1st"."""
    for word in words[at + 1 : at + 4]:
        if word not in _JOINERS:
            if not _day(word):
                return
            yield _day(word)


def _resolve(day: int, month: int, year: int | None, published: date) -> date | None:
    years = (year,) if year else (published.year - 1, published.year, published.year + 1)
    options = [found for found in (_date(y, month, day) for y in years) if found]
    return min(options, key=lambda found: abs((found - published).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
