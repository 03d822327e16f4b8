"""What a server says beside the body: validators, how long to wait, what the bytes are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.ingest.faults import TooBigError

MAX_BYTES = 64 * 1024
"""All header lines of one answer together."""

MAX_VALIDATOR = 512
"""An ETag longer than this is not kept: the feed is then simply fetched whole."""

MAX_WAIT = timedelta(hours=24)
"""Longest Retry-After obeyed; a longer one would let a server silence its feed."""

CLOCK_SLACK = timedelta(minutes=5)
"""How far ahead a server's clock may be before its Last-Modified counts as false."""

Headers = dict[str, str]


def collect(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Lower-case names to values; of repeated lines the values joined, as HTTP reads them.

    Raises `TooBigError` where they are bigger than `MAX_BYTES`.
    """
    found: Headers = {}
    size = 0
    for name, value in raw:
        size += len(name) + len(value) + 4
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    if size > MAX_BYTES:
        raise TooBigError(f"{size:,} bytes of headers")
    return found


def etag(headers: Headers) -> str:
    value = headers.get("etag", "").strip()
    return value if len(value) <= MAX_VALIDATOR and value.isprintable() else ""


def last_modified(headers: Headers, now: datetime) -> str:
    """The server's Last-Modified as written, "" where it is no date or lies in the future: sent
    back, a future date is answered 304 until that day."""
    value = headers.get("last-modified", "").strip()
    at = _date(value)
    return value if at is not None and at <= now + CLOCK_SLACK else ""


def max_age(headers: Headers, now: datetime) -> timedelta | None:
    """How long the answer stays fresh by Cache-Control or Expires; None where neither says."""
    for part in headers.get("cache-control", "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.strip('"').isdigit():
            age = headers.get("age", "0").strip()
            passed = int(age[:9]) if age.isdigit() else 0
            return timedelta(seconds=max(0, min(int(value.strip('"')[:9]), 10**8) - passed))
    expires = _date(headers.get("expires", ""))
    if expires is None:
        return None
    return max(timedelta(0), expires - (_date(headers.get("date", "")) or now))


def retry_after(headers: Headers, now: datetime) -> timedelta | None:
    """Retry-After in seconds or as a date, at most `MAX_WAIT`."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), MAX_WAIT)
    at = _date(value)
    return None if at is None else min(max(timedelta(0), at - now), MAX_WAIT)


def _date(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text[:100])
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
