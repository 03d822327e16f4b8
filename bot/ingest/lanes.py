"""Connections and manners: a few small pools, and no host asked too much at once.

One pool scans all of its requests and connections at each step, so its cost per request grows with
what is in flight (1 ms with four at once, 9 ms with sixty-four): hence many pools of few."""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

import httpcore
import httpx

from bot.ingest.wire import PinnedBackend, PlainBackend, Resolve

if TYPE_CHECKING:
    from bot.ports import Clock

PER_LANE = 6
"""Connections of one pool."""

KEEP_SECONDS = 20.0
"""How long an idle connection is kept: enough for a host's batch, too short for the next poll."""

PER_HOST = 2
"""Requests to one host at the same time."""

REMEMBERED_HOSTS = 4096


@dataclass(slots=True)
class Lane:
    pool: httpcore.AsyncConnectionPool
    load: int = 0


@dataclass(slots=True)
class _Host:
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PER_HOST))
    users: int = 0
    next_at: float = 0.0


class Lanes:
    """Hands out a pool for a host, at most `PER_HOST` at once, starts `spacing` seconds apart."""

    def __init__(
        self,
        clock: Clock,
        resolve: Resolve,
        *,
        lanes: int,
        spacing: float,
        proxy: str,
        allow_loopback: bool,
        connect_seconds: float,
    ) -> None:
        self._clock = clock
        self._spacing = spacing
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        context = httpx.create_ssl_context(trust_env=False)
        self._lanes = [
            Lane(_pool(context, resolve, proxy, allow_loopback, connect_seconds)) for _ in range(lanes)
        ]

    @asynccontextmanager
    async def lane(self, host: str) -> AsyncIterator[httpcore.AsyncConnectionPool]:
        """A pool to ask `host` (with its port) through. Waits for the host's turn."""
        known = self._host(host)
        known.users += 1
        try:
            async with known.free:
                await self._space(known)
                lane = self._choose(host)
                lane.load += 1
                try:
                    yield lane.pool
                finally:
                    lane.load -= 1
        finally:
            known.users -= 1

    async def close(self) -> None:
        for lane in self._lanes:
            await lane.pool.aclose()

    def _choose(self, host: str) -> Lane:
        # The same lane for the same host while it has room: there its connection is still open.
        lane = self._lanes[crc32(host.encode()) % len(self._lanes)]
        return lane if lane.load < PER_LANE else min(self._lanes, key=lambda lane: lane.load)

    async def _space(self, host: _Host) -> None:
        if self._spacing <= 0:
            return
        now = self._clock.monotonic()
        start = max(now, host.next_at)
        host.next_at = start + self._spacing
        if start > now:
            await self._clock.sleep(start - now)

    def _host(self, name: str) -> _Host:
        known = self._hosts.get(name)
        if known is None:
            known = self._hosts[name] = _Host()
            while len(self._hosts) > REMEMBERED_HOSTS and not next(iter(self._hosts.values())).users:
                self._hosts.popitem(last=False)
        return known


def _pool(
    context: ssl.SSLContext, resolve: Resolve, proxy: str, allow_loopback: bool, connect_seconds: float
) -> httpcore.AsyncConnectionPool:
    if not proxy:
        return httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=PER_LANE,
            keepalive_expiry=KEEP_SECONDS,
            network_backend=PinnedBackend(
                resolve, allow_loopback=allow_loopback, connect_seconds=connect_seconds
            ),
        )
    address = httpx.Proxy(proxy)
    return httpcore.AsyncHTTPProxy(
        proxy_url=str(address.url),
        proxy_auth=address.raw_auth,
        ssl_context=context,
        proxy_ssl_context=context if address.url.scheme == "https" else None,
        max_connections=PER_LANE,
        keepalive_expiry=KEEP_SECONDS,
        network_backend=PlainBackend(resolve, connect_seconds=connect_seconds),
    )
