"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    _attempts()
    _bindings()
    _connections()
    _days()
    _decisions()
    _documents()
    _entries()
    _extracts()
    _home()
    _layouts()
    _leases()
    _operations()
    _pairs()
    _permits()
    _run_calls()
    _runs()
    _secrets()
    _sightings()
    _subjects()
    _suggestions()
    _asked()
    _unseen()
    _attempt_operations()
    _needs()
    _payloads()


def _attempts() -> None:
    op.create_table("attempts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("method", sa.String(8), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("deadline", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("request", sa.String(120)),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_attempts")
    )


def _bindings() -> None:
    op.create_table("bindings",
        sa.Column("link", sa.String(60), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("agreement", sa.Integer(), nullable=False),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.Column("lineage", sa.String(64)),
        sa.Column("touched", sa.String(27)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("kept", sa.String(20)),
        sa.PrimaryKeyConstraint("link", "identity", "generation", name="pk_bindings")
    )
    op.create_index("ix_bindings_lineage", "bindings", ["lineage"])
    op.create_index("uq_bindings_target", "bindings", ["connection", "kind", "target"], unique=True,
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"))


def _connections() -> None:
    op.create_table("connections",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("product", sa.String(20), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.String(27)),
        sa.Column("pause_cap", sa.String(20)),
        sa.Column("login_needed", sa.Text()),
        sa.PrimaryKeyConstraint("name", name="pk_connections")
    )


def _days() -> None:
    op.create_table("days",
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("bucket", sa.String(27), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "bucket", name="pk_days")
    )


def _documents() -> None:
    op.create_table("documents",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("identity", sa.String(64)),
        sa.Column("lineage", sa.String(64)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("currency", sa.String(3)),
        sa.Column("amount", sa.String(60)),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("run", "id", name="pk_documents")
    )
    op.create_index("ix_documents_identity", "documents", ["identity"])
    op.create_index("ix_documents_lineage", "documents", ["lineage"])


def _entries() -> None:
    op.create_table("entries",
        sa.Column("seq", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("run", sa.String(64)),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("about", sa.String(64)),
        sa.Column("payload", sa.String(64)),
        sa.Column("digest", sa.String(64)),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_entries"),
        sa.UniqueConstraint("hash", name="uq_entries_hash")
    )
    op.create_index("ix_entries_about", "entries", ["about"])
    op.create_index("ix_entries_run", "entries", ["run"])


def _home() -> None:
    op.create_table("home",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_home")
    )


def _leases() -> None:
    op.create_table("leases",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases")
    )


def _operations() -> None:
    op.create_table("operations",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("link", sa.String(60), nullable=False),
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("purpose", sa.String(12), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("lock", sa.String(64), nullable=False),
        sa.Column("target", sa.String(40)),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("blockers", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.String(27)),
        sa.Column("settle_until", sa.String(27)),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", sa.String(27)),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("receipt", sa.String(64)),
        sa.Column("stopped", sa.Integer()),
        sa.PrimaryKeyConstraint("key", name="pk_operations")
    )
    op.create_index("ix_operations_claim", "operations", ["connection", "kind", "state", "blockers", "seq"])
    op.create_index("ix_operations_lock", "operations", ["lock", "state"])
    op.create_index("ix_operations_pair", "operations", ["link", "identity"])
    op.create_index("ix_operations_run", "operations", ["run"])
    op.create_index("ix_operations_seq", "operations", ["seq"])


def _pairs() -> None:
    op.create_table("pairs",
        sa.Column("link", sa.String(60), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("marked_at", sa.String(27), nullable=False),
        sa.Column("why", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("link", "identity", name="pk_pairs")
    )


def _permits() -> None:
    op.create_table("permits",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("slot_until", sa.String(27)),
        sa.Column("counts_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name="pk_permits")
    )
    op.create_index("ix_permits_window", "permits", ["connection", "counts_at"])


def _run_calls() -> None:
    op.create_table("run_calls",
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("system", sa.String(20), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run", "system", name="pk_run_calls")
    )


def _runs() -> None:
    op.create_table("runs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("flow", sa.String(20), nullable=False),
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("is_open", sa.Integer(), nullable=False),
        sa.Column("today", sa.String(10), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("closed_at", sa.String(27)),
        sa.Column("waiting_until", sa.String(27)),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.Column("plan", sa.Text()),
        sa.Column("result", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_runs")
    )
    op.create_index("uq_runs_open", "runs", ["flow", "connection", "source"], unique=True,
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open = 1"))


def _secrets() -> None:
    op.create_table("secrets",
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.String(27)),
        sa.PrimaryKeyConstraint("connection", "name", name="pk_secrets")
    )


def _sightings() -> None:
    op.create_table("sightings",
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.Column("modified", sa.String(27)),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("connection", "kind", "id", name="pk_sightings")
    )


def _subjects() -> None:
    op.create_table("subjects",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary()),
        sa.Column("erased_at", sa.String(27)),
        sa.PrimaryKeyConstraint("id", name="pk_subjects")
    )


def _suggestions() -> None:
    op.create_table("suggestions",
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("about", "position", name="pk_suggestions")
    )


def _asked() -> None:
    op.create_table("asked",
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("about", name="pk_asked")
    )


def _unseen() -> None:
    op.create_table("unseen",
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "what", name="pk_unseen")
    )


def _attempt_operations() -> None:
    op.create_table("attempt_operations",
        sa.Column("attempt", sa.String(64), nullable=False),
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt"], ["attempts.id"], name="fk_attempt_operations_attempt"),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], name="fk_attempt_operations_operation"),
        sa.PrimaryKeyConstraint("attempt", "operation", name="pk_attempt_operations")
    )
    op.create_index("ix_attempt_operations_operation", "attempt_operations", ["operation"])


def _needs() -> None:
    op.create_table("needs",
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], name="fk_needs_operation"),
        sa.PrimaryKeyConstraint("operation", "need", name="pk_needs")
    )
    op.create_index("ix_needs_need", "needs", ["need"])


def _payloads() -> None:
    op.create_table("payloads",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subjects.id"], name="fk_payloads_subject"),
        sa.PrimaryKeyConstraint("id", name="pk_payloads")
    )
    op.create_index("ix_payloads_subject", "payloads", ["subject"])


def _extracts() -> None:
    op.create_table("extracts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_extracts")
    )
    op.create_index("ix_extracts_source", "extracts", ["source"])


def _decisions() -> None:
    op.create_table("decisions",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("decided_at", sa.String(27), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("measured", sa.Integer(), nullable=False),
        sa.Column("layout", sa.String(12)),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_decisions")
    )
    op.create_index("ix_decisions_file", "decisions", ["file"])


def _layouts() -> None:
    op.create_table("layouts",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("taught_at", sa.String(27), nullable=False),
        sa.Column("taught_by", sa.String(64)),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("payload", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_layouts")
    )
