"""Feeds: the file, the admins, and the state of polling."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.feed import Affiliation, FeedId, FeedSpec, FeedState, Origin, Reliability
from storage import Store
from tests.storage.samples import ENDED, LEASE, NOW, spec

A, B = FeedId("a"), FeedId("b")

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TIMES = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=400))
STATES = st.builds(
    FeedState,
    etag=TEXT, last_modified=TEXT, moved_to=TEXT, body_hash=st.binary(max_size=20),
    slices=st.binary(max_size=64), interval=st.none() | LENGTHS, next_due_at=st.none() | TIMES,
    checked_at=st.none() | TIMES, ok_at=st.none() | TIMES, baseline_at=st.none() | TIMES,
    refreshed_at=st.none() | TIMES,
    newest_item_at=st.none() | TIMES, new_item_at=st.none() | TIMES, gap_at=st.none() | TIMES,
    usual_gap=st.none() | LENGTHS, failures=st.integers(0, 10_000), failing_since=st.none() | TIMES,
    fault=TEXT, detail=TEXT,
)  # fmt: skip
SPECS = st.builds(
    FeedSpec,
    id=st.just(A), title=TEXT, url=TEXT, languages=st.lists(TEXT, max_size=3).map(tuple), country=TEXT,
    family=TEXT, affiliation=st.sampled_from(Affiliation), reliability=st.sampled_from(Reliability),
    reason=TEXT, interval=LENGTHS, note=TEXT,
)  # fmt: skip


def test_states_name_every_field() -> None:
    assert len(fields(FeedState)) == 19


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(described=SPECS, state=STATES)
def test_a_feed_comes_back_as_it_was_stored(store: Store, described: FeedSpec, state: FeedState) -> None:
    with store.transaction() as tx:
        tx.feeds.sync([described])
        tx.feeds.save([(A, state)])
        feed = tx.feeds.get(A)
    assert feed is not None
    assert (feed.spec, feed.state, feed.origin, feed.paused) == (described, state, Origin.FILE, False)


def test_the_file_adds_changes_and_drops_feeds(store: Store) -> None:
    with store.transaction() as tx:
        tx.feeds.sync([spec("b"), spec("a")])
        assert [feed.spec for feed in tx.feeds.all()] == [spec("a"), spec("b")]
        tx.feeds.sync([spec("a", title="Another")])
        assert [feed.spec.title for feed in tx.feeds.all()] == ["Another"]
        assert tx.feeds.file_specs() == (spec("a", title="Another"),)
        assert tx.feeds.get(B) is None


def test_a_feed_that_left_the_file_keeps_its_state(store: Store) -> None:
    state = FeedState(etag="x", baseline_at=NOW, slices=b"12345678")
    with store.transaction() as tx:
        tx.feeds.sync([spec("a")])
        tx.feeds.save([(A, state)])
        tx.feeds.sync([])
        assert tx.feeds.claim_due(NOW, 10, "me", LEASE) == ()
        tx.feeds.sync([spec("a")])
        back = tx.feeds.get(A)
    assert back is not None
    assert back.state == state


def test_what_admins_say_wins_over_the_file(store: Store) -> None:
    mine = spec("a", "https://mine.example/", "Mine")
    with store.transaction() as tx:
        tx.feeds.put(mine)
        tx.feeds.sync([spec("a"), spec("b")])
        feed = tx.feeds.get(A)
        assert feed is not None
        assert (feed.spec, feed.origin) == (mine, Origin.CHAT)
        assert tx.feeds.file_specs() == (spec("a"), spec("b"))
        tx.feeds.sync([])
        assert [one.spec for one in tx.feeds.all()] == [mine]


def test_a_feed_removed_in_chat_stays_out_though_the_file_lists_it(store: Store) -> None:
    with store.transaction() as tx:
        tx.feeds.sync([spec("a")])
        assert tx.feeds.remove(A)
        assert not tx.feeds.remove(A)
        tx.feeds.sync([spec("a", title="Another")])
        assert tx.feeds.all() == ()
        tx.feeds.put(spec("a"))
        assert [feed.spec for feed in tx.feeds.all()] == [spec("a")]


def test_a_feed_of_an_admin_is_gone_once_removed_but_the_file_may_bring_it(store: Store) -> None:
    with store.transaction() as tx:
        tx.feeds.put(spec("a"))
        assert tx.feeds.remove(A)
        assert tx.feeds.get(A) is None
        assert not tx.feeds.pause(A, True)
        tx.feeds.sync([spec("a")])
        assert tx.feeds.get(A) is not None


def test_a_new_address_drops_what_was_learnt_at_the_old_one_but_the_baseline(store: Store) -> None:
    learnt = FeedState(
        "e", "m", b"h", b"s", "https://moved.example/", timedelta(1), NOW, NOW, NOW, NOW,
        failures=3, failing_since=NOW, fault="timed out", detail="d",
    )  # fmt: skip
    with store.transaction() as tx:
        tx.feeds.sync([spec("a")])
        tx.feeds.save([(A, learnt)])
        tx.feeds.sync([spec("a", title="Only a new title")])
        kept = tx.feeds.get(A)
        tx.feeds.sync([spec("a", "https://new.example/")])
        fresh = tx.feeds.get(A)
    assert kept is not None
    assert kept.state == learnt
    assert fresh is not None
    assert fresh.state == FeedState(checked_at=NOW, ok_at=NOW, baseline_at=NOW)


def test_a_poll_of_an_address_that_changed_meanwhile_is_not_saved(store: Store) -> None:
    with store.transaction() as tx:
        tx.feeds.sync([spec("a")])
        tx.feeds.claim_due(NOW, 10, "me", LEASE)
        tx.feeds.sync([spec("a", "https://new.example/")])
        assert tx.feeds.claim_due(NOW, 10, "me", LEASE) == ()
        tx.feeds.save([(A, FeedState(etag="old", moved_to="https://old.example/"))])
        (again,) = tx.feeds.claim_due(NOW, 10, "me", LEASE)
        assert again.state == FeedState()
        tx.feeds.save([(A, FeedState(etag="new"))])
        (feed,) = tx.feeds.all()
        assert feed.state.etag == "new"


def test_due_feeds_are_claimed_once_longest_due_first(store: Store) -> None:
    hour = timedelta(hours=1)
    with store.transaction() as tx:
        tx.feeds.sync([spec(name) for name in "abcd"])
        tx.feeds.save(
            [
                (A, FeedState(next_due_at=NOW)),
                (B, FeedState(next_due_at=NOW - hour)),
                (FeedId("c"), FeedState(next_due_at=NOW + hour)),
            ]
        )
    with store.transaction() as tx:
        assert [feed.spec.id for feed in tx.feeds.claim_due(NOW, 2, "me", LEASE)] == ["d", "b"]
        assert [feed.spec.id for feed in tx.feeds.claim_due(NOW, 10, "you", LEASE)] == ["a"]
        assert tx.feeds.claim_due(NOW, 10, "you", LEASE) == ()


def test_a_lease_ends_by_itself_or_when_saved(store: Store) -> None:
    with store.transaction() as tx:
        tx.feeds.sync([spec("a")])
        assert len(tx.feeds.claim_due(NOW, 10, "me", ENDED)) == 1
        assert len(tx.feeds.claim_due(NOW, 10, "me", LEASE)) == 1
        assert len(tx.feeds.claim_due(NOW, 10, "me", LEASE)) == 0
        tx.feeds.save([(A, FeedState(next_due_at=NOW))])
        assert len(tx.feeds.claim_due(NOW, 10, "me", LEASE)) == 1
        tx.feeds.free()
        assert len(tx.feeds.claim_due(NOW, 10, "me", LEASE)) == 1


def test_a_paused_feed_is_not_polled(store: Store) -> None:
    with store.transaction() as tx:
        tx.feeds.sync([spec("a")])
        assert tx.feeds.pause(A, True)
        assert [feed.paused for feed in tx.feeds.all()] == [True]
        assert tx.feeds.claim_due(NOW, 10, "me", LEASE) == ()
        tx.feeds.sync([spec("a", title="Another")])
        assert tx.feeds.claim_due(NOW, 10, "me", LEASE) == ()
        assert tx.feeds.pause(A, False)
        assert len(tx.feeds.claim_due(NOW, 10, "me", LEASE)) == 1
        assert not tx.feeds.pause(B, True)


def test_a_feed_is_found_by_either_address(store: Store) -> None:
    with store.transaction() as tx:
        tx.feeds.sync([spec("a", "https://a.example/rss")])
        tx.feeds.save([(A, FeedState(moved_to="https://moved.example/"))])
        for url in ("https://a.example/rss", "https://moved.example/"):
            found = tx.feeds.by_url(url)
            assert found is not None
            assert found.url == "https://moved.example/"
        assert tx.feeds.by_url("https://other.example/") is None


def test_due_times_move_with_the_clock(store: Store) -> None:
    day = timedelta(days=1)
    with store.transaction() as tx:
        tx.feeds.sync([spec("a"), spec("b")])
        tx.feeds.save([(A, FeedState(next_due_at=NOW))])
        tx.feeds.shift(day)
        assert [feed.state.next_due_at for feed in tx.feeds.all()] == [NOW + day, None]


def test_many_feeds_are_saved_in_one_go(store: Store) -> None:
    names = [f"feed{number:03}" for number in range(64)]
    with store.transaction() as tx:
        tx.feeds.sync([spec(name) for name in names])
        claimed = tx.feeds.claim_due(NOW, 64, "me", LEASE)
        tx.feeds.save([(feed.spec.id, replace(feed.state, etag=feed.spec.id)) for feed in claimed])
        assert [feed.state.etag for feed in tx.feeds.all()] == names
        tx.feeds.save([])
