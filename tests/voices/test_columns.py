"""The tables of the voices have no place for what could lead to a person."""

import sqlalchemy as sa
from flask import Flask

from campaign.core.db import db

ALLOWED = {
    "voice_collection": {"petition_id", "opened_on", "closed_on"},
    "voice": {
        "id", "petition_id", "state", "pseudonym", "words", "language", "may_be_carried",
        "carried_count", "code_digest", "consent_text_id", "given_week", "reason", "refused_on",
    },
}  # fmt: skip


def test_a_voice_has_these_columns_and_no_other(app: Flask) -> None:
    """No e-mail, no network address, no place, no name: a new column is a decision, made here."""
    for name, columns in ALLOWED.items():
        assert {column.name for column in db.metadata.tables[name].columns} == columns


def test_no_time_of_day_is_kept(app: Flask) -> None:
    for name in ALLOWED:
        for column in db.metadata.tables[name].columns:
            python_type = getattr(column.type, "impl", column.type)
            assert not isinstance(python_type, sa.DateTime | sa.Time), f"{name}.{column.name}"


def test_the_number_of_a_voice_is_not_given_by_the_database(app: Flask) -> None:
    """One counted up would tell who came before whom."""
    assert db.metadata.tables["voice"].columns["id"].autoincrement is False
