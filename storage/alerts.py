"""Alerts: their content as raised, edited and withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, update

from news.alert import Alert, AlertId, short_id
from news.story import StoryId
from news.watch import WatchlistId
from storage.claims import stop_withdrawn
from storage.content import dump, load
from storage.session import Session
from storage.stories import bump
from storage.tables import alert, alert_watchlist, delivery


class Alerts:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def create(self, new: Alert) -> Alert:
        """Stores a new alert; returns it with its id and public id."""
        bump(self._session, new.story)
        (id_,) = self._session.reserve(alert, 1)
        made = replace(new, id=AlertId(id_), short=short_id(id_))
        self._connection.execute(insert(alert), _values(made) | {"stale": False})
        self._list(made)
        return made

    def save(self, changed: Alert) -> None:
        """New content of a stored alert, whose revision the caller has raised. Messages that show
        an older revision get edited; of a withdrawn alert, what was surely never sent never is."""
        bump(self._session, changed.story)
        query = update(alert).where(alert.c.id == changed.id)
        self._connection.execute(query.values(_values(changed) | {"stale": True}))
        self._connection.execute(alert_watchlist.delete().where(alert_watchlist.c.alert_id == changed.id))
        self._list(changed)
        if changed.withdrawn_at is not None:
            stop_withdrawn(self._session, delivery.c.alert_id == changed.id, changed.withdrawn_at)

    def get(self, id: AlertId) -> Alert | None:
        return self._first(alert.c.id == id)

    def by_short(self, short: str) -> Alert | None:
        return self._first(alert.c.short == short)

    def by_story(self, story: StoryId) -> Alert | None:
        """The newest alert of the story."""
        return self._first(alert.c.story_id == story)

    def latest(self, limit: int, watchlists: Iterable[WatchlistId] = ()) -> tuple[Alert, ...]:
        """The last alerts, newest first; of `watchlists` only, where any is given."""
        query = select(alert).order_by(alert.c.raised_at.desc(), alert.c.id.desc()).limit(limit)
        if wanted := tuple(watchlists):
            listed = alert_watchlist.c
            newest = (func.max(listed.raised_at).desc(), listed.alert_id.desc())
            ids = select(listed.alert_id).where(listed.watchlist.in_(wanted)).group_by(listed.alert_id)
            query = query.where(alert.c.id.in_(ids.order_by(*newest).limit(limit)))
        return self._all(query)

    def between(self, watchlist: WatchlistId, since: datetime, until: datetime) -> tuple[Alert, ...]:
        """The watchlist's alerts raised from `since` to before `until`, oldest first."""
        listed = alert_watchlist.c
        then = (listed.watchlist == watchlist) & (listed.raised_at >= since) & (listed.raised_at < until)
        query = select(alert).join(alert_watchlist, listed.alert_id == alert.c.id).where(then)
        return self._all(query.order_by(listed.raised_at, alert.c.id))

    def count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(alert)).scalar_one()

    def _first(self, where: ColumnElement[bool]) -> Alert | None:
        return next(iter(self._all(select(alert).where(where).order_by(alert.c.id.desc()).limit(1))), None)

    def _all(self, query: Select[Any]) -> tuple[Alert, ...]:
        return tuple(load(Alert, row.content) for row in self._connection.execute(query))

    def _list(self, made: Alert) -> None:
        lists = dict.fromkeys(made.watchlists)
        rows = [{"alert_id": made.id, "watchlist": one, "raised_at": made.raised_at} for one in lists]
        if rows:
            self._connection.execute(insert(alert_watchlist), rows)


def _values(made: Alert) -> dict[str, Any]:
    return {
        "id": made.id,
        "short": made.short,
        "story_id": made.story,
        "raised_at": made.raised_at,
        "revision": made.revision,
        "withdrawn_at": made.withdrawn_at,
        "content": dump(made),
    }
