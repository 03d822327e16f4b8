"""Feed lists as OPML 2.0: read with the line of every fault, and written with our own fields.

Other programs read the title, address and language; our further fields stand in a namespace of
their own, so that a list that was written here comes back whole. Reading is by expat with every
document type and entity refused: no entity can grow, and none can name another file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from pydantic import ValidationError

from bot.ingest import explain
from bot.ingest.codes import LANGUAGES
from bot.ingest.dump import feed_fields
from bot.ingest.models import ID_LENGTH, FeedEntry
from bot.ingest.problem import CatalogError, Problem
from news.feed import FeedSpec
from news.text import display

NAMESPACE = "urn:sahelwatch:feeds"
MAX_BYTES = 4 * 1024 * 1024
MAX_OUTLINES = 20_000
MAX_DEPTH = 64

_OURS = ("id", "languages", "country", "family", "affiliation", "reliability", "reason", "interval", "note")
# The prefix is read as it is written: many writers of OPML declare no namespaces.
_PREFIX = "sahelwatch:"


@dataclass(slots=True)
class FeedList:
    """What an OPML file holds: usable feeds with their line, and the faults of the others."""

    entries: list[tuple[int, FeedSpec]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def looks_like_opml(data: bytes) -> bool:
    """Whether a file is meant as XML, not as YAML."""
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")


def read_opml(data: bytes, name: str) -> FeedList:
    """Every usable feed of an OPML file; raises `CatalogError` where it is not OPML at all."""
    if len(data) > MAX_BYTES:
        raise CatalogError([Problem(name, 0, 0, f"is larger than {MAX_BYTES // 1024 // 1024} MiB")])
    reader = _Reader(name)
    reader.read(data)
    return reader.found


def dump_opml(specs: Iterable[FeedSpec], title: str = "sahelwatch feeds") -> str:
    """The OPML text; `read_opml` reads the same specs from it."""
    rows = "\n".join(f"    {_outline(spec)}" for spec in specs)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<opml version="2.0" xmlns:sahelwatch="{NAMESPACE}">\n'
        f"  <head>\n    <title>{_escape(title)}</title>\n  </head>\n"
        f"  <body>\n{rows}\n  </body>\n</opml>\n"
    )


def make_id(title: str, url: str, taken: Iterable[str] = ()) -> str:
    """An id from the title, else the host's name, that is not among `taken`."""
    host = re.sub(r"^https?://(www\.)?|[/:?#].*$", "", url)
    base = _slug(title) or _slug(host) or "feed"
    known = set(taken)
    names = (base, *(f"{base[: ID_LENGTH - 5].rstrip('-')}-{number}" for number in range(2, len(known) + 3)))
    return next(name for name in names if name not in known)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:ID_LENGTH].strip("-")


def _outline(spec: FeedSpec) -> str:
    fields = feed_fields(spec)
    attributes = {"type": "rss", "text": spec.title, "title": spec.title, "xmlUrl": spec.url}
    if spec.languages:
        attributes["language"] = spec.languages[0]
    for name in _OURS:
        value = fields.get(name)
        if value:
            attributes[_PREFIX + name] = " ".join(value) if isinstance(value, list) else str(value)
    return f"<outline {' '.join(f'{name}={_attribute(value)}' for name, value in attributes.items())}/>"


def _attribute(value: str) -> str:
    return quoteattr(_printable(value))


def _escape(value: str) -> str:
    return _printable(value).replace("&", "&amp;").replace("<", "&lt;")


def _printable(value: str) -> str:
    """Without the characters that XML cannot hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", value)


class _Reader:
    """Reads one file; one use."""

    def __init__(self, name: str) -> None:
        self.found = FeedList()
        self._name = name
        self._depth = 0
        self._outlines = 0
        self._ids: dict[str, int] = {}
        self._urls: dict[str, int] = {}
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def read(self, data: bytes) -> None:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            said = f"is not OPML: {expat.ErrorString(error.code)}"
            raise CatalogError([Problem(self._name, error.lineno, error.offset + 1, said)]) from None
        except (LookupError, ValueError) as error:
            raise CatalogError([Problem(self._name, 1, 1, f"is not OPML: {error}")]) from None

    def _doctype(self, *_: object) -> None:
        raise CatalogError([self._problem("a document type is refused: remove the <!DOCTYPE …>")])

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and tag.casefold() != "opml":
            raise CatalogError([self._problem(f"is not OPML: its first element is <{tag[:40]}>")])
        if tag.casefold() != "outline":
            return
        self._outlines += 1
        if self._outlines > MAX_OUTLINES or self._depth > MAX_DEPTH:
            raise CatalogError([self._problem("too many outlines, or nested too deeply")])
        url = _any_case(attributes, "xmlurl")
        if url is not None:
            self._feed(url.strip(), attributes)

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _feed(self, url: str, attributes: Mapping[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        if url in self._urls:
            self._report(f"{url}: stands in line {self._urls[url]} already")
            return
        try:
            spec = FeedEntry.model_validate(_fields(url, attributes, self._ids)).spec()
        except ValidationError as error:
            for fault in error.errors():
                self._report(f"{url[:200]}: {explain.message(fault, FeedEntry)}")
            return
        if spec.id in self._ids:
            self._report(f'{url}: the id "{spec.id}" stands in line {self._ids[spec.id]} already')
            return
        self._urls[url] = self._ids[spec.id] = line
        self.found.entries.append((line, spec))

    def _report(self, message: str) -> None:
        self.found.problems.append(self._problem(message))

    def _problem(self, message: str) -> Problem:
        parser = self._parser
        return Problem(self._name, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, message)


def _fields(url: str, attributes: Mapping[str, str], taken: Iterable[str]) -> dict[str, object]:
    """An outline's attributes as the fields of the catalogue."""
    fields: dict[str, object] = {
        name: attributes[_PREFIX + name] for name in _OURS if _PREFIX + name in attributes
    }
    named = (display(_any_case(attributes, name) or "").strip() for name in ("title", "text"))
    title = next(filter(None, named), url)
    given = fields.get("languages")
    languages = str(given).split() if given is not None else _usual(_any_case(attributes, "language") or "")
    return {"id": make_id(title, url, taken)} | fields | {"url": url, "title": title, "languages": languages}


def _any_case(attributes: Mapping[str, str], name: str) -> str | None:
    """Writers of OPML disagree about the case of its attributes."""
    return next((value for key, value in attributes.items() if key.casefold() == name), None)


def _usual(language: str) -> list[str]:
    """What other programs write as a language (fr, fr-FR, en_us, unknown), as far as it is one."""
    code = re.split("[-_]", language.strip().lower())[0]
    return [code] if code in LANGUAGES else []
