"""The pictures of the README and the docs, from the program itself: `make pictures`.

docs/demo.svg is a stretch of what `sahelwatch demo` prints in a terminal: an alert, its edit in
place when further outlets tell the event, and the end of the timeline.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

DOCS = Path(__file__).resolve().parents[1] / "docs"
COLUMNS, ROWS = 100, 50
UNWANTED = ("NO_COLOR", "COLUMNS", "PYTHONDONTWRITEBYTECODE")
# The event shown: told first by one side's outlets, joined by others in other languages.
EVENT = "Dozens of Wagner fighters killed in battle at Tinzaouaten"
TIMELINE_LINES = 7
MORE = Text("⋮", style="dim")

# On GitHub's light and dark pages alike.
THEME = TerminalTheme(
    (24, 26, 31),
    (222, 224, 228),
    [(24, 26, 31), (224, 108, 117), (152, 195, 121), (229, 192, 123), (97, 175, 239), (198, 120, 221),
     (86, 182, 194), (171, 178, 191)],
    [(92, 99, 112), (240, 128, 136), (170, 210, 140), (240, 205, 140), (120, 190, 250), (210, 140, 230),
     (110, 200, 210), (255, 255, 255)],
)  # fmt: skip


def recorded() -> str:
    """What the demo prints in a terminal of that size, with its escapes."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in UNWANTED} | {"TERM": "xterm-256color"}
    command = [sys.executable, "-m", "bot", "demo", "--seconds", "5"]
    with subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=kept) as demo:
        os.close(side)
        printed = b"".join(_chunks(main))
    os.close(main)
    if demo.returncode:
        last = printed.decode(errors="replace")[-2000:]
        raise SystemExit(f"the demo ended with {demo.returncode}:\n{last}")
    return printed.decode().replace("\r\n", "\n")


def _chunks(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other side closed
            return
        if not chunk:
            return
        yield chunk


def stretch(lines: list[Text]) -> list[Text]:
    """The introduction, the event's alert and its first edit, and the end of the timeline."""
    plain = [line.plain for line in lines]
    rules = [i for i, line in enumerate(plain) if line.startswith("─")]
    alert = _find(plain, rf" alert .*{EVENT}")
    edit = _find(plain, rf" edit .*{EVENT}")
    timeline = _find(plain, "─.*/timeline")
    end = _find(plain, "Details:", timeline)
    return [
        *lines[: rules[0]], MORE,
        lines[max(i for i in rules if i < alert)], *lines[alert : _find(plain, r"\s*$", alert) + 1],
        lines[max(i for i in rules if i < edit)], *lines[edit : _find(plain, r"\s*$", edit) + 1],
        MORE, *lines[timeline : timeline + 2], MORE, *lines[end - TIMELINE_LINES : end + 1],
    ]  # fmt: skip


def _find(plain: list[str], pattern: str, start: int = 0) -> int:
    """The first line from `start` on that begins so."""
    for number, line in enumerate(plain[start:], start):
        if re.match(pattern, line):
            return number
    raise SystemExit(f"the demo prints no line like {pattern!r}: choose another event")


def picture(lines: list[Text]) -> str:
    """The lines as a terminal in SVG, which asks no other server for fonts."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    for line in lines:
        line.rstrip()
        console.print(line, no_wrap=True, crop=True)
    svg = console.export_svg(title="sahelwatch demo", theme=THEME, unique_id="demo")
    svg = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    # Where Fira Code is not installed, any monospace font; textLength keeps the columns.
    return svg.replace("Fira Code, monospace", "'Fira Code', 'DejaVu Sans Mono', monospace")


def main() -> None:
    lines = [Text.from_ansi(line) for line in recorded().split("\n")]
    target = DOCS / "demo.svg"
    target.write_text(picture(stretch(lines)) + "\n", encoding="utf-8")
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
