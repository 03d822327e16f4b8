"""What a member may do in a channel, from the API's own objects.

The order is the one of "Permissions: Permission Overwrites" in Discord's API documentation:
everyone's role, the member's roles, then the channel's overwrites for everyone, roles and member.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

ADMINISTRATOR = 1 << 3
VIEW_CHANNEL = 1 << 10
READ_MESSAGE_HISTORY = 1 << 16
ALL = (1 << 53) - 1

Json = Mapping[str, Any]


def rights(guild: Json, member: Json, overwrites: Iterable[Json], user: str) -> int:
    """The permission bits of `user` in a channel with these `permission_overwrites`."""
    guild_id = str(guild.get("id"))
    if str(guild.get("owner_id")) == user:
        return ALL
    held = {guild_id, *(str(role) for role in member.get("roles") or ())}
    bits = 0
    for role in objects(guild, "roles"):
        if str(role.get("id")) in held:
            bits |= _bits(role.get("permissions"))
    if bits & ADMINISTRATOR:
        return ALL
    rules = {str(rule.get("id")): rule for rule in overwrites}
    for group in ([guild_id], sorted(held - {guild_id}), [user]):
        found = [rules[name] for name in group if name in rules]
        for rule in found:
            bits &= ~_bits(rule.get("deny"))
        for rule in found:
            bits |= _bits(rule.get("allow"))
    return bits


def reads_history(bits: int) -> bool:
    needed = VIEW_CHANNEL | READ_MESSAGE_HISTORY
    return bits & needed == needed


def objects(source: Json, name: str) -> list[Json]:
    """The objects in a list of the source; none where there is no such list."""
    found = source.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _bits(value: object) -> int:
    return int(value) if isinstance(value, (int, str)) and str(value).isdigit() else 0
