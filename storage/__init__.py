"""What the bot remembers: tables, transactions, the outbox. Takes and returns `news` values."""

from storage.errors import NewerSchema, NotABackup, StorageError, WriterBusy
from storage.items import NewItem
from storage.outbox import Keep
from storage.schema import SchemaState
from storage.store import Store
from storage.stories import StoryRecord
from storage.transaction import Transaction

__all__ = [
    "Keep",
    "NewItem",
    "NewerSchema",
    "NotABackup",
    "SchemaState",
    "StorageError",
    "Store",
    "StoryRecord",
    "Transaction",
    "WriterBusy",
]
