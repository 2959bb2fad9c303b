"""Let people ask for their links and change their address, and keep what forgetting did.

A link to one's own signature carries a version from its first renewal on, so that the old mailbox's
links end when the new one has confirmed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the column."""
    op.add_column(
        "signature", sa.Column("link_version", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_table(
        "link_request",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
    )
    op.create_table(
        "address_change",
        sa.Column("signature_ref", sa.LargeBinary(16), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("confirm_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("signature_ref", name=op.f("pk_address_change")),
        sa.UniqueConstraint("confirm_digest", name=op.f("uq_address_change_confirm_digest")),
    )
    op.create_index(op.f("ix_address_change_expires_at"), "address_change", ["expires_at"])
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("position", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_index("ix_retention_run_finished_at", "retention_run", ["finished_at"])
    op.create_table(
        "retention_count",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["retention_run.id"], name=op.f("fk_retention_count_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "rule", name=op.f("pk_retention_count")),
    )


def downgrade() -> None:
    """Go without."""
    for table in ("retention_count", "retention_run", "address_change", "link_request"):
        op.drop_table(table)
    with op.batch_alter_table("signature") as signature:
        signature.drop_column("link_version")
