"""Reprints: whether one item repeats the text of another."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from zlib import crc32

from news.fold import fold
from news.item import Item

# Share of the shorter text's word triples that stand in the longer one too.
SAME_TEXT = 0.85
_LONGEST = 400
_FEWEST = 12
_SIZE = 3
_AGENCIES = {
    "afp": "afp", "agence france presse": "afp", "reuters": "reuters", "рейтер": "reuters",
    "رويترز": "reuters", "ap": "ap", "associated press": "ap",
    "xinhua": "xinhua", "синьхуа": "xinhua", "شينخوا": "xinhua",
    "chine nouvelle": "xinhua", "tass": "tass", "тасс": "tass", "تاس": "tass", "apa": "apa", "apanews": "apa",
    "anadolu": "anadolu", "анадолу": "anadolu", "الاناضول": "anadolu", "aa": "anadolu", "ria novosti": "ria",
    "риа новости": "ria", "efe": "efe", "ا ف ب": "afp", "اف ب": "afp", "dpa": "dpa", "ansa": "ansa",
}  # fmt: skip
_NAMES = "|".join(sorted(map(re.escape, _AGENCIES), key=len, reverse=True))
# "(AFP)", "/ТАСС/", "BAMAKO, Feb 7 (Reuters) -", "avec AFP", "Source: APA", "- AFP" at the end.
_CREDIT = re.compile(
    rf"[(/\[]\s*({_NAMES})\s*[)/\]]"
    rf"|\b(?:avec|source ?:|with|via|par l'agence|by|para|по данным|نقلا عن)\s+(?:l'|the )?({_NAMES})\b"
    rf"|[-–—]\s*({_NAMES})\.?$|^({_NAMES})\b"
)


def shingles(title: Sequence[str], text: Sequence[str]) -> bytes:
    """Sorted 32-bit hashes of the word triples of the text (of title and text where the text is
    short), packed; at most the first 400 words count."""
    told = list(text[:_LONGEST]) if len(text) >= _FEWEST + _SIZE else [*title, "/", *text]
    hashes = {crc32(" ".join(told[at : at + _SIZE]).encode()) for at in range(len(told) - _SIZE + 1)}
    return array("I", sorted(hashes)).tobytes()


def overlap(one: bytes, other: bytes) -> float:
    """Share of the shorter text's word triples found in the longer text, 0 to 1; 0 where one is
    too short to tell (fewer than 12 triples)."""
    left, right = array("I", one), array("I", other)
    shorter = min(len(left), len(right))
    return len(set(left).intersection(right)) / shorter if shorter >= _FEWEST else 0.0


def credit(item: Item) -> str:
    """The agency that the text is credited to, "" where it names none."""
    for text in (item.text[:200], item.text[-80:], item.title[-40:]):
        found = _CREDIT.search(fold(text))
        if found:
            return _AGENCIES[next(filter(None, found.groups()))]
    return ""
