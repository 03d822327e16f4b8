"""Bodies, read raw and inflated with a bound.

httpx's own decoders inflate a chunk without limit (1.8 kB of gzip inside gzip becomes 2 GB), so the
bytes are taken as they arrive, and only plain gzip is undone here."""

from __future__ import annotations

import zlib

from bot.ingest.faults import EncodingError, TooBigError

MAX_MEMBERS = 64
"""Gzip members in one body: servers send one; a chain of empty ones is only work."""


class Inflater:
    """Collects a body up to its limits. `feed` each raw chunk, then `finish`."""

    def __init__(self, encoding: str, *, max_raw: int, max_inflated: int) -> None:
        kind = encoding.strip().lower()
        if kind not in ("", "identity", "gzip", "x-gzip"):
            raise EncodingError(f"content encoding {encoding[:60]!r}; only gzip is asked for")
        self._gunzip = zlib.decompressobj(16 + zlib.MAX_WBITS) if kind.endswith("gzip") else None
        self._members = 1
        self._max_raw = max_raw
        self._max_inflated = max_inflated
        self._raw = 0
        self._size = 0
        self._parts: list[bytes] = []

    @property
    def size(self) -> int:
        return self._size

    def feed(self, chunk: bytes) -> None:
        self._raw += len(chunk)
        if self._raw > self._max_raw:
            raise TooBigError(f"more than {self._max_raw:,} bytes on the wire")
        if self._gunzip is None:
            self._keep(chunk)
            return
        while chunk:
            chunk = self._inflate(chunk)

    def finish(self) -> bytes:
        if self._gunzip is not None and self._raw and not self._gunzip.eof:
            raise EncodingError("the gzip stream ends in the middle")
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def _inflate(self, chunk: bytes) -> bytes:
        """Inflates one chunk within what is left of the limit; returns what follows its member."""
        if self._gunzip is None or self._gunzip.eof:
            chunk = chunk.lstrip(b"\0")  # padding, as tar and some servers leave it
            if not chunk:
                return b""
            self._members += 1
            if self._members > MAX_MEMBERS:
                raise EncodingError("too many gzip members")
            self._gunzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            self._keep(self._gunzip.decompress(chunk, self._max_inflated - self._size + 1))
        except zlib.error as error:
            raise EncodingError(f"not gzip as announced: {error}") from error
        # With output bounded one byte above the limit, input left over has gone beyond it already.
        return self._gunzip.unused_data if self._gunzip.eof else b""

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._max_inflated:
            raise TooBigError(f"more than {self._max_inflated:,} bytes inflated")
        if data:
            self._parts.append(data)
