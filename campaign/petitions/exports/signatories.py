"""The file of those who said yes: as a workbook, or as tables in a ZIP; with whom to remove from copies.

It is written while it is sent, line by line, from what the worker has sealed.
"""

from collections.abc import Iterator

from flask_babel import gettext as _

from campaign.consents.models import ConsentText
from campaign.core.spreadsheet import Row, csv_pieces, workbook, zipped
from campaign.i18n.languages import BY_CODE
from campaign.petitions.models import SignatoryExport
from campaign.petitions.operations.exporting import GivenExport, opened_lines
from campaign.petitions.queries.exporting import to_remove, wordings_asked
from campaign.petitions.rules.exporting import reference

MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "application/zip",
}
ENDING = {"xlsx": "xlsx", "csv": "zip"}


def file_name(export: SignatoryExport, form: str) -> str:
    """What the file is called: the petition, the organisation, that it holds those who said yes to its
    mails and nobody else, and when they were read (behaviour 106)."""
    return f"{_stem(export)}.{ENDING[form]}"


def _stem(export: SignatoryExport) -> str:
    read_on = (export.ready_at or export.asked_at).strftime("%Y-%m-%d")
    return (
        f"{export.petition.slug}_{export.organisation.slug}_said-yes-to-mails_{read_on}_{export.id}"
    )


def signatories_file(export: SignatoryExport, given: GivenExport, form: str) -> Iterator[bytes]:
    """The pieces of the file, in the reader's language. Raises ExportOverError in the middle when the file
    is erased meanwhile: what was sent so far cannot be opened then."""
    heads, removal_heads = _heads(), [_("Reference")]
    wordings = wordings_asked(export.petition.slug, export.organisation_id)
    lines = _lines(given, wordings)
    found = to_remove(export.petition_id, export.organisation_id)
    removals = ([reference(number, line)] for number, line in found)
    if form == "xlsx":
        return workbook(
            [(_("Said yes"), heads, lines), (_("Remove from copies"), removal_heads, removals)]
        )
    stem = _stem(export)
    return zipped(
        [
            (f"{stem}.csv", csv_pieces(_after(heads, lines))),
            (f"{stem}_remove-from-copies.csv", csv_pieces(_after(removal_heads, removals))),
        ]
    )


def _heads() -> list[str]:
    return [
        _("Reference"),
        _("First name"),
        _("Family name"),
        _("E-mail"),
        _("Language"),
        _("What they said yes to"),
        _("Version of these words"),
        _("Said yes at (UTC)"),
    ]


def _after(heads: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield heads
    yield from rows


def _lines(given: GivenExport, wordings: dict[int, ConsentText]) -> Iterator[Row]:
    """Each line with the words that the person said yes to, their version and when."""
    for line, (given_name, family_name, email, language, text_id, said_at) in opened_lines(given):
        text = wordings[text_id]
        name = BY_CODE[language].name if language in BY_CODE else language
        yield [
            reference(given.export_id, line),
            given_name or "",
            family_name or "",
            email,
            name,
            text.body,
            f"{text.language} {text.version}",
            said_at,
        ]
