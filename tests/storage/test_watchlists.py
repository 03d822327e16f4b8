"""Watchlists: the file, the admins, and the revision of the set."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.watch import Entity, EntityId, Kind, Term, Watchlist, WatchlistId
from storage import Store
from tests.storage.samples import JNIM, MALI

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
PHRASES = st.lists(TEXT, max_size=2).map(tuple)
TERMS = st.builds(
    Term, text=TEXT, language=TEXT, exact=st.booleans(), prefix=st.booleans(), company=PHRASES,
    unless=PHRASES, not_before=PHRASES, not_after=PHRASES,
)  # fmt: skip
ENTITIES = st.builds(
    Entity,
    id=TEXT.map(EntityId),
    name=TEXT,
    kind=st.sampled_from(Kind),
    terms=st.lists(TERMS, max_size=3).map(tuple),
)
LISTS = st.builds(
    Watchlist,
    id=st.just(MALI),
    title=TEXT,
    entities=st.lists(ENTITIES, max_size=3).map(tuple),
    description=TEXT,
)


def watchlist(id: str, title: str = "A title") -> Watchlist:
    entity = Entity(EntityId(id), id, Kind.GROUP, (Term(id), Term("جماعة", "ar")))
    return Watchlist(WatchlistId(id), title, (entity,))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=LISTS)
def test_a_watchlist_comes_back_as_it_was_stored(store: Store, one: Watchlist) -> None:
    with store.transaction() as tx:
        tx.watchlists.put(one)
        assert tx.watchlists.get(MALI) == one
        assert tx.watchlists.all() == (one,)


def test_the_revision_grows_with_changes_only(store: Store) -> None:
    with store.transaction() as tx:
        assert tx.watchlists.revision() == 0
        tx.watchlists.sync([watchlist("mali"), watchlist("jnim")])
        first = tx.watchlists.revision()
        tx.watchlists.sync([watchlist("jnim"), watchlist("mali")])
        assert tx.watchlists.revision() == first > 0
        second = tx.watchlists.put(watchlist("jnim", "Another"))
        assert tx.watchlists.revision() == second > first
        assert tx.watchlists.remove(JNIM)
        assert tx.watchlists.revision() > second
        third = tx.watchlists.revision()
        tx.watchlists.sync([])
        assert tx.watchlists.revision() > third


def test_what_admins_say_wins_over_the_file(store: Store) -> None:
    mine = watchlist("mali", "Mine")
    with store.transaction() as tx:
        tx.watchlists.sync([watchlist("mali"), watchlist("jnim")])
        tx.watchlists.put(mine)
        tx.watchlists.sync([watchlist("mali", "The file's new title"), watchlist("jnim")])
        assert tx.watchlists.all() == (watchlist("jnim"), mine)
        tx.watchlists.sync([])
        assert tx.watchlists.all() == (mine,)


def test_a_removed_watchlist_is_not_brought_back_by_the_file(store: Store) -> None:
    with store.transaction() as tx:
        tx.watchlists.sync([watchlist("mali")])
        assert tx.watchlists.remove(MALI)
        assert not tx.watchlists.remove(MALI)
        tx.watchlists.sync([watchlist("mali", "Another")])
        assert tx.watchlists.get(MALI) is None
        assert tx.watchlists.all() == ()
        tx.watchlists.put(watchlist("mali"))
        assert tx.watchlists.get(MALI) == watchlist("mali")


def test_an_unknown_watchlist_cannot_be_removed(store: Store) -> None:
    with store.transaction() as tx:
        assert not tx.watchlists.remove(MALI)
        assert tx.watchlists.get(MALI) is None
