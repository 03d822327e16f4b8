"""The command. `sahelwatch --help` answers from a stored page: importing the command line library
alone takes longer than the answer should."""

from __future__ import annotations

import sys
from pathlib import Path

HELP = Path(__file__).parent / "cli" / "help.txt"


def main() -> None:
    if sys.argv[1:] in (["--help"], ["-h"]):
        sys.stdout.write(HELP.read_text(encoding="utf-8"))
        return
    from bot.cli import app

    app(prog_name="sahelwatch")


if __name__ == "__main__":
    main()
