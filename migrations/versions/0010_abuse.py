"""Stop counting false signatures many at once and give them back, see what domains are blocked, and
keep what was noticed of bursts.

The conditions of a check are its proof, so the database refuses to change them, except to empty
them when names go; what has started is never deleted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANGED = "NEW.conditions <> OLD.conditions AND NEW.conditions <> ''"
STARTED = "OLD.started_at IS NOT NULL"
GUARDS = (
    ("invalidation_same_conditions", "UPDATE OF conditions", CHANGED),
    ("invalidation_started_stays", "DELETE", STARTED),
)


def upgrade() -> None:
    """Make the tables, the columns and the guards."""
    with op.batch_alter_table("blocked_sender") as table:
        table.add_column(sa.Column("domain", sa.String(length=253), nullable=True))
        table.add_column(
            sa.Column("added_by", sa.String(length=80), nullable=False, server_default="")
        )
        table.add_column(sa.Column("until", MOMENT, nullable=True))
    with op.batch_alter_table("blocked_sender") as table:
        table.alter_column("added_by", server_default=None)
    _make_invalidations()
    _make_bursts()
    for name, act, condition in GUARDS:
        _guard(name, act, condition)


def _make_invalidations() -> None:
    op.create_table(
        "invalidation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.Column("started_by", sa.String(length=80), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reinstated_by", sa.String(length=80), nullable=False),
        sa.Column("reinstated_at", MOMENT, nullable=True),
        sa.Column("at_id", NUMBER, nullable=False),
        sa.Column("last_id", NUMBER, nullable=False),
        sa.Column("matched_count", sa.Integer(), nullable=False),
        sa.Column("matched_by_stratum", sa.Text(), nullable=False),
        sa.Column("invalidated_count", sa.Integer(), nullable=False),
        sa.Column("reinstated_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_invalidation_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invalidation")),
    )
    op.create_index(op.f("ix_invalidation_petition_id"), "invalidation", ["petition_id"])
    op.create_table(
        "invalidated_signature",
        sa.Column("invalidation_id", sa.Integer(), nullable=False),
        sa.Column("signature_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("state_before", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["invalidation_id"],
            ["invalidation.id"],
            name=op.f("fk_invalidated_signature_invalidation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"],
            ["signature.id"],
            name=op.f("fk_invalidated_signature_signature_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "invalidation_id", "signature_id", name=op.f("pk_invalidated_signature")
        ),
    )
    op.create_index(
        "ix_invalidated_signature_signature_id", "invalidated_signature", ["signature_id"]
    )


def _make_bursts() -> None:
    op.create_table(
        "burst",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=253), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("measured", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("action_until", MOMENT, nullable=True),
        sa.Column("noticed_at", MOMENT, nullable=False),
        sa.Column("explanation", sa.String(length=300), nullable=False),
        sa.Column("explained_by", sa.String(length=80), nullable=False),
        sa.Column("explained_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_burst_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burst")),
        sa.UniqueConstraint(
            "petition_id",
            "kind",
            "subject",
            "starts_at",
            name=op.f("uq_burst_petition_id_kind_subject_starts_at"),
        ),
    )


def _guard(name: str, act: str, condition: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        # refuse_change() came with the append-only tables.
        op.execute(
            sa.text(
                f"CREATE TRIGGER {name} BEFORE {act} ON invalidation FOR EACH ROW "
                f"WHEN ({condition}) EXECUTE FUNCTION refuse_change()"
            )
        )
        return
    op.execute(
        sa.text(
            f"CREATE TRIGGER {name} BEFORE {act} ON invalidation WHEN {condition} "
            "BEGIN SELECT RAISE(ABORT, 'invalidation is append-only'); END"
        )
    )


def downgrade() -> None:
    """Take all of it away; domains that were excepted are on the list of throw-away services again."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, _act, _condition in GUARDS:
        op.execute(sa.text(f"DROP TRIGGER {name}" + (" ON invalidation" if is_postgresql else "")))
    op.drop_table("burst")
    op.drop_table("invalidated_signature")
    op.drop_table("invalidation")
    op.execute(sa.text("DELETE FROM blocked_sender WHERE kind = 'excepted'"))
    with op.batch_alter_table("blocked_sender") as table:
        table.drop_column("until")
        table.drop_column("added_by")
        table.drop_column("domain")
