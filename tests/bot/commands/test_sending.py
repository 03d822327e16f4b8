from __future__ import annotations

from bot.texts.pages import plain
from news.delivery import DeliveryState
from tests.bot.commands.room import ADMIN, CHAT_ADMIN, GROUP, NOW, OWNER, PRIVATE, READER, Room


def setting(room: Room, key: str) -> str | None:
    with room.store.reading() as tx:
        return tx.settings.get(key)


async def test_pause_and_resume(room: Room) -> None:
    assert (await room.text(ADMIN, "/pause")).startswith("All sending is paused")
    assert setting(room, "paused") == "by telegram:2 since 8 Feb 2023 09:00 UTC"
    assert "paused already" in await room.text(OWNER, "/pause")
    assert "Sending is paused" in await room.text(READER, "/status")
    assert (await room.text(ADMIN, "/resume")).startswith("Sending goes on")
    assert setting(room, "paused") is None
    assert "Nothing is paused" in await room.text(ADMIN, "/resume")
    assert [row[1] for row in room.audit()] == ["pause", "resume"]


async def test_only_the_owner_releases_a_hold(room: Room) -> None:
    room.do(lambda tx: tx.settings.set("hold", "restored from a backup"))
    reply = await room.ask(ADMIN, "/resume")
    assert reply.error
    assert "Only the owner" in plain(reply.page)
    assert setting(room, "hold")
    assert "The hold is released" in await room.text(OWNER, "/resume")
    assert setting(room, "hold") is None
    assert room.audit() == [("telegram:1", "release", True)]


async def test_withdrawing_says_where_it_went(room: Room) -> None:
    alert = room.alert()
    for caller in (READER, CHAT_ADMIN):
        await room.ask(caller, "/subscribe mali")

    def deliver(tx) -> None:
        chats = [tx.chats.find(place).id for place in (PRIVATE, GROUP)]
        tx.outbox.enqueue(alert.id, chats, NOW)

    room.do(deliver)
    assert (await room.ask(ADMIN, f"/withdraw #{alert.short}")).error
    text = await room.text(ADMIN, f"/withdraw #{alert.short} the report was denied")
    assert text.startswith(f"Withdrawn: #{alert.short} Russian minister")
    assert "It went to 0 chats" in text
    assert "2 chats had not got it" in text
    changed = room.do(lambda tx: tx.alerts.get(alert.id))
    assert changed.withdrawn_at == NOW
    assert changed.withdrawn_why == "the report was denied"
    assert changed.revision == alert.revision + 1
    assert "was withdrawn" in await room.text(ADMIN, f"/withdraw {alert.short} again")
    assert "No alert has the id" in await room.text(ADMIN, "/withdraw zzzzz why")
    assert (await room.ask(ADMIN, "/withdraw")).error
    assert ("telegram:2", "withdraw", True) in room.audit()
    assert "Withdrawn 8 Feb 2023 09:00 UTC: the report was denied" in await room.text(
        READER, f"/why {alert.short}"
    )


async def test_a_sample_goes_to_this_chat_alone(room: Room) -> None:
    await room.ask(CHAT_ADMIN, "/subscribe all")
    assert "on its way" in await room.text(READER, "/test")
    (alert,) = room.do(lambda tx: tx.alerts.latest(5))
    assert alert.sample
    assert alert.watchlists == ()
    (delivery,) = room.do(lambda tx: tx.outbox.of_alert(alert.id))
    assert delivery.chat.place.address == PRIVATE.address
    assert room.do(lambda tx: tx.outbox.counts())[DeliveryState.PENDING] == 1
    assert "nothing (a sample)" in await room.text(READER, f"/why {alert.short}")


async def test_a_sample_says_when_sending_is_stopped(room: Room) -> None:
    await room.ask(ADMIN, "/pause")
    assert "The sample waits" in await room.text(READER, "/test")
