"""An alert as people read it: the most important first, short enough for a phone."""

from __future__ import annotations

from bot.ports import Card, Line, Span, Style
from bot.texts.links import safe_link
from bot.texts.words import clean, clock, count, country, day, listed, moment, reliability
from news.alert import Alert, Hit, Sentence, Source

LONGEST_HEADLINE = 250  # a Discord embed title takes 256
LONGEST_SENTENCE = 500
LONGEST_OUTLET = 60
LONGEST_REASON = 300
MOST_TERMS = 8
MOST_OUTLETS = 8
MOST_WATCHLISTS = 8

BROWN = 0x8A6D3B
GREY = 0x747F8D
BLUE = 0x3B6E8A


def card(alert: Alert, *, repeat: bool = False) -> Card:
    """The alert laid out. `repeat`: an earlier try may have arrived, and the card says so."""
    lead = alert.lead
    return Card(
        headline=clean(alert.headline, LONGEST_HEADLINE) or "(no headline)",
        href=safe_link(lead.link),
        flag=_flag(alert, repeat),
        body=_body(alert),
        facts=tuple(_facts(alert)),
        footer=_footer(alert),
        colour=GREY if alert.withdrawn_at else BLUE if alert.sample else BROWN,
    )


def _flag(alert: Alert, repeat: bool) -> str:
    flags = []
    if alert.withdrawn_at:
        flags.append(f"WITHDRAWN: {clean(alert.withdrawn_why, LONGEST_REASON) or 'no reason given'}")
    if alert.sample:
        flags.append("SAMPLE ALERT")
    if repeat:
        flags.append(f"Possible repeat of #{alert.short} (sent {clock(alert.raised_at)} UTC)")
    return " · ".join(flags)


def _body(alert: Alert) -> tuple[Line, ...]:
    outlets = {source.item: source.outlet for source in alert.sources}
    headline = clean(alert.headline, LONGEST_SENTENCE).rstrip(".").casefold()
    lines = []
    for sentence in alert.summary[:3]:
        if line := _sentence(sentence, outlets.get(sentence.item, ""), headline):
            lines.append(line)
    return tuple(lines)


def _sentence(sentence: Sentence, outlet: str, headline: str) -> Line:
    """One sentence and who says it; nothing where it only says the headline again."""
    text = clean(sentence.text, LONGEST_SENTENCE)
    if not text or text.rstrip(".").casefold() == headline:
        return ()
    name = clean(outlet, LONGEST_OUTLET)
    return (Span(text), Span(f" ({name})", Style.ITALIC)) if name else (Span(text),)


def _facts(alert: Alert) -> list[tuple[str, Line]]:
    lead = alert.lead
    facts: list[tuple[str, Line]] = []
    if alert.hits:
        facts.append(("Matched", (Span(_matched(alert.hits)),)))
    facts.append(("Source", _source(lead)))
    if others := _others(alert.sources):
        facts.append(("Also reported by", (Span(others),)))
    facts.append(("Published", (Span(_times(lead)),)))
    facts.append(("Link", _link(lead)))
    return facts


def _matched(hits: tuple[Hit, ...]) -> str:
    """Each entity once, with the form that was found where it differs, and its watchlists."""
    forms: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for hit in hits:
        term, entity = clean(hit.term, 60), clean(hit.entity, 60)
        key = entity or term
        forms.setdefault(key, key if term.casefold() == key.casefold() else f"{key} “{term}”")
        names = lists.setdefault(key, [])
        if (name := clean(hit.watchlist, 40)) not in names:
            names.append(name)
    return listed([f"{forms[key]} ({listed(names, 4)})" for key, names in lists.items()], MOST_TERMS)


def _source(source: Source) -> Line:
    home = country(source.country)
    rest = [home] if home else []
    rest += [source.affiliation.value, reliability(source.reliability)]
    return Span(clean(source.outlet, LONGEST_OUTLET), Style.BOLD), Span(" · " + " · ".join(rest))


def _others(sources: tuple[Source, ...]) -> str:
    """Every other outlet once; a reprint only where all that it brought is one."""
    reprint: dict[str, bool] = {}
    named: dict[str, Source] = {}
    for source in sources[1:]:
        if source.feed == sources[0].feed:
            continue
        named.setdefault(source.feed, source)
        reprint[source.feed] = reprint.get(source.feed, True) and source.reprint
    return listed([_other(source, reprint[feed]) for feed, source in named.items()], MOST_OUTLETS)


def _other(source: Source, reprint: bool) -> str:
    marks = [mark for mark in (country(source.country), "reprint" if reprint else "") if mark]
    return clean(source.outlet, LONGEST_OUTLET) + (f" ({', '.join(marks)})" if marks else "")


def _times(source: Source) -> str:
    if source.published is None:
        return f"no date given, first seen {moment(source.first_seen)}"
    if source.published.date() == source.first_seen.date():
        return f"{day(source.published)} {clock(source.published)}, first seen {clock(source.first_seen)} UTC"
    return f"{day(source.published)} {clock(source.published)}, first seen {moment(source.first_seen)}"


def _link(source: Source) -> Line:
    link = safe_link(source.link)
    if link:
        return (Span(link, href=link),)
    return (Span("not shown: unsafe or overlong address" if source.link else "none given"),)


def _footer(alert: Alert) -> str:
    names = listed([clean(name, 40) for name in alert.watchlists], MOST_WATCHLISTS)
    outlets = len({source.feed for source in alert.sources})
    parts = [f"#{alert.short}", names, count(outlets, "outlet") if outlets > 1 else ""]
    return " · ".join(part for part in parts if part)
