"""Find the few signatories who chose to be shown without reading a million others."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index them alone."""
    op.create_index(
        "ix_signature_public",
        "signature",
        ["petition_id", "confirmed_at"],
        sqlite_where=sa.text("is_public"),
        postgresql_where=sa.text("is_public"),
    )


def downgrade() -> None:
    """Go without."""
    op.drop_index("ix_signature_public", "signature")
