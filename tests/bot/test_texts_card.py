"""Alert cards: what an analyst reads, and that nothing else can stand there."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Card
from bot.texts import card
from bot.texts.words import clean
from news.alert import Hit, Sentence
from news.feed import Affiliation, Reliability
from news.item import ItemId
from news.watch import WatchlistId
from tests.bot.alerts import AT, a_source, an_alert


def fact(shown: Card, label: str) -> str:
    return next(("".join(span.text for span in line) for name, line in shown.facts if name == label), "")


def words(shown: Card) -> list[str]:
    """Every run of text of the card."""
    runs = [shown.headline, shown.flag, shown.footer]
    runs += [span.text for line in shown.body for span in line]
    runs += [label for label, _ in shown.facts]
    return runs + [span.text for _, line in shown.facts for span in line]


def test_a_plain_alert_reads_from_the_headline_to_the_link() -> None:
    shown = card(an_alert())
    assert shown.headline == "Russian minister lands in Bamako"
    assert shown.href == "https://courier.example/1"
    assert shown.flag == ""
    assert ["".join(span.text for span in line) for line in shown.body] == [
        "The minister arrived on Tuesday. (Sahel Courier)"
    ]
    assert [label for label, _ in shown.facts] == ["Matched", "Source", "Published", "Link"]
    assert fact(shown, "Matched") == "Mali “Bamako” (mali)"
    assert fact(shown, "Source") == "Sahel Courier · Mali · independent · B, usually reliable"
    assert fact(shown, "Published") == "7 Feb 2023 14:02, first seen 14:05 UTC"
    assert fact(shown, "Link") == "https://courier.example/1"
    assert shown.footer == "#4k2wz · mali, wagner"


def test_flags_say_sample_withdrawn_and_repeat() -> None:
    assert card(an_alert(sample=True)).flag == "SAMPLE ALERT"
    withdrawn = an_alert(withdrawn_at=AT, withdrawn_why="the report was denied")
    assert card(withdrawn).flag == "WITHDRAWN: the report was denied"
    assert card(an_alert(), repeat=True).flag == "Possible repeat of #4k2wz (sent 14:06 UTC)"
    both = card(withdrawn, repeat=True).flag
    assert both == "WITHDRAWN: the report was denied · Possible repeat of #4k2wz (sent 14:06 UTC)"


def test_each_sentence_names_its_outlet_and_none_repeats_the_headline() -> None:
    summary = (
        Sentence("Russian minister lands in Bamako.", ItemId(1)),
        Sentence("He met his Malian colleague.", ItemId(2)),
        Sentence("It is his first visit.", ItemId(99)),
    )
    shown = card(an_alert(summary=summary, sources=(a_source(), a_source(2, "Niger Post"))))
    lines = ["".join(span.text for span in line) for line in shown.body]
    assert lines == ["He met his Malian colleague. (Niger Post)", "It is his first visit."]


def test_other_outlets_stand_once_with_country_and_reprints_marked() -> None:
    sources = (
        a_source(),
        a_source(2, "Niger Post", country="NE"),
        a_source(3, "Niger Post", country="NE", reprint=True),
        a_source(4, "Echo Wire", country="", reprint=True),
        a_source(5, "Sahel Courier"),
    )
    shown = card(an_alert(sources=sources))
    assert fact(shown, "Also reported by") == "Niger Post (Niger), Echo Wire (reprint)"
    assert shown.footer == "#4k2wz · mali, wagner · 3 outlets"


def test_past_eight_other_outlets_only_their_number_stands() -> None:
    sources = tuple(a_source(number, f"Outlet {number}", country="") for number in range(1, 13))
    assert fact(card(an_alert(sources=sources)), "Also reported by").endswith("Outlet 9 +3 more")


def test_a_term_of_several_watchlists_stands_once() -> None:
    hits = (
        Hit(WatchlistId("wagner"), "Wagner Group", "вагнеровцев"),
        Hit(WatchlistId("russia-sahel"), "Wagner Group", "вагнеровцев"),
        Hit(WatchlistId("mali"), "Mali", "MALI"),
    )
    assert (
        fact(card(an_alert(hits=hits)), "Matched")
        == "Wagner Group “вагнеровцев” (wagner, russia-sahel), Mali (mali)"
    )


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, "no date given, first seen 7 Feb 2023 14:05 UTC"),
        (AT - timedelta(days=1), "6 Feb 2023 14:02, first seen 7 Feb 2023 14:05 UTC"),
    ],
)
def test_times_name_the_day_where_it_is_needed(published: object, expected: str) -> None:
    assert fact(card(an_alert(sources=(a_source(published=published),))), "Published") == expected


def test_an_unsafe_address_is_not_shown() -> None:
    shown = card(an_alert(sources=(a_source(link="javascript:alert(1)"),)))
    assert shown.href == ""
    assert fact(shown, "Link") == "not shown: unsafe or overlong address"
    assert fact(card(an_alert(sources=(a_source(link=""),))), "Link") == "none given"


def test_tricks_in_feed_text_do_not_reach_the_reader() -> None:
    shown = card(an_alert(headline="Cal\u200bm in \u202eikdoM\u202c\x00\r\n\x1b[31m today"))
    assert shown.headline == "Calm in ikdoM [31m today"


# Texts as an enemy would write them: every kind of character, and the kinds that mislead often.
_HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\u202e\u2066\u200b\u00ad\ufeff\x00\x1b\r\n\u0301@#*_[]()<>&`|/\ud800"),
    ),
    max_size=400,
)
_LONG = st.integers(1, 30_000).map(lambda size: "mot " * size)
_TEXT = st.one_of(_HOSTILE, _LONG)


@st.composite
def alerts(draw: st.DrawFn) -> object:
    sources = tuple(
        a_source(
            number,
            draw(_HOSTILE),
            country=draw(st.sampled_from(["ML", "", "XX", "\u202eML"])),
            affiliation=draw(st.sampled_from(Affiliation)),
            reliability=draw(st.sampled_from(Reliability)),
            link=draw(st.one_of(_TEXT, _HOSTILE.map(lambda text: f"https://a.example/{text}"))),
            reprint=draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(1, 12)) + 1)
    )
    return an_alert(
        headline=draw(_TEXT),
        summary=tuple(Sentence(draw(_TEXT), ItemId(n)) for n in range(1, draw(st.integers(0, 4)) + 1)),
        hits=tuple(
            Hit(WatchlistId("mali"), draw(_HOSTILE), draw(_HOSTILE)) for _ in range(draw(st.integers(0, 12)))
        ),
        sources=sources,
        withdrawn_at=draw(st.sampled_from([None, AT])),
        withdrawn_why=draw(_TEXT),
        sample=draw(st.booleans()),
    )


@given(alert=alerts(), repeat=st.booleans())
def test_no_text_breaks_out_of_the_card(alert: object, repeat: bool) -> None:
    shown = card(alert, repeat=repeat)  # type: ignore[arg-type]
    for run in words(shown):
        for index, char in enumerate(run):
            category = unicodedata.category(char)
            joiner = char in "\u200c\u200d" and 0 < index < len(run) - 1
            assert category not in ("Cc", "Cs", "Zl", "Zp"), run
            assert category != "Cf" or joiner, run
    assert len(shown.headline) <= 250
    assert len(shown.flag) <= 400
    assert all(sum(len(span.text) for span in line) <= 600 for line in shown.body)
    assert len(shown.body) <= 3
    assert all(sum(len(span.text) for span in line) <= 2_000 for _, line in shown.facts)
    assert shown.href.startswith(("https://", "http://")) or not shown.href


@given(alert=alerts())
def test_a_card_holds_only_the_alerts_text_and_our_words(alert: object) -> None:
    """Whatever the alert says, the card's body is made of its sentences and outlets alone."""
    spoken = [clean(s.text, 500) for s in alert.summary]  # type: ignore[attr-defined]
    outlets = [f" ({clean(s.outlet, 60)})" for s in alert.sources]  # type: ignore[attr-defined]
    shown = card(alert)  # type: ignore[arg-type]
    for line in shown.body:
        assert line[0].text in spoken
        assert all(span.text in outlets for span in line[1:])
    assert shown.headline in (clean(alert.headline, 250), "(no headline)")  # type: ignore[attr-defined]
