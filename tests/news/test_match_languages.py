"""Word forms by language: what a name looks like in running text."""

from __future__ import annotations

import pytest

from news.forms import arabic_forms, russian_forms
from news.match import Matcher
from news.watch import Kind
from tests.news.test_match import found, watchlist

HITS = [
    # French elision
    ("Azawad", Kind.PLACE, "les routes de l’Azawad", "Azawad"),
    ("Iyad Ag Ghali", Kind.PERSON, "ils disent qu'Iyad Ag Ghali est loin", "Iyad Ag Ghali"),
    ("Aguelhok", Kind.PLACE, "la garnison d’Aguelhok", "Aguelhok"),
    # English possessives, plurals, hyphens
    ("Mali", Kind.STATE, "Mali's rains", "Mali"),
    ("JNIM", Kind.GROUP, "a JNIM-linked trader", "JNIM"),
    ("junta", Kind.THEME, "anti-junta posters", "junta"),
    ("Wagner", Kind.GROUP, "a pro-Wagner rally", "Wagner"),
    ("Malian soldier", Kind.FORCE, "ten Malian soldiers", "Malian soldiers"),
    ("volunteer militia", Kind.FORCE, "volunteer militias", "volunteer militias"),
    ("yihadista", Kind.GROUP, "los yihadistas del norte", "yihadistas"),
    ("malien", Kind.STATE, "les maliens votent", "maliens"),
    # quotation marks inside names
    ("groupe Wagner", Kind.GROUP, "le groupe « Wagner »", "groupe « Wagner"),
    ("ЧВК Вагнер", Kind.GROUP, "бойцы ЧВК «Вагнер» ушли", "ЧВК «Вагнер"),
    # Russian cases
    ("Вагнер", Kind.GROUP, "без Вагнера", "Вагнера"),
    ("Вагнер", Kind.GROUP, "с «Вагнером»", "Вагнером"),
    ("вагнеровец", Kind.GROUP, "пригожинских вагнеровцев", "вагнеровцев"),
    ("малийский", Kind.STATE, "у малийских рыбаков", "малийских"),
    ("Гоита", Kind.PERSON, "письмо Гоите", "Гоите"),
    ("Лавров", Kind.PERSON, "встреча с Лавровым", "Лавровым"),
    ("Абдулай Диоп", Kind.PERSON, "с Абдулаем Диопом", "Абдулаем Диопом"),
    ("Абдулай Диоп", Kind.PERSON, "у Абдулая Диопа", "Абдулая Диопа"),
    ("Мавритания", Kind.STATE, "в Мавритании жарко", "Мавритании"),
    ("Алжирское соглашение", Kind.AGREEMENT, "выход из Алжирского соглашения", "Алжирского соглашения"),
    ("Африканский корпус", Kind.FORCE, "бойцы Африканского корпуса", "Африканского корпуса"),
    ("Нигер", Kind.STATE, "дожди в Нигере", "Нигере"),
    ("Кидаль", Kind.PLACE, "под Кидалем", "Кидалем"),
    ("Пётр", Kind.PERSON, "с Петром", "Петром"),
    # Arabic proclitics
    ("مالي", Kind.STATE, "بمالي", "بمالي"),
    ("النيجر", Kind.STATE, "للنيجر", "للنيجر"),
    ("النيجر", Kind.STATE, "وبالنيجر", "وبالنيجر"),
    ("فاغنر", Kind.GROUP, "وفاغنر", "وفاغنر"),
    ("مجموعة فاغنر", Kind.GROUP, "لمجموعة فاغنر", "لمجموعة فاغنر"),
    ("جماعة نصرة الإسلام", Kind.GROUP, "وجماعة نصرة الاسلام", "وجماعة نصرة الاسلام"),
    ("إيكواس", Kind.ORGANISATION, "الإيكواس", "الإيكواس"),
    ("باماكو", Kind.PLACE, "في بامــاكو", "بامــاكو"),
    ("عبد الله ديوب", Kind.PERSON, "وعبد الله ديوب", "وعبد الله ديوب"),
    # scripts that meet
    ("Mali", Kind.STATE, "Mali政府", "Mali"),
    ("マリ", Kind.STATE, "マリ共和国", "マリ"),
    ("हिन", Kind.PLACE, "हिन में", "हिन"),
]
MISSES = [
    ("Нигер", Kind.STATE, "президент Нигерии"),
    ("Мали", Kind.STATE, "малый и малая, малого"),
    ("Мали", Kind.STATE, "малийский"),
    ("Диоп", Kind.PERSON, "линза в одну диоптрию"),
    ("ديوب", Kind.PERSON, "الديوب"),
    ("مالي", Kind.STATE, "ماليزيا"),
    ("مالي", Kind.STATE, "إجمالي"),
    ("النيجر", Kind.STATE, "نيجيريا"),
    ("Mali", Kind.STATE, "Somali Malinké Malians"),
    ("Gao", Kind.PLACE, "Gaos"),
    ("हिन", Kind.PLACE, "हिन्दी"),
    ("कल", Kind.PLACE, "कला"),
    ("oman", Kind.STATE, "woman"),
]


@pytest.mark.parametrize(("term", "kind", "text", "letters"), HITS)
def test_forms_that_match(term: str, kind: Kind, text: str, letters: str) -> None:
    assert found(Matcher([watchlist(term, kind=kind)]), text) == [(term, letters)]


@pytest.mark.parametrize(("term", "kind", "text"), MISSES)
def test_words_that_only_look_alike(term: str, kind: Kind, text: str) -> None:
    assert not found(Matcher([watchlist(term, kind=kind)]), text)


@pytest.mark.parametrize("word", ["Бамако", "Тимбукту", "Мали", "Гао", "Тиани", "ООН", "МИНУСМА", "ЧВК"])
def test_foreign_names_and_abbreviations_do_not_decline(word: str) -> None:
    assert russian_forms(word) == {word.lower()}


def test_a_term_with_the_article_keeps_it() -> None:
    forms = arabic_forms("النيجر", article=True)
    assert {"النيجر", "والنيجر", "للنيجر", "بالنيجر", "وللنيجر"} <= forms
    assert "نيجر" not in forms
