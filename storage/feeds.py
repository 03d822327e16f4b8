"""Feeds: what the file and the admins say of them, what polling learnt, and who polls which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, insert, or_, select, update

from news.feed import Feed, FeedId, FeedSpec, FeedState, Origin
from storage.content import dump, load
from storage.session import Record, Session
from storage.tables import FeedRow, feed

_STATE = tuple(field.name for field in fields(FeedState))

# What was learnt at the old address says nothing of the new one. The baseline stays: the items of
# a feed that only moved are known, and its backlog is no first sight.
_NEW_ADDRESS: dict[str, Any] = {
    "etag": "",
    "last_modified": "",
    "body_hash": b"",
    "slices": b"",
    "moved_to": "",
    "interval": None,
    "usual_gap": None,
    "next_due_at": None,
    "failures": 0,
    "failing_since": None,
    "fault": "",
    "detail": "",
}


class Feeds:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def sync(self, specs: Sequence[FeedSpec]) -> None:
        """The catalogue file as it is now. What an admin put or removed in chat wins over it; a
        feed that left the file is polled no more, but what is known of it stays."""
        wanted = {str(spec.id): dump(spec) for spec in specs}
        stored = {row.id: row for row in self._described()}
        for id_ in stored.keys() | wanted.keys():
            row, file = stored.get(id_), wanted.get(id_)
            if row is None:
                self._write(None, id_, file, None, False)
            elif row.file_spec != file:
                self._write(row, id_, file, row.chat_spec, row.removed)

    def put(self, spec: FeedSpec) -> None:
        """What an admin says of a feed, new or known. It wins over the file."""
        row = self._find(spec.id)
        self._write(row, spec.id, row.file_spec if row else None, dump(spec), False)

    def remove(self, id: FeedId) -> bool:
        """Takes a feed out of polling; a feed of the file stays out until put again."""
        row = self._find(id)
        if row is None or not row.listed:
            return False
        self._write(row, id, row.file_spec, None, row.file_spec is not None)
        return True

    def pause(self, id: FeedId, paused: bool) -> bool:
        """Whether there is such a feed."""
        query = update(feed).where(feed.c.listed, feed.c.id == id).values(paused=paused)
        return self._connection.execute(query).rowcount > 0

    def all(self) -> tuple[Feed, ...]:
        """The feeds of the file and of the admins, by id."""
        return tuple(sorted(self._feeds(feed.c.listed), key=lambda one: one.spec.id))

    def get(self, id: FeedId) -> Feed | None:
        return next(iter(self._feeds(feed.c.listed & (feed.c.id == id))), None)

    def by_url(self, url: str) -> Feed | None:
        """The feed of this address, be it the described one or where redirects led."""
        here = or_(feed.c.url == url, feed.c.moved_to == url)
        return next(iter(self._feeds(feed.c.listed & here)), None)

    def file_specs(self) -> tuple[FeedSpec, ...]:
        """The catalogue file as last synced, by id."""
        specs = [load(FeedSpec, row.file_spec) for row in self._described() if row.file_spec is not None]
        return tuple(sorted(specs, key=lambda spec: spec.id))

    def claim_due(self, now: datetime, limit: int, holder: str, lease: timedelta) -> tuple[Feed, ...]:
        """Feeds to poll now, longest due first, that nobody else polls. They are the holder's
        until saved, or until the lease ends on the database's clock."""
        clock = self._session.db_now()
        due = and_(
            feed.c.listed,
            feed.c.paused.is_(False),
            or_(feed.c.next_due_at.is_(None), feed.c.next_due_at <= now),
            or_(feed.c.lease_until.is_(None), feed.c.lease_until <= clock),
        )
        query = select(feed).where(due).order_by(feed.c.next_due_at.nulls_first(), feed.c.id).limit(limit)
        rows = self._connection.execute(query.with_for_update(skip_locked=True)).all()
        if rows:
            claimed = update(feed).where(feed.c.id.in_([row.id for row in rows]))
            values = {"lease_holder": holder, "lease_until": clock + lease, "outdated": False}
            self._connection.execute(claimed.values(values))
        return tuple(map(_feed, rows))

    def save(self, states: Sequence[tuple[FeedId, FeedState]]) -> None:
        """What polls learnt; releases the leases. What was learnt at an address that was changed
        meanwhile is dropped."""
        if not states:
            return
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _STATE}
        query = update(feed).where(feed.c.id == bindparam("of"), feed.c.outdated.is_(False))
        self._connection.execute(
            query.values(**values, lease_holder="", lease_until=None),
            [{"of": id_} | {f"new_{name}": getattr(state, name) for name in _STATE} for id_, state in states],
        )
        free = {"outdated": False, "lease_holder": "", "lease_until": None}
        ids = [id_ for id_, _ in states]
        self._connection.execute(update(feed).where(feed.c.outdated, feed.c.id.in_(ids)).values(free))

    def free(self) -> None:
        """Ends all leases."""
        leased = update(feed).where(feed.c.lease_until.is_not(None))
        self._connection.execute(leased.values(lease_holder="", lease_until=None, outdated=False))

    def shift(self, delta: timedelta) -> None:
        """Moves the times at which feeds are due, after a step of the wall clock."""
        query = select(feed.c.id, feed.c.next_due_at).where(feed.c.next_due_at.is_not(None)).with_for_update()
        rows = [{"of": row.id, "at": row.next_due_at + delta} for row in self._connection.execute(query)]
        if rows:
            moved = update(feed).where(feed.c.id == bindparam("of")).values(next_due_at=bindparam("at"))
            self._connection.execute(moved, rows)

    def _feeds(self, where: ColumnElement[bool]) -> list[Feed]:
        return [_feed(row) for row in self._connection.execute(select(feed).where(where))]

    def _described(self) -> Sequence[Record]:
        columns = (feed.c.id, feed.c.url, feed.c.file_spec, feed.c.chat_spec, feed.c.removed, feed.c.listed)
        rows: Sequence[Record] = self._connection.execute(select(*columns)).all()
        return rows

    def _find(self, id: FeedId) -> Record | None:
        return self._connection.execute(select(feed).where(feed.c.id == id).with_for_update()).first()

    def _write(self, row: Record | None, id: str, file: str | None, chat: str | None, removed: bool) -> None:
        described = chat or file
        values: dict[str, Any] = {
            "file_spec": file,
            "chat_spec": chat,
            "removed": removed,
            "listed": described is not None and not removed,
        }
        if described is not None:
            values["url"] = load(FeedSpec, described).url
        if row is None:
            self._connection.execute(insert(feed), FeedRow(id=id, url="").model_dump() | values)
            return
        if values.get("url", row.url) != row.url:
            values |= _NEW_ADDRESS | {"outdated": feed.c.lease_until.is_not(None)}
        self._connection.execute(update(feed).where(feed.c.id == id).values(values))


def _feed(row: Record) -> Feed:
    described = row.chat_spec if row.chat_spec is not None else row.file_spec
    state = FeedState(*(getattr(row, name) for name in _STATE))
    origin = Origin.FILE if row.chat_spec is None else Origin.CHAT
    return Feed(load(FeedSpec, described), state, origin, row.paused)
