"""Proper names across alphabets: "Lavrov", "Лавров" and "لافروف" have one key, their consonants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from news.fold import fold
from news.lexicon import without_article
from news.words import words

_CAPITALISED = re.compile(r"(?<![\w'’-])[A-ZÀ-ÖØ-ÞА-ЯЁ][\w’'-]*[a-zà-öø-ÿа-яё]\w*")
_TITLE_CASE_SHARE = 0.6
_MIN_CONSONANTS = 3
_INSTRUMENTAL = re.compile(r"(?<=...)(?:ым|ом|ем)$")

# Coarse classes: what one alphabet tells apart and another does not falls together.
_DIGRAPHS = (
    ("sch", "s"), ("tch", "s"), ("dj", "j"), ("sh", "s"), ("ch", "s"), ("kh", ""), ("zh", "j"), ("ph", "f"),
    ("th", "t"), ("ts", "s"), ("ck", "k"), ("gh", "k"), ("ou", ""), ("ce", "s"), ("ci", "s"), ("cy", "s"),
    ("ge", "j"), ("gi", "j"), ("дж", "j"), ("кс", "ks"),
)  # fmt: skip
_CLASSES = str.maketrans(
    {
        **dict.fromkeys("bpбпب", "p"), **dict.fromkeys("vfwвфف", "f"), **dict.fromkeys("gkqcгкغكق", "k"),
        **dict.fromkeys("jжج", "j"), **dict.fromkeys("szçсзшщчцسزصشظ", "s"),
        **dict.fromkeys("dtдтتطدضثذ", "t"), **dict.fromkeys("mмم", "m"),
        **dict.fromkeys("nнن", "n"), **dict.fromkeys("lлل", "l"),
        **dict.fromkeys("rрر", "r"), "x": "ks",
        **dict.fromkeys("aeiouyhаеиоуыэюяйхъьاويهحخعءئؤىة'’-", ""),
    }
)  # fmt: skip
_DOUBLES = re.compile(r"(.)\1+")


@lru_cache(maxsize=40_000)
def _key(word: str) -> str:
    for written, sound in _DIGRAPHS:
        if written in word:
            word = word.replace(written, sound)
    consonants = _DOUBLES.sub(r"\1", word.translate(_CLASSES))
    return consonants if len(consonants) >= _MIN_CONSONANTS and consonants.isascii() else ""


def name_keys(title: str, text: str, language: str) -> frozenset[str]:
    """Keys of the likely proper names: capitalised words; in Arabic, which has no capitals, of
    every word."""
    if language == "ar":
        found: Iterator[str] = iter(words(f"{title} {text}"))
    else:
        found = (fold(word) for part in (title, text) if not _title_case(part) for word in _capitalised(part))
    return frozenset(filter(None, (key_of(word, language) for word in found)))


def key_of(word: str, language: str) -> str:
    """The key of a folded word as its language writes it; "" where too few consonants are left."""
    return _key(_bare(word, language))


def _bare(word: str, language: str) -> str:
    """The word without what grammar adds in consonants: Arabic articles, the Russian instrumental
    (other Russian endings are vowels, which a key leaves out)."""
    if language == "ar":
        return without_article(word)
    return _INSTRUMENTAL.sub("", word) if language == "ru" else word


def _capitalised(text: str) -> Iterator[str]:
    for hit in _CAPITALISED.finditer(text):
        yield hit.group().removesuffix("'s").removesuffix("’s")


def _title_case(text: str) -> bool:
    """Whether the text capitalises most words ("French Troops Leave Niger"), so that it tells nothing."""
    long_words = [word for word in text.split() if len(word) > 3 and word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in long_words)
    return len(long_words) > 3 and capitals > _TITLE_CASE_SHARE * len(long_words)
