"""The schema's versions, run by Alembic on a connection that is already in a transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from ledgerferry.store.errors import StoreUnavailable


def config(tx: Connection) -> Config:
    """Alembic's configuration for this connection; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = tx
    return made


def run(tx: Connection) -> None:
    """Upgrade to the newest version; ``StoreUnavailable`` for a database of a newer ferry."""
    try:
        command.upgrade(config(tx), "head")
    except CommandError as error:
        why = "the database was written by a newer version of ledgerferry"
        raise StoreUnavailable(why, "install that version") from error
