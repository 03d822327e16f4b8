"""Names in a title and where they stand: after a preposition of place, between which words.

What a gazetteer does not know is told by form: a capital inside a sentence, a place by the preposition
before it. Arabic has no capitals, so there only the preposition tells, and less surely.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from news.events import actions
from news.fold import fold
from news.lexicon import without_clitics

_TOKEN = re.compile(r"[ldLD]['’](?=[^\W\d_a-zß-ÿ])|[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_POSSESSIVE = re.compile(r"(?<=\w\w)['’]s?$")

# Prepositions of place; "of" and the like count after a noun of place or of a deed done to a place.
_PREPOSITIONS = {
    "en": "in near at around outside inside toward towards from into across",
    "fr": "a dans pres vers en au aux autour entre depuis",
    "es": "en cerca hacia desde entre",
    "ru": "в во под около у близ возле вблизи из",
    "ar": "في قرب بالقرب",
}
_LINKS = {"en": "of on for", "fr": "de d' du sur", "es": "de del sobre", "ru": "на", "ar": ""}
_NOUNS = {
    "en": "town village city district region province area commune camp county base attack attacks raid"
    " assault strike strikes siege battle massacre fall capture outskirts hamlet",
    "fr": "ville village commune localite region province zone camp cercle secteur base attaque attaques"
    " bataille prise reprise massacre tuerie chute siege axe hameau",
    "es": "ciudad pueblo aldea localidad region provincia zona campamento base ataque batalla matanza toma",
    "ru": "город города городе городом городу деревня деревни деревне деревню село села селе район района"
    " районе провинция провинции регион региона регионе область области поселок поселка поселке база базы"
    " базу атака атаки атаку нападение нападения",
    "ar": "مدينه قريه بلده منطقه اقليم ولايه محافظه دائره بلديه مدينتي بلدتي قريتي",
}
_FILLERS = {
    "en": "the a an northern southern eastern western central north south east west northeast northwest"
    " southeast southwest remote border",
    "fr": "le la les l' un une de du d' nord sud est ouest centre",
    "es": "el la los las un una de del norte sur este oeste centro",
    "ru": "северном южном восточном западном центральном",
    "ar": "من شمال جنوب شرق غرب وسط",
}
# Whose they are is a place: "mayor of Koro".
_OFFICES = frozenset(
    {"mayor", "governor", "prefect", "residents", "people", "council", "maire", "gouverneur", "prefet"}
    | {"habitants", "conseil", "alcalde", "gobernador"}
)
_PEOPLES = ("mali", "niger", "burkin", "tchad", "chad", "faso", "малий", "нигер", "буркин", "чадск")

# Capitalised, yet no name of a place or person that tells one event from another.
_NO_NAMES = frozenset(
    fold(
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july"
        " august september october november december north south east west northern southern eastern western"
        " central nord sud est ouest centre norte sur este oeste sahel africa african afrique africain"
        " africaine africains europe european sahara liptako gourma liptako-gourma azawad ramadan president"
        " parliament senate state army general colonel captain minister prime foreign defense defence police"
        " islam islamic islamist islamists muslim christian jihadist union council security nations peace"
        " court bank etat gouvernement armee president premier ministre conseil onusien русских африка"
        " африки африке африку европа европы европе сахель сахеля сахеле азавад азавада азаваде африканский"
        " исламского исламское сахара the a an and why how what when where who is are"
    ).split()
)
# What Arabic says after "in" that is no place.
_NO_PLACES = frozenset(
    [
        "ظل",
        "اطار",
        "حاله",
        "حادث",
        "حادثه",
        "عمليه",
        "عمليات",
        "صفوف",
        "غضون",
        "عام",
        "شهر",
        "يوم",
        "وقت",
        "بدايه",
        "نهايه",
        "ختام",
        "تصريح",
        "تصريحات",
        "بيان",
        "خطوه",
        "رساله",
        "مقابله",
        "حوار",
        "زمن",
        "مجال",
        "قضيه",
        "ملف",
        "مواجهه",
        "سياق",
        "انتظار",
        "اول",
        "ثاني",
        "قاعده",
        "معسكر",
        "مقر",
        "سجن",
        "منزل",
        "سوق",
        "مسجد",
        "حقل",
        "محاوله",
        "اعقاب",
        "ذكري",
        "بلاده",
        "بلادهم",
        "البلاد",
        "تطور",
        "مسعي",
        "حين",
        "اشاره",
        "ساحل",
        "ثلاث",
        "ثلاثه",
        "اربعه",
        "خمسه",
        "عده",
        "عدد",
        "اوساط",
        "حدود",
        "عاصمه",
        "حرب",
        "سلسله",
        "شان",
        "تحد",
        "افريقيا",
        "افريقي",
    ]
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of one or several folded words, "tin zaouatine", and the folded words around it ("" at an end).

    `place`: a preposition of place leads to it. `sure`: its form says that it is a name."""

    name: str
    before: str
    after: str
    place: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class _Grammar:
    prepositions: frozenset[str]
    links: frozenset[str]
    nouns: frozenset[str]
    fillers: frozenset[str]

    @classmethod
    def of(cls, language: str) -> _Grammar:
        return cls(*(frozenset(table[language].split()) for table in _TABLES))


_TABLES = (_PREPOSITIONS, _LINKS, _NOUNS, _FILLERS)
_GRAMMARS = {language: _Grammar.of(language) for language in _PREPOSITIONS}
_ANY = _Grammar(
    *(frozenset(" ".join(table[each] for each in ("en", "fr", "es", "ru")).split()) for table in _TABLES)
)


def mentions(title: str, language: str, known: Collection[str]) -> tuple[Mention, ...]:
    """The names in a title but those of the `known` folded words (states, and entities of the watchlists)."""
    raw = _tokens(title)
    folded = [_folded(token) for token in raw]
    grammar = _GRAMMARS.get(language, _ANY)
    if language == "ar":
        return _arabic(folded, grammar, known)
    sure = not title_case(title)
    found: list[Mention] = []
    at = 0
    while at < len(raw):
        end = at + 1
        if _named(raw[at], folded[at], known):
            place = _leads_to_place(folded, at, grammar)
            while end < len(raw) and (sure or not place) and _named(raw[end], folded[end], known):
                if folded[end] in grammar.nouns:
                    break
                end += 1
            if sure or place:
                found.append(_mention(folded, at, end, place, sure and not _opens(folded, at)))
        at = end
    return tuple(found)


def title_case(title: str) -> bool:
    """Whether the title capitalises its longer words ("French Troops Leave Niger"): capitals tell nothing."""
    long_words = [word for word in title.split() if len(word) > 3 and word[0].isalpha()]
    if len(long_words) <= _FEW:
        return False
    small = [word for word in long_words if word[0].islower() and word not in _SMALL]
    return len(small) <= _MOST_SMALL * len(long_words)


_FEW = 3
# Words that a title in capitals leaves small, and the share of others that it may.
_SMALL = frozenset(
    {"with", "from", "into", "over", "near", "after", "amid", "upon", "than", "that", "about", "against"}
)
_MOST_SMALL = 0.15
_SHORTEST = 2
_LONGEST_WAY = 6  # fillers between a preposition and its place


def _tokens(text: str) -> list[str]:
    found = _TOKEN.findall(text)
    return [_POSSESSIVE.sub("", token) for token in found] if "'" in text or "’" in text else found


def _folded(word: str) -> str:
    return word.lower() if word.isascii() else fold(word)


def places_told(text: str) -> frozenset[str]:
    """Folded names that the text calls a town or village outright: "the village of Koro"."""
    return frozenset(fold(latin or arabic) for latin, arabic in _CALLED_PLACE.findall(text))


_CALLED_PLACE = re.compile(
    r"\b(?:(?:village|town|hamlet|commune|ville|localité|localite|hameau|aldea|localidad)\s+(?:of|de|d['’])\s*"
    r"|(?:деревн|сел|город)[а-я]*\s+)"
    r"([A-ZÀ-ÖØ-ÞА-ЯЁ][\w'’-]*[^\W\d_](?:[ -][A-ZÀ-ÖØ-ÞА-ЯЁ][\w'’-]*[^\W\d_])*)"
    r"|(?<!\w)(?:قرية|بلدة|مدينة)\s+(?!ال)(\w{3,})"
)


def leads_to_place(before: str, language: str) -> bool:
    """Whether what stands before a name says that it is a place."""
    folded = [_folded(token) for token in _tokens(before)]
    return _leads_to_place(folded, len(folded), _GRAMMARS.get(language, _ANY))


def _mention(folded: Sequence[str], at: int, end: int, place: bool, sure: bool) -> Mention:
    after = folded[end] if end < len(folded) else ""
    return Mention(" ".join(folded[at:end]), folded[at - 1] if at else "", after, place, sure)


def _named(raw: str, folded: str, known: Collection[str]) -> bool:
    return (
        raw[0].isupper()
        and len(raw) >= _SHORTEST
        and folded not in known
        and folded not in _NO_NAMES
        and not folded.startswith(_PEOPLES)
        and known_parts(folded).isdisjoint(known)
    )


def known_parts(folded: str) -> frozenset[str]:
    """The parts of a hyphened word: "JNIM-linked" is no new name."""
    return frozenset(folded.split("-")) if "-" in folded else frozenset()


def _opens(folded: Sequence[str], at: int) -> bool:
    """Whether a capital is due there anyway: at the start, after a colon or a quotation mark."""
    return at == 0 or not (folded[at - 1][-1].isalnum() or folded[at - 1] in {",", "(", "l'", "d'", "-"})


def _leads_to_place(folded: Sequence[str], at: int, grammar: _Grammar) -> bool:
    linked = False
    for back in range(at - 1, max(-1, at - 1 - _LONGEST_WAY), -1):
        word = folded[back]
        if (word in grammar.nouns and (linked or back == at - 1)) or (linked and word in _OFFICES):
            return True
        if word in grammar.prepositions:
            return True
        if word in grammar.links:
            linked = True
        elif word not in grammar.fillers and word not in grammar.nouns and not word.startswith(_PEOPLES):
            return False
    return False


def _arabic(folded: Sequence[str], grammar: _Grammar, known: Collection[str]) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for at, word in enumerate(folded):
        if not at or not word[0].isalpha() or not _may_name(word, known):
            continue
        before = folded[at - 1]
        noun = bool({before, without_clitics(before)} & grammar.nouns)
        if noun or (_leads_to_place(folded, at, grammar) and not actions((word,))):
            found.append(_mention(folded, at, at + 1, True, noun or before == "قرب"))
    return tuple(found)


def _may_name(word: str, known: Collection[str]) -> bool:
    bare = without_clitics(word)
    return not (
        word.startswith("ال")
        or {word, bare} & (_NO_PLACES | _GRAMMARS["ar"].fillers | _GRAMMARS["ar"].nouns)
        or word in known
        or bare in known
    )
