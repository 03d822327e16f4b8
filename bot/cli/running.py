"""`run`, `poll`, `demo` and `replay`: the commands that make the pipe flow."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.fail import BAD_INPUT, explained, fail, settings


def register(app: typer.Typer) -> None:
    app.command(short_help="Run the bot, until SIGTERM.", epilog="Example: sahelwatch run")(run)
    app.command(short_help="Poll without the chats.", epilog="Example: sahelwatch poll --once")(poll)
    app.command(short_help="The main job: no token, no network.", epilog="Example: sahelwatch demo")(demo)
    app.command(
        short_help="Recorded items on a simulated clock.",
        epilog="Example: sahelwatch replay items.jsonl --json > alerts.jsonl",
    )(replay)


def run() -> None:
    """Run the bot: poll the feeds, answer in the chats, deliver the alerts, until SIGTERM."""
    # Collecting while modules load finds no garbage and costs a tenth of the start; the bot turns
    # it on again when it is ready.
    gc.disable()
    from bot.app.run import run_bot

    chosen = settings()
    with explained():
        raise typer.Exit(run_bot(chosen))


def poll(
    once: Annotated[bool, typer.Option("--once", help="Poll each feed that is due once, then stop.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print the result for a program.")] = False,
) -> None:
    """Poll without the chats: store, match and group; deliveries wait for `run`. Prints what came."""
    from bot.app.run import poll_feeds

    chosen = settings()
    with explained():
        raise typer.Exit(poll_feeds(chosen, once=once, as_json=json_))


def demo(
    seconds: Annotated[float, typer.Option(help="Roughly how long the show takes.", min=5, max=600)] = 35,
) -> None:
    """Show the main job with no token and no network: recorded news on loopback, polled for real."""
    from bot.demo import show

    with explained():
        raise typer.Exit(show(seconds))


def replay(
    items: Annotated[list[str], typer.Argument(help="JSON lines (.gz too); - reads standard input.")],
    speed: Annotated[float, typer.Option(help="Simulated seconds per real second; 0: at once.", min=0)] = 0,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line for each alert.")] = False,
    db: Annotated[str, typer.Option(help="Keep the result in this database.", metavar="URL")] = "",
    watchlists: Annotated[Path | None, typer.Option(help="Another watchlists file.")] = None,
) -> None:
    """Drive the whole pipeline with recorded items on a simulated clock, and print the alerts.

    Each line is a JSON object: title (required), description, link, published (ISO 8601, UTC if
    naive), source, language, and an id that is passed through. A bad line goes to standard error
    with its number, the others are replayed, and the exit code is 2.
    """
    from bot.cli.replaying import replay_files

    with explained():
        bad = replay_files(settings(), items, speed=speed, as_json=json_, db=db, watchlists=watchlists)
    if bad:
        fail([f"{bad} bad line{'s' if bad > 1 else ''} left out."], BAD_INPUT)
