"""`db upgrade|backup|restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.fail import BAD_INPUT, explained, fail, settings

app = typer.Typer(
    help="Migrations, backup, restore.",
    no_args_is_help=True,
    epilog="Example: sahelwatch db backup today.backup",
)


@app.command(epilog="Example: sahelwatch db upgrade")
def upgrade() -> None:
    """Bring the database to this version's schema. Safe to interrupt; refuses a newer schema."""
    from storage import Store

    with explained():
        store = Store.open(settings().database_url.get_secret_value())
        try:
            done = store.upgrade()
        finally:
            store.close()
    typer.echo(f"applied: {', '.join(done)}" if done else "the schema is current; nothing to do")


@app.command(epilog="Example: sahelwatch db backup /var/backups/sahelwatch.backup")
def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup goes; must not exist yet.")],
) -> None:
    """Write a consistent backup to FILE, also while the bot runs."""
    from storage import Store

    if file.exists():
        fail([f"{file} exists already; name another file"], BAD_INPUT)
    with explained():
        store = Store.open(settings().database_url.get_secret_value(), create=False)
        try:
            store.backup(str(file))
        finally:
            store.close()
    typer.echo(f"{file}: {file.stat().st_size:,} bytes")


@app.command(epilog="Example: sahelwatch db restore /var/backups/sahelwatch.backup --yes")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace what is in the database now.")] = False,
) -> None:
    """Replace the database by a backup. The bot must be stopped.

    Afterwards nothing is sent until an owner says /resume, and what was waiting in the backup, or
    is newer than it, is listed as uncertain instead of being sent again.
    """
    from storage import Store

    if not file.is_file():
        fail([f"{file} is not a file"], BAD_INPUT)
    if not yes and not typer.confirm("Replace the database of the settings by this backup?"):
        fail(["nothing was changed"], BAD_INPUT)
    with explained():
        store = Store.open(settings().database_url.get_secret_value())
        try:
            store.lock_writer()
            store.restore(str(file), datetime.now(UTC))
        finally:
            store.close()
    typer.echo("restored; sending is on hold until `sahelwatch resume`, or /resume of an owner in a chat")
