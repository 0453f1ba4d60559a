"""The tables, written once for SQLite and Postgres.

Names and contents that could name a person are never in a column: identities are blind indexes
(``Seal.blind``), everything else lies sealed in ``payloads`` under a key of its subject.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as UTC text of fixed width so that it sorts and reads alike everywhere."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text; a naive moment is a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Back to an aware moment."""
        return None if value is None else datetime.fromisoformat(value)


Id = String(64)
Sequence = BigInteger().with_variant(Integer, "sqlite")

home = Table(
    "home",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

connections = Table(
    "connections",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("product", String(20), nullable=False),
    Column("settings", Text, nullable=False),  # store.connections.Settings as JSON; no secret in it
    Column("paused_until", Instant),  # the system's time
    Column("pause_cap", String(20)),
    Column("login_needed", Text),  # why a person must log in again, or null
)

secrets = Table(
    "secrets",
    metadata,
    Column("connection", String(60), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires", Instant),  # access tokens: the system's time
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("owner", Id, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("until", Instant, nullable=False),  # the home's time
)

subjects = Table(
    "subjects",
    metadata,
    Column("id", Id, primary_key=True),  # blind index of the person or company
    Column("sealed_key", LargeBinary),  # null once erased
    Column("erased_at", Instant),
)

payloads = Table(
    "payloads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject", Id, ForeignKey("subjects.id"), nullable=False, index=True),
    Column("sealed", LargeBinary),  # null once erased
    Column("digest", String(64), nullable=False),  # salted
)

entries = Table(
    "entries",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("run", Id, index=True),
    Column("event", String(40), nullable=False),
    Column("about", Id, index=True),  # an operation key, document id, connection name
    Column("payload", Id),
    Column("digest", String(64)),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("flow", String(20), nullable=False),
    Column("connection", String(60), nullable=False),
    Column("source", Id, nullable=False),  # blind index of what is read
    Column("state", String(20), nullable=False),
    Column("is_open", Integer, nullable=False),  # 1 until done, failed or rolled back
    Column("today", String(10), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("waiting_until", Instant),
    Column("payload", Id, nullable=False),  # source and options
    Column("plan", Text),  # price and counts, JSON
    Column("result", Text),  # what the verbs print, JSON
    Index(
        "uq_runs_open",
        "flow",
        "connection",
        "source",
        unique=True,
        sqlite_where=text("is_open = 1"),
        postgresql_where=text("is_open = 1"),
    ),
)

run_calls = Table(
    "run_calls",
    metadata,
    Column("run", Id, primary_key=True),
    Column("system", String(20), primary_key=True),
    Column("calls", Integer, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("run", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("identity", Id, index=True),  # blind; null where it has none
    Column("lineage", Id, index=True),  # blind index of file lineage, sheet and cells
    Column("state", String(12), nullable=False),  # planned, held, rejected, loaded
    Column("currency", String(3)),
    Column("amount", String(60)),
    Column("payload", Id, nullable=False),
)

extracts = Table(
    "extracts",
    metadata,
    Column("id", Id, primary_key=True),  # the document's
    Column("source", Id, nullable=False, index=True),  # blind index of the file's path
    Column("held", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("payload", Id, nullable=False),  # the path, and the document as it was read
)

decisions = Table(
    "decisions",
    metadata,
    Column("key", Id, primary_key=True),  # blind index of the file's digest, sheet and place
    Column("file", Id, nullable=False, index=True),  # blind index of the digest
    Column("verdict", String(10), nullable=False),  # accept, correct, reject
    Column("decided_at", Instant, nullable=False),
    Column("seconds", Integer, nullable=False),  # of review
    Column("measured", Integer, nullable=False),  # 0: an estimate
    Column("layout", String(12)),  # the layout that it taught
    Column("payload", Id, nullable=False),  # the document as confirmed, and the note
)

layouts = Table(
    "layouts",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("taught_at", Instant, nullable=False),
    Column("taught_by", Id),  # the document's id; null where it was imported
    Column("used", Integer, nullable=False),  # documents read by it
    Column("payload", Id, nullable=False),  # its signs and places; no value of a document
)

sightings = Table(
    "sightings",
    metadata,
    Column("connection", String(60), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("payload", Id, nullable=False),
    Column("modified", Instant),  # the system's time
    Column("seen_at", Instant, nullable=False),
)

bindings = Table(
    "bindings",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("identity", Id, primary_key=True),  # blind
    Column("generation", Integer, primary_key=True),
    Column("connection", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("target", String(40), nullable=False),
    Column("agreement", Integer, nullable=False),
    Column("payload", Id, nullable=False),  # identity and last agreement
    Column("lineage", Id),  # blind
    Column("touched", Instant),  # the system's time of our last write that touched it
    Column("state", String(10), nullable=False),  # live, closed
    Column("kept", String(20)),  # why a rollback left the record there, as a code
    Index(
        "uq_bindings_target",
        "connection",
        "kind",
        "target",
        unique=True,
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
    Index("ix_bindings_lineage", "lineage"),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("about", Id, primary_key=True),  # blind index of the file's digest and the sheet
    Column("position", Integer, primary_key=True),
    Column("field", String(20), nullable=False),
    Column("payload", Id, nullable=False),  # the suggestion itself
    Column("made_at", Instant, nullable=False),
)

asked = Table(
    "asked",
    metadata,
    Column("about", Id, primary_key=True),  # blind index of the file's digest and the sheet
    Column("model", String(120), nullable=False),
    Column("questions", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("tokens", Integer),
    Column("asked_at", Instant, nullable=False),
)

pairs = Table(
    "pairs",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("identity", Id, primary_key=True),
    Column("marked_at", Instant, nullable=False),
    Column("why", String(120), nullable=False),
)

operations = Table(
    "operations",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("seq", Integer, nullable=False, index=True),
    Column("run", Id, nullable=False, index=True),
    Column("link", String(60), nullable=False),
    Column("connection", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("purpose", String(12), nullable=False),
    Column("identity", Id, nullable=False),  # blind
    Column("lock", Id, nullable=False),  # one open operation at a time for each
    Column("target", String(40)),
    Column("payload", Id, nullable=False),  # the operation itself
    Column("state", String(12), nullable=False),
    Column("blockers", Integer, nullable=False),  # needs that are not done yet
    Column("not_before", Instant),  # the home's time
    Column("settle_until", Instant),  # the system's time: not probed earlier
    Column("owner", Id),
    Column("lease_until", Instant),  # the home's time
    Column("fence", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("doubtful", Integer, nullable=False),  # 1: it may have happened, and nothing can tell
    Column("why", Text),
    Column("receipt", Id),  # payload
    Column("stopped", Integer),  # 1: its run is rolled back; never to be sent again
    Index("ix_operations_claim", "connection", "kind", "state", "blockers", "seq"),
    Index("ix_operations_lock", "lock", "state"),
    Index("ix_operations_pair", "link", "identity"),
)

needs = Table(
    "needs",
    metadata,
    Column("operation", String(40), ForeignKey("operations.key"), primary_key=True),
    Column("need", String(40), primary_key=True, index=True),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("connection", String(60), nullable=False),
    Column("worker", Id, nullable=False),
    Column("method", String(8), nullable=False),
    Column("path", Text, nullable=False),
    Column("started_at", Instant, nullable=False),  # the home's time
    Column("deadline", Instant, nullable=False),  # the home's time: never sent later
    Column("ended_at", Instant),
    Column("outcome", String(10), nullable=False),
    Column("status", Integer),
    Column("request", String(120)),
    Column("why", Text),
)

attempt_operations = Table(
    "attempt_operations",
    metadata,
    Column("attempt", Id, ForeignKey("attempts.id"), primary_key=True),
    Column("operation", String(40), ForeignKey("operations.key"), primary_key=True, index=True),
    Column("fence", Integer, nullable=False),
)

permits = Table(
    "permits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("connection", String(60), nullable=False),
    Column("weight", Integer, nullable=False),
    Column("slot_until", Instant),  # the home's time; null once settled
    Column("counts_at", Instant),  # the system's time of the answer; null while open
    Index("ix_permits_window", "connection", "counts_at"),
)

days = Table(
    "days",
    metadata,
    Column("connection", String(60), primary_key=True),
    Column("bucket", Instant, primary_key=True),  # start of a quarter of an hour, the system's time
    Column("used", Integer, nullable=False),
)

unseen = Table(
    "unseen",
    metadata,
    Column("connection", String(60), primary_key=True),
    Column("what", String(200), primary_key=True),  # a field or code that the ferry does not know
    Column("times", Integer, nullable=False),
)
