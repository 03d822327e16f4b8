"""`feeds list|check|add|import|export|diff`: the catalogue from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.fail import BAD_INPUT, FAILED, explained, fail, settings

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(
    help="The outlets that are polled.", no_args_is_help=True, epilog="Example: sahelwatch feeds check"
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for a program.")]


@app.command("list", epilog="Example: sahelwatch feeds list --json")
def list_(json_: AsJson = False) -> None:
    """Every feed that is polled: the file's, with what admins changed in chat over it.

    Without a database (the bot never ran) the file alone is shown.
    """
    from bot.cli.feedset import effective
    from bot.cli.feedshow import as_json, table

    with explained():
        feeds = effective(settings())
    if json_:
        _lines(map(as_json, feeds))
    else:
        _print(table(feeds))


@app.command(epilog="Example: sahelwatch feeds check lefaso rfi-afrique")
def check(
    ids: Annotated[list[str] | None, typer.Argument(help="Feeds to check; none: all of them.")] = None,
    json_: AsJson = False,
) -> None:
    """Fetch and parse feeds now: state, newest item, where they moved, what is wrong.

    Nothing is stored and nothing alerts. The exit code is 1 if a feed failed.
    """
    from datetime import UTC, datetime

    from bot.cli.feedcheck import check, table
    from bot.cli.feedset import effective

    chosen = settings()
    with explained():
        feeds = {str(feed.spec.id): feed for feed in effective(chosen)}
    checked = check(chosen, [feeds[name] for name in _known(ids or [], list(feeds))])
    if json_:
        _lines(row.as_json() for row in checked)
    else:
        _print(table(checked, datetime.now(UTC)))
    failed = sum(row.state == "failed" for row in checked)
    if failed:
        fail([f"{failed} of {len(checked)} feeds failed."], FAILED)


@app.command(epilog="Example: sahelwatch feeds add https://www.studiotamani.org --language fr --country ML")
def add(
    url: Annotated[str, typer.Argument(help="The feed's address, or a page of the outlet.")],
    id_: Annotated[str, typer.Option("--id", help="Its short name; made from the title if not given.")] = "",
    title: Annotated[str, typer.Option(help="The outlet's name; the feed's own if not given.")] = "",
    language: Annotated[list[str] | None, typer.Option(help="ISO 639-1; may be given again.")] = None,
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2 of its seat.")] = "",
    reliability: Annotated[str, typer.Option(help="Admiralty code, A to F.")] = "",
    reason: Annotated[str, typer.Option(help="Why that reliability.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Add it without asking.")] = False,
) -> None:
    """Find the feed of a page, show its last items, and add it to the database.

    A running bot polls it at its next round; its first items are stored and not alerted.
    """
    from bot.cli.feedadd import add_feed

    wanted = {
        "id": id_, "title": title, "languages": language, "country": country,
        "reliability": reliability, "reason": reason,
    }  # fmt: skip
    with explained():
        add_feed(settings(), url, {name: value for name, value in wanted.items() if value}, yes=yes)


@app.command("import", epilog="Example: sahelwatch feeds import my-feeds.opml")
def import_(
    file: Annotated[Path, typer.Argument(help="OPML or YAML; which, its content tells.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added, add nothing.")] = False,
    json_: AsJson = False,
) -> None:
    """Add the feeds of a file to the database; those that are known are left as they are.

    Says by line what was added, skipped or bad. Bad entries make the exit code 2; the good ones are
    added all the same.
    """
    from bot.cli.feedadd import import_file

    with explained():
        rows = import_file(settings(), file, dry_run=dry_run)
    if json_:
        _lines(row.as_json() for row in rows)
    else:
        for row in rows:
            typer.echo(str(row), err=row.result == "bad")
        results = [row.result for row in rows]
        counted = [f"{results.count(what)} {what}" for what in ("added", "skipped", "bad")]
        typer.echo(("would be: " if dry_run else "") + ", ".join(counted))
    if any(row.result == "bad" for row in rows):
        raise typer.Exit(BAD_INPUT)


@app.command(epilog="Example: sahelwatch feeds export --format opml -o feeds.opml")
def export(
    format_: Annotated[
        Literal["yaml", "opml"] | None,
        typer.Option("--format", help="If not given: what the name of the output says, else yaml."),
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")] = None,
) -> None:
    """Write the feeds that are polled now: the file's, with what admins changed in chat over it.

    Written over feeds.yaml, it makes the changes of the chats the file's own (comments are lost).
    """
    from bot.cli.feedset import effective
    from bot.cli.fileout import write_whole
    from bot.ingest.dump import dump_feeds
    from bot.ingest.opml import dump_opml
    from bot.texts.words import count

    with explained():
        specs = [feed.spec for feed in effective(settings())]
    guessed = "opml" if output and output.suffix in (".opml", ".xml") else "yaml"
    text = dump_opml(specs) if (format_ or guessed) == "opml" else dump_feeds(specs)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        write_whole(output, text)
    except OSError as error:
        fail([f"{output}: cannot be written: {error.strerror}"], FAILED)
    typer.echo(f"{output}: {count(len(specs), 'feed')}", err=True)


@app.command(epilog="Example: sahelwatch feeds diff")
def diff(json_: AsJson = False) -> None:
    """Show where the database differs from the file: what admins changed, what the bot has not read yet."""
    from bot.cli.feedset import differences, known
    from bot.cli.feedshow import difference_lines
    from bot.ingest.catalog import load_feeds

    chosen = settings()
    with explained():
        stored = known(chosen)
        found = differences(load_feeds(chosen.feeds), stored) if stored.synced or stored.feeds else ()
    if json_:
        _lines({"id": d.id, "what": d.what, "fields": {n: [a, b] for n, a, b in d.fields}} for d in found)
    elif found:
        for line in difference_lines(found):
            typer.echo(line)
    else:
        typer.echo("no difference" if stored.synced or stored.feeds else "no database yet: the file counts")


def _known(wanted: list[str], ids: list[str]) -> list[str]:
    """The feeds to check; exits where one is not known."""
    from bot.ingest.problem import nearest

    wrong = [f'there is no feed "{name}"{nearest(name, ids)}' for name in wanted if name not in ids]
    if wrong:
        fail(wrong, BAD_INPUT)
    return wanted or ids


def _lines(rows: Iterable[dict[str, object]]) -> None:
    for row in rows:
        typer.echo(json.dumps(row, ensure_ascii=False))


def _print(shown: Table) -> None:
    from rich.console import Console

    # In a pipe there is no width to fit: a cut id is of no use to grep.
    Console(width=None if sys.stdout.isatty() else 200).print(shown)
