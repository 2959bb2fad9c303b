"""Tables to take away, written as they are sent: nothing but a few rows is in memory, and nothing on disk.

Libraries that write workbooks keep rows in temporary files, in clear. Here a workbook is what the
standard says it is, a ZIP of a few XML parts (ECMA-376, Office Open XML), made by `zipfile`.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from xml.sax.saxutils import escape, quoteattr

Row = Sequence[str]
# The signs that start a formula, their full-width forms included (OWASP, CSV injection).
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A sheet of Excel ends at 1,048,576 rows. Half of that keeps its part of the ZIP below two gigabytes,
# beyond which some readers fail.
ROWS_IN_A_SHEET = 500_000
ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 64 * 1024
QUICK = 3
BOM = b"\xef\xbb\xbf"
# XML 1.0 section 2.2: what no document may contain.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FIRST_ROW_STAYS = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    'state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
    '<cols><col min="1" max="16" width="24" customWidth="1"/></cols>'
)


def no_formula(text: str) -> str:
    """A text that a spreadsheet shows and never runs: a sign that starts a formula gets an apostrophe
    before it (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def csv_pieces(rows: Iterable[Row]) -> Iterator[bytes]:
    """A table (RFC 4180) in UTF-8, with the mark by which spreadsheets know it; no text is a formula."""
    yield BOM
    remaining = iter(rows)
    while some := list(islice(remaining, ROWS_AT_ONCE)):
        written = io.StringIO()
        csv.writer(written, lineterminator="\r\n").writerows(map(no_formula, row) for row in some)
        yield written.getvalue().encode()


def zipped(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The pieces of a ZIP of these files, each with its name, in this order."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK) as archive:  # type: ignore[call-overload]
        for name, pieces in files:
            with archive.open(name, "w") as file:
                for piece in pieces:
                    file.write(piece)
                    if sink.size >= BYTES_AT_ONCE:
                        yield sink.take()
    yield sink.take()


def workbook(tables: Iterable[tuple[str, Row, Iterable[Row]]]) -> Iterator[bytes]:
    """The pieces of a workbook (.xlsx) of these tables: a title, the heads of the columns, the rows.

    Every cell is a text, never a formula. A table of more rows than a sheet holds goes on in the next.
    """
    return zipped(_parts(tables))


class _Sink:
    """Where the ZIP is written to, and taken from."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces, self.size = [], 0
        return taken


def _parts(
    tables: Iterable[tuple[str, Row, Iterable[Row]]],
) -> Iterator[tuple[str, Iterable[bytes]]]:
    titles: list[str] = []
    for title, heads, rows in tables:
        remaining, number = iter(rows), 1
        first = list(islice(remaining, 1))
        while first or number == 1:
            titles.append(_sheet_title(title, number))
            here = chain(first, islice(remaining, ROWS_IN_A_SHEET - len(first)))
            yield f"xl/worksheets/sheet{len(titles)}.xml", _sheet(chain([heads], here))
            first, number = list(islice(remaining, 1)), number + 1
    yield "xl/workbook.xml", [_workbook_part(titles)]
    yield "xl/_rels/workbook.xml.rels", [_relations(len(titles))]
    yield "_rels/.rels", [_root()]
    yield "[Content_Types].xml", [_content_types(len(titles))]


def _sheet_title(title: str, number: int) -> str:
    """At most 31 letters, and none of those that Excel refuses in the name of a sheet."""
    ending = "" if number == 1 else f" {number}"
    return re.sub(r"[\[\]:*?/\\']", " ", title)[: 31 - len(ending)] + ending


def _sheet(rows: Iterator[Row]) -> Iterator[bytes]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}">{_FIRST_ROW_STAYS}<sheetData>'.encode()
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield "".join(map(_row, some)).encode()
    yield b"</sheetData></worksheet>"


def _row(row: Row) -> str:
    cells = (
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(NOT_XML.sub("", no_formula(text)))}</t></is></c>'
        for text in row
    )
    return f"<row>{''.join(cells)}</row>"


def _workbook_part(titles: Sequence[str]) -> bytes:
    sheets = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="rId{n}"/>'
        for n, title in enumerate(titles, 1)
    )
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
    ).encode()


def _relations(count: int) -> bytes:
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, count + 1)
    )
    return _relationships(lines)


def _root() -> bytes:
    return _relationships(
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    )


def _relationships(lines: str) -> bytes:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'
    ).encode()


def _content_types(count: int) -> bytes:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{sheets}</Types>'
    ).encode()
