"""Word lines: a text as folded words between single spaces, for whole-word search.

In a word line every word stands between spaces, and "|" stands where words are not neighbours
(a comma, a full stop, a dash with spaces), so " niger state " is found in "Niger State" and
"Niger-State" but not in "Niger, state". Hyphens, apostrophes and quotation marks only part words:
"JNIM-linked", "l'Azawad" and "ЧВК «Вагнер»" give their words. Han and Kana, written without spaces,
are a word each letter.
"""

from __future__ import annotations

import re
import unicodedata

from news.fold import clusters, composed, fold_character

BREAK = "|"

_SPACED_DASH = re.compile(r"[-‐‑‒–−](?<=\s.)(?=\s)")
_LONG_DASH = "—―"
_PARTS = " -'\"_"


def _is_wordless(char: str) -> bool:
    """Han and Kana: no spaces stand between their words."""
    return (
        ("\u3041" <= char <= "\u30ff" and char not in "\u30fb") or "\u3400" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff"
    )  # fmt: skip


class _WordTable(dict[int, str]):
    """Folds a character, and turns what is no letter, digit or mark into a space or a break."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        line = self[code] = BREAK if char in _LONG_DASH else "".join(map(_in_line, fold_character(char)))
        return line


def _in_line(char: str) -> str:
    if char in _PARTS or char.isspace():
        return " "
    if unicodedata.category(char)[0] not in "LNM":
        return BREAK
    return f" {char} " if _is_wordless(char) else char


_TABLE = _WordTable()


def word_line(text: str) -> str:
    """The text as a word line, with a space at both ends; " " where there is no word."""
    line = composed(_SPACED_DASH.sub(BREAK, text)).translate(_TABLE)
    return " ".join(["", *line.replace(BREAK, f" {BREAK} ").split(), ""]) if line else " "


def phrase(text: str) -> str:
    """A term as it stands in a word line, breaks at its ends left off: " niger state "."""
    words = word_line(text).strip(f" {BREAK}")
    return f" {words} " if words else ""


class _ShapeTable(dict[int, str]):
    """Each character as one: a letter, a space, a break, or "\0" where it is not so simple."""

    def __missing__(self, code: int) -> str:
        line = _TABLE[code]
        simple = line if line in (" ", BREAK) else "x" if line.isalnum() else "\0"
        shape = self[code] = simple
        return shape


_SHAPES = _ShapeTable()
_RUN = re.compile(rf"x+|\{BREAK}")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where each word (or break) of the text's word line stands in the text, in code points."""
    dashed = _SPACED_DASH.sub(BREAK, text)
    if composed(dashed) == dashed:
        shape = dashed.translate(_SHAPES)
        if "\0" not in shape:
            return [run.span() for run in _RUN.finditer(shape)]
    return _spans_by_cluster(dashed)


def _spans_by_cluster(dashed: str) -> list[tuple[int, int]]:
    """The same for any text: decomposed, with invisible characters, with Han or Kana."""
    spans: list[tuple[int, int]] = []
    inside = False
    for start, end in clusters(dashed):
        for char in composed(dashed[start:end]).translate(_TABLE).replace(BREAK, f" {BREAK} "):
            if char == " ":
                inside = False
            elif inside:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
                inside = True
    return spans


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word for word in word_line(text).split() if word != BREAK]
