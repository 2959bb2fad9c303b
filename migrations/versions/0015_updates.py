"""Updates to signatories: what an organisation writes, how far its sending is, and to whom it went."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_A_BATCH = sa.text("batch IS NOT NULL")


def upgrade() -> None:
    """Make the tables; messages to many come after the others and are known by their batch."""
    op.create_table(
        "petition_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_id", BIG_ID, nullable=False),
        sa.Column("last_id", BIG_ID, nullable=False),
        *(
            sa.Column(f"{name}_count", sa.Integer(), nullable=False)
            for name in (
                *("expected", "queued", "skipped", "sent", "failed", "bounced", "complained"),
                "stopped",
            )
        ),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_update_petition_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_petition_update_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_update")),
    )
    op.create_index(op.f("ix_petition_update_petition_id"), "petition_update", ["petition_id"])
    op.create_index(op.f("ix_petition_update_state"), "petition_update", ["state"])
    _make_texts()
    _make_recipients()
    _mark_messages()
    with op.batch_alter_table("petition") as table:
        table.add_column(sa.Column("news_count", sa.Integer(), server_default="0", nullable=False))


def _make_texts() -> None:
    op.create_table(
        "petition_update_text",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["update_id"],
            ["petition_update.id"],
            name=op.f("fk_petition_update_text_update_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("update_id", "language", name=op.f("pk_petition_update_text")),
    )


def _make_recipients() -> None:
    op.create_table(
        "petition_update_recipient",
        sa.Column("mailbox_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("message_key", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["update_id"],
            ["petition_update.id"],
            name=op.f("fk_petition_update_recipient_update_id"),
        ),
        sa.PrimaryKeyConstraint(
            "mailbox_key", "update_id", name=op.f("pk_petition_update_recipient")
        ),
    )
    op.create_index(
        op.f("ix_petition_update_recipient_update_id"), "petition_update_recipient", ["update_id"]
    )


def _mark_messages() -> None:
    with op.batch_alter_table("outbox_message") as table:
        table.add_column(sa.Column("batch", sa.String(length=40), nullable=True))
        table.add_column(
            sa.Column("is_bulk", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.drop_index("ix_outbox_message_due", "outbox_message")
    op.create_index(
        "ix_outbox_message_due", "outbox_message", ["state", "is_bulk", "next_attempt_at"]
    )
    op.create_index(
        "ix_outbox_message_batch",
        "outbox_message",
        ["batch", "state"],
        sqlite_where=IN_A_BATCH,
        postgresql_where=IN_A_BATCH,
    )


def downgrade() -> None:
    """Forget them, and the messages to many that still wait."""
    with op.batch_alter_table("petition") as table:
        table.drop_column("news_count")
    op.execute("DELETE FROM outbox_message WHERE batch IS NOT NULL")
    op.drop_index("ix_outbox_message_batch", "outbox_message")
    op.drop_index("ix_outbox_message_due", "outbox_message")
    with op.batch_alter_table("outbox_message") as table:
        table.drop_column("is_bulk")
        table.drop_column("batch")
    op.create_index("ix_outbox_message_due", "outbox_message", ["state", "next_attempt_at"])
    op.drop_table("petition_update_recipient")
    op.drop_table("petition_update_text")
    op.drop_table("petition_update")
