"""Terms and entities as admins type them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts.words import clean, listed
from news.watch import Kind, Term

LONGEST_TERM = 100
MOST_TERMS = 300  # of one entity; the starter pack's largest has a tenth of that


def entity_word(word: str) -> tuple[Kind, str]:
    """ "group:africa-corps" is a group; without a kind it is a theme."""
    kind, colon, name = word.partition(":")
    known = {entry.value: entry for entry in Kind}
    return (known[kind], name) if colon and kind in known else (Kind.THEME, word)


def parse(text: str) -> tuple[Term, ...] | str:
    """The terms of a comma-separated list, or in words what is wrong with it.

    "=AES" matches only as written, and so do short names in capitals: "aes" or "fan" would hit
    ordinary words.
    """
    found: dict[str, Term] = {}
    for part in text.split(","):
        name = " ".join(part.split()).strip("\"'“”«» ")
        exact = name.startswith("=")
        name = name.lstrip("= ")
        if not name:
            continue
        if len(name) > LONGEST_TERM:
            return f"A term has at most {LONGEST_TERM} letters: {clean(name, 40)}"
        if sum(letter.isalnum() for letter in name) < 2:
            return f"A term needs two letters at least: {clean(name, 40)}"
        found.setdefault(name.casefold(), Term(name, exact=exact or _capitals(name)))
    return tuple(found.values())[:MOST_TERMS] or "Which terms? Write them after the entity, with commas"


def shown(terms: Sequence[Term], most: int) -> str:
    """The terms in a row, the exact ones marked "=" as they are typed."""
    return listed([("=" if term.exact else "") + clean(term.text, 60) for term in terms], most)


def _capitals(name: str) -> bool:
    return len(name) <= 5 and name.isalpha() and name.isupper() and name.lower() != name
