"""What kind of document some bytes are, from their beginning alone."""

from __future__ import annotations

import re

LOOKED_AT = 4096

_LEADING = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FEED = re.compile(rb"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)


def looks_like_html(body: bytes) -> bool:
    """A web page, whatever its declared type: its root is HTML and no feed's root comes first."""
    start = _start(body)
    return bool(_HTML.match(start)) and not _FEED.search(start[:1024])


def looks_like_json(body: bytes) -> bool:
    return _start(body)[:1] in (b"{", b"[")


def _start(body: bytes) -> bytes:
    start = body[:LOOKED_AT]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:4]:
        start = start.replace(b"\0", b"").lstrip(b"\xff\xfe")  # near enough UTF-16 to see its tags
    start = start.removeprefix(b"\xef\xbb\xbf")
    match = _LEADING.match(start)
    return start[match.end() :] if match else start
