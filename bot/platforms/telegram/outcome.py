"""What an error of Telegram's library means for a message, decided by its cause.

Texts are those of the Bot API server (tdlib/telegram-bot-api, Client.cpp) and of Telegram behind
it. The library drops "Bad Request: " and capitalises the rest, so they are compared in lower case.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from news.delivery import Gone, Moved, Refused, RetryAt, SendOutcome, Unknown

REFUSED_KEY = "Telegram refuses the bot's token; set SAHELWATCH_TELEGRAM_TOKEN to the one of @BotFather"
SECOND_INSTANCE = "another process uses this bot's token (Telegram ends one of two); stop the other one"
NOT_TELEGRAM = "something between here and Telegram answered in its place"

AFTER_TOKEN = timedelta(minutes=5)
AFTER_CONNECT = timedelta(seconds=10)
AFTER_POOL = timedelta(seconds=2)
LONGEST_WHY = 200

_CHAT_GONE = (
    "chat not found",
    "user not found",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "channel_private",
    "peer_id_invalid",
    "user_is_blocked",
    "user is deactivated",
    "input_user_deactivated",
    "bot was kicked",
    "bot was blocked",
    "bot is not a member",
    "bot can't initiate conversation",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "group chat was deactivated",
    "group chat was upgraded to a supergroup",
    "topic_closed",
    "topic_deleted",
    "topic closed",
    "message thread not found",
)
_CANNOT_SHOW = (
    "can't parse entities",
    "can't find end",
    "message is too long",
    "message_too_long",
    "text is too long",
    "entity_bounds_invalid",
    "entities_too_long",
)
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def outcome_of(error: Exception, now: datetime, secret: str) -> SendOutcome:
    """What came of a send that ended in `error`. `secret` (the token) is kept out of every text.

    Only what surely never reached Telegram, or what Telegram surely turned down, may be tried
    again; everything else may have arrived.
    """
    why = explain(error, secret)
    match error:
        case RetryAfter():
            return RetryAt(now + wait_of(error), "Telegram asks to slow down")
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case _ if foreign(error):
            return RetryAt(now + AFTER_CONNECT, why, platform_wide=True)
        case InvalidToken() | Conflict():
            return RetryAt(now + AFTER_TOKEN, why, platform_wide=True)
        case Forbidden():
            return Gone(why)
        case BadRequest():
            return Gone(why) if chat_gone(error) else Refused(why)
    match error.__cause__:
        case httpx.PoolTimeout():
            return RetryAt(now + AFTER_POOL, why)
        case cause if isinstance(cause, _UNSENT):
            return RetryAt(now + AFTER_CONNECT, why, platform_wide=True)
    return Unknown(why)


def wait_of(error: RetryAfter) -> timedelta:
    after = error.retry_after
    return after if isinstance(after, timedelta) else timedelta(seconds=after)


def chat_gone(error: Exception) -> bool:
    return isinstance(error, BadRequest) and _says(error, _CHAT_GONE)


def cannot_show(error: Exception) -> bool:
    """Telegram read the message and turned its text down: another text may pass."""
    return isinstance(error, BadRequest) and _says(error, _CANNOT_SHOW)


def not_modified(error: Exception) -> bool:
    return isinstance(error, BadRequest) and _says(error, ("message is not modified", "message_not_modified"))


def foreign(error: Exception) -> bool:
    """A refusal whose body is not Telegram's: a proxy or a captive portal answered with 400, 401,
    403, 404 or 409, and did so without passing the request on."""
    refusal = isinstance(error, (BadRequest, Forbidden, InvalidToken, Conflict))
    return refusal and isinstance(error.__cause__, TelegramError)


def explain(error: Exception, secret: str) -> str:
    """The error in words that may be shown to people and logged."""
    if foreign(error):
        return f"{NOT_TELEGRAM} ({type(error).__name__})"
    match error:
        case InvalidToken():
            return REFUSED_KEY
        case Conflict():
            return SECOND_INSTANCE
    match error.__cause__:
        case httpx.PoolTimeout():
            return "every connection to Telegram is busy"
        case httpx.ConnectTimeout():
            return "no connection to Telegram: timed out"
        case cause if isinstance(cause, _UNSENT):
            return redact(f"no connection to Telegram: {cause}", secret)
        case httpx.HTTPError() as cause:
            return redact(f"the connection to Telegram broke off ({type(cause).__name__})", secret)
    said = str(error) if isinstance(error, TelegramError) else type(error).__name__
    return redact(said, secret)


def redact(text: str, secret: str) -> str:
    """The text without the token, whole or the part after the colon, and no longer than 200 characters."""
    for part in (secret, secret.partition(":")[2]):
        if len(part) >= 4:
            text = text.replace(part, "***")
    return text if len(text) <= LONGEST_WHY else text[: LONGEST_WHY - 1] + "…"


def _says(error: Exception, texts: tuple[str, ...]) -> bool:
    said = str(error).lower().replace("’", "'")
    return any(text in said for text in texts)
