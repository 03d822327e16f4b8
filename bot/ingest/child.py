"""The parser process: `python -m bot.ingest.child`. Reads documents on its standard input, writes plain
data on its standard output, and nothing else; its limits are set before it reads the first byte.

A frame is four bytes of length (big endian) and that many bytes. A question is two frames: JSON
(`base`, `now` in epoch seconds, `cpu` seconds) and the document. An answer is one: JSON, either `error`,
or `title`, `site`, `language`, `kind` and `entries` (guid, link, title, text, epoch seconds or null,
language)."""

from __future__ import annotations

import calendar
import io
import json
import re
import resource
import struct
import sys
import time
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

MAX_ENTRIES = 500
MAX_FIELD = 64 * 1024
"""Bytes of UTF-8 of one field."""

MAX_ANSWER = 8 * 1024 * 1024
"""Text of one answer; beyond it, fields are cut to `SHORT_FIELD` bytes."""

SHORT_FIELD = 1024
MAX_ADDRESS = 2000
FIRST_YEAR = calendar.timegm((1990, 1, 1, 0, 0, 0))
DAYS_AHEAD = 2 * 86400
"""A date further in the future than this is no date; a nearer one is taken for now."""

# References to what is no character (surrogates, beyond Unicode, controls): feedparser raises on them.
_NO_CHARACTER = re.compile(rb"&#(?:[xX]0*([0-9a-fA-F]{1,12})|0*([0-9]{1,12}));")
_ODD_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[dD][89a-fA-F]|[0-9a-fA-F]?;|1[0-9a-fA-F];|[0-9a-fA-F]{6})"
    rb"|0*(?:5[5-7][0-9]{3}|[0-9]{7}|[0-9]?;|[12][0-9];|3[01];))"
)


def confine(memory: int) -> None:
    """Bounds this process: address space in bytes, no core files, nothing written to disk."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answers until the other side closes."""
    while (head := _frame(questions)) is not None:
        body = _frame(questions)
        asked = json.loads(head)
        _allow(asked["cpu"])
        try:
            answer = read(body or b"", asked["base"], asked["now"])
        except MemoryError:
            answer = {"error": "it takes more memory than a feed may"}
        except Exception as error:
            # feedparser raises on about one in a hundred mangled documents, from many places.
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        answer["size"] = _resident()
        raw = json.dumps(answer).encode("ascii")
        answers.write(struct.pack(">I", len(raw)) + raw)
        answers.flush()


def read(document: bytes, base: str, now: float) -> dict[str, Any]:
    """One document (UTF-8) as plain data. Raises whatever feedparser raises."""
    import feedparser  # type: ignore[import-untyped]  # once confined

    if _ODD_REFERENCE.search(document):
        document = _NO_CHARACTER.sub(_character, document)
    found = feedparser.parse(
        io.BytesIO(document),  # never bytes or text: feedparser would try them as a file's name
        # No address of the document: feedparser would join ids to it, and they would change with it.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # all markup is taken away below
        resolve_relative_uris=False,
    )
    feed = found.feed
    site = _address(_text(feed.get("link")), base)
    language = _language(feed.get("language"))
    room = [MAX_ANSWER]
    entries = [_entry(entry, site or base, now, language, room) for entry in found.entries[:MAX_ENTRIES]]
    return {
        "kind": found.version,
        "title": _line(feed.get("title"), room),
        "site": site,
        "language": language,
        "count": len(found.entries),
        "entries": entries,
    }


def _entry(entry: Any, base: str, now: float, language: str, room: list[int]) -> list[Any]:
    return [
        _bounded(_text(entry.get("id")).strip(), [MAX_ADDRESS]),
        _link(entry, base),
        _line(entry.get("title"), room),
        _bounded(_longest(entry), room),
        _published(entry, now),
        _language((entry.get("title_detail") or {}).get("language")) or language,
    ]


def _longest(entry: Any) -> str:
    """The fullest text the entry brings: content where there is some, else the summary."""
    from news.text import plain

    texts = [_text(part.get("value")) for part in entry.get("content") or [] if _textual(part)]
    texts.append(_text(entry.get("summary")))
    return max((plain(text[: 8 * MAX_FIELD]) for text in texts if text), key=len, default="")


def _textual(part: Any) -> bool:
    kind = _text(part.get("type"))
    return not kind or kind.startswith("text/") or kind.endswith("xml")


def _line(value: object, room: list[int]) -> str:
    from news.text import display, plain

    return _bounded(display(plain(_text(value)[:MAX_FIELD])), room)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _bounded(text: str, room: list[int]) -> str:
    """Without surrogates and NUL, within a field's limit and what is left of the whole answer's."""
    raw = text.encode("utf-8", "ignore").replace(b"\0", b"")
    limit = MAX_FIELD if room[0] > MAX_FIELD else min(MAX_FIELD, max(room[0], SHORT_FIELD))
    if len(raw) > limit:
        raw = raw[:limit]
    room[0] -= len(raw)
    return raw.decode("utf-8", "ignore")


def _link(entry: Any, base: str) -> str:
    link = _text(entry.get("link"))
    if entry.get("guidislink") and "://" not in link:
        return ""  # an id that only by default counts as an address
    return _address(link, base)


def _address(link: str, base: str) -> str:
    """An absolute http(s) address, "" where there is none. Text of such a length is no address."""
    try:
        joined = urljoin(base, link.strip()) if link.strip() else ""
        parts = urlsplit(joined)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and len(joined) <= MAX_ADDRESS
        fit = fit and joined != base  # "http:" and the like
    except ValueError:
        return ""
    return joined.encode("utf-8", "ignore").decode() if fit and joined.isprintable() else ""


def _published(entry: Any, now: float) -> int | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = dict.get(entry, name)  # dict's own: feedparser's get answers one date for another
        if not moment:
            continue
        try:
            at = calendar.timegm(moment)
        except (ValueError, OverflowError, TypeError):
            continue
        if FIRST_YEAR <= at <= now + DAYS_AHEAD:
            return min(at, int(now))
    return None


def _language(tag: object) -> str:
    """ISO 639-1 code of a language tag, "" where it is none."""
    code = _text(tag).strip().lower().replace("_", "-").partition("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _character(match: re.Match[bytes]) -> bytes:
    hexadecimal, decimal = match.groups()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    good = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000
    return match.group() if good else "\ufffd".encode()


def _allow(seconds: float) -> None:
    """Lets this document use so much CPU time; beyond it the kernel ends the process."""
    used = time.process_time()
    limit = int(used + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _resident() -> int:
    """This process's memory in KiB now. Not its ru_maxrss: that begins with the parent's."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize() // 1024
    except OSError:  # no /proc: the process is then kept as it is
        return 0


def _frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    return stream.read(struct.unpack(">I", head)[0])


if __name__ == "__main__":
    confine(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
