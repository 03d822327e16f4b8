"""`timeline`, `status` and `doctor`: what an operator asks beside a running bot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.fail import BAD_INPUT, FAILED, explained, fail, settings

if TYPE_CHECKING:
    from bot.ports import Reply
    from news.alert import Alert


def register(app: typer.Typer) -> None:
    app.command(short_help="The stories of a watchlist.", epilog="Example: sahelwatch timeline mali 7d")(
        timeline
    )
    app.command(short_help="Feeds, items, alerts, deliveries.", epilog="Example: sahelwatch status --json")(
        status
    )
    app.command(short_help="Stop all sending.", epilog="Example: sahelwatch pause")(pause)
    app.command(short_help="Go on, or release a hold.", epilog="Example: sahelwatch resume")(resume)
    app.command(short_help="What is wrong, and what to do.", epilog="Example: sahelwatch doctor")(doctor)


def timeline(
    watchlist: Annotated[str, typer.Argument(help="A watchlist's id; `watchlists check` lists them.")],
    period: Annotated[str, typer.Argument(help="How far back: 24h, 7d, 4w.")] = "7d",
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line for each story.")] = False,
) -> None:
    """The stories of a watchlist, one line each, as /timeline tells them in a chat."""
    reply, alerts = _ask("timeline", f"{watchlist} {period}", alerts_of=watchlist if json_ else "")
    if reply.error:
        fail(_lines(reply), BAD_INPUT)
    if json_:
        for alert in alerts:
            typer.echo(json.dumps(_alert(alert), ensure_ascii=False))
    else:
        _print(reply)


def status(
    json_: Annotated[bool, typer.Option("--json", help="Counts for a program.")] = False,
) -> None:
    """Feeds, items, alerts and deliveries of the database, as /status tells them in a chat."""
    if json_:
        typer.echo(json.dumps(_numbers(), ensure_ascii=False))
    else:
        _print(_ask("status", "")[0])


def pause() -> None:
    """Stop all sending, as /pause does in a chat. Feeds are read and alerts are kept meanwhile."""
    _print(_ask("pause", "")[0])


def resume() -> None:
    """Go on sending, as /resume does in a chat; also releases the hold after `db restore`."""
    _print(_ask("resume", "")[0])


def doctor(
    json_: Annotated[bool, typer.Option("--json", help="One object with every check.")] = False,
) -> None:
    """Check settings, files, database, tokens, clock and reachability: what is wrong, what to do."""
    from bot.cli.doctor import examine, show

    checks = examine()
    show(checks, as_json=json_)
    if any(check.state == "bad" for check in checks):
        raise typer.Exit(FAILED)


def _ask(name: str, argument: str, *, alerts_of: str = "") -> tuple[Reply, tuple[Alert, ...]]:
    """The chat command's own answer, asked by the owner of the machine."""
    from bot.app.asking import ask_once

    chosen = settings()
    with explained():
        return ask_once(chosen, name, argument, alerts_of)


def _numbers() -> dict[str, object]:
    from bot.app.asking import numbers

    chosen = settings()
    with explained():
        return numbers(chosen)


def _lines(reply: Reply) -> list[str]:
    from bot.texts.pages import plain

    return plain(reply.page).splitlines()


def _print(reply: Reply) -> None:
    from rich.console import Console

    from bot.platforms.console.render import page

    Console().print(page(reply.page))


def _alert(alert: Alert) -> dict[str, object]:
    from bot.platforms.console.render import as_json

    return as_json(alert, "alert", alert.raised_at, lambda item: item)
