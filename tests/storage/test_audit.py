"""The audit log."""

from __future__ import annotations

from news.chat import AuditRow
from storage import Store
from tests.storage.samples import NOW


def test_rows_come_back_newest_first(store: Store) -> None:
    rows = [
        AuditRow(NOW, "telegram:1", "watch add", "jnim", "", "term"),
        AuditRow(NOW, "discord:2", "pause", "", allowed=False),
    ]
    with store.transaction() as tx:
        for row in rows:
            tx.audit.add(row)
        assert tx.audit.latest(10) == tuple(reversed(rows))
        assert tx.audit.latest(1) == (rows[1],)
