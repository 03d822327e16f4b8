"""One poll's items into the database: identity, match, story, decision, deliveries. One transaction."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from news import identity
from news.alert import FATES, Alert, Hold, HoldReason, Raise, RaiseReason, decide
from news.compose import compose
from news.delivery import DeliveryState
from news.feed import Feed, FeedId, FeedState
from news.item import Fate, Item, ItemId, ParsedFeed
from news.match import Matcher
from news.story import REACH, Joined, StoryId, StoryIndex, place, sketch
from news.watch import Match
from storage import NewItem, StoryRecord, Transaction

log = structlog.get_logger("pipeline")

NOT_STORED = ItemId(0)


@dataclass(frozen=True, slots=True)
class Rules:
    """`backlog`: how old an item may be at first sight of its feed and still alert (None: the
    first-sight rule is off). `max_age`: older items are stored, not alerted."""

    max_age: timedelta = timedelta(hours=48)
    backlog: timedelta | None = timedelta(0)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one item of a poll. `new` is False where its feed had shown it before."""

    item: ItemId
    fate: Fate
    new: bool = True


@dataclass(frozen=True, slots=True)
class Intake:
    """What one poll brought: per item in the order given, and the alerts made or changed."""

    items: tuple[Taken, ...]
    raised: tuple[Alert, ...] = ()
    edited: tuple[Alert, ...] = ()
    deliveries: int = 0


@dataclass(slots=True)
class _New:
    """A new item on its way through the stages."""

    place: int
    item: Item
    keys: tuple[str, ...]
    matches: tuple[Match, ...]
    hold: HoldReason | None
    id: ItemId = NOT_STORED


@dataclass(slots=True)
class _Touched:
    """A story that this poll touched, and the first reason to raise its alert."""

    record: StoryRecord
    reason: RaiseReason | None = None
    raisers: list[ItemId] = field(default_factory=list)
    edit: bool = False
    fresh: bool = False


class Pipeline:
    """Takes items in. Holds the compiled watchlists and the index of open stories, both only
    copies of what the database says: `reset` after a rolled back transaction reads them anew."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._matcher: Matcher | None = None
        self._revision = -1
        self.reset()

    def reset(self) -> None:
        """Forget the story index; the next `take_in` loads it again."""
        self._index = StoryIndex()
        self._version = -1

    def take_in(
        self, tx: Transaction, feed: Feed, parsed: ParsedFeed, state: FeedState, now: datetime
    ) -> Intake:
        """Store what is new of `parsed` with its matches, stories, alerts and deliveries, and the
        feed's new `state`, in the caller's transaction."""
        tx.lock_intake()
        self._refresh(tx, now)
        taken: list[Taken | None] = [None] * len(parsed.items)
        new = self._identify(tx, feed, parsed, now, taken)
        self._store(tx, feed, new, now, taken)
        touched = self._tell_stories(tx, feed, [n for n in new if n.matches], now, taken)
        intake = self._alert(tx, feed, touched.values(), now)
        if touched:
            self._version = tx.stories.version()  # ours: nobody else is in here meanwhile
        if state != feed.state:
            tx.feeds.save([(feed.spec.id, state)])
        log.debug("taken in", feed=feed.spec.id, items=len(parsed.items), new=len(new))
        return replace(intake, items=tuple(t for t in taken if t is not None))

    # ---- copies of the database ------------------------------------------------------------

    def _refresh(self, tx: Transaction, now: datetime) -> None:
        revision = tx.watchlists.revision()
        if self._matcher is None or revision != self._revision:
            self._matcher = Matcher(tx.watchlists.all())
            self._revision = revision
        cutoff = now - REACH
        if tx.stories.version() > self._version:
            self._read_stories(tx, cutoff)
        self._index.expire(cutoff)
        self._index.commit()

    def _read_stories(self, tx: Transaction, cutoff: datetime) -> None:
        for record in tx.stories.newer_than(self._version, cutoff):
            for member in record.members:
                at = member.stored.item.published or member.stored.first_seen
                publisher = self._publisher(tx, member.stored.feed)
                seen = sketch(member.stored.item, member.matches, publisher, at, member.stored.id)
                self._index.add(record.id, seen)
        self._version = tx.stories.version()

    def _publisher(self, tx: Transaction, feed_id: FeedId) -> str:
        feed = tx.feeds.get(feed_id)
        return feed.spec.publisher if feed else feed_id

    # ---- identity --------------------------------------------------------------------------

    def _identify(
        self, tx: Transaction, feed: Feed, parsed: ParsedFeed, now: datetime, taken: list[Taken | None]
    ) -> list[_New]:
        """Which items are new to this feed; known ones get the keys they lacked."""
        keys = [(_presence(feed, k), *k) for k in identity.keys(feed.spec.id, parsed.items, parsed.shared)]
        known = tx.items.known({k for ks in keys for k in ks})
        new: list[_New] = []
        first: dict[str, int] = {}
        more: list[tuple[str, ItemId]] = []
        for n, (item, ks) in enumerate(zip(parsed.items, keys, strict=True)):
            hit = next((known[k] for k in ks if k in known), None)
            twin = next((first[k] for k in ks if k in first), None)
            if hit is not None and (ks[0] in known or self._same_feed(tx, hit, feed)):
                more += [(k, hit) for k in ks if k not in known]
                taken[n] = Taken(hit, Fate.SAME_ITEM, new=False)
            elif hit is not None:
                self._same_elsewhere(tx, feed, item, ks, hit, n, now, taken)
            elif twin is not None:
                taken[n] = Taken(ItemId(-1 - twin), Fate.SAME_ITEM, new=False)
            else:
                new.append(_New(n, item, ks, (), self._hold(feed, item, now)))
                first |= dict.fromkeys(ks, n)
        tx.items.add_keys(more)
        return sorted(new, key=lambda n: (n.item.published or now, n.place))

    def _same_feed(self, tx: Transaction, item: ItemId, feed: Feed) -> bool:
        stored = tx.items.get(item)
        return stored is not None and stored.feed == feed.spec.id

    def _same_elsewhere(
        self, tx: Transaction, feed: Feed, item: Item, keys: tuple[str, ...], hit: ItemId, n: int,
        now: datetime, taken: list[Taken | None],
    ) -> None:  # fmt: skip
        """Another feed showed this very item first: a row of its own that points there."""
        row = NewItem(feed.spec.id, item, now, keys, Fate.SAME_ITEM, f"i{hit}", "listed by another feed", "")
        (own,) = tx.items.add([row])
        taken[n] = Taken(own, Fate.SAME_ITEM)

    def _hold(self, feed: Feed, item: Item, now: datetime) -> HoldReason | None:
        """What keeps a new item from alerting whatever it says: backlog, or age."""
        age = now - item.published if item.published else timedelta(0)
        backlog = self._rules.backlog
        if feed.state.baseline_at is None and backlog is not None:
            recent = item.published is not None and age < backlog
            if not recent or not backlog:
                return HoldReason.FIRST_SIGHT
        return HoldReason.TOO_OLD if age > self._rules.max_age else None

    # ---- match and store -------------------------------------------------------------------

    def _store(
        self, tx: Transaction, feed: Feed, new: list[_New], now: datetime, taken: list[Taken | None]
    ) -> None:
        assert self._matcher is not None
        for n in new:
            language = n.item.language or (feed.spec.languages[0] if len(feed.spec.languages) == 1 else "")
            n.matches = self._matcher.find(n.item.title, n.item.text, language, feed.spec.country)
        rows = [_row(feed, n, now) for n in new]
        for n, row, item in zip(new, rows, tx.items.add(rows), strict=True):
            n.id = item
            taken[n.place] = Taken(item, row.fate)
        tx.items.add_matches([(n.id, m) for n in new for m in n.matches])
        by_place = {n.place: n.id for n in new}
        for at, entry in enumerate(taken):
            if entry is not None and entry.item < 0:
                taken[at] = Taken(by_place[-1 - entry.item], Fate.SAME_ITEM, new=False)

    # ---- stories ---------------------------------------------------------------------------

    def _tell_stories(
        self, tx: Transaction, feed: Feed, new: list[_New], now: datetime, taken: list[Taken | None]
    ) -> dict[StoryId, _Touched]:
        touched: dict[StoryId, _Touched] = {}
        fates: list[tuple[ItemId, Fate, str, str]] = []
        for n in new:
            story, reprint, why = self._place(tx, feed, n, now)
            entry = self._touch(tx, story, touched)
            decision = decide(
                first_sight=n.hold is HoldReason.FIRST_SIGHT,
                too_old=n.hold is HoldReason.TOO_OLD,
                reprint=reprint,
                alerted=entry.record.alert is not None or entry.reason is not None,
                withdrawn=entry.record.withdrawn,
            )
            fate = self._note(entry, n, decision)
            fates.append((n.id, fate, f"s{story}", why))
            taken[n.place] = Taken(n.id, fate)
        tx.items.settle(fates)
        return touched

    def _place(self, tx: Transaction, feed: Feed, n: _New, now: datetime) -> tuple[StoryId, bool, str]:
        """The story the item belongs to (opened if need be), whether it is a reprint, and why."""
        at = n.item.published or now
        seen = sketch(n.item, n.matches, feed.spec.publisher, at, n.id)
        placed = place(seen, self._index.candidates(seen), now)
        if isinstance(placed, Joined):
            story, reprint = placed.story, placed.reprint_of is not None
        else:
            story, reprint = tx.stories.open(now), False
        tx.stories.join(story, n.id, at, reprint)
        self._index.add(story, seen)
        return story, reprint, placed.why

    def _touch(self, tx: Transaction, story: StoryId, touched: dict[StoryId, _Touched]) -> _Touched:
        if story not in touched:
            record = tx.stories.get(story)
            assert record is not None
            touched[story] = _Touched(record)
        return touched[story]

    def _note(self, entry: _Touched, n: _New, decision: Raise | Hold) -> Fate:
        entry.fresh |= n.hold is None
        match decision:
            case Raise(reason):
                entry.reason = reason
                entry.raisers.append(n.id)
                return Fate.ALERTED
            case Hold(reason=reason, edit=edit):
                entry.edit |= edit
                return FATES[reason]

    # ---- alerts ----------------------------------------------------------------------------

    def _alert(self, tx: Transaction, feed: Feed, touched: Iterable[_Touched], now: datetime) -> Intake:
        raised: list[Alert] = []
        edited: list[Alert] = []
        deliveries = 0
        for entry in touched:
            before = tx.alerts.get(entry.record.alert) if entry.record.alert else None
            if entry.reason is None and not (entry.edit and before):
                continue
            after = self._compose(tx, entry, before, now)
            if before is None:
                after = tx.alerts.create(after)
                raised.append(after)
                tx.items.settle([(i, Fate.ALERTED, after.short, str(entry.reason)) for i in entry.raisers])
            elif after.revision > before.revision:
                tx.alerts.save(after)
                edited.append(after)
            deliveries += self._enqueue(tx, feed, entry, before, after, now)
        return Intake((), tuple(raised), tuple(edited), deliveries)

    def _compose(self, tx: Transaction, entry: _Touched, before: Alert | None, now: datetime) -> Alert:
        record = tx.stories.get(entry.record.id)
        assert record is not None
        feeds = {m.stored.feed: tx.feeds.get(m.stored.feed) for m in record.members}
        specs = {key: feed.spec for key, feed in feeds.items() if feed is not None}
        at = before.raised_at if before else now
        reason = before.reason if before else str(entry.reason)
        return compose(record.id, record.members, specs, at, reason, before)

    def _enqueue(
        self, tx: Transaction, feed: Feed, entry: _Touched, before: Alert | None, after: Alert, now: datetime
    ) -> int:
        """Deliveries for every chat that subscribed a watchlist the alert did not have before."""
        lists = set(after.watchlists) - set(before.watchlists if before else ())
        if not lists or not entry.fresh:
            return 0
        chats = [chat.id for chat in tx.chats.subscribers(lists)]
        state = DeliveryState.UNCERTAIN if _after_restore(tx, feed) else DeliveryState.PENDING
        return tx.outbox.enqueue(after.id, chats, now, state)


def _row(feed: Feed, n: _New, now: datetime) -> NewItem:
    """The item's row, with the fate it has if no watchlist matches it."""
    fate = FATES[n.hold] if n.hold else Fate.NO_MATCH
    return NewItem(feed.spec.id, n.item, now, n.keys, fate, "", "", identity.fingerprint(n.item))


def _presence(feed: Feed, keys: tuple[str, ...]) -> str:
    """A key that says "this feed has shown this item", beside the keys that outlets share."""
    raw = hashlib.blake2b(f"{feed.spec.id}\0{keys[0]}".encode(), digest_size=16).digest()
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _after_restore(tx: Transaction, feed: Feed) -> bool:
    """Whether this is the feed's first poll after a backup was restored: what is new in it may
    have been sent before the restore, so it is listed as uncertain instead of sent again."""
    restored = tx.settings.get("restored_at")
    if restored is None or feed.state.ok_at is None:
        return False
    return feed.state.ok_at < datetime.fromisoformat(restored)
