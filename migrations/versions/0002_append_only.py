"""Wordings and audit entries cannot be changed or deleted, receipts cannot be changed.

Proof of what a person agreed to is worth nothing when it can be rewritten afterwards, so the
database itself refuses. Receipts of signatures never confirmed are deleted with them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDED = (
    ("consent_text", "UPDATE"),
    ("consent_text", "DELETE"),
    ("consent_receipt", "UPDATE"),
    ("audit_entry", "UPDATE"),
    ("audit_entry", "DELETE"),
)


def upgrade() -> None:
    """Put a guard on each table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            sa.text(
                "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
            )
        )
        for table, act in GUARDED:
            op.execute(
                sa.text(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                )
            )
        return
    for table, act in GUARDED:
        op.execute(
            sa.text(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        )


def downgrade() -> None:
    """Take the guards away."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, act in GUARDED:
        on_table = f" ON {table}" if is_postgresql else ""
        op.execute(sa.text(f"DROP TRIGGER {table}_no_{act.lower()}{on_table}"))
    if is_postgresql:
        op.execute(sa.text("DROP FUNCTION refuse_change()"))
