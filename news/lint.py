"""What an analyst should look at in a set of watchlists: mistakes that no schema can see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from news.forms import literal_forms
from news.match import tag_names
from news.watch import Entity, EntityId, Term, Watchlist, WatchlistId
from news.words import phrase, words


class Fault(StrEnum):
    TWICE = "the id is there twice in this watchlist"
    EMPTY = "the term has no letters or digits"
    ONE_LETTER = "a term of one letter matches by accident"
    DUPLICATE = "the term is there twice with the same rules"
    SHADOWED = "another term of the entity already matches wherever this one does"
    BROAD = "an ordinary word or name: it needs company, unless, not_before or not_after"
    UNKNOWN = "company or unless points at an entity or watchlist that is not there"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to look at; `entity` is "" where the watchlist itself is meant, `other` is the
    term or name it clashes with."""

    watchlist: WatchlistId
    fault: Fault
    entity: str = ""
    term: str = ""
    other: str = ""

    def __str__(self) -> str:
        where = "/".join(part for part in (self.watchlist, self.entity, self.term) if part)
        return f"{where}: {self.fault.value}" + (f" ({self.other})" if self.other else "")


# Folded words that are first names, surnames, verbs or other letters' abbreviations far more often
# than what a watchlist of this region means by them.
_ORDINARY_WORDS = (
    "aes ber bol cma chad csp diop dori eis fact fada fan fla force gao group is kati kaya kayes maa mali "
    "man mao msa niger platform plateforme sahel san say serval soro traore union wagner "
    "مالي الماليه المالي الساحل غاو دوري чад гао платформа вагнер"
)
_ORDINARY = frozenset(_ORDINARY_WORDS.split())


def problems(watchlists: Sequence[Watchlist]) -> tuple[Problem, ...]:
    """What to look at, in file order; an empty tuple where nothing is wrong."""
    names = {f"watchlist:{w.id}" for w in watchlists}
    names |= {f"entity:{entity.id}" for w in watchlists for entity in w.entities}
    found: list[Problem] = []
    for index, watchlist in enumerate(watchlists):
        if any(other.id == watchlist.id for other in watchlists[:index]):
            found.append(Problem(watchlist.id, Fault.TWICE))
        found += _in_watchlist(watchlist, names)
    return tuple(found)


def _in_watchlist(watchlist: Watchlist, names: set[str]) -> Iterator[Problem]:
    seen: set[EntityId] = set()
    for entity in watchlist.entities:
        if entity.id in seen:
            yield Problem(watchlist.id, Fault.TWICE, entity.id)
        seen.add(entity.id)
        for term in entity.terms:
            fault = _alone(term)
            if fault is not None:
                yield Problem(watchlist.id, fault, entity.id, term.text)
            for tag in tag_names(term):
                if tag not in names:
                    yield Problem(watchlist.id, Fault.UNKNOWN, entity.id, term.text, tag)
        for clash, text, other in _clashes(entity):
            yield Problem(watchlist.id, clash, entity.id, text, other)


def _alone(term: Term) -> Fault | None:
    """What is wrong with a term by itself."""
    found = words(term.text)
    if not found:
        return Fault.EMPTY
    if len("".join(found)) == 1:
        return Fault.ONE_LETTER
    if len(found) == 1 and found[0] in _ORDINARY and not _ruled(term):
        return Fault.BROAD
    return None


def _ruled(term: Term) -> bool:
    return bool(term.company or term.unless or term.not_before or term.not_after)


def _rules(term: Term) -> tuple[object, ...]:
    written = term.text if term.exact else phrase(term.text)
    return (
        term.language,
        written,
        term.exact,
        term.prefix,
        term.company,
        term.unless,
        term.not_before,
        term.not_after,
    )


def _clashes(entity: Entity) -> Iterator[tuple[Fault, str, str]]:
    """Terms of one entity that say what another of the same language already says. Spellings that
    fold to one are no fault across languages: a name is given as each language writes it."""
    seen: set[tuple[object, ...]] = set()
    open_forms: dict[tuple[str, str], Term] = {}
    for term in entity.terms:
        if not (_ruled(term) or term.exact):
            for form in literal_forms(term.text, entity.kind):
                open_forms.setdefault((term.language, form), term)
    for term in entity.terms:
        if _rules(term) in seen:
            yield Fault.DUPLICATE, term.text, ""
            continue
        seen.add(_rules(term))
        wider = open_forms.get((term.language, phrase(term.text)))
        if wider is not None and wider is not term and not term.prefix and _rules(wider) != _rules(term):
            yield Fault.SHADOWED, term.text, wider.text
