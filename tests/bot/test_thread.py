"""The storage thread: who waits for whom."""

from __future__ import annotations

import asyncio
import threading

from bot.app.thread import IntakeStore, StoreThread
from bot.pipeline import Pipeline, Rules
from storage import Store, Transaction


async def test_a_delivery_waits_behind_one_feed_not_behind_all(store: Store) -> None:
    thread, order = StoreThread(store), list[str]()
    intake, go = IntakeStore(thread, Pipeline(Rules())), threading.Event()

    def work(_tx: Transaction, name: str) -> None:
        go.wait()
        order.append(name)

    feeds = [asyncio.create_task(intake.run(work, f"feed {n}")) for n in range(3)]
    await asyncio.sleep(0)
    delivery = asyncio.create_task(thread.run(work, "delivery"))
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*feeds, delivery)
    assert order == ["feed 0", "delivery", "feed 1", "feed 2"]
    thread.close()
