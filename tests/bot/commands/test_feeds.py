from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.texts.pages import plain
from news.feed import FeedId, FeedState
from tests.bot.commands.room import ADMIN, FEED, FOUND, NOW, OWNER, Room, pressed


def known(room: Room) -> list[str]:
    with room.store.reading() as tx:
        return sorted(feed.spec.id for feed in tx.feeds.all())


async def test_adding_shows_first_and_stores_at_the_press(room: Room) -> None:
    reply = await room.ask(ADMIN, "/feeds add post.example")
    text = plain(reply.page)
    assert text.startswith("Found: Niger Post (post)\nhttps://post.example/rss\nIts newest items:")
    assert "• 8 Feb 2023: Market opens in Niamey" in text
    assert "Fourth" not in text
    assert known(room) == ["courier"]
    assert all(len(button.command.encode()) <= 64 for button in reply.buttons)
    assert "Added Niger Post (post)" in await room.text(ADMIN, pressed(reply, "Add"))
    assert known(room) == ["courier", "post"]
    assert room.audit() == [("telegram:2", "feeds.add", True)]
    assert (await room.ask(ADMIN, pressed(reply, "Add"))).error
    assert "read already, as post" in await room.text(ADMIN, "/feeds add https://post.example")


async def test_an_offer_can_be_cancelled_and_lapses(room: Room) -> None:
    reply = await room.ask(ADMIN, "/feeds add https://post.example")
    assert "Nothing was added" in await room.text(ADMIN, pressed(reply, "Cancel"))
    assert (await room.ask(ADMIN, pressed(reply, "Add"))).error
    reply = await room.ask(ADMIN, "/feeds add https://post.example")
    room.clock.at = NOW + timedelta(minutes=16)
    assert "lapsed" in await room.text(ADMIN, pressed(reply, "Add"))
    assert known(room) == ["courier"]


async def test_an_offer_belongs_to_who_asked(room: Room) -> None:
    reply = await room.ask(ADMIN, "/feeds add https://post.example")
    assert (await room.ask(OWNER, pressed(reply, "Add"))).error
    assert known(room) == ["courier"]
    assert not (await room.ask(ADMIN, pressed(reply, "Add"))).error


async def test_an_id_that_is_taken_gets_a_number(room: Room) -> None:
    room.feeds.known["https://other.example"] = replace(FOUND, spec=replace(FOUND.spec, id=FEED.id))
    reply = await room.ask(ADMIN, "/feeds add https://other.example")
    await room.ask(ADMIN, pressed(reply, "Add"))
    assert known(room) == ["courier", "courier-2"]


async def test_no_feed_there(room: Room) -> None:
    text = await room.text(ADMIN, "/feeds add https://empty.example")
    assert text == "No feed at https://empty.example\nno feed on that page. Nothing was added."
    for argument in ("", "ftp://x.example", "javascript:alert(1)", "two words"):
        assert (await room.ask(ADMIN, f"/feeds add {argument}")).error


async def test_listing_puts_the_troubled_first(room: Room) -> None:
    room.do(lambda tx: tx.feeds.put(FOUND.spec))
    sick = FeedState(failures=3, failing_since=NOW, fault="timed out", detail="30 s")
    room.do(lambda tx: tx.feeds.save([(FEED.id, FeedState(ok_at=NOW)), (FeedId("post"), sick)]))
    text = await room.text(ADMIN, "/feeds")
    assert text.splitlines()[:3] == [
        "Feeds: 1 ok, 1 failing",
        "post failing since 8 Feb 2023 09:00 UTC: timed out (30 s)",
        "ok: courier",
    ]
    shown = await room.text(ADMIN, "/feeds show courier")
    assert shown.startswith("Sahel Courier (courier)\nMali · independent · F, reliability cannot be judged")
    assert "https://courier.example/feed" in shown


async def test_pausing_resuming_removing(room: Room) -> None:
    assert "paused" in await room.text(ADMIN, "/feeds pause courier")
    assert "paused already" in await room.text(ADMIN, "/feeds pause courier")
    assert "Feeds: 1 paused" in await room.text(ADMIN, "/feeds list")
    assert "read again" in await room.text(ADMIN, "/feeds resume courier")
    assert "Removed courier" in await room.text(ADMIN, "/feeds remove courier")
    assert known(room) == []
    assert [row[1] for row in room.audit()] == ["feeds.pause", "feeds.resume", "feeds.remove"]
    assert "no feeds yet" in await room.text(ADMIN, "/feeds")


async def test_the_difference_to_the_file(room: Room) -> None:
    assert "No difference" in await room.text(ADMIN, "/feeds diff")
    room.do(lambda tx: tx.feeds.put(FOUND.spec))
    room.do(lambda tx: tx.feeds.put(replace(FEED, title="Courier")))
    text = await room.text(ADMIN, "/feeds diff")
    assert text.startswith("2 differences to the feeds file")
    assert "courier changed in chat: title" in text
    assert "post added in chat: https://post.example/rss" in text
    await room.ask(ADMIN, "/feeds remove courier")
    assert "courier removed in chat" in await room.text(ADMIN, "/feeds diff")


async def test_slips_of_the_pen(room: Room) -> None:
    assert "Did you mean pause?" in await room.text(ADMIN, "/feeds pase courier")
    assert "Did you mean courier?" in await room.text(ADMIN, "/feeds pause courrier")
    assert "Which feed?" in await room.text(ADMIN, "/feeds remove")
