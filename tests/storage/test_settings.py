"""Settings the program keeps for itself."""

from __future__ import annotations

import re

from storage import Store


def test_settings_are_set_changed_and_deleted(store: Store) -> None:
    with store.transaction() as tx:
        assert tx.settings.get("paused") is None
        tx.settings.set("paused", "by A")
        tx.settings.set("paused", "by B")
        assert tx.settings.get("paused") == "by B"
        tx.settings.delete("paused")
        tx.settings.delete("paused")
        assert tx.settings.get("paused") is None


def test_a_database_has_a_short_name_of_its_own(store: Store) -> None:
    with store.reading() as tx:
        assert re.fullmatch("[a-z2-7]{6}", tx.settings.get("instance") or "")
