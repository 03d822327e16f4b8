"""The composition root: the only place that constructs the parts and joins them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Protocol

from prometheus_client import CollectorRegistry

from bot.app.clock import SystemClock
from bot.app.metrics import FlowMetrics
from bot.app.owners import tell_owners
from bot.app.thread import IntakeStore, StoreThread
from bot.app.upkeep import Upkeep
from bot.commands.desk import Desk
from bot.dispatcher import Dispatcher
from bot.ingest.catalog import fingerprint, load_feeds, load_watchlists
from bot.ingest.discover import FeedFinder
from bot.ingest.fetch import Fetcher
from bot.ingest.hosts import PER_HOST
from bot.ingest.parse import Parser
from bot.pipeline import Intake, Pipeline, Rules
from bot.platforms.console.send import PLACE, ConsoleSender
from bot.poller import Poller
from bot.ports import Beats, Clock, PlaceFinder, Sender, Transaction
from bot.settings import Settings
from news.chat import Platform
from news.feed import Feed, FeedState
from news.item import ParsedFeed
from news.schedule import refresh_after
from storage import Store

# Seconds between two requests to one host.
HOST_SPACING = 1.0
# Requests at once to one host where the interval is forced: all feeds may be on one loopback server
# then, and two that hang must not hold up the others.
HOST_TESTED = 8


class Client(Protocol):
    """A platform's life cycle: commands in, and a state in words."""

    @property
    def state(self) -> str: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(slots=True)
class Parts:
    """What a running bot is made of."""

    clock: Clock
    beats: Beats
    registry: CollectorRegistry
    flow: FlowMetrics
    store: StoreThread
    poller: Poller
    dispatcher: Dispatcher
    upkeep: Upkeep
    clients: Mapping[Platform, Client]
    platform_states: Callable[[], Mapping[Platform, str]]
    fetcher: Fetcher
    parser: Parser
    senders: Mapping[Platform, Sender]

    async def close(self) -> None:
        await self.parser.close()
        await self.fetcher.close()
        for sender in self.senders.values():
            await sender.close()


def open_store(chosen: Settings, *, writer: bool) -> Store:
    """The database, upgraded. `writer`: this process is its one long-lived writer (on SQLite)."""
    store = Store.open(chosen.database_url.get_secret_value())
    try:
        if writer:
            store.lock_writer()
        store.upgrade()
    except BaseException:
        store.close()
        raise
    return store


def sync(store: Store, chosen: Settings, clock: Clock, *, writer: bool) -> None:
    """The operator's files into the database, and the recovery of what a crash left behind. A file
    that has not changed since the last start is not read again: parsing YAML takes most of a second."""
    marks = {str(path): fingerprint(path) for path in (chosen.feeds, chosen.watchlists)}
    with store.reading() as tx:
        changed = {path for path, mark in marks.items() if tx.settings.get(f"file:{path}") != mark}
    feeds = load_feeds(chosen.feeds) if str(chosen.feeds) in changed else None
    watchlists = load_watchlists(chosen.watchlists) if str(chosen.watchlists) in changed else None
    with store.transaction() as tx:
        if feeds is not None:
            tx.feeds.sync(feeds)
        if watchlists is not None:
            tx.watchlists.sync(watchlists)
        for path in changed:
            tx.settings.set(f"file:{path}", marks[path])
        if writer and tx.dialect == "sqlite":
            # The one writer; on PostgreSQL others may be at work, and leases tell the dead.
            tx.outbox.recover(clock.now())
        if chosen.use_console:
            _subscribe_console(tx, clock)


def _subscribe_console(tx: Transaction, clock: Clock) -> None:
    chat = tx.chats.ensure(PLACE)
    for watchlist in tx.watchlists.all():
        tx.chats.subscribe(chat.id, watchlist.id, clock.now())


class Builder:
    """Puts the parts together, leaving out the platforms that have no token."""

    def __init__(self, chosen: Settings, store: Store, clock: Clock | None = None) -> None:
        self.settings = chosen
        self.clock: Clock = clock or SystemClock()
        self.registry = CollectorRegistry()
        self.pipeline = Pipeline(
            Rules(timedelta(hours=chosen.max_age_hours), timedelta(hours=chosen.backlog_hours))
        )
        self.flow = FlowMetrics(self.registry)
        self.store = StoreThread(store)
        self.fetcher = Fetcher(
            self.clock,
            user_agent=chosen.agent,
            proxy=chosen.proxy.get_secret_value(),
            allow_loopback=chosen.allow_loopback_feeds,
            spacing=0.0 if chosen.poll_seconds else HOST_SPACING,
            per_host=HOST_TESTED if chosen.poll_seconds else PER_HOST,
            refresh_after=refresh_after(chosen.poll_seconds),
        )
        self.parser = Parser()
        self.clients: dict[Platform, Client] = {}
        self.senders: dict[Platform, Sender] = {}
        self.finders: dict[Platform, PlaceFinder] = {}

    def poller(self, *, tell: bool = True) -> Poller:
        """`tell`: the owner hears of feeds that fail, go stale or overflow."""
        return Poller(
            IntakeStore(self.store, self.pipeline),
            self.fetcher,
            self.parser,
            self._take_in,
            self.clock,
            holder=f"{socket.gethostname()}:{os.getpid()}",
            poll_seconds=self.settings.poll_seconds,
            notify=self._notify if tell else None,
        )

    def _take_in(
        self, tx: Transaction, feed: Feed, parsed: ParsedFeed, state: FeedState, now: object
    ) -> Intake:
        intake = self.pipeline.take_in(tx, feed, parsed, state, now)  # type: ignore[arg-type]
        self.flow.count(intake)
        return intake

    def _notify(self, tx: Transaction, text: str, key: str) -> None:
        tell_owners(tx, self.settings.owners, text, self.clock.now(), key)

    def desk(self) -> Desk:
        return Desk(
            self.store,
            owners=self.settings.owners,
            clock=self.clock,
            feed_finder=FeedFinder(self.fetcher, self.parser, self.clock),
            place_finders=self.finders,
            platforms=self.states,
            version=version("sahelwatch"),
        )

    def states(self) -> Mapping[Platform, str]:
        known = {platform: client.state for platform, client in self.clients.items()}
        return {Platform.CONSOLE: "on", **known} if Platform.CONSOLE in self.senders else known

    def platforms(self, desk: Desk) -> None:
        if self.settings.use_console:
            self.senders[Platform.CONSOLE] = ConsoleSender(self.clock)
        if self.settings.telegram_token.get_secret_value():
            self._telegram(desk)
        if self.settings.discord_token.get_secret_value():
            self._discord(desk)

    def _telegram(self, desk: Desk) -> None:
        from bot.platforms.telegram.client import TelegramClient

        chosen = self.settings
        client = TelegramClient(
            chosen.telegram_token.get_secret_value(), chosen.telegram_api_base, desk, self.clock,
            proxy=chosen.proxy.get_secret_value(),
        )  # fmt: skip
        self.clients[Platform.TELEGRAM] = client
        self.finders[Platform.TELEGRAM] = client
        self.senders[Platform.TELEGRAM] = client.sender

    def _discord(self, desk: Desk) -> None:
        from bot.platforms.discord.client import DiscordClient
        from bot.platforms.discord.send import DiscordSender

        chosen = self.settings
        token, proxy = chosen.discord_token.get_secret_value(), chosen.proxy.get_secret_value()
        client = DiscordClient(
            token, desk, self.clock, api_base=chosen.discord_api_base, gateway=chosen.discord_gateway,
            proxy=proxy,
        )  # fmt: skip
        self.clients[Platform.DISCORD] = client
        self.finders[Platform.DISCORD] = client
        self.senders[Platform.DISCORD] = DiscordSender(
            token, self.clock, api_base=chosen.discord_api_base, proxy=proxy
        )

    def parts(self, *, tell: bool = True) -> Parts:
        self.platforms(self.desk())
        return Parts(
            clock=self.clock,
            beats=Beats(),
            registry=self.registry,
            flow=self.flow,
            store=self.store,
            poller=self.poller(tell=tell),
            dispatcher=Dispatcher(self.store, self.senders, self.clock, registry=self.registry),
            upkeep=Upkeep(
                self.store,
                self.clock,
                keep_texts=timedelta(days=self.settings.keep_texts_days),
                backups=self.settings.backup_dir,
                notify=self._notify if tell else None,
            ),
            clients=self.clients,
            platform_states=self.states,
            fetcher=self.fetcher,
            parser=self.parser,
            senders=self.senders,
        )
