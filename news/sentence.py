"""Sentences of a text, told apart by rules that know titles, initials and abbreviations."""

from __future__ import annotations

import re

# Words after which a full stop ends no sentence, folded to lower case, without the stop.
_TITLE_WORDS = (
    "mr mrs ms dr prof st gen col lt sgt cpl capt maj cmdr adm brig gov sen rep pres hon rev no nos art "
    "fig vol vs jr sr inc ltd co corp dept est approx ca cf eg ie etc al jan feb mar apr jun jul aug sept "
    "sep oct nov dec m mm mme mlle mgr me gén gal cne cdt adj ltn réf éd av apr env janv févr juil déc "
    "chap sr sra srta gral cnel tte ud uds pág núm ee uu "
    "г гг т д п е к им ул тыс млн млрд руб см ген полк подп проф акад св стр др пр "
    "د أ م"
)
_TITLES = frozenset(_TITLE_WORDS.split())
_END = re.compile(r"([.!?…؟۔]+)((?:\s?»|[\"'”’)\]])*)(\s+)")
_WORD_BEFORE = re.compile(r"([\w.]+)$")
_STARTER = re.compile(r"[\s\"'«“„‘(\[¿¡—–-]*(\w)")
_SHORTEST = 2


def sentences(text: str, language: str = "") -> tuple[str, ...]:
    """The sentences of `text`, verbatim but for white space at their ends; a line break ends one.

    `language` (ISO 639-1 or "") decides what may start a sentence: scripts without capital
    letters part at every full stop.
    """
    out: list[str] = []
    for line in text.splitlines():
        out += _in_line(line.strip(), language)
    return tuple(out)


def _in_line(line: str, language: str) -> list[str]:
    out: list[str] = []
    start = 0
    for end in _END.finditer(line):
        if _ends(line[start : end.start()], end.group(1), line[end.end() :], language):
            out.append(line[start : end.start(3)].strip())
            start = end.end()
    out.append(line[start:].strip())
    return [sentence for sentence in out if len(sentence) >= _SHORTEST]


def _ends(before: str, stop: str, after: str, language: str) -> bool:
    starter = _STARTER.match(after)
    if starter is None:
        return True
    first = starter.group(1)
    if first.islower() and language != "ar":
        return False
    if stop != ".":  # "..." goes on only before a small letter, ruled out above
        return True
    word = _WORD_BEFORE.search(before)
    if word is None:
        return True
    last = word.group(1)
    if "." in last and not last[-1].isdigit():  # U.S., т.е., J.-C.: ends only before a word of its own
        return len(last.replace(".", "")) > 3
    if len(last) == 1 and last.isalpha() and last.isupper():  # an initial
        return False
    if last.casefold() in _TITLES:
        return False
    return not (last.casefold() in {"n", "nº", "n°"} and first.isdigit())
