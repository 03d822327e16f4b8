"""Settings: sane defaults, all problems at once, no secret shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, SettingsError, load_settings
from news.chat import Platform
from tests.data import ROOT


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_set_runs_with_the_console() -> None:
    chosen = load_settings()
    assert chosen.use_console
    assert chosen.database_url.get_secret_value() == "sqlite:///data/sahelwatch.db"
    assert (chosen.backlog_hours, chosen.max_age_hours, chosen.poll_seconds) == (0, 48, None)
    assert not chosen.allow_loopback_feeds
    assert chosen.metrics_port is None


def test_a_token_turns_the_console_off_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAHELWATCH_TELEGRAM_TOKEN", "123456:TEST-token_x")
    assert not load_settings().use_console
    monkeypatch.setenv("SAHELWATCH_CONSOLE", "1")
    assert load_settings().use_console


def test_every_problem_is_told_at_once_without_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "OWNERS": "telegram:12,matrix:3", "TELEGRAM_TOKEN": "canary-not-a-token", "POLL_SECONDS": "-1",
        "DISCORD_GATEWAY": "https://gateway.example", "LOG_FORMAT": "xml", "METRICS_PORT": "99999",
        "DATABASE_URL": "mysql://user:canary@host/db", "CONSOLE": "perhaps",
        "MAX_AGE_HOURS": "inf", "BACKLOG_HOURS": "1e12", "PROXY": "user:canary@proxy:3128",
    }  # fmt: skip
    for name, value in wrong.items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    named = {re.match(r"SAHELWATCH_([A-Z_]+): ", p)[1] for p in caught.value.problems}  # type: ignore[index]
    assert named == set(wrong)
    assert "canary" not in str(caught.value)


def test_owners_and_an_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SAHELWATCH_OWNERS=telegram:12, discord:34\nUNRELATED=1\n")
    assert load_settings().owners == ((Platform.TELEGRAM, "12"), (Platform.DISCORD, "34"))


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SAHELWATCH_MAX_AGE_HOURS=10\n")
    monkeypatch.setenv("SAHELWATCH_MAX_AGE_HOURS", "20")
    assert load_settings().max_age_hours == 20


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAHELWATCH_TELEGRAM_TOKEN", "123456:canary")
    monkeypatch.setenv("SAHELWATCH_DATABASE_URL", "postgresql://u:canary@h/d")
    monkeypatch.setenv("SAHELWATCH_PROXY", "http://u:canary@h:1")
    chosen = load_settings()
    assert "canary" not in repr(chosen) + str(chosen)
    assert set(chosen.secrets) == {"123456:canary", "canary"}


def test_the_example_explains_every_setting() -> None:
    example = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^# (SAHELWATCH_[A-Z_]+)=", example, re.MULTILINE))
    assert listed == {PREFIX + name.upper() for name in Settings.model_fields}
