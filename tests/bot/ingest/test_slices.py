"""Cutting a feed by bytes gives the parser the same items as the whole feed does."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ingest.child import read
from bot.ingest.slices import WIDTH, Cut, Seen, cut
from tests.fakes.feeds import rss

NOW = 1_700_000_000.0
BASE = "http://example.org/feed"

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
_ESCAPED = _TEXT.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
_HTML = _ESCAPED.map(lambda text: f"&lt;p&gt;{text}&lt;/p&gt;&lt;item&gt;")
_CDATA = st.one_of(_TEXT, st.just("<item>a</item>"), st.just("</item><entry>")).map(
    lambda text: f"<![CDATA[<b>{text.replace(']]>', '')}</b>]]>"
)
_BODY = st.one_of(_ESCAPED, _HTML, _CDATA)
_COMMENT = st.sampled_from(
    ["", "<!-- x -->", "<!-- </item> -->", "<!-- <item> <entry> -->", "\n  ", "<?x <item> ?>"]
)
_ATTRIBUTE = st.sampled_from(["", " ", ' x:y="1"'])
_DATE = st.sampled_from(["", "<pubDate>Tue, 07 Feb 2023 10:00:00 GMT</pubDate>", "<pubDate>soon</pubDate>"])


@st.composite
def _rss(draw: st.DrawFn) -> bytes:
    items = []
    for number in range(draw(st.integers(1, 6))):
        guid = draw(st.sampled_from(["", f"<guid>g{number}</guid>", '<guid isPermaLink="false">same</guid>']))
        link = draw(
            st.sampled_from(["", f"<link>/a/{number}</link>", f"<link>http://x.org/{number}?a&amp;b</link>"])
        )
        items.append(
            f"{draw(_COMMENT)}<item{draw(_ATTRIBUTE)}><title>{draw(_BODY)}</title>{guid}"
            f"{draw(_COMMENT)}{link}{draw(_DATE)}<description>{draw(_BODY)}</description></item >"
            f"{draw(_COMMENT)}"
        )
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:x="urn:x" xml:lang="fr"><channel>'
    )
    tail = draw(st.sampled_from(["", "<title>After</title>", "<!-- <item> -->"]))
    return f"{head}<title>{draw(_BODY)}</title><link>http://x.org/</link>{''.join(items)}{tail}</channel></rss>".encode()


@st.composite
def _atom(draw: st.DrawFn) -> bytes:
    entries = "".join(
        f"<entry><id>urn:{number}</id><title type='html'>{draw(_BODY)}</title><link href='/e/{number}'/>"
        f"<updated>2023-02-07T10:00:0{number}Z</updated><summary>{draw(_BODY)}</summary>{draw(_COMMENT)}</entry>\n"
        for number in range(draw(st.integers(1, 6)))
    )
    head = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://x.org/base/'><title>Feed</title>"
    return f"{head}{entries}</feed>".encode()


@st.composite
def _rdf(draw: st.DrawFn) -> bytes:
    items = "".join(
        f"<item rdf:about='http://x.org/{number}'><title>{draw(_BODY)}</title><link>http://x.org/{number}</link></item>"
        for number in range(draw(st.integers(1, 6)))
    )
    head = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel rdf:about='http://x.org/'><title>Feed</title><items><rdf:Seq/></items></channel>"
    )
    return f"{head}{items}</rdf:RDF>".encode()


@settings(max_examples=300, deadline=None)
@given(document=st.one_of(_rss(), _atom(), _rdf()), data=st.data())
def test_a_part_reads_as_it_does_in_the_whole(document: bytes, data: st.DataObject) -> None:
    whole = read(document, BASE, NOW)
    cuts = cut(document)
    if cuts is None:
        return
    assert len(cuts.items) == len(whole["entries"])
    chosen = sorted(data.draw(st.sets(st.integers(0, len(cuts.items) - 1), min_size=1)))
    part = read(cuts.document(chosen), BASE, NOW)
    assert part["entries"] == [whole["entries"][index] for index in chosen]
    assert (part["title"], part["site"], part["language"]) == (
        whole["title"],
        whole["site"],
        whole["language"],
    )


def test_the_usual_feed_is_cut() -> None:
    cuts = cut(rss("one", "two", "three"))
    assert cuts is not None
    assert cuts.document([1]).count(b"<item>") == 1
    assert b"<title>two</title>" in cuts.document([1])
    assert cuts.document([0, 1, 2]) is cuts.data


@pytest.mark.parametrize(
    "inside",
    [
        b"<item><item>a</item></item>", b"<item>a", b"a</item>", b"<item/><item>a</item>",
        b"<item>a</item><entry>b</entry>", b"<item>a</entry>", b"<!-- <item>a</item>", b"<![CDATA[ <item>",
        b"<item>a</item><!-- open", b"<item x='>'/>", b"", b"<items><rdf:li/></items>",
        b"<rss:item>a</rss:item>", b"<ITEM>a</ITEM>",
    ],
)  # fmt: skip
def test_what_cannot_be_cut_surely_is_parsed_whole(inside: bytes) -> None:
    assert cut(b"<rss><channel>" + inside + b"</channel></rss>") is None


def test_declared_entities_are_parsed_whole() -> None:
    document = b'<!DOCTYPE rss [<!ENTITY x "<item>y</item>">]><rss><item>&x;</item></rss>'
    assert cut(document) is None


def test_a_feed_of_thousands_keeps_its_ends() -> None:
    cuts = cut(b"<rss>" + b"".join(b"<item>%d</item>" % n for n in range(5000)) + b"</rss>")
    assert cuts is not None
    assert len(cuts.items) == 2000
    assert b"<item>0</item>" in cuts.document([0])
    assert b"<item>4999</item>" in cuts.document([1999])


@pytest.mark.parametrize("piece", [b"<!--", b"<![CDATA[", b"<?", b"<item ", b"<entry>", b"<item></item>"])
def test_hostile_repetition_is_linear(piece: bytes) -> None:
    started = time.process_time()
    cut(piece * (4 * 1024 * 1024 // len(piece)))
    # Quadratic work on 4 MB would take hours.
    assert time.process_time() - started < 60


def _seen(cuts: Cut | None) -> Seen:
    assert cuts is not None
    return Seen.of(b"".join(cuts.hashes()))


def _told(before: bytes, after: bytes) -> tuple[list[int], int, bool]:
    seen, cuts = _seen(cut(before)), cut(after)
    assert cuts is not None
    hashes = cuts.hashes()
    assert {len(one) for one in hashes} <= {WIDTH}
    return seen.unseen(hashes), seen.fresh(hashes), seen.overlaps(hashes)


def test_what_is_new_changed_and_gone_is_told() -> None:
    assert _told(rss("a", "b"), rss("a", "b")) == ([], 0, True)
    assert _told(rss("a", "b"), rss("c", "a", "b")) == ([0], 1, True)
    assert _told(rss("a", "b"), rss("c", "d")) == ([0, 1], 2, False)
    assert _told(rss("a", "b"), rss("b", "a")) == ([], 0, True)


def test_an_item_with_a_counter_is_changed_but_not_fresh() -> None:
    before, after = rss("a", "b", extra="<views>1</views>"), rss("a", "b", extra="<views>2</views>")
    assert _told(before, after) == ([0, 1], 0, True)


def test_before_the_first_poll_everything_is_unseen_and_nothing_was_lost() -> None:
    seen = Seen.of(b"")
    cuts = cut(rss("a", "b"))
    assert cuts is not None
    assert seen.unseen(cuts.hashes()) == [0, 1]
    assert seen.overlaps(cuts.hashes())
