"""Folding: spellings that must meet, spellings that must not, and what holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.text import Folded, fold, words
from news.words import word_line, word_spans

MEET = [
    ("Mali’s", "Mali's"),
    ("N`Djamena", "N'Djamena"),
    ("Tin‑Zaouaten", "Tin-Zaouaten"),
    ("Gao–Kidal", "Gao-Kidal"),
    ("Tim\u00adbuktu", "Timbuktu"),
    ("Ki\u200bdal", "Kidal"),
    ("\ufeffGao", "Gao"),
    ("Пётр", "Петр"),
    ("ɓarawo", "barawo"),
    ("Ɗan Ƙasa", "dan kasa"),
    ("ƴanci", "yanci"),
    ("bɔgɔ kɛnɛ ɲɛ ŋana", "bogo kene nye ngana"),
    ("cœur", "coeur"),
    ("Ænigma", "aenigma"),
    ("Straße", "strasse"),
    ("Ｍａｌｉ", "Mali"),
    ("Goïta", "goita"),
    ("Goi\u0308ta", "Goïta"),
    ("مُحَمَّد", "محمد"),
    ("أزواد", "ازواد"),
    ("إياد", "اياد"),
    ("آغ", "اغ"),
    ("موسى", "موسي"),
    ("القاعدة", "القاعده"),
    ("مــالي", "مالي"),
    ("مالی", "مالي"),
    ("کیدال", "كيدال"),
    ("ﻣﺎﻟﻲ", "مالي"),
    ("٢٠٢٣ ۲۰۲۳", "2023 2023"),
]
APART = [("йод", "иод"), ("Мали", "Mali"), ("ハス", "バス"), ("हिन", "हिन्दी"), ("कल", "कला")]


@pytest.mark.parametrize(("one", "other"), MEET)
def test_spellings_of_one_word_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_case_folds_beyond_lower_case() -> None:
    assert fold("İSTANBUL") == "istanbul"
    assert fold("ΜΑΛΙΣ") == fold("μαλις")


def test_white_space_runs_become_one_space() -> None:
    assert fold("Burkina \u00a0\n Faso") == "burkina faso"


def test_half_width_kana_meet_their_full_form_with_voicing() -> None:
    assert fold("ﾊﾞﾏｺ") == fold("バマコ")


# Text with everything that could break offsets: accents apart, invisible marks, Hangul jamo, kana.
tricky = st.text(
    alphabet=st.one_of(
        st.sampled_from("abzé ïœߨMaliГао йЙёЁمالي ةىأإ ـًّ\u200b\u00ad\u0308\u0306\u0301"),
        st.sampled_from("ｶﾞハ\u3099ᄒ\u1161\u11abकि्-–—'’\"«»|.,\n\t١"),
        st.characters(),
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(tricky)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=300, deadline=None)
@given(tricky)
def test_folded_knows_where_every_letter_came_from(text: str) -> None:
    folded = Folded.of(text)
    assert folded.text == fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    for index, char in enumerate(folded.text):
        start, end = folded.span(index, index + 1)
        assert 0 <= start < end <= len(text)
        assert char in fold(text[start:end]) or char.isspace()


@settings(max_examples=300, deadline=None)
@given(tricky)
def test_every_word_of_a_line_has_its_place_in_the_text(text: str) -> None:
    line = word_line(text).split()
    spans = word_spans(text)
    assert len(spans) == len(line)
    for word, (start, end) in zip(line, spans, strict=True):
        assert 0 <= start < end <= len(text)
        assert word == "|" or word in word_line(text[start:end]).split()


def test_spans_point_at_the_original_letters() -> None:
    text = "À l’Azawad, Goi\u0308ta — «Ki\u200bdal»"
    found = {text[start:end] for start, end in word_spans(text)}
    assert {"Azawad", "Goi\u0308ta", "Ki\u200bdal"} <= found


def test_words_are_parted_at_hyphens_and_apostrophes() -> None:
    assert words("L'armée anti-junte, d’Aguel’hoc") == ["l", "armee", "anti", "junte", "d", "aguel", "hoc"]


def test_a_line_has_breaks_where_words_are_no_neighbours() -> None:
    assert word_line("Niger, State") == " niger | state "
    assert word_line("Niger – state TV") == " niger | state tv "
    assert word_line("Niger-State") == " niger state "
    assert word_line("") == " "
