"""/status for everyone; /uncertain, /dead and /audit for the owner."""

from __future__ import annotations

from bot.commands.ask import Ask, Command, say
from bot.ports import Answer, Option, Reply, Usage
from bot.texts.reports import Status, audit_page, deliveries_page, status_brief, status_page
from news.chat import Role
from news.delivery import DeliveryState

MOST_ROWS = 20


def status(ask: Ask) -> Answer:
    full = ask.role >= Role.ADMIN
    known = _status(ask)
    return Reply(status_page(known) if full else status_brief(known), private=full)


def _status(ask: Ask) -> Status:
    tx, world = ask.tx, ask.world
    last = [alert for alert in tx.alerts.latest(MOST_ROWS) if not alert.sample]
    return Status(
        now=ask.now,
        version=world.version,
        uptime=max(ask.now - world.started_at, ask.now - ask.now),
        feeds=tx.feeds.all(),
        items=tx.items.counts(),
        alerts=tx.alerts.count(),
        last_alert=last[0].raised_at if last else None,
        deliveries=tx.outbox.counts(),
        oldest_pending=tx.outbox.oldest_pending(),
        platforms=world.platforms(),
        paused=tx.settings.get("paused") or "",
        hold=tx.settings.get("hold") or "",
    )


def uncertain(ask: Ask) -> Answer:
    return _listed(ask, DeliveryState.UNCERTAIN, "Nothing is uncertain: no send was left open.")


def dead(ask: Ask) -> Answer:
    return _listed(ask, DeliveryState.DEAD, "Nothing was undeliverable.")


def _listed(ask: Ask, state: DeliveryState, none: str) -> Reply:
    rows = ask.tx.outbox.list(state, _number(ask))
    if not rows:
        return say(none, private=True)
    total = ask.tx.outbox.counts().get(state, len(rows))
    return Reply(deliveries_page(state, rows, total), private=True)


def audit(ask: Ask) -> Answer:
    rows = ask.tx.audit.latest(_number(ask))
    return (
        Reply(audit_page(rows), private=True)
        if rows
        else say("No admin has changed anything yet", private=True)
    )


def _number(ask: Ask) -> int:
    word = ask.word(0)[:4]
    return max(1, min(int(word), 50)) if word.isascii() and word.isdigit() else MOST_ROWS


_NUMBER = Option("number", "how many, up to 50")

COMMANDS = (
    Command(Usage("status", "whether all is well", "/status", "/status"), Role.MEMBER, status),
    Command(
        Usage(
            "uncertain",
            "sends that may or may not have arrived",
            "/uncertain [number]",
            "/uncertain",
            (_NUMBER,),
            admin=True,
        ),
        Role.OWNER,
        uncertain,
    ),
    Command(
        Usage(
            "dead",
            "what could not be delivered, newest first",
            "/dead [number]",
            "/dead",
            (_NUMBER,),
            admin=True,
        ),
        Role.OWNER,
        dead,
    ),
    Command(
        Usage("audit", "who changed what", "/audit [number]", "/audit 50", (_NUMBER,), admin=True),
        Role.OWNER,
        audit,
    ),
)
