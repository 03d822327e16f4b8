"""Our own words for what the values say, and the cleaning that all feed text passes before people see it."""

from __future__ import annotations

from datetime import datetime, timedelta

from news.feed import Reliability
from news.text import display

COUNTRIES = {
    "AE": "United Arab Emirates",
    "BE": "Belgium",
    "BF": "Burkina Faso",
    "BJ": "Benin",
    "CF": "Central African Republic",
    "CH": "Switzerland",
    "CI": "Côte d'Ivoire",
    "CM": "Cameroon",
    "CN": "China",
    "DE": "Germany",
    "DK": "Denmark",
    "DZ": "Algeria",
    "EG": "Egypt",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "GH": "Ghana",
    "GN": "Guinea",
    "IN": "India",
    "IT": "Italy",
    "KE": "Kenya",
    "LV": "Latvia",
    "LY": "Libya",
    "MA": "Morocco",
    "ML": "Mali",
    "MR": "Mauritania",
    "NE": "Niger",
    "NG": "Nigeria",
    "NL": "Netherlands",
    "NO": "Norway",
    "QA": "Qatar",
    "RU": "Russia",
    "SA": "Saudi Arabia",
    "SD": "Sudan",
    "SE": "Sweden",
    "SN": "Senegal",
    "TD": "Chad",
    "TG": "Togo",
    "TN": "Tunisia",
    "TR": "Türkiye",
    "UA": "Ukraine",
    "UN": "United Nations",
    "US": "United States",
    "ZA": "South Africa",
}


def country(code: str) -> str:
    """The English name of an ISO 3166-1 alpha-2 code; the code itself where we have no name."""
    return COUNTRIES.get(code.upper(), clean(code, 20))


def clean(text: str, most: int = 300) -> str:
    """One line of harmless text of at most `most` characters, cut at a word where there is one.

    No line breaks, controls, bidi or zero-width tricks; the cut shows as an ellipsis.
    """
    # Cutting first bounds the work on a megabyte of hostile text; cleaning only ever shortens.
    line = " ".join(display(text[: most * 8 + 64]).split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    at_word = head.rfind(" ", most // 2)
    return (head[:at_word] if at_word > 0 else head).rstrip(" ,;:") + "…"


def reliability(grade: Reliability) -> str:
    return f"{grade.value}, {grade.words}"


def day(at: datetime) -> str:
    """Like "7 Feb 2023"."""
    return f"{at.day} {at:%b %Y}"


def clock(at: datetime) -> str:
    """Like "14:02"."""
    return f"{at:%H:%M}"


def moment(at: datetime) -> str:
    """Like "7 Feb 2023 14:02 UTC"."""
    return f"{day(at)} {clock(at)} UTC"


def span_of_time(length: timedelta) -> str:
    """Like "3 days", "5 hours", "12 minutes", "under a minute"."""
    seconds = int(length.total_seconds())
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return count(seconds // size, word)
    return "under a minute"


def count(number: int, word: str, many: str = "") -> str:
    """Like "1 outlet", "3 outlets", "3 stories"."""
    return f"{number:,} {word if number == 1 else many or word + 's'}"


def listed(parts: list[str], most: int) -> str:
    """Comma-separated, with "+N more" past `most`."""
    more = len(parts) - most
    return ", ".join(parts[:most]) + (f" +{more} more" if more > 0 else "")
