"""Official counts that two people decide, the ledger of paper, handing over and its reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("answered_at IS NULL")
# What happened to a pile of paper is proof: the database refuses to rewrite it.
GUARDED = (
    ("paper_entry", "UPDATE"),
    ("paper_entry", "DELETE"),
    ("paper_figure", "UPDATE"),
    ("paper_figure", "DELETE"),
)


def upgrade() -> None:
    """Make the tables; say of each official count by whom it was entered."""
    with op.batch_alter_table("official_count") as table:
        for name, length in (("reason", 300), ("recorded_by", 80), ("approved_by", 80)):
            table.add_column(
                sa.Column(
                    name, sa.String(length=length), server_default=sa.text("''"), nullable=False
                )
            )
    _make_count_changes()
    _make_ledger()
    _make_hand_overs()
    for table_name, act in GUARDED:
        _guard(table_name, act)


def _make_count_changes() -> None:
    op.create_table(
        "count_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("count_before", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source_label", sa.String(length=300), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("answer_reason", sa.String(length=300), nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_count_change_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_change")),
    )
    op.create_index(
        "ix_count_change_one_waiting",
        "count_change",
        ["petition_id", "channel", "stratum"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _make_ledger() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.LargeBinary(), nullable=True),
        sa.Column("out_on", sa.Date(), nullable=False),
        sa.Column("in_on", sa.Date(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("counted_entry_id", sa.Integer(), nullable=True),
        sa.Column("answered_entry_id", sa.Integer(), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_paper_batch_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint(
            "petition_id", "number", name=op.f("uq_paper_batch_petition_id_number")
        ),
    )
    op.create_index(op.f("ix_paper_batch_settled_on"), "paper_batch", ["settled_on"])
    op.create_table(
        "paper_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_entry_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entry")),
    )
    op.create_index(op.f("ix_paper_entry_batch_id"), "paper_entry", ["batch_id"])
    op.create_table(
        "paper_figure",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["paper_entry.id"], name=op.f("fk_paper_figure_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", "kind", "key", name=op.f("pk_paper_figure")),
    )


def _make_hand_overs() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=False),
        sa.Column("batch_count", sa.Integer(), nullable=False),
        sa.Column("list_seal", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_hand_over_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_petition_id"), "hand_over", ["petition_id"])
    op.create_table(
        "stage_reminder",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_stage_reminder_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", "stage", name=op.f("pk_stage_reminder")),
    )
    op.create_index("ix_stage_reminder_due", "stage_reminder", ["sent_at", "remind_on"])


def _guard(table: str, act: str) -> None:
    name = f"{table}_no_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        # refuse_change() came with the append-only tables.
        op.execute(
            sa.text(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        )
        return
    op.execute(
        sa.text(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    )


def downgrade() -> None:
    """Take all of it away."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table_name, act in GUARDED:
        name = f"{table_name}_no_{act.lower()}"
        op.execute(sa.text(f"DROP TRIGGER {name}{f' ON {table_name}' if is_postgresql else ''}"))
    for table_name in (
        *("stage_reminder", "hand_over", "paper_figure", "paper_entry", "paper_batch"),
        "count_change",
    ):
        op.drop_table(table_name)
    with op.batch_alter_table("official_count") as table:
        for column in ("reason", "recorded_by", "approved_by"):
            table.drop_column(column)
