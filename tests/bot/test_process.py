"""The whole bot as a process: feeds in, alerts out on three platforms, killed and started again."""

from __future__ import annotations

import asyncio
import json
import signal
import urllib.request
from collections import Counter
from pathlib import Path

from storage import Store
from tests.bot.process import CHAT, OWNER, Room, room
from tests.fakes.discord.world import ADMIN

KIDAL = "Malian army takes Kidal from rebels"
KIDAL_TEXT = (
    "Soldiers entered the northern town of Kidal on Tuesday after the rebels had left, the army said."
)

EIGHT = [
    "Fuel convoy burnt on the road to Kayes in western Mali",
    "Malian court frees three journalists held since March",
    "Flood destroys a bridge near Gao",
    "Mali and Russia agree on a gold refinery",
    "Teachers in Mali begin a strike over unpaid bonuses",
    "Mali suspends a foreign broadcaster for a report",
    "Cholera cases rise in the Mopti region of Mali",
    "Two Malian colonels are tried by a military court",
]


def telegram_alerts(it: Room) -> list[str]:
    return [message.text for message in it.telegram.sent if "#" in message.text and message.kind == "send"]


def titles(it: Room) -> list[str]:
    return [embed["title"] for message in it.discord.sent for embed in message.get("embeds") or []]


async def subscribe(it: Room) -> None:
    assert "mali" in (await it.ask("/subscribe mali")).lower()
    asked = await (await it.discord.slash("subscribe", user=ADMIN, watchlists="mali")).answered()
    assert asked.messages


async def test_an_event_goes_to_all_platforms_once_and_is_edited_in_place(
    tmp_path: Path, database_url: str
) -> None:
    async with room(tmp_path, database_url, "courier", "herald") as it:
        it.news.publish("courier", "Mali: an old story that was there before")
        await it.start()
        await it.until(it.ready)
        await it.until(it.known)
        await subscribe(it)
        it.news.publish("courier", KIDAL, KIDAL_TEXT)
        await it.until(lambda: telegram_alerts(it) and titles(it) and it.lines)
        it.news.publish("herald", "Mali's army enters Kidal after rebels leave the town", KIDAL_TEXT[:70])
        await it.until(lambda: "herald" in json.dumps(counts(it.database)))
        assert await it.stop() == 0
        assert len(telegram_alerts(it)) == 1
        assert titles(it) == [KIDAL]
        assert [line["headline"] for line in it.lines if line["kind"] == "alert"] == [KIDAL]
        assert KIDAL in telegram_alerts(it)[0]
        await it.start()
        await it.until(lambda: it.ready() == 2)
        told = await it.ask("/timeline mali")
        assert "2 outlets" in told
        assert await it.stop() == 0
        assert len(titles(it)) == 1
        assert '"exception"' not in it.log
        assert "not installed" not in it.log
        for secret in (it.telegram.token, it.discord.token):
            assert secret not in it.log


def get(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        body: bytes = answer.read()
    return body.decode()


def counts(url: str) -> list[str]:
    """The outlets of the newest alert, read beside the running bot."""
    store = Store.open(url)
    with store.reading() as tx:
        alerts = tx.alerts.latest(1)
    store.close()
    return [source.feed for alert in alerts for source in alert.sources]


async def test_kill_minus_nine_again_and_again_loses_nothing(tmp_path: Path) -> None:
    # On SQLite: there a new life takes over at once. On PostgreSQL it waits for the leases of the dead
    # one, minutes that `python -m bench.stream --kill` has and a test has not.
    url = f"sqlite:///{tmp_path}/one.db"
    async with room(tmp_path, url, "courier") as it:
        await it.start()
        await it.until(it.ready)
        await it.until(it.known)
        await subscribe(it)
        for number, title in enumerate(EIGHT):
            it.news.publish("courier", title)
            seen = len(it.discord.sent)
            if number % 2:
                await it.until(lambda before=seen: len(it.discord.sent) > before)  # type: ignore[misc]
            await it.stop(signal.SIGKILL)
            await it.start()
            await it.until(lambda lives=number + 2: it.ready() >= lives)  # type: ignore[misc]
        await it.until(lambda: set(titles(it)) == set(EIGHT) == set(told(it, labelled=False) + told(it)))
        assert await it.stop() == 0
        assert sorted(titles(it)) == sorted(EIGHT)
        assert max(told(it, labelled=False).values()) == 1
        assert max([0, *told(it).values()]) <= 1


def told(it: Room, *, labelled: bool = True) -> Counter[str]:
    """How often each of the eight stands on Telegram, labelled as a possible repeat or not."""
    texts = [text for text in telegram_alerts(it) if ("Possible repeat" in text) is labelled]
    return Counter(title for title in EIGHT for text in texts if title in text)


async def test_one_platform_down_holds_up_no_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/one.db"
    async with room(tmp_path, url, "courier", DISCORD_API_BASE="http://127.0.0.1:9/api/v10") as it:
        it.settings["DISCORD_GATEWAY"] = "ws://127.0.0.1:9/"
        await it.start()
        await it.until(it.ready)
        await it.until(it.known)
        assert "mali" in (await it.ask("/subscribe mali")).lower()
        it.news.publish("courier", KIDAL, KIDAL_TEXT)
        await it.until(lambda: telegram_alerts(it))
        assert await it.stop() == 0


async def test_health_and_metrics(tmp_path: Path, unused_tcp_port: int) -> None:
    url = f"sqlite:///{tmp_path}/one.db"
    async with room(tmp_path, url, "courier", METRICS_PORT=str(unused_tcp_port)) as it:
        await it.start()
        await it.until(it.ready)
        await it.until(it.known)
        it.news.publish("courier", KIDAL, KIDAL_TEXT)
        await it.until(lambda: '"delivered"' in it.log)  # counted by then
        base = f"http://127.0.0.1:{unused_tcp_port}"
        health = json.loads(await asyncio.to_thread(get, f"{base}/healthz"))
        assert health["ok"]
        assert set(health["loops"]) >= {"poll", "dispatch"}
        metrics = await asyncio.to_thread(get, f"{base}/metrics")
        assert 'sahelwatch_items_total{fate="alerted"} 1.0' in metrics
        assert 'sahelwatch_sends_total{outcome="sent",platform="console"} 1.0' in metrics
        assert await it.stop() == 0


async def test_a_metrics_port_in_use_is_told_in_words(tmp_path: Path) -> None:
    async with room(tmp_path, f"sqlite:///{tmp_path}/one.db", "courier") as it:
        it.settings["METRICS_PORT"] = str(it.news.server.port)
        await it.start()
        assert it.process is not None
        assert await it.process.wait() == 1
        assert "SAHELWATCH_METRICS_PORT" in it.log
        assert "Traceback" not in it.log


async def test_a_second_writer_on_sqlite_refuses(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/one.db"
    async with room(tmp_path, url, "courier") as it:
        await it.start()
        await it.until(it.ready)
        await it.until(it.known)
        first, it.process = it.process, None
        await it.start()
        assert it.process is not None
        assert await it.process.wait() == 3
        assert "Traceback" not in it.log
        it.process = first
        assert await it.stop() == 0


async def test_an_owner_may_pause_and_a_stranger_may_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/one.db"
    async with room(tmp_path, url, "courier") as it:
        await it.start()
        await it.until(it.ready)
        await it.until(it.known)
        await it.ask("/subscribe mali")
        assert "admin" in (await it.ask("/pause", user=CHAT)).lower()
        await it.ask("/pause", user=OWNER)
        it.news.publish("courier", KIDAL, KIDAL_TEXT)
        await it.until(lambda: counts(url))
        assert not telegram_alerts(it)
        await it.ask("/resume", user=OWNER)
        await it.until(lambda: telegram_alerts(it))
        assert await it.stop() == 0
