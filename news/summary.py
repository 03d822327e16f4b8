"""Summaries: up to three sentences of the items themselves, word for word, each with its item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from news.alert import Sentence
from news.gazetteer import places
from news.open_story import Member
from news.text import display, fold, sentences, words
from news.tokens import content, guess_language

LONGEST_SENTENCE = 300
MOST_SENTENCES = 3
_FEWEST_WORDS = 5
# Share of a sentence's stems that stand in another sentence, in the headline: then it repeats it.
_ALIKE = 0.6
_AS_HEADLINE = 0.8
_READ = 8  # sentences of one item that are looked at

# A sentence that starts like this leans on the one before it and misleads alone.
_LEANS = {
    "en": "he she it they we i you this that these those his her its their our but however yet meanwhile"
    " moreover also"
    " and so then there such instead still thus therefore",
    "fr": "il elle ils elles on nous je ce cela ceci c celui celle ceux celles cet cette ces mais"
    " cependant toutefois"
    " or pourtant et puis ainsi aussi donc son sa ses leur leurs y en_outre par_ailleurs",
    "ru": "он она они оно мы я это этот эта эти этого этой его ее их но однако а и также при_этом"
    " кроме_того тем_не_менее"
    " там тогда такой такая такие",
    "ar": "هو هي هم هما نحن انا هذا هذه ذلك تلك هولاء لكن ولكن وهو وهي وهم كما وكان وكانت وقد ثم غير_ان"
    " الا_ان بيد_ان"
    " وذلك وهذا وهذه وقال وقالت واضاف واضافت واكد واكدت",
    "es": "ella ellos ellas nosotros yo esto este esta estos estas eso ese esa pero sin_embargo y tambien"
    " ademas asi"
    " no_obstante su sus",
}
_LEANING = {
    language: frozenset(fold(form).replace("_", " ") for form in forms.split())
    for language, forms in _LEANS.items()
}
_JUNK = re.compile(
    r"^(?:read more|lire (?:la suite|aussi|plus)|voir aussi|the post .* appeared first"
    r"|читать далее|leer mas)\b"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    sentence: Sentence
    facts: frozenset[str]
    stems: frozenset[str]


def summarise(headline: str, told: Sequence[Member], keep: Sequence[Sentence] = ()) -> tuple[Sentence, ...]:
    """One to three sentences (none where no item has any): the first of the first item that has one,
    then those of other items that add most places, actors or figures; reprints give none. `told` is
    in order of preference. Sentences of `keep` stay in front as they are."""
    if not told:
        return ()
    items = {each.stored.id for each in told}
    chosen = [_of_kept(each) for each in keep if each.item in items]
    title = _of_kept(Sentence(headline, told[0].stored.id))
    pool = [list(_candidates(each)) for each in told if not each.reprint]
    if not chosen:
        first = next((c for found in pool for c in found if not _repeats(c, title, _AS_HEADLINE)), None)
        chosen = [first] if first else []
    if chosen:
        _extend(chosen, title, pool)
    return tuple(each.sentence for each in chosen)


def _extend(chosen: list[_Candidate], title: _Candidate, pool: Sequence[Sequence[_Candidate]]) -> None:
    """Adds, one by one, the sentence of another item that adds most; earlier items win a tie."""
    while len(chosen) < MOST_SENTENCES:
        used = {each.sentence.item for each in chosen}
        shown = title.facts.union(*(each.facts for each in chosen))
        others = [c for found in pool for c in found if c.sentence.item not in used]
        new = [
            c
            for c in others
            if c.facts - shown
            and not _repeats(c, title, _AS_HEADLINE)
            and not any(_repeats(c, each) for each in chosen)
        ]
        if not new:
            return
        chosen.append(max(new, key=lambda c: len(c.facts - shown)))


def _of_kept(sentence: Sentence) -> _Candidate:
    return _Candidate(sentence, _facts(sentence.text, ()), _stems(sentence.text))


def _candidates(told: Member) -> Iterator[_Candidate]:
    """The item's sentences that can stand alone."""
    item = told.stored.item
    names = {match.name: fold(match.term) for match in told.matches}
    for sentence in sentences(item.text, item.language)[:_READ]:
        shown = display(sentence)
        if _stands_alone(shown, item.language):
            text = shorten(shown)
            facts = _facts(text, (name for name, term in names.items() if term in fold(text)))
            yield _Candidate(Sentence(text, told.stored.id), facts, _stems(text))


def _stands_alone(sentence: str, language: str) -> bool:
    found = words(sentence)
    if len(found) < _FEWEST_WORDS or _JUNK.match(fold(sentence)) or sentence.startswith(("Él ", "él ")):
        return False
    leaning = _LEANING.get(guess_language(found, language), frozenset())
    return found[0] not in leaning and " ".join(found[:2]) not in leaning


def _facts(text: str, entities: Iterable[str]) -> frozenset[str]:
    """Places, actors and figures a text gives."""
    found = words(text)
    figures = {f"figure {word}" for word in found if word.isdigit() and len(word) < 4}
    named = places(found)
    return frozenset({*named.towns, *named.states, *entities, *figures})


def _stems(text: str) -> frozenset[str]:
    found = words(text)
    return frozenset(content(found, guess_language(found, "")))


def _repeats(new: _Candidate, shown: _Candidate, alike: float = _ALIKE) -> bool:
    return len(new.stems & shown.stems) >= alike * len(new.stems)


def shorten(sentence: str) -> str:
    """The sentence, cut at a word with "…" where it is longer than about 300 characters."""
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence
    cut = sentence[: LONGEST_SENTENCE - 1]
    words_end = cut.rfind(" ")
    return cut[: words_end if words_end > 0 else len(cut)].rstrip(" ,;:-–—") + "…"
