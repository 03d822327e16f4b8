"""Connections and manners: no host is asked too much at once, and its connection is used again.

httpx's and httpcore's pools scan all of their requests and connections at each step, so that one
request costs 1 ms with four at once and 9 ms with sixty-four. Here each host keeps its own one or two
connections, and the cost does not depend on what else is under way."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpcore
import httpx

from bot.ingest.wire import PinnedBackend, PlainBackend, Resolve

if TYPE_CHECKING:
    from bot.ports import Clock

KEEP_SECONDS = 20.0
"""How long an idle connection is kept: enough for a host's batch, too short for the next poll."""

KEPT = 64
"""Idle connections over all hosts."""

PER_HOST = 2
"""Requests to one host at the same time."""

REMEMBERED = 4096
"""Hosts whose last start is remembered."""

_GONE = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)


@dataclass(slots=True)
class _Host:
    free: asyncio.Semaphore
    users: int = 0
    next_at: float = 0.0
    idle: list[httpcore.AsyncConnectionInterface] = field(default_factory=list)


class Hosts:
    """Gives each host's requests their turn: at most `per_host` at once, `spacing` seconds between
    starts, on connections that one TLS context and the guarded sockets serve."""

    def __init__(
        self,
        clock: Clock,
        resolve: Resolve,
        *,
        spacing: float,
        per_host: int,
        proxy: str,
        allow_loopback: bool,
        connect_seconds: float,
    ) -> None:
        self._clock = clock
        self._spacing = spacing
        self._per_host = per_host
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._kept: deque[tuple[_Host, httpcore.AsyncConnectionInterface]] = deque()
        self._maker = _maker(resolve, proxy, allow_loopback, connect_seconds)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[Line]:
        """Waits for the turn of a host (its name with the port), then gives a line to it."""
        host = self._host(name)
        host.users += 1
        try:
            async with host.free:
                await self._space(host)
                line = Line(host, self._maker)
                try:
                    yield line
                finally:
                    await self._keep(host, line.connection)
        finally:
            host.users -= 1

    async def close(self) -> None:
        while self._kept:
            await self._drop()

    async def _keep(self, host: _Host, connection: httpcore.AsyncConnectionInterface | None) -> None:
        if connection is not None:
            if connection.is_idle():
                host.idle.append(connection)
                self._kept.append((host, connection))
            else:
                await connection.aclose()
        while self._kept and (len(self._kept) > KEPT or _spent(*self._kept[0])):
            await self._drop()

    async def _drop(self) -> None:
        """Lets go of the connection kept longest, unless it is in use again."""
        host, connection = self._kept.popleft()
        if connection in host.idle:
            host.idle.remove(connection)
            await connection.aclose()

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
            known = self._hosts[name] = _Host(asyncio.Semaphore(self._per_host))
            while len(self._hosts) > REMEMBERED and not next(iter(self._hosts.values())).users:
                self._hosts.popitem(last=False)
        return known


class Line:
    """One request's way to a host."""

    def __init__(self, host: _Host, maker: httpcore.AsyncConnectionPool) -> None:
        self._host = host
        self._maker = maker
        self.connection: httpcore.AsyncConnectionInterface | None = None

    async def ask(self, request: httpcore.Request) -> httpcore.Response:
        """The answer, its body unread. A kept connection that the server has closed meanwhile is
        replaced; a new one that fails raises httpcore's errors."""
        while self._host.idle:
            self.connection = self._host.idle.pop()
            if not self.connection.has_expired():
                try:
                    return await self.connection.handle_async_request(request)
                except _GONE:
                    pass
            await self.connection.aclose()
        self.connection = self._maker.create_connection(request.url.origin)
        return await self.connection.handle_async_request(request)


def _spent(host: _Host, connection: httpcore.AsyncConnectionInterface) -> bool:
    return connection not in host.idle or connection.has_expired()


def _maker(
    resolve: Resolve, proxy: str, allow_loopback: bool, connect_seconds: float
) -> httpcore.AsyncConnectionPool:
    """A pool of httpcore that only makes connections: directly, or through the proxy."""
    context = httpx.create_ssl_context(trust_env=False)
    if not proxy:
        backend = PinnedBackend(resolve, allow_loopback=allow_loopback, connect_seconds=connect_seconds)
        return httpcore.AsyncConnectionPool(
            ssl_context=context, keepalive_expiry=KEEP_SECONDS, network_backend=backend
        )
    address = httpx.Proxy(proxy)
    return httpcore.AsyncHTTPProxy(
        proxy_url=str(address.url),
        proxy_auth=address.raw_auth,
        ssl_context=context,
        proxy_ssl_context=context if address.url.scheme == "https" else None,
        keepalive_expiry=KEEP_SECONDS,
        network_backend=PlainBackend(resolve, connect_seconds=connect_seconds),
    )
