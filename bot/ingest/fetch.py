"""Fetching: one guarded, bounded, conditional GET, whatever the other side does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import httpcore
import httpx

from bot.ingest import headers as reading
from bot.ingest.faults import AddressError, FetchError, RedirectError, TooBigError
from bot.ingest.guard import check_address, literal
from bot.ingest.hosts import PER_HOST, Hosts, Line
from bot.ingest.inflate import Inflater
from bot.ingest.markup import looks_like_html
from bot.ingest.wire import Resolve, SystemResolver
from news.feed import Fault, Feed, Fetched, FetchFailed, FetchResult, NotModified
from news.schedule import REFRESH_AFTER, may_ask_conditionally

if TYPE_CHECKING:
    from bot.ports import Clock

MAX_REDIRECTS = 5
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
ACCEPT = "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch: seconds, and bytes on the wire and inflated."""

    total_seconds: float = 30.0
    connect_seconds: float = 10.0
    max_raw: int = 5 * 1024 * 1024
    max_inflated: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer of a chain of redirects. `moved_to`: all of the chain was permanent."""

    status: int
    headers: reading.Headers
    body: bytes
    url: str
    moved_to: str = ""


class Fetcher:
    """Fetches feeds. Never raises for what the network or the other side does.

    `user_agent` names the bot and a contact. `proxy`: an HTTP(S) proxy; it then resolves names, and
    must refuse private addresses itself. `spacing`: seconds between two starts at one host, of which
    `per_host` may be under way at once. `refresh_after`: as in `may_ask_conditionally`.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        user_agent: str,
        proxy: str = "",
        allow_loopback: bool = False,
        spacing: float = 1.0,
        per_host: int = PER_HOST,
        refresh_after: timedelta = REFRESH_AFTER,
        limits: Limits | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._clock = clock
        self._refresh_after = refresh_after
        self._limits = limits or Limits()
        self._allow_loopback = allow_loopback
        self._proxied = bool(proxy)
        self._system = SystemResolver() if resolve is None else None
        self._hosts = Hosts(
            clock,
            resolve or self._system or SystemResolver(),
            spacing=spacing,
            per_host=per_host,
            proxy=proxy,
            allow_loopback=allow_loopback,
            connect_seconds=self._limits.connect_seconds,
        )
        self._usual = [
            (b"User-Agent", user_agent.encode("ascii", "replace")),
            (b"Accept", ACCEPT.encode()),
            (b"Accept-Encoding", b"gzip"),
        ]

    async def fetch(self, feed: Feed) -> FetchResult:
        """The feed's body, that it has not changed, or why there is neither."""
        now = self._clock.now()
        asked = _conditions(feed) if may_ask_conditionally(feed.state, now, self._refresh_after) else []
        answer = await self.get(feed.url, asked)
        return answer if isinstance(answer, FetchFailed) else _judge(answer, bool(asked), now)

    async def get(self, url: str, extra: list[tuple[bytes, bytes]] | None = None) -> Answer | FetchFailed:
        """One guarded GET of any address, redirects followed; the body of answers with status 200."""
        try:
            return await self._follow(url, extra or [])
        except FetchError as error:
            return FetchFailed(error.fault, str(error))
        except (TimeoutError, httpcore.TimeoutException) as late:
            words = str(late) or f"no whole answer in {self._limits.total_seconds:g} s"
            return FetchFailed(Fault.TIMEOUT, words)
        except (httpcore.ConnectError, httpcore.ProxyError) as unreachable:
            return FetchFailed(Fault.CONNECT, str(unreachable))
        except (httpcore.NetworkError, httpcore.ProtocolError) as broken:
            return FetchFailed(Fault.PROTOCOL, str(broken) or "the connection broke off")

    async def close(self) -> None:
        await self._hosts.close()
        if self._system is not None:
            self._system.close()

    async def _follow(self, url: str, extra: list[tuple[bytes, bytes]]) -> Answer:
        here = self._checked(url)
        permanent = True
        left = self._limits.total_seconds
        for _ in range(MAX_REDIRECTS + 1):
            answer, took = await self._hop(here, extra, left)
            left -= took
            if answer.status not in _REDIRECTS:
                moved = answer.url if permanent and answer.url != url else ""
                return (
                    answer
                    if not moved
                    else Answer(answer.status, answer.headers, answer.body, answer.url, moved)
                )
            permanent = permanent and answer.status in _PERMANENT
            here = self._next(here, answer)
        raise RedirectError(f"more than {MAX_REDIRECTS} redirects, the last to {here}")

    def _next(self, here: httpx.URL, answer: Answer) -> httpx.URL:
        location = answer.headers.get("location", "")
        if not location:
            raise RedirectError(f"HTTP {answer.status} without an address")
        try:
            there = here.join(location.encode("latin-1").decode("utf-8", "replace"))
        except (httpx.InvalidURL, ValueError) as error:
            raise RedirectError(f"HTTP {answer.status} to {location[:200]!r}: {error}") from None
        if here.scheme == "https" and there.scheme == "http":
            raise RedirectError(f"from https to {there}, which is not encrypted")
        return self._checked(str(there))

    def _checked(self, url: str) -> httpx.URL:
        parsed = _parse(url)
        number = literal(parsed.host)
        if number is not None:
            check_address(number, allow_loopback=self._allow_loopback)
        elif self._proxied and "." not in parsed.host:
            raise AddressError(f"{parsed.host} is a name of the local network")
        return parsed

    async def _hop(
        self, url: httpx.URL, extra: list[tuple[bytes, bytes]], seconds: float
    ) -> tuple[Answer, float]:
        """One request and the seconds it took, the wait for the host's turn not counted."""
        host = url.netloc
        request = httpcore.Request(
            b"GET",
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=[(b"Host", host), *self._usual, *extra],
        )
        async with self._hosts.turn(host.decode("ascii")) as line, asyncio.timeout(seconds):
            start = asyncio.get_running_loop().time()
            answer = await self._ask(line, request, str(url))
            return answer, asyncio.get_running_loop().time() - start

    async def _ask(self, line: Line, request: httpcore.Request, url: str) -> Answer:
        response = await line.ask(request)
        try:
            said = reading.collect(response.headers)
            body = await self._read(response, said) if response.status == 200 else b""
            if response.status == 304:
                async for _ in response.stream:  # type: ignore[union-attr]
                    pass  # has no body; reading to its end lets the connection be used again
        finally:
            await response.aclose()
        return Answer(response.status, said, body, url)

    async def _read(self, response: httpcore.Response, said: reading.Headers) -> bytes:
        announced = said.get("content-length", "")
        if announced.isdigit() and int(announced[:18]) > self._limits.max_raw:
            raise TooBigError(f"{int(announced[:18]):,} bytes announced")
        body = Inflater(
            said.get("content-encoding", ""),
            max_raw=self._limits.max_raw,
            max_inflated=self._limits.max_inflated,
        )
        async for chunk in response.stream:  # type: ignore[union-attr]
            body.feed(chunk)
        return body.finish()


@lru_cache(maxsize=1024)
def _parse(url: str) -> httpx.URL:
    """The address, checked in form. Raises `AddressError`."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressError(f"{url[:200]!r}: {error}") from None
    if parsed.scheme not in ("http", "https"):
        raise AddressError(f"{parsed.scheme or 'no scheme'}: only http and https are fetched")
    if parsed.userinfo:
        raise AddressError("addresses with a user name or password are refused")
    return parsed.copy_with(fragment=None) if parsed.fragment else parsed


def _conditions(feed: Feed) -> list[tuple[bytes, bytes]]:
    asked = []
    if feed.state.etag:
        asked.append((b"If-None-Match", feed.state.etag.encode("latin-1", "replace")))
    if feed.state.last_modified:
        asked.append((b"If-Modified-Since", feed.state.last_modified.encode("latin-1", "replace")))
    return asked


def _judge(answer: Answer, conditional: bool, now: datetime) -> FetchResult:
    said = answer.headers
    if answer.status == 304 and conditional:
        return NotModified(
            reading.etag(said), reading.last_modified(said, now), answer.moved_to, reading.max_age(said, now)
        )
    if answer.status == 200:
        if not answer.body.strip():
            return FetchFailed(Fault.NOT_A_FEED, "the answer is empty")
        if looks_like_html(answer.body):
            return FetchFailed(Fault.NOT_A_FEED, "a web page (HTML), not a feed")
        return Fetched(
            answer.body,
            said.get("content-type", "")[:200],
            reading.etag(said),
            reading.last_modified(said, now),
            answer.url,
            answer.moved_to,
            reading.max_age(said, now),
        )
    fault = Fault.GONE if answer.status == 410 else Fault.STATUS
    return FetchFailed(fault, status_words(answer.status), reading.retry_after(said, now))


def status_words(status: int) -> str:
    """What a status other than 200 means to an operator."""
    match status:
        case 304:
            return "HTTP 304 to a request without conditions"
        case 401 | 403:
            return f"HTTP {status}: the site refuses this bot"
        case 404:
            return "HTTP 404: nothing at this address; has the feed moved?"
        case 410:
            return "HTTP 410: the publisher has taken the feed down"
        case 429:
            return "HTTP 429: asked too often"
    return f"HTTP {status}: the server is in trouble" if status >= 500 else f"HTTP {status}"
