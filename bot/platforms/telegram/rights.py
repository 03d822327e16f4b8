"""Who asks, from where, and what Telegram says they may do there now."""

from __future__ import annotations

import structlog
import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot.platforms.telegram.outcome import explain
from bot.ports import Clock
from news.chat import Caller, ChatKind, Place, Platform

log = structlog.get_logger(__name__)

ANONYMOUS_ADMINS = 1087968824  # @GroupAnonymousBot: one id for every anonymous admin of every group
LINKED_CHANNEL = 777000  # posts of a linked channel
CACHED_SECONDS = 60.0
MOST_CACHED = 1_000

_KINDS = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}
ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


def place_of(chat: telegram.Chat | telegram.ChatFullInfo, thread: int | None = None) -> Place:
    return Place(
        Platform.TELEGRAM,
        str(chat.id),
        str(thread) if thread else "",
        _KINDS.get(ChatType(chat.type), ChatKind.GROUP),
        chat.title or chat.full_name or chat.username or "",
    )


def topic_of(message: telegram.Message) -> int | None:
    """The topic of a forum; the thread of a mere chain of replies is none."""
    return message.message_thread_id if message.is_topic_message else None


def hidden(message: telegram.Message) -> bool:
    """Whether Telegram hides who wrote it: an anonymous admin, or a channel in a group."""
    user = message.from_user
    return user is None or message.sender_chat is not None or user.id in (ANONYMOUS_ADMINS, LINKED_CHANNEL)


class Rights:
    """Asks Telegram whether someone is an admin of a chat; an answer holds for 60 s at most."""

    def __init__(self, bot: telegram.Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._known: dict[tuple[int, int], tuple[float, bool]] = {}

    async def caller(self, user: telegram.User, place: Place, *, anonymous: bool = False) -> Caller:
        admin = not anonymous and await self._is_admin(place, user.id)
        name = user.full_name if not anonymous else "an anonymous admin"
        return Caller(Platform.TELEGRAM, str(user.id), name, place, admin, anonymous)

    async def _is_admin(self, place: Place, user: int) -> bool:
        if place.kind is ChatKind.PRIVATE:
            return True
        key, now = (int(place.address), user), self._clock.monotonic()
        asked, admin = self._known.get(key, (now - CACHED_SECONDS, False))
        if now - asked < CACHED_SECONDS:
            return admin
        try:
            member = await self._bot.get_chat_member(*key)
        except Exception as error:  # also an answer that the library cannot read: no rank then
            log.warning("telegram.rank_unknown", chat=place.address, why=explain(error, self._bot.token))
            return False
        if len(self._known) >= MOST_CACHED:
            self._known.clear()
        self._known[key] = (now, member.status in ADMINS)
        return member.status in ADMINS
