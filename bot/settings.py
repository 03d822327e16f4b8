"""Settings: the environment and `.env`, checked all at once, into one frozen value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from news.chat import Platform

PREFIX = "SAHELWATCH_"
LONGEST_HOURS = 876_600
"""A hundred years: in effect for ever."""


class SettingsError(Exception):
    """Settings that cannot be used. `problems` is one plain sentence a variable."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _url(schemes: tuple[str, ...], value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"must be an address that begins with {' or '.join(s + '://' for s in schemes)}")
    if parts.query or parts.fragment:
        raise ValueError("must not carry a query or a fragment")
    return value.rstrip("/")


def _owners(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    pairs = [part.strip() for part in value.split(",") if part.strip()]
    return tuple(_owner(pair) for pair in pairs)


def _owner(pair: str) -> tuple[Platform, str]:
    match = re.fullmatch(r"(telegram|discord):(\d{1,20})", pair)
    if not match:
        raise ValueError(f"{pair!r} is not telegram:ID or discord:ID with a number as ID")
    return Platform(match[1]), match[2]


Owners = Annotated[tuple[tuple[Platform, str], ...], BeforeValidator(_owners)]


class Settings(BaseSettings):
    """Everything an operator can set. Times are in the unit of the name; see `.env.example`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        enable_decoding=False,
        hide_input_in_errors=True,
    )

    database_url: SecretStr = SecretStr("sqlite:///data/sahelwatch.db")
    feeds: Path = Path("feeds.yaml")
    watchlists: Path = Path("watchlists.yaml")
    owners: Owners = ()
    telegram_token: SecretStr = SecretStr("")
    telegram_api_base: str = "https://api.telegram.org"
    discord_token: SecretStr = SecretStr("")
    discord_api_base: str = "https://discord.com/api/v10"
    discord_gateway: str = ""
    allow_loopback_feeds: bool = False
    backlog_hours: float = Field(default=0, ge=0, le=LONGEST_HOURS)
    poll_seconds: float | None = Field(default=None, gt=0, le=86_400)
    max_age_hours: float = Field(default=48, gt=0, le=LONGEST_HOURS)
    log_format: Literal["json", "console"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    console: bool | None = None
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    proxy: SecretStr = SecretStr("")
    contact: str = "https://sahelwatch.example/contact"
    user_agent: str = ""
    keep_texts_days: float = Field(default=400, ge=7, le=36_500)
    backup_dir: Path | None = None

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        if not re.match(r"(sqlite://|postgres(ql)?://)", value.get_secret_value()):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("telegram_api_base", "discord_api_base")
    @classmethod
    def _api(cls, value: str) -> str:
        return _url(("http", "https"), value)

    @field_validator("discord_gateway")
    @classmethod
    def _gateway(cls, value: str) -> str:
        return _url(("ws", "wss"), value) if value else ""

    @field_validator("proxy")
    @classmethod
    def _proxy(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            _url(("http", "https"), value.get_secret_value())
        return value

    @field_validator("telegram_token")
    @classmethod
    def _telegram(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value().strip()
        if token and not re.fullmatch(r"\d+:[\w-]+", token):
            raise ValueError("does not look like a token of @BotFather (digits, a colon, letters)")
        return SecretStr(token)

    @field_validator("discord_token")
    @classmethod
    def _discord(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value().strip()
        if re.search(r"\s", token):
            raise ValueError("must not contain spaces")
        return SecretStr(token)

    @property
    def agent(self) -> str:
        """The User-Agent of feed requests, with a contact for the outlet's administrators."""
        return self.user_agent or f"sahelwatch/0.1 (+{self.contact})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be printed or logged."""
        password = urlsplit(self.database_url.get_secret_value()).password or ""
        proxy = urlsplit(self.proxy.get_secret_value()).password or ""
        tokens = (self.telegram_token.get_secret_value(), self.discord_token.get_secret_value())
        return tuple(s for s in (*tokens, password, proxy) if s)

    @property
    def use_console(self) -> bool:
        """The console is an outlet where asked for, or where there is no token at all."""
        if self.console is not None:
            return self.console
        return not (self.telegram_token.get_secret_value() or self.discord_token.get_secret_value())


def load_settings(**override: Any) -> Settings:
    """Settings from the environment and `.env`; raises `SettingsError` with every problem."""
    try:
        return Settings(**override)
    except ValidationError as error:
        raise SettingsError(tuple(_problem(dict(e)) for e in error.errors(include_input=False))) from None


def _problem(error: dict[str, Any]) -> str:
    where = "_".join(str(part) for part in error["loc"][:1]).upper()
    said = error["msg"].removeprefix("Value error, ")
    said = said[0].lower() + said[1:]
    return f"{PREFIX}{where}: {said}"
