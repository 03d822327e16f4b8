"""Which characters the bytes of a feed stand for. Decided here, then everything after is UTF-8.

feedparser falls back to Latin-2 when one byte is wrong, which turns a whole Cyrillic or Arabic feed to
rubbish; servers name encodings that are not those of the document. So the bytes have the first word.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# Real character sets only: Python's codec table also holds zlib, rot13, punycode and the like.
_KNOWN = re.compile(
    r"(iso8859|cp\d{3,4}$|koi8|mac|gb|big5|euc|shift_jis|iso2022|johab|hz$|tis|kz1048|ptcp154)"
)
# What these labels mean on the web (WHATWG Encoding Standard): the Windows superset.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Controls that XML 1.0 forbids; one of them makes a strict parser give the document up.
_CONTROLS = bytes(c for c in range(0x20) if c not in (0x09, 0x0A, 0x0D))


def to_utf8(body: bytes, content_type: str = "") -> bytes:
    """The document in UTF-8, without byte order mark or forbidden controls, its declaration saying so.

    Order: byte order mark; the width of the first characters; valid (or nearly valid) UTF-8 whatever
    is declared, wrong bytes becoming U+FFFD; the HTTP charset; the XML declaration; Windows-1252.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _declared(_encoded(body[len(mark) :].decode(name, "replace")))
    for start, name in _WIDE:
        if body.startswith(start):
            return _declared(_encoded(body.decode(name, "replace")))
    labels = _labels(body, content_type)
    if any(label.startswith(("iso2022", "hz")) for label in labels):  # pure ASCII bytes, yet not ASCII
        return _declared(_encoded(body.decode(labels[0], "replace")))
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _declared(_encoded(_guessed(body, labels)))
    return _declared(body.translate(None, _CONTROLS))


def _guessed(body: bytes, labels: list[str]) -> str:
    text = body.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    if wrong * 4 <= right:  # other encodings read as UTF-8 are nearly all wrong
        return text
    for label in labels:
        try:
            return body.decode(label)
        except UnicodeDecodeError:
            continue
    return body.decode(labels[0] if labels else "cp1252", "replace")


def _labels(body: bytes, content_type: str) -> list[str]:
    """The declared single-byte and East Asian encodings that we know, HTTP's first."""
    http = _CHARSET.search(content_type)
    xml = _DECLARATION.match(body[:300])
    names = [http.group(1) if http else "", xml.group(1).decode("ascii") if xml else ""]
    found: list[str] = []
    for name in names:
        try:
            known = codecs.lookup(name).name if name else ""
        except LookupError:
            continue
        known = _SUPERSETS.get(known, known)
        if _KNOWN.match(known) and known not in found:
            found.append(known)
    return found


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace").translate(None, _CONTROLS)


def _declared(body: bytes) -> bytes:
    """The document with its declaration, where it names an encoding, naming UTF-8."""
    match = _DECLARATION.match(body[:300])
    if match is None or match.group(1).lower() == b"utf-8":
        return body
    return body[: match.start(1)] + b"utf-8" + body[match.end(1) :]
