"""Stories: members, versions, and what changed since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from news.story import StoryId
from storage import Store
from tests.storage.samples import JNIM, MALI, NOW, alert_of, match, new_item, stored_story

DAY = timedelta(days=1)


def test_a_story_has_its_members_in_the_order_they_joined(store: Store) -> None:
    with store.transaction() as tx:
        one, two, three = tx.items.add([new_item(name) for name in "abc"])
        tx.items.add_matches([(one, match(MALI)), (one, match(JNIM)), (three, match(MALI))])
        story = tx.stories.open(NOW)
        tx.stories.join(story, three, NOW, reprint=False)
        tx.stories.join(story, one, NOW + DAY, reprint=True)
        record = tx.stories.get(story)
        assert record is not None
        assert [(member.stored.id, member.reprint) for member in record.members] == [
            (three, False),
            (one, True),
        ]
        assert [member.matches for member in record.members] == [(match(MALI),), (match(MALI), match(JNIM))]
        assert record.members[0].stored == tx.items.get(three)
        assert (record.alert, record.withdrawn) == (None, False)
        assert tx.stories.get(StoryId(story + 1)) is None
        assert two not in [member.stored.id for member in record.members]


def test_stories_since_are_those_something_joined_since(store: Store) -> None:
    with store.transaction() as tx:
        old, _ = stored_story(tx, "old", NOW - 9 * DAY)
        grown, _ = stored_story(tx, "grown", NOW - 9 * DAY)
        young, _ = stored_story(tx, "young", NOW)
        (late,) = tx.items.add([new_item("late")])
        tx.stories.join(grown, late, NOW, reprint=False)
        assert [record.id for record in tx.stories.since(NOW - DAY)] == [grown, young]
        assert [record.id for record in tx.stories.since(NOW - 10 * DAY)] == [old, grown, young]
        assert [len(record.members) for record in tx.stories.since(NOW - DAY)] == [2, 1]


def test_an_old_item_does_not_make_a_story_older(store: Store) -> None:
    with store.transaction() as tx:
        story, _ = stored_story(tx)
        (item,) = tx.items.add([new_item("backlog")])
        tx.stories.join(story, item, NOW - 9 * DAY, reprint=False)
        assert len(tx.stories.since(NOW)) == 1


def test_each_change_of_a_story_shows_as_newer(store: Store) -> None:
    def changed(version: int) -> tuple[list[StoryId], int]:
        with store.reading() as tx:
            found = tx.stories.newer_than(version, NOW - DAY)
        return [record.id for record in found], max([version, *(record.version for record in found)])

    with store.transaction() as tx:
        one, _ = stored_story(tx, "one")
        two, item = stored_story(tx, "two")
    seen, version = changed(0)
    assert seen == [one, two]
    assert changed(version) == ([], version)

    with store.transaction() as tx:
        (more,) = tx.items.add([new_item("more")])
        tx.stories.join(one, more, NOW, reprint=False)
        tx.stories.join(two, item, NOW, reprint=False)
    seen, version = changed(version)
    assert seen == [one]

    with store.transaction() as tx:
        alert = tx.alerts.create(alert_of(two, item))
    seen, version = changed(version)
    assert seen == [two]

    with store.transaction() as tx:
        tx.alerts.save(replace(alert, revision=2, withdrawn_at=NOW, withdrawn_why="false"))
        tx.stories.join(one, item, NOW, reprint=True)
    assert changed(version)[0] == [one, two]
    with store.reading() as tx:
        record = tx.stories.get(two)
    assert record is not None
    assert (record.alert, record.withdrawn) == (alert.id, True)


def test_versions_never_repeat(store: Store) -> None:
    with store.transaction() as tx:
        stories = [stored_story(tx, str(number))[0] for number in range(5)]
    with store.reading() as tx:
        versions = [record.version for record in tx.stories.newer_than(0, NOW - DAY)]
    assert len({*versions}) == len(stories)


def test_what_is_rolled_back_leaves_no_trace(store: Store) -> None:
    class StopError(Exception):
        pass

    try:
        with store.transaction() as tx:
            stored_story(tx)
            raise StopError
    except StopError:
        pass
    with store.transaction() as tx:
        assert tx.stories.since(NOW - DAY) == ()
        assert tx.items.known(["journal/one"]) == {}
