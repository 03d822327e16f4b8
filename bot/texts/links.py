"""Web addresses from feeds, made safe to show: what stands on the screen is where a press leads."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, urlsplit

LONGEST_LINK = 2_000  # what browsers and both chat platforms take without cutting


def safe_link(url: str) -> str:
    """The address to show and to open, or "" where it must not be shown as one.

    http and https only; no user-info (`https://un.org@evil.example/`); the host in its punycode
    form where its letters come from more than one script; everything but the host in ASCII, so
    that no direction or look-alike trick survives; at most 2,000 characters.
    """
    try:
        parts = urlsplit(url.strip()[: LONGEST_LINK + 1])
        port = parts.port
    except ValueError:
        return ""
    # Browsers read a backslash as a slash and drop tabs, so that the host seen is not the host met.
    if parts.scheme not in ("http", "https") or any(c in parts.netloc for c in "\\ \t\r\n"):
        return ""
    host = _host(parts.hostname or "")
    if not host:
        return ""
    link = f"{parts.scheme}://{host}" + (f":{port}" if port else "") + _ascii(parts.path)
    link += f"?{_ascii(parts.query)}" if parts.query else ""
    link += f"#{_ascii(parts.fragment)}" if parts.fragment else ""
    return link if len(link) <= LONGEST_LINK and len(url.strip()) <= LONGEST_LINK else ""


def host_of(url: str) -> str:
    """The host of a safe link, without "www."; "" where there is none."""
    link = safe_link(url)
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""


def _ascii(part: str) -> str:
    # "%" stays: the feed's own escapes are kept as they are.
    return quote(part, safe="/?#[]!$&'()*+,;=:@%~-._", errors="replace").replace("'", "%27")


def _host(host: str) -> str:
    host = unicodedata.normalize("NFKC", host).lower()
    if host.isascii():
        return host if host and all(c.isalnum() or c in "-._" for c in host) else _numbered(host)
    if any(not (c.isalnum() or unicodedata.category(c).startswith("M") or c in "-.") for c in host):
        return ""
    if len({_script(c) for c in host if c.isalpha()}) == 1:
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _numbered(host: str) -> str:
    """An IPv6 address goes back into its brackets; anything else odd is refused."""
    return f"[{host}]" if host and all(c in "0123456789abcdef:." for c in host) else ""


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ")[0]
