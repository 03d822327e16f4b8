"""The Bot API's methods over the fake world; each takes checked parameters and gives the result."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.schema import ApiError
from tests.fakes.telegram.text import parse
from tests.fakes.telegram.world import BOT, Chat, Json, World

LONGEST = 4096
_SAME = (
    "specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_LATE = "query is too old and response timeout expired or query ID is invalid"
QUERY_SECONDS = 30.0  # how long a press may be answered


class Methods:
    def __init__(self, world: World, username: str) -> None:
        self._world = world
        self._username = username

    def call(self, method: str, params: Json) -> Any:
        known: dict[str, Callable[[Json], Any]] = {
            "getMe": self._me,
            "deleteWebhook": lambda _: True,
            "setMyCommands": self._commands,
            "sendMessage": self._send,
            "editMessageText": self._edit,
            "answerCallbackQuery": self._answer,
            "getChat": self._chat,
            "getChatMember": self._member,
            "getChatAdministrators": self._admins,
            "leaveChat": self._leave,
        }
        return known[method](params)

    def _me(self, _: Json) -> Json:
        return self._world.user(BOT) | {"username": self._username, "first_name": "Sahelwatch"}

    def _commands(self, params: Json) -> bool:
        for command in params["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        if len(params["commands"]) > 100:
            raise ApiError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        self._world.commands = params["commands"]
        return True

    def _send(self, params: Json) -> Json:
        thread = params.get("message_thread_id", 0)
        chat = self._world.writable(params["chat_id"], thread)
        parsed = _text(params)
        _check_buttons(params)
        chat.last_message += 1
        return self._world.shown(self._world.take("send", chat, chat.last_message, thread, parsed, params))

    def _edit(self, params: Json) -> Json:
        chat = self._world.writable(params["chat_id"], 0)
        before = self._world.messages.get((chat.id, params["message_id"]))
        if before is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        parsed = _text(params)
        _check_buttons(params)
        buttons = params.get("reply_markup", {}).get("inline_keyboard", [])
        if (before.text, before.entities, before.buttons) == (*parsed, buttons):
            raise ApiError(400, f"Bad Request: message is not modified: {_SAME}")
        edited = self._world.take("edit", chat, before.message_id, before.thread, parsed, params)
        return self._world.shown(edited)

    def _answer(self, params: Json) -> bool:
        asked = self._world.queries.pop(params["callback_query_id"], None)
        if asked is None or time.time() - asked > QUERY_SECONDS:
            raise ApiError(400, f"Bad Request: {_LATE}")
        if len(params.get("text", "")) > 200:
            raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
        self._world.answers.append(params)
        return True

    def _chat(self, params: Json) -> Json:
        chat = self._reachable(params["chat_id"])
        gifts = dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        )
        return chat.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}

    def _member(self, params: Json) -> Json:
        chat = self._reachable(params["chat_id"])
        if chat.type != "private" and chat.members.get(BOT, "left") in ("left", "kicked"):
            kind = "channel" if chat.type == "channel" else "supergroup"
            raise ApiError(403, f"Forbidden: bot is not a member of the {kind} chat")
        if chat.type == "channel" and params["user_id"] != BOT and chat.members[BOT] != "administrator":
            raise ApiError(400, "Bad Request: member list is inaccessible")
        if params["user_id"] not in self._world.users and params["user_id"] != BOT:
            raise ApiError(400, "Bad Request: PARTICIPANT_ID_INVALID")
        return self._status(chat, params["user_id"])

    def _admins(self, params: Json) -> list[Json]:
        chat = self._reachable(params["chat_id"])
        ranks = ("creator", "administrator")
        return [
            self._status(chat, user) for user, rank in chat.members.items() if rank in ranks and user != BOT
        ]

    def _leave(self, params: Json) -> bool:
        self._reachable(params["chat_id"]).members[BOT] = "left"
        return True

    def _reachable(self, id: int | str) -> Chat:
        chat = self._world.chat(id)
        if chat.state in ("kicked", "deleted", "not found", "left"):
            self._world.writable(chat.id, 0)
        return chat

    def _status(self, chat: Chat, user: int) -> Json:
        return member_json(chat, self._world.user(user), chat.members.get(user, "left"))


def member_json(chat: Chat, user: Json, status: str) -> Json:
    """A ChatMember. "restricted" may not write; "no post" is a channel admin who may not post."""
    out: Json = {"status": "administrator" if status == "no post" else status, "user": user}
    if out["status"] == "administrator":
        rights = (
            "can_be_edited",
            "is_anonymous",
            "can_manage_chat",
            "can_delete_messages",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
        )
        out |= dict.fromkeys(rights, False)
        out |= {"can_post_messages": status != "no post"} if chat.type == "channel" else {}
    if status == "creator":
        out["is_anonymous"] = False
    if status == "restricted":
        rights = (
            "can_change_info",
            "can_invite_users",
            "can_pin_messages",
            "can_send_messages",
            "can_send_polls",
            "can_send_other_messages",
            "can_add_web_page_previews",
            "can_manage_topics",
            "can_send_audios",
            "can_send_documents",
            "can_send_photos",
            "can_send_videos",
            "can_send_video_notes",
            "can_send_voice_notes",
            "can_edit_tag",
            "can_react_to_messages",
        )
        out |= dict.fromkeys(rights, False) | {"is_member": True, "until_date": 0}
    return out | ({"until_date": 0} if status == "kicked" else {})


def _text(params: Json) -> tuple[str, list[Json]]:
    text, entities = parse(params["text"], params.get("parse_mode", ""))
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if len(text) > LONGEST:
        raise ApiError(400, "Bad Request: message is too long")
    return text, entities[:100]


def _check_buttons(params: Json) -> None:
    for row in params.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            data = button.get("callback_data", "")
            if not (button.get("url") or 1 <= len(data.encode()) <= 64):
                raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
