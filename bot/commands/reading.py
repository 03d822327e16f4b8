"""/timeline, /latest and /why: what was found, and why it did or did not alert."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.ask import Ask, Command, meant, oops, say, shown
from bot.commands.periods import period
from bot.ports import Answer, Option, Reply, Usage
from bot.texts.pages import buttons, code, line
from bot.texts.stories import alert_page, item_page, latest_page, story_line, timeline_page
from bot.texts.words import clean, count, listed, moment
from news.alert import Alert
from news.chat import Role
from news.delivery import Delivery
from news.identity import key_of_link
from news.watch import Watchlist

MOST_STORIES = 30  # two or three messages; more is no answer on a phone
MOST_LATEST = 20
_NOW_TOO = timedelta(seconds=1)  # the end of a time is exclusive


def timeline(ask: Ask) -> Answer:
    lists = ask.tx.watchlists.all()
    words = list(ask.words)
    asked = period(words[-1]) if words else None
    length, spoken = asked or (timedelta(days=7), "7 days")
    name = " ".join(words[:-1] if asked else words)
    found = _watchlist(lists, name)
    if found is None:
        return _which(lists, name)
    since = ask.now - length
    alerts = [a for a in ask.tx.alerts.between(found.id, since, ask.now + _NOW_TOO) if not a.sample]
    if not alerts:
        return _nothing(ask, found, f"the last {spoken} (since {moment(since)})")
    kept = alerts[-MOST_STORIES:]
    return Reply(timeline_page(clean(found.title, 80), f"last {spoken}", kept, len(alerts) - len(kept)))


def _watchlist(lists: tuple[Watchlist, ...], name: str) -> Watchlist | None:
    wanted = name.lower()
    return next((entry for entry in lists if wanted in (entry.id.lower(), entry.title.lower())), None)


def _which(lists: tuple[Watchlist, ...], name: str) -> Reply:
    ids = [entry.id for entry in lists]
    offered = buttons(*[(clean(entry.title, 40), f"/timeline {entry.id}") for entry in lists[:24]])
    there = f"There is: {listed(list(ids), 20)}" if ids else "There are no watchlists yet."
    if not name:
        return say("Timeline of which watchlist?", there, buttons=offered)
    title = f"No watchlist is called {shown(name)}.{meant(name, ids)}"
    return oops(title, there, line("A time goes last: ", code("/timeline mali 7d")), buttons=offered)


def _nothing(ask: Ask, watchlist: Watchlist, where: str) -> Reply:
    """What was searched, and what there is instead."""
    last = [alert for alert in ask.tx.alerts.latest(1, [watchlist.id]) if not alert.sample]
    there = ["The last before that:", story_line(last[0])] if last else ["It has never raised an alert."]
    terms = count(sum(len(entity.terms) for entity in watchlist.entities), "term")
    looked = f"Searched: alerts of {clean(watchlist.title, 80)} ({watchlist.id}, {terms})"
    longer = buttons(("90 days", f"/timeline {watchlist.id} 90d"), ("1 year", f"/timeline {watchlist.id} 1y"))
    return say(f"No story in {where}", looked, *there, buttons=longer if last else ())


def latest(ask: Ask) -> Answer:
    ids = {entry.id for entry in ask.tx.watchlists.all()}
    number, wanted = 5, []
    for word in ask.words:
        lowered = word.lower()
        if word.isascii() and word.isdigit():
            number = max(1, min(int(word[:4]), MOST_LATEST))
        elif lowered in ids:
            wanted.append(next(entry for entry in ids if entry == lowered))
        else:
            return oops(f"No watchlist is called {shown(word)}.{meant(word, sorted(ids))}", "/latest 10 mali")
    # Samples are no news; a few more rows make up for those that are left out.
    alerts = [a for a in ask.tx.alerts.latest(number + 20, wanted) if not a.sample][:number]
    if not alerts:
        where = f" on {', '.join(wanted)}" if wanted else ""
        return say(f"No alert{where} yet", "/status says whether the feeds are being read.")
    return Reply(latest_page(alerts))


def why(ask: Ask) -> Answer:
    named = ask.word(0).removeprefix("#")
    if not named:
        return oops("Why what?", line("Write ", code("/why #id"), " or ", code("/why https://…")))
    if "/" in named or "." in named:
        return _why_link(ask, ask.words[0])
    alert = ask.tx.alerts.by_short(plain_id(named))
    if alert is None:
        return oops(f"No alert has the id {shown(named)}", "Ids have five letters and figures, like #4k2wz.")
    return Reply(alert_page(alert, _went(ask, alert)))


def plain_id(typed: str) -> str:
    """A short id with the letters that the alphabet leaves out read as what they look like."""
    return typed.removeprefix("#").lower().translate(str.maketrans("oil", "011"))[:16]


def _why_link(ask: Ask, address: str) -> Reply:
    stored = ask.tx.items.by_link(key_of_link(address))
    if stored is None:
        return oops(
            "No feed brought me that address",
            "Either no outlet that I read has it, or its text was removed after the time I keep texts.",
        )
    feed = ask.tx.feeds.get(stored.feed)
    outlet = feed.spec.title if feed else stored.feed
    return Reply(item_page(stored, outlet, ask.tx.items.matches(stored.id)))


def _went(ask: Ask, alert: Alert) -> str:
    """Where it went is for admins: it tells who else listens."""
    if ask.role < Role.ADMIN:
        return ""
    rows: tuple[Delivery, ...] = ask.tx.outbox.of_alert(alert.id)
    there = sum(bool(row.message) for row in rows)
    return f"Delivered to {count(there, 'chat')} of {len(rows)}"


COMMANDS = (
    Command(
        Usage(
            "timeline",
            "the stories of a watchlist, one line each",
            "/timeline <watchlist> [24h | 7d | 4w | 1y]",
            "/timeline mali 7d",
            (
                Option("watchlist", "which watchlist", required=True),
                Option("period", "how far back: 24h, 7d, 4w, 3m, 1y"),
            ),
        ),
        Role.MEMBER,
        timeline,
    ),
    Command(
        Usage(
            "latest",
            "the latest alerts",
            "/latest [number] [watchlist…]",
            "/latest 10",
            (Option("number", f"how many, up to {MOST_LATEST}"), Option("watchlists", "only of these")),
        ),
        Role.MEMBER,
        latest,
    ),
    Command(
        Usage(
            "why",
            "why something did or did not alert",
            "/why <#id | link>",
            "/why #4k2wz",
            (Option("alert", "an alert's id, or the address of a report", required=True),),
        ),
        Role.MEMBER,
        why,
    ),
)
