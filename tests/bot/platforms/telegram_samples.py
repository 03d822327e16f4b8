"""Values the Telegram tests share: a clock, an alert, deliveries."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import telegram
from telegram.request import HTTPXRequest

from news.alert import Alert, AlertId, Hit, Sentence, Source
from news.chat import Chat, ChatId, ChatKind, Place, Platform
from news.delivery import Delivery, DeliveryId, DeliveryKind
from news.feed import Affiliation, FeedId, Reliability
from news.item import ItemId
from news.story import StoryId
from news.watch import WatchlistId
from tests.fakes.telegram import FakeTelegram

GROUP = -1001
PRIVATE = 42


class QuickClock:
    """Real time, moved by `ahead`; every sleep is short and noted."""

    def __init__(self, ahead: float = 0) -> None:
        self.ahead = ahead
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(min(seconds, 0.02))


class StillClock(QuickClock):
    """A clock that stands at one moment, so that a retry's time can be told exactly."""

    NOON = datetime(2023, 2, 7, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.NOON


def source(**change: Any) -> Source:
    at = datetime(2023, 2, 7, 9, 30, tzinfo=UTC)
    return replace(
        Source(
            item=ItemId(1), feed=FeedId("jdm"), outlet="Journal du Mali", country="ML",
            affiliation=Affiliation.INDEPENDENT, reliability=Reliability.B, publisher="jdm", language="fr",
            title="Lavrov in Bamako", link="https://journaldumali.example/lavrov?a=1&b=2", published=at,
            first_seen=at,
        ),
        **change,
    )  # fmt: skip


def alert(**change: Any) -> Alert:
    return replace(
        Alert(
            id=AlertId(1), short="7k2qd", story=StoryId(1), raised_at=datetime(2023, 2, 7, 9, 31, tzinfo=UTC),
            reason="new story", headline="Russia's minister arrives in Bamako",
            summary=(Sentence("He was met by Abdoulaye Diop & others.", ItemId(1)),),
            watchlists=(WatchlistId("russia-sahel"),),
            hits=(Hit(WatchlistId("russia-sahel"), "Sergey Lavrov", "Lavrov"),), sources=(source(),),
        ),
        **change,
    )  # fmt: skip


def delivery(address: int | str = GROUP, thread: str = "", **change: Any) -> Delivery:
    place = Place(Platform.TELEGRAM, str(address), thread, ChatKind.GROUP)
    return replace(
        Delivery(
            DeliveryId(5), DeliveryKind.ALERT, Chat(ChatId(3), place), "abc123-5",
            datetime(2023, 2, 7, 9, 31, tzinfo=UTC), alert=alert(),
        ),
        **change,
    )  # fmt: skip


def bot_for(
    server: FakeTelegram, *, token: str = "", base: str = "", read: float = 5, **limits: Any
) -> telegram.Bot:
    plain = {"trust_env": False}
    request = HTTPXRequest(read_timeout=read, httpx_kwargs={**plain, **limits})
    return telegram.Bot(token or server.token, f"{base or server.base}/bot", request=request,
                        get_updates_request=HTTPXRequest(httpx_kwargs=plain))  # fmt: skip


ONE_CONNECTION = {"limits": httpx.Limits(max_connections=1)}
