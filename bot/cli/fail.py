"""How commands fail: what is wrong and what to do, on standard error, with a documented exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

FAILED = 1
BAD_INPUT = 2
BUSY = 3


def fail(lines: Iterable[str], code: int) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(code)


def settings() -> Settings:
    """The settings, or exit 2 with every problem. Warnings go to standard error from here on."""
    from bot import log
    from bot.settings import SettingsError, load_settings

    try:
        chosen = load_settings()
    except SettingsError as error:
        fail(["The settings cannot be used:", *(f"  {p}" for p in error.problems)], BAD_INPUT)
    log.configure(chosen.log_format, "warning", chosen.secrets)
    return chosen


@contextmanager
def explained() -> Iterator[None]:
    """Turns expected errors of the rooms below into words and an exit code."""
    from bot.ingest.catalog import CatalogError
    from bot.ports import CannotStart
    from storage import StorageError, WriterBusy

    try:
        yield
    except CatalogError as error:
        fail((str(p) for p in error.problems), BAD_INPUT)
    except WriterBusy as error:
        fail([str(error)], BUSY)
    except (CannotStart, StorageError) as error:
        fail([str(error)], FAILED)
