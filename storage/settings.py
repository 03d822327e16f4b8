"""Settings the program keeps for itself: paused, hold, restored_at, backup_at, instance."""

from __future__ import annotations

from sqlalchemy import select

from storage.session import Session
from storage.tables import setting


class Settings:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection

    def get(self, key: str) -> str | None:
        query = select(setting.c.value).where(setting.c.key == key)
        value: str | None = self._connection.execute(query).scalar()
        return value

    def set(self, key: str, value: str) -> None:
        insert = self._session.insert(setting).values(key=key, value=value)
        self._connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    def delete(self, key: str) -> None:
        self._connection.execute(setting.delete().where(setting.c.key == key))
