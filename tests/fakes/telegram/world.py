"""What the fake knows: users, chats and their states, messages, and the updates it owes the bot."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.fakes.telegram.schema import ApiError
from tests.fakes.telegram.text import Entity, covered, found

BOT = 7000001
ANONYMOUS = 1087968824  # @GroupAnonymousBot
SERVICE = 777000  # posts of a linked channel

Json = dict[str, Any]

_REFUSALS = {
    "not found": (400, "Bad Request: chat not found"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "never started": (403, "Forbidden: bot can't initiate conversation with a user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "kicked": (403, "Forbidden: bot was kicked from the supergroup chat"),
    "left": (403, "Forbidden: bot is not a member of the channel chat"),
    "deleted": (403, "Forbidden: the group chat was deleted"),
    "group deactivated": (400, "Bad Request: group chat was deactivated"),
    "no rights": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "no post right": (400, "Bad Request: need administrator rights in the channel chat"),
    "peer invalid": (400, "Bad Request: PEER_ID_INVALID"),
}


@dataclass
class Chat:
    """A chat. `state`: "ok", "migrated", or a key of the refusals above. `topics`: open topics of a
    forum; a closed one is False. `members`: status by user id."""

    id: int
    type: str
    title: str = ""
    username: str = ""
    state: str = "ok"
    migrated_to: int = 0
    is_forum: bool = False
    topics: dict[int, bool] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    last_message: int = 0

    def json(self) -> Json:
        out: Json = {"id": self.id, "type": self.type}
        out |= {"first_name": self.title} if self.type == "private" else {"title": self.title}
        out |= {"username": self.username} if self.username else {}
        return out | ({"is_forum": True} if self.is_forum else {})


@dataclass(frozen=True)
class Accepted:
    """A message (or edit) the fake took, as people see it. `at` is Unix time."""

    kind: str
    chat: int
    message_id: int
    thread: int
    text: str
    entities: list[Entity]
    buttons: list[list[Json]]
    parse_mode: str
    preview: bool
    at: float

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]

    @property
    def mentions(self) -> list[str]:
        """What would call people, outside code and links."""
        kept = [e for e in self.entities if e["type"] in ("code", "text_link")]
        spans = [(e["offset"], e["offset"] + e["length"]) for e in kept]
        return [
            covered(self.text, e)
            for e in found(self.text)
            if e["type"] == "mention" and not any(a <= e["offset"] < b for a, b in spans)
        ] + [covered(self.text, e) for e in self.entities if e["type"] in ("mention", "text_mention")]

    def json(self) -> Json:
        return asdict(self)


class World:
    """The state behind the methods. `sent` are accepted messages, `edits` accepted edits."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, str] = {}
        self.sent: list[Accepted] = []
        self.edits: list[Accepted] = []
        self.answers: list[Json] = []
        self.commands: list[Json] = []
        self.updates: list[Json] = []
        self.allowed: list[str] = []
        self.messages: dict[tuple[int, int], Accepted] = {}
        self.queries: dict[str, float] = {}
        self._next = 1000

    def number(self) -> int:
        self._next += 1
        return self._next

    def add_chat(self, id: int, type: str = "", **more: Any) -> Chat:
        kind = type or ("private" if id > 0 else "supergroup")
        self.chats[id] = Chat(id, kind, **{"title": f"Chat {id}"} | more)
        if kind != "private":
            self.chats[id].members.setdefault(BOT, "administrator" if kind == "channel" else "member")
        return self.chats[id]

    def chat(self, id: int | str) -> Chat:
        """The chat of a request, by id or @username; raises what Telegram would answer."""
        if isinstance(id, str):
            named = [c for c in self.chats.values() if c.username and c.username.lower() == id[1:].lower()]
            id = named[0].id if named else 0
        if id not in self.chats:
            raise ApiError(*_REFUSALS["not found"])
        return self.chats[id]

    def writable(self, id: int | str, thread: int) -> Chat:
        chat = self.chat(id)
        if chat.state == "migrated":
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, said, migrate_to_chat_id=chat.migrated_to)
        if chat.state != "ok":
            raise ApiError(*_REFUSALS[chat.state])
        if thread and thread not in chat.topics:
            raise ApiError(400, "Bad Request: message thread not found")
        if thread and not chat.topics[thread]:
            raise ApiError(400, "Bad Request: TOPIC_CLOSED")
        return chat

    def user(self, id: int) -> Json:
        bot = id in (BOT, ANONYMOUS)
        return {"id": id, "is_bot": bot, "first_name": self.users.setdefault(id, f"User {id}")}

    def update(self, **content: Any) -> int:
        """Queue an update; what the bot did not ask for is dropped, as Telegram does."""
        (kind,) = content
        number = self.number()
        if not self.allowed or kind in self.allowed:
            self.updates.append({"update_id": number, **content})
        return number

    def message(self, chat: Chat, thread: int = 0, at: float | None = None, **content: Any) -> Json:
        chat.last_message += 1
        out: Json = {"message_id": chat.last_message, "date": int(time.time() if at is None else at)}
        out |= {"chat": chat.json(), **content}
        return out | ({"message_thread_id": thread, "is_topic_message": True} if thread else {})

    def take(
        self,
        kind: str,
        chat: Chat,
        message_id: int,
        thread: int,
        parsed: tuple[str, list[Entity]],
        params: Json,
    ) -> Accepted:
        accepted = Accepted(
            kind,
            chat.id,
            message_id,
            thread,
            parsed[0],
            parsed[1],
            params.get("reply_markup", {}).get("inline_keyboard", []),
            params.get("parse_mode", ""),
            not params.get("link_preview_options", {}).get("is_disabled", False),
            time.time(),
        )
        self.messages[chat.id, message_id] = accepted
        (self.sent if kind == "send" else self.edits).append(accepted)
        return accepted

    def shown(self, accepted: Accepted) -> Json:
        """An accepted message as the Bot API gives it back."""
        out: Json = {"message_id": accepted.message_id, "date": int(accepted.at), "text": accepted.text}
        out |= {
            "chat": self.chats[accepted.chat].json(),
            "from": self.user(BOT),
            "entities": accepted.entities,
        }
        out |= {"message_thread_id": accepted.thread, "is_topic_message": True} if accepted.thread else {}
        return out | ({"reply_markup": {"inline_keyboard": accepted.buttons}} if accepted.buttons else {})
