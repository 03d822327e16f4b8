"""Parsing in the child: what real and broken feeds say, and what its limits do to hostile ones."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.ingest.parse import Parser
from bot.ingest.worker import WorkerLimits
from news.feed import Fault, Feed, FeedState, Fetched, FetchFailed
from news.item import ParsedFeed
from tests.bot.ingest.fetching import a_feed
from tests.bot.watch import NOW
from tests.data import data_dir
from tests.fakes.feeds import rss

FEED = a_feed("http://example.org/feed.xml")


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    opened = Parser()
    yield opened
    await opened.close()


async def _parsed(parser: Parser, body: bytes, kind: str = "", feed: Feed = FEED) -> ParsedFeed:
    parsed = await parser.parse(feed, Fetched(body, kind, url=feed.url), NOW)
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed


async def _failed(parser: Parser, body: bytes) -> FetchFailed:
    failed = await parser.parse(FEED, Fetched(body), NOW)
    assert isinstance(failed, FetchFailed), failed
    return failed


def _channel(items: str, head: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{head}{items}</channel></rss>'.encode()


# ---- what is read -------------------------------------------------------------------------------


async def test_the_feed_and_its_items(parser: Parser) -> None:
    item = (
        "<item><title>Kidal &amp;amp; Gao</title><link>/news/1?a=b</link><guid>x1</guid>"
        "<pubDate>Tue, 07 Feb 2023 10:30:00 +0100</pubDate>"
        "<description>&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;"
        "</description></item>"
    )
    head = "<link>http://example.org/fr/</link><language>fr-ML</language>"
    parsed = await _parsed(parser, _channel(item, head))
    assert (parsed.title, parsed.site, parsed.language, parsed.total) == (
        "T",
        "http://example.org/fr/",
        "fr",
        1,
    )
    (read,) = parsed.items
    assert (read.guid, read.link, read.title) == ("x1", "http://example.org/news/1?a=b", "Kidal & Gao")
    assert (read.text, read.language) == ("One two", "fr")
    assert read.published == datetime(2023, 2, 7, 9, 30, tzinfo=UTC)


async def test_only_what_is_new_is_parsed(parser: Parser) -> None:
    first = await _parsed(parser, rss("a", "b"))
    feed = replace(FEED, state=FeedState(slices=first.slices))
    second = await _parsed(parser, rss("c", "a", "b"), feed=feed)
    assert [item.title for item in second.items] == ["c"]
    assert (second.total, second.fresh, second.overlap) == (3, 1, True)


async def test_where_only_the_frame_changed_no_process_is_asked(parser: Parser) -> None:
    seen = await _parsed(parser, rss("a", "b"))
    await parser.close()
    feed = replace(FEED, state=FeedState(slices=seen.slices))
    parsed = await _parsed(parser, rss("a", "b", title="Renamed"), feed=feed)
    assert parsed.items == ()
    assert parser.pid is None


async def test_a_feed_that_cannot_be_cut_tells_new_items_too(parser: Parser) -> None:
    def whole(*titles: str) -> bytes:
        return rss(*titles).replace(b"<item>", b"<ITEM>").replace(b"</item>", b"</ITEM>")

    first = await _parsed(parser, whole("a", "b"))
    feed = replace(FEED, state=FeedState(slices=first.slices))
    second = await _parsed(parser, whole("c", "a", "b"), feed=feed)
    assert [item.title for item in second.items] == ["c"]
    assert (second.total, second.fresh, second.overlap) == (3, 1, True)


@pytest.mark.parametrize("tag", [b"item", b"ITEM"])
async def test_what_a_new_item_shares_with_the_others_is_told(parser: Parser, tag: bytes) -> None:
    def body(*titles: str) -> bytes:
        items = "".join(
            f"<item><title>{t}</title><link><![CDATA[http://x.org/?a&b]]></link>"
            f"<guid isPermaLink='false'>same</guid><description>see http://x.org/?own={t}</description></item>"
            for t in titles
        )
        return _channel(items).replace(b"item>", tag + b">")

    first = await _parsed(parser, body("a", "b"))
    feed = replace(FEED, state=FeedState(slices=first.slices))
    second = await _parsed(parser, body("c", "a", "b"), feed=feed)
    assert [item.title for item in second.items] == ["c"]
    assert second.shared == {"same", "http://x.org/?a&b"}


async def test_an_items_own_link_elsewhere_in_the_body_is_not_shared(parser: Parser) -> None:
    entry = (
        '<entry><id>{0}</id><title>{0}</title><link href="http://x.org/{0}"/><summary>{1}</summary></entry>'
    )
    old = entry.format("a", "see http://x.org/c and &lt;a href='http://x.org/c'&gt;")
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
    first = await _parsed(parser, f"{head}{old}</feed>".encode())
    feed = replace(FEED, state=FeedState(slices=first.slices))
    second = await _parsed(parser, f"{head}{entry.format('c', 'x')}{old}</feed>".encode(), feed=feed)
    assert [item.link for item in second.items] == ["http://x.org/c"]
    assert second.shared == frozenset()


async def test_a_window_that_overflowed_is_told(parser: Parser) -> None:
    first = await _parsed(parser, rss("a", "b"))
    feed = replace(FEED, state=FeedState(slices=first.slices))
    assert not (await _parsed(parser, rss("c", "d"), feed=feed)).overlap


async def test_a_feed_of_many_items_is_read_in_parts(parser: Parser) -> None:
    titles = [f"item {n}" for n in range(1200)]
    parsed = await _parsed(parser, rss(*titles))
    assert [item.title for item in parsed.items] == titles


async def test_items_without_ids_dates_or_titles_are_items(parser: Parser) -> None:
    items = (
        "<item><title>a</title></item><item><description>b</description></item><item><link>/c</link></item>"
    )
    parsed = await _parsed(parser, _channel(items))
    assert [(i.guid, i.published) for i in parsed.items] == [("", None)] * 3
    assert [i.title or i.text or i.link for i in parsed.items] == ["a", "b", "http://example.org/c"]


async def test_an_empty_feed_is_a_feed(parser: Parser) -> None:
    assert (await _parsed(parser, _channel(""))).total == 0


async def test_ids_stay_as_written_and_are_no_addresses(parser: Parser) -> None:
    items = "<item><title>a</title><guid>a/1</guid></item><item><title>b</title><guid>http://x.org/b</guid></item>"
    parsed = await _parsed(parser, _channel(items))
    assert [(item.guid, item.link) for item in parsed.items] == [
        ("a/1", ""),
        ("http://x.org/b", "http://x.org/b"),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Tue, 07 Feb 2023 10:00:00 GMT", datetime(2023, 2, 7, 10, tzinfo=UTC)),
        ("2023-02-07T10:00:00+03:00", datetime(2023, 2, 7, 7, tzinfo=UTC)),
        ("Sun, 01 Jan 1989 00:00:00 GMT", None),
        ("Mon, 01 Jan 9999 00:00:00 GMT", None),
        ("Fri, 01 Jan 0200 00:00:00 GMT", None),
        ("in a while", None),
        ("", None),
    ],
)
async def test_dates_are_believed_within_reason(
    parser: Parser, written: str, expected: datetime | None
) -> None:
    parsed = await _parsed(parser, _channel(f"<item><title>a</title><pubDate>{written}</pubDate></item>"))
    assert parsed.items[0].published == expected


@pytest.mark.parametrize(("ahead", "kept"), [(timedelta(hours=30), True), (timedelta(days=3), False)])
async def test_a_date_ahead_is_now_or_none(parser: Parser, ahead: timedelta, kept: bool) -> None:
    written = (NOW + ahead).strftime("%a, %d %b %Y %H:%M:%S GMT")
    parsed = await _parsed(parser, _channel(f"<item><title>a</title><pubDate>{written}</pubDate></item>"))
    assert parsed.items[0].published == (NOW.replace(microsecond=0) if kept else None)


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "file:///etc/passwd", "http://", "data:text/html,x", "http://x/" + "y" * 3000],
)
async def test_a_link_is_a_web_address_or_nothing(parser: Parser, link: str) -> None:
    parsed = await _parsed(parser, _channel(f"<item><title>a</title><link>{link}</link></item>"))
    assert parsed.items[0].link == ""


# ---- encodings ----------------------------------------------------------------------------------

RUSSIAN, ARABIC, FRENCH = "Мали и Нигер", "مالي والنيجر", "Déplacés à Ségou – l’État"


def _told(title: str, encoding: str, declared: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{head}<rss><channel><item><title>{title}</title></item></channel></rss>".encode(encoding)


@pytest.mark.parametrize(
    ("title", "encoding", "declared", "kind"),
    [
        (RUSSIAN, "windows-1251", "windows-1251", ""),
        (RUSSIAN, "windows-1251", "", "text/xml; charset=windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-R", "application/xml"),
        (RUSSIAN, "utf-8", "windows-1251", "text/xml; charset=windows-1251"),
        (RUSSIAN, "utf-8", "", "text/xml"),
        (ARABIC, "windows-1256", "windows-1256", ""),
        (ARABIC, "iso-8859-6", "iso-8859-6", ""),
        (FRENCH, "windows-1252", "iso-8859-1", ""),
        (FRENCH, "windows-1252", "", ""),
        (FRENCH, "windows-1252", "punycode", "text/xml; charset=zlib"),
        (RUSSIAN, "utf-16", "utf-16", ""),
        (RUSSIAN, "utf-16-le", "utf-16", ""),
        (RUSSIAN, "utf-16-be", "", ""),
        (RUSSIAN, "utf-32", "", ""),
        (ARABIC, "utf-8-sig", "utf-8", ""),
        ("日本", "iso-2022-jp", "iso-2022-jp", ""),
        ("北京", "gb18030", "gb2312", ""),
    ],
)
async def test_encodings(parser: Parser, title: str, encoding: str, declared: str, kind: str) -> None:
    parsed = await _parsed(parser, _told(title, encoding, declared), kind)
    assert parsed.items[0].title == title


@pytest.mark.parametrize("title", [RUSSIAN, ARABIC, FRENCH])
async def test_one_wrong_byte_spoils_one_character(parser: Parser, title: str) -> None:
    text = f"{title} and more {title}"
    body = _told(text, "utf-8", "utf-8").replace(b"and", b"a\xffd")
    parsed = await _parsed(parser, body, "text/xml; charset=iso-8859-1")
    assert parsed.items[0].title == text.replace("and", "a\ufffdd")


# One of the places where the library raises: a position outside of its element.
RAISES = '<item><title>x</title><g:pos xmlns:g="http://www.opengis.net/gml">x</g:pos></item>'

# ---- what is no feed, and hostile ones ------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"<html><body>x</body></html>", b'{"version": "https://jsonfeed.org/version/1"}', b"plain words",
             b"\x00\x01\x02", b"\x1f\x8b\x08\x00", b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
)  # fmt: skip
async def test_what_is_no_feed(parser: Parser, body: bytes) -> None:
    assert (await _failed(parser, body)).fault is Fault.NOT_A_FEED


@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#x110000;", "&#55296;", "&#0;", "&#x0;", "&#99999999;", "&#x1F;"]
)
async def test_references_to_no_character_do_not_stop_a_feed(parser: Parser, reference: str) -> None:
    parsed = await _parsed(parser, _channel(f"<item><title>a{reference}b</title></item>"))
    assert parsed.items[0].title.replace("\ufffd", "") == "ab"


async def test_entity_bombs_and_external_entities_say_nothing(parser: Parser) -> None:
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{layers}<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    body = bomb.encode() + _channel("<item><title>&l9;&file;</title></item>")
    parsed = await parser.parse(FEED, Fetched(body), NOW)
    said = str(parsed)
    assert "root:" not in said
    assert len(said) < 5000


async def test_an_exception_in_the_parser_is_the_feeds_fault_and_the_next_is_fine(parser: Parser) -> None:
    assert (await _failed(parser, _channel(RAISES))).fault is Fault.PARSE
    assert (await _parsed(parser, rss("a"))).items[0].title == "a"


@pytest.mark.parametrize(
    ("limits", "body"),
    [
        (WorkerLimits(wall_seconds=0.05), rss(*map(str, range(249)))),
        (
            WorkerLimits(cpu_seconds=0.0),
            rss(*("x" * 300 + str(n) for n in range(249)), extra="<a>b</a>" * 2000),
        ),
        (WorkerLimits(memory=96 * 1024 * 1024), _channel(f"<item><title>{'<b>' * 2_000_000}</title></item>")),
    ],
)
async def test_a_document_beyond_the_limits_ends_only_itself(limits: WorkerLimits, body: bytes) -> None:
    confined = Parser(limits)
    failed = await confined.parse(FEED, Fetched(body), NOW)
    assert isinstance(failed, FetchFailed), failed
    assert failed.fault is Fault.PARSE
    confined._worker._limits = WorkerLimits()
    assert (await _parsed(confined, rss("a"))).items[0].title == "a"
    await confined.close()


@pytest.mark.parametrize(("before", "after"), [(0, 3), (2, 2), (40, 0), (130, 130)])
async def test_a_broken_item_does_not_silence_its_feed(parser: Parser, before: int, after: int) -> None:
    titles = [f"item {n}" for n in range(before + after)]
    items = [f"<item><title>{title}</title></item>" for title in titles]
    parsed = await _parsed(parser, _channel("".join([*items[:before], RAISES, *items[before:]])))
    assert [item.title for item in parsed.items] == titles
    assert parsed.total == len(titles) + 1


async def test_a_feed_of_broken_items_fails(parser: Parser) -> None:
    assert (await _failed(parser, _channel(RAISES * 30))).fault is Fault.PARSE


async def test_a_killed_process_is_replaced(parser: Parser) -> None:
    import os
    import signal

    await _parsed(parser, rss("a"))
    first = parser.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    results: list[Any] = [await parser.parse(FEED, Fetched(rss("b")), NOW) for _ in range(2)]
    assert isinstance(results[-1], ParsedFeed)
    assert parser.pid != first


async def test_a_process_that_has_grown_is_replaced() -> None:
    parser = Parser(WorkerLimits(recycle_kib=1))
    await _parsed(parser, rss("a"))
    assert parser.pid is None
    await parser.close()


async def test_fields_and_entries_are_bounded(parser: Parser) -> None:
    items = "<item><title>" + "t" * 100_000 + "</title><guid>" + "g" * 9000 + "</guid></item>"
    parsed = await _parsed(parser, _channel(items))
    assert len(parsed.items[0].title) == 64 * 1024
    assert len(parsed.items[0].guid) == 2000
    whole = b"<rss>" + b"<ITEM><title>x</title></ITEM>" * 700 + b"</rss>"
    assert len((await _parsed(parser, whole)).items) == 500


async def test_the_child_holds_no_secrets(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.setenv("SAHELWATCH_TELEGRAM_TOKEN", "123:canary")
    await _parsed(parser, rss("a"))
    environment = Path(f"/proc/{parser.pid}/environ").read_bytes()  # noqa: ASYNC240
    assert b"canary" not in environment


# ---- real feeds -----------------------------------------------------------------------------------


async def test_recorded_feeds_have_as_many_items_as_feedparser_says(parser: Parser) -> None:
    folder = data_dir() / "feeds_raw"
    with (folder / "manifest.csv").open() as manifest:
        rows = list(csv.DictReader(manifest))
    wrong = []
    for row in rows:
        body = (folder / row["corpus"] / row["file"]).read_bytes()
        parsed = await parser.parse(FEED, Fetched(body), NOW)
        listed = parsed.total if isinstance(parsed, ParsedFeed) else 0
        again = await _second_poll(parser, body, parsed)
        if listed != int(row["entries"] or 0) or not again:
            wrong.append((row["file"], row["entries"], parsed if listed == 0 else listed, again))
    assert not wrong
    assert len(rows) > 1000


async def _second_poll(parser: Parser, body: bytes, first: object) -> bool:
    """Whether the items that a second poll finds unseen are those that are unseen."""
    if not isinstance(first, ParsedFeed) or len(first.items) < 2 or len(set(_slices(first))) < first.total:
        return True
    feed = replace(FEED, state=FeedState(slices=b"".join(_slices(first)[1::2])))
    again = await parser.parse(feed, Fetched(body), NOW)
    return isinstance(again, ParsedFeed) and [i.title for i in again.items] == [
        i.title for i in first.items[::2]
    ]


def _slices(parsed: ParsedFeed) -> list[bytes]:
    return [parsed.slices[at : at + 8] for at in range(0, len(parsed.slices), 8)]
