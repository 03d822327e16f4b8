"""How fast messages may leave: even spacing per platform and per chat, from the platforms' limits."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from news.chat import ChatKind, Place, Platform


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds between messages: over all chats, in one private chat, in one group or channel;
    and at most `per_minute` in one group within any minute (0: no such limit)."""

    overall: float
    private: float
    group: float
    per_minute: int = 0


# Telegram: "about 30 messages per second" overall, 1 per second in a chat, 20 per minute in a
# group (Bots FAQ, "My bot is hitting limits"). Evenly spaced at 25 per second the server never
# counts more than 30 in any second. Discord: 50 requests per second per bot (API docs, Rate
# limits); its per-channel buckets come with each answer and are kept by the SDK.
LIMITS = {
    Platform.TELEGRAM: Limits(overall=0.04, private=1.05, group=3.1, per_minute=20),
    Platform.DISCORD: Limits(overall=0.025, private=0.0, group=0.0),
    Platform.CONSOLE: Limits(overall=0.0, private=0.0, group=0.0),
}


@dataclass(slots=True)
class Pace:
    """Hands out departure times (monotonic seconds). One per platform."""

    limits: Limits
    _next: float = 0.0
    _chats: dict[str, deque[float]] = field(default_factory=dict)

    def slot(self, place: Place, now: float) -> float:
        """The earliest time at which a message to `place` may leave; it is taken by the call."""
        at = max(now, self._next, self._chat_free(place, now))
        self._next = at + self.limits.overall
        self._chats.setdefault(place.address, deque(maxlen=max(1, self.limits.per_minute))).append(at)
        return at

    def _chat_free(self, place: Place, now: float) -> float:
        past = self._chats.get(place.address)
        if not past:
            return now
        private = place.kind in (ChatKind.PRIVATE, ChatKind.CONSOLE)
        free = past[-1] + (self.limits.private if private else self.limits.group)
        if not private and self.limits.per_minute and len(past) == past.maxlen:
            free = max(free, past[0] + 60.0)
        return free

    def forget_before(self, now: float) -> None:
        """Drop chats that have been quiet for a minute, so that memory stays bounded."""
        for address in [a for a, past in self._chats.items() if past[-1] < now - 61]:
            del self._chats[address]
