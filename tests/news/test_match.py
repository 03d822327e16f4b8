"""The matcher's rules, on small watchlists."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.forms import literal_forms
from news.match import Matcher
from news.watch import Entity, EntityId, Kind, Match, Term, Watchlist, WatchlistId
from news.words import word_line


def watchlist(*terms: Term | str, kind: Kind = Kind.GROUP, id: str = "w", entity: str = "e") -> Watchlist:
    made = tuple(term if isinstance(term, Term) else Term(term) for term in terms)
    return Watchlist(WatchlistId(id), id, (Entity(EntityId(entity), entity.title(), kind, made),))


def found(
    matcher: Matcher, title: str, text: str = "", language: str = "", country: str = ""
) -> list[tuple[str, str]]:
    """The hits as (term, the letters in the item)."""
    return [
        (match.term, (title if match.field == "title" else text)[match.start : match.end])
        for match in matcher.find(title, text, language, country)
    ]


def test_a_match_says_what_hit_and_where() -> None:
    matcher = Matcher([watchlist("Kidal", kind=Kind.PLACE, id="mali", entity="kidal")])
    assert matcher.find("Calm", "The road to KIDAL is open") == (
        Match(
            WatchlistId("mali"), EntityId("kidal"), Kind.PLACE, "Kidal", "Kidal", "text", 12, 17
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["Malinke music", "the Somali coast", "animalia", "e-maligne", "Mali2", "Малиновка"]
)
def test_never_part_of_a_word(text: str) -> None:
    assert not found(Matcher([watchlist("Mali", "Мали", kind=Kind.STATE)]), text)


def test_names_do_not_run_from_title_to_text_or_over_punctuation() -> None:
    matcher = Matcher([watchlist("Burkina Faso", "Niger State")])
    assert not found(matcher, "Rain in Burkina", "Faso river dry")
    assert not found(matcher, "In Niger, state schools open")
    assert found(matcher, "Burkina-Faso and  Burkina\u00a0 Faso") == [
        ("Burkina Faso", "Burkina-Faso"),
        ("Burkina Faso", "Burkina\u00a0 Faso"),
    ]


def test_overlapping_names_of_different_entities_are_all_found() -> None:
    lists = [
        watchlist("Macina Liberation Front", entity="flm"),
        watchlist("Macina", kind=Kind.PLACE, entity="macina"),
    ]
    assert found(Matcher(lists), "the Macina Liberation Front") == [
        ("Macina Liberation Front", "Macina Liberation Front"),
        ("Macina", "Macina"),
    ]


def test_a_name_inside_a_longer_name_of_its_entity_is_not_given_again() -> None:
    matcher = Matcher([watchlist("Wagner", "Wagner Group")])
    assert found(matcher, "Wagner Group and Wagner") == [
        ("Wagner Group", "Wagner Group"),
        ("Wagner", "Wagner"),
    ]


def test_one_letter_spellings_of_one_term_give_one_match() -> None:
    assert found(Matcher([watchlist("Malí", "Mali", kind=Kind.STATE)]), "Mali") == [("Malí", "Mali")]


def test_exact_asks_for_case_and_accents() -> None:
    matcher = Matcher([watchlist(Term("FAN", exact=True), Term("Diré", exact=True))])
    assert found(matcher, "A fan of Dire Straits said FAN left Diré") == [("FAN", "FAN"), ("Diré", "Diré")]
    assert found(matcher, "Dire\u0301") == [("Diré", "Dire\u0301")]


def test_exact_takes_any_apostrophe_and_hyphen() -> None:
    assert found(Matcher([watchlist(Term("CSP-DPA", exact=True))]), "CSP‑DPA") == [("CSP-DPA", "CSP‑DPA")]


def test_prefix_reaches_to_the_end_of_the_word() -> None:
    matcher = Matcher([watchlist(Term("jihad", prefix=True))])
    assert found(matcher, "jihadists, jihad; projihad") == [("jihad", "jihadists"), ("jihad", "jihad")]


def test_company_looks_at_title_and_text_together() -> None:
    matcher = Matcher([watchlist(Term("CMA", exact=True, company=("Kidal", "country:ML")))])
    assert not found(matcher, "CMA awards tonight")
    assert found(matcher, "CMA statement", "signed in Kidal") == [("CMA", "CMA")]
    assert found(matcher, "CMA statement", country="ml") == [("CMA", "CMA")]
    assert not found(matcher, "CMA statement", country="US")


def test_company_of_another_entity() -> None:
    mali = watchlist(Term("Mali", exact=True), kind=Kind.STATE, id="mali", entity="mali")
    weak = watchlist(Term("CMA", company=("entity:mali",)), entity="cma")
    theme = watchlist(Term("Russia", company=("watchlist:mali",)), entity="russia")
    leaning = watchlist(Term("Gao", company=("entity:cma",)), entity="gao")
    matcher = Matcher([theme, weak, leaning, mali])
    assert not found(matcher, "CMA and Russia and mali")
    assert [term for term, _ in found(matcher, "CMA, Russia, Mali")] == ["CMA", "Russia", "Mali"]
    assert "Gao" not in dict(found(matcher, "Gao, CMA, Mali"))  # company must stand on its own


def test_unless_holds_back_in_the_whole_item() -> None:
    matcher = Matcher([watchlist(Term("Wagner", unless=("opera", "lang:de")))])
    assert found(matcher, "Wagner leaves") == [("Wagner", "Wagner")]
    assert not found(matcher, "Wagner tonight", "A new opera season")
    assert not found(matcher, "Wagner bleibt", language="de-AT")
    assert found(matcher, "Wagner", "operators left") == [("Wagner", "Wagner")]


def test_neighbours_hold_back_only_beside_the_term() -> None:
    matcher = Matcher(
        [
            watchlist(
                Term("Niger", not_before=("State", "Delta"), not_after=("river", "fleuve")), kind=Kind.STATE
            )
        ]
    )
    for text in ("Niger State", "Niger-Delta", "the River Niger", "le fleuve Niger"):
        assert not found(matcher, text), text
    for text in ("Niger, State visit", "a state visit to Niger", "Niger’s state media", "river. Niger"):
        assert found(matcher, text), text


def test_each_entity_of_a_shared_term_decides_by_its_own_rules() -> None:
    strict = watchlist(Term("Wagner", company=("mercenary",)), entity="group")
    loose = watchlist("Wagner", entity="any")
    hits = Matcher([strict, loose]).find("Wagner", "")
    assert [match.entity for match in hits] == ["any"]


def test_an_empty_term_or_watchlist_matches_nothing() -> None:
    assert Matcher([]).find("Mali", "") == ()
    assert Matcher([watchlist("—", "Kidal")]).find("— ... —", "") == ()
    assert Matcher([watchlist("Kidal")]).find("", "") == ()


def test_order_of_terms_and_unrelated_entities_change_no_verdict() -> None:
    one = watchlist(Term("Niger", not_before=("State",)), "Niamey", id="niger", entity="niger")
    other = watchlist("Niger State", "Minna", id="nigeria", entity="minna")
    text = "Niger State, Niamey, Niger and Minna"
    alone = Matcher([one]).find(text, "")
    for lists in ([one, other], [other, one]):
        assert tuple(m for m in Matcher(lists).find(text, "") if m.watchlist == "niger") == alone


letters = st.sampled_from(
    ["a", "b", "é", "-", "'", " ", ",", "ab", "ba", "А", "ا", "\u0301", "\u00ad", "北", "कि"]
)
names = st.lists(letters, min_size=1, max_size=5).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(names, max_size=6), st.lists(letters, max_size=25).map("".join))
def test_equal_to_a_search_term_by_term(terms: list[str], text: str) -> None:
    lists = [watchlist(term, entity=f"e{index}") for index, term in enumerate(terms)]
    line = word_line(text)
    expected = set()
    for index, term in enumerate(terms):
        forms = literal_forms(term, Kind.GROUP)
        if any(re.search(f"(?={re.escape(form)})", line) for form in forms):
            expected.add(f"e{index}")
    matches = Matcher(lists).find(text, "")
    assert {match.entity for match in matches} == expected
    for match in matches:
        assert literal_forms(match.term, Kind.GROUP) & {word_line(text[match.start : match.end])}
