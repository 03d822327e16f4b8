"""Items: what was stored, by which keys it is known, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, select, update

from news.feed import FeedId
from news.item import Fate, Item, ItemId, StoredItem
from news.watch import EntityId, Kind, Match, WatchlistId
from storage import bulk
from storage.session import Record, Session, chunks
from storage.tables import item, item_key, item_match, story, story_member

# A feed may list its items for years. Keys of each feed's newest items are never pruned, so that
# what a slow feed still lists stays known: more than any feed's window in one body of 10 MiB that
# was seen in practice.
_KEPT_PER_FEED = 5_000


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to store. `keys` are all its keys; `body_hash` its content fingerprint or ""."""

    feed: FeedId
    item: Item
    first_seen: datetime
    keys: tuple[str, ...]
    fate: Fate
    fate_ref: str = ""
    fate_note: str = ""
    body_hash: str = ""


class Items:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def known(self, keys: Collection[str]) -> dict[str, ItemId]:
        """Those of `keys` that stored items have."""
        found: dict[str, ItemId] = {}
        for some in chunks(tuple(keys)):
            query = select(item_key.c.key, item_key.c.item_id).where(item_key.c.key.in_(some))
            found.update((row.key, ItemId(row.item_id)) for row in self._connection.execute(query))
        return found

    def add(self, rows: Sequence[NewItem]) -> tuple[ItemId, ...]:
        """Stores items and their keys; the ids, in order. A key that an older item has stays its."""
        if not rows:
            return ()
        ids = tuple(self._session.reserve(item, len(rows)))
        bulk.insert(self._session, item, [_values(id_, row) for id_, row in zip(ids, rows, strict=True)])
        day = rows[0].first_seen.toordinal()
        keys = [(key, id_, day) for id_, row in zip(ids, rows, strict=True) for key in row.keys]
        bulk.insert(self._session, item_key, keys)
        return tuple(map(ItemId, ids))

    def add_keys(self, rows: Sequence[tuple[str, ItemId]]) -> None:
        """Further keys of stored items. A key that another item has stays its."""
        day = self._session.db_now().toordinal()
        bulk.insert(self._session, item_key, [(key, id_, day) for key, id_ in rows])

    def settle(self, fates: Sequence[tuple[ItemId, Fate, str, str]]) -> None:
        """Writes what became of items: id, fate, public id it points to, note."""
        if fates:
            query = update(item).where(item.c.id == bindparam("of"))
            values: dict[str, Any] = {
                "fate": bindparam("f"),
                "fate_ref": bindparam("r"),
                "fate_note": bindparam("n"),
            }
            rows = [{"of": id_, "f": fate.value, "r": ref, "n": note} for id_, fate, ref, note in fates]
            self._connection.execute(query.values(values), rows)

    def add_matches(self, rows: Sequence[tuple[ItemId, Match]]) -> None:
        if rows:
            self._connection.execute(insert(item_match), [_match_values(id_, match) for id_, match in rows])

    def get(self, id: ItemId) -> StoredItem | None:
        return self._first(item.c.id == id)

    def by_link(self, key: str) -> StoredItem | None:
        """The item that has this key (of its canonical link, or any other)."""
        return self._first(item.c.id.in_(select(item_key.c.item_id).where(item_key.c.key == key)))

    def by_fingerprint(self, fp: str, since: datetime) -> StoredItem | None:
        """The newest item with this content fingerprint first seen at or after `since`."""
        return self._first((item.c.body_hash == fp) & (item.c.first_seen >= since)) if fp else None

    def _first(self, where: ColumnElement[bool]) -> StoredItem | None:
        query = select(item).where(where).order_by(item.c.first_seen.desc(), item.c.id.desc()).limit(1)
        row = self._connection.execute(query).first()
        return stored(row) if row else None

    def matches(self, id: ItemId) -> tuple[Match, ...]:
        query = select(item_match).where(item_match.c.item_id == id).order_by(item_match.c.id)
        return tuple(match_of(row) for row in self._connection.execute(query))

    def recent(
        self, limit: int, watchlists: Iterable[WatchlistId] = (), since: datetime | None = None
    ) -> tuple[StoredItem, ...]:
        """The newest items, as they came in; of `watchlists` only, where any is given."""
        query = select(item).order_by(item.c.id.desc()).limit(limit)
        if wanted := tuple(watchlists):
            query = query.where(
                item.c.id.in_(select(item_match.c.item_id).where(item_match.c.watchlist.in_(wanted)))
            )
        if since is not None:
            query = query.where(item.c.first_seen >= since)
        return tuple(stored(row) for row in self._connection.execute(query))

    def counts(self) -> dict[Fate, int]:
        """How many items each fate has; fates that none has are absent."""
        query = select(item.c.fate, func.count()).group_by(item.c.fate)
        return {Fate(fate): count for fate, count in self._connection.execute(query)}

    def prune(self, texts_before: datetime) -> int:
        """Empties guid, title, text and link of items first seen before, but for those of stories
        that something joined since. They stay known by their keys. How many it emptied."""
        living = (
            select(story_member.c.item_id)
            .join(story, story.c.id == story_member.c.story_id)
            .where(story.c.last_at >= texts_before)
        )
        empty = {"guid": "", "title": "", "text": "", "link": ""}
        filled = or_(*(item.c[name] != "" for name in empty))
        old = (item.c.first_seen < texts_before) & filled & item.c.id.not_in(living)
        return self._connection.execute(update(item).where(old).values(empty)).rowcount

    def prune_keys(self, before: datetime) -> int:
        """Forgets keys made before (at least 400 days ago), but for those of each feed's newest
        5,000 items, which it may still list. How many it forgot."""
        nth = func.row_number().over(partition_by=item.c.feed, order_by=item.c.id.desc()).label("nth")
        ranked = select(item.c.id, nth).subquery()
        kept = select(ranked.c.id).where(ranked.c.nth <= _KEPT_PER_FEED)
        old = (item_key.c.seen_day < before.toordinal()) & item_key.c.item_id.not_in(kept)
        return self._connection.execute(item_key.delete().where(old)).rowcount


def _values(id_: int, row: NewItem) -> tuple[Any, ...]:
    """A row of the item table, in its order of columns."""
    of = row.item
    text = (of.guid, of.link, of.title, of.text, of.published, of.language)
    return (id_, row.feed, *text, row.first_seen, row.fate.value, row.fate_ref, row.fate_note, row.body_hash)


def _match_values(id_: ItemId, match: Match) -> dict[str, Any]:
    return {
        "item_id": id_,
        "watchlist": match.watchlist,
        "entity": match.entity,
        "kind": match.kind.value,
        "name": match.name,
        "term": match.term,
        "field": match.field,
        "starts": match.start,
        "ends": match.end,
    }


def stored(row: Record) -> StoredItem:
    """The item in a row that has all columns of the item table."""
    entry = Item(row.guid, row.link, row.title, row.text, row.published, row.language)
    return StoredItem(
        ItemId(row.id), FeedId(row.feed), entry, row.first_seen, Fate(row.fate), row.fate_ref, row.fate_note
    )


def match_of(row: Record) -> Match:
    """The match in a row that has all columns of the match table."""
    return Match(
        WatchlistId(row.watchlist),
        EntityId(row.entity),
        Kind(row.kind),
        row.name,
        row.term,
        row.field,
        row.starts,
        row.ends,
    )
