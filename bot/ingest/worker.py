"""The parser process, from the parent's side: started when first needed, ended when it misbehaves."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger("parser")

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """`memory`: bytes of address space. `cpu_seconds` and `wall_seconds`: for one document.
    `recycle_kib`: resident size at which the process is replaced after its answer."""

    memory: int = 512 * 1024 * 1024
    cpu_seconds: float = 10.0
    wall_seconds: float = 15.0
    answer_bytes: int = 64 * 1024 * 1024
    recycle_kib: int = 64 * 1024


class Worker:
    """One parser process. `ask` is called by one task at a time."""

    def __init__(self, limits: WorkerLimits) -> None:
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, None where none runs."""
        return self._process.pid if self._process is not None else None

    async def ask(self, head: dict[str, Any], document: bytes) -> dict[str, Any] | str:
        """The answer to one document, or in words why there is none; the process is then gone."""
        question = json.dumps({**head, "cpu": self._limits.cpu_seconds}).encode("ascii")
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                process = await self._running()
                answer = await self._exchange(process, question, document)
        except TimeoutError:
            await self._end()
            return f"parsing took more than {self._limits.wall_seconds:g} s"
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            code = await self._end()
            log.warning("parser.died", code=code, error=type(error).__name__)
            return "the parser used more memory or CPU time than a feed may"
        except BaseException:
            await self._end()  # cancelled in the middle: what it says next answers nobody
            raise
        if answer.get("size", 0) > self._limits.recycle_kib:
            await self._end()
        return answer

    async def close(self) -> None:
        await self._end()

    async def _exchange(
        self, process: asyncio.subprocess.Process, question: bytes, document: bytes
    ) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(struct.pack(">I", len(question)) + question + struct.pack(">I", len(document)))
        process.stdin.write(document)
        await process.stdin.drain()
        (length,) = struct.unpack(">I", await process.stdout.readexactly(4))
        if length > self._limits.answer_bytes:
            raise ValueError("the answer is too long")
        answer: dict[str, Any] = json.loads(await process.stdout.readexactly(length))
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            # A clean environment: the process that reads hostile bytes holds no tokens.
            environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.ingest.child",
                str(self._limits.memory),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={**environment, "PYTHONPATH": str(_ROOT)},
                start_new_session=True,  # Ctrl-C is the parent's to handle
                limit=256 * 1024,
            )
        return self._process

    async def _end(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        if process.returncode is None:
            process.kill()
        return await process.wait()
