"""/pause, /resume and /withdraw: the brake, and taking a false alert back."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.ask import Ask, Command, oops, say, shown
from bot.commands.reading import plain_id
from bot.ports import Answer, Option, Reply, Usage
from bot.texts.pages import buttons, code, line
from bot.texts.words import clean, count, moment
from news.alert import Alert
from news.chat import Role


def pause(ask: Ask) -> Answer:
    held = ask.tx.settings.get("paused")
    if held:
        return say(f"Sending is paused already ({clean(held)})", "/resume goes on.", private=True)
    ask.tx.settings.set("paused", f"by {ask.actor} since {moment(ask.now)}")
    ask.record("pause", "all sending")
    rest = "Feeds are read and alerts are kept; they go out after /resume."
    return say("All sending is paused", rest, buttons=buttons(("Resume", "/resume")), private=True)


def resume(ask: Ask) -> Answer:
    paused, hold = ask.tx.settings.get("paused"), ask.tx.settings.get("hold")
    if hold and ask.role < Role.OWNER:
        return oops(f"Sending is on hold: {clean(hold)}", "Only the owner can release it, with /resume.")
    if not paused and not hold:
        return say("Nothing is paused", "/status shows what waits.", private=True)
    if paused:
        ask.tx.settings.delete("paused")
        ask.record("resume", "all sending", before=paused)
    if hold:
        ask.tx.settings.delete("hold")
        ask.record("release", "the hold", before=hold)
    done = "The hold is released, sending goes on" if hold else "Sending goes on"
    return say(done, "What waited goes out now, oldest first.", private=True)


def withdraw(ask: Ask) -> Answer:
    named, reason = ask.word(0), ask.rest(1)
    if not named:
        return oops("Withdraw which alert?", line(code("/withdraw #4k2wz the report was denied")))
    alert = ask.tx.alerts.by_short(plain_id(named))
    if alert is None:
        return oops(f"No alert has the id {shown(named)}", "/latest shows the ids. Nothing was changed.")
    if alert.withdrawn_at:
        return oops(f"#{alert.short} was withdrawn {moment(alert.withdrawn_at)}", clean(alert.withdrawn_why))
    if not reason:
        why = line("Readers want to know: ", code(f"/withdraw #{alert.short} the report was denied"))
        return oops("Say why", why, "Nothing was changed.")
    return _withdraw(ask, alert, clean(reason))


def _withdraw(ask: Ask, alert: Alert, reason: str) -> Reply:
    changed = replace(alert, withdrawn_at=ask.now, withdrawn_why=reason, revision=alert.revision + 1)
    ask.tx.alerts.save(changed)
    ask.record("withdraw", f"#{alert.short}", before=alert.headline, after=reason)
    rows = ask.tx.outbox.of_alert(alert.id)
    went = sum(bool(row.message) for row in rows)
    lines = [f"It went to {count(went, 'chat')}; the message is edited there and says why."]
    if len(rows) > went:
        lines.append(f"{count(len(rows) - went, 'chat')} had not got it: what was surely not sent never is.")
    return say(f"Withdrawn: #{alert.short} {clean(alert.headline, 140)}", *lines, private=True)


COMMANDS = (
    Command(Usage("pause", "stop all sending", "/pause", "/pause", admin=True), Role.ADMIN, pause),
    Command(Usage("resume", "go on sending", "/resume", "/resume", admin=True), Role.ADMIN, resume),
    Command(
        Usage(
            "withdraw",
            "mark a false alert everywhere it went",
            "/withdraw <#id> <reason>",
            "/withdraw #4k2wz the report was denied",
            (
                Option("alert", "its id", required=True),
                Option("reason", "why, for its readers", required=True),
            ),
            admin=True,
        ),
        Role.ADMIN,
        withdraw,
    ),
)
