"""The fake Bot API server is as strict as the real one where the adapter could go wrong."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram import text as fake_text
from tests.fakes.telegram.schema import ApiError

GROUP = -1001
ROOT = Path(__file__).parents[3]


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.add_chat(GROUP, title="Desk")
        yield fake


async def ask(server: FakeTelegram, method: str, *, token: str = "", **params: Any) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        answer = await http.post(f"{server.base}/bot{token or server.token}/{method}", json=params)
    body: dict[str, Any] = answer.json()
    assert body["ok"] == (answer.status_code == 200)
    return body


@pytest.mark.parametrize(
    ("method", "params", "code", "said"),
    [
        ("sendMessage", {"chat_id": GROUP}, 400, "missing"),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "contnt": "y"}, 400, "contnt"),
        (
            "sendMessage",
            {"chat_id": GROUP, "text": "x", "message_thread_id": "seven"},
            400,
            "message_thread_id",
        ),
        ("sendMessage", {"chat_id": "desk", "text": "x"}, 400, "chat_id"),
        ("sendMessage", {"chat_id": 1, "text": "x"}, 400, "chat not found"),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "message_thread_id": 7}, 400, "thread not found"),
        ("sendMessage", {"chat_id": GROUP, "text": " \n"}, 400, "text is empty"),
        ("sendMessage", {"chat_id": GROUP, "text": "x" * 4097}, 400, "message is too long"),
        (
            "sendMessage",
            {"chat_id": GROUP, "text": "<b>x", "parse_mode": "HTML"},
            400,
            "can't parse entities",
        ),
        (
            "sendMessage",
            {"chat_id": GROUP, "text": "a < b", "parse_mode": "HTML"},
            400,
            "can't parse entities",
        ),
        (
            "editMessageText",
            {"chat_id": GROUP, "message_id": 9, "text": "x"},
            400,
            "message to edit not found",
        ),
        ("answerCallbackQuery", {"callback_query_id": "1"}, 400, "query is too old"),
        (
            "setMyCommands",
            {"commands": [{"command": "Two-Words", "description": "x"}]},
            400,
            "BOT_COMMAND_INVALID",
        ),
        ("setMyCommands", {"commands": [{"command": "help"}]}, 400, "description"),
        ("getChat", {"chat_id": "@nobody"}, 400, "chat not found"),
        ("sendRocket", {}, 404, "Not Found"),
    ],
)
async def test_refusals(
    server: FakeTelegram, method: str, params: dict[str, Any], code: int, said: str
) -> None:
    body = await ask(server, method, **params)
    assert body["error_code"] == code
    assert said in body["description"]
    assert server.sent == []


async def test_another_token_is_unauthorised(server: FakeTelegram) -> None:
    assert (await ask(server, "getMe", token="1:other"))["error_code"] == 401


@pytest.mark.parametrize("data", ["", "x" * 65, "🚨" * 17])
async def test_button_data_is_one_to_64_bytes(server: FakeTelegram, data: str) -> None:
    buttons = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    body = await ask(server, "sendMessage", chat_id=GROUP, text="x", reply_markup=buttons)
    assert body["error_code"] == 400


async def test_the_length_counts_after_parsing(server: FakeTelegram) -> None:
    assert (
        await ask(
            server, "sendMessage", chat_id=GROUP, text="<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML"
        )
    )["ok"]
    assert len(server.sent[0].text) == 4096


async def test_an_edit_without_change_is_refused(server: FakeTelegram) -> None:
    sent = (await ask(server, "sendMessage", chat_id=GROUP, text="<b>x</b>", parse_mode="HTML"))["result"]
    again = {"chat_id": GROUP, "message_id": sent["message_id"], "text": "<b>x</b>", "parse_mode": "HTML"}
    assert "message is not modified" in (await ask(server, "editMessageText", **again))["description"]
    assert (await ask(server, "editMessageText", **again | {"text": "y"}))["result"]["text"] == "y"


async def test_updates_wait_are_given_again_and_confirmed(server: FakeTelegram) -> None:
    poll = asyncio.create_task(ask(server, "getUpdates", timeout=20))
    await server.until(lambda: server.calls)
    server.user_says(GROUP, 42, "/help")
    (update,) = (await poll)["result"]
    assert update["message"]["text"] == "/help"
    assert (await ask(server, "getUpdates", timeout=0))["result"] == [update]
    assert (await ask(server, "getUpdates", timeout=0, offset=update["update_id"] + 1))["result"] == []
    assert server.world.updates == []


async def test_only_updates_asked_for_come(server: FakeTelegram) -> None:
    await ask(server, "getUpdates", timeout=0, allowed_updates=["callback_query"])
    server.user_says(GROUP, 42, "/help")
    assert (await ask(server, "getUpdates", timeout=0))["result"] == []


async def test_a_second_poller_ends_the_first(server: FakeTelegram) -> None:
    first = asyncio.create_task(ask(server, "getUpdates", timeout=20))
    await server.until(lambda: server.calls)
    assert (await ask(server, "getUpdates", timeout=0))["ok"]
    assert (await first)["error_code"] == 409


async def test_flood_control() -> None:
    async with FakeTelegram(limits=True) as server:
        server.add_chat(GROUP)
        answers = [await ask(server, "sendMessage", chat_id=GROUP, text="x") for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[3]["error_code"] == 429
    assert answers[3]["parameters"]["retry_after"] >= 1
    assert server.flood is not None
    assert [name for _, _, name in server.flood.breaches] == ["chat"]


@pytest.mark.parametrize("markup", ["a < b", "<b>x", "<h1>x</h1>", "<b><i>x</b></i>", "x</b>"])
def test_the_parser_without_tdlib_is_strict_too(monkeypatch: pytest.MonkeyPatch, markup: str) -> None:
    monkeypatch.setattr(fake_text, "td_execute", None)
    with pytest.raises(ApiError, match="can't parse entities"):
        fake_text.parse(markup, "HTML")


def test_the_parser_without_tdlib_agrees_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    if not fake_text.has_tdlib():
        pytest.skip("tdjson (Telegram's own parser) is not installed")
    link = '<a href="https://example.org/?a=1&amp;b=2">example.org</a>'
    markup = f"<b>🚨 a &amp; b</b> {link} &lt;<i>c</i><code></code>"
    theirs = fake_text.parse(markup, "HTML")
    monkeypatch.setattr(fake_text, "td_execute", None)
    assert fake_text.parse(markup, "HTML") == theirs


async def test_the_process_of_its_own(tmp_path: Path) -> None:
    history = tmp_path / "sent.jsonl"
    options = ["--token", "1:own", "--history", str(history), f"--chat={GROUP}:supergroup:Desk"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.telegram", *options, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    base = (await process.stdout.readline()).decode().split()[-1]
    async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=30) as http:
        said = {"chat": GROUP, "user": 42, "text": "/help"}
        assert (await http.post("/control/says", json=said)).json()["ok"]["text"] == "/help"
        assert (await http.post("/control/nonsense", json={})).status_code == 404
        assert (await http.post("/control/state", json={"chat": 5})).status_code == 400
        updates = (await http.post("/bot1:own/getUpdates", json={"timeout": 0})).json()["result"]
        assert [update["message"]["text"] for update in updates] == ["/help"]
        await http.post("/control/fault", json={"method": "sendMessage", "status": 502, "commit": True})
        assert (
            await http.post("/bot1:own/sendMessage", json={"chat_id": GROUP, "text": "hello"})
        ).status_code == 502
        assert [one["text"] for one in (await http.get("/control/history")).json()] == ["hello"]
        assert (await http.get("/control/calls")).json()["sendMessage"] == 1
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    (line,) = history.read_text().splitlines()
    assert json.loads(line)["text"] == "hello"
