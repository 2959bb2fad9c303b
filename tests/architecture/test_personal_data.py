"""Every column about a person is marked, registered with its purpose, and has an end."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from campaign.core.db import db
from campaign.i18n.languages import LANGUAGES
from campaign.privacy.registry import NEVER, REGISTER, columns_held

# A column with such a name is about a person until the opposite is written down here.
SOUNDS_PERSONAL = re.compile(
    r"email|mail_|address|(given|family|first|last|full|display)_?name|postal|recipient|sealed"
    r"|phone|birth|_key$|signature_ref"
)
NOT_A_PERSON = {
    "organisation.contact_email": "the public address of an organisation",
    "outbox_message.message_key": "a random number of the message, not of its reader",
    "signature.id": "the number of a row; no link and no page carries it",
    "signature.channel": "always our own form",
}


def columns() -> Iterator[sa.Column[object]]:
    """Every column of every table."""
    for table in db.metadata.sorted_tables:
        yield from table.columns


def full_name(column: sa.Column[object]) -> str:
    """table.column."""
    return f"{column.table.name}.{column.name}"


def test_every_personal_column_is_in_the_register_and_the_other_way_round(app: Flask) -> None:
    marked = {full_name(column) for column in columns() if column.info.get("personal")}
    registered = set(columns_held())
    assert not marked - registered, (
        f"not in campaign/privacy/registry.py: {sorted(marked - registered)}"
    )
    known = {full_name(column) for column in columns()}
    assert not registered - known, f"registered and not there: {sorted(registered - known)}"
    assert not registered - marked, f"registered and not marked: {sorted(registered - marked)}"


def test_every_column_that_sounds_personal_is_marked_or_explained(app: Flask) -> None:
    strays = [
        full_name(column)
        for column in columns()
        if SOUNDS_PERSONAL.search(column.name)
        and not column.info.get("personal")
        and full_name(column) not in NOT_A_PERSON
    ]
    assert not strays, f'mark with info={{"personal": True}}, or explain: {strays}'


@pytest.mark.parametrize("table", ["signature", "voice"])
def test_all_that_is_kept_beside_a_person_is_marked_or_explained(app: Flask, table: str) -> None:
    """Where a person signed, in which region, what became of it: that is about a person too."""
    strays = [
        full_name(column)
        for column in db.metadata.tables[table].columns
        if not column.info.get("personal") and full_name(column) not in NOT_A_PERSON
    ]
    assert not strays, f'mark with info={{"personal": True}}, or explain: {strays}'


def test_no_explanation_is_kept_for_a_column_that_is_gone(app: Flask) -> None:
    assert set(NOT_A_PERSON) <= {full_name(column) for column in columns()}


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_every_registered_field_says_why_and_until_when(app: Flask, language: str) -> None:
    with app.test_request_context(f"/{language}/"), force_locale(language):
        for fields in REGISTER.values():
            for held in fields:
                for sentence in (held.label, held.purpose, held.kept_until):
                    assert str(sentence).strip(), held.columns
        assert all(str(promise).strip() for promise in NEVER)
