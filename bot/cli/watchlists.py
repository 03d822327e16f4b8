"""`watchlists check`: what is wrong in the watchlists file, by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.fail import FAILED, settings

if TYPE_CHECKING:
    from news.watch import Watchlist

app = typer.Typer(
    help="What is watched for.", no_args_is_help=True, epilog="Example: sahelwatch watchlists check"
)


@app.callback()
def group() -> None:
    """What is watched for."""


@app.command(epilog="Example: sahelwatch watchlists check watchlists.yaml")
def check(
    file: Annotated[Path | None, typer.Argument(help="If not given: the one of the settings.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="One object with everything found.")] = False,
) -> None:
    """Check the watchlists file and list what is in it; errors make the exit code 1.

    Needs no database. Warnings name what is allowed but likely to match too much or too little.
    """
    from bot.cli.watchcheck import examine

    found = examine(file or settings().watchlists)
    if json_:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for problem in found.errors:
            typer.echo(f"{problem}", err=True)
        for problem in found.warnings:
            typer.echo(f"{problem} (warning)", err=True)
        _print(found.watchlists)
    if found.errors:
        raise typer.Exit(FAILED)


def _print(watchlists: tuple[Watchlist, ...]) -> None:
    from rich.console import Console

    from bot.cli.watchcheck import table

    Console().print(table(watchlists))
