"""Text as people write it: folding, words, markup, sentences, and what is safe to show."""

from __future__ import annotations

import re
import unicodedata

from news.fold import Folded, fold, with_few_marks
from news.html import plain
from news.sentence import sentences
from news.words import words

__all__ = ["Folded", "display", "fold", "plain", "sentences", "words"]

_LONGEST_MARK_RUN = 3
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = "\u200c\u200d"
# Scripts whose spelling needs the zero-width joiners: Arabic and its extensions, N'Ko, Adlam.
_JOINING = re.compile(
    "[\u0600-\u077f\u07c0-\u07ff\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc\U0001e900-\U0001e95f]"
)


def display(text: str) -> str:
    """The text as one line that cannot mislead a reader.

    Composed (NFC); control, direction and invisible characters and lone surrogates removed, but
    joiners between letters of Arabic-script, N'Ko and Adlam words; at most 3 combining marks in a
    row; white space collapsed.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = " ".join(text.split())
    kept = [char for index, char in enumerate(spaced) if _shown(spaced, index, char)]
    return " ".join(unicodedata.normalize("NFC", _few_marks(kept)).split())


def _shown(text: str, index: int, char: str) -> bool:
    if char in _JOINERS:
        around = text[index - 1 : index] + text[index + 1 : index + 2]
        return len(around) == 2 and all(_JOINING.match(c) for c in around)
    return unicodedata.category(char) not in _UNWANTED and not "\ufe00" <= char <= "\ufe0e"


def _few_marks(chars: list[str]) -> str:
    out: list[str] = []
    run = 0
    for char in unicodedata.normalize("NFC", with_few_marks("".join(chars))):
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        if run <= _LONGEST_MARK_RUN:
            out.append(char)
    return "".join(out)
