"""Cards and pages in Telegram's HTML, judged by Telegram's own parser where it is installed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.platforms.telegram.markup import Run, split, units
from bot.platforms.telegram.render import MOST_PARTS, plain_card, plain_text, render_card, render_page
from bot.ports import Card, Line, Page, Span, Style
from tests.fakes.telegram.text import Entity, covered, found, has_tdlib, parse

LONGEST = 4096
HOSTILE = [
    "<b>",
    "</b>",
    "<a href='tg://user?id=5'>x</a>",
    "&lt;",
    "&#x3C;b&#x3E;",
    "&",
    "@everyone",
    "@journaldumali",
    "/forget",
    "/pause@sahelwatch_bot",
    "[x](https://evil.example)",
    "\u202etxt.exe",
    "a\u200bb",
    "\ud800",
    "\x00",
    "e" + "\u0301" * 50,
    "🚨" * 40,
    "🇲🇱",
    "\n\n<code>",
    "https://evil.example/@name",
    "t.me/evil",
    "word " * 200,
    "x" * 5000,
    "&amp;" * 900,
    "\"'>",
    "الساحل",
    "Сахель",
    "\u2066",
]

texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=80), st.text(st.characters(), max_size=30)
).flatmap(lambda one: st.sampled_from([one, one * 3, f"Lavrov {one} Bamako", one * 40]))
links = st.one_of(
    st.just(""),
    st.sampled_from(["https://journaldumali.example/a?b=1&c='\"<>", "tg://user?id=5", "javascript:alert(1)"]),
    st.text(max_size=30).map(lambda path: f"https://example.org/{path}"),
    st.just("https://example.org/" + "&" * 1900),
    st.just("https://user@evil.example/"),
)
spans = st.builds(Span, texts, st.sampled_from(Style), links)
lines: st.SearchStrategy[Line] = st.lists(spans, max_size=4).map(tuple)
cards = st.builds(
    Card,
    headline=texts,
    href=links,
    flag=st.one_of(st.just(""), texts),
    body=st.lists(lines, max_size=6).map(tuple),
    facts=st.lists(st.tuples(texts, lines), max_size=12).map(tuple),
    footer=texts,
)
often = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def shown(markup: str) -> tuple[str, list[Entity]]:
    """What people see; fails where Telegram would refuse the message."""
    text, entities = parse(markup, "HTML")
    assert text.strip()
    assert len(text) <= LONGEST
    assert units(text) <= LONGEST
    assert len(entities) <= 100
    assert len(markup.encode()) <= 35_000
    return text, entities


def presses(text: str, entities: list[Entity], *kinds: str) -> list[str]:
    """What Telegram makes pressable by itself, outside what we marked as code or link."""
    ours = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in ("code", "text_link")]
    return [
        covered(text, e)
        for e in found(text)
        if e["type"] in kinds and not any(start <= e["offset"] < end for start, end in ours)
    ]


def assert_no_masked_links(text: str, entities: list[Entity]) -> None:
    for entity in entities:
        if entity["type"] == "text_link":
            label = covered(text, entity).removesuffix("…")
            whole = entity["url"].removeprefix("https://").removeprefix("http://").removeprefix("www.")
            assert whole.startswith(
                label.removeprefix("https://").removeprefix("http://").removeprefix("www.")
            )


@often
@given(cards)
def test_any_card_is_taken_by_telegram(card: Card) -> None:
    text, entities = shown(render_card(card))
    assert presses(text, entities, "mention") == []
    assert {e["type"] for e in entities} <= {"bold", "italic", "code", "text_link"}
    assert_no_masked_links(text, entities)


@often
@given(cards)
def test_any_plain_card_is_short_and_calls_nobody(card: Card) -> None:
    text = plain_card(card)
    assert text.strip()
    assert units(text) <= 2000
    assert [covered(text, e) for e in found(text) if e["type"] == "mention"] == []


@often
@given(st.lists(lines, max_size=40).map(tuple), texts)
def test_any_page_is_taken_by_telegram(content: tuple[Line, ...], title: str) -> None:
    parts = render_page(Page(content, title))
    assert 1 <= len(parts) <= MOST_PARTS
    for part in parts:
        text, entities = shown(part)
        assert presses(text, entities, "mention") == []
        assert_no_masked_links(text, entities)


@often
@given(texts)
def test_any_notice_fits_and_calls_nobody(text: str) -> None:
    plain = plain_text(text)
    assert 0 < units(plain) <= LONGEST
    assert [covered(plain, e) for e in found(plain) if e["type"] == "mention"] == []


@often
@given(st.lists(texts.filter(bool).map(Run), min_size=1, max_size=4).map(tuple), st.integers(2, 300))
def test_a_split_loses_nothing_but_spaces(runs: tuple[Run, ...], most: int) -> None:
    head, rest = split(runs, most)
    assert head
    assert sum(units(run.text) for run in head) <= most
    whole = "".join("".join(run.text for run in runs).split())
    assert "".join("".join(run.text for run in (*head, *rest)).split()) == whole


def card(**change: object) -> Card:
    given = {
        "headline": "Talks in Bamako",
        "href": "https://journal.example/talks",
        "flag": "",
        "footer": "#7k2qd · mali",
        "body": ((Span("The minister spoke."),),),
        "facts": (("Source", (Span("Journal"),)),),
    } | change
    return Card(**given)  # type: ignore[arg-type]


def test_the_layout() -> None:
    link = "https://journal.example/talks"
    facts = (
        ("Matched", (Span("Bamako (mali)"),)),
        ("Link", (Span(link, href=link),)),
        ("Published", (Span("9:30"),)),
    )
    assert render_card(card(facts=facts, flag="SAMPLE ALERT")) == "\n".join(
        [
            "<b>SAMPLE ALERT</b>",
            "<b>Talks in Bamako</b>",
            "",
            "The minister spoke.",
            "",
            "<b>Matched: </b>Bamako (mali)",
            "<b>Published: </b>9:30",
            "",
            f'<b>Link: </b><a href="{link}">{link}</a>',
            "<i>#7k2qd · mali</i>",
        ]
    )


def test_the_card_shows_its_link_where_no_fact_does() -> None:
    text, entities = shown(render_card(card()))
    assert [covered(text, e) for e in entities if e["type"] == "text_link"] == [
        "https://journal.example/talks"
    ]


def test_flag_link_and_footer_survive_any_length() -> None:
    long = tuple((Span("word " * 400),) for _ in range(20))
    facts = tuple((f"Fact {n}", (Span("fact " * 300),)) for n in range(20))
    for text in (
        shown(render_card(card(flag="WITHDRAWN: false", body=long, facts=facts)))[0],
        plain_card(card(flag="WITHDRAWN: false", body=long, facts=facts)),
    ):
        assert text.startswith("WITHDRAWN: false\nTalks in Bamako\n")
        assert text.endswith("https://journal.example/talks\n#7k2qd · mali")
        assert "\n…\n" in text


def test_shortening_takes_whole_lines_before_words() -> None:
    body = tuple((Span(f"Sentence {n} " + "word " * 250),) for n in range(4))
    text, _ = shown(render_card(card(body=body)))
    whole = [line for line in text.splitlines() if line.startswith("Sentence")]
    assert 1 <= len(whole) < 4
    assert all(line.rstrip().endswith("word") for line in whole)


def test_a_link_of_another_text_shows_its_host() -> None:
    (part,) = render_page(Page(((Span("Click here", href="https://www.evil.example/login"),),)))
    assert part == 'Click here (<a href="https://www.evil.example/login">evil.example</a>)'


@pytest.mark.parametrize("href", ["tg://user?id=5", "javascript:alert(1)", "https:///nowhere"])
def test_no_link_but_to_the_web(href: str) -> None:
    assert render_page(Page(((Span("Click here", href=href),),))) == ["Click here"]


def test_a_long_address_shows_its_beginning() -> None:
    link = "https://journal.example/" + "a" * 300
    text, entities = shown(render_card(card(href=link)))
    (entity,) = [e for e in entities if e["type"] == "text_link"]
    assert entity["url"] == link
    assert covered(text, entity) == link[:119] + "…"


def test_feed_text_neither_mentions_nor_commands() -> None:
    text, entities = shown(render_card(card(headline="@all press /forget now", flag="/pause")))
    assert "＠all press ／forget now" in text
    assert presses(text, entities, "mention", "bot_command") == []


def test_commands_of_our_own_pages_can_be_pressed() -> None:
    text, entities = shown(render_page(Page(((Span("/subscribe jnim"),), (Span("@desk", Style.CODE),))))[0])
    assert presses(text, entities, "bot_command", "mention") == ["/subscribe"]
    assert "@desk" in text


def test_a_long_page_is_split_between_lines() -> None:
    content = tuple((Span(f"{n} " + "word " * 20),) for n in range(100))
    parts = render_page(Page(content, "Feeds"))
    assert len(parts) == 3
    assert all(part.rstrip().endswith("word") for part in parts)
    assert sum(part.count("\n") + 1 for part in parts) == 102


def test_many_long_links_end_somewhere() -> None:
    line = tuple(Span(f"a{n}", href=f"https://e.example/{'&' * 1900}") for n in range(200))
    shown(render_card(card(href=line[0].href, facts=(("Link", line), ("More", line)), body=(line, line))))
    for part in render_page(Page((line, line))):
        shown(part)


def test_an_endless_page_says_what_it_leaves_out() -> None:
    parts = render_page(Page(tuple((Span(f"{n} " + "word " * 100),) for n in range(200))))
    assert len(parts) == MOST_PARTS
    assert parts[-1].endswith("more lines")


def test_pages_stay_below_a_hundred_entities() -> None:
    content = tuple((Span("a", Style.BOLD), Span(" "), Span("b", Style.ITALIC)) for _ in range(120))
    for part in render_page(Page(content)):
        assert len(shown(part)[1]) <= 100


@pytest.mark.skipif(not has_tdlib(), reason="tdjson (Telegram's own parser) is not installed")
def test_the_parser_refuses_what_telegram_refuses() -> None:
    for markup in ("a <b>x", "a < b", "<h1>x</h1>", "<br>"):
        with pytest.raises(Exception, match="can't parse entities"):
            parse(markup, "HTML")
