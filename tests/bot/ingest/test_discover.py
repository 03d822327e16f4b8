"""Finding the feed of an address that someone typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.app.clock import SimulatedClock
from bot.ingest.discover import FeedFinder, links, slug
from bot.ingest.parse import Parser
from bot.ports import FoundFeed
from tests.bot.ingest.fetching import SHORT, fetching
from tests.bot.watch import NOW
from tests.fakes.feeds import FeedServer, Said, redirect, rss

PAGE = b"""<!doctype html><html><head><base href="/fr/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="comments/feed">
<link rel='stylesheet' href='x.css'>
<LINK REL="alternate home" TYPE="application/atom+xml" HREF="feed?a=1&amp;b=2">
<link rel="alternate" type="application/json" href="x.json"></head></html>"""


@asynccontextmanager
async def _finding(**settings: object) -> AsyncIterator[FeedFinder]:
    parser = Parser()
    async with fetching(**settings) as fetcher:
        yield FeedFinder(fetcher, parser, SimulatedClock(NOW))
    await parser.close()


async def test_a_feed_is_described_with_its_newest_items() -> None:
    dated = (
        b"<rss><channel><title>Le Journal</title><language>fr-FR</language>"
        b"<item><title>old</title><pubDate>Mon, 02 Jan 2023 10:00:00 GMT</pubDate></item>"
        b"<item><title>undated</title></item>"
        b"<item><title>new</title><pubDate>Mon, 06 Feb 2023 10:00:00 GMT</pubDate></item></channel></rss>"
    )
    async with FeedServer({"/feed": Said(dated)}) as server, _finding() as finder:
        found = await finder.find_feed(f"  <{server.url()}> ")
    assert isinstance(found, FoundFeed)
    assert (found.spec.title, found.spec.languages, found.spec.url) == ("Le Journal", ("fr",), server.url())
    assert [item.title for item in found.items] == ["new", "old", "undated"]


async def test_the_feed_a_page_names_is_found_comments_last() -> None:
    async with (
        FeedServer({"/": Said(PAGE), "/fr/feed?a=1&b=2": Said(rss("a"))}) as server,
        _finding() as finder,
    ):
        found = await finder.find_feed(server.url("/"))
    assert isinstance(found, FoundFeed)
    assert found.spec.url == server.url("/fr/feed?a=1&b=2")


async def test_a_page_that_names_none_is_tried_at_the_usual_places() -> None:
    answers = {"/news/x": Said(b"<html>no links</html>"), "/rss.xml": Said(rss("a", title=""))}
    async with FeedServer(answers) as server, _finding() as finder:
        found = await finder.find_feed(server.url("/news/x"))
    assert isinstance(found, FoundFeed)
    assert found.spec.url == server.url("/rss.xml")
    assert found.spec.title == "127.0.0.1"


async def test_a_permanent_redirect_is_taken_as_the_address() -> None:
    async with FeedServer({"/old": redirect("/new"), "/new": Said(rss("a"))}) as server, _finding() as finder:
        found = await finder.find_feed(server.url("/old"))
    assert isinstance(found, FoundFeed)
    assert found.spec.url == server.url("/new")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/page", "names no feed"),
        ("/missing", "404"),
        ("/json", "JSON"),
        ("/named", "cannot be read"),
        ("/gone", "taken the feed down"),
    ],
)
async def test_what_is_wrong_is_said_in_words(path: str, words: str) -> None:
    answers = {
        "/page": Said(b"<html></html>"),
        "/json": Said(b'{"items": []}'),
        "/named": Said(b'<html><link rel="alternate" type="application/rss+xml" href="/missing"></html>'),
        "/gone": Said(status=410),
    }
    async with FeedServer(answers) as server, _finding() as finder:
        said = await finder.find_feed(server.url(path))
    assert isinstance(said, str)
    assert words in said
    assert not said.endswith(".")


@pytest.mark.parametrize(
    "url", ["10.0.0.1", "localhost", "http://169.254.169.254/latest", "ftp://example.org", ""]
)
async def test_closed_addresses_are_refused(url: str) -> None:
    async with _finding(allow_loopback=False, limits=SHORT) as finder:
        said = await finder.find_feed(url)
    assert isinstance(said, str)
    assert "address refused" in said


def test_links_of_a_page_are_absolute() -> None:
    assert links(PAGE, "", "https://example.org/a/b") == [
        "https://example.org/fr/feed?a=1&b=2", "https://example.org/fr/comments/feed"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.journaldumali.com/feed/", "journaldumali"),
        ("https://news.un.org/feed/subscribe/fr/rss.xml", "news-un"),
        ("https://feeds.bbci.co.uk/x", "bbci"),
        ("http://127.0.0.1:80/feed", "127-0-0-1"),
        ("https://xn--e1afmkfd.xn--p1ai/", "xn-e1afmkfd"),
        ("https://maliweb.net", "maliweb"),
    ],
)
def test_ids_come_from_the_host(url: str, expected: str) -> None:
    assert slug(url) == expected
