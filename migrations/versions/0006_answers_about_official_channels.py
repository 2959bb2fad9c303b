"""Count what people say of the official channel, and remember who asked for one reminder of it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables, and the two columns of the reminder."""
    op.create_table(
        "official_answer",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("browser", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_official_answer_petition_id")
        ),
        sa.PrimaryKeyConstraint(
            *("petition_id", "day", "channel", "step", "browser", "language"),
            name=op.f("pk_official_answer"),
        ),
    )
    op.create_table(
        "spent_code",
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("good_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_code")),
    )
    op.create_index("ix_spent_code_good_until", "spent_code", ["good_until"])
    for name in ("official_reminder_at", "officially_reminded_at"):
        op.add_column("signature", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_signature_official_reminder",
        "signature",
        ["official_reminder_at"],
        sqlite_where=sa.text("official_reminder_at is not null"),
        postgresql_where=sa.text("official_reminder_at is not null"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_index("ix_signature_official_reminder", "signature")
    for name in ("officially_reminded_at", "official_reminder_at"):
        op.drop_column("signature", name)
    op.drop_table("spent_code")
    op.drop_table("official_answer")
