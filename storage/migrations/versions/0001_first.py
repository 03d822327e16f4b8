"""The first schema.

Revision ID: 0001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

# SQLite knows no times and numbers rows only in a column of type INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
TEXT = sa.Text()

_OPEN: Any = {f"{dialect}_where": sa.text("settled_at IS NULL") for dialect in ("sqlite", "postgresql")}
_STALE: Any = {"sqlite_where": sa.text("stale = 1"), "postgresql_where": sa.text("stale")}


def _column(name: str, kind: TypeEngine[Any], nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    _people()
    _feeds()
    _items()
    _stories()
    _chats()
    _outbox()


def _feeds() -> None:
    op.create_table(
        "feed",
        _column("id", TEXT),
        _column("url", TEXT),
        _column("file_spec", TEXT, nullable=True),
        _column("chat_spec", TEXT, nullable=True),
        _column("removed", sa.Boolean()),
        _column("listed", sa.Boolean()),
        _column("paused", sa.Boolean()),
        _column("outdated", sa.Boolean()),
        _column("lease_holder", TEXT),
        _column("lease_until", TIME, nullable=True),
        _column("etag", TEXT),
        _column("last_modified", TEXT),
        _column("body_hash", sa.LargeBinary()),
        _column("slices", sa.LargeBinary()),
        _column("moved_to", TEXT),
        _column("interval", sa.BigInteger(), nullable=True),
        _column("next_due_at", TIME, nullable=True),
        _column("checked_at", TIME, nullable=True),
        _column("ok_at", TIME, nullable=True),
        _column("baseline_at", TIME, nullable=True),
        _column("refreshed_at", TIME, nullable=True),
        _column("newest_item_at", TIME, nullable=True),
        _column("new_item_at", TIME, nullable=True),
        _column("gap_at", TIME, nullable=True),
        _column("usual_gap", sa.BigInteger(), nullable=True),
        _column("failures", sa.Integer()),
        _column("failing_since", TIME, nullable=True),
        _column("fault", TEXT),
        _column("detail", TEXT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_feed_next_due_at", "feed", ["next_due_at"])
    op.create_table(
        "watchlist",
        _column("id", TEXT),
        _column("file_content", TEXT, nullable=True),
        _column("chat_content", TEXT, nullable=True),
        _column("removed", sa.Boolean()),
        _column("revision", sa.Integer()),
        sa.PrimaryKeyConstraint("id"),
    )


def _items() -> None:
    op.create_table(
        "item",
        _column("id", ID),
        _column("feed", TEXT),
        _column("guid", TEXT),
        _column("link", TEXT),
        _column("title", TEXT),
        _column("text", TEXT),
        _column("published", TIME, nullable=True),
        _column("language", TEXT),
        _column("first_seen", TIME),
        _column("fate", TEXT),
        _column("fate_ref", TEXT),
        _column("fate_note", TEXT),
        _column("body_hash", TEXT),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_item_body_hash", "item", ["body_hash", "first_seen"])
    op.create_index("ix_item_fate", "item", ["fate"])
    op.create_index("ix_item_first_seen", "item", ["first_seen"])
    op.create_table(
        "item_key",
        _column("key", TEXT),
        _column("item_id", ID),
        _column("seen_day", sa.Integer()),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_match",
        _column("id", ID),
        _column("item_id", ID),
        _column("watchlist", TEXT),
        _column("entity", TEXT),
        _column("kind", TEXT),
        _column("name", TEXT),
        _column("term", TEXT),
        _column("field", TEXT),
        _column("starts", sa.Integer()),
        _column("ends", sa.Integer()),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_item_match_item", "item_match", ["item_id"])
    op.create_index("ix_item_match_watchlist", "item_match", ["watchlist", "item_id"])


def _stories() -> None:
    op.create_table(
        "story",
        _column("id", ID),
        _column("opened_at", TIME),
        _column("last_at", TIME),
        _column("version", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_story_last_at", "story", ["last_at"])
    op.create_index("ix_story_version", "story", ["version"])
    op.create_table(
        "story_member",
        _column("story_id", ID),
        _column("item_id", ID),
        _column("at", TIME),
        _column("reprint", sa.Boolean()),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"]),
        sa.PrimaryKeyConstraint("story_id", "item_id"),
    )
    op.create_index("ix_story_member_item", "story_member", ["item_id"])
    op.create_table(
        "alert",
        _column("id", ID),
        _column("short", TEXT),
        _column("story_id", ID),
        _column("raised_at", TIME),
        _column("revision", sa.Integer()),
        _column("withdrawn_at", TIME, nullable=True),
        _column("stale", sa.Boolean()),
        _column("content", TEXT),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("short"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_raised_at", "alert", ["raised_at"])
    op.create_index("ix_alert_stale", "alert", ["id"], **_STALE)
    op.create_index("ix_alert_story_id", "alert", ["story_id"])
    op.create_table(
        "alert_watchlist",
        _column("alert_id", ID),
        _column("watchlist", TEXT),
        _column("raised_at", TIME),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"]),
        sa.PrimaryKeyConstraint("alert_id", "watchlist"),
    )
    op.create_index("ix_alert_watchlist_time", "alert_watchlist", ["watchlist", "raised_at"])


def _chats() -> None:
    op.create_table(
        "chat",
        _column("id", ID),
        _column("platform", TEXT),
        _column("address", TEXT),
        _column("thread", TEXT),
        _column("kind", TEXT),
        _column("title", TEXT),
        _column("state", TEXT),
        _column("reason", TEXT),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("platform", "address", "thread"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscription",
        _column("chat_id", ID),
        _column("watchlist", TEXT),
        _column("since", TIME),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"]),
        sa.PrimaryKeyConstraint("chat_id", "watchlist"),
    )
    op.create_index("ix_subscription_watchlist", "subscription", ["watchlist"])


def _outbox() -> None:
    op.create_table(
        "delivery",
        _column("id", ID),
        _column("kind", TEXT),
        _column("alert_id", ID, nullable=True),
        _column("chat_id", ID, nullable=True),
        _column("platform", TEXT),
        _column("notice", TEXT),
        _column("notice_key", TEXT, nullable=True),
        _column("state", TEXT),
        _column("created_at", TIME),
        _column("next_at", TIME),
        _column("tried_at", TIME, nullable=True),
        _column("settled_at", TIME, nullable=True),
        _column("edited_at", TIME, nullable=True),
        _column("ambiguous_since", TIME, nullable=True),
        _column("lease_until", TIME, nullable=True),
        _column("attempts", sa.Integer()),
        _column("unknowns", sa.Integer()),
        _column("fence", sa.Integer()),
        _column("message", TEXT),
        _column("revision", sa.Integer()),
        _column("why", TEXT),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"]),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("alert_id", "chat_id"),
        sa.UniqueConstraint("chat_id", "notice_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_open", "delivery", ["settled_at", "id"], **_OPEN)
    op.create_index("ix_delivery_open_chat", "delivery", ["chat_id", "id"], **_OPEN)
    op.create_index("ix_delivery_state", "delivery", ["state", "id"])


def _people() -> None:
    op.create_table(
        "setting",
        _column("key", TEXT),
        _column("value", TEXT),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "admin",
        _column("platform", TEXT),
        _column("user", TEXT),
        _column("granted_by", TEXT),
        _column("granted_at", TIME),
        sa.PrimaryKeyConstraint("platform", "user"),
    )
    op.create_table(
        "audit",
        _column("id", ID),
        _column("at", TIME),
        _column("actor", TEXT),
        _column("action", TEXT),
        _column("subject", TEXT),
        _column("before", TEXT),
        _column("after", TEXT),
        _column("allowed", sa.Boolean()),
        sa.PrimaryKeyConstraint("id"),
    )
