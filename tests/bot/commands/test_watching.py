from __future__ import annotations

import pytest

from bot.commands import terms
from news.watch import Kind, Term, Watchlist, WatchlistId
from tests.bot.commands.room import ADMIN, READER, Room, pressed


def stored(room: Room, name: str) -> Watchlist | None:
    with room.store.reading() as tx:
        return tx.watchlists.get(WatchlistId(name))


def words(room: Room, name: str) -> dict[str, list[str]]:
    found = stored(room, name)
    assert found
    return {entity.id: [term.text for term in entity.terms] for entity in found.entities}


async def test_listing_and_showing(room: Room) -> None:
    text = await room.text(ADMIN, "/watch")
    assert text.startswith("2 watchlists\nmali Mali: 1 entity, 1 term\nniger Niger: 1 entity, 2 terms")
    assert "niger Niamey, Zinder" in await room.text(ADMIN, "/watch show niger")
    assert "Niamey, Zinder" in await room.text(ADMIN, "/watch show niger Niger")
    assert "has no entity cotton" in await room.text(ADMIN, "/watch show niger cotton")


async def test_adding_terms(room: Room) -> None:
    before = room.do(lambda tx: tx.watchlists.revision())
    text = await room.text(
        ADMIN, "/watch add mali group:africa-corps Africa Corps, Африканский корпус, AES, =Is"
    )
    assert "added Africa Corps, Африканский корпус, =AES, =Is" in text
    assert "from the next item on" in text
    assert words(room, "mali") == {
        "mali": ["Bamako"],
        "africa-corps": ["Africa Corps", "Африканский корпус", "AES", "Is"],
    }
    found = stored(room, "mali")
    assert found
    assert found.entities[1].kind is Kind.GROUP
    assert [term.exact for term in found.entities[1].terms] == [False, False, True, True]
    assert room.do(lambda tx: tx.watchlists.revision()) > before
    assert room.audit() == [("telegram:2", "watch.add", True)]


async def test_adding_what_is_there_changes_nothing(room: Room) -> None:
    assert "has those terms already" in await room.text(ADMIN, "/watch add mali mali BAMAKO")
    assert words(room, "mali") == {"mali": ["Bamako"]}
    assert room.audit() == []


async def test_removing_a_term_an_entity_a_watchlist(room: Room) -> None:
    assert "Did you mean zinder?" in await room.text(ADMIN, "/watch remove niger niger Zindr")
    await room.ask(ADMIN, "/watch remove niger niger zinder")
    assert words(room, "niger") == {"niger": ["Niamey"]}
    await room.ask(ADMIN, "/watch remove niger niger")
    assert words(room, "niger") == {}
    await room.ask(READER, "/subscribe niger")
    reply = await room.ask(ADMIN, "/watch remove niger")
    assert stored(room, "niger")
    assert "1 chat would get no alerts" in await room.text(ADMIN, "/watch remove niger")
    await room.ask(ADMIN, pressed(reply, "Delete"))
    assert stored(room, "niger") is None
    assert [row[1] for row in room.audit()] == ["watch.remove", "watch.remove", "watch.delete"]


async def test_a_new_watchlist(room: Room) -> None:
    assert "Made libya" in await room.text(ADMIN, "/watch new libya The South of Libya")
    found = stored(room, "libya")
    assert found
    assert found.title == "The South of Libya"
    assert "there already" in await room.text(ADMIN, "/watch new libya")
    for name in ("", "Ünder", "a" * 60, "-x", "a/b"):
        assert (await room.ask(ADMIN, f"/watch new {name}")).error
    assert "Made libya" not in await room.text(ADMIN, "/watch add libyan x Sebha")


async def test_slips_of_the_pen(room: Room) -> None:
    assert "Did you mean remove?" in await room.text(ADMIN, "/watch remov mali")
    assert "Did you mean mali?" in await room.text(ADMIN, "/watch show malli")
    assert "Which watchlist?" in await room.text(ADMIN, "/watch show")
    assert (await room.ask(ADMIN, "/watch add mali")).error
    assert "Which terms?" in await room.text(ADMIN, "/watch add mali kidal")
    assert "two letters" in await room.text(ADMIN, "/watch add mali kidal x")
    assert "at most 100" in await room.text(ADMIN, f"/watch add mali kidal {'x' * 101}")
    assert words(room, "mali") == {"mali": ["Bamako"]}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Kidal", Term("Kidal")),
        (" “Kidal” ", Term("Kidal")),
        ("FAN", Term("FAN", exact=True)),
        ("BAMAKO", Term("BAMAKO")),
        ("= Is", Term("Is", exact=True)),
        ("كيدال", Term("كيدال")),
    ],
)
def test_terms_as_typed(typed: str, expected: Term) -> None:
    assert terms.parse(typed) == (expected,)
