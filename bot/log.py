"""Logging: structlog for us and for the libraries, and no secret in any line."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any, TextIO

import structlog

# A Telegram token anywhere (its libraries put it into URLs, repr()s and exceptions), and the
# user-info part of any address.
_TOKEN = re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}")
_USERINFO = re.compile(r"(\w+://)[^\s/@:]*:[^\s/@]+@")


class Redactor:
    """A structlog processor that blanks known secrets and what looks like one."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [s for s in secrets if len(s) >= 4]

    def clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _USERINFO.sub(r"\1***@", _TOKEN.sub("***", text))

    def __call__(self, _logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            if not isinstance(value, (int, float, bool, type(None))):
                event[key] = self.clean(value if isinstance(value, str) else str(value))
        return event


def configure(fmt: str, level: str, secrets: Sequence[str], stream: TextIO | None = None) -> None:
    """Send all logging (ours and the libraries') to `stream` (default: stderr), redacted."""
    stream = stream or sys.stderr
    redact = Redactor(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty(), sort_keys=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # httpx writes every URL at INFO, and Telegram's token is part of the URL.
    for name in ("httpx", "httpcore", "telegram", "discord", "apscheduler", "alembic", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
