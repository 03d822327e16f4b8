"""Feed lists as OPML: ours come back whole, those of others as far as they say, hostile ones not at all."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given

from bot.ingest.catalog import load_feeds
from bot.ingest.opml import dump_opml, looks_like_opml, make_id, read_opml
from bot.ingest.problem import CatalogError
from news.feed import FeedSpec
from news.text import display
from tests.bot.ingest.test_catalog_dump import specs, st, untimed
from tests.data import ROOT


@untimed
@given(st.lists(specs, max_size=4, unique_by=(lambda spec: spec.id, lambda spec: spec.url)))
def test_our_lists_come_back_whole(written: list[FeedSpec]) -> None:
    found = read_opml(dump_opml(written).encode(), "f.opml")
    assert found.problems == []
    shown = [replace(spec, title=display(spec.title) or spec.url) for spec in written]
    assert [spec for _, spec in found.entries] == shown


def test_the_shipped_catalogue_survives_opml_and_others_can_read_it() -> None:
    shipped = load_feeds(ROOT / "feeds.yaml")
    text = dump_opml(shipped)
    assert tuple(spec for _, spec in read_opml(text.encode(), "f").entries) == shipped
    outlines = ElementTree.fromstring(text).findall("body/outline")
    assert [(o.get("text"), o.get("xmlUrl"), o.get("type")) for o in outlines] == [
        (spec.title, spec.url, "rss") for spec in shipped
    ]
    assert outlines[0].get("language") == "fr"
    assert outlines[0].get("{urn:sahelwatch:feeds}reliability") == "B"


OTHERS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.1"><head><title>My feeds</title></head><body>
 <outline text="Folder">
  <outline text="Le Sén\xe9gal" xmlurl=" https://a.example/feed " language="fr-FR" category="/x"/>
  <outline TITLE="Nouvelles" text="x" XMLURL="https://b.example/feed" language="unknown"/>
 </outline>
 <outline text="Nouvelles" xmlUrl="https://c.example/feed"/>
 <outline xmlUrl="https://d.example/rss?x=1&amp;y=2" text="  "/>
 <outline text="a page" htmlUrl="https://e.example/"/>
</body></opml>
"""


def test_lists_of_other_programs_in_their_folders_cases_and_encodings() -> None:
    found = read_opml(OTHERS.encode("latin-1"), "f")
    assert [(line, s.id, s.title, s.languages) for line, s in found.entries] == [
        (4, "le-senegal", "Le Sénégal", ("fr",)),
        (5, "nouvelles", "Nouvelles", ()),
        (7, "nouvelles-2", "Nouvelles", ()),
        (8, "https-d-example-rss-x-1-y-2", "https://d.example/rss?x=1&y=2", ()),
    ]
    assert found.entries[0][1].url == "https://a.example/feed"
    assert found.entries[0][1].interval == timedelta(minutes=15)
    assert found.problems == []


def test_bad_outlines_are_told_by_line_and_the_others_kept() -> None:
    text = (
        '<opml xmlns:sahelwatch="urn:sahelwatch:feeds"><body>\n'
        '<outline text="A" xmlUrl="https://a.example/"/>\n'
        '<outline text="B" xmlUrl="ftp://b.example/"/>\n'
        '<outline text="C" xmlUrl="https://a.example/"/>\n'
        '<outline text="D" xmlUrl="https://d.example/" sahelwatch:id="a"/>\n'
        '<outline text="E" xmlUrl="https://e.example/" sahelwatch:reliability="Z" sahelwatch:interval="x"/>\n'
        '<outline text="F" xmlUrl=""/>\n'
        "</body></opml>"
    )
    found = read_opml(text.encode(), "f.opml")
    assert [spec.id for _, spec in found.entries] == ["a"]
    assert [(p.line, p.column) for p in found.problems] == [(3, 1), (4, 1), (5, 1), (6, 1), (6, 1), (7, 1)]
    assert "line 2 already" in found.problems[1].message
    assert "one of: A, B" in found.problems[3].message
    assert str(found.problems[0]).startswith("f.opml:3:1: ftp://b.example/:")


LAUGHS = '<!DOCTYPE opml [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        LAUGHS,
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE opml SYSTEM "http://127.0.0.1:1/evil.dtd">',
        '<!DOCTYPE opml [<!ENTITY % p SYSTEM "http://127.0.0.1:1/evil.dtd"> %p;]>',
        "<!DOCTYPE opml>",
    ],
)
def test_document_types_and_entities_are_refused(head: str) -> None:
    text = f'<?xml version="1.0"?>\n{head}\n<opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>'
    with pytest.raises(CatalogError) as caught:
        read_opml(text.encode(), "f")
    assert caught.value.problems[0].line == 2
    assert "document type" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no element"),
        (b"<rss><channel/></rss>", "first element is <rss>"),
        (b"<opml><body>\n<outline text='a' xmlUrl='https://a.example/'>", "no element found"),
        (b"<opml>&x;</opml>", "undefined entity"),
        (b"<opml>\xff</opml>", "not well-formed"),
        (b'<?xml version="1.0" encoding="rot13"?><opml/>', "is not OPML"),
        (b"<opml>" + b"<outline>" * 100, "nested too deeply"),
        (b"<opml>" + b"<outline/>" * 20_001 + b"</opml>", "too many outlines"),
        (b" " * (4 * 1024 * 1024 + 1), "larger than 4 MiB"),
    ],
)
def test_what_is_no_feed_list(data: bytes, says: str) -> None:
    with pytest.raises(CatalogError, match=re.escape(says)):
        read_opml(data, "f")


def test_utf_16_is_read() -> None:
    text = (
        '<?xml version="1.0" encoding="UTF-16"?><opml><outline text="Ж" xmlUrl="https://a.example/"/></opml>'
    )
    data = text.encode("utf-16")
    assert looks_like_opml(data)
    assert [spec.title for _, spec in read_opml(data, "f").entries] == ["Ж"]
    assert not looks_like_opml(b"feeds:\n")


def test_titles_lose_what_would_turn_text_around() -> None:
    text = '<opml><outline text="a\u202eb" xmlUrl="https://a.example/"/></opml>'
    assert [spec.title for _, spec in read_opml(text.encode(), "f").entries] == ["ab"]


def test_ids_are_short_plain_and_free() -> None:
    assert make_id("L'Écho du Sahel !", "https://x.example/") == "l-echo-du-sahel"
    assert make_id("فرانس", "https://www.france.example/ar/rss") == "france-example"
    assert make_id("فرانس", "https://") == "feed"
    assert make_id("a", "", {"a", "a-2"}) == "a-3"
    long = make_id("x" * 80, "", {"x" * 40})
    assert len(long) <= 40
    assert long.endswith("-2")
