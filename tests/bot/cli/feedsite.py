"""A small site on loopback: feeds that are well, stale, moved, broken, and a page that names one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


def rss(title: str, *, age: timedelta | None = timedelta(hours=1), count: int = 3) -> str:
    """A feed of that many items; `age` is that of the newest, None gives items without dates."""
    date = "" if age is None else f"<pubDate>{format_datetime(datetime.now(UTC) - age)}</pubDate>"
    items = "".join(
        f"<item><title>{title} item {number}</title><link>https://site.example/{number}</link>"
        f"<guid>{title}-{number}</guid>{date}</item>"
        for number in range(count)
    )
    head = f"<title>{title}</title><link>https://site.example/</link><language>fr</language>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


PAGES = {
    "/well": rss("Well"),
    "/stale": rss("Stale", age=timedelta(days=90)),
    "/dateless": rss("Dateless", age=None),
    "/empty": rss("Empty", count=0),
    "/page": '<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/well">'
    "</head><body>News [bold]of today</body></html>",
    "/nothing": "<!DOCTYPE html><html><body>no feed here</body></html>",
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/well")
            self.end_headers()
            return
        body = PAGES.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if body.startswith(b"<!D") else "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def site() -> Iterator[str]:
    """The address of a running site, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
