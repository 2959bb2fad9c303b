"""Who reads a petition before it opens, their notes, and what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what waits already has waited since its last change."""
    with op.batch_alter_table("petition") as table:
        table.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE petition SET submitted_at = changed_at WHERE state IN ('submitted', 'in_moderation')"
    )
    op.create_table(
        "moderation_case",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), server_default=sa.text("''"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mark", sa.String(length=10), server_default=sa.text("''"), nullable=False),
        sa.Column("notes", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("notes_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("notes_by", sa.String(length=80), server_default=sa.text("''"), nullable=False),
        sa.Column("notes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_of_delay_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_moderation_case_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_moderation_case")),
    )
    op.create_index(op.f("ix_moderation_case_notes_at"), "moderation_case", ["notes_at"])
    _make_decisions()


def _make_decisions() -> None:
    op.create_table(
        "moderation_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("state_before", sa.String(length=20), nullable=False),
        sa.Column("state_after", sa.String(length=20), nullable=False),
        sa.Column("closes_at_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_moderation_decision_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
    )
    for column in ("petition_id", "decided_at"):
        op.create_index(op.f(f"ix_moderation_decision_{column}"), "moderation_decision", [column])


def downgrade() -> None:
    """Forget them. What was hidden is removed: it must not be seen again."""
    op.execute("UPDATE petition SET state = 'removed' WHERE state = 'hidden'")
    op.drop_table("moderation_decision")
    op.drop_table("moderation_case")
    with op.batch_alter_table("petition") as table:
        table.drop_column("submitted_at")
