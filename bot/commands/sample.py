"""/test: a sample alert through the whole way out, to prove that this chat is reached."""

from __future__ import annotations

from bot.commands.ask import Ask, Command, say
from bot.ports import Answer, Usage
from bot.texts.words import clean
from news.alert import Alert, AlertId, Sentence, Source
from news.chat import ChatState, Role
from news.feed import Affiliation, FeedId, Reliability
from news.item import ItemId

_HEADLINE = "This is what an alert looks like"
_TEXT = "Nothing happened: this sample shows that alerts reach this chat."
_NO_ITEM = ItemId(0)


def sample(ask: Ask) -> Answer:
    """A real alert row and delivery, so that the test takes the same way as the news. Without
    watchlists it stands in no timeline, and it goes to no other chat."""
    chat = ask.tx.chats.ensure(ask.caller.place)
    if chat.state is ChatState.SUSPENDED:
        ask.tx.chats.resume(chat.id)
    alert = ask.tx.alerts.create(_sample(ask))
    ask.tx.outbox.enqueue(alert.id, [chat.id], ask.now)
    stopped = ask.tx.settings.get("hold") or ask.tx.settings.get("paused")
    if stopped:
        return say("The sample waits: sending is stopped", clean(stopped), "It goes out after /resume.")
    return say("A sample alert is on its way", "If none arrives here within a minute, look at /status.")


def _sample(ask: Ask) -> Alert:
    source = Source(
        item=_NO_ITEM,
        feed=FeedId("sample"),
        outlet="sahelwatch",
        country="",
        affiliation=Affiliation.INDEPENDENT,
        reliability=Reliability.F,
        publisher="sample",
        language="en",
        title=_HEADLINE,
        link="",
        published=ask.now,
        first_seen=ask.now,
    )
    return Alert(
        id=AlertId(0),
        short="",
        story=ask.tx.stories.open(ask.now),
        raised_at=ask.now,
        reason="asked for with /test",
        headline=_HEADLINE,
        summary=(Sentence(_TEXT, _NO_ITEM),),
        watchlists=(),
        hits=(),
        sources=(source,),
        sample=True,
    )


COMMANDS = (
    Command(Usage("test", "send a sample alert to this chat", "/test", "/test"), Role.CHAT_ADMIN, sample),
)
