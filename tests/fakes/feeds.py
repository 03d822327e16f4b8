"""A feed server on loopback with every fault a feed server has. It counts what it is asked."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: path, and headers by lower-case name."""

    path: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. With `etag` or `last_modified`, a request that names it gets 304.

    `drip`: seconds between single bytes. `cut`: the connection ends after so many bytes of the whole
    answer. `length` false: no Content-Length, the end of the connection ends the body.
    """

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/rss+xml"),)
    etag: str = ""
    last_modified: str = ""
    drip: float = 0.0
    cut: int | None = None
    length: bool = True

    def zipped(self) -> Said:
        return Said(gzip.compress(self.body), self.status, (*self.headers, ("Content-Encoding", "gzip")))


Script = Said | Callable[[Asked], Said]


def redirect(to: str, status: int = 301) -> Said:
    return Said(status=status, headers=(("Location", to),))


@dataclass(slots=True)
class FeedServer:
    """`answers` by path; any other path is 404. `asked` holds what came; `busiest` is the most
    requests that were under way at the same time."""

    answers: dict[str, Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    busiest: int = 0
    port: int = 0
    host: str = "127.0.0.1"
    wait: float = 0.0
    _now: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> FeedServer:
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    def url(self, path: str = "/feed") -> str:
        return f"http://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection stays."""
        raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = raw.split("\r\n")
        pairs = (line.split(":", 1) for line in lines[1:] if line)
        asked = Asked(lines[0].split(" ")[1], {name.lower(): value.strip() for name, value in pairs})
        self.asked.append(asked)
        self._now += 1
        self.busiest = max(self.busiest, self._now)
        try:
            await asyncio.sleep(self.wait)
            script = self.answers.get(asked.path, Said(status=404))
            said = script(asked) if callable(script) else script
            await _write(writer, _bytes(said, asked), said)
        finally:
            self._now -= 1
        return said.length and said.cut is None


def _bytes(said: Said, asked: Asked) -> bytes:
    same_tag = said.etag and asked.headers.get("if-none-match") == said.etag
    same_date = said.last_modified and asked.headers.get("if-modified-since") == said.last_modified
    status, body = (304, b"") if same_tag or same_date else (said.status, said.body)
    lines = [f"HTTP/1.1 {status} Status"]
    lines += [f"{name}: {value}" for name, value in said.headers]
    lines += [f"ETag: {said.etag}"] if said.etag else []
    lines += [f"Last-Modified: {said.last_modified}"] if said.last_modified else []
    if status != 304:
        lines.append(f"Content-Length: {len(body)}" if said.length else "Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


async def _write(writer: asyncio.StreamWriter, raw: bytes, said: Said) -> None:
    raw = raw[: said.cut]
    if not said.drip:
        writer.write(raw)
        await writer.drain()
        return
    for at in range(len(raw)):
        writer.write(raw[at : at + 1])
        await writer.drain()
        await asyncio.sleep(said.drip)


def rss(*titles: str, extra: str = "", title: str = "Test feed") -> bytes:
    """A small RSS feed with one item for each title."""
    items = "".join(
        f"<item><title>{name}</title><link>http://example.org/{name}</link><guid>{name}</guid>{extra}</item>"
        for name in titles
    )
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>'
    return f"{head}<link>http://example.org/</link>{items}</channel></rss>".encode()
