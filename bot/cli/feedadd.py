"""`feeds add` and `feeds import`: new feeds into the database, as if an admin had added them in chat."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typer
from pydantic import ValidationError

from bot.app.clock import SystemClock
from bot.cli.fail import BAD_INPUT, FAILED, fail
from bot.cli.feedset import effective, writing
from bot.ingest import catalog, explain, opml, yamlfile
from bot.ingest.codes import LANGUAGES
from bot.ingest.discover import FeedFinder
from bot.ingest.dump import feed_fields
from bot.ingest.fetch import Fetcher
from bot.ingest.models import FeedEntry
from bot.ingest.parse import Parser
from bot.ports import FoundFeed
from bot.settings import Settings
from news.chat import AuditRow
from news.feed import Feed, FeedId, FeedSpec
from news.text import display

SHOWN_ITEMS = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one entry of an imported file. `result` is added, skipped or bad."""

    path: str
    line: int
    result: str
    id: str
    message: str

    def as_json(self) -> dict[str, object]:
        return {"line": self.line, "result": self.result, "id": self.id or None, "message": self.message}

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.result}: {self.message}"


def add_feed(chosen: Settings, url: str, wanted: Mapping[str, object], *, yes: bool) -> None:
    """Find, show, ask and store one feed; exits where it cannot be."""
    known = effective(chosen)
    found = asyncio.run(_find(chosen, url))
    if isinstance(found, str):
        fail([found], FAILED)
    spec = _described(found.spec, wanted, known)
    same = _same(spec, known)
    if same:
        fail([f"{spec.url} is polled already, as {same.spec.id}"], BAD_INPUT)
    _show(spec, found)
    if not yes and not typer.confirm("Add this feed?"):
        fail(["nothing was added"], FAILED)
    _put(chosen, [spec])
    typer.echo(f"added {spec.id}; the bot polls it at its next round, and alerts what is new after that")


async def _find(chosen: Settings, url: str) -> FoundFeed | str:
    clock, parser = SystemClock(), Parser()
    fetcher = Fetcher(
        clock, user_agent=chosen.agent, proxy=chosen.proxy.get_secret_value(),
        allow_loopback=chosen.allow_loopback_feeds,
    )  # fmt: skip
    try:
        return await FeedFinder(fetcher, parser, clock).find_feed(url)
    finally:
        await parser.close()
        await fetcher.close()


def _described(found: FeedSpec, wanted: Mapping[str, object], known: Sequence[Feed]) -> FeedSpec:
    """The found feed with what the caller says of it; exits where that is wrong."""
    taken = {str(feed.spec.id) for feed in known}
    title = display(str(wanted.get("title") or found.title)) or found.url
    if wanted.get("id") in taken:
        fail([f'the id "{wanted["id"]}" is taken: choose another'], BAD_INPUT)
    made = {
        "id": opml.make_id(found.id, found.url, taken),
        "languages": [language for language in found.languages if language in LANGUAGES],
    }
    try:
        return FeedEntry.model_validate({**feed_fields(found), **made, **wanted, "title": title}).spec()
    except ValidationError as error:
        fail([explain.message(fault, FeedEntry) for fault in error.errors()], BAD_INPUT)


def _show(spec: FeedSpec, found: FoundFeed) -> None:
    typer.echo(f"{spec.title} ({spec.id})\n{spec.url}")
    for item in found.items[:SHOWN_ITEMS]:
        when = f"{item.published:%Y-%m-%d %H:%M}" if item.published else "no date"
        typer.echo(f"  {when:16}  {display(item.title)[:100]}")
    if not found.items:
        typer.echo("  no items now")


def import_file(chosen: Settings, file: Path, *, dry_run: bool) -> list[Imported]:
    """Add what is new of a file; what became of each entry, by line. Raises CatalogError, StorageError."""
    entries, problems = _read(file)
    rows = [Imported(p.path, p.line, "bad", "", p.message) for p in problems]
    known = list(effective(chosen))
    new: list[FeedSpec] = []
    for line, spec in entries:
        same = _same(spec, known)
        if same:
            said = f"{spec.title} is polled already, as {same.spec.id}"
            rows.append(Imported(str(file), line, "skipped", same.spec.id, said))
            continue
        taken = {str(feed.spec.id) for feed in known}
        if spec.id in taken:
            spec = replace(spec, id=FeedId(opml.make_id(spec.id, spec.url, taken)))
        known.append(Feed(spec))
        new.append(spec)
        rows.append(Imported(str(file), line, "added", spec.id, f"{spec.title}, as {spec.id}"))
    if new and not dry_run:
        _put(chosen, new)
    return sorted(rows, key=lambda row: row.line)


def _read(file: Path) -> tuple[list[tuple[int, FeedSpec]], Sequence[catalog.Problem]]:
    """The usable feeds of a file with their lines, and its problems."""
    try:
        with file.open("rb") as handle:
            data = handle.read(opml.MAX_BYTES + 1)
    except OSError as error:
        fail([f"{file}: cannot be read: {error.strerror}"], BAD_INPUT)
    if opml.looks_like_opml(data):
        found = opml.read_opml(data, str(file))
        return found.entries, found.problems
    read = catalog.read_feeds(yamlfile.decode(data, str(file)), str(file))
    lines = [read.document.place(("feeds", index))[0] for index, _ in read.entries]
    return [(line, spec) for line, (_, spec) in zip(lines, read.entries, strict=True)], read.problems


def _same(spec: FeedSpec, known: Sequence[Feed]) -> Feed | None:
    return next((feed for feed in known if spec.url in (feed.spec.url, feed.state.moved_to)), None)


def _put(chosen: Settings, specs: Sequence[FeedSpec]) -> None:
    now = datetime.now(UTC)
    with writing(chosen) as store, store.transaction() as tx:
        for spec in specs:
            tx.feeds.put(spec)
            tx.audit.add(AuditRow(now, "console:operator", "feeds.add", spec.id, after=spec.url))
