"""QR codes of our own: squares, on paper and as SVG."""

import io

import segno

# Up to 15 % of the squares may be dirty, torn or folded (ISO/IEC 18004, level M).
LEVEL = "m"
QUIET_SQUARES = 4


def squares(address: str) -> list[list[bool]]:
    """The code of an address, row by row, true where it is dark; without the quiet zone."""
    return [[bool(square) for square in row] for row in _code(address).matrix]


def svg(address: str, title: str) -> bytes:
    """The code as a drawing for layout programs and copiers, its quiet zone included."""
    written = io.BytesIO()
    _code(address).save(
        written,
        kind="svg",
        scale=10,
        border=QUIET_SQUARES,
        title=title,
        light="#fff",
        xmldecl=False,
    )
    return written.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error=LEVEL)
