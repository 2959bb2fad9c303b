"""Petitions, signatures, counting, consents, the outbox and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "audit_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entry_recorded_at"), ["recorded_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_audit_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "blocked_sender",
        sa.Column("sender_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sender_key", name=op.f("pk_blocked_sender")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("legal_form", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisation.id"], name=op.f("fk_organisation_host_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("message_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("message_key", name=op.f("uq_outbox_message_message_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_due", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "petition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("source_language", sa.String(length=8), nullable=False),
        sa.Column("authority", sa.String(length=40), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("instrument_id", sa.String(length=60), nullable=False),
        sa.Column("instrument_on", sa.Date(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=True),
        sa.Column("petitioner", sa.String(length=200), nullable=False),
        sa.Column("official_reference", sa.String(length=60), nullable=False),
        sa.Column("official_url", sa.String(length=500), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejection_reason", sa.String(length=40), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("accepts_support", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition")),
        sa.UniqueConstraint("slug", name=op.f("uq_petition_slug")),
    )
    with op.batch_alter_table("petition", schema=None) as batch_op:
        batch_op.create_index("ix_petition_state_closes_at", ["state", "closes_at"], unique=False)

    op.create_table(
        "suppression",
        sa.Column("address_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_suppression")),
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_heartbeat")),
    )
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consent_text_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint(
            "subject",
            "purpose",
            "organisation_id",
            "language",
            "version",
            name=op.f("uq_consent_text_subject_purpose_organisation_id_language_version"),
        ),
    )
    op.create_table(
        "official_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source_label", sa.String(length=300), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_official_count_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_count")),
    )
    with op.batch_alter_table("official_count", schema=None) as batch_op:
        batch_op.create_index(
            "ix_official_count_latest", ["petition_id", "channel", "stratum", "as_of"], unique=False
        )

    op.create_table(
        "petition_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_document_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_document")),
    )
    with op.batch_alter_table("petition_document", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_petition_document_petition_id"), ["petition_id"], unique=False
        )

    op.create_table(
        "petition_organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("is_controller", sa.Boolean(), nullable=False),
        sa.Column("offers_updates", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_petition_organisation_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_organisation_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_organisation")),
        sa.UniqueConstraint(
            "petition_id",
            "organisation_id",
            name=op.f("uq_petition_organisation_petition_id_organisation_id"),
        ),
    )
    with op.batch_alter_table("petition_organisation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_petition_organisation_petition_id"), ["petition_id"], unique=False
        )

    op.create_table(
        "petition_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("date_precision", sa.String(length=10), nullable=False),
        sa.Column("document_url", sa.String(length=500), nullable=False),
        sa.Column("document_label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_stage_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_stage")),
        sa.UniqueConstraint(
            "petition_id", "position", name=op.f("uq_petition_stage_petition_id_position")
        ),
    )
    with op.batch_alter_table("petition_stage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_petition_stage_petition_id"), ["petition_id"], unique=False
        )

    op.create_table(
        "petition_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("review_state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("short_title", sa.String(length=60), nullable=False),
        sa.Column("ask", sa.String(length=500), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("letter_html", sa.Text(), nullable=False),
        sa.Column("demands", sa.Text(), nullable=False),
        sa.Column("demands_html", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("background_html", sa.Text(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_petition_text_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_text")),
        sa.UniqueConstraint(
            "petition_id", "language", name=op.f("uq_petition_text_petition_id_language")
        ),
    )
    with op.batch_alter_table("petition_text", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_petition_text_petition_id"), ["petition_id"], unique=False
        )

    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kept_count", sa.Integer(), nullable=False),
        sa.Column("true_count", sa.Integer(), nullable=False),
        sa.Column("repaired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_reconciliation_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    with op.batch_alter_table("reconciliation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reconciliation_petition_id"), ["petition_id"], unique=False
        )

    op.create_table(
        "tally",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_tally_petition_id")
        ),
        sa.PrimaryKeyConstraint("petition_id", "stratum", "channel", name=op.f("pk_tally")),
    )
    op.create_table(
        "tally_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_tally_entry_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_entry")),
    )
    op.create_table(
        "tally_period",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=4), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_tally_period_petition_id")
        ),
        sa.PrimaryKeyConstraint(
            "petition_id", "period", "starts_at", "stratum", "channel", name=op.f("pk_tally_period")
        ),
    )
    with op.batch_alter_table("tally_period", schema=None) as batch_op:
        batch_op.create_index(
            "ix_tally_period_trending", ["period", "starts_at", "petition_id"], unique=False
        )

    op.create_table(
        "threshold_crossing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("crossed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_threshold_crossing_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_crossing")),
        sa.UniqueConstraint(
            "petition_id",
            "stratum",
            "crossed_at",
            name=op.f("uq_threshold_crossing_petition_id_stratum_crossed_at"),
        ),
    )
    with op.batch_alter_table("threshold_crossing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_threshold_crossing_petition_id"), ["petition_id"], unique=False
        )

    op.create_table(
        "consent_receipt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("signature_ref", sa.LargeBinary(length=16), nullable=False),
        sa.Column("consent_text_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_text_id"],
            ["consent_text.id"],
            name=op.f("fk_consent_receipt_consent_text_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_consent_receipt_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_receipt")),
    )
    with op.batch_alter_table("consent_receipt", schema=None) as batch_op:
        batch_op.create_index("ix_consent_receipt_signature_ref", ["signature_ref"], unique=False)

    op.create_table(
        "petition_stage_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["petition_stage.id"], name=op.f("fk_petition_stage_note_stage_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_stage_note")),
        sa.UniqueConstraint(
            "stage_id", "language", name=op.f("uq_petition_stage_note_stage_id_language")
        ),
    )
    with op.batch_alter_table("petition_stage_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_petition_stage_note_stage_id"), ["stage_id"], unique=False
        )

    op.create_table(
        "signature",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ref", sa.LargeBinary(length=16), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("stratum", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("email_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("household_place", sa.Integer(), nullable=False),
        sa.Column("given_name", sa.LargeBinary(), nullable=True),
        sa.Column("family_name", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("name_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("postal_code", sa.String(length=4), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("age_stated", sa.Boolean(), nullable=False),
        sa.Column("consent_text_id", sa.Integer(), nullable=False),
        sa.Column("consent_language", sa.String(length=8), nullable=False),
        sa.Column("consent_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirm_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("confirm_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_count", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("household_place in (1, 2)", name=op.f("ck_signature_household_place")),
        sa.ForeignKeyConstraint(
            ["consent_text_id"], ["consent_text.id"], name=op.f("fk_signature_consent_text_id")
        ),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petition.id"], name=op.f("fk_signature_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("confirm_digest", name=op.f("uq_signature_confirm_digest")),
        sa.UniqueConstraint(
            "petition_id",
            "email_key",
            "household_place",
            name=op.f("uq_signature_petition_id_email_key_household_place"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_signature_ref")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(
            "ix_signature_petition_state", ["petition_id", "state", "stratum"], unique=False
        )
        batch_op.create_index(
            "ix_signature_state_created_at", ["state", "created_at"], unique=False
        )


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_index("ix_signature_state_created_at")
        batch_op.drop_index("ix_signature_petition_state")

    op.drop_table("signature")
    with op.batch_alter_table("petition_stage_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_stage_note_stage_id"))

    op.drop_table("petition_stage_note")
    with op.batch_alter_table("consent_receipt", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_receipt_signature_ref")

    op.drop_table("consent_receipt")
    with op.batch_alter_table("threshold_crossing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_threshold_crossing_petition_id"))

    op.drop_table("threshold_crossing")
    with op.batch_alter_table("tally_period", schema=None) as batch_op:
        batch_op.drop_index("ix_tally_period_trending")

    op.drop_table("tally_period")
    op.drop_table("tally_entry")
    op.drop_table("tally")
    with op.batch_alter_table("reconciliation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reconciliation_petition_id"))

    op.drop_table("reconciliation")
    with op.batch_alter_table("petition_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_text_petition_id"))

    op.drop_table("petition_text")
    with op.batch_alter_table("petition_stage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_stage_petition_id"))

    op.drop_table("petition_stage")
    with op.batch_alter_table("petition_organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_organisation_petition_id"))

    op.drop_table("petition_organisation")
    with op.batch_alter_table("petition_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_petition_document_petition_id"))

    op.drop_table("petition_document")
    with op.batch_alter_table("official_count", schema=None) as batch_op:
        batch_op.drop_index("ix_official_count_latest")

    op.drop_table("official_count")
    op.drop_table("consent_text")
    op.drop_table("worker_heartbeat")
    op.drop_table("suppression")
    with op.batch_alter_table("petition", schema=None) as batch_op:
        batch_op.drop_index("ix_petition_state_closes_at")

    op.drop_table("petition")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_due")

    op.drop_table("outbox_message")
    op.drop_table("organisation")
    op.drop_table("blocked_sender")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_recorded_at"))

    op.drop_table("audit_entry")
