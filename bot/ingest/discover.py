"""Finding the feed of a page: what `/feeds add` and the catalogue's editor ask for."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bot.ingest.encoding import to_utf8
from bot.ingest.fetch import Answer, Fetcher, status_words
from bot.ingest.markup import looks_like_html
from bot.ingest.parse import Parser
from bot.ports import FoundFeed
from news.feed import Fault, Feed, FeedId, FeedSpec, Fetched, FetchFailed
from news.item import Item

if TYPE_CHECKING:
    from bot.ports import Clock

COMMON_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed/rss")
"""Where publishing systems put the feed that their pages forget to name."""

MOST_TRIED = 8
SHOWN_ITEMS = 5
LOOKED_AT = 512 * 1024
"""Bytes of a page searched for its feeds: they are named in its head."""

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_HINTS = {
    Fault.ADDRESS: "Give a public http or https address",
    Fault.DNS: "Is the name spelled right?",
    Fault.CONNECT: "Does the site answer in a browser? Try again later",
    Fault.TLS: "The site's certificate is at fault; its operator must mend it",
    Fault.TIMEOUT: "The site is slow or down; try again later",
    Fault.STATUS: "Open the address in a browser and look for the site's RSS link",
    Fault.GONE: "The outlet has taken it down; look for another address",
    Fault.TOO_BIG: "Look for a shorter feed of the outlet",
    Fault.NOT_A_FEED: "Give the address of the RSS or Atom feed itself",
    Fault.PARSE: "The feed is damaged; its publisher must mend it",
}


class FeedFinder:
    """Finds feeds through the guarded fetcher. An answer is a feed, or why there is none and what to do
    (without the final stop)."""

    def __init__(self, fetcher: Fetcher, parser: Parser, clock: Clock) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._clock = clock

    async def find_feed(self, url: str) -> FoundFeed | str:
        """The feed at an address, or of the page there, with its newest items."""
        asked = _tidy(url)
        answer = await self._get(asked)
        if isinstance(answer, FetchFailed):
            return _words(asked, answer)
        if not looks_like_html(answer.body):
            found = await self._read(answer, asked)
            return _words(asked, found) if isinstance(found, FetchFailed) else found
        return await self._of_page(answer)

    async def _of_page(self, page: Answer) -> FoundFeed | str:
        named = links(page.body, page.headers.get("content-type", ""), page.url)
        guessed = [urljoin(page.url, path) for path in COMMON_PATHS]
        failures: list[str] = []
        for url in list(dict.fromkeys([*named, *guessed]))[:MOST_TRIED]:
            answer = await self._get(url)
            found = answer if isinstance(answer, FetchFailed) else await self._read(answer, url)
            if isinstance(found, FoundFeed):
                return found
            if url in named:
                failures.append(_words(url, found))
        if failures:
            return f"The page names a feed, but it cannot be read. {failures[0]}"
        return (
            f"{page.url} is a web page that names no feed, and none is at the usual places. "
            "Look for an RSS or XML link on it, or in its source for application/rss+xml"
        )

    async def _get(self, url: str) -> Answer | FetchFailed:
        answer = await self._fetcher.get(url)
        if isinstance(answer, FetchFailed) or answer.status == 200:
            return answer
        return FetchFailed(Fault.STATUS, status_words(answer.status))

    async def _read(self, answer: Answer, asked: str) -> FoundFeed | FetchFailed:
        address = answer.moved_to or asked
        spec = FeedSpec(FeedId(""), "", address)
        body = Fetched(answer.body, answer.headers.get("content-type", ""), url=answer.url)
        parsed = await self._parser.parse(Feed(spec), body, self._clock.now())
        if isinstance(parsed, FetchFailed):
            return parsed
        host = urlsplit(address).hostname or address
        languages = (parsed.language,) if parsed.language else ()
        spec = replace(spec, id=slug(address), title=parsed.title or host, languages=languages)
        newest = sorted(parsed.items, key=_age)
        return FoundFeed(spec, tuple(newest[:SHOWN_ITEMS]))


def links(page: bytes, content_type: str, base: str) -> list[str]:
    """The feeds a page names in its head, absolute, in its order; those of comments last."""
    reader = _Links()
    reader.feed(to_utf8(page[:LOOKED_AT], content_type).decode("utf-8", "replace"))
    found = [urljoin(urljoin(base, reader.base), href.strip()) for href in reader.found if href.strip()]
    return sorted(dict.fromkeys(found), key=lambda url: "comment" in url.lower())


def slug(url: str) -> FeedId:
    """An id for a feed from its address: `https://www.journaldumali.com/feed/` → `journaldumali`."""
    host = (urlsplit(url).hostname or "feed").lower()
    labels = [label for label in host.split(".") if label not in ("www", "feeds", "rss", "feed", "m")]
    if len(labels) > 1 and not labels[-1].isdigit():
        labels = labels[:-1]
    if len(labels) > 1 and labels[-1] in ("co", "com", "org", "net", "gov", "gouv", "ac"):
        labels = labels[:-1]
    return FeedId(re.sub(r"[^a-z0-9]+", "-", "-".join(labels)).strip("-")[:40] or "feed")


def _age(item: Item) -> float:
    """Sorts newest first, undated items last and in the feed's order."""
    return -item.published.timestamp() if item.published else 0.0


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = told.get("href", "")
        rel = told.get("rel", "").lower().split()
        kind = told.get("type", "").lower().partition(";")[0].strip()
        if tag == "link" and "alternate" in rel and kind in _FEED_TYPES:
            self.found.append(told.get("href", ""))


def _tidy(url: str) -> str:
    """The address as people paste it: in angle brackets, or without its scheme."""
    address = url.strip().strip("<>").strip()
    return address if "://" in address else f"https://{address}"


def _words(url: str, failed: FetchFailed) -> str:
    told = f"{failed.fault.value}: {failed.detail}" if failed.detail else failed.fault.value
    hint = _HINTS.get(failed.fault, "Try again later")
    return f"{url} cannot be used ({told}). {hint}"
