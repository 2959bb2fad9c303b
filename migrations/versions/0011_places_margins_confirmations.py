"""Where signatures come from, the margin organisers aim for, and facts confirmed in writing."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and give every petition the margin of a fifth that it had."""
    op.create_table(
        "place_edition",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_place_edition_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_place_edition")),
    )
    op.create_table(
        "place_count",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=24), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_place_count_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", "level", "place", name=op.f("pk_place_count")),
    )
    _make_margins()
    _make_confirmations()


def _make_margins() -> None:
    op.create_table(
        "petition_margin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_margin_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_margin")),
    )
    op.create_index(op.f("ix_petition_margin_petition_id"), "petition_margin", ["petition_id"])
    with op.batch_alter_table("petition") as table:
        table.add_column(
            sa.Column("margin_percent", sa.Integer(), server_default="20", nullable=False)
        )
        table.add_column(
            sa.Column(
                "margin_reason", sa.String(length=300), server_default=sa.text("''"), nullable=False
            )
        )


def _make_confirmations() -> None:
    op.create_table(
        "fact_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Date(), nullable=False),
        sa.Column("fact", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=500), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=80), nullable=False),
        sa.Column("undone_reason", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_confirmation")),
    )
    op.create_index("ix_fact_confirmation_rule", "fact_confirmation", ["instrument_id", "version"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("fact_confirmation")
    with op.batch_alter_table("petition") as table:
        table.drop_column("margin_reason")
        table.drop_column("margin_percent")
    op.drop_table("petition_margin")
    op.drop_table("place_count")
    op.drop_table("place_edition")
