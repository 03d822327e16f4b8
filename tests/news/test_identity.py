"""Keys: the same item is known again, and different items stay different."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.feed import FeedId
from news.identity import canonical_link, fingerprint, key_of_link, keys, similarity, without_outlet
from news.item import Item

FEED = FeedId("desert-post")
WHEN = datetime(2023, 2, 7, 9, 30, tzinfo=UTC)
ITEM = Item(
    guid="https://desert-post.example/?p=4711",
    link="https://desert-post.example/2023/02/wells-of-menaka",
    title="Five new wells open near Menaka",
    text="The wells give water to nine hamlets.",
    published=WHEN,
)

SAME = [
    "https://desert-post.example/a/wells",
    "http://desert-post.example/a/wells",
    "https://www.desert-post.example/a/wells/",
    "HTTPS://WWW.Desert-Post.example:443/a/wells",
    "http://desert-post.example:80/a//wells",
    "https://m.desert-post.example/a/wells",
    "https://mobile.desert-post.example/a/wells",
    "https://amp.desert-post.example/a/wells",
    "https://desert-post.example/a/wells/amp/",
    "https://desert-post.example/amp/a/wells",
    "https://desert-post.example/a/wells?amp",
    "https://desert-post.example/a/wells?amp=1",
    "https://desert-post.example/a/wells?outputType=amp",
    "https://www.google.com/amp/s/desert-post.example/a/wells",
    "https://desert--post-example.cdn.ampproject.org/c/s/desert-post.example/a/wells",
    "https://desert-post.example/a/wells?utm_source=rss&utm_medium=feed&utm_campaign=x",
    "https://desert-post.example/a/wells?fbclid=abc&gclid=def",
    "https://desert-post.example/a/wells?at_medium=RSS&at_campaign=KARANGA",
    "https://desert-post.example/a/wells?xtor=RSS-1",
    "https://desert-post.example/a/wells#xtor=RSS-1",
    "https://desert-post.example/a/wells?ref=rss",
    "https://desert-post.example/a/wells?source=rss",
    "https://desert-post.example/a/wells#comments",
    "https://desert-post.example/a/wells/index.html",
    "https://desert-post.example/a/wells;jsessionid=0A1B2C",
    "https://desert-post.example/a/%77ells",
    "  https://desert-post.example/a/wells\n",
    "//desert-post.example/a/wells",
]


@pytest.mark.parametrize("url", SAME)
def test_twins_of_an_address_have_one_form(url: str) -> None:
    assert canonical_link(url) == "https://desert-post.example/a/wells"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://p.example/?p=1", "https://p.example/?p=2"),
        ("https://p.example/news.php?id=1&x=2", "https://p.example/news.php?id=2&x=2"),
        ("https://p.example/a?ref=48211", "https://p.example/a?ref=48212"),
        ("https://p.example/a?source=1201", "https://p.example/a?source=1202"),
        ("https://p.example/A", "https://p.example/a"),
        ("https://p.example/a", "https://q.example/a"),
        ("https://fr.p.example/a", "https://p.example/a"),
        ("https://p.example:8080/a", "https://p.example/a"),
        ("https://p.example/live#block-64e1a0b2", "https://p.example/live#block-64e1a0b3"),
        ("https://p.example/amplifiers", "https://p.example/lifiers"),
        ("https://p.example/page?page=2", "https://p.example/page?page=3"),
    ],
)
def test_different_articles_stay_different(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://p.example/?b=2&a=1", "https://p.example/?a=1&b=2"),
        ("https://p.example/%c3%a9t%C3%A9", "https://p.example/été"),
        ("https://p.example/a?id=3&amp;utm_source=x", "https://p.example/a?id=3"),
        ("https://p.example/index.php?id=3", "https://p.example/?id=3"),
        ("https://en.m.wikipedia.org/wiki/Gao", "https://en.wikipedia.org/wiki/Gao"),
    ],
)
def test_spellings_of_one_address_meet(one: str, other: str) -> None:
    assert canonical_link(one) == canonical_link(other)


@pytest.mark.parametrize(
    "text", ["", "tag:p.example,2023:7", "urn:uuid:1", "http://[broken", "p-4711", "http:///x"]
)
def test_what_is_no_address_stays_as_it_is(text: str) -> None:
    assert canonical_link(f" {text} ") == text


@settings(deadline=None)
@given(st.text(max_size=60))
def test_canonical_links_are_stable(rest: str) -> None:
    once = canonical_link("https://p.example/" + rest)
    assert canonical_link(once) == once


def share(one: Item, other: Item) -> bool:
    return bool(set(keys(FEED, [one])[0]) & set(keys(FEED, [other])[0]))


def test_keys_are_short_strings() -> None:
    assert all(re.fullmatch(r"[\w-]{22}", key) for key in keys(FEED, [ITEM])[0])


CHANGES = {
    "scheme and www": {"guid": "http://www.desert-post.example/?p=4711", "link": "http://www.desert-post.example/2023/02/wells-of-menaka"},
    "tracking": {"link": ITEM.link + "?utm_source=rss"},
    "guid became the link": {"guid": ITEM.link},
    "link became the guid": {"guid": "", "link": ITEM.guid},
    "guid gone": {"guid": ""},
    "guid random": {"guid": "8f2c-11"},
    "title edited": {"title": "Six wells open near Menaka town", "published": WHEN + timedelta(days=2)},
    "date gone": {"published": None},
    "all addresses new": {"guid": "n1", "link": "https://new.example/x"},
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_item_is_known_again(change: dict[str, object]) -> None:
    assert share(ITEM, replace(ITEM, **change))  # type: ignore[arg-type]


def test_different_items_share_no_key() -> None:
    other = Item("g2", "https://desert-post.example/b", "Rice price falls in the market", "", WHEN)
    assert not share(ITEM, other)


def test_short_titles_return_within_a_day() -> None:
    morning = Item(title="Journal de 7h", link="https://p.example/1", published=WHEN)
    assert not share(
        morning, replace(morning, link="https://p.example/2", published=WHEN + timedelta(hours=5))
    )


def test_guids_and_titles_belong_to_their_feed_but_links_are_shared() -> None:
    mine = keys(FEED, [Item(guid="7", title="Rain falls on Gao again", published=WHEN)])[0]
    yours = keys(FeedId("other"), [Item(guid="7", title="Rain falls on Gao again", published=WHEN)])[0]
    assert not set(mine) & set(yours)
    assert key_of_link(ITEM.link) in set(keys(FEED, [ITEM])[0]) & set(keys(FeedId("other"), [ITEM])[0])
    assert key_of_link(ITEM.guid) in keys(FEED, [ITEM])[0]


def test_a_guid_or_link_that_all_items_share_is_no_key() -> None:
    body = [Item("same", "https://p.example/", f"Report {n} from the river", "", None) for n in range(4)]
    found = keys(FEED, body)
    assert len({key for item in found for key in item}) == 4
    linked = [replace(item, guid="", link="https://p.example/live", published=WHEN) for item in body]
    assert key_of_link("https://p.example/live") not in {key for item in keys(FEED, linked) for key in item}


def test_a_part_of_a_body_may_be_told_what_the_whole_shares() -> None:
    item = Item("same", "https://p.example/live", "Report of today from the river", "", WHEN)
    alone, told = keys(FEED, [item])[0], keys(FEED, [item], {"same", "http://p.example/live/"})[0]
    assert len(alone) == 3
    assert told == alone[2:]


def test_an_undated_item_is_known_by_what_it_says() -> None:
    item = replace(ITEM, published=None)
    moved = replace(item, guid="new", link="https://new.example/4711")
    assert set(keys(FEED, [item])[0]) & set(keys(FEED, [moved])[0])
    other = replace(moved, text="A tenth hamlet gets its own well.")
    assert not set(keys(FEED, [item])[0]) & set(keys(FEED, [other])[0])


def test_the_same_item_listed_twice_keeps_its_keys() -> None:
    once, twice = keys(FEED, [ITEM, replace(ITEM, link=ITEM.link + "?utm_source=x")])
    assert once == twice


def test_order_of_the_body_does_not_matter() -> None:
    body = [replace(ITEM, title="Other words altogether here"), ITEM, replace(ITEM, guid="z")]
    assert keys(FEED, body) == keys(FEED, body[::-1])[::-1]


def test_the_front_page_is_no_key() -> None:
    assert (
        key_of_link("https://p.example/") not in keys(FEED, [Item(link="https://p.example", title="News")])[0]
    )


@pytest.mark.parametrize(
    "item", [Item(), Item(title="Only a title"), Item(text="Only text"), Item(published=WHEN)]
)
def test_every_item_has_a_key(item: Item) -> None:
    assert len(keys(FEED, [item])[0]) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Five new wells open near Menaka", "FIVE NEW WELLS OPEN NEAR MÉNAKA"),
        ("Five new wells open near Menaka", "Five new wells open near Menaka - The Desert Post"),
        ("Cinq puits ouverts près de Ménaka", "Cinq puits ouverts près de Ménaka | Le Puits"),
        ("Cinq puits ouverts près de Ménaka", "Cinq puits ouverts près de Ménaka – RFI"),
        ("“Five new wells” open, near Menaka", "'Five new wells' open near Menaka"),
    ],
)
def test_one_text_in_two_outlets_has_one_fingerprint(one: str, other: str) -> None:
    assert fingerprint(Item(title=one)) == fingerprint(Item(title=other)) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Five new wells open near Menaka", "Six new wells open near Menaka"),
        ("Who will rule the market - and why", "Who will rule the market"),
        ("The wells are open - is it enough?", "The wells are open"),
    ],
)
def test_different_titles_have_different_fingerprints(one: str, other: str) -> None:
    assert fingerprint(Item(title=one, text="x " * 20)) != fingerprint(Item(title=other, text="x " * 20))


def test_short_titles_need_their_text() -> None:
    assert fingerprint(Item(title="News in brief")) == ""
    text = "The ferry over the river at Gao runs again after a month."
    brief = fingerprint(Item(title="In brief", text=text))
    assert brief not in ("", fingerprint(Item(title="In brief", text="Rice " + text)))
    assert brief == fingerprint(Item(title="In brief", text=text.upper()))


def test_an_outlets_name_is_told_from_the_title() -> None:
    assert without_outlet("Wells open near Menaka - Desert Post") == "Wells open near Menaka"
    assert without_outlet("Gao - Kidal") == "Gao - Kidal"


def test_similarity() -> None:
    text = "The ferry over the river at Gao runs again after a month of repairs, the town hall said."
    assert similarity(text, text.upper()) == 1.0
    assert similarity(text, text + " Traders were glad. Prices had risen while the boat lay still.") >= 0.85
    assert similarity(text, "Rice is cheaper in the market of Mopti since Monday.") < 0.2
    assert similarity("", text) == 0.0
