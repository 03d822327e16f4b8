"""Questions to the database from the command line, beside a running bot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from bot.commands.ask import Ask, World
from bot.commands.catalog import COMMANDS
from bot.commands.offers import Offers
from bot.platforms.console.send import PLACE
from bot.ports import Reply
from bot.settings import Settings
from news.alert import Alert
from news.chat import Caller, Platform, Role
from news.watch import WatchlistId
from storage import StorageError, Store

CALLER = Caller(Platform.CONSOLE, "operator", "operator", PLACE, chat_admin=True)
LONG = timedelta(days=3650)


def ask_once(
    chosen: Settings, name: str, argument: str = "", alerts_of: str = "", *, at: datetime | None = None
) -> tuple[Reply, tuple[Alert, ...]]:
    """A command's answer for the operator, and the alerts of a watchlist where asked for. `at`:
    the time the answer is for (default: now). What the command changes is committed."""
    now = at or datetime.now(UTC)
    store = _open(chosen)
    command = next(c for c in COMMANDS if c.usage.name == name)
    world = World(frozenset(chosen.owners), version("sahelwatch"), now, dict, Offers(), COMMANDS)
    try:
        with store.transaction() as tx:
            answer = command.run(Ask(CALLER, Role.OWNER, argument, tx, now, world))
            alerts = tx.alerts.between(WatchlistId(alerts_of), now - LONG, now) if alerts_of else ()
    finally:
        store.close()
    assert isinstance(answer, Reply)
    return answer, alerts


def numbers(chosen: Settings) -> dict[str, object]:
    """The counts of `status`, for a program."""
    store = _open(chosen)
    try:
        with store.reading() as tx:
            feeds = tx.feeds.all()
            return {
                "feeds": len(feeds),
                "failing": [feed.spec.id for feed in feeds if feed.state.failures],
                "items": {fate.value: n for fate, n in tx.items.counts().items()},
                "alerts": tx.alerts.count(),
                "deliveries": {state.value: n for state, n in tx.outbox.counts().items()},
                "paused": tx.settings.get("paused"),
                "hold": tx.settings.get("hold"),
            }
    finally:
        store.close()


def _open(chosen: Settings) -> Store:
    store = Store.open(chosen.database_url.get_secret_value(), create=False)
    state = store.check()
    if state.pending or state.newer:
        store.close()
        raise StorageError(
            f"the database is at {state.current or 'nothing'}: run `sahelwatch db upgrade` first"
        )
    return store
