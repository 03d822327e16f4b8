"""Folding: one spelling for the many ways the same letters are written.

Two spellings meet when `fold` gives the same text for both: case, accents, ligatures, kinds of
apostrophe and hyphen, Arabic diacritics and letter variants, Cyrillic ё, full width, invisible
characters. Marks that make another letter stay (Devanagari vowel signs, kana voicing, й).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

# Characters a reader does not see: format characters (category Cf but the visible Arabic number
# signs), variation selectors, the grapheme joiner, Hangul fillers, and the Arabic tatweel.
INVISIBLE = (
    "\u00ad\u034f\u061c\u0640\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_SPACE = re.compile(r"\s+")

# Marks that only decorate a letter: Latin, Greek and Cyrillic accents, Hebrew points, Arabic
# diacritics and Quranic signs. Every other mark carries meaning and stays.
_DECORATION = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)

_LATIN = "oe ae ss o i b d k y o e ny d l h d th ng"
_LETTERS = {
    **dict.fromkeys("’‘‛ʼʻʹʽˈˊˋ`´′＇՚᾽᾿", "'"),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－⁃˗", "-"),
    **dict.fromkeys("«»“”„‟″〝〞＂", '"'),
    **dict(zip("œæßøıɓɗƙƴɔɛɲđłħðþŋ", _LATIN.split(), strict=True)),
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ک": "ك", "ٱ": "ا",
    "\u06dd": " ",
}  # fmt: skip
_HANGUL_JAMO = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff\uffa0-\uffdc]")


def _step(text: str) -> str:
    """One round of folding a single character's text."""
    out = []
    for char in text.casefold():
        if char in _LETTERS:
            out.append(_LETTERS[char])
        elif char == "й" or _HANGUL_JAMO.match(char):
            out.append(char)
        else:
            out.extend(" " if c.isspace() else c for c in unicodedata.normalize("NFKD", char))
    whole = unicodedata.normalize("NFC", "".join(out))
    kept = whole if whole == "й" else _DECORATION.sub("", unicodedata.normalize("NFD", _guard(whole)))
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", kept.replace("\0", "й")))


def _guard(text: str) -> str:
    """й must not fall apart into и and a decoration."""
    return text.replace("й", "\0")


def fold_character(char: str) -> str:
    """What one character folds to: "" for a decoration, several characters for a ligature."""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char == "\0":
        return char
    done, text = char, _step(char)
    while text != done:
        done, text = text, _step(text)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


class CharacterTable(dict[int, str]):
    """A `str.translate` table that works out each character the first time it is met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = fold_character(chr(code))
        return folded


_TABLE = CharacterTable()


_MOST_MARKS = 999


@cache
def _long_mark_run() -> re.Pattern[str]:
    """More marks in a row than any script writes. Putting marks in order takes time that grows
    with the square of the run, so hostile runs are cut."""
    marks = (chr(c) for c in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0)))
    kind = "".join(c for c in marks if unicodedata.category(c)[0] == "M")
    return re.compile(f"([{kind}]{{{_MOST_MARKS}}})[{kind}]+")


def with_few_marks(text: str) -> str:
    """The text with runs of more than 999 combining marks cut there."""
    return text if len(text) <= _MOST_MARKS else _long_mark_run().sub(r"\1", text)


def composed(text: str) -> str:
    """Without invisible characters, in composed form: the letters as a reader sees them."""
    if text.isascii():
        return text
    visible = with_few_marks(_INVISIBLE.sub("", text))
    return visible if unicodedata.is_normalized("NFC", visible) else unicodedata.normalize("NFC", visible)


def fold(text: str) -> str:
    """The text in its folded spelling; folding twice changes nothing more. Runs of white space
    become one space."""
    if text.isascii():
        return _SPACE.sub(" ", text.lower().replace("`", "'"))
    return _SPACE.sub(" ", unicodedata.normalize("NFC", composed(text).translate(_TABLE)))


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """The spans (start, end) of the pieces that compose and fold each on its own: a character and
    what attaches to it. Joined, they are the whole text."""
    start = 0
    for index, char in enumerate(text):
        if index > start and not _attaches(char):
            yield start, index
            start = index
    if text:
        yield start, len(text)


def _attaches(char: str) -> bool:
    if char < "\u00ad":
        return False
    return (
        unicodedata.category(char)[0] == "M"
        or "\u1160" <= char <= "\u11ff"  # Hangul vowels and finals
        or char in "\uff9e\uff9f"  # half-width kana voicing
        or bool(_INVISIBLE.match(char))
    )


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where its letters came from.

    `text` equals `fold` of the original. `starts[i]` and `ends[i]` are the code points of the
    original that the folded character `i` stands for, end exclusive.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Folded:
        letters: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for start, end in clusters(text):
            for char in unicodedata.normalize("NFC", composed(text[start:end]).translate(_TABLE)):
                if char.isspace() and letters and letters[-1] == " ":
                    ends[-1] = end
                    continue
                letters.append(" " if char.isspace() else char)
                starts.append(start)
                ends.append(end)
        return cls("".join(letters), tuple(starts), tuple(ends))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original code points of the folded characters from `start` to `end`."""
        return self.starts[start], self.ends[end - 1]
