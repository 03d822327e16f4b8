"""Lengths of time as people type them: 24h, 7d, 2w, 3m, 1y."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.texts.words import count

_WRITTEN = re.compile(r"([0-9]{1,4})([hdwmy])")
_UNITS = {
    "h": (timedelta(hours=1), "hour"),
    "d": (timedelta(days=1), "day"),
    "w": (timedelta(weeks=1), "week"),
    "m": (timedelta(days=30), "month"),
    "y": (timedelta(days=365), "year"),
}
LONGEST = timedelta(days=3_650)  # ten years: before that there were no feeds to read


def period(word: str) -> tuple[timedelta, str] | None:
    """The length and its words ("7 days"); None where the word is no length of time."""
    written = _WRITTEN.fullmatch(word.lower())
    if written is None or int(written[1]) == 0:
        return None
    unit, name = _UNITS[written[2]]
    number = int(written[1])
    return min(number * unit, LONGEST), count(number, name)
