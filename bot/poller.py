"""The first pump: claims the feeds that are due, fetches and parses them, hands over what is new.

Decides nothing about news. What is due is a row, so that a tick that comes late, twice or never loses
nothing; the new validators of a feed commit with its items, so that a crash in between fetches again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from bot.ingest.parse import body_hash
from bot.ports import Clock, StoreRunner, Transaction
from news.feed import Fault, Feed, FeedId, FeedState, Fetched, FetchFailed, FetchResult
from news.item import ParsedFeed
from news.schedule import next_state, notices
from storage import StorageError

log = structlog.get_logger("poller")

AT_ONCE = 32
"""Feeds under way at the same time: enough for 2,000 feeds of 200 ms each in 13 s; each may hold a body."""

LEASE = timedelta(seconds=90)
"""A claim lasts this long: the longest fetch and parse, and a host's turn before it. Where it was too
short, two processes take the same items in, and the second finds them known."""

TICK_SECONDS = 5.0
"""A tick that has more to do than this returns and goes on in the next one."""

LINGER_SECONDS = 1.0
"""With nothing more due, a tick waits this long for the feeds under way; the slow ones go on beside."""

BATCH_SECONDS = 0.02
"""A moment in which feeds finish, so that one claim and one save serve many."""

SAVE_AT = 50


class Fetches(Protocol):
    async def fetch(self, feed: Feed) -> FetchResult: ...


class Parses(Protocol):
    async def parse(self, feed: Feed, fetched: Fetched, now: datetime) -> ParsedFeed | FetchFailed: ...


TakeIn = Callable[[Transaction, Feed, ParsedFeed, FeedState, datetime], object]
"""Stores a feed's items and its new state in the transaction."""

Notify = Callable[[Transaction, str, str], object]
"""Tells the owner a text in the transaction; the second is the key under which it is told once."""


class Poller:
    """Polls what is due. `holder` names this process in the claims; `poll_seconds` overrides what the
    schedule says of intervals; `chance` draws the jitter."""

    def __init__(
        self,
        store: StoreRunner,
        fetcher: Fetches,
        parser: Parses,
        take_in: TakeIn,
        clock: Clock,
        *,
        holder: str,
        poll_seconds: float | None = None,
        notify: Notify | None = None,
        at_once: int = AT_ONCE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._take_in = take_in
        self._clock = clock
        self._holder = holder
        self._poll_seconds = poll_seconds
        self._notify = notify
        self._at_once = at_once
        self._chance = chance
        self._under_way: set[asyncio.Task[None]] = set()
        self._states: list[tuple[Feed, FeedState, datetime]] = []
        self._finished = 0
        self._recovered = False

    async def tick(self) -> int:
        """Polls what is due now; returns how many feeds it finished or left under way (0: idle).

        Raises only what the database raises; a feed's faults are that feed's.
        """
        if not self._recovered:
            await self._store.run(_release)
            self._recovered = True
        self._finished = 0
        await self._save()  # what the database did not take in the tick before
        try:
            await self._run()
        except asyncio.CancelledError:
            await self.close()
            raise
        await self._save()
        return self._finished + len(self._under_way)

    async def close(self) -> None:
        """Stops what is under way; what is finished is kept."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._save()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + TICK_SECONDS
        more = True
        while loop.time() < end:
            room = self._at_once - len(self._under_way)
            if more and room:
                more = await self._start(room) == room
            if not self._under_way:
                return
            if not more:
                await asyncio.wait(self._under_way, timeout=LINGER_SECONDS)
                return
            await asyncio.wait(self._under_way, timeout=LINGER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(BATCH_SECONDS)
            if len(self._states) >= SAVE_AT:
                await self._save()

    async def _start(self, room: int) -> int:
        feeds = await self._store.run(_claim, self._clock.now(), room, self._holder)
        # By host: requests to the same one follow each other on the connection that is open.
        for feed in sorted(feeds, key=lambda feed: urlsplit(feed.url).netloc):
            task = asyncio.create_task(self._poll(feed), name=f"poll {feed.spec.id}")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(feeds)

    async def _poll(self, feed: Feed) -> None:
        try:
            await self._fetch_and_take_in(feed)
        except StorageError as error:
            # Nothing of the feed was taken in, and it is no fault of the feed: it is due again at once.
            log.error("feed.not_stored", feed=feed.spec.id, error=str(error))
            self._states.append((feed, feed.state, self._clock.now()))
        except Exception as error:
            log.exception("feed.bug", feed=feed.spec.id)
            self._settle(feed, FetchFailed(Fault.INTERNAL, f"{type(error).__name__}: {error}"[:300]))
        self._finished += 1

    async def _fetch_and_take_in(self, feed: Feed) -> None:
        result = await self._fetcher.fetch(feed)
        if not isinstance(result, Fetched):
            self._settle(feed, result)
            return
        digest = body_hash(result.body)
        if digest == feed.state.body_hash:
            self._settle(feed, result, None, digest)
            return
        parsed = await self._parser.parse(feed, result, self._clock.now())
        if isinstance(parsed, FetchFailed):
            self._settle(feed, parsed)
        elif not parsed.items:
            self._settle(feed, result, parsed, digest)
        else:
            now = self._clock.now()
            state = self._next(feed, result, parsed, now, digest)
            log.info("feed.items", feed=feed.spec.id, items=len(parsed.items), of=parsed.total)
            await self._store.run(self._commit, feed, parsed, state, now)

    def _settle(
        self, feed: Feed, result: FetchResult, parsed: ParsedFeed | None = None, digest: bytes = b""
    ) -> None:
        """Keeps a state without new items for the next save."""
        now = self._clock.now()
        if isinstance(result, FetchFailed):
            log.warning("feed.failed", feed=feed.spec.id, fault=result.fault.value, detail=result.detail)
        self._states.append((feed, self._next(feed, result, parsed, now, digest), now))

    def _next(
        self, feed: Feed, result: FetchResult, parsed: ParsedFeed | None, now: datetime, digest: bytes
    ) -> FeedState:
        return next_state(
            feed, result, parsed, now,
            jitter=self._chance(), poll_seconds=self._poll_seconds, body_hash=digest,
        )  # fmt: skip

    async def _save(self) -> None:
        states, self._states = self._states, []
        if not states:
            return
        try:
            await self._store.run(self._save_all, states)
        except StorageError:
            self._states = [*states, *self._states]
            raise

    # ---- in one transaction each, on the storage thread --------------------------------------

    def _commit(
        self, tx: Transaction, feed: Feed, parsed: ParsedFeed, state: FeedState, now: datetime
    ) -> None:
        self._take_in(tx, feed, parsed, state, now)
        self._tell(tx, feed, state, now)

    def _save_all(self, tx: Transaction, states: Sequence[tuple[Feed, FeedState, datetime]]) -> None:
        tx.feeds.save([(feed.spec.id, state) for feed, state, _ in states])
        for feed, state, now in states:
            self._tell(tx, feed, state, now)

    def _tell(self, tx: Transaction, feed: Feed, state: FeedState, now: datetime) -> None:
        if self._notify is not None:
            for notice in notices(feed, state, now):
                self._notify(tx, notice.text, notice.key)


def _claim(tx: Transaction, now: datetime, limit: int, holder: str) -> tuple[Feed, ...]:
    return tx.feeds.claim_due(now, limit, holder, LEASE)


def _release(tx: Transaction) -> None:
    """Frees what an earlier process held when it died. Only where there is one writer: there no claim
    can be another living process's."""
    if tx.dialect == "sqlite":
        held: list[tuple[FeedId, FeedState]] = [(feed.spec.id, feed.state) for feed in tx.feeds.all()]
        tx.feeds.save(held)
