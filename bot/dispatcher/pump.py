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

log = structlog.get_logger("dispatcher")

SEND_SECONDS = 60.0
EDIT_GAP = timedelta(seconds=60)
MOST_AT_ONCE = 32
WAKE_SECONDS = 0.5


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
    """One platform's sends in this process, so that no platform waits for another."""

    sender: Sender
    pace: Pace
    closed_until: datetime | None = None
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
        the sends under way."""
        counts = await asyncio.gather(*(self._pump(lane, stop) for lane in self._lanes.values()))
        return sum(counts)

    async def _pump(self, lane: Lane, stop: asyncio.Event | None) -> int:
        tried = 0
        async with asyncio.TaskGroup() as tasks:
            while True:
                claimed = () if stop and stop.is_set() else await self._claim(lane)
                for work in claimed:
                    task = tasks.create_task(self._deliver(lane, work))
                    lane.running.add(task)
                    task.add_done_callback(lane.running.discard)
                tried += len(claimed)
                if not lane.running:
                    break
                await asyncio.wait(
                    set(lane.running), timeout=WAKE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
        lane.pace.forget_before(self._clock.monotonic())
        return tried

    async def _claim(self, lane: Lane) -> Sequence[Delivery]:
        now = self._clock.now()
        room = MOST_AT_ONCE - len(lane.running)
        if not room or (lane.closed_until and lane.closed_until > now):
            return ()
        return await self._store.run(claim, now, room, lane.sender.platform, self._edit_gap)

    async def _deliver(self, lane: Lane, delivery: Delivery) -> None:
        edit = bool(delivery.message)
        now = self._clock.monotonic()
        await self._clock.sleep(lane.pace.slot(delivery.chat.place, now) - now)
        if edit:
            outcome: Outcome = await self._bounded(lane.sender.edit(delivery))
        else:
            outcome, delivery = await self._send(lane, delivery)
        if isinstance(outcome, RetryAt) and outcome.platform_wide:
            lane.closed_until = outcome.at
        now_wall = self._clock.now()
        mine = await self._store.run(settle, delivery, outcome, now_wall)
        self._note(delivery, outcome, mine, now_wall)

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
