"""No secret reaches a log line, whoever wrote it and however it got in."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import log

TELEGRAM = "987654321:AAcanaryCANARYcanaryCANARYcanary_-x"
DISCORD = "discord.canary.token"


@pytest.fixture(params=["json", "console"])
def stream(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    out = io.StringIO()
    log.configure(request.param, "debug", [DISCORD, "p4ssw0rd"], out)
    yield out
    structlog.reset_defaults()
    logging.getLogger().handlers[:], level = before[0], before[1]
    logging.getLogger().setLevel(level)


def test_tokens_are_blanked_in_every_way_in(stream: io.StringIO) -> None:
    ours, theirs = structlog.get_logger("x"), logging.getLogger("some.library")
    ours.info(f"event with {TELEGRAM}", url=f"https://api.example/bot{TELEGRAM}/getMe", token=DISCORD)
    ours.warning("nested", value={"key": [DISCORD]})
    theirs.warning("POST %s", f"http://h/bot{TELEGRAM}/x")
    theirs.error("with extra", extra={"headers": {"Authorization": f"Bot {DISCORD}"}})
    try:
        raise ValueError(f"The token `{TELEGRAM}` was rejected; postgresql://u:p4ssw0rd@h/d; http://a:b@c/")
    except ValueError:
        ours.exception("failed")
        theirs.exception("failed too")
    text = stream.getvalue()
    assert text.count("***") >= 8
    for secret in ("canary", "CANARY", "p4ssw0rd", "//a:b@"):
        assert secret not in text


def test_libraries_that_write_addresses_are_quiet(stream: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST http://h/bot…")
    assert stream.getvalue() == ""


def test_json_lines_carry_event_and_ids() -> None:
    out = io.StringIO()
    log.configure("json", "info", [], out)
    structlog.get_logger("dispatcher").info("delivered", delivery=7, chat=3)
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = []
    line = json.loads(out.getvalue())
    assert (line["event"], line["delivery"], line["chat"], line["level"]) == ("delivered", 7, 3, "info")
    assert "timestamp" in line
