"""Stories: which items tell one event, and which stories changed since a process last looked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, insert, select, update

from news.alert import AlertId
from news.item import ItemId
from news.story import Member, StoryId
from news.watch import Match
from storage.items import match_of, stored
from storage.session import Session
from storage.tables import alert, item, item_match, story, story_member


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """A story with its members, first joined first. `alert` is its newest alert; `withdrawn`
    says whether that one was withdrawn. `version` grows with each change, over all stories."""

    id: StoryId
    version: int
    alert: AlertId | None
    withdrawn: bool
    members: tuple[Member, ...]


class Stories:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def open(self, now: datetime) -> StoryId:
        """A new story without members."""
        version = _next_version(self._session)
        (id_,) = self._session.reserve(story, 1)
        values = {"id": id_, "opened_at": now, "last_at": now, "version": version}
        self._connection.execute(insert(story), values)
        return StoryId(id_)

    def join(self, story: StoryId, item: ItemId, at: datetime, reprint: bool) -> None:
        """Makes the item a member. Joining again changes nothing."""
        values = {"story_id": story, "item_id": item, "at": at, "reprint": reprint}
        if self._session.add_missing(story_member, [values]):
            bump(self._session, story, at)

    def since(self, cutoff: datetime) -> tuple[StoryRecord, ...]:
        """The stories that something joined at or after `cutoff`, oldest first."""
        return self._load(story.c.last_at >= cutoff)

    def newer_than(self, version: int, cutoff: datetime) -> tuple[StoryRecord, ...]:
        """Those of `since(cutoff)` that changed after `version`: of items, alert or withdrawal."""
        return self._load((story.c.version > version) & (story.c.last_at >= cutoff))

    def version(self) -> int:
        """The highest version there is; 0 before the first story."""
        return self._connection.execute(select(func.max(story.c.version))).scalar() or 0

    def get(self, id: StoryId) -> StoryRecord | None:
        return next(iter(self._load(story.c.id == id)), None)

    def _load(self, where: ColumnElement[bool]) -> tuple[StoryRecord, ...]:
        alerts = self._alerts(where)
        members = self._members(where)
        # Sorted here: asked to sort, SQLite reads all stories there ever were in their order.
        rows = self._connection.execute(select(story.c.id, story.c.version).where(where))
        found: list[StoryRecord] = []
        for id_, version in sorted(rows):
            newest, withdrawn = alerts.get(id_, (None, False))
            found.append(StoryRecord(StoryId(id_), version, newest, withdrawn, tuple(members[id_])))
        return tuple(found)

    def _alerts(self, where: ColumnElement[bool]) -> dict[int, tuple[AlertId, bool]]:
        query = select(alert.c.story_id, alert.c.id, alert.c.withdrawn_at).order_by(alert.c.id)
        rows = self._connection.execute(query.where(alert.c.story_id.in_(select(story.c.id).where(where))))
        return {row.story_id: (AlertId(row.id), row.withdrawn_at is not None) for row in rows}

    def _members(self, where: ColumnElement[bool]) -> defaultdict[int, list[Member]]:
        of_stories = story_member.c.story_id.in_(select(story.c.id).where(where))
        matches = self._matches(of_stories)
        query = (
            select(item, story_member.c.story_id, story_member.c.reprint)
            .join(item, item.c.id == story_member.c.item_id)
            .where(of_stories)
            .order_by(story_member.c.story_id, story_member.c.at, item.c.id)
        )
        found: defaultdict[int, list[Member]] = defaultdict(list)
        for row in self._connection.execute(query):
            found[row.story_id].append(Member(stored(row), tuple(matches[row.id]), row.reprint))
        return found

    def _matches(self, of_stories: ColumnElement[bool]) -> defaultdict[int, list[Match]]:
        members = select(story_member.c.item_id).where(of_stories)
        query = select(item_match).where(item_match.c.item_id.in_(members)).order_by(item_match.c.id)
        found: defaultdict[int, list[Match]] = defaultdict(list)
        for row in self._connection.execute(query):
            found[row.item_id].append(match_of(row))
        return found


def bump(session: Session, id: StoryId, at: datetime | None = None) -> None:
    """Marks a story as changed, and with `at` as alive then."""
    values = {"version": _next_version(session)}
    query = update(story).where(story.c.id == id).values(values)
    if at is not None:
        query = query.values(last_at=case((story.c.last_at < at, at), else_=story.c.last_at))
    session.connection.execute(query)


def _next_version(session: Session) -> int:
    # Under the lock, so that no reader sees a version before a lower one is committed.
    session.lock_intake()
    last = session.connection.execute(select(func.max(story.c.version))).scalar()
    return (last or 0) + 1
