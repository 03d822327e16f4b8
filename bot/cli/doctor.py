"""`doctor`: every check with what it found and, where something is wrong, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import httpx
from rich.console import Console
from rich.table import Table

from bot.ingest.catalog import CatalogError, load_feeds, load_watchlists
from bot.settings import Settings, SettingsError, load_settings
from bot.texts.words import count
from storage import StorageError, Store, WriterBusy

State = Literal["good", "note", "bad"]
MARKS = {"good": "[green]ok[/]", "note": "[yellow]note[/]", "bad": "[red]BAD[/]"}
SECONDS = 10.0
# Telegram and Discord sign nothing by time; alerts only look odd when the clock is off by more.
CLOCK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Check:
    what: str
    state: State
    found: str
    todo: str = ""


def examine() -> list[Check]:
    """Run every check; a failure of one never hides the others."""
    try:
        chosen = load_settings()
    except SettingsError as error:
        return [
            Check("settings", "bad", problem, "mend it in the environment or .env")
            for problem in error.problems
        ]
    checks = [Check("settings", "good", "all understood")]
    checks += _files(chosen)
    checks += _database(chosen)
    checks += _platforms(chosen)
    return checks


def show(checks: list[Check], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"checks": [asdict(check) for check in checks]}, ensure_ascii=False))
        return
    table = Table(show_edge=False)
    for name in ("", "check", "found", "what to do"):
        table.add_column(name, overflow="fold")
    for check in checks:
        table.add_row(MARKS[check.state], check.what, check.found, check.todo)
    Console().print(table)


def _files(chosen: Settings) -> Iterator[Check]:
    for what, path, load in (
        ("feeds file", chosen.feeds, load_feeds),
        ("watchlists file", chosen.watchlists, load_watchlists),
    ):
        try:
            yield Check(what, "good", f"{path}: {count(len(load(path)), 'entry', 'entries')}")
        except CatalogError as error:
            first, *more = error.problems
            rest = f" and {len(more)} more" if more else ""
            yield Check(what, "bad", f"{first}{rest}", f"mend {path}")


def _database(chosen: Settings) -> Iterator[Check]:
    try:
        store = Store.open(chosen.database_url.get_secret_value(), create=False)
    except StorageError as error:
        yield Check("database", "note", str(error), "it is made at the first `sahelwatch run`")
        return
    try:
        yield from _schema(store)
        yield from _writer(store)
    finally:
        store.close()


def _schema(store: Store) -> Iterator[Check]:
    try:
        state = store.check()
    except StorageError as error:
        yield Check("database", "bad", str(error), "check SAHELWATCH_DATABASE_URL and the server")
        return
    if state.newer:
        yield Check(
            "schema", "bad", f"{state.current} is newer than this version", "install the newer version"
        )
    elif state.pending:
        yield Check(
            "schema", "note", f"{state.current or 'empty'}, {state.head} is current", "sahelwatch db upgrade"
        )
    else:
        yield Check("schema", "good", str(state.current))
        yield from _held(store)


def _held(store: Store) -> Iterator[Check]:
    with store.reading() as tx:
        for key in ("paused", "hold"):
            if why := tx.settings.get(key):
                yield Check("sending", "note", f"{key}: {why}", "say /resume in a chat")
        failing = [feed for feed in tx.feeds.all() if feed.state.failures]
    if failing:
        names = ", ".join(feed.spec.id for feed in failing[:5])
        yield Check("feeds", "note", f"{len(failing)} failing: {names}", "sahelwatch feeds check")


def _writer(store: Store) -> Iterator[Check]:
    try:
        store.lock_writer()
    except WriterBusy as error:
        yield Check("process", "good", f"the bot is running: {error}")
    else:
        yield Check("process", "note", "the bot is not running", "sahelwatch run")


def _platforms(chosen: Settings) -> Iterator[Check]:
    telegram, discord = chosen.telegram_token.get_secret_value(), chosen.discord_token.get_secret_value()
    if not (telegram or discord):
        yield Check(
            "platforms",
            "note",
            "no token: alerts go to the console only",
            "see the README, Telegram and Discord",
        )
    if not chosen.owners:
        yield Check("owners", "note", "nobody owns the bot", "set SAHELWATCH_OWNERS")
    if telegram:
        yield from _ask(chosen, "Telegram", f"{chosen.telegram_api_base}/bot{telegram}/getMe", {})
    if discord:
        yield from _ask(
            chosen, "Discord", f"{chosen.discord_api_base}/users/@me", {"Authorization": f"Bot {discord}"}
        )


def _ask(chosen: Settings, name: str, url: str, headers: dict[str, str]) -> Iterator[Check]:
    """Is the API reachable, is the token good, and does its clock agree with ours."""
    headers = {"User-Agent": "DiscordBot (sahelwatch, 0.1)", **headers}
    proxy = chosen.proxy.get_secret_value() or None
    try:
        answer = httpx.get(url, headers=headers, timeout=SECONDS, proxy=proxy, trust_env=False)
    except httpx.HTTPError as error:
        yield Check(
            name,
            "bad",
            f"not reachable: {type(error).__name__}",
            "check the network, the proxy, the API base",
        )
        return
    if answer.status_code in (401, 404):
        yield Check(name, "bad", f"the token was rejected ({answer.status_code})", "copy the token again")
    elif answer.status_code != 200:
        yield Check(name, "bad", f"answered {answer.status_code}", "try again later")
    else:
        yield Check(name, "good", f"signed in as {_name(answer)}")
    yield from _clock(name, answer)


def _name(answer: httpx.Response) -> str:
    try:
        value = answer.json()
        value = value.get("result", value)
        return f"{value.get('username')}"
    except (ValueError, AttributeError):
        return "somebody (the answer is not JSON)"


def _clock(name: str, answer: httpx.Response) -> Iterator[Check]:
    try:
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError):
        return
    off = (datetime.now(UTC) - theirs).total_seconds()
    if abs(off) > CLOCK_SECONDS:
        yield Check("clock", "bad", f"{off:+.0f} s against {name}", "switch on time synchronisation (NTP)")
    else:
        yield Check("clock", "good", f"agrees with {name}")
