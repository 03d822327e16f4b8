"""The demo's outlets: recorded items, served as RSS on loopback, each from its time on."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

ITEMS = Path(__file__).parent / "items.jsonl"
WINDOW = 20


@dataclass(frozen=True, slots=True)
class DemoItem:
    at: datetime
    outlet: str
    language: str
    title: str
    description: str
    link: str
    event: str


def recorded(path: Path = ITEMS) -> tuple[DemoItem, ...]:
    """The demo's items in order of appearance."""
    items = []
    for line in path.read_text(encoding="utf-8").splitlines():
        value = json.loads(line)
        items.append(
            DemoItem(
                datetime.fromisoformat(value["at"]), value["outlet"], value["language"], value["title"],
                value["description"], value["link"], value["event"],
            )
        )  # fmt: skip
    return tuple(sorted(items, key=lambda item: item.at))


class Outlets:
    """A loopback server: `/<outlet>` is that outlet's feed as of `now()`."""

    def __init__(self, items: tuple[DemoItem, ...], now: Callable[[], datetime]) -> None:
        self._items: defaultdict[str, list[DemoItem]] = defaultdict(list)
        for item in items:
            self._items[item.outlet].append(item)
        self._now = now
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True, name="outlets")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._items)

    def url(self, outlet: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{outlet}"

    def __enter__(self) -> Outlets:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def rss(self, outlet: str) -> bytes | None:
        if outlet not in self._items:
            return None
        now = self._now()
        shown = [item for item in self._items[outlet] if item.at <= now][-WINDOW:]
        body = "".join(_element(item) for item in reversed(shown))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            f"<title>{escape(outlet)}</title><link>https://{escape(outlet)}.example/</link>"
            f"<description>demo</description>{body}</channel></rss>"
        ).encode()


def _element(item: DemoItem) -> str:
    return (
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f'<guid isPermaLink="true">{escape(item.link)}</guid><pubDate>{format_datetime(item.at)}</pubDate>'
        f"<description>{escape(item.description)}</description></item>"
    )


def _handler(outlets: Outlets) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: else each answer waits 40 ms for the client's kernel.
        wbufsize = -1

        def do_GET(self) -> None:
            body = outlets.rss(self.path.strip("/"))
            tag = f'"{hashlib.blake2b(body or b"", digest_size=8).hexdigest()}"'
            if body is None:
                self._answer(404, tag, b"")
            elif self.headers.get("If-None-Match") == tag:
                self._answer(304, tag, b"")
            else:
                self._answer(200, tag, body)

        def _answer(self, status: int, tag: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """The demo shows alerts, not requests."""

    return Handler
