"""Voices of people who cannot sign: no time of day, no address, and a number that is no signature."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "voice_collection",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_voice_collection_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_voice_collection")),
    )
    op.create_table(
        "voice",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("may_be_carried", sa.Boolean(), nullable=False),
        sa.Column("carried_count", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("consent_text_id", sa.Integer(), nullable=False),
        sa.Column("given_week", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'shown', 'silent', 'refused')", name=op.f("ck_voice_state")
        ),
        sa.ForeignKeyConstraint(
            ["consent_text_id"], ["consent_text.id"], name=op.f("fk_voice_consent_text_id")
        ),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_voice_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_voice_code_digest")),
    )
    op.create_index("ix_voice_petition_id_state", "voice", ["petition_id", "state"])
    op.add_column("petition", sa.Column("voice_count", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("petition", "voice_count")
    op.drop_table("voice")
    op.drop_table("voice_collection")
