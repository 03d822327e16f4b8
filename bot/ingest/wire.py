"""The sockets under httpx: a name is resolved once, every answer must pass the guard, and the
connection goes to the number that was checked, so that a second answer cannot redirect it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any

import httpcore

from bot.ingest.faults import AddressError, ResolveError, TlsError
from bot.ingest.guard import Address, check_address, literal

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to the numbers the resolver answers; raises OSError where it has none."""

PAUSE_AT = 256 * 1024
"""Unread bytes at which the peer is held back."""

TRY_SECONDS = 4.0
"""Longest wait for one of several addresses before the next is tried."""

if "sniffio" not in sys.modules and find_spec("sniffio") is None:
    # httpcore tries to import it for every lock, four times a request; where it is not installed each
    # try searches the whole path again, which costs as much as the request. This makes it fail at once.
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class SystemResolver:
    """getaddrinfo in threads of its own, so that a hung name server holds up nobody else's threads."""

    def __init__(self, threads: int = 8) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="dns")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Wire(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """One connection. Time limits are the caller's: one timeout runs over the whole fetch."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._ended = False
        self._error: Exception | None = None
        self._paused = False
        self._reader: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None

    # what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > PAUSE_AT and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._error = exc
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    # what httpcore calls

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109
        while not self._buffer:
            if self._ended:
                if self._error is not None:
                    raise httpcore.ReadError(str(self._error))
                return b""
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        data = bytes(self._buffer[:max_bytes])
        del self._buffer[:max_bytes]
        if self._paused and not self._buffer and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        if not buffer:
            return
        if self._transport is None or self._transport.is_closing():
            raise httpcore.WriteError("the connection is closed")
        self._transport.write(buffer)
        if self._writable is not None:
            await self._writable

    async def aclose(self) -> None:
        if self._transport is not None:
            self._transport.abort()  # not close(): a peer that never answers would keep the socket

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        if self._transport is None:
            raise httpcore.ConnectError("the connection is closed")
        loop = asyncio.get_running_loop()
        try:
            self._transport = await loop.start_tls(
                self._transport,
                self,
                ssl_context,
                server_hostname=server_hostname,
                ssl_handshake_timeout=timeout,
            )
        except ssl.SSLCertVerificationError as error:
            raise TlsError(f"certificate refused: {error.verify_message}") from error
        except (ssl.SSLError, ConnectionError) as error:
            raise TlsError(f"handshake failed: {getattr(error, 'reason', None) or error}") from error
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # asked of idle connections only: bytes or an end mean it is spent
            return self._ended or bool(self._buffer)
        if info == "ssl_object" and self._transport is not None:
            return self._transport.get_extra_info("ssl_object")
        return None


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked numbers only. One answer that is not public spoils them all: a name that
    mixes both is an attack, not a mistake."""

    def __init__(self, resolve: Resolve, *, allow_loopback: bool, connect_seconds: float) -> None:
        self._resolve = resolve
        self._allow_loopback = allow_loopback
        self._connect_seconds = connect_seconds

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(self._connect_seconds):
                return await connect(await self.addresses(host, port), port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"no connection within {self._connect_seconds:g} s") from None

    async def addresses(self, host: str, port: int) -> list[Address]:
        """The checked numbers of a host. Raises `AddressError` or `ResolveError`."""
        number = literal(host)
        if number is not None:
            check_address(number, allow_loopback=self._allow_loopback)
            return [number]
        try:
            found = [ip_address(text.partition("%")[0]) for text in await self._resolve(host, port)]
        except (OSError, UnicodeError) as error:
            raise ResolveError(f"{host}: {getattr(error, 'strerror', None) or error}") from error
        if not found:
            raise ResolveError(f"{host}: the resolver has no address for it")
        for address in found:
            try:
                check_address(address, allow_loopback=self._allow_loopback)
            except AddressError as refusal:
                raise AddressError(f"{host}: {refusal}") from None
        return found


class PlainBackend(httpcore.AsyncNetworkBackend):
    """For the operator's own proxy, which may stand at a private address."""

    def __init__(self, resolve: Resolve, *, connect_seconds: float) -> None:
        self._resolve = resolve
        self._connect_seconds = connect_seconds

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(self._connect_seconds):
                found = [ip_address(text) for text in await self._resolve(host, port)]
                return await connect(found, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"no connection to the proxy {host}:{port}") from None
        except OSError as error:
            raise ResolveError(f"proxy {host}: {error}") from error


async def connect(addresses: Sequence[Address], port: int) -> Wire:
    """The first of the addresses that answers. Raises `httpcore.ConnectError`."""
    loop = asyncio.get_running_loop()
    failure = "no address"
    for address in addresses:
        wire = Wire()
        try:
            async with asyncio.timeout(TRY_SECONDS if len(addresses) > 1 else None):
                await loop.create_connection(lambda wire=wire: wire, str(address), port)  # type: ignore[misc]
        except TimeoutError:
            failure = f"{address} does not answer"
        except OSError as error:
            failure = f"{address}: {error.strerror or error}"
        else:
            return wire
    raise httpcore.ConnectError(failure)
