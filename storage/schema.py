"""Which schema a database has, and bringing it up to this program's."""

from __future__ import annotations

import pkgutil
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from storage import migrations
from storage.errors import NewerSchema
from storage.migrations import versions
from storage.session import Session
from storage.settings import Settings
from storage.tables import setting

# Files are named by revision, "0001_what.py", in the order in which they apply.
REVISIONS = tuple(sorted(module.name.split("_")[0] for module in pkgutil.iter_modules(versions.__path__)))
HEAD = REVISIONS[-1]

# Any fixed number ("sahm"): only one process upgrades at a time.
_UPGRADE_LOCK = 0x7361686D
_INSTANCE_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """`current` is "" for an empty database. `newer`: a newer program wrote it."""

    current: str
    head: str

    @property
    def pending(self) -> bool:
        return self.current != self.head and not self.newer

    @property
    def newer(self) -> bool:
        return self.current not in ("", *REVISIONS)


def state(connection: Connection) -> SchemaState:
    if not inspect(connection).has_table("alembic_version"):
        return SchemaState("", HEAD)
    current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return SchemaState(current or "", HEAD)


def upgrade(connection: Connection, to: str = HEAD) -> list[str]:
    """Applies what is missing, in the caller's transaction: all of it, or after a crash nothing.
    The revisions applied. Raises NewerSchema."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
    found = state(connection)
    if found.newer:
        raise NewerSchema(
            f"the database has schema {found.current}, this program knows up to {found.head}: "
            "a newer version wrote it; run that one, or restore a backup made before it"
        )
    applied = [one for one in REVISIONS if found.current < one <= to]
    if applied:
        _migrate(connection, to)
        _check_references(connection)
        _name_instance(connection)
    return applied


def renew_instance(session: Session) -> None:
    """A new name for this database: the nonces of its deliveries begin with it."""
    Settings(session).set("instance", "".join(secrets.choice(_INSTANCE_LETTERS) for _ in range(6)))


def _migrate(connection: Connection, to: str) -> None:
    # Imported here: loading Alembic takes longer than a start with nothing to migrate.
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(next(iter(migrations.__path__)))).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _check_references(connection: Connection) -> None:
    """Foreign keys are off while SQLite's tables are rebuilt, so they are checked at the end."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        assert broken is None, f"the migration broke a reference: {broken}"


def _name_instance(connection: Connection) -> None:
    if connection.execute(select(setting.c.key).where(setting.c.key == "instance")).first() is None:
        renew_instance(Session(connection))
