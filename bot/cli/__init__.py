"""The command line: every command imports what it needs when it is called."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import asking, db, feeds, running, watchlists

EXIT_CODES = (
    "Exit codes: 0 fine · 1 failed or unhealthy · 2 bad input or settings · "
    "3 another process holds the database"
)

app = typer.Typer(
    name="sahelwatch",
    help="Warns analysts of developments in the Sahel: polls feeds, groups the coverage of one event, "
    "alerts chats.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(feeds.app, name="feeds")
app.add_typer(watchlists.app, name="watchlists")
app.add_typer(db.app, name="db")
running.register(app)
asking.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"sahelwatch {version('sahelwatch')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the command as a whole."""
