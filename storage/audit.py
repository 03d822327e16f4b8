"""The audit log: who changed what, and who was refused."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import insert, select

from news.chat import AuditRow
from storage.session import Session
from storage.tables import audit


class Audit:
    def __init__(self, session: Session) -> None:
        self._connection = session.connection

    def add(self, row: AuditRow) -> None:
        self._connection.execute(insert(audit), asdict(row))

    def latest(self, limit: int) -> tuple[AuditRow, ...]:
        """The last rows, newest first."""
        rows = self._connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))
        return tuple(
            AuditRow(row.at, row.actor, row.action, row.subject, row.before, row.after, row.allowed)
            for row in rows
        )
