"""What a sketch takes from an item: deeds, places, figures, days, names, credit."""

from datetime import UTC, date, datetime

import pytest

from news.dates import named_days
from news.events import actions
from news.gazetteer import places
from news.item import Item, ItemId
from news.names import key_of
from news.reprint import SAME_TEXT, credit, overlap, shingles
from news.sketch import sketch
from news.text import words
from news.tokens import content, guess_language
from tests.news.told import telling


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("Gunmen attacked a convoy", "attack"),
        ("Des assaillants ont attaqué un convoi", "attack"),
        ("Боевики напали на колонну", "attack"),
        ("هاجم مسلحون قافلة", "attack"),
        ("Hombres armados atacaron un convoy", "attack"),
        ("The junta expelled the ambassador", "expel"),
        ("La junte expulse l'ambassadeur", "expel"),
        ("Хунта выслала посла", "expel"),
        ("طردت السلطات السفير", "expel"),
        ("Soldiers staged a coup", "coup"),
        ("Un coup d'État militaire", "coup"),
        ("Военный переворот", "coup"),
        ("وقع انقلاب عسكري", "coup"),
        ("Un golpe de Estado", "coup"),
        ("Troops withdraw from the base", "withdraw"),
        ("Le retrait des troupes", "withdraw"),
        ("Вывод войск", "withdraw"),
        ("انسحاب القوات", "withdraw"),
        ("La retirada de las tropas", "withdraw"),
        ("The hostages were released", "release"),
        ("Les otages sont libérés", "release"),
        ("Заложников освободили", "release"),
        ("الإفراج عن الرهائن", "release"),
        ("Liberados los rehenes", "release"),
        ("A roadside blast", "explosion"),
        ("Une explosion", "explosion"),
        ("Прогремел взрыв", "explosion"),
        ("وقع انفجار", "explosion"),
        ("The ministry denies it", "deny"),
        ("Le ministère dément", "deny"),
        ("Министерство опровергает", "deny"),
        ("الوزارة تنفي", "deny"),
        ("El ministerio desmiente", "deny"),
    ],
)
def test_deeds_have_one_label_in_every_language(text: str, deed: str) -> None:
    assert deed in actions(words(text))


def test_words_that_only_begin_alike_are_no_deeds() -> None:
    assert actions(words("The couple voter turnout")) <= {"vote"}
    assert "coup" not in actions(words("A couple of coupons"))


@pytest.mark.parametrize(
    "text", ["Attack in Kidal", "Attaque à Kidal", "Нападение в Кидале", "هجوم في كيدال"]
)
def test_towns_have_one_name(text: str) -> None:
    assert places(words(text)).towns == {"kidal@ml"}


def test_states_by_name_people_and_capital() -> None:
    assert places(words("Malian officials in Ouagadougou spoke of Russia")).states == {"ml", "bf", "ru"}
    assert places(words("Нигер и Нигерия")).states == {"ne", "ng"}
    assert places(words("Nigeria's army")).states == {"ng"}


def test_acronyms_count_only_in_capitals() -> None:
    assert telling("US and UN envoys meet").states == {"us", "un"}
    assert telling("Tell us of un village", language="fr").states == frozenset()


def test_figures_are_numbers_without_years_and_days() -> None:
    item = telling("1,500 troops to leave by 31 December 2023", "About 12 000 people and 3 cars, since 2013.")
    assert item.numbers == {"1500", "12000", "3"}
    assert item.head_numbers == {"1500"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("le 7 février", {7}),
        ("Feb. 6-7, 2023", {6, 7}),
        ("du 6 au 7 février 2023", {6, 7}),
        ("с 6 по 7 февраля", {6, 7}),
        ("7 فبراير", {7}),
        ("el 7 de febrero", {7}),
        ("on the 7th February", {7}),
        ("1er février", {1}),
    ],
)
def test_days_are_named_outright(text: str, days: set[int]) -> None:
    assert named_days(words(text), date(2023, 2, 8)) == {date(2023, 2, day) for day in days}


def test_a_month_needs_a_day() -> None:
    assert named_days(words("They march in May, may return to mars"), date(2023, 2, 8)) == frozenset()
    assert named_days(words("30 February"), date(2023, 2, 8)) == frozenset()


def test_a_day_without_year_is_the_nearest() -> None:
    assert named_days(words("28 December"), date(2024, 1, 3)) == {date(2023, 12, 28)}


def test_days_long_past_are_background() -> None:
    assert telling("Since the coup of 18 August 2020 Mali waits").days == frozenset()


@pytest.mark.parametrize(
    ("latin", "language", "others"),
    [
        ("lavrov", "en", [("лавровым", "ru"), ("لافروف", "ar")]),
        ("wagner", "fr", [("вагнера", "ru"), ("فاغنر", "ar")]),
        ("guterres", "es", [("гутерриш", "ru"), ("غوتيريش", "ar")]),
        ("bazoum", "en", [("базума", "ru"), ("بازوم", "ar")]),
    ],
)
def test_names_have_one_key_in_every_alphabet(
    latin: str, language: str, others: list[tuple[str, str]]
) -> None:
    key = key_of(latin, language)
    assert key
    assert {key_of(word, lang) for word, lang in others} == {key}


def test_short_names_have_no_key() -> None:
    assert key_of("diop", "fr") == ""


def test_title_case_tells_no_names() -> None:
    assert telling("French Soldiers Leave Capital After Long Mission").names == frozenset()


def test_language_by_declaration_script_and_words() -> None:
    assert guess_language(words("whatever this is"), "fr-FR") == "fr"
    assert guess_language(words("Армия вошла"), "") == "ru"
    assert guess_language(words("دخل الجيش"), "") == "ar"
    assert guess_language(words("les soldats sont dans la ville"), "") == "fr"
    assert guess_language(words("los soldados en la ciudad"), "") == "es"
    assert guess_language(words("the soldiers are in the town"), "") == "en"
    assert guess_language(words("Bamako"), "") == ""


def test_content_words_lose_endings_and_stop_words() -> None:
    assert content(words("The ministers of the government 12"), "en") == ["minist", "govern"]


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("BAMAKO (Reuters) - The army said", "reuters"),
        ("L'armée a dit. Avec AFP", "afp"),
        ("МОСКВА, 7 фев /ТАСС/. Армия", "tass"),
        ("(شينخوا) قال الجيش", "xinhua"),
        ("The army said so itself", ""),
        ("He spoke to Reuters in town", ""),
    ],
)
def test_credits(text: str, agency: str) -> None:
    assert credit(Item(title="A title", text=text)) == agency


def test_overlap_is_the_share_of_the_shorter_text() -> None:
    text = [f"word{n}" for n in range(60)]
    whole, part = shingles((), text), shingles((), text[:40])
    assert overlap(whole, part) == overlap(part, whole) == 1.0
    assert overlap(whole, shingles((), [f"other{n}" for n in range(60)])) == 0.0
    assert overlap(shingles((), text[:5]), shingles((), text[:5])) == 0.0
    changed = [*text[:20], "new", *text[21:40]]
    assert 0.5 < overlap(whole, shingles((), changed)) < 1.0
    assert 0 < SAME_TEXT < 1


def test_an_empty_item_has_a_sketch() -> None:
    empty = sketch(Item(), (), "x", datetime(2023, 1, 1, tzinfo=UTC), ItemId(1))
    assert not empty.title
    assert not empty.actions
