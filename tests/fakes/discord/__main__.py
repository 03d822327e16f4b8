"""`python -m tests.fakes.discord --port 9201 --history FILE`: the fake for runs of the real process.

Prints its addresses as one JSON line; appends each accepted message and edit to FILE as a JSON line.
POST /control steers it (see `FakeDiscord._control`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from tests.fakes.discord.faults import Limits
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import ADMIN, ALERTS, GENERAL, READER


async def serve(args: argparse.Namespace) -> None:
    limits = Limits(creates=args.creates, seconds=args.seconds)
    async with FakeDiscord(port=args.port, token=args.token, limits=limits, history=args.history) as server:
        shown = {"api_base": server.api_base, "gateway": server.gateway, "channels": [ALERTS, GENERAL]}
        print(json.dumps({**shown, "admin": ADMIN, "reader": READER}), flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9201)
    parser.add_argument("--history", type=Path, default=None)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--creates", type=int, default=5, help="messages per channel in --seconds")
    parser.add_argument("--seconds", type=float, default=5.0)
    try:
        asyncio.run(serve(parser.parse_args()))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
