"""A transaction, with every noun at hand."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.alerts import Alerts
from storage.audit import Audit
from storage.chats import Chats
from storage.feeds import Feeds
from storage.items import Items
from storage.outbox import Outbox
from storage.people import People
from storage.session import Session
from storage.settings import Settings
from storage.stories import Stories
from storage.watchlists import Watchlists


class Transaction(Session):
    """What is done through it commits together or not at all."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.feeds = Feeds(self)
        self.items = Items(self)
        self.stories = Stories(self)
        self.alerts = Alerts(self)
        self.watchlists = Watchlists(self)
        self.chats = Chats(self)
        self.people = People(self)
        self.audit = Audit(self)
        self.settings = Settings(self)
        self.outbox = Outbox(self)
