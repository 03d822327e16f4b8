"""Chats that people name: looked up on Telegram, with what the bot and the caller may do there."""

from __future__ import annotations

import re
import unicodedata

import telegram
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden

from bot.platforms.telegram.outcome import chat_gone, explain
from bot.platforms.telegram.rights import ADMINS, place_of
from bot.ports import FoundPlace
from news.chat import Caller

_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)/", re.IGNORECASE)
_NAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})(?:/(\d{1,10}))?(?:/\d+)?")
_NUMBER = re.compile(r"-?\d{1,16}")
_PRIVATE = re.compile(r"c/(\d{1,13})(?:/(\d{1,10}))?(?:/\d+)?")

INVITE = "An invite link does not tell me which chat it leads to. Give its @name, or send the command there."
NOT_SHOWN = "Telegram does not let me look at that chat. Make me an admin there first."

Target = tuple[int | str, int | None]


def target_of(name: str) -> Target | str:
    """Chat and topic of "@name", a number, or a t.me address; else why it names none, in words.

    The number after the chat in an address is a topic's or a message's: which, only the chat tells.
    """
    typed = unicodedata.normalize("NFKC", name).strip()  # "＠" too, as our own messages write it
    bare = _ADDRESS.sub("", typed, count=1).split("?")[0].rstrip("/")
    if bare.startswith(("+", "joinchat/")):
        return INVITE
    if match := _PRIVATE.fullmatch(bare):
        return int(f"-100{match[1]}"), int(match[2]) if match[2] else None
    if _NUMBER.fullmatch(bare):
        return int(bare), None
    if match := _NAME.fullmatch(bare):
        return f"@{match[1]}", int(match[2]) if match[2] else None
    return "Name a chat by its @name, its t.me address or its number."


async def find_place(bot: telegram.Bot, caller: Caller, name: str) -> FoundPlace | str:
    """The chat, or why not, in words. Of a private chat the caller is not in, nothing is told."""
    if caller.anonymous:
        return "You are anonymous here, so I cannot check your rights there. Ask me in a private chat."
    target = target_of(name)
    if isinstance(target, str):
        return target
    unknown = f"I know no chat {name.strip()[:64]}. Check the name, and add me to it first."
    try:
        return await _look(bot, caller, target, unknown)
    except (BadRequest, Forbidden) as error:
        outside = isinstance(error, Forbidden) or chat_gone(error)
        return unknown if outside else NOT_SHOWN
    except Exception as error:  # also an answer that the library cannot read
        return f"I could not look that chat up: {explain(error, bot.token)}. Try again in a minute."


async def _look(bot: telegram.Bot, caller: Caller, target: Target, unknown: str) -> FoundPlace | str:
    chat = await bot.get_chat(target[0])
    if chat.type == ChatType.PRIVATE:
        return "That is a person, not a group or channel."
    me = await bot.get_chat_member(chat.id, bot.id)
    status, admin = await _standing(bot, chat.id, int(caller.user))
    if not chat.username and status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED):
        return unknown
    thread = target[1] if chat.is_forum else None
    return FoundPlace(place_of(chat, thread), may_post(me, channel=chat.type == ChatType.CHANNEL), admin)


async def _standing(bot: telegram.Bot, chat: int, user: int) -> tuple[str, bool]:
    try:
        member = await bot.get_chat_member(chat, user)
    except BadRequest as error:
        if "participant_id_invalid" in str(error).lower() or "user not found" in str(error).lower():
            return ChatMemberStatus.LEFT, False
        raise
    return member.status, member.status in ADMINS


def may_post(member: telegram.ChatMember, *, channel: bool) -> bool:
    """Whether that member may write there: in a channel only admins with the right to post."""
    match member:
        case telegram.ChatMemberOwner():
            return True
        case telegram.ChatMemberAdministrator():
            return bool(member.can_post_messages) or not channel
        case telegram.ChatMemberRestricted():
            return member.is_member and member.can_send_messages
        case telegram.ChatMemberMember():
            return not channel
    return False
