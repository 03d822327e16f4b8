"""Running the bot: what the command line calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bot import log
from bot.app.build import Builder, open_store, sync
from bot.settings import Settings


def run_bot(chosen: Settings) -> int:
    """Run until a signal; returns the exit code."""
    from bot.app.bot import Bot

    with _builder(chosen, chosen.log_level) as builder:

        async def main() -> None:
            parts = builder.parts()
            try:
                await Bot(chosen, parts).run()
            finally:
                await parts.close()

        asyncio.run(main())
    return 0


def poll_feeds(chosen: Settings, *, once: bool, as_json: bool) -> int:
    """Poll without the chats; returns the exit code: 1 where a feed failed."""
    from bot.app.polling import poll_until

    with _builder(chosen, "warning" if once else chosen.log_level) as builder:
        return asyncio.run(poll_until(builder, once=once, as_json=as_json))


@contextmanager
def _builder(chosen: Settings, level: str) -> Iterator[Builder]:
    """The database open for this one writer, the operator's files in it, and who builds on it."""
    log.configure(chosen.log_format, level, chosen.secrets)
    with ExitStack() as stack:
        store = open_store(chosen, writer=True)
        stack.callback(store.close)
        builder = Builder(chosen, store)
        stack.callback(builder.store.close)
        sync(store, chosen, builder.clock, writer=True)
        yield builder
