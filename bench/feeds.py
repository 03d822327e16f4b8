"""Synthetic feeds on loopback: `python -m bench.feeds COUNT`. Prints the port once it listens.

Each feed has an address of its own in 127/8, as feeds have hosts of their own. A run's state (which
feeds changed, whether validators are sent) hangs on the first part of the path, so that contenders do
not disturb each other: `/RUN/17`; `/RUN/change` renews five feeds in a hundred, `/RUN/plain` stops
validators. The server's work is not counted in the bench."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from email.utils import formatdate

HOSTS = 1000
EPOCH = 1_700_000_000
_TEXT = (
    "the of and army region convoy village mayor talks agreement border river market ceasefire elections "
    "council minister général transition déplacés sécurité accord région attaque communiqué armée marché "
    "école frontière ville mission civils переговоры армия министр заявил граница регион соглашение город "
    "الجيش الوزير المدينة الحدود اتفاق منطقة السوق محادثات القرية بعثة"
)
_WORDS = _TEXT.split()


def address(feed: int) -> str:
    host = feed % HOSTS
    return f"127.{1 + host // 250}.0.{1 + host % 250}"


def item(feed: int, number: int) -> str:
    """One item, the same at each call: 30 to 100 of them make a feed of some 94 kB."""
    chance = random.Random(feed * 100_003 + number)
    words = chance.choices(_WORDS, k=14)
    text = " ".join(chance.choices(_WORDS, k=70))
    full = ""
    if number % 4 == 0:
        body = "".join(f"&lt;p&gt;{' '.join(chance.choices(_WORDS, k=60))}&lt;/p&gt;" for _ in range(4))
        full = f"<content:encoded>{body}</content:encoded>"
    link = f"http://{address(feed)}/story/{number}-{words[0]}"
    return (
        f"<item><title>{' '.join(words[:9])} {number}</title><link>{link}</link>"
        f'<guid isPermaLink="false">{feed}-{number}</guid>'
        f"<pubDate>{formatdate(EPOCH + number * 1800)}</pubDate><category>{words[10]}</category>"
        f"<description>&lt;p&gt;{text}&lt;/p&gt;&lt;a href=&quot;{link}&quot;&gt;more&lt;/a&gt;</description>"
        f"{full}</item>\n"
    )


def document(feed: int, version: int) -> bytes:
    size = random.Random(feed).randint(30, 100)
    newest = size + version * 2
    items = "".join(item(feed, number) for number in range(newest, newest - size, -1))
    head = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Feed {feed}</title><link>http://{address(feed)}/</link><language>en</language>"
    )
    return f"{head}\n{items}</channel></rss>\n".encode()


@dataclass(slots=True)
class Run:
    versions: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    changes: int = 0
    plain: bool = False


class Feeds:
    def __init__(self, count: int) -> None:
        self._bodies = {(feed, 0): document(feed, 0) for feed in range(count)}
        self._count = count
        self._runs: dict[str, Run] = defaultdict(Run)

    def answer(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1].decode()
        _, name, last = path.split("/")
        run = self._runs[name]
        if last == "change":
            for feed in range(run.changes % 20, self._count, 20):
                run.versions[feed] += 1
            run.changes += 1
            return _whole(b"ok", "")
        if last == "plain":
            run.plain = True
            return _whole(b"ok", "")
        feed, version = int(last), run.versions[int(last)]
        tag = f'"{feed}-{version}"'
        if not run.plain and f"if-none-match: {tag}\r\n".encode() in request.lower():
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        body = self._bodies.get((feed, version))
        if body is None:
            body = self._bodies[feed, version] = document(feed, version)
        return _whole(body, "" if run.plain else tag)


def _whole(body: bytes, tag: str) -> bytes:
    validator = f"ETag: {tag}\r\n" if tag else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\n{validator}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class _Connection(asyncio.Protocol):
    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            request, _, self._asked = self._asked.partition(b"\r\n\r\n")
            self._transport.write(self._feeds.answer(request + b"\r\n"))


async def serve(count: int) -> None:
    feeds = Feeds(count)
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: _Connection(feeds), "127.0.0.1", 0)
    port = first.sockets[0].getsockname()[1]
    hosts = sorted({address(feed) for feed in range(count)})
    await loop.create_server(lambda: _Connection(feeds), hosts, port, backlog=64)
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
