"""Pages on paper: values in, the bytes of a PDF out.

The one place that knows the PDF library, its fonts and its colours. A caller makes a `Document`, writes
from top to bottom, and takes its bytes. Right-to-left pages are set from the right by themselves; the
same values and moment give the same bytes.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from fpdf import FPDF, FontFace
from fpdf.enums import Align, TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import TTFFont

# It tells of every table of every font it cuts.
logging.getLogger("fontTools").setLevel(logging.WARNING)
FONTS = Path(__file__).with_name("fonts")
Colour = tuple[int, int, int]
# The light values of static/css/tokens.css; a test compares them.
INK: Colour = (26, 33, 56)
INK_SOFT: Colour = (67, 74, 98)
RULE: Colour = (179, 184, 198)
LEGAL: Colour = (28, 63, 140)
URGENT: Colour = (150, 39, 26)
DONE: Colour = (26, 90, 52)
YELLOW: Colour = (249, 231, 161)
GREY: Colour = (232, 234, 238)
WHITE: Colour = (255, 255, 255)

DESK, ARABIC, POSTER = "desk", "arabic", "poster"
FILES = (
    (DESK, "", "NotoSans-Regular.ttf"),
    (DESK, "B", "NotoSans-Bold.ttf"),
    (POSTER, "", "NotoSans-CondensedExtraBold.ttf"),
    (ARABIC, "", "NotoSansArabic-Regular.ttf"),
    (ARABIC, "B", "NotoSansArabic-Bold.ttf"),
)
TEXT_PT, SMALL_PT, HEADING_PT, POSTER_PT = 10.5, 8.5, 14, 26
POINT_MM = 25.4 / 72
LINE_HEIGHT = 1.35
GAP_MM = 2.5


def left_to_right(text: str) -> str:
    """A number or reference that keeps its order inside a right-to-left line (UAX #9, rule W7)."""
    return f"\u200e{text}\u200e"


class Document(FPDF):
    """One printed document in the visual language of the site; sizes in millimetres, type in points."""

    def __init__(
        self,
        title: str,
        *,
        language: str,
        direction: str,
        made_at: datetime,
        size: str | tuple[float, float] = "A4",
        landscape: bool = False,
        margin_mm: float = 18,
        footer: str = "",
    ) -> None:
        super().__init__("landscape" if landscape else "portrait", "mm", size)
        self._is_rtl = direction == "rtl"
        self._footer = footer
        for family, style, file in FILES:
            self.add_font(family, style, FONTS / file)
        self._family, other = (ARABIC, DESK) if self._is_rtl else (DESK, ARABIC)
        self.set_fallback_fonts([other])
        self.set_text_shaping(
            use_shaping_engine=True,
            direction="rtl" if self._is_rtl else "ltr",
        )
        self.set_title(title)
        self.set_lang(language)
        self.set_creator("Portevoix")
        self.set_creation_date(made_at)
        self.set_margins(margin_mm, margin_mm, margin_mm)
        self.set_auto_page_break(auto=True, margin=margin_mm)
        self.c_margin = 0
        self.type(TEXT_PT)
        self.add_page()

    @property
    def start(self) -> Align:
        """The side on which a line begins."""
        return Align.R if self._is_rtl else Align.L

    def footer(self) -> None:
        """The address at the foot of each page, and its number."""
        if not self._footer:
            return
        self.set_y(-self.b_margin + 4)
        self.type(SMALL_PT, colour=INK_SOFT)
        self.cell(self.epw, 4, f"{self._footer} · {self.page_no()}", align=self.start)

    def type(self, points: float, *, bold: bool = False, colour: Colour = INK) -> None:
        """The letters of what is written next."""
        self.set_font(self._family, "B" if bold else "", points)
        self.set_text_color(*colour)

    def poster(self, text: str, points: float = POSTER_PT, *, colour: Colour = INK) -> None:
        """A heading in the voice of a poster."""
        self.set_font(*((ARABIC, "B") if self._is_rtl else (POSTER, "")), points)
        self.set_text_color(*colour)
        self._lines(text, points, 1.1)

    def heading(self, text: str, points: float = HEADING_PT) -> None:
        """The heading of a part, not left alone at the foot of a page."""
        if self.will_page_break(points * POINT_MM * 4):
            self.add_page()
        self.ln(GAP_MM)
        self.type(points, bold=True)
        self._lines(text, points, 1.2)

    def paragraph(
        self, text: str, points: float = TEXT_PT, *, bold: bool = False, colour: Colour = INK
    ) -> None:
        """A few sentences."""
        self.type(points, bold=bold, colour=colour)
        self._lines(text, points, LINE_HEIGHT)

    def _lines(self, text: str, points: float, height: float) -> None:
        self.multi_cell(
            self.epw,
            points * POINT_MM * height,
            text,
            align=self.start,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            wrapmode=WrapMode.WORD,
        )
        self.ln(GAP_MM)

    def boxes(self, lines: Sequence[str], points: float = TEXT_PT) -> None:
        """Lines to tick off with a pen."""
        side, indent = points * POINT_MM, points * POINT_MM + 3
        for line in lines:
            self.type(points)
            if self.will_page_break(side * 3):
                self.add_page()
            top, left = self.get_y(), self.l_margin
            self.set_draw_color(*INK)
            self.set_line_width(0.4)
            self.rect(self.w - self.r_margin - side if self._is_rtl else left, top, side, side)
            with self._indented(indent):
                self._lines(line, points, LINE_HEIGHT)

    @contextmanager
    def _indented(self, by: float) -> Iterator[None]:
        if self._is_rtl:
            self.set_right_margin(self.r_margin + by)
        else:
            self.set_left_margin(self.l_margin + by)
        try:
            yield
        finally:
            if self._is_rtl:
                self.set_right_margin(self.r_margin - by)
            else:
                self.set_left_margin(self.l_margin - by)

    def facts(self, pairs: Sequence[tuple[str, str]], points: float = TEXT_PT) -> None:
        """What is known: a word, then what it stands for."""
        for name, words in pairs:
            self.paragraph(f"{name} · {words}" if words else f"{name}:", points)

    def blank(self, label: str, lines: int = 1) -> None:
        """A label and lines to write on by hand."""
        self.paragraph(label, SMALL_PT, colour=INK_SOFT)
        self.set_draw_color(*INK_SOFT)
        self.set_line_width(0.2)
        for _line in range(lines):
            self.ln(7)
            self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(GAP_MM * 1.5)

    @contextmanager
    def sheet(self, pad_mm: float = 5) -> Iterator[None]:
        """A frame around what is written inside it: what belongs to an authority. Kept on one page."""
        top = self.get_y()
        self.set_y(top + pad_mm)
        with self._narrowed(pad_mm):
            yield
        self.set_draw_color(*LEGAL)
        self.set_line_width(1)
        bottom = self.get_y() + pad_mm - GAP_MM
        self.rect(self.l_margin, top, self.epw, bottom - top)
        self.set_xy(self.l_margin, bottom + GAP_MM * 2)

    @contextmanager
    def _narrowed(self, by: float) -> Iterator[None]:
        self.set_margins(self.l_margin + by, self.t_margin, self.r_margin + by)
        try:
            yield
        finally:
            self.set_margins(self.l_margin - by, self.t_margin, self.r_margin - by)

    def rows(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        points: float = SMALL_PT,
    ) -> None:
        """A table; its headings are repeated on every page. The first column begins the line."""
        self.type(points)
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.set_fill_color(*WHITE)
        order = -1 if self._is_rtl else 1
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", color=INK, fill_color=GREY),
            col_widths=tuple(widths[::order]),
            line_height=points * POINT_MM * LINE_HEIGHT,
            text_align=self.start,
            padding=(0.7, 1.5, 0.7, 1.5),
        ) as table:
            for cells in (headings, *rows):
                table.row(tuple(cells[::order]))
        self.ln(GAP_MM)

    def bars(
        self,
        parts: Sequence[tuple[float, float, float] | None],
        *,
        height_mm: float = 40,
        colour: Colour = URGENT,
    ) -> None:
        """A chart of shares (0 to 1) side by side, each with the ends of its interval; None is a gap."""
        top, left, width = self.get_y(), self.l_margin, self.epw
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        for share in (0, 0.25, 0.5, 0.75, 1):
            level = top + height_mm * (1 - share)
            self.line(left, level, left + width, level)
        step = width / max(len(parts), 1)
        for place, part in enumerate(reversed(parts) if self._is_rtl else parts):
            if part is not None:
                self._bar(left + place * step, step, top + height_mm, height_mm, part, colour)
        self.set_xy(self.l_margin, top + height_mm + GAP_MM)

    def _bar(
        self,
        left: float,
        step: float,
        bottom: float,
        height: float,
        part: tuple[float, float, float],
        colour: Colour,
    ) -> None:
        share, low, high = part
        self.set_fill_color(*colour)
        self.rect(left + step * 0.2, bottom - height * share, step * 0.6, height * share, "F")
        self.set_draw_color(*INK)
        self.set_line_width(0.4)
        middle = left + step / 2
        self.line(middle, bottom - height * low, middle, bottom - height * high)

    def finished(self) -> bytes:
        """The document. Nothing can be written to it afterwards."""
        made = bytes(self.output())
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()  # the library reads the files as it goes, and leaves them open
        return made
