"""Upkeep does what is due, and what it cannot do it tells."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.app.clock import SimulatedClock
from bot.app.thread import StoreThread
from bot.app.upkeep import Upkeep
from storage import Store, Transaction
from tests.bot.watch import NOW


async def test_a_backup_that_cannot_be_written_is_told_and_tried_again(store: Store, tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []

    def notify(_tx: Transaction, text: str, key: str) -> None:
        told.append((text, key))

    (tmp_path / "file").write_text("in the way")
    folder, thread = tmp_path / "file" / "backups", StoreThread(store)
    upkeep = Upkeep(thread, SimulatedClock(NOW), keep_texts=timedelta(days=9), backups=folder, notify=notify)
    await upkeep.run()
    assert len(told) == 1
    assert str(folder) in told[0][0]
    (tmp_path / "file").unlink()
    await upkeep.run()
    assert [path.suffix for path in folder.iterdir()] == [".backup"]
    thread.close()
