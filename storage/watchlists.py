"""Watchlists, with one revision counter for the whole set."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from news.watch import Watchlist, WatchlistId
from storage.content import dump, load
from storage.session import Record, Session
from storage.tables import watchlist


class Watchlists:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def sync(self, lists: Sequence[Watchlist]) -> None:
        """The file as it is now. What an admin put or removed in chat wins over it."""
        wanted = {str(one.id): dump(one) for one in lists}
        stored = {row.id: row for row in self._rows()}
        for id_ in stored.keys() | wanted.keys():
            row, file = stored.get(id_), wanted.get(id_)
            if row is None:
                self._write(id_, file, None, False)
            elif row.file_content != file:
                self._write(id_, file, row.chat_content, row.removed)

    def put(self, watchlist: Watchlist) -> int:
        """What an admin says of a watchlist, new or known; the set's new revision."""
        row = self._find(watchlist.id)
        return self._write(watchlist.id, row.file_content if row else None, dump(watchlist), False)

    def remove(self, id: WatchlistId) -> bool:
        """Takes a watchlist away; one of the file stays away until put again."""
        row = self._find(id)
        if row is None or _content(row) is None:
            return False
        self._write(id, row.file_content, None, row.file_content is not None)
        return True

    def all(self) -> tuple[Watchlist, ...]:
        """By id."""
        contents = (_content(row) for row in self._rows())
        lists = [load(Watchlist, content) for content in contents if content is not None]
        return tuple(sorted(lists, key=lambda one: one.id))

    def get(self, id: WatchlistId) -> Watchlist | None:
        row = self._find(id)
        content = _content(row) if row else None
        return None if content is None else load(Watchlist, content)

    def revision(self) -> int:
        """Grows with each change of the set; 0 before the first."""
        return self._connection.execute(select(func.max(watchlist.c.revision))).scalar() or 0

    def _rows(self) -> Sequence[Record]:
        return self._connection.execute(select(watchlist)).all()

    def _find(self, id: WatchlistId) -> Record | None:
        return self._connection.execute(select(watchlist).where(watchlist.c.id == id)).first()

    def _write(self, id: str, file: str | None, chat: str | None, removed: bool) -> int:
        # Under the lock, so that no reader sees a revision before a lower one is committed.
        self._session.lock_intake()
        revision = self.revision() + 1
        values = {"file_content": file, "chat_content": chat, "removed": removed, "revision": revision}
        insert = self._session.insert(watchlist).values(id=id, **values)
        self._connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=values))
        return revision


def _content(row: Record) -> str | None:
    """The JSON in force, None where there is none."""
    content: str | None = row.file_content if row.chat_content is None else row.chat_content
    return None if row.removed else content
