"""Placing items in stories: what joins, what is kept apart, what is a reprint."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.item import ItemId
from news.story import REACH, Candidates, Joined, Opened, StoryId, place
from news.watch import Kind
from tests.news.told import match, placed, stories, telling

EXPELS = (
    "Mali expels the UN mission's rights chief",
    "Mali ordered Guillaume Ngefa to leave within 48 hours.",
)


def test_without_candidates_a_story_opens() -> None:
    assert isinstance(placed(telling(*EXPELS)), Opened)


def test_another_telling_in_the_same_language_joins() -> None:
    other = telling(
        "Mali junta expels UN mission's human rights chief Ngefa",
        "Guillaume Ngefa was given 48 hours to leave Mali.",
        id=2,
        hours=5,
    )
    found = placed(other, telling(*EXPELS))
    assert isinstance(found, Joined)
    assert found.story == StoryId(1)
    assert found.reprint_of is None
    assert "expel" in found.why


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        (
            "Le Mali expulse Guillaume Ngefa",
            "Le responsable onusien Guillaume Ngefa a 48 heures pour partir.",
            "fr",
        ),
        ("Мали высылает Гийома Нгефу", "Гийому Нгефе из ООН дали 48 часов, чтобы покинуть Мали.", "ru"),
        ("مالي تطرد غيوم نغيفا", "أمهلت مالي المسؤول الأممي غيوم نغيفا 48 ساعة للمغادرة.", "ar"),
        (
            "Malí expulsa a Guillaume Ngefa",
            "El responsable de la ONU Guillaume Ngefa tiene 48 horas para irse.",
            "es",
        ),
    ],
)
def test_another_language_joins_by_name_and_deed(title: str, text: str, language: str) -> None:
    named = (match("Guillaume Ngefa", Kind.PERSON),)
    new = telling(title, text, language, id=2, hours=3, matches=named)
    assert isinstance(placed(new, telling(*EXPELS, matches=named)), Joined)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attack on Djibo in Burkina Faso: 30 dead", "Attack on Barsalogho in Burkina Faso: 30 dead"),
        ("Mali expels the UN envoy over report", "Niger expels the UN envoy over report"),
        ("Army says soldiers died in ambush in Mali", "Army says soldiers died in ambush in Burkina Faso"),
        (
            "Attack in Burkina Faso kills soldiers, army says",
            "Gunmen attack market in Burkina Faso, killing traders",
        ),
    ],
)
def test_other_places_are_other_events(one: str, other: str) -> None:
    assert isinstance(placed(telling(one, id=2, hours=2), telling(other)), Opened)


def test_other_people_are_other_events() -> None:
    goita = telling("Goita meets Putin in Moscow", id=1, matches=(match("Assimi Goïta", Kind.PERSON),))
    traore = telling("Traore meets Putin in Moscow", id=2, matches=(match("Ibrahim Traoré", Kind.PERSON),))
    found = placed(traore, goita)
    assert isinstance(found, Opened)
    assert found.why == "different people"


def test_other_days_are_other_events() -> None:
    text = "Gunmen attacked the army camp on {} February, the general staff said."
    first = telling("Gunmen attack army camp, says general staff", text.format(1), hours=0)
    second = telling("General staff: gunmen attack army camp", text.format(7), id=2, hours=1)
    found = placed(second, first)
    assert isinstance(found, Opened)
    assert found.why == "different days"


def test_a_coup_and_the_sanctions_for_it_are_two() -> None:
    bazoum = (match("Mohamed Bazoum", Kind.PERSON),)
    coup = telling(
        "Niger's President Bazoum ousted in coup", "Officers said that they had seized power.", matches=bazoum
    )
    sanctions = telling(
        "La Cédéao sanctionne le Niger",
        "Les sanctions doivent rétablir Mohamed Bazoum.",
        "fr",
        id=2,
        matches=bazoum,
    )
    assert isinstance(placed(sanctions, coup), Opened)


def test_one_state_alone_joins_nothing() -> None:
    first = telling("Mali harvest begins", "Farmers in Mali bring in the cotton.")
    assert isinstance(
        placed(telling("Le Mali ouvre une école", "Une école au Mali.", "fr", id=2), first), Opened
    )


def test_a_round_up_joins_no_story() -> None:
    press = telling(
        "Round-up: Mali expels Ngefa, chief of UN mission's rights work", "Also: harvests.", id=2, hours=1
    )
    assert press.round_up
    assert isinstance(placed(press, telling(*EXPELS)), Opened)


def test_the_window_closes_after_three_days() -> None:
    late = telling(
        "UN rights chief Ngefa expelled: Mali gives 48 hours", EXPELS[1] + " He left.", id=2, hours=73
    )
    assert isinstance(placed(late, telling(*EXPELS)), Opened)


def test_a_late_telling_that_names_the_day_joins() -> None:
    named = (match("Guillaume Ngefa", Kind.PERSON),)
    first = telling(*EXPELS, matches=named)
    text = (
        "On 7 February 2023 Mali told Guillaume Ngefa, the UN mission's rights chief, to leave in 48 hours."
    )
    late = telling(
        "How Mali expelled the UN mission's rights chief", text, id=2, hours=24 * 20, matches=named
    )
    assert isinstance(placed(late, first), Joined)
    much_later = telling(
        "How Mali expelled the UN mission's rights chief", text, id=3, hours=24 * 40, matches=named
    )
    assert timedelta(days=40) > REACH
    assert isinstance(placed(much_later, first), Opened)


def test_a_back_dated_item_joins() -> None:
    other = telling("Mali junta expels UN mission's rights chief Ngefa", EXPELS[1], id=2, hours=-20)
    assert isinstance(placed(other, telling(*EXPELS)), Joined)


# ---- reprints --------------------------------------------------------------------------------

AGENCY = (
    "Ouagadougou (AFP) - Gunmen attacked people who were digging trenches round the town on Saturday, and"
    " residents say that more than a hundred of them died before the army came to their help in the evening."
)


def test_the_same_title_elsewhere_is_a_reprint() -> None:
    found = placed(
        telling("Mali expels the UN mission's rights chief", id=9, hours=1), telling(*EXPELS, id=7)
    )
    assert isinstance(found, Joined)
    assert found.reprint_of == ItemId(7)


def test_the_same_text_under_another_title_is_a_reprint() -> None:
    first = telling("Many dead in Burkina Faso attack", AGENCY, id=4)
    again = telling("Trench diggers massacred, says local people", AGENCY[:-30], id=5, hours=2)
    found = placed(again, first)
    assert isinstance(found, Joined)
    assert found.reprint_of == ItemId(4)


def test_a_credit_and_nearly_the_same_title_is_a_reprint() -> None:
    first = telling("Gunmen kill villagers near Nouna, mayor says", "(AFP) Short.", id=4)
    again = telling("Gunmen kill villagers near Nouna town, mayor says", "Avec AFP", id=5, hours=2)
    assert first.credit == again.credit == "afp"
    found = placed(again, first)
    assert isinstance(found, Joined)
    assert found.reprint_of == ItemId(4)


def test_a_new_toll_is_no_reprint() -> None:
    first = telling("Toll of Burkina Faso attack is 40", AGENCY, id=4)
    again = telling("Toll of Burkina Faso attack is 51", AGENCY, id=5, hours=6)
    found = placed(again, first)
    assert isinstance(found, Joined)
    assert found.reprint_of is None


def test_one_outlets_caption_under_every_title_is_no_reprint() -> None:
    caption = (
        "Sign up for our newsletter and read the ten stories that everybody in the capital talks about today."
    )
    first = telling("Finance minister expects a smaller harvest", caption, id=4, publisher="gazette")
    again = telling("Wagner chief boasts of new recruits", caption, id=5, publisher="gazette", hours=3)
    assert isinstance(placed(again, first), Opened)


# ---- properties ------------------------------------------------------------------------------

_WORDS = [
    "Mali",
    "Niger",
    "Kidal",
    "Djibo",
    "army",
    "attack",
    "coup",
    "visit",
    "Lavrov",
    "expels",
    "12",
    "40",
    "envoy",
]
_SKETCHES = st.builds(
    lambda title, text, language, id, hours: telling(
        " ".join(title), " ".join(text), language, id=id, hours=hours
    ),
    st.lists(st.sampled_from(_WORDS), max_size=8),
    st.lists(st.sampled_from(_WORDS), max_size=20),
    st.sampled_from(["en", "fr", "ru", "ar", "es", ""]),
    st.integers(2, 99),
    st.floats(-80, 80),
)


@given(_SKETCHES, st.lists(_SKETCHES, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_candidates_does_not_matter(new, told, shuffle) -> None:  # type: ignore[no-untyped-def]
    candidates = stories(*told)
    turned = list(candidates.stories)
    shuffle.shuffle(turned)
    assert place(new, candidates, new.at) == place(new, Candidates(tuple(turned)), new.at)
