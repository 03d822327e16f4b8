"""People: the admins that the owner named."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ColumnElement, or_, select, update

from news.chat import Platform
from storage.session import Session
from storage.tables import admin, audit

_FORGOTTEN = "forgotten"


class People:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def grant_admin(self, platform: Platform, user: str, by: str, now: datetime) -> None:
        """Makes somebody an admin. Who is one already stays as granted first."""
        row = {"platform": platform.value, "user": user, "granted_by": by, "granted_at": now}
        self._session.add_missing(admin, [row])

    def revoke_admin(self, platform: Platform, user: str) -> bool:
        """Whether there was anything to revoke."""
        return self._connection.execute(admin.delete().where(_is(platform, user))).rowcount > 0

    def is_admin(self, platform: Platform, user: str) -> bool:
        return self._connection.execute(select(admin.c.user).where(_is(platform, user))).first() is not None

    def admins(self) -> tuple[tuple[Platform, str], ...]:
        rows = self._connection.execute(select(admin).order_by(admin.c.platform, admin.c.user))
        return tuple((Platform(row.platform), row.user) for row in rows)

    def forget(self, platform: Platform, user: str) -> int:
        """Deletes a person's rights and takes the name out of the audit log, whose rows stay.
        A person stands there as "platform:user", with or without words after it. How many rows."""
        count = self._connection.execute(admin.delete().where(_is(platform, user))).rowcount
        name = f"{platform.value}:{user}"
        for column in (admin.c.granted_by, audit.c.actor, audit.c.subject):
            query = update(column.table).where(_named(column, name)).values({column.name: _FORGOTTEN})
            count += self._connection.execute(query).rowcount
        return count


def _is(platform: Platform, user: str) -> ColumnElement[bool]:
    return (admin.c.platform == platform.value) & (admin.c.user == user)


def _named(column: Column[str], name: str) -> ColumnElement[bool]:
    return or_(column == name, column.startswith(name + " ", autoescape=True))
