"""The forms a name takes in running text: Russian cases, Arabic proclitics, plurals.

Forms are made from a term when a watchlist is compiled, so that search stays plain whole-word
search. They are closed lists of endings rather than a stemmer: a stemmer folds Нигерия into
Нигер and Мали into малый, which are other countries and other words.
"""

from __future__ import annotations

import re

from news.fold import fold
from news.watch import Kind
from news.words import BREAK, phrase, words

_CYRILLIC = re.compile("[а-я]")
_ARABIC = re.compile("[\u0621-\u064a]")
_LATIN_WORD = re.compile("[a-z]+")


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_NOUN = ("", *_list("а у ом ем е ы и ов ам ами ах"))
_SURNAME = (*_NOUN, "ым", "ой", "ых", "ыми")
_SOFT = _list("ь я ю ем е и ью ей ям ями ях")
_SHORT_I = _list("й я ю ем е и ев ям ями ях")
_FEMININE = _list("а ы и е у ой ою ей ам ами ах")
_FEMININE_SOFT = _list("я и е ю ей ею ям ями ях")
_IYA = _list("ия ии ию ией иею ий иям иями иях")
_NEUTER = ("", *_list("о а у ом е ам ами ах"))
_NEUTER_IE = _list("ие ия ию ием ии ий иям иями иях")
_IY = _list("ий ия ию ием ии")
_PLURAL = ("", *_list("ы и ов ев ей ам ами ах ям ями ях"))
_EC = _list("ец ца цу цем цом це цы цев цам цами цах")
_ADJECTIVE = _list("ый ий ой ого его ому ему ым им ом ем ая яя ую юю ое ее ые ие ых их ыми ими ою ею ей")

# Endings of the dictionary form, longest first, with the letters of the ending that change and the
# endings they change to. A word that fits none does not decline (Бамако, Мали, Тимбукту).
_PARADIGMS: tuple[tuple[re.Pattern[str], int, tuple[str, ...]], ...] = tuple(
    (re.compile(f"{ending}$"), cut, endings)
    for ending, cut, endings in (
        ("(?:[лрв])ий", 2, _IY),
        ("(?:[ая]я|[оеыи]й|ое)", 2, _ADJECTIVE),
        ("(?:ые|[кгхшжщч]ие)", 2, _ADJECTIVE),
        ("ия", 2, _IYA),
        ("ие", 2, _NEUTER_IE),
        ("ец", 2, _EC),
        ("(?:ство|войско)", 1, _NEUTER),
        ("(?:[а-я]{3}ы|[а-я]{5}и)", 1, _PLURAL),
        ("[а-я]{5}а", 1, ("", *_FEMININE)),
        ("а", 1, _FEMININE),
        ("я", 1, _FEMININE_SOFT),
        ("ь", 1, _SOFT),
        ("й", 1, _SHORT_I),
        ("(?:ов|ев|ин|ын)", 0, _SURNAME),
        ("[бвгджзклмнпрстфхцчшщ]", 0, _NOUN),
    )
)
_SHORTEST_DECLINED = 3
_FIRST_NAME_EI = re.compile("[аеу]й$")  # Абдулай, Сергей decline as nouns, not as adjectives


def russian_forms(word: str) -> frozenset[str]:
    """The folded forms of one Russian word; an abbreviation in capitals has one form."""
    folded = fold(word)
    if len(folded) < _SHORTEST_DECLINED or not _CYRILLIC.search(folded) or word.isupper():
        return frozenset({folded})
    if _FIRST_NAME_EI.search(folded):
        return frozenset(folded[:-1] + ending for ending in _SHORT_I)
    for pattern, cut, endings in _PARADIGMS:
        if pattern.search(folded):
            stem = folded[: len(folded) - cut]
            if endings is _EC and stem.endswith(("и", "е", "а", "о")):
                stem += "й"  # малиец, малийца
            return frozenset({folded, *(stem + ending for ending in endings)})
    return frozenset({folded})


_CONJUNCTIONS = ("", "و", "ف")
_PREPOSITIONS = ("", "ب", "ل", "ك")


def arabic_forms(word: str, *, article: bool) -> frozenset[str]:
    """A folded Arabic word with its proclitics: و ف before ب ل ك, before the article.

    `article`: the word may also stand with ال where the term has none. A term that has the
    article keeps it ("للنيجر" is ل + النيجر).
    """
    definite = word.startswith("ال") and len(word) > 4
    bare = word[2:] if definite else word
    plain = [] if definite else [preposition + word for preposition in _PREPOSITIONS]
    with_article = ["ال" + bare, "بال" + bare, "كال" + bare, "لل" + bare] if definite or article else []
    return frozenset(lead + body for lead in _CONJUNCTIONS for body in (*plain, *with_article))


_SHORTEST_PLURAL = 5
_NEVER_PLURAL = frozenset({Kind.PERSON, Kind.PLACE})


def _latin_plurals(words_of: list[str], kind: Kind | None) -> list[str]:
    last = words_of[-1]
    if (
        kind in _NEVER_PLURAL
        or kind is None
        or len(last) < _SHORTEST_PLURAL
        or not _LATIN_WORD.fullmatch(last)
    ):
        return []
    if last.endswith(("s", "x", "z")):
        return []
    ends = ["s"] if last[-1] in "aeiou" else ["s", "es"]
    plurals = [last + end for end in ends]
    if last.endswith("y"):
        plurals.append(last[:-1] + "ies")
    return [" ".join([*words_of[:-1], plural]) for plural in plurals]


def literal_forms(text: str, kind: Kind | None) -> frozenset[str]:
    """The forms of a term or phrase as word-line patterns (" niger ").

    Not for several Russian words, each of which declines: see `slots`. `kind` None is a phrase,
    which stands as written but for Russian and Arabic forms.
    """
    line = phrase(text)
    if not line:
        return frozenset()
    first, _, rest = line.strip().partition(" ")
    tail = f" {rest}" if rest else ""
    if _ARABIC.search(first):
        article = kind is not Kind.PERSON
        return frozenset(f" {form}{tail} " for form in arabic_forms(first, article=article))
    if not rest and _CYRILLIC.search(first):
        return frozenset(f" {form} " for form in russian_forms(words_as_written(text)[0]))
    return frozenset({line, *(f" {form} " for form in _latin_plurals(line.split(), kind))})


def slots(text: str) -> tuple[frozenset[str], ...]:
    """For a name of several words with a Russian one: the forms each word may take, else ()."""
    line = phrase(text)
    if not _CYRILLIC.search(line) or BREAK in line or len(line.split()) == 1:
        return ()
    written = words_as_written(text)
    if len(written) != len(line.split()):  # letters of another script, each a word of its own
        return ()
    return tuple(russian_forms(word) for word in written)


def words_as_written(text: str) -> list[str]:
    """The words of a term in their written case, as many as its word line has."""
    parts = re.split(r"[\s'’\-‐‑–\"«»“”_]+", text)
    return [part for part in parts if words(part)]
