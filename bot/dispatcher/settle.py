"""What one claim takes and what each outcome does to its row. Each runs in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from bot.ports import Transaction
from news.chat import Platform
from news.delivery import (
    Absent,
    Delivery,
    DeliveryState,
    Gone,
    LookOutcome,
    Moved,
    Refused,
    RetryAt,
    SendOutcome,
    Sent,
    Step,
    Unknown,
)

Outcome = SendOutcome | LookOutcome | Step

# A claim outlives the longest wait for a slot and the send itself.
LEASE = timedelta(seconds=180)
LONGEST_BACK_OFF = timedelta(minutes=5)


def claim(
    tx: Transaction, now: datetime, room: int, platform: Platform, edit_gap: timedelta
) -> tuple[Delivery, ...]:
    """First sends before edits: an edit only betters what is already known."""
    sends = tx.outbox.claim(now, room, [platform], LEASE)
    room -= len(sends)
    edits = tx.outbox.claim_edits(now, room, [platform], LEASE, edit_gap) if room else ()
    return (*sends, *edits)


def settle(tx: Transaction, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
    """Write the outcome down; False where another process owns the row by now."""
    return (_settle_edit if delivery.message else _settle_send)(tx, delivery, outcome, now)


def _settle_send(tx: Transaction, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
    box = tx.outbox
    match outcome:
        case Sent(message):
            state = DeliveryState.REPEATED if delivery.repeat else DeliveryState.SENT
            revision = delivery.alert.revision if delivery.alert else 0
            return box.settle(delivery, state, now, message=message, revision=revision)
        case RetryAt(at, why):
            return box.settle(delivery, DeliveryState.PENDING, now, next_at=at, why=why)
        case Moved(address):
            tx.chats.move(delivery.chat.id, address)
            return box.settle(delivery, DeliveryState.PENDING, now, next_at=now, why="chat moved")
        case Refused(why):
            return box.settle(delivery, DeliveryState.DEAD, now, why=why)
        case Gone(why):
            tx.chats.suspend(delivery.chat.id, why)
            return box.settle(delivery, DeliveryState.DEAD, now, why=why)
        case Unknown(why):
            later = now + _back_off(delivery)
            return box.settle(delivery, DeliveryState.PENDING, now, next_at=later, why=why, unknown=True)
        case Step():
            return box.settle(delivery, DeliveryState.UNCERTAIN, now, why="it may have arrived")
        case Absent():
            return box.settle(
                delivery, DeliveryState.PENDING, now, next_at=now, why="not in the chat", ambiguous_since=None
            )
        case _:
            assert_never(outcome)


def _settle_edit(tx: Transaction, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
    assert delivery.alert is not None
    revision = delivery.alert.revision
    match outcome:
        case Sent():
            return tx.outbox.settle_edit(delivery, now, revision=revision)
        case RetryAt(at, why):
            return tx.outbox.settle_edit(delivery, now, revision=delivery.revision, why=why, next_at=at)
        case Moved(address):
            tx.chats.move(delivery.chat.id, address)
            return tx.outbox.settle_edit(delivery, now, revision=revision, why="chat moved")
        case Gone(why):
            tx.chats.suspend(delivery.chat.id, why)
            return tx.outbox.settle_edit(delivery, now, revision=revision, why=why)
        case Refused(why):
            return tx.outbox.settle_edit(delivery, now, revision=revision, why=why)
        case Unknown(why):
            # An edit may be repeated: it says the same again.
            later = now + _back_off(delivery)
            return tx.outbox.settle_edit(delivery, now, revision=delivery.revision, why=why, next_at=later)
        case Step() | Absent():
            raise ValueError(f"no edit ends so: {outcome}")
        case _:
            assert_never(outcome)


def _back_off(delivery: Delivery) -> timedelta:
    """Two seconds, doubling with each attempt, five minutes at most."""
    return min(LONGEST_BACK_OFF, timedelta(seconds=2 ** min(delivery.attempts, 9)))
