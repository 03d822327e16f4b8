"""Feed markup to plain text. No markup of a feed is ever passed on, so nothing is sanitised: it goes."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

# Elements whose content is not text for readers.
_SILENT = frozenset(
    {"script", "style", "iframe", "noscript", "template", "svg", "math", "object", "head", "title"}
)
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "embed", "area", "col"})
_BLOCK_NAMES = (
    "address article aside blockquote br caption dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section select summary table "
    "tbody td tfoot th thead tr ul"
)
_BLOCK = frozenset(_BLOCK_NAMES.split())
_ESCAPED_LAYERS = 2  # feeds escape twice by mistake, never three times

_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|img|ul|ol|li|h[1-6]|table|tr|td|th|blockquote|figure|iframe|script|style"
    r"|font|hr|small|sup|sub|section|article)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&[a-zA-Z#]")
_ESCAPED_TAG = re.compile(r"&(?:amp;)?lt;/?[a-z]", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_CUT_TAG = re.compile(r"<[a-zA-Z/!][^<>]*\Z")
# A "<" that the next "<" or the end finds open. The parser would read on from each to the end of the
# text, so that its time grows with the square of the length.
_LOOSE = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_BLANK = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_TAILS = re.compile(
    r"(?:"
    r"The post .{1,300}? (?:first appeared|appeared first) on .{1,120}?"
    r"|(?:L['’]article|Cet article|Le contenu) .{1,300}? est apparu en premier sur .{1,120}?"
    r"|La entrada .{1,300}? (?:se publicó primero en|aparece primero en) .{1,120}?"
    r"|Сообщение .{1,300}? (?:появились сначала на|появилось сначала на) .{1,120}?"
    r"|(?:\[…\]|\[\.\.\.\]|…)?\s*(?:Lire la suite|Lire l['’]article(?: complet)?"
    r"|Lire plus|En savoir plus|Read more|Continue reading|Read the full (?:story|article)"
    r"|Leer más|Seguir leyendo|Читать далее|Читать дальше"
    r"|اقرأ المزيد|قراءة المزيد)(?:\s+(?:sur|on|at|de|of)\s.{1,120}?)?\s*(?:\.{3}|…|»|›|→|>|:|\[…\])*"
    r")\s*\Z",
    re.IGNORECASE,
)
_LONGEST_TAIL = 450
_CREDIT = re.compile(r"(?:(?<=\n)|\A)(?:©\s*)?(?:AFP|Reuters|AP|EFE|REUTERS)\s*\.?\s*(?:\n|\Z)")

_Attributes = list[tuple[str, str | None]]


class _Reader(HTMLParser):
    """Collects the text of a document; block elements part lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:  # noqa: ARG002
        if tag in _BLOCK:
            self.pieces.append("\n")
        if tag in _SILENT and tag not in _VOID:
            self._silent.append(tag)

    def handle_startendtag(self, tag: str, attrs: _Attributes) -> None:  # noqa: ARG002
        if tag in _BLOCK:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCK:
            self.pieces.append("\n")
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def _without_comments(markup: str) -> str:
    if "<!--" not in markup:
        return markup
    first, *rest = markup.split("<!--")
    return first + "".join(piece.partition("-->")[2] for piece in rest)


def _text_of(markup: str) -> str:
    reader = _Reader()
    reader.feed(_LOOSE.sub("&lt;", _without_comments(markup)))
    reader.close()
    return "".join(reader.pieces)


def plain(html: str) -> str:
    """The text of a feed's title or description: lines parted by one line break, no markup.

    Text that is escaped twice is read as what it was meant to be. Boilerplate tails ("The post …
    appeared first on …", "Lire la suite") and a lone agency credit line are left out.
    """
    text = html
    if _MARKUP.search(html):
        text = _text_of(_CUT_TAG.sub("", _CDATA.sub(r"\1", html)))
        for _ in range(_ESCAPED_LAYERS):
            if not _TAG.search(text) and not _ESCAPED_TAG.search(text):
                break
            text = _text_of(unescape(text) if _ESCAPED_TAG.search(text) else text)
    text = _LINES.sub("\n", _BLANK.sub(" ", text.replace("\xa0", " "))).strip()
    tail = max(0, len(text) - _LONGEST_TAIL)
    found = _TAILS.search(text, tail)
    return _CREDIT.sub("", text[: found.start()] if found else text).strip()
