"""Claim deliveries, send them, settle what came of it. Order within a chat is the database's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.dispatcher.pace import LIMITS, Pace
from bot.dispatcher.settle import Outcome, claim, settle
from bot.ports import Clock, Sender, StoreRunner, T
from news.chat import Platform
from news.delivery import Absent, Delivery, RetryAt, Sent, Step, Unknown, next_step
from storage import StorageError

log = structlog.get_logger("dispatcher")

SEND_SECONDS = 60.0
EDIT_GAP = timedelta(seconds=60)
MOST_AT_ONCE = 32
WAKE_SECONDS = 0.5
STORAGE_WAIT_SECONDS = 2.0


class Metrics:
    """Counts and times of delivery."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.outcomes = Counter(
            "sahelwatch_sends", "Sends by platform and outcome", ["platform", "outcome"], registry=registry
        )
        self.dwell = Histogram(
            "sahelwatch_dwell_seconds", "From a delivery's creation to its acceptance", ["platform"],
            buckets=(1, 2, 5, 10, 30, 60, 300, 1800, 7200), registry=registry,
        )  # fmt: skip


@dataclass(slots=True)
class Lane:
    """One platform's sends in this process, so that no platform waits for another. `unsettled`
    outcomes are waiting to be written."""

    sender: Sender
    pace: Pace
    closed_until: datetime | None = None
    unsettled: int = 0
    running: set[asyncio.Task[None]] = field(default_factory=set)


class Dispatcher:
    """One per process. `pump` sends all that is due now, on every platform."""

    def __init__(
        self,
        store: StoreRunner,
        senders: Mapping[Platform, Sender],
        clock: Clock,
        *,
        edit_gap: timedelta = EDIT_GAP,
        registry: CollectorRegistry | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._edit_gap = edit_gap
        self._lanes = {p: Lane(sender, Pace(LIMITS[p])) for p, sender in senders.items()}
        self.metrics = Metrics(registry or CollectorRegistry())

    async def pump(self, stop: asyncio.Event | None = None) -> int:
        """Send what is due on every platform; returns the number of tries. `stop` ends it after
        the sends under way. Raises StorageError where the database gives nothing out."""
        lanes = (self._pump(lane, stop) for lane in self._lanes.values())
        total = 0
        for ended in await asyncio.gather(*lanes, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended
            total += ended
        return total

    async def _pump(self, lane: Lane, stop: asyncio.Event | None) -> int:
        tried = 0
        failed: StorageError | None = None
        async with asyncio.TaskGroup() as tasks:
            while True:
                claimed: Sequence[Delivery] = ()
                try:
                    if not (stop and stop.is_set()):
                        claimed = await self._claim(lane)
                    failed = None
                except StorageError as error:
                    failed = error  # the sends under way end as usual
                for work in claimed:
                    task = tasks.create_task(self._deliver(lane, work, stop))
                    lane.running.add(task)
                    task.add_done_callback(lane.running.discard)
                tried += len(claimed)
                if not lane.running:
                    break
                await asyncio.wait(
                    set(lane.running), timeout=WAKE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
        if failed:
            raise failed
        lane.pace.forget_before(self._clock.monotonic())
        return tried

    async def _claim(self, lane: Lane) -> Sequence[Delivery]:
        now = self._clock.now()
        room = MOST_AT_ONCE - len(lane.running)
        if not room or lane.unsettled or (lane.closed_until and lane.closed_until > now):
            return ()
        return await self._store.run(claim, now, room, lane.sender.platform, self._edit_gap)

    async def _deliver(self, lane: Lane, delivery: Delivery, stop: asyncio.Event | None) -> None:
        edit = bool(delivery.message)
        now = self._clock.monotonic()
        await self._clock.sleep(lane.pace.slot(delivery.chat.place, now) - now)
        if edit:
            outcome: Outcome = await self._bounded(lane.sender.edit(delivery))
        else:
            outcome, delivery = await self._send(lane, delivery)
        if isinstance(outcome, RetryAt) and outcome.platform_wide:
            lane.closed_until = outcome.at
        mine = await self._settle(lane, delivery, outcome, stop)
        self._note(delivery, outcome, mine, self._clock.now())

    async def _settle(
        self, lane: Lane, delivery: Delivery, outcome: Outcome, stop: asyncio.Event | None
    ) -> bool:
        """An outcome is kept until the database takes it (a full disk, a server away): forgotten, it
        would be an ambiguous send. Meanwhile the lane claims nothing, so that no lease that ran out
        is taken over here. At a stop it is given up, as by a crash."""
        lane.unsettled += 1
        try:
            while True:
                try:
                    return await self._store.run(settle, delivery, outcome, self._clock.now())
                except StorageError as error:
                    log.error("outcome not written", delivery=delivery.id, error=str(error))
                    if stop and stop.is_set():
                        return False
                    await self._clock.sleep(STORAGE_WAIT_SECONDS)
        finally:
            lane.unsettled -= 1

    async def _send(self, lane: Lane, delivery: Delivery) -> tuple[Outcome, Delivery]:
        step = next_step(delivery, self._clock.now())
        if step is Step.LOOK:
            found = await self._bounded(lane.sender.look(delivery))
            if isinstance(found, Sent):
                return found, delivery
            step = Step.SEND if isinstance(found, Absent) else Step.GIVE_UP
        if step is Step.GIVE_UP:
            return step, delivery
        delivery = replace(delivery, repeat=step is Step.REPEAT)
        return await self._bounded(lane.sender.send(delivery)), delivery

    async def _bounded(self, call: Awaitable[T]) -> T | Unknown:
        """A platform call that hangs, or an adapter that fails, leaves an ambiguous outcome."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await call
        except TimeoutError:
            return Unknown(f"no answer within {SEND_SECONDS:.0f} s")
        except Exception as error:
            log.exception("adapter failed", error=repr(error))
            return Unknown(f"{type(error).__name__} in the adapter")

    def _note(self, delivery: Delivery, outcome: Outcome, mine: bool, now: datetime) -> None:
        platform = delivery.chat.place.platform
        name = outcome.name.lower() if isinstance(outcome, Step) else type(outcome).__name__.lower()
        self.metrics.outcomes.labels(platform, name).inc()
        facts = {
            "delivery": delivery.id, "chat": delivery.chat.id, "platform": platform.value, "outcome": name,
            "alert": delivery.alert.short if delivery.alert else None, "edit": bool(delivery.message),
            "attempt": delivery.attempts, "mine": mine, "why": getattr(outcome, "why", None),
        }  # fmt: skip
        if isinstance(outcome, Sent):
            if not delivery.message:
                self.metrics.dwell.labels(platform).observe((now - delivery.created_at).total_seconds())
            log.info("delivered", **facts)
        else:
            log.warning("not delivered", **facts)
