"""The lint of watchlists: what it points at, and what it leaves alone."""

from __future__ import annotations

import pytest

from news.lint import Fault, problems
from news.watch import Entity, EntityId, Kind, Term, Watchlist, WatchlistId


def entity(*terms: Term | str, id: str = "e", kind: Kind = Kind.GROUP) -> Entity:
    made = tuple(term if isinstance(term, Term) else Term(term, "en") for term in terms)
    return Entity(EntityId(id), id, kind, made)


def watchlist(*entities: Entity, id: str = "w") -> Watchlist:
    return Watchlist(WatchlistId(id), id, entities)


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        (["—"], Fault.EMPTY),
        (["a"], Fault.ONE_LETTER),
        (["Chad"], Fault.BROAD),
        ([Term("AES", exact=True)], Fault.BROAD),
        (["مالي"], Fault.BROAD),
        (["Kidal", "KIDAL"], Fault.DUPLICATE),
        (["Kidal", Term("Kidal", "en", company=("Mali",))], Fault.SHADOWED),
        (["Tuareg rebel", "Tuareg rebels"], Fault.SHADOWED),
        ([Term("Gao", "en", company=("entity:nobody",))], Fault.UNKNOWN),
        ([Term("Gao", "en", unless=("watchlist:nobody",))], Fault.UNKNOWN),
    ],
)
def test_faults_of_terms(terms: list[Term | str], fault: Fault) -> None:
    assert [problem.fault for problem in problems([watchlist(entity(*terms))])] == [fault]


def test_ids_that_are_there_twice() -> None:
    found = problems([watchlist(entity("Kidal"), entity("Gossi")), watchlist(entity("Ansongo"))])
    assert [(problem.fault, problem.entity) for problem in found] == [(Fault.TWICE, "e"), (Fault.TWICE, "")]


def test_what_is_right_has_no_problems() -> None:
    good = entity(
        "Goita", Term("Goïta", "fr"), Term("Гоита", "ru"), Term("Gao", "en", company=("entity:e", "Mali"))
    )
    assert problems([watchlist(good)]) == ()


def test_a_problem_reads_as_a_sentence() -> None:
    (problem,) = problems([watchlist(entity("Kidal", "kidal"))])
    assert str(problem) == "w/e/kidal: the term is there twice with the same rules"
