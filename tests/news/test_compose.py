"""Composing an alert from the items of its story."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.alert import Alert, AlertId
from news.compose import UNTITLED, compose, headline
from news.feed import Affiliation, FeedId, FeedSpec, Reliability
from news.item import ItemId
from news.story import Member, StoryId
from news.text import display
from news.watch import Kind
from tests.news.told import NOON, match, member


def spec(id: str, reliability: Reliability = Reliability.C, title: str = "", **more: object) -> FeedSpec:
    return FeedSpec(
        FeedId(id), title or id.title(), f"https://{id}.example/feed", reliability=reliability, **more
    )  # type: ignore[arg-type]


FEEDS = {feed.id: feed for feed in (spec("best", Reliability.A), spec("good", Reliability.B), spec("fair"))}


def told(*members: Member, previous: Alert | None = None) -> Alert:
    return compose(StoryId(5), members, FEEDS, NOON, "new story", previous)


def test_the_most_reliable_outlet_leads() -> None:
    alert = told(member(1, feed="fair"), member(2, feed="best", hours=2), member(3, feed="good"))
    assert alert.lead.item == ItemId(2)
    assert [source.item for source in alert.sources] == [2, 1, 3]
    assert alert.revision == 1
    assert alert.id == AlertId(0)


def test_among_equals_the_earliest_then_the_longest_leads() -> None:
    assert told(member(1, feed="good", hours=1), member(2, feed="good")).lead.item == ItemId(2)
    assert told(member(1, feed="good"), member(2, feed="good", text="Longer text.")).lead.item == ItemId(2)


def test_a_reprint_leads_only_alone() -> None:
    assert told(member(1, feed="best", reprint=True), member(2, feed="fair")).lead.item == ItemId(2)
    assert told(member(1, feed="best", reprint=True)).lead.item == ItemId(1)


def test_an_outlet_gone_from_the_catalogue_goes_by_its_id() -> None:
    alert = told(member(1, feed="gone"))
    assert alert.lead.outlet == "gone"
    assert alert.lead.reliability is Reliability.F
    assert alert.lead.publisher == "gone"


def test_a_source_says_what_the_catalogue_says() -> None:
    feeds = {
        FeedId("x"): spec(
            "x", title="Outlet X", country="ML", family="X Group", affiliation=Affiliation.STATE
        )
    }
    source = compose(
        StoryId(1), [member(1, "A title", feed="x", language="fr")], feeds, NOON, "new story"
    ).lead
    assert (source.outlet, source.country, source.publisher) == ("Outlet X", "ML", "X Group")
    assert (source.affiliation, source.language, source.title) == (Affiliation.STATE, "fr", "A title")
    assert (source.link, source.first_seen, source.published) == ("https://x.example/1", NOON, NOON)


@pytest.mark.parametrize(
    ("title", "outlet", "shown"),
    [
        ("Army enters the town of Kidal - Best", spec("best"), "Army enters the town of Kidal"),
        (
            "Army enters the town of Kidal | Best News",
            spec("best", title="Best News"),
            "Army enters the town of Kidal",
        ),
        ("L'armée entre à Kidal – best.example", spec("best"), "L'armée entre à Kidal"),
        ("Army enters the town of Kidal - Reuters", spec("best"), "Army enters the town of Kidal - Reuters"),
        (
            "Army enters the town of Kidal - Reuters",
            spec("agg", affiliation=Affiliation.AGGREGATOR),
            "Army enters the town of Kidal",
        ),
        ("Mali - Best", spec("best"), "Mali - Best"),
        ("Kidal\u202e retaken\n by   the army", spec("best"), "Kidal retaken by the army"),
    ],
)
def test_headlines(title: str, outlet: FeedSpec, shown: str) -> None:
    assert headline(title, outlet) == shown


def test_without_a_title_the_text_heads() -> None:
    assert told(member(1, "", "The army entered Kidal.")).headline == "The army entered Kidal."
    assert told(member(1, "")).headline == UNTITLED


def test_hits_are_told_once_and_watchlists_sorted() -> None:
    jnim = match("JNIM", Kind.GROUP, watchlist="jnim")
    gsim = replace(jnim, term="GSIM")
    mali = match("Mali", Kind.STATE, watchlist="mali")
    alert = told(member(1, matches=(mali, jnim)), member(2, matches=(jnim, replace(jnim, term="Jnim"), gsim)))
    assert [(hit.watchlist, hit.entity, hit.term) for hit in alert.hits] == [
        ("mali", "Mali", "Mali"),
        ("jnim", "JNIM", "JNIM"),
        ("jnim", "JNIM", "GSIM"),
    ]
    assert alert.watchlists == ("jnim", "mali")


# ---- what was sent stays ---------------------------------------------------------------------

FIRST = member(1, "Army in Kidal", "The army of Mali entered Kidal on Tuesday.", feed="fair")
SECOND = member(2, "Kidal taken", "Rebels said that 12 fighters died near Anefis.", feed="best", hours=3)


def sent(alert: Alert) -> Alert:
    return replace(alert, id=AlertId(9), short="abcde")


def test_a_new_outlet_grows_the_alert_and_its_revision() -> None:
    before = sent(told(FIRST))
    after = told(FIRST, SECOND, previous=before)
    assert (after.id, after.short, after.revision) == (before.id, before.short, 2)
    assert after.headline == before.headline
    assert after.lead == before.lead
    assert [source.item for source in after.sources] == [1, 2]
    assert after.summary[0] == before.summary[0]
    assert after.summary[1].item == ItemId(2)


def test_nothing_new_is_the_same_alert() -> None:
    before = sent(told(FIRST, SECOND))
    later = compose(StoryId(5), [SECOND, FIRST], FEEDS, NOON + timedelta(days=1), "another reason", before)
    assert later == before


def test_what_was_withdrawn_stays_withdrawn() -> None:
    before = replace(sent(told(FIRST)), withdrawn_at=NOON, withdrawn_why="a hoax", revision=3)
    after = told(FIRST, SECOND, previous=before)
    assert (after.withdrawn_at, after.withdrawn_why, after.revision) == (NOON, "a hoax", 4)


def test_a_lead_that_left_gives_way() -> None:
    before = sent(told(FIRST))
    after = told(SECOND, previous=before)
    assert after.headline == "Kidal taken"
    assert after.lead.item == ItemId(2)


# ---- nothing invented ------------------------------------------------------------------------

_WORDS = st.lists(
    st.sampled_from(
        [
            "Mali",
            "Kidal",
            "12",
            "40",
            "Goïta",
            "Путин",
            "Армия",
            "جيش",
            "said.",
            "killed,",
            "the",
            "-",
            "|",
            "Best",
        ]
    ),
    max_size=25,
)
_STORIES = st.lists(
    st.tuples(
        _WORDS.map(" ".join),
        _WORDS.map(" ".join),
        st.sampled_from(["best", "good", "fair", "gone"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@given(_STORIES, st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_no_figure_or_word_that_is_not_in_the_sources(
    rows: list[tuple[str, str, str, bool]], sent_with: int
) -> None:
    members = [
        member(n, title, text, feed=feed, hours=n, reprint=reprint)
        for n, (title, text, feed, reprint) in enumerate(rows, 1)
    ]
    before = sent(told(*members[:sent_with]))
    alert = told(*members, previous=before)
    sources = " ".join(display(f"{each.stored.item.title} {each.stored.item.text}") for each in members)
    said = " ".join([alert.headline, *(sentence.text for sentence in alert.summary)])
    if alert.headline != UNTITLED:
        assert set(re.findall(r"\w+", said)) <= set(re.findall(r"\w+", sources))
    assert {source.item for source in alert.sources} == {each.stored.id for each in members}
    assert alert.lead == before.lead
