"""Parsing: what of a body is new, read by feedparser in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import structlog

from bot.ingest.encoding import to_utf8
from bot.ingest.markup import looks_like_html, looks_like_json
from bot.ingest.slices import WIDTH, Cut, Seen, cut
from bot.ingest.worker import Worker, WorkerLimits
from news.feed import Fault, Feed, Fetched, FetchFailed
from news.item import Item, ParsedFeed

log = structlog.get_logger("parser")

AT_ONCE = 250
"""Items given to the parser in one document, so that a big first fetch keeps within its limits."""

MOST_TRIES = 24
"""Documents given to the parser in search of the items it raises on."""


def body_hash(body: bytes) -> bytes:
    """What `FeedState.body_hash` holds: an equal one means nothing to parse."""
    return blake2b(body, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class _Read:
    """What the parser said of one document."""

    items: list[Item]
    title: str
    site: str
    language: str
    count: int
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class _Unread:
    """Why there is no answer. `raised`: the parser lives, and this document made it raise."""

    fault: Fault
    detail: str
    raised: bool = False

    @property
    def failure(self) -> FetchFailed:
        return FetchFailed(self.fault, self.detail)


class Parser:
    """Parses feeds, one document at a time, in a child process with limits."""

    def __init__(self, limits: WorkerLimits | None = None) -> None:
        self._worker = Worker(limits or WorkerLimits())
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The parser process's id, None where none runs."""
        return self._worker.pid

    async def parse(self, feed: Feed, fetched: Fetched, now: datetime) -> ParsedFeed | FetchFailed:
        """The items of a body that were not in the feed's last one. Never raises for what it holds."""
        text = to_utf8(fetched.body, fetched.content_type)
        if not text.strip():
            return FetchFailed(Fault.NOT_A_FEED, "the answer is empty")
        if looks_like_json(text):
            return FetchFailed(Fault.NOT_A_FEED, "JSON, not a feed (RSS, Atom and RDF are read)")
        if looks_like_html(text):
            return FetchFailed(Fault.NOT_A_FEED, "a web page (HTML), not a feed")
        seen = Seen.of(feed.state.slices)
        base = fetched.url or feed.url
        whole = cut(text)
        if whole is None:
            return await self._whole(text, base, seen, now)
        return await self._sliced(whole, base, seen, now)

    async def close(self) -> None:
        await self._worker.close()

    async def _sliced(self, whole: Cut, base: str, seen: Seen, now: datetime) -> ParsedFeed | FetchFailed:
        hashes = whole.hashes()
        unseen = seen.unseen(hashes)
        parsed = ParsedFeed(
            (),
            total=len(hashes),
            slices=b"".join(hashes),
            overlap=seen.overlaps(hashes),
            fresh=seen.fresh(hashes),
        )
        for start in range(0, len(unseen), AT_ONCE):
            chosen = unseen[start : start + AT_ONCE]
            read = await self._part(whole, chosen, base, now)
            if isinstance(read, _Read) and read.count + read.skipped != len(chosen) < len(hashes):
                # Not the items a parser sees: the cut misjudged this document.
                return await self._whole(whole.data, base, seen, now)
            if isinstance(read, _Unread):
                return read.failure
            parsed = _joined(parsed, read)
        if len(unseen) < len(hashes):
            names = {name for item in parsed.items for name in (item.guid, item.link)}
            parsed = replace(parsed, shared=whole.shared(names))
        return parsed

    async def _part(self, whole: Cut, chosen: list[int], base: str, now: datetime) -> _Read | _Unread:
        """These items. Where the parser raises, the item it raises on is looked for by halves and left
        out, so that one broken item does not silence its feed."""
        first = await self._read(whole.document(chosen), base, now)
        if isinstance(first, _Read) or not first.raised or len(chosen) < 2:
            return first
        parts = [chosen[len(chosen) // 2 :], chosen[: len(chosen) // 2]]
        found: _Read | None = None
        skipped = tries = 0
        while parts and tries < MOST_TRIES:
            part, tries = parts.pop(), tries + 1
            read = await self._read(whole.document(part), base, now)
            if isinstance(read, _Read):
                found = (
                    read
                    if found is None
                    else replace(found, items=[*found.items, *read.items], count=found.count + read.count)
                )
            elif len(part) > 1:
                parts += [part[len(part) // 2 :], part[: len(part) // 2]]
            else:
                skipped += 1
        if parts or found is None:
            return first
        log.error("items.unreadable", url=base, items=skipped, why=first.detail)
        return replace(found, skipped=skipped)

    async def _whole(self, text: bytes, base: str, seen: Seen, now: datetime) -> ParsedFeed | FetchFailed:
        """Everything parsed; which items are new is then told from their parsed form."""
        read = await self._read(text, base, now)
        if isinstance(read, _Unread):
            return read.failure
        hashes = [_item_hash(item) for item in read.items]
        items = [read.items[place] for place in seen.unseen(hashes)]
        parsed = ParsedFeed(
            (),
            total=read.count,
            slices=b"".join(hashes),
            overlap=seen.overlaps(hashes),
            fresh=seen.fresh(hashes),
            shared=_shared(read.items),
        )
        return _joined(parsed, replace(read, items=items))

    async def _read(self, document: bytes, base: str, now: datetime) -> _Read | _Unread:
        async with self._turn:
            answer = await self._worker.ask({"base": base, "now": now.timestamp()}, document)
        if isinstance(answer, str):
            return _Unread(Fault.PARSE, answer)
        if "error" in answer:
            return _Unread(Fault.PARSE, str(answer["error"]), raised=True)
        if not answer["kind"] and not answer["entries"]:
            return _Unread(Fault.NOT_A_FEED, "neither RSS, Atom nor RDF")
        return _Read(
            _items(answer["entries"]), answer["title"], answer["site"], answer["language"], answer["count"]
        )


def _joined(parsed: ParsedFeed, read: _Read) -> ParsedFeed:
    return replace(
        parsed,
        items=(*parsed.items, *read.items),
        title=read.title or parsed.title,
        site=read.site or parsed.site,
        language=read.language or parsed.language,
    )


def _items(entries: Sequence[Sequence[Any]]) -> list[Item]:
    return [
        Item(guid, link, title, text, None if at is None else datetime.fromtimestamp(at, UTC), language)
        for guid, link, title, text, at, language in entries
    ]


def _shared(items: Sequence[Item]) -> frozenset[str]:
    """The guids and links that items with different titles have in common."""
    titles: dict[str, set[str]] = {}
    for item in items:
        for name in (item.guid, item.link):
            titles.setdefault(name, set()).add(item.title)
    return frozenset(name for name, said in titles.items() if name and len(said) > 1)


def _item_hash(item: Item) -> bytes:
    name = item.title or item.guid or item.link or item.text
    rest = "\0".join((item.guid, item.link, item.title, item.text))
    half = WIDTH // 2
    return (
        blake2b(name.encode(), digest_size=half).digest() + blake2b(rest.encode(), digest_size=half).digest()
    )
