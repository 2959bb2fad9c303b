"""Lists of those who said yes, prepared for organisations; closing in an emergency, by two people; and
which mails an organiser wants."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the two columns that hide."""
    _make_exports()
    _make_closures()
    _make_mail_choices()
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("hidden_at", MOMENT, nullable=True))
    with op.batch_alter_table("petition") as table:
        table.add_column(sa.Column("details_closed_at", MOMENT, nullable=True))


def _make_exports() -> None:
    op.create_table(
        "signatory_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("at_id", NUMBER, nullable=False),
        sa.Column("last_id", NUMBER, nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("trouble_count", sa.Integer(), nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("given_at", MOMENT, nullable=True),
        sa.Column("given_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_signatory_export_petition_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_signatory_export_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatory_export")),
    )
    for column in ("petition_id", "organisation_id", "state"):
        op.create_index(op.f(f"ix_signatory_export_{column}"), "signatory_export", [column])
    under_way = sa.text("state = 'writing'")
    op.create_index(
        "uq_signatory_export_open",
        "signatory_export",
        ["petition_id", "organisation_id", "asked_by"],
        unique=True,
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_table(
        "export_part",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("after_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.Column("left_out", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["export_id"], ["signatory_export.id"], name=op.f("fk_export_part_export_id")
        ),
        sa.PrimaryKeyConstraint("export_id", "after_id", name=op.f("pk_export_part")),
    )


def _make_closures() -> None:
    op.create_table(
        "emergency_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("petition_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("confirmed_by", sa.String(length=80), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("lift_asked_by", sa.String(length=80), nullable=False),
        sa.Column("lift_asked_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("states_before", sa.Text(), nullable=False),
        sa.Column("at_id", NUMBER, nullable=False),
        sa.Column("last_id", NUMBER, nullable=False),
        sa.Column("erased_count", sa.Integer(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_emergency_closure_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_emergency_closure_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_closure")),
    )
    op.create_index(op.f("ix_emergency_closure_subject"), "emergency_closure", ["subject"])
    is_open = sa.text("state IN ('asked', 'closed', 'lift_asked')")
    op.create_index(
        "uq_emergency_closure_open",
        "emergency_closure",
        ["subject"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _make_mail_choices() -> None:
    op.create_table(
        "mail_choice",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_choice_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_mail_choice_organisation_id")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "organisation_id", "kind", name=op.f("pk_mail_choice")
        ),
    )
    op.create_index(op.f("ix_mail_choice_organisation_id"), "mail_choice", ["organisation_id"])


def downgrade() -> None:
    """Forget them. What was hidden is shown again: lift the closures first."""
    with op.batch_alter_table("petition") as table:
        table.drop_column("details_closed_at")
    with op.batch_alter_table("organisation") as table:
        table.drop_column("hidden_at")
    for table in ("mail_choice", "emergency_closure", "export_part", "signatory_export"):
        op.drop_table(table)
