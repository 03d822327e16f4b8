from __future__ import annotations

from datetime import timedelta

from bot.texts.pages import plain
from news.delivery import DeliveryState
from tests.bot.commands.room import ADMIN, MEMBER, NOW, OWNER, READER, Room


async def test_status_is_short_for_readers_and_whole_for_admins(room: Room) -> None:
    room.clock.at = NOW + timedelta(hours=5)
    room.alert()
    reply = await room.ask(MEMBER, "/status")
    assert not reply.private
    assert plain(reply.page).splitlines() == [
        "Status",
        "Feeds: 1 not read yet; the last alert 6 hours ago.",
        "Version 1.2.3, up 5 hours",
    ]
    reply = await room.ask(ADMIN, "/status")
    text = plain(reply.page)
    assert reply.private
    for part in (
        "Feeds: 1 not read yet",
        "Items: 0 (none yet)",
        "Alerts: 1",
        "Deliveries: none",
        "telegram connected",
    ):
        assert part in text


async def test_status_tells_what_waits_and_why(room: Room) -> None:
    await room.ask(READER, "/test")
    room.do(lambda tx: tx.settings.set("hold", "restored"))
    room.clock.at = NOW + timedelta(minutes=12)
    text = await room.text(ADMIN, "/status")
    assert "On hold: restored. Nothing is sent." in text
    assert "Deliveries: pending 1" in text
    assert "The oldest waiting since 12 minutes" in text


async def test_what_did_not_arrive_is_listed_for_the_owner(room: Room) -> None:
    assert "Nothing is uncertain" in await room.text(OWNER, "/uncertain")
    assert "Nothing was undeliverable" in await room.text(OWNER, "/dead")
    await room.ask(READER, "/test")
    room.do(lambda tx: tx.outbox.uncertain_all(NOW, "restored"))
    text = await room.text(OWNER, "/uncertain 5")
    assert text.startswith("Uncertain: 1 delivery\n8 Feb 2023 09:00 UTC #")
    assert "to 100 (telegram)" in text
    assert room.do(lambda tx: tx.outbox.counts())[DeliveryState.UNCERTAIN] == 1


async def test_the_audit_log_shows_changes_and_refusals(room: Room) -> None:
    assert "No admin has changed anything yet" in await room.text(OWNER, "/audit")
    await room.ask(ADMIN, "/pause")
    await room.ask(READER, "/withdraw #4k2wz x")
    text = await room.text(OWNER, "/audit")
    assert text.splitlines() == [
        "The last 2 changes",
        "8 Feb 2023 09:00 UTC telegram:100 withdraw #4k2wz x (refused)",
        "8 Feb 2023 09:00 UTC telegram:2 pause all sending",
    ]
    assert "The last 1 change\n" in await room.text(OWNER, "/audit 1")
