from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands.periods import period
from news import identity
from news.item import Fate, Item
from news.watch import WatchlistId
from storage import NewItem
from tests.bot.alerts import a_source
from tests.bot.commands.room import ADMIN, FEED, MEMBER, NOW, READER, Room


async def test_the_timeline_has_one_line_a_story_oldest_first(room: Room) -> None:
    two = (a_source(), a_source(2, "Niger Post"))
    new = room.alert(timedelta(hours=1), headline="Second", sources=two)
    old = room.alert(timedelta(days=2), headline="First")
    room.alert(timedelta(days=3), headline="Elsewhere", watchlists=(WatchlistId("niger"),))
    room.alert(timedelta(days=9), headline="Before")
    text = await room.text(MEMBER, "/timeline mali 7d")
    assert text.splitlines() == [
        "Mali: 2 stories, last 7 days",
        f"6 Feb 2023 09:00 First · 1 outlet · #{old.short}",
        f"8 Feb 2023 08:00 Second · 2 outlets · #{new.short}",
        "Details: /why #id",
    ]
    assert text == await room.text(MEMBER, "/timeline MALI")


async def test_a_long_timeline_keeps_the_newest_and_says_what_is_left_out(room: Room) -> None:
    for hours in range(35):
        room.alert(timedelta(hours=hours), headline=f"Story {hours}")
    text = await room.text(READER, "/timeline mali 2d")
    assert text.startswith("Mali: 35 stories, last 2 days\n5 earlier not shown")
    assert "Story 0 ·" in text
    assert "Story 30" not in text


async def test_an_empty_timeline_says_what_was_searched_and_what_there_is(room: Room) -> None:
    text = await room.text(READER, "/timeline niger 24h")
    assert text.splitlines() == [
        "No story in the last 24 hours (since 7 Feb 2023 09:00 UTC)",
        "Searched: alerts of Niger (niger, 2 terms)",
        "It has never raised an alert.",
    ]
    room.alert(timedelta(days=9), headline="Before")
    reply = await room.ask(READER, "/timeline mali")
    assert "Before" in "".join(span.text for span in reply.page.lines[2])
    assert [button.command for button in reply.buttons] == ["/timeline mali 90d", "/timeline mali 1y"]


async def test_a_timeline_of_nothing_known(room: Room) -> None:
    assert (await room.ask(READER, "/timeline")).buttons[0].command == "/timeline mali"
    text = await room.text(READER, "/timeline maly 7d")
    assert "Did you mean mali?" in text
    assert (await room.ask(READER, "/timeline mali yesterday")).error


async def test_a_withdrawn_story_says_so(room: Room) -> None:
    room.alert(headline="Wrong", withdrawn_at=NOW)
    assert "Wrong (withdrawn)" in await room.text(READER, "/timeline mali")


async def test_the_latest(room: Room) -> None:
    assert "No alert yet" in await room.text(READER, "/latest")
    for hours in range(1, 8):
        room.alert(timedelta(hours=hours), headline=f"Story {hours}")
    text = await room.text(READER, "/latest")
    assert text.startswith("The latest 5 alerts\n8 Feb 2023 08:00 Story 1 ")
    assert "Story 6" not in text
    assert "Story 6" in await room.text(READER, "/latest 6")
    assert (await room.text(READER, "/latest 1")).startswith("The latest alert\n")
    assert "Story 7" in await room.text(READER, "/latest 99999999999 mali")
    assert "No alert on niger yet" in await room.text(READER, "/latest niger")
    assert "Did you mean mali?" in await room.text(READER, "/latest mail")


async def test_samples_are_no_news(room: Room) -> None:
    await room.ask(READER, "/test")
    assert "No alert yet" in await room.text(READER, "/latest")
    assert "no alert yet" in await room.text(READER, "/status")


async def test_why_an_alert(room: Room) -> None:
    alert = room.alert(sources=(a_source(), a_source(2, "Niger Post")))
    text = await room.text(MEMBER, f"/why #{alert.short.upper()}")
    assert text.startswith(f"Alert #{alert.short}\nRussian minister lands in Bamako")
    assert "Matched: Bamako (mali)" in text
    assert "Then: Niger Post" in text
    assert "https://courier.example/1" in text
    assert "Delivered" not in text
    assert "Delivered to 0 chats of 0" in await room.text(ADMIN, f"/why {alert.short}")
    assert (await room.ask(MEMBER, "/why zzzzz")).error
    assert (await room.ask(MEMBER, "/why")).error


async def test_ids_are_read_as_they_look(room: Room) -> None:
    alert = next(a for a in (room.alert() for _ in range(50)) if set("01") & set(a.short))
    typed = alert.short.replace("0", "O").replace("1", "l")
    assert f"Alert #{alert.short}" in await room.text(MEMBER, f"/why {typed}")


async def test_why_a_link(room: Room) -> None:
    address = "https://www.courier.example/market?utm_source=x"
    take_in(room, Item(link=address, title="Market opens", guid="1"))
    text = await room.text(MEMBER, "/why https://courier.example/market")
    assert "Fate: no match" in text
    assert "From Sahel Courier" in text
    assert "Matched no watchlist term" in text
    assert "No feed brought me that address" in await room.text(MEMBER, "/why https://other.example/x")


def take_in(room: Room, item: Item) -> None:
    """Stores an item as a poll does."""
    (keys,) = identity.keys(FEED.id, [item])
    row = NewItem(FEED.id, item, NOW, keys, Fate.NO_MATCH, "", "", "")
    room.do(lambda tx: tx.items.add([row]))


@pytest.mark.parametrize(
    ("word", "days", "spoken"),
    [("24h", 1, "24 hours"), ("7d", 7, "7 days"), ("1w", 7, "1 week"), ("9999Y", 3650, "9,999 years")],
)
def test_periods(word: str, days: int, spoken: str) -> None:
    assert period(word) == (timedelta(days=days), spoken)


@pytest.mark.parametrize("word", ["", "7", "d", "0d", "-1d", "7 d", "7days", "99999d", "٧d", "7d7d"])
def test_what_is_no_period(word: str) -> None:
    assert period(word) is None
