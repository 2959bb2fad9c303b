"""Writing a petition: versions of its texts, its picture, who is at work on it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# A plain constant: an expression would make SQLite write the table anew, and let go of what points at it.
NOTHING = ""


def upgrade() -> None:
    """Make the tables; what is written already is version 1."""
    _make_versions()
    _make_others()
    with op.batch_alter_table("petition") as table:
        table.add_column(
            sa.Column("facts_version", sa.Integer(), server_default="1", nullable=False)
        )
        table.add_column(
            sa.Column("picture_digest", sa.String(32), server_default=NOTHING, nullable=False)
        )
        table.add_column(sa.Column("picture_width", sa.Integer(), nullable=True))
        table.add_column(sa.Column("picture_height", sa.Integer(), nullable=True))
    with op.batch_alter_table("petition_text") as table:
        table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("reviewed_version", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("reviewed_by", sa.String(80), server_default=NOTHING, nullable=False)
        )
        table.add_column(
            sa.Column("allowed_names", sa.Text(), server_default=NOTHING, nullable=False)
        )
        table.add_column(
            sa.Column("picture_words", sa.String(300), server_default=NOTHING, nullable=False)
        )


def _make_versions() -> None:
    op.create_table(
        "petition_text_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("short_title", sa.String(length=60), nullable=False),
        sa.Column("ask", sa.String(length=500), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("demands", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_from", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_text_version_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_text_version")),
        sa.UniqueConstraint(
            "petition_id",
            "language",
            "version",
            name=op.f("uq_petition_text_version_petition_id_language_version"),
        ),
    )
    op.create_index(
        op.f("ix_petition_text_version_petition_id"), "petition_text_version", ["petition_id"]
    )


def _make_others() -> None:
    op.create_table(
        "editing_notice",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_editing_notice_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", "part", "actor", name=op.f("pk_editing_notice")),
    )
    op.create_index(op.f("ix_editing_notice_opened_at"), "editing_notice", ["opened_at"])
    op.create_table(
        "petition_picture",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_picture_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_petition_picture")),
    )
    op.create_table(
        "admissibility_tick",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_admissibility_tick_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", "line", name=op.f("pk_admissibility_tick")),
    )


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("petition_text") as table:
        for column in (
            "picture_words",
            "allowed_names",
            "reviewed_by",
            "reviewed_version",
            "version",
        ):
            table.drop_column(column)
    with op.batch_alter_table("petition") as table:
        for column in ("picture_height", "picture_width", "picture_digest", "facts_version"):
            table.drop_column(column)
    for table_name in (
        "admissibility_tick",
        "petition_picture",
        "editing_notice",
        "petition_text_version",
    ):
        op.drop_table(table_name)
