"""What people hang up, hand out and lay on a table: a poster, four leaflets, a sheet for a stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fpdf.enums import MethodReturnValue

from campaign.print.documents import (
    ARABIC,
    DESK,
    INK,
    INK_SOFT,
    LINE_HEIGHT,
    POINT_MM,
    POSTER,
    WHITE,
    Document,
)
from campaign.print.qr import QUIET_SQUARES, squares

A4 = (210.0, 297.0)
A6 = (105.0, 148.5)
SIGNATURES_PER_CELL = 500
MOST_CELLS = 40
CUT_MM = 5


@dataclass(frozen=True)
class Invitation:
    """Where to sign in one language: what stands beside the code, and the address inside it."""

    language: str
    direction: str
    name: str
    words: str
    link: str


@dataclass(frozen=True)
class Goal:
    """One region's minimum, to be coloured in by hand."""

    name: str
    minimum: int
    words: str


@dataclass(frozen=True)
class Leaflet:
    """All that is printed about one petition; `address` is typed by hand, `link` is in the code."""

    language: str
    direction: str
    title: str
    ask: str
    warning: str
    scan: str
    steps: tuple[str, ...]
    address: str
    link: str
    colour_in: str
    signed: str
    goals: tuple[Goal, ...]
    goals_note: str
    promise: str
    until: str
    publisher: str
    made_at: datetime


class Sheet(Document):
    """A page laid out by places, in black on whatever paper the copier holds."""

    def area(self, x: float, y: float, width: float) -> None:
        """Write from here on between `x` and `x + width`, beginning at `y`."""
        self.set_margins(x, self.t_margin, self.w - x - width)
        self.set_xy(x, y)

    def fit(self, text: str, sizes: Sequence[float], height: float) -> None:
        """A heading in the largest of `sizes` (points) that keeps it under `height` (mm)."""
        for points in sizes:
            self._poster_letters(points)
            if self._height(text, points * POINT_MM * 1.1) <= height:
                break
        self.poster(text, points)
        if self._is_rtl:
            self.ln(points * POINT_MM * 0.2)  # Arabic letters reach further down

    def fit_paragraph(self, text: str, sizes: Sequence[float], height: float) -> None:
        """A paragraph in the largest of `sizes` (points) that keeps it under `height` (mm)."""
        for points in sizes:
            self.type(points)
            if self._height(text, points * POINT_MM * LINE_HEIGHT) <= height:
                break
        self.paragraph(text, points)

    def size_for(self, word: str, sizes: Sequence[float]) -> float:
        """The largest of `sizes` (points) in which a word of a step stays whole."""
        for points in sizes:
            self.type(points, bold=True)
            if self.get_string_width(word) <= self.epw - points * 0.75 - 2:
                break
        return points

    def numbered(self, steps: Sequence[str], points: float) -> None:
        """Steps with poster numerals."""
        indent = points * 0.75
        for number, step in enumerate(steps, start=1):
            top = self.get_y()
            self._poster_letters(points * 1.7)
            place = self.w - self.r_margin - indent if self._is_rtl else self.l_margin
            self.set_xy(place, top - points * 0.1)
            self.cell(indent, points * 0.7, str(number), align=self.start)
            self.set_xy(self.l_margin, top)
            with self._indented(indent + 2):
                self.set_x(self.l_margin)
                self.paragraph(step, points, bold=True)
            self.set_xy(self.l_margin, max(self.get_y(), top + points * 0.75))

    def code(self, link: str, x: float, y: float, side: float) -> None:
        """The QR code of a link on a white square, its quiet zone inside `side` (mm)."""
        rows = squares(link)
        unit = side / (len(rows) + 2 * QUIET_SQUARES)
        self.set_fill_color(*WHITE)
        self.rect(x, y, side, side, "F")
        self.set_fill_color(0, 0, 0)
        for down, row in enumerate(rows, start=QUIET_SQUARES):
            for start, length in _runs(row):
                left = x + (start + QUIET_SQUARES) * unit
                self.rect(left, y + down * unit, length * unit, unit, "F")

    def aside(self, x: float, width: float) -> float:
        """Where something `width` wide begins that stands at `x` on a page read from the left."""
        return self.w - x - width if self._is_rtl else x

    def _poster_letters(self, points: float) -> None:
        self.set_font(*((ARABIC, "B") if self._is_rtl else (POSTER, "")), points)
        self.set_text_color(*INK)

    def _height(self, text: str, line: float) -> float:
        height = self.multi_cell(
            self.epw, line, text, dry_run=True, output=MethodReturnValue.HEIGHT, align=self.start
        )
        return float(height)  # type: ignore[arg-type]


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Where dark squares begin in a row, and how many follow one another."""
    runs: list[tuple[int, int]] = []
    for place, is_dark in enumerate(row):
        if is_dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif is_dark:
            runs.append((place, 1))
    return runs


def _sheet(leaflet: Leaflet) -> Sheet:
    page = Sheet(
        leaflet.title,
        language=leaflet.language,
        direction=leaflet.direction,
        made_at=leaflet.made_at,
        margin_mm=14,
    )
    page.set_auto_page_break(auto=False)
    return page


def poster(leaflet: Leaflet) -> bytes:
    """One A4 page to hang up, with the regions' minimums to colour in; without any, all is larger."""
    page = _sheet(leaflet)
    large = not leaflet.goals
    side = 78 if large else 60
    page.area(14, 14, 182)
    page.fit(leaflet.title, (72, 62, 52, 46, 40, 34, 28)[0 if large else 2 :], 100 if large else 76)
    page.fit_paragraph(leaflet.ask, (22, 19, 17, 15, 13.5, 12)[0 if large else 2 :], 46)
    top = page.get_y() + 3
    page.area(page.aside(14, 176 - side), top, 176 - side)
    steps = (f"{leaflet.scan} {leaflet.address}", *leaflet.steps)
    page.numbered(steps, page.size_for(leaflet.address, (17, 16, 15, 14, 13, 12, 11, 10, 9)))
    bottom = page.get_y()
    page.code(leaflet.link, page.aside(196 - side, side), top, side)
    page.area(14, max(bottom, top + side + 2) + 2, 182)
    if leaflet.goals:
        _draw_goals(page, leaflet)
    page.paragraph(leaflet.promise, 14 if large else 11.5, bold=True)
    _draw_foot(page, leaflet, 14, 182, A4[1] - 25)
    return page.finished()


def _draw_goals(page: Sheet, leaflet: Leaflet) -> None:
    page.poster(leaflet.colour_in, 20)
    line = 138.0
    top = page.get_y()
    for goal in leaflet.goals:
        page.paragraph(goal.words, 11)
        _draw_cells(page, goal, line, signed=leaflet.signed)
    page.set_line_width(0.8)
    page.set_draw_color(*INK)
    x = page.aside(14 + line, 0)
    page.line(x, top, x, page.get_y() - 1)
    page.paragraph(leaflet.goals_note, 9.5, colour=INK_SOFT)


def _draw_cells(page: Sheet, goal: Goal, line: float, *, signed: str) -> None:
    top, height = page.get_y() - 2, max(4.5, min(15, goal.minimum / 1000))
    count = min(MOST_CELLS, max(1, -(-goal.minimum // SIGNATURES_PER_CELL)))
    page.set_line_width(0.25)
    page.set_draw_color(*INK)
    for place in range(count):
        x = page.aside(14 + place * line / count, line / count)
        page.rect(x, top, line / count, height)
    page.type(10)
    page.set_xy(page.aside(14 + line + 3, 41), top + height / 2 - 3)
    page.cell(41, 6, f"{signed} …………", align=page.start)
    page.set_xy(14, top + height + 2)


def _draw_foot(page: Sheet, leaflet: Leaflet, x: float, width: float, y: float) -> None:
    page.area(x, y, width)
    if leaflet.until or leaflet.warning:
        words = " · ".join(filter(None, (leaflet.warning, leaflet.until)))
        page.paragraph(words, 9.5, bold=True)
    page.paragraph(leaflet.publisher, 8, colour=INK_SOFT)


def leaflets(leaflet: Leaflet) -> bytes:
    """Four A6 leaflets on one A4 page, with marks where to cut."""
    page = _sheet(leaflet)
    for place in range(4):
        _draw_leaflet(page, leaflet, (place % 2) * A6[0], (place // 2) * A6[1])
    page.set_draw_color(*INK)
    page.set_line_width(0.2)
    for x, y, across, down in (
        (A6[0], 0, 0, CUT_MM), (A6[0], A4[1] - CUT_MM, 0, CUT_MM),
        (0, A6[1], CUT_MM, 0), (A4[0] - CUT_MM, A6[1], CUT_MM, 0),
        (A6[0] - CUT_MM / 2, A6[1], CUT_MM, 0), (A6[0], A6[1] - CUT_MM / 2, 0, CUT_MM),
    ):  # fmt: skip
        page.line(x, y, x + across, y + down)
    return page.finished()


def _draw_leaflet(page: Sheet, leaflet: Leaflet, x: float, y: float) -> None:
    left, width = x + 9, A6[0] - 18
    page.area(left, y + 9, width)
    page.fit(leaflet.title, (28, 25, 22, 19, 16, 14), 36)
    page.fit_paragraph(leaflet.ask, (13, 12, 11, 10, 9, 8), 38)
    side = 42.0
    top = y + 82
    is_rtl = leaflet.direction == "rtl"
    page.code(leaflet.link, left + width - side if not is_rtl else left, top, side)
    page.area(left if not is_rtl else left + side + 2, top + 3, width - side - 2)
    for step in (leaflet.scan, *leaflet.steps[:1]):
        page.fit_paragraph(step, (11, 10, 9, 8), 20)
    page.area(left, top + side, width)
    page.type(page.size_for(leaflet.address, (11, 10, 9, 8, 7, 6)), bold=True)
    page.cell(width, 5, leaflet.address, align=page.start)
    _draw_foot(page, leaflet, left, width, y + A6[1] - 15)


def stand(leaflet: Leaflet, invitations: Sequence[Invitation]) -> bytes:
    """One A4 page to lay on a table: a code for each language, which opens the form in it."""
    page = _sheet(leaflet)
    page.area(14, 14, 182)
    page.fit(leaflet.title, (34, 30, 26, 22), 42)
    page.fit_paragraph(leaflet.ask, (12.5, 11.5, 10.5), 26)
    top = 76.0
    for place, invitation in enumerate(invitations):
        x, y = 14 + (place % 3) * 62, top + (place // 3) * 84
        _draw_invitation(page, invitation, page.aside(x, 58), y)
    page.set_text_shaping(use_shaping_engine=True, direction=leaflet.direction)
    page.area(14, A4[1] - 40, 182)
    page.paragraph(leaflet.promise, 11, bold=True)
    _draw_foot(page, leaflet, 14, 182, A4[1] - 24)
    return page.finished()


def _draw_invitation(page: Sheet, invitation: Invitation, x: float, y: float) -> None:
    page.code(invitation.link, x, y, 58)
    is_rtl = invitation.direction == "rtl"
    page.set_text_shaping(use_shaping_engine=True, direction=invitation.direction)
    page.set_font(ARABIC if is_rtl else DESK, "B", 14)
    page.set_text_color(*INK)
    for line, text in enumerate((invitation.name, invitation.words)):
        page.set_xy(x, y + 59 + line * 7)
        page.cell(58, 7, text, align="C")
        page.set_font_size(11.5)
