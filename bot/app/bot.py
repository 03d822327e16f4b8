"""The running bot: built from settings, started, supervised, stopped in order."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app.build import Parts
from bot.app.clock import ClockWatch
from bot.app.loops import Loop
from bot.app.metrics import health
from bot.health import MetricsServer
from bot.ports import CannotStart
from bot.settings import Settings

log = structlog.get_logger("app")

TICK_SECONDS = 1.0
UPKEEP_SECONDS = 600
GAUGE_SECONDS = 30
# Longer than a send may take, so that SIGTERM leaves nothing ambiguous behind.
DRAIN_SECONDS = 70.0


class Bot:
    def __init__(self, chosen: Settings, parts: Parts) -> None:
        self._settings = chosen
        self._parts = parts
        self._stop = asyncio.Event()
        clock, beats = parts.clock, parts.beats
        self._poll = Loop("poll", self._poll_once, clock, beats)
        self._dispatch = Loop("dispatch", self._dispatch_once, clock, beats)
        self._upkeep = Loop("upkeep", parts.upkeep.run, clock, beats)
        self._gauges = Loop("gauges", self._measure, clock, beats)
        self._scheduler = self._schedule()
        self._watch = ClockWatch(clock, parts.store, self._wake)

    def stop(self) -> None:
        self._stop.set()

    async def run(self) -> None:
        """Until `stop` or a signal. Raises if a loop died of a bug."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        async with AsyncExitStack() as stack:
            self._serve_metrics(stack)
            await self._until_stopped()

    async def _until_stopped(self) -> None:
        for client in self._parts.clients.values():
            await client.start()
        self._scheduler.start()
        self._wake()
        tasks = [asyncio.create_task(loop.run(), name=loop.name) for loop in self._loops]
        tasks.append(asyncio.create_task(self._watch.run(), name="clock"))
        stopped = asyncio.create_task(self._stop.wait(), name="stop")
        gc.freeze()
        gc.enable()
        states = {platform.value: state for platform, state in self._parts.platform_states().items()}
        log.info("ready", platforms=states)
        try:
            await asyncio.wait({stopped, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            self._raise_bug(tasks)
        finally:
            stopped.cancel()
            await self._wind_down(tasks)

    @property
    def _loops(self) -> tuple[Loop, ...]:
        return (self._poll, self._dispatch, self._upkeep, self._gauges)

    @staticmethod
    def _raise_bug(tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            if task.done() and (error := task.exception()):
                log.error("a loop died", loop=task.get_name(), exc_info=error)
                raise error

    async def _wind_down(self, tasks: list[asyncio.Task[None]]) -> None:
        """No new polls, then the sends under way, then commands and connections."""
        log.info("stopping")
        self._stop.set()
        self._scheduler.shutdown(wait=False)
        for task in tasks:
            if task.get_name() != self._dispatch.name:
                task.cancel()
        self._dispatch.stop()
        await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for client in self._parts.clients.values():
            await client.stop()
        log.info("stopped")

    # ---- what the loops do -----------------------------------------------------------------

    async def _poll_once(self) -> None:
        await self._parts.poller.tick()
        self._dispatch.wake()

    async def _dispatch_once(self) -> None:
        await self._parts.dispatcher.pump(self._stop)

    async def _measure(self) -> None:
        await self._parts.store.run(self._parts.flow.measure, self._parts.clock.now())

    def _wake(self) -> None:
        self._scheduler.wakeup()
        for loop in self._loops:
            loop.wake()

    def _schedule(self) -> AsyncIOScheduler:
        """The scheduler only wakes loops; what is due is in the database, so a late or repeated
        wake does no harm. Its defaults would drop late ones."""
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        tick = min(TICK_SECONDS, (self._settings.poll_seconds or TICK_SECONDS) / 2)
        scheduler.add_job(_calling(self._poll), "interval", seconds=max(0.1, tick), id="poll")
        scheduler.add_job(_calling(self._dispatch), "interval", seconds=TICK_SECONDS, id="dispatch")
        scheduler.add_job(_calling(self._upkeep), "interval", seconds=UPKEEP_SECONDS, id="upkeep")
        scheduler.add_job(_calling(self._gauges), "interval", seconds=GAUGE_SECONDS, id="gauges")
        return scheduler

    def _serve_metrics(self, stack: AsyncExitStack) -> None:
        port = self._settings.metrics_port
        if port is None:
            return
        parts = self._parts

        def facts() -> tuple[bool, dict[str, object]]:
            states: Mapping[str, str] = {p.value: s for p, s in parts.platform_states().items()}
            return health(parts.beats, parts.clock, states)

        host = self._settings.metrics_host
        try:
            server = MetricsServer(host, port, facts, parts.registry)
        except OSError as error:
            raise CannotStart(
                f"SAHELWATCH_METRICS_PORT: {host}:{port} cannot be served: {error.strerror}"
            ) from None
        server.start()
        stack.callback(server.stop)


def _calling(loop: Loop):  # type: ignore[no-untyped-def]
    """A coroutine function for the scheduler (a plain one would run in a thread)."""

    async def wake() -> None:
        loop.wake()

    return wake
