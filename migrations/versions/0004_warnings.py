"""Remember what organisers were told of a deadline or of a region that lags, to say it once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "petition_warning",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_warning_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", "kind", "stratum", name=op.f("pk_petition_warning")),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("petition_warning")
