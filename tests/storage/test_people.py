"""Admins, and people who ask to be forgotten."""

from __future__ import annotations

from news.chat import AuditRow, Platform
from storage import Store
from tests.storage.samples import NOW

TELEGRAM, DISCORD = Platform.TELEGRAM, Platform.DISCORD


def test_admins_are_per_platform(store: Store) -> None:
    with store.transaction() as tx:
        tx.people.grant_admin(TELEGRAM, "2", "telegram:1", NOW)
        tx.people.grant_admin(TELEGRAM, "2", "telegram:9", NOW)
        tx.people.grant_admin(DISCORD, "3", "telegram:1", NOW)
        assert tx.people.is_admin(TELEGRAM, "2")
        assert not tx.people.is_admin(DISCORD, "2")
        assert tx.people.admins() == ((DISCORD, "3"), (TELEGRAM, "2"))
        assert tx.people.revoke_admin(TELEGRAM, "2")
        assert not tx.people.revoke_admin(TELEGRAM, "2")
        assert not tx.people.is_admin(TELEGRAM, "2")


def test_a_forgotten_person_stands_nowhere(store: Store) -> None:
    with store.transaction() as tx:
        tx.people.grant_admin(TELEGRAM, "2", "telegram:1", NOW)
        tx.people.grant_admin(DISCORD, "3", "telegram:2", NOW)
        tx.audit.add(AuditRow(NOW, "telegram:2", "pause", ""))
        tx.audit.add(AuditRow(NOW, "telegram:2 (Awa)", "grant", "telegram:2"))
        tx.audit.add(AuditRow(NOW, "telegram:22", "grant", "telegram:20"))
        assert tx.people.forget(TELEGRAM, "2") == 5
        assert tx.people.admins() == ((DISCORD, "3"),)
        assert [(row.actor, row.subject) for row in tx.audit.latest(9)] == [
            ("telegram:22", "telegram:20"), ("forgotten", "forgotten"), ("forgotten", ""),
        ]  # fmt: skip
        assert tx.people.forget(TELEGRAM, "2") == 0
