"""The picture that stands beside a shared link: values in, the bytes of a PNG out (1200 × 630)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from campaign.print.documents import FONTS, GREY, INK, INK_SOFT, LEGAL, WHITE, YELLOW, Colour

WIDTH, HEIGHT = 1200, 630
MARGIN = 52
# As --support and --hatch in static/css/tokens.css.
SUPPORT: Colour = (107, 70, 0)
HATCH: Colour = (217, 155, 37)
LINE_SHARE = 1 / 1.3
MOST_LINES = 3
BOXES_TOP, BOXES_BOTTOM = 300, 556
HEADER = 46
GAP = 24
BAND_WORDS = 32
TITLE_TOP = 88
# Of the Latin letters; Arabic ones stand on the same line.
ASCENT = 1.069


@dataclass(frozen=True)
class BandOnCard:
    """One band: its name, its numbers in words, its thickness in pixels, and how much of the way to the
    line is done (1 is the line; more is drawn beyond it)."""

    name: str
    numbers: str
    thickness: int
    share: float


@dataclass(frozen=True)
class Card:
    """All that the picture says. What counts in law and what is support each have a frame of their own;
    without a threshold there is no first frame."""

    language: str
    direction: str
    kicker: str
    title: str
    title_direction: str
    bands: tuple[BandOnCard, ...]
    counting: str
    counting_note: str
    support: str
    support_number: str
    support_note: str
    address: str


# What is written on what: the edges of letters lie between the two.
PAIRS = (
    (YELLOW, INK), (YELLOW, INK_SOFT), (YELLOW, LEGAL), (YELLOW, SUPPORT), (WHITE, INK),
    (WHITE, INK_SOFT), (LEGAL, WHITE),
)  # fmt: skip
STEPS = 7


@lru_cache(maxsize=1)
def _palette() -> Image.Image:
    """Always the same few colours, so that what has not changed looks the same to the last point."""
    colours = [GREY, HATCH]
    for ground, ink in PAIRS:
        for step in range(STEPS + 1):
            mixed = (round(a + (b - a) * step / STEPS) for a, b in zip(ground, ink, strict=True))
            colours.append(tuple(mixed))  # type: ignore[arg-type]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in colours for part in colour])
    return palette


@lru_cache(maxsize=32)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), size, layout_engine=ImageFont.Layout.RAQM)


def _type(voice: str, size: int, direction: str) -> ImageFont.FreeTypeFont:
    """The letters for a voice: poster, bold or plain."""
    if direction == "rtl":
        name = "NotoSansArabic-Regular.ttf" if voice == "plain" else "NotoSansArabic-Bold.ttf"
    else:
        names = {"poster": "CondensedExtraBold", "bold": "Bold", "plain": "Regular"}
        name = f"NotoSans-{names[voice]}.ttf"
    return _font(name, size)


class Drawing:
    """The sheet one draws on; `x` counts from the side on which a line begins."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.image = Image.new("RGB", (WIDTH, HEIGHT), YELLOW)
        self.pen = ImageDraw.Draw(self.image)
        self.is_rtl = card.direction == "rtl"

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int,
        voice: str = "plain",
        colour: Colour = INK,
        at_end: bool = False,
        direction: str = "",
    ) -> None:
        """Words whose line begins, or `at_end` ends, at `x`; `y` is the top of Latin ones."""
        direction = direction or self.card.direction
        self.pen.text(
            (WIDTH - x if self.is_rtl else x, y + ASCENT * size),
            words,
            colour,
            _type(voice, size, direction),
            anchor="rs" if self.is_rtl != at_end else "ls",
            direction=direction,
            language=self.card.language,
        )

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: Colour | None = None,
        outline: Colour | None = None, line: int = 0,
    ) -> None:  # fmt: skip
        """A rectangle that begins at `x`."""
        left = WIDTH - x - width if self.is_rtl else x
        corners = (left, y, left + width - 1, y + height - 1)
        self.pen.rectangle(corners, fill=fill, outline=outline, width=line)

    def dashes(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """The broken line around a coupon."""
        dash, line = 12, 3
        for along in range(0, int(width), 2 * dash):
            self.box(x + along, y, min(dash, width - along), line, fill=colour)
            self.box(x + along, y + height - line, min(dash, width - along), line, fill=colour)
        for down in range(0, int(height), 2 * dash):
            self.box(x, y + down, line, min(dash, height - down), fill=colour)
            self.box(x + width - line, y + down, line, min(dash, height - down), fill=colour)

    def png(self) -> bytes:
        """The finished picture, in few colours so that it weighs little."""
        written = io.BytesIO()
        few = self.image.quantize(palette=_palette(), dither=Image.Dither.NONE)
        few.save(written, "PNG", optimize=True)
        return written.getvalue()


def draw(card: Card) -> bytes:
    """The picture of a petition as it stands."""
    drawing = Drawing(card)
    drawing.text(MARGIN, 30, "Portevoix", size=40, voice="poster", colour=LEGAL, direction="ltr")
    kicker = _shortened(card.kicker, _type("bold", 26, card.direction), card.direction, 760)
    drawing.text(WIDTH - MARGIN, 38, kicker, size=26, voice="bold", at_end=True)
    _draw_title(drawing)
    width = WIDTH - 2 * MARGIN
    if card.bands:
        sheet = width * 0.62
        _draw_sheet(drawing, sheet)
        _draw_coupon(drawing, MARGIN + sheet + GAP, width - sheet - GAP)
    else:
        _draw_coupon(drawing, MARGIN, width)
    drawing.text(MARGIN, 570, card.address, size=30, voice="bold", direction="ltr")
    return drawing.png()


def _draw_title(drawing: Drawing) -> None:
    card = drawing.card
    for size in (76, 66, 56, 48):
        font = _type("poster", size, card.title_direction)
        lines = wrapped(card.title, font, card.title_direction, WIDTH - 2 * MARGIN)
        if len(lines) * size * 1.12 <= BOXES_TOP - 24 - TITLE_TOP and len(lines) <= MOST_LINES:
            break
    else:
        lines = lines[:MOST_LINES]
        lines[-1] = _shortened(
            lines[-1] + " …", font, card.title_direction, WIDTH - 2 * MARGIN, always=True
        )
    top = TITLE_TOP + max(0, (BOXES_TOP - 24 - TITLE_TOP - len(lines) * size * 1.12) / 2)
    for place, line in enumerate(lines):
        drawing.text(
            MARGIN, top + place * size * 1.12, line, size=size, voice="poster",
            direction=card.title_direction,
        )  # fmt: skip


def _draw_sheet(drawing: Drawing, width: float) -> None:
    card = drawing.card
    height = BOXES_BOTTOM - BOXES_TOP
    drawing.box(MARGIN, BOXES_TOP, width, height, fill=WHITE, outline=LEGAL, line=4)
    drawing.box(MARGIN, BOXES_TOP, width, HEADER, fill=LEGAL)
    drawing.text(MARGIN + 18, BOXES_TOP + 6, card.counting, size=25, voice="bold", colour=WHITE)
    x, long = MARGIN + 18, width - 36
    room = height - HEADER - 52 - BAND_WORDS * len(card.bands)
    scale = min(1, room / sum(band.thickness for band in card.bands))
    top = BOXES_TOP + HEADER + 8.0
    for band in card.bands:
        _draw_band(drawing, band, x, top, long, band.thickness * scale)
        top += BAND_WORDS + band.thickness * scale
    line = x + long * LINE_SHARE
    drawing.box(line - 2, BOXES_TOP + HEADER, 4, height - HEADER - 40, fill=INK)
    note = _shortened(card.counting_note, _type("plain", 21, card.direction), card.direction, long)
    drawing.text(x, BOXES_BOTTOM - 36, note, size=21, colour=INK_SOFT)


def _draw_band(
    drawing: Drawing, band: BandOnCard, x: float, y: float, long: float, thick: float
) -> None:
    line = long * LINE_SHARE
    drawing.text(x, y - 6, band.name, size=22, voice="bold")
    drawing.text(x + line - 12, y - 6, band.numbers, size=22, at_end=True)
    drawing.box(x, y + 25, line, thick, fill=GREY)
    done = min(band.share, 1) * line
    if done >= 1:
        drawing.box(x, y + 25, done, thick, fill=LEGAL)
    beyond = min(band.share - 1, 0.3) * line
    if beyond > 2:
        drawing.box(x + line, y + 25, beyond, thick, outline=LEGAL, line=2)


def _draw_coupon(drawing: Drawing, x: float, width: float) -> None:
    card = drawing.card
    drawing.dashes(x, BOXES_TOP, width, BOXES_BOTTOM - BOXES_TOP, SUPPORT)
    font = _type("bold", 25, card.direction)
    heading = _shortened(card.support, font, card.direction, width - 40)
    drawing.text(x + 20, BOXES_TOP + 10, heading, size=25, voice="bold", colour=SUPPORT)
    drawing.text(
        x + 20, BOXES_TOP + 46, card.support_number, size=84, voice="poster", direction="ltr"
    )
    plain = _type("plain", 21, card.direction)
    lines = wrapped(card.support_note, plain, card.direction, width - 40)
    for place, line in enumerate(lines[:3]):
        drawing.text(x + 20, BOXES_TOP + 152 + place * 26, line, size=21, colour=INK_SOFT)
    drawing.box(x + 20, BOXES_TOP + 144, width - 40, 6, fill=HATCH)


def wrapped(words: str, font: ImageFont.FreeTypeFont, direction: str, width: float) -> list[str]:
    """The lines of a text no wider than `width`; a word that is wider has a line of its own."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer, direction=direction) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _shortened(
    words: str,
    font: ImageFont.FreeTypeFont,
    direction: str,
    width: float,
    *,
    always: bool = False,
) -> str:
    """The words as far as they go, an ellipsis after the last one where some were left out."""
    kept: Sequence[str] = words.removesuffix(" …").split()
    shown = words
    while kept and font.getlength(shown, direction=direction) > width:
        kept = kept[:-1]
        shown = " ".join(kept) + " …"
    return shown if kept or not always else "…"
