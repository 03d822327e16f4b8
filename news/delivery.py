"""Deliveries: one alert (or notice) for one chat, and what may come of sending it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from news.alert import Alert
from news.chat import Chat, Platform

DeliveryId = NewType("DeliveryId", int)


class DeliveryKind(StrEnum):
    ALERT = "alert"
    NOTICE = "notice"


class DeliveryState(StrEnum):
    """`pending` waits for its time; `sending` is claimed (with a lease); the others are ends.

    `sent`: delivered. `repeated`: delivered with a labelled possible repeat (Telegram only).
    `uncertain`: maybe delivered, listed, never repeated. `dead`: undeliverable, with the reason.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REPEATED = "repeated"
    UNCERTAIN = "uncertain"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery, with all a platform needs to send it.

    `nonce` is at most 25 characters and never changes. `message` is the platform's message id
    once sent. `revision` is the alert revision the message shows (0: none). `ambiguous_since`:
    the first of `unknowns` earlier tries that may have arrived. `repeat`: label it as a possible
    repeat. `fence` must be given back when settling.
    """

    id: DeliveryId
    kind: DeliveryKind
    chat: Chat
    nonce: str
    created_at: datetime
    alert: Alert | None = None
    notice: str = ""
    attempts: int = 0
    message: str = ""
    revision: int = 0
    ambiguous_since: datetime | None = None
    unknowns: int = 0
    repeat: bool = False
    fence: int = 0
    state: DeliveryState = DeliveryState.SENDING
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform accepted it."""

    message: str


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Surely not sent; try again at `at`. `platform_wide`: nothing else will go out before."""

    at: datetime
    why: str
    platform_wide: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has a new address (a Telegram group became a supergroup); not sent."""

    address: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Permanent for this message: the platform will never take it."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Permanent for this chat: blocked, kicked, deleted, or no right to write."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Ambiguous: it may have arrived."""

    why: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Looked for and surely not there (the answer of a look before a repeat)."""


SendOutcome = Sent | RetryAt | Moved | Refused | Gone | Unknown
LookOutcome = Sent | Absent | Unknown


class Step(StrEnum):
    """What to do with a claimed delivery."""

    SEND = "send"
    LOOK = "look in the chat first"
    REPEAT = "send, labelled as a possible repeat"
    GIVE_UP = "list as uncertain"


# How long a repeat with the same nonce is surely swallowed. Discord says "the past few minutes"
# (API docs, Create Message: enforce_nonce); two are taken. The Bot API has no such key.
NONCE_WINDOW = {Platform.DISCORD: timedelta(minutes=2)}
LABELLED_REPEATS = 1


def next_step(delivery: Delivery, now: datetime) -> Step:
    """What an earlier ambiguous try leaves to do: never a silent second copy."""
    if delivery.ambiguous_since is None or not delivery.unknowns:
        return Step.SEND
    window = NONCE_WINDOW.get(delivery.chat.place.platform)
    if window is not None:
        fresh = timedelta(0) <= now - delivery.ambiguous_since < window
        return Step.SEND if fresh else Step.LOOK
    return Step.REPEAT if delivery.unknowns <= LABELLED_REPEATS else Step.GIVE_UP
