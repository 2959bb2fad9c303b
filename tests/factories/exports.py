"""Lists of those who said yes, for tests: asked for, prepared and opened as the product does."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from openpyxl import load_workbook

from campaign.core.db import db, transaction
from campaign.partners.models import Organisation
from campaign.petitions import jobs
from campaign.petitions.exports import signatories
from campaign.petitions.models import SignatoryExport, Signature
from campaign.petitions.operations import exporting
from campaign.petitions.queries.exporting import export_by_id
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.petitions import NOON, make_confirmed

WHY = "We send our newsletter ourselves."


def lead(slug: str = "clear-criteria") -> Organisation:
    """The organisation that leads a petition."""
    petition = petition_by_slug(slug)
    assert petition is not None
    return petition.carriers[0].organisation


def make_yes(email: str, *, slug: str = "clear-criteria", **changes: Any) -> Signature:
    """A confirmed signature that says yes to the mails of who leads the petition."""
    return make_confirmed(slug, email=email, **{f"updates_{lead(slug).id}": "yes"}, **changes)


def ask(actor: str, *, slug: str = "clear-criteria", now: datetime = NOON) -> SignatoryExport:
    """Ask for the list of who leads a petition."""
    petition = petition_by_slug(slug)
    assert petition is not None
    with transaction():
        return exporting.ask_for_export(
            petition=petition, organisation=lead(slug), reason=WHY, actor=actor, now=now
        )


def prepare(now: datetime = NOON) -> None:
    """What the worker does until no list is under way."""
    db.session.rollback()
    while jobs.advance_exports(now):
        pass


def export_of(number: int) -> SignatoryExport:
    """A list as it stands now."""
    db.session.rollback()
    found = export_by_id(number)
    assert found is not None
    return found


def take(number: int, actor: str, form: str = "xlsx", now: datetime = NOON) -> bytes:
    """The file, as somebody takes it away."""
    with transaction():
        given = exporting.give_export(export_id=number, form=form, actor=actor, now=now)
    return b"".join(signatories.signatories_file(export_of(number), given, form))


def sheets_of(content: bytes) -> dict[str, list[list[str]]]:
    """What a program that opens workbooks sees: the rows of each sheet, heads left out."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    return {
        sheet.title: [["" if cell is None else str(cell) for cell in row] for row in _rows(sheet)]
        for sheet in book
    }


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    return sheet.iter_rows(min_row=2, values_only=True)  # type: ignore[no-any-return]


def tables_of(content: bytes) -> dict[str, str]:
    """The files of a ZIP, as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
