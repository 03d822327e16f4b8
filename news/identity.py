"""Identity: by which keys the same item is known again, and the same text in another outlet.

Keys are 22 characters of base64url (16 bytes of BLAKE2b). An item has all the keys its feed gives
it; a match on any one says "known", so that a feed may change its ids, links or dates one at a time.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import blake2b

from news.address import canonical_link, is_address, is_home_page
from news.feed import FeedId
from news.item import Item
from news.words import words

__all__ = ["canonical_link", "fingerprint", "key_of_link", "keys", "shingles", "similarity"]

_DIGEST = 16
# A title of fewer words ("Journal de 7h", "En bref") returns within a day for other news, so it
# needs the whole time of day to tell.
_TELLING_TITLE = 4
_SHORT_TITLE = 5
_TELLING_WORDS = 6
_TEXT_WORDS = 12


def _key(*parts: str) -> str:
    raw = "\0".join(parts).encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(blake2b(raw, digest_size=_DIGEST).digest()).decode().rstrip("=")


def key_of_link(url: str) -> str:
    """The key that an item with this link has, whatever feed shows it."""
    return _key("link", canonical_link(url))


def keys(feed: FeedId, items: Sequence[Item], shared: Collection[str] = frozenset()) -> list[tuple[str, ...]]:
    """All keys of each item of one body, at least one each, the strongest first.

    Links are known across feeds; guids and titles within `feed`. A guid or link that items with
    different titles share in the body tells nothing and is no key; `shared` are those known to be so
    where `items` is only a part of the body.
    """
    known = frozenset(canonical_link(name) for name in shared)
    shared_guids = known | _shared(items, lambda item: canonical_link(item.guid))
    shared_links = known | _shared(items, lambda item: canonical_link(item.link))
    return [_keys_of(feed, item, shared_guids, shared_links) for item in items]


def _shared(items: Sequence[Item], name: Callable[[Item], str]) -> frozenset[str]:
    """The names that items with different titles have in common."""
    said: dict[str, str] = {}
    shared: set[str] = set()
    for item in items:
        title = _said(item)
        if said.setdefault(name(item), title) != title:
            shared.add(name(item))
    return frozenset(shared)


def _said(item: Item) -> str:
    return " ".join(words(item.title) or words(item.text))


def _keys_of(
    feed: FeedId, item: Item, shared_guids: frozenset[str], shared_links: frozenset[str]
) -> tuple[str, ...]:
    guid, link = canonical_link(item.guid), canonical_link(item.link)
    out: list[str] = []
    if guid and guid not in shared_guids and not is_home_page(guid):
        out.append(_key("guid", feed, guid))
        if is_address(guid) and guid not in shared_links:
            out.append(_key("link", guid))
    if link and link not in shared_links and not is_home_page(link):
        out.append(_key("link", link))
    title = " ".join(words(item.title))
    if title and item.published is not None:
        day = len(title.split()) >= _TELLING_TITLE
        when = item.published.date() if day else item.published
        out.append(_key("title", feed, title, when.isoformat()))
    told = words(item.text)[:_TEXT_WORDS]
    if item.published is None and len(title.split()) + len(told) >= _TELLING_WORDS:
        out.append(_key("told", feed, title, *told))
    if not out:
        out.append(_key("title", feed, _said(item)))
    return tuple(dict.fromkeys(out))


_TAIL = re.compile(r"\s+(?:[-–—|»•·]|::)\s+([^|–—•·]{2,40})$")


def fingerprint(item: Item) -> str:
    """A key that the same text has in every outlet; "" where it is too short to tell.

    Made of the title less its outlet tail ("… - Outlet"), and of the first words of the text
    where the title alone has fewer than five words.
    """
    title = words(without_outlet(item.title))
    if len(title) >= _SHORT_TITLE:
        return _key("content", *title)
    told = [*title, "|", *words(item.text)[:_TEXT_WORDS]]
    return _key("content", *told) if len(told) > _TELLING_WORDS + len(title) else ""


def without_outlet(title: str) -> str:
    """The title less an outlet's name at its end, as aggregators and web pages add it."""
    found = _TAIL.search(title)
    if found is None or not _names_outlet(found.group(1)) or len(words(title[: found.start()])) < 3:
        return title
    return title[: found.start()]


def _names_outlet(tail: str) -> bool:
    """A name: few words, and no small first letter."""
    return len(tail.split()) <= 4 and not tail[0].islower() and not tail.rstrip().endswith(("?", "!", "."))


_GRAM = 5
_SHINGLE = 4


def shingles(text: str, size: int = _GRAM) -> frozenset[str]:
    """The runs of `size` folded characters of a text, words parted by one space."""
    line = " ".join(words(text))
    return frozenset(line[i : i + size] for i in range(max(1, len(line) - size + 1))) if line else frozenset()


def similarity(a: str, b: str) -> float:
    """How far two texts are the same words, 0 to 1: the greater of the Jaccard measure of their
    character 5-grams, and the share of the shorter text's 4-word runs that stand in the longer."""
    grams_a, grams_b = shingles(a), shingles(b)
    if not grams_a or not grams_b:
        return 0.0
    jaccard = len(grams_a & grams_b) / len(grams_a | grams_b)
    runs_a, runs_b = _runs(words(a)), _runs(words(b))
    shorter = min(len(runs_a), len(runs_b))
    return max(jaccard, len(runs_a & runs_b) / shorter if shorter >= _SHINGLE else 0.0)


def _runs(line: Sequence[str]) -> frozenset[tuple[str, ...]]:
    ends: Iterable[int] = range(_SHINGLE, len(line) + 1)
    return frozenset(tuple(line[end - _SHINGLE : end]) for end in ends)
