"""Fetching: conditional, redirected, polite; each fault named."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from news.feed import Fault, Fetched, FetchFailed, NotModified
from news.schedule import refresh_after
from tests.bot.ingest.fetching import a_feed, fetching
from tests.bot.watch import NOW
from tests.fakes.feeds import Asked, FeedServer, Said, redirect, rss

BODY = rss("one", "two")
YESTERDAY = "Mon, 06 Feb 2023 10:00:00 GMT"


async def test_a_feed_is_fetched_with_its_validators() -> None:
    said = Said(
        BODY, etag='"a"', last_modified=YESTERDAY, headers=(("Content-Type", "text/xml; charset=utf-8"),)
    )
    async with FeedServer({"/feed": said}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert result == Fetched(BODY, "text/xml; charset=utf-8", '"a"', YESTERDAY, server.url())
    headers = server.asked[0].headers
    assert headers["accept-encoding"] == "gzip"
    assert "owner@example.org" in headers["user-agent"]
    assert "if-none-match" not in headers


async def test_both_validators_are_sent_and_304_parses_nothing() -> None:
    async with FeedServer({"/feed": Said(BODY, etag='"a"')}) as server, fetching() as fetcher:
        feed = a_feed(server.url(), etag='"a"', last_modified=YESTERDAY, refreshed_at=NOW)
        assert await fetcher.fetch(feed) == NotModified(etag='"a"')
    assert server.asked[0].headers["if-none-match"] == '"a"'
    assert server.asked[0].headers["if-modified-since"] == YESTERDAY


async def test_a_feed_that_only_says_304_is_asked_whole_after_six_hours() -> None:
    async with FeedServer({"/feed": Said(BODY, etag='"a"')}) as server, fetching() as fetcher:
        feed = a_feed(server.url(), etag='"a"', refreshed_at=NOW - timedelta(hours=6, minutes=1))
        assert isinstance(await fetcher.fetch(feed), Fetched)


async def test_or_sooner_where_polls_are_nearer() -> None:
    soon = refresh_after(1.0)
    async with (
        FeedServer({"/feed": Said(BODY, etag='"a"')}) as server,
        fetching(refresh_after=soon) as fetcher,
    ):
        for seconds, kind in ((23, NotModified), (24, Fetched)):
            feed = a_feed(server.url(), etag='"a"', refreshed_at=NOW - timedelta(seconds=seconds))
            assert isinstance(await fetcher.fetch(feed), kind)
    assert refresh_after(None) == refresh_after(3600.0) == timedelta(hours=6)


async def test_a_304_that_was_not_asked_for_is_a_fault() -> None:
    async with FeedServer({"/feed": Said(status=304)}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.STATUS


@pytest.mark.parametrize(
    "last_modified", ["Tue, 01 Jan 2041 00:00:00 GMT", "yesterday", "99", "Mon, 99 Foo 2023 10:00:00 GMT"]
)
async def test_false_dates_of_change_are_not_kept(last_modified: str) -> None:
    async with (
        FeedServer({"/feed": Said(BODY, last_modified=last_modified)}) as server,
        fetching() as fetcher,
    ):
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, Fetched)
    assert result.last_modified == ""


async def test_gzip_is_undone() -> None:
    async with FeedServer({"/feed": Said(BODY).zipped()}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, Fetched)
    assert result.body == BODY


async def test_a_body_that_ends_with_the_connection_is_whole() -> None:
    async with FeedServer({"/feed": Said(BODY, length=False)}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, Fetched)
    assert result.body == BODY


# ---- redirects --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "moved"),
    [(301, 308, True), (301, 302, False), (302, 301, False), (307, 303, False), (308, 308, True)],
)
async def test_only_a_wholly_permanent_chain_is_remembered(first: int, second: int, moved: bool) -> None:
    answers = {"/feed": redirect("/b", first), "/b": redirect("c?d=1", second), "/c?d=1": Said(BODY)}
    async with FeedServer(answers) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, Fetched)
    assert result.url == server.url("/c?d=1")
    assert result.moved_to == (server.url("/c?d=1") if moved else "")


async def test_six_redirects_are_too_many() -> None:
    answers = {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    async with FeedServer(answers) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url("/0")))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.REDIRECT
    assert server.paths() == [f"/{n}" for n in range(6)]


@pytest.mark.parametrize("location", ["", "http://[::bad", "ftp://example.org/x", "file:///etc/passwd", "//"])
async def test_redirects_to_no_address_are_faults(location: str) -> None:
    async with FeedServer({"/feed": redirect(location)}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed)
    assert result.fault in (Fault.REDIRECT, Fault.ADDRESS)


# ---- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "fault"),
    [(404, Fault.STATUS), (403, Fault.STATUS), (500, Fault.STATUS), (204, Fault.STATUS), (410, Fault.GONE)],
)
async def test_a_status_is_told_in_words(status: int, fault: Fault) -> None:
    async with FeedServer({"/feed": Said(status=status)}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed)
    assert result.fault is fault
    assert str(status) in result.detail


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ((NOW + timedelta(minutes=5)).strftime("%a, %d %b %Y %H:%M:%S GMT"), timedelta(minutes=5)),
        ("43837000", timedelta(hours=24)),
        ("-5", None),
        ("soon", None),
        ("Mon, 06 Feb 1999 10:00:00 GMT", timedelta(0)),
    ],
)
async def test_retry_after_is_read_and_bounded(value: str, wait: timedelta | None) -> None:
    said = Said(status=429, headers=(("Retry-After", value),))
    async with FeedServer({"/feed": said}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed)
    assert result.retry_after == wait


@pytest.mark.parametrize(
    ("headers", "age"),
    [
        ((("Cache-Control", "public, max-age=900"),), 900),
        ((("Cache-Control", "max-age=900"), ("Age", "100")), 800),
        ((("Cache-Control", "max-age=x"),), None),
        ((("Expires", "Tue, 07 Feb 2023 12:00:00 GMT"), ("Date", "Tue, 07 Feb 2023 11:00:00 GMT")), 3600),
        ((("Expires", "0"),), None),
        ((), None),
    ],
)
async def test_how_long_an_answer_stays_fresh(headers: tuple[tuple[str, str], ...], age: int | None) -> None:
    async with FeedServer({"/feed": Said(BODY, headers=headers)}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, Fetched)
    assert result.max_age == (None if age is None else timedelta(seconds=age))


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><head></head></html>",
        b"\xef\xbb\xbf\n <!-- x -->\n<HTML><body>login</body>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html/>',
        "<!doctype html><p>login".encode("utf-16"),
        b"  \n ",
        b"",
    ],
)
async def test_a_web_page_or_nothing_at_200_is_a_failure(body: bytes) -> None:
    async with FeedServer({"/feed": Said(body)}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.NOT_A_FEED


async def test_a_connection_cut_in_the_body_is_a_fault() -> None:
    async with FeedServer({"/feed": Said(BODY, cut=200)}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.PROTOCOL


async def test_no_server_is_a_fault() -> None:
    async with FeedServer() as server:
        url = server.url()
    async with fetching() as fetcher:
        result = await fetcher.fetch(a_feed(url))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.CONNECT
    assert "127.0.0.1" in result.detail


async def test_plain_http_where_tls_is_expected_is_a_tls_fault() -> None:
    async with FeedServer({"/feed": Said(BODY)}) as server, fetching() as fetcher:
        result = await fetcher.fetch(a_feed(server.url().replace("http", "https")))
    assert isinstance(result, FetchFailed)
    assert result.fault in (Fault.TLS, Fault.TIMEOUT)


# ---- manners and connections --------------------------------------------------------------------


async def test_at_most_two_requests_at_once_go_to_a_host() -> None:
    async with FeedServer({"/feed": Said(BODY)}, wait=0.02) as server, fetching() as fetcher:
        results = await asyncio.gather(*(fetcher.fetch(a_feed(server.url())) for _ in range(12)))
    assert all(isinstance(result, Fetched) for result in results)
    assert server.busiest == 2


async def test_more_where_that_is_asked_for() -> None:
    async with FeedServer({"/feed": Said(BODY)}, wait=0.02) as server, fetching(per_host=8) as fetcher:
        await asyncio.gather(*(fetcher.fetch(a_feed(server.url())) for _ in range(12)))
    assert server.busiest == 8


async def test_starts_at_one_host_are_spaced() -> None:
    async with FeedServer({"/feed": Said(BODY)}) as server, fetching(spacing=2.0) as fetcher:
        clock = fetcher._clock
        begun = clock.monotonic()
        for _ in range(4):
            await fetcher.fetch(a_feed(server.url()))
    assert clock.monotonic() - begun == 6.0


async def test_a_connection_is_used_again() -> None:
    async with FeedServer({"/feed": Said(BODY)}) as server, fetching() as fetcher:
        for _ in range(5):
            await fetcher.fetch(a_feed(server.url()))
    assert server.connections == 1


async def test_a_kept_connection_the_server_has_closed_is_replaced() -> None:
    def once(asked: Asked) -> Said:
        return Said(BODY, cut=0) if len(server.asked) == 2 else Said(BODY)

    async with FeedServer({"/feed": once}) as server, fetching() as fetcher:
        for _ in range(3):
            assert isinstance(await fetcher.fetch(a_feed(server.url())), Fetched)


async def test_a_proxy_is_asked_and_local_names_are_not() -> None:
    async with FeedServer() as server:
        server.answers["http://feeds.example.org/rss"] = Said(BODY)
        async with fetching(proxy=server.url(""), allow_loopback=False) as fetcher:
            assert isinstance(await fetcher.fetch(a_feed("http://feeds.example.org/rss")), Fetched)
            for url in ("http://intranet/rss", "http://10.0.0.8/rss", "http://127.0.0.1/rss"):
                result = await fetcher.fetch(a_feed(url))
                assert isinstance(result, FetchFailed)
                assert result.fault is Fault.ADDRESS
    assert server.paths() == ["http://feeds.example.org/rss"]
