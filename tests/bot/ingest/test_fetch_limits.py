"""Bombs, floods and snails: each is given up within its limit, and says by which."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from bot.ingest.faults import EncodingError, TooBigError
from bot.ingest.fetch import Limits
from bot.ingest.inflate import Inflater
from news.feed import Fault, Fetched, FetchFailed
from tests.bot.ingest.fetching import SHORT, a_feed, fetching
from tests.fakes.feeds import FeedServer, Said, rss

MB = 1024 * 1024


def _gigabyte() -> bytes:
    """One GiB of zeros as gzip: about one MB."""
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    block = bytes(4 * MB)
    return b"".join(packer.compress(block) for _ in range(256)) + packer.flush()


def _fill(inflater: Inflater, body: bytes) -> None:
    for at in range(0, len(body), 65536):
        inflater.feed(body[at : at + 65536])


def _encoded(body: bytes, encoding: str) -> Said:
    return Said(body, headers=(("Content-Encoding", encoding),))


async def _fault(said: Said, limits: Limits | None = None) -> Fault:
    async with FeedServer({"/feed": said}) as server, fetching(limits=limits) as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed), result
    assert result.detail
    return result.fault


def test_a_gigabyte_in_gzip_takes_the_memory_of_its_limit() -> None:
    bomb = _gigabyte()
    tracemalloc.start()
    inflater = Inflater("gzip", max_raw=5 * MB, max_inflated=10 * MB)
    with pytest.raises(TooBigError):
        _fill(inflater, bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 * MB


async def test_a_gigabyte_in_gzip_is_too_big() -> None:
    assert await _fault(_encoded(_gigabyte(), "gzip")) is Fault.TOO_BIG


@pytest.mark.parametrize(
    "encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip,br", "compress", "x" * 200]
)
async def test_only_gzip_is_undone(encoding: str) -> None:
    body = gzip.compress(gzip.compress(bytes(10 * MB)))
    assert await _fault(_encoded(body, encoding)) is Fault.ENCODING


async def test_gzip_inside_gzip_is_inflated_once() -> None:
    """What is inside is then no feed to the parser: it is never inflated a second time."""
    inside = gzip.compress(bytes(10 * MB))
    async with (
        FeedServer({"/feed": _encoded(gzip.compress(inside), "gzip")}) as server,
        fetching() as fetcher,
    ):
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, Fetched)
    assert result.body == inside


async def test_repeated_encoding_headers_are_refused() -> None:
    said = Said(b"x", headers=(("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")))
    assert await _fault(said) is Fault.ENCODING


async def test_what_is_not_gzip_is_not_called_so() -> None:
    assert await _fault(_encoded(rss("one"), "gzip")) is Fault.ENCODING


async def test_a_gzip_stream_that_ends_early_is_a_fault() -> None:
    assert await _fault(_encoded(gzip.compress(rss("one"))[:-9], "gzip")) is Fault.ENCODING


def test_a_chain_of_empty_gzip_members_is_refused() -> None:
    inflater = Inflater("gzip", max_raw=5 * MB, max_inflated=10 * MB)
    with pytest.raises(EncodingError):
        inflater.feed(gzip.compress(b"") * 1000)


@pytest.mark.parametrize("split", [1, 7, 1000])
def test_gzip_members_are_joined_however_they_arrive(split: int) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0"
    inflater = Inflater("x-gzip", max_raw=MB, max_inflated=MB)
    for at in range(0, len(body), split):
        inflater.feed(body[at : at + split])
    assert inflater.finish() == b"one two"


@pytest.mark.parametrize("length", [True, False])
async def test_more_than_the_raw_limit_is_too_big(length: bool) -> None:
    limits = Limits(max_raw=50_000)
    assert await _fault(Said(bytes(60_000), length=length), limits) is Fault.TOO_BIG


async def test_a_body_of_exactly_the_limit_is_taken() -> None:
    body = rss("one").ljust(50_000)
    async with (
        FeedServer({"/feed": Said(body)}) as server,
        fetching(limits=Limits(max_raw=50_000)) as fetcher,
    ):
        assert isinstance(await fetcher.fetch(a_feed(server.url())), Fetched)


@pytest.mark.parametrize("count", [700, 1200, 40_000])
async def test_headers_are_bounded(count: int) -> None:
    headers = tuple((f"X-Filler-{n}", "y" * 90) for n in range(count))
    assert await _fault(Said(rss("one"), headers=headers)) in (Fault.TOO_BIG, Fault.PROTOCOL)


@pytest.mark.parametrize("length", [True, False])
async def test_a_drip_is_ended_by_the_total_limit(length: bool) -> None:
    """Each byte comes in good time; the whole never does. The same for headers: they come first."""
    assert await _fault(Said(rss("one"), drip=0.02, length=length), SHORT) is Fault.TIMEOUT


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async with FeedServer({"/feed": Said(b"x")}, wait=3600) as server, fetching(limits=SHORT) as fetcher:
        result = await fetcher.fetch(a_feed(server.url()))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.TIMEOUT


async def test_redirects_share_one_total_limit() -> None:
    answers = {f"/{n}": Said(status=302, headers=(("Location", f"/{n + 1}"),)) for n in range(5)}
    async with (
        FeedServer({**answers, "/5": Said(rss("x"))}, wait=0.25) as server,
        fetching(limits=SHORT) as fetcher,
    ):
        result = await fetcher.fetch(a_feed(server.url("/0")))
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.TIMEOUT


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 999999 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\n",
        b"\x00\xff\xfe" * 50,
        b"HTTP/1.1 200 OK\r\n" + b"a" * 200_000,
    ],
)
async def test_nonsense_is_a_protocol_fault(raw: bytes) -> None:
    import asyncio

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with fetching() as fetcher:
        result = await fetcher.fetch(a_feed(f"http://127.0.0.1:{port}/feed"))
    server.close()
    assert isinstance(result, FetchFailed)
    assert result.fault is Fault.PROTOCOL, result
