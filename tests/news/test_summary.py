"""Summaries: sentences of the items, word for word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.alert import Sentence
from news.item import ItemId
from news.story import Member
from news.summary import LONGEST_SENTENCE, MOST_SENTENCES, shorten, summarise
from news.text import display
from tests.news.told import member

LEAD = member(
    1, text="The army of Mali entered the northern town of Kidal on Tuesday. It met no resistance there."
)


def texts(summary: tuple[Sentence, ...]) -> list[str]:
    return [sentence.text for sentence in summary]


def test_the_first_sentence_of_the_lead() -> None:
    assert summarise("Army in Kidal", [LEAD]) == (
        Sentence("The army of Mali entered the northern town of Kidal on Tuesday.", ItemId(1)),
    )


def test_others_add_what_is_new() -> None:
    same = member(2, text="On Tuesday the army of Mali entered the northern town of Kidal.")
    adds = member(3, text="Rebels said that 12 of their fighters died near Anefis before they left.")
    summary = summarise("Army in Kidal", [LEAD, same, adds])
    assert [sentence.item for sentence in summary] == [ItemId(1), ItemId(3)]


def test_at_most_three_of_different_items() -> None:
    others = [
        member(2, text="Residents of Gao counted 20 lorries on the road that night."),
        member(3, text="Aid groups expect 300 families to reach Menaka within a week."),
        member(4, text="Algeria asked both sides to return to the table at once."),
        member(5, text="Timbuktu airport stayed shut and 15 flights were put off."),
    ]
    summary = summarise("Army in Kidal", [LEAD, *others])
    assert len(summary) == MOST_SENTENCES
    assert len({sentence.item for sentence in summary}) == MOST_SENTENCES


def test_reprints_add_nothing() -> None:
    reprint = member(2, text="Rebels said that 12 of their fighters died near Anefis.", reprint=True)
    assert len(summarise("Army in Kidal", [LEAD, reprint])) == 1


def test_the_headline_is_not_repeated() -> None:
    headline = "The army of Mali entered the northern town of Kidal"
    told = member(
        1,
        text="The army of Mali entered the northern town of Kidal. Rebels had held Kidal for ten long years.",
    )
    assert texts(summarise(headline, [told])) == ["Rebels had held Kidal for ten long years."]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("He said that the town of Kidal was quiet.", "en"),
        ("But the town of Kidal was not quiet.", "en"),
        ("Mais la ville de Kidal restait sous tension.", "fr"),
        ("Il a dit que la ville de Kidal était calme.", "fr"),
        ("Cependant, la ville de Kidal restait sous tension.", "fr"),
        ("Однако город Кидаль остался в руках повстанцев.", "ru"),
        ("Он сказал, что город Кидаль спокоен.", "ru"),
        ("لكن مدينة كيدال ظلت متوترة طوال الليل.", "ar"),
        ("وهو قال إن مدينة كيدال هادئة اليوم.", "ar"),
        ("Pero la ciudad de Kidal seguía en tensión.", "es"),
        ("Él dijo que la ciudad de Kidal estaba tranquila.", "es"),
    ],
)
def test_no_sentence_that_leans_on_another(text: str, language: str) -> None:
    assert summarise("Nothing like it", [member(1, text=text, language=language)]) == ()


def test_spanish_article_is_no_pronoun() -> None:
    told = member(1, text="El ejército entró en la ciudad de Kidal.", language="es")
    assert len(summarise("Otra cosa", [told])) == 1


def test_captions_and_links_are_no_sentences() -> None:
    assert summarise("Army in Kidal", [member(1, text="AFP. Read more about this story on our site.")]) == ()


def test_an_item_without_text_gives_its_place_to_the_next() -> None:
    assert [s.item for s in summarise("Army in Kidal", [member(9), LEAD])] == [ItemId(1)]
    assert summarise("Army in Kidal", [member(9)]) == ()
    assert summarise("Army in Kidal", []) == ()


def test_kept_sentences_stay_in_front() -> None:
    adds = member(3, text="Rebels said that 12 of their fighters died near Anefis before they left.")
    kept = summarise("Army in Kidal", [LEAD])
    longer = summarise("Army in Kidal", [adds, LEAD], kept)
    assert longer[: len(kept)] == kept
    assert len(longer) == 2


def test_kept_sentences_of_an_item_that_left_go() -> None:
    gone = Sentence("Something that an item said which was moved elsewhere.", ItemId(77))
    assert gone not in summarise("Army in Kidal", [LEAD], [gone])


def test_long_sentences_are_cut_at_a_word() -> None:
    long = "word " * 100 + "end."
    cut = shorten(long)
    assert len(cut) <= LONGEST_SENTENCE
    assert cut.endswith("word…")
    assert shorten("x" * 400) == "x" * 299 + "…"
    assert shorten("short.") == "short."


_TEXTS = st.lists(
    st.sampled_from(
        [
            "Mali",
            "Niger",
            "Kidal",
            "army",
            "12",
            "40",
            "said.",
            "But",
            "he",
            "Однако",
            "Армия",
            "вошла.",
            "لكن",
            "الجيش",
            "دخل.",
            "attack",
            "—",
            "killed…",
            "«Le",
            "Jnim»",
            "U.S.",
            "no.",
            "5",
        ]
    ),
    max_size=40,
).map(" ".join)
_MEMBERS = st.lists(st.tuples(_TEXTS | st.text(max_size=200), st.booleans()), max_size=5).map(
    lambda rows: [member(n, text=text, reprint=reprint) for n, (text, reprint) in enumerate(rows, 1)]
)


@given(_TEXTS, _MEMBERS)
@settings(max_examples=150, deadline=None)
def test_every_sentence_stands_in_its_item(headline: str, told: list[Member]) -> None:
    sources = {each.stored.id: each.stored.item.text for each in told}
    summary = summarise(headline, told)
    assert len(summary) <= MOST_SENTENCES
    for sentence in summary:
        assert len(sentence.text) <= LONGEST_SENTENCE
        whole = sentence.text.removesuffix("…") if sentence.text.endswith("…") else sentence.text
        assert whole in display(sources[sentence.item])
