"""Whatever a feed says: inside Discord's limits, and nothing in it comes to life."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.discord.markdown import cut, escape, line, link, shorten, width
from bot.platforms.discord.render import (
    MOST_FLAG,
    render_card,
    render_page,
    render_plain,
    render_text,
)
from bot.ports import Card, Line, Page, Span, Style
from bot.texts import card as lay_out
from tests.bot.alerts import an_alert
from tests.fakes.discord import checks

HOSTILE = (
    "@everyone @here <@1> <@!1> <@&1> <#1> <t:1:R> </ban:1> <:e:1> <a:e:1> <id:guide> <sound:1:2> "
    "[bank](https://evil.example) https://evil.example discord.gg/evil discord.com/invite/x "
    "||spoiler|| `code` ```block``` **b** _i_ ~~s~~ > q >>> q # h -# sub - l 1. n \u202eevil\u202c a\u200bb"
)
ALIVE = re.compile(r"<[@#:/!&]|<[A-Za-z]+:|@everyone|@here", re.IGNORECASE)
MARKUP = re.compile(r"(?<!\\)(?:\\\\)*[`*_~|\[\]>#]")
HIDDEN = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08]")

fragments = st.sampled_from(
    ["<", "@", "everyone", "here", "<@", "&1>", "<#", "1>", "<t:", ":R>", "</a:1>", "[", "](", "https", "://",
     "x.example", ")", "`", "```", "\\", "*", "_", "||", "~~", ">", "#", "-", "1.", " ", "\n", "🚨", "مالي",
     "discord", ".gg", "/x", "\u202e", "\u200b", "e\u0301\u0301\u0301\u0301\u0301", "\ud800", "word"]
)  # fmt: skip
texts = st.one_of(st.lists(fragments, max_size=40).map("".join), st.text(max_size=300))
long_texts = st.builds(lambda text, times: text * times, texts, st.integers(0, 60))
hrefs = st.one_of(
    st.just(""),
    st.just("https://a.example/x"),
    texts,
    st.integers(0, 2100).map(lambda n: "https://a.example/" + "x" * n),
)
spans = st.builds(Span, long_texts, st.sampled_from(Style), hrefs)
lines: st.SearchStrategy[Line] = st.lists(spans, max_size=4).map(tuple)
cards = st.builds(
    Card,
    headline=long_texts,
    href=hrefs,
    flag=st.one_of(st.just(""), texts, long_texts),
    body=st.lists(lines, max_size=8).map(tuple),
    facts=st.lists(st.tuples(texts, lines), max_size=30).map(tuple),
    footer=long_texts,
)


def payload(made: Card) -> dict[str, object]:
    return {"content": "", "embeds": [render_card(made).payload()]}


@settings(max_examples=80, deadline=None)
@given(cards)
def test_every_embed_is_one_that_discord_takes(made: Card) -> None:
    embed = render_card(made)
    assert checks.CREATE(payload(made)) == ""
    assert checks.message_rules(payload(made)) == ""
    assert embed.size <= 6000
    shown = [
        embed.title,
        embed.description,
        embed.author,
        embed.footer,
        *(x for f in embed.fields for x in f),
    ]
    for text in shown:
        without = re.sub(r"<https?://[^\s<>]+>", "", text)
        assert not ALIVE.search(without)
        assert not HIDDEN.search(text)


@settings(max_examples=80, deadline=None)
@given(cards)
def test_every_plain_alert_fits_and_keeps_its_footer(made: Card) -> None:
    content = render_plain(made)
    assert checks.CREATE({"content": content}) == ""
    assert content.strip()


@settings(max_examples=80, deadline=None)
@given(st.builds(Page, st.lists(lines, max_size=12).map(tuple), texts))
def test_every_page_fits_in_messages(page: Page) -> None:
    for content in render_page(page):
        assert checks.CREATE({"content": content}) == ""
        assert content.strip()
        without = re.sub(r"<https?://[^\s<>]+>", "", content)
        assert not ALIVE.search(without)
        assert not re.search(r"https?://", re.sub(r"`[^`]*`", "", without))  # code is shown as it is


@settings(max_examples=200, deadline=None)
@given(texts)
def test_escaped_text_holds_no_markup_and_no_address(text: str) -> None:
    shown = escape(text)
    assert not ALIVE.search(shown)
    assert not HIDDEN.search(shown)
    assert not MARKUP.search(shown.replace("\\\\", ""))
    assert "://" not in shown.replace("\\://", "")


@settings(max_examples=200, deadline=None)
@given(long_texts, st.integers(10, 300))
def test_shortened_text_fits_and_says_so(text: str, most: int) -> None:
    for made, full in ((shorten(text, most), escape(text)), (cut(text, most), text)):
        assert width(made) <= most
        assert made == escape(text) or made.endswith("…") or made == cut(full, most)


def test_the_hostile_line_stands_there_as_text() -> None:
    shown = escape(HOSTILE)
    assert shown.startswith("＠everyone ＠here ＜@1\\> ＜@!1\\> ＜@&1\\> ＜\\#1\\> ＜t:1:R\\>")
    assert "\\[bank\\](https\\://evil.example)" in shown
    assert "discord\\.gg/evil discord\\.com/invite/x" in shown
    assert shown.endswith("evil ab")


def test_parts_side_by_side_make_no_mention() -> None:
    assert line((Span("<"), Span("@1>"))) == "＜@1\\>"
    assert line((Span("@"), Span("everyone"))) == "＠everyone"
    assert line((Span("https"), Span("://x.example"))) == "https\\://x.example"


def test_plain_comparison_signs_stay() -> None:
    assert escape("a < b, 3 <3 and 5<=6") == "a \\< b, 3 \\<3 and 5\\<=6"


def test_styles_and_links() -> None:
    assert line((Span("a "), Span("b ", Style.BOLD), Span("c", Style.ITALIC))) == "a **b** *c*"
    assert line((Span("x`y*", Style.CODE),)) == "`xˋy*`"
    url = "https://a.example/x_y"
    assert line((Span(url, href=url),)) == f"<{url}>"
    assert line((Span("report", href=url),)) == f"report <{url}>"
    assert link("javascript:alert(1)") == link("https://un.org@evil.example\\@x/") == ""
    assert line((Span("report", href="javascript:alert(1)"),)) == "report"


def test_list_marks_at_a_beginning_are_text() -> None:
    assert [escape(t) for t in ("- a", "1. a", "1.5 m", "# a", "> a")] == [
        "\\- a",
        "1\\. a",
        "1.5 m",
        "\\# a",
        "\\> a",
    ]


def test_an_alert_keeps_its_flag_and_footer_whole() -> None:
    flag = "WITHDRAWN: " + "because " * 60
    made = Card("h" * 500, "", flag.strip(), ((Span("word " * 3000),),) * 3, (), "#4k2wz · mali · 12:00")
    embed = render_card(made)
    assert embed.description.startswith(f"**{flag.strip()}**\n")
    assert embed.footer == "#4k2wz · mali · 12:00"
    assert embed.description.endswith("…")
    assert len(flag) < MOST_FLAG
    plain = render_plain(made)
    assert plain.startswith(flag.strip())
    assert plain.endswith("\\#4k2wz · mali · 12:00")


def test_a_short_flag_stands_above_the_headline() -> None:
    embed = render_card(Card("h", "", "SAMPLE ALERT", (), (), "#1"))
    assert embed.author == "SAMPLE ALERT"
    assert embed.payload()["author"] == {"name": "SAMPLE ALERT"}


def test_an_address_too_long_for_its_place_is_never_cut() -> None:
    url = "https://a.example/" + "x" * 1500
    embed = render_card(Card("h", url, "", (), (("Link", (Span(url, href=url),)),), "#1"))
    assert embed.url == url
    assert embed.fields == (("Link", "a.example (long address: open the headline)"),)


def test_the_body_is_shortened_by_lines_then_words() -> None:
    body: tuple[Line, ...] = tuple((Span(f"line {n} " + "w" * 990),) for n in range(8))
    description = render_card(Card("h", "", "", body, (), "#1")).description
    kept = description.splitlines()
    assert len(kept) == 5
    assert kept[-1].endswith("…")
    assert len(description) <= 4096


def test_a_page_is_split_between_lines_and_loses_nothing() -> None:
    page = Page(tuple((Span(f"item {n} " + "x" * 90),) for n in range(100)), "Latest")
    messages = render_page(page)
    assert len(messages) > 1
    assert all(len(message) <= 2000 for message in messages)
    assert "\n".join(messages).splitlines() == ["**Latest**"] + [f"item {n} " + "x" * 90 for n in range(100)]
    assert render_page(Page(())) == ["—"]


def test_a_notice_is_one_message() -> None:
    content = render_text("line\n" * 900)
    assert len(content) <= 2000
    assert content.endswith("…")
    assert render_text("") == "—"


@pytest.fixture(scope="module")
def spec() -> dict[str, object]:
    folder = os.environ.get("SAHELWATCH_SPECS") or Path(__file__).resolve().parents[4] / "shared" / "specs"
    path = Path(folder) / "discord-openapi.json"
    if not path.is_file():
        pytest.skip(f"Discord's API description is not at {path} (set SAHELWATCH_SPECS)")
    loaded: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def test_an_alert_fits_discords_own_description(spec: dict[str, object]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = {"$ref": "#/components/schemas/MessageCreateRequest", "components": spec["components"]}
    body = {**payload(lay_out(an_alert())), "nonce": "abc123-5", "enforce_nonce": True, "flags": 0}
    body["allowed_mentions"] = {"parse": [], "replied_user": False}
    jsonschema.Draft202012Validator(schema).validate(body)
