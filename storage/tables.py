"""The tables. Private to the storage room: rows never leave it, `news` values do.

Enum members are stored by their value. Times are UTC. What is queried has an index; `feed`,
`watchlist`, `setting` and `admin` stay small (at most some thousand rows) and are read whole.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.types import CleanText, Duration, UtcDateTime

# SQLite numbers its own rows only in a column of exactly this type.
_ID = BigInteger().with_variant(Integer(), "sqlite")
_COUNTED = {"sqlite_autoincrement": True}

_OPEN: Any = {f"{dialect}_where": text("settled_at IS NULL") for dialect in ("sqlite", "postgresql")}


class SettingRow(SQLModel, table=True):
    __tablename__ = "setting"

    key: str = Field(primary_key=True, sa_type=CleanText)
    value: str = Field(sa_type=CleanText)


class FeedRow(SQLModel, table=True):
    """`file_spec` and `chat_spec` are what the catalogue file and the admins say; the latter wins.
    `url` is that of the spec in force, as is `listed`: whether the feed is polled at all.
    `outdated`: the spec changed while a poll was under way, so its result is not saved."""

    __tablename__ = "feed"

    id: str = Field(primary_key=True, sa_type=CleanText)
    url: str = Field(sa_type=CleanText)
    file_spec: str | None = Field(default=None, sa_type=CleanText)
    chat_spec: str | None = Field(default=None, sa_type=CleanText)
    removed: bool = False
    listed: bool = True
    paused: bool = False
    outdated: bool = False
    lease_holder: str = Field(default="", sa_type=CleanText)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    etag: str = Field(default="", sa_type=CleanText)
    last_modified: str = Field(default="", sa_type=CleanText)
    body_hash: bytes = b""
    slices: bytes = b""
    moved_to: str = Field(default="", sa_type=CleanText)
    interval: timedelta | None = Field(default=None, sa_type=Duration)
    next_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ok_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    baseline_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refreshed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    newest_item_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    new_item_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    gap_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    usual_gap: timedelta | None = Field(default=None, sa_type=Duration)
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fault: str = Field(default="", sa_type=CleanText)
    detail: str = Field(default="", sa_type=CleanText)


class ItemRow(SQLModel, table=True):
    """`body_hash` is the content fingerprint, "" where the text is too short to tell."""

    __tablename__ = "item"
    __table_args__ = (Index("ix_item_body_hash", "body_hash", "first_seen"), _COUNTED)

    id: int = Field(primary_key=True, sa_type=_ID)
    feed: str = Field(sa_type=CleanText)
    guid: str = Field(sa_type=CleanText)
    link: str = Field(sa_type=CleanText)
    title: str = Field(sa_type=CleanText)
    text: str = Field(sa_type=CleanText)
    published: datetime | None = Field(default=None, sa_type=UtcDateTime)
    language: str = Field(sa_type=CleanText)
    first_seen: datetime = Field(sa_type=UtcDateTime, index=True)
    fate: str = Field(index=True)
    fate_ref: str = Field(sa_type=CleanText)
    fate_note: str = Field(sa_type=CleanText)
    body_hash: str


class ItemKeyRow(SQLModel, table=True):
    """By which keys an item is known again. It outlives the item's text. `seen_day` is the number
    of the day it was first seen, as `date.toordinal` counts."""

    __tablename__ = "item_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: str = Field(primary_key=True)
    item_id: int = Field(foreign_key="item.id", sa_type=_ID)
    seen_day: int


class ItemMatchRow(SQLModel, table=True):
    __tablename__ = "item_match"
    __table_args__ = (
        Index("ix_item_match_item", "item_id"),
        Index("ix_item_match_watchlist", "watchlist", "item_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    item_id: int = Field(foreign_key="item.id", sa_type=_ID)
    watchlist: str = Field(sa_type=CleanText)
    entity: str = Field(sa_type=CleanText)
    kind: str
    name: str = Field(sa_type=CleanText)
    term: str = Field(sa_type=CleanText)
    field: str
    starts: int
    ends: int


class StoryRow(SQLModel, table=True):
    """`version` grows over the whole table, so that a process can ask what changed since."""

    __tablename__ = "story"
    __table_args__ = (_COUNTED,)

    id: int = Field(primary_key=True, sa_type=_ID)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime, index=True)
    version: int = Field(sa_type=BigInteger, index=True)


class StoryMemberRow(SQLModel, table=True):
    __tablename__ = "story_member"
    __table_args__ = (Index("ix_story_member_item", "item_id"),)

    story_id: int = Field(foreign_key="story.id", primary_key=True, sa_type=_ID)
    item_id: int = Field(foreign_key="item.id", primary_key=True, sa_type=_ID)
    at: datetime = Field(sa_type=UtcDateTime)
    reprint: bool


class AlertRow(SQLModel, table=True):
    """`content` is the whole alert as JSON; the columns beside it decide where both speak.
    `stale`: some message may show an older revision."""

    __tablename__ = "alert"
    __table_args__ = (
        Index("ix_alert_stale", "id", sqlite_where=text("stale = 1"), postgresql_where=text("stale")),
        _COUNTED,
    )

    id: int = Field(primary_key=True, sa_type=_ID)
    short: str = Field(unique=True)
    story_id: int = Field(foreign_key="story.id", sa_type=_ID, index=True)
    raised_at: datetime = Field(sa_type=UtcDateTime, index=True)
    revision: int
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stale: bool = False
    content: str = Field(sa_type=CleanText)


class AlertWatchlistRow(SQLModel, table=True):
    __tablename__ = "alert_watchlist"
    __table_args__ = (Index("ix_alert_watchlist_time", "watchlist", "raised_at"),)

    alert_id: int = Field(foreign_key="alert.id", primary_key=True, sa_type=_ID)
    watchlist: str = Field(primary_key=True, sa_type=CleanText)
    raised_at: datetime = Field(sa_type=UtcDateTime)


class WatchlistRow(SQLModel, table=True):
    """`revision` is that of the whole set when this one last changed; rows stay as tombstones."""

    __tablename__ = "watchlist"

    id: str = Field(primary_key=True, sa_type=CleanText)
    file_content: str | None = Field(default=None, sa_type=CleanText)
    chat_content: str | None = Field(default=None, sa_type=CleanText)
    removed: bool = False
    revision: int


class ChatRow(SQLModel, table=True):
    __tablename__ = "chat"
    __table_args__ = (UniqueConstraint("platform", "address", "thread"), _COUNTED)

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    platform: str
    address: str = Field(sa_type=CleanText)
    thread: str = Field(default="", sa_type=CleanText)
    kind: str
    title: str = Field(default="", sa_type=CleanText)
    state: str
    reason: str = Field(default="", sa_type=CleanText)


class SubscriptionRow(SQLModel, table=True):
    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_watchlist", "watchlist"),)

    chat_id: int = Field(foreign_key="chat.id", primary_key=True, sa_type=_ID)
    watchlist: str = Field(primary_key=True, sa_type=CleanText)
    since: datetime = Field(sa_type=UtcDateTime)


class AdminRow(SQLModel, table=True):
    __tablename__ = "admin"

    platform: str = Field(primary_key=True)
    user: str = Field(primary_key=True, sa_type=CleanText)
    granted_by: str = Field(sa_type=CleanText)
    granted_at: datetime = Field(sa_type=UtcDateTime)


class AuditEntryRow(SQLModel, table=True):
    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(sa_type=CleanText)
    action: str = Field(sa_type=CleanText)
    subject: str = Field(sa_type=CleanText)
    before: str = Field(sa_type=CleanText)
    after: str = Field(sa_type=CleanText)
    allowed: bool


class DeliveryRow(SQLModel, table=True):
    """`chat_id` is empty once the chat was forgotten, `settled_at` until the delivery ends.
    `tried_at`: the last try began. `unknowns` tries may have arrived, the first of them at
    `ambiguous_since`. `fence` grows with each claim: who comes with an older one has lost the row.
    `edited_at`: the sent message was last edited; a sent row uses the lease for edits."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("alert_id", "chat_id"),
        UniqueConstraint("chat_id", "notice_key"),
        Index("ix_delivery_state", "state", "id"),
        Index("ix_delivery_open", "settled_at", "id", **_OPEN),
        Index("ix_delivery_open_chat", "chat_id", "id", **_OPEN),
        _COUNTED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=_ID)
    kind: str
    alert_id: int | None = Field(default=None, foreign_key="alert.id", sa_type=_ID)
    chat_id: int | None = Field(default=None, foreign_key="chat.id", sa_type=_ID)
    platform: str
    notice: str = Field(default="", sa_type=CleanText)
    notice_key: str | None = Field(default=None, sa_type=CleanText)
    state: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime = Field(sa_type=UtcDateTime)
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ambiguous_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    unknowns: int = 0
    fence: int = 0
    message: str = Field(default="", sa_type=CleanText)
    revision: int = 0
    why: str = Field(default="", sa_type=CleanText)


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


METADATA = SQLModel.metadata
setting = _table(SettingRow)
feed = _table(FeedRow)
item = _table(ItemRow)
item_key = _table(ItemKeyRow)
item_match = _table(ItemMatchRow)
story = _table(StoryRow)
story_member = _table(StoryMemberRow)
alert = _table(AlertRow)
alert_watchlist = _table(AlertWatchlistRow)
watchlist = _table(WatchlistRow)
chat = _table(ChatRow)
subscription = _table(SubscriptionRow)
admin = _table(AdminRow)
audit = _table(AuditEntryRow)
delivery = _table(DeliveryRow)
