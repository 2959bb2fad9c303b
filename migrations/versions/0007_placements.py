"""Know which poster, stand or message a signature came through, and let an event's code lift the limit."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, offer every petition publicly, and give signatures their placement."""
    placement = op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_placement_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("code", name=op.f("uq_placement_code")),
    )
    op.create_index(op.f("ix_placement_petition_id"), "placement", ["petition_id"])
    op.create_table(
        "event_code",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("used_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("used_count between 0 and most", name=op.f("ck_event_code_used_count")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_event_code_hours")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_event_code_placement_id")
        ),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_event_code")),
    )
    _offer_publicly(placement)
    with op.batch_alter_table("signature") as signature:
        signature.add_column(sa.Column("placement_id", sa.Integer(), nullable=True))
        signature.create_foreign_key(
            op.f("fk_signature_placement_id"), "placement", ["placement_id"], ["id"]
        )
    # Most signatures come through none: they cost this index nothing.
    op.create_index(
        "ix_signature_placement",
        "signature",
        ["placement_id", "state"],
        sqlite_where=sa.text("placement_id IS NOT NULL"),
        postgresql_where=sa.text("placement_id IS NOT NULL"),
    )


def _offer_publicly(placement: sa.Table) -> None:
    connection = op.get_bind()
    now = datetime.now(UTC)
    if connection.dialect.name == "sqlite":
        now = now.replace(tzinfo=None)  # as the models keep moments there
    for (petition_id,) in connection.execute(sa.text("SELECT id FROM petition ORDER BY id")):
        connection.execute(
            placement.insert().values(
                petition_id=petition_id,
                code="".join(secrets.choice(LETTERS) for _ in range(6)),
                kind="public",
                label="",
                issued_at=now,
            )
        )


def downgrade() -> None:
    """Forget where signatures came from."""
    op.drop_index("ix_signature_placement", "signature")
    with op.batch_alter_table("signature") as signature:
        signature.drop_constraint(op.f("fk_signature_placement_id"), type_="foreignkey")
        signature.drop_column("placement_id")
    op.drop_table("event_code")
    op.drop_table("placement")
