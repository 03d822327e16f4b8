"""The connection to Telegram: its life, its state, and the long poll that brings updates in.

The library's own Updater is not used: it logs a refused token with the token in it, goes on fighting
a second instance for ever, and does not tell when a lost connection is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

import structlog
import telegram
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.platforms.telegram.answer import Answers
from bot.platforms.telegram.inbox import Inbox
from bot.platforms.telegram.outcome import AFTER_TOKEN, explain, foreign, wait_of
from bot.platforms.telegram.places import find_place
from bot.platforms.telegram.send import TelegramSender
from bot.ports import Clock, CommandDesk, FoundPlace
from news.chat import Caller, Platform

Request = TypeVar("Request", bound=HTTPXRequest)
log = structlog.get_logger(__name__)

ALLOWED = ["message", "callback_query", "my_chat_member"]
POLL_SECONDS = 50  # the Bot API server's cap
AT_ONCE = 8  # updates in work
MOST_WAITING = 200  # updates taken and not yet done, before the next poll waits
AFTER_CONFLICT = timedelta(minutes=1)
LONGEST_BACK_OFF = 60.0  # seconds
DRAIN_SECONDS = 5.0
LONGEST_DESCRIPTION = 256  # of a command (Bot API, BotCommand); a name is [a-z0-9_]{1,32}


class TelegramClient:
    """One bot account. `state` says in words how it stands; `sender` sends whatever the state.

    Also a `bot.ports.PlaceFinder`. `api_base` is given without "/bot"; `proxy` is an http(s) URL.
    """

    platform = Platform.TELEGRAM

    def __init__(
        self,
        token: str,
        api_base: str,
        desk: CommandDesk,
        clock: Clock,
        *,
        proxy: str = "",
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        base = api_base.rstrip("/")
        self._requests = (_request(HTTPXRequest, proxy, 64), _request(UpdatesRequest, proxy, 2))
        self._bot = telegram.Bot(
            token,
            f"{base}/bot",
            f"{base}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        self._desk = desk
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._inbox = Inbox(self._bot, desk, clock, Answers(self._bot, clock))
        self._run_task: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._me: telegram.User | None = None
        self._offset = 0
        self._failures = 0
        self._contested = False
        self.state = "not started"
        self.connected = False
        self.sender = TelegramSender(self._bot, clock)

    async def start(self) -> None:
        """Begin to connect, in the background: never waits and never fails."""
        if self._run_task is None:
            self._become("connecting", connected=False)
            self._run_task = asyncio.create_task(self._run(), name="telegram")

    async def stop(self) -> None:
        """Take no more updates, finish those begun, confirm them, close. Sending ends here too."""
        if self._run_task is not None:
            await _end(self._run_task)
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
            for task in list(self._tasks):
                await _end(task)
            await self._confirm()
            self._run_task = None
        for request in self._requests:
            await request.shutdown()
        self._become("stopped", connected=False)

    async def find_place(self, caller: Caller, name: str) -> FoundPlace | str:
        if self._me is None:
            return "I am not connected to Telegram yet. Try again in a minute."
        return await find_place(self._bot, caller, name)

    # ---- the loop ----------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            try:
                await self._connect()
                while True:
                    await self._poll(min(self._poll_seconds, 5 if self._contested else POLL_SECONDS))
            except Exception as error:
                await self._clock.sleep(self._trouble(error).total_seconds())

    async def _connect(self) -> None:
        self._me = await self._bot.get_me()
        await self._bot.delete_webhook()
        await self._register()
        self._inbox.connected()
        await self._poll(0)  # shows at once whether we may

    async def _register(self) -> None:
        commands = [
            telegram.BotCommand(usage.name, usage.summary[:LONGEST_DESCRIPTION])
            for usage in self._desk.usages[:100]
            if usage.name.isidentifier() and usage.name.isascii() and usage.name.islower()
        ]
        try:
            await self._bot.set_my_commands(commands)
        except TelegramError as error:
            log.warning("telegram.commands_not_registered", why=explain(error, self._bot.token))

    async def _poll(self, seconds: int) -> None:
        while len(self._tasks) > MOST_WAITING:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        updates = await self._fetch(seconds)
        self._failures = 0
        # The short first poll always wins over another process; only a long one tells who stays.
        if seconds or not self._contested:
            self._contested = False
            self._become(f"running as @{self._bot.username}", connected=True)
        for update in updates:
            self._offset = max(self._offset, update.update_id + 1)
            self._take(update)

    async def _fetch(self, seconds: int) -> Sequence[telegram.Update]:
        """The next updates. One that the library cannot read is left out, or it would come for ever."""
        try:
            return await self._bot.get_updates(self._offset or None, timeout=seconds, allowed_updates=ALLOWED)
        except TelegramError:
            raise
        except Exception:
            return self._readable(json.loads(self._requests[1].last)["result"])

    def _readable(self, raw: list[dict[str, Any]]) -> list[telegram.Update]:
        updates = []
        for one in raw:
            try:
                updates.append(telegram.Update.de_json(dict(one), self._bot))
            except Exception as error:
                log.error("telegram.update_unreadable", update=one["update_id"], error=type(error).__name__)
                self._offset = max(self._offset, one["update_id"] + 1)
        return updates

    def _take(self, update: telegram.Update) -> None:
        """Work on it beside others, but after what the same chat sent before."""
        lane = update.effective_chat.id if update.effective_chat else 0
        task = asyncio.create_task(self._work(update, self._lanes.get(lane)))
        self._tasks.add(task)
        self._lanes[lane] = task
        task.add_done_callback(lambda done: self._done(lane, done))

    async def _work(self, update: telegram.Update, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        async with self._slots:
            await self._inbox.take(update)

    def _done(self, lane: int, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._lanes.get(lane) is task:
            del self._lanes[lane]

    def _trouble(self, error: Exception) -> timedelta:
        """Says what is wrong; how long to wait before the next try."""
        self._failures += 1
        why = explain(error, self._bot.token)
        back_off = timedelta(seconds=min(2.0 ** min(self._failures - 1, 10), LONGEST_BACK_OFF))
        if not isinstance(error, TelegramError):
            log.error("telegram.poll_failed", error=type(error).__name__, exc_info=error)
        if isinstance(error, InvalidToken) and not foreign(error):
            self._become(f"stopped: {why}", connected=False)
            return AFTER_TOKEN
        if isinstance(error, Conflict) and not foreign(error):
            self._contested = True
            self._become(f"stopped: {why}", connected=False)
            return AFTER_CONFLICT
        if isinstance(error, RetryAfter):
            return wait_of(error)
        self._become(f"not connected: {why}", connected=False)
        return back_off

    def _become(self, state: str, *, connected: bool) -> None:
        """Each change of state is logged once."""
        if state != self.state:
            level = log.info if connected or state in ("connecting", "stopped") else log.warning
            level("telegram.state", state=state)
        self.state, self.connected = state, connected

    async def _confirm(self) -> None:
        """Tell Telegram what was handled, so that the next start does not get it again."""
        if self._offset and self.connected:
            with contextlib.suppress(TelegramError):
                await self._bot.get_updates(self._offset, limit=1, timeout=0, read_timeout=2)


class UpdatesRequest(HTTPXRequest):
    """Keeps the last body, for the case that the library cannot make sense of an update in it."""

    last = b""

    async def do_request(self, *args: Any, **more: Any) -> tuple[int, bytes]:
        code, self.last = await super().do_request(*args, **more)
        return code, self.last


def _request(kind: type[Request], proxy: str, connections: int) -> Request:
    # The proxy is a setting; what the environment says of proxies must not change where tokens go.
    return kind(
        connections,
        read_timeout=20,
        write_timeout=10,
        connect_timeout=10,
        pool_timeout=5,
        proxy=proxy or None,
        httpx_kwargs={"trust_env": False},
    )


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
