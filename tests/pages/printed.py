"""Printed pages as a person sees them: their words, and what their QR codes say."""

import io

import zxingcpp
from pypdf import PdfReader
from pypdfium2 import PdfDocument

DOTS_PER_POINT = 2


def read_pdf(made: bytes) -> tuple[str, list[str]]:
    """The words of a document, single-spaced, and the content of its codes."""
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    codes = [
        found.text
        for page in PdfDocument(made)
        for found in zxingcpp.read_barcodes(
            page.render(scale=DOTS_PER_POINT).to_pil().convert("RGB")
        )
    ]
    return " ".join(words.split()), codes
