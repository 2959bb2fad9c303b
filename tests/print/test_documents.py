"""Printed documents: the words are in them, in every script, and nothing depends on the day."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from campaign.i18n.languages import LANGUAGES
from campaign.print import documents
from campaign.print.documents import Document

MOMENT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
TOKENS = ROOT / "static" / "css" / "tokens.css"


def document(direction: str = "ltr", language: str = "fr") -> Document:
    return Document("Title", language=language, direction=direction, made_at=MOMENT, footer="foot")


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def every_part(direction: str, language: str, words: str) -> bytes:
    page = document(direction, language)
    page.poster(words)
    page.heading(words)
    with page.sheet():
        page.paragraph(words)
        page.blank(words, 2)
    page.boxes([words, words])
    page.facts([(words, words)])
    page.rows([words, words], [[words, "1"], ["2", words]], [2, 1])
    page.bars([(0.5, 0.25, 0.75), None])
    return page.finished()


@pytest.mark.parametrize(
    "words", ["Deux feuilles séparées", "Verzoekschrift ë", "Größe", "ɛ ɔ ɲ ŋ Ɲ Ŋ bɔlɔ"]
)
def test_latin_letters_of_every_language_can_be_read_back(words: str) -> None:
    assert text_of(every_part("ltr", "fr", words)).count(words) >= 8


def test_arabic_letters_are_joined_and_set_from_the_right() -> None:
    made = every_part("rtl", "ar", "ورقتان منفصلتان")
    letters = re.sub(r"[\x00-\x1f]", "", text_of(made))  # the font draws some dots apart
    assert "ورقتان" in letters


def test_arabic_and_latin_stand_in_one_line() -> None:
    text = text_of(every_part("rtl", "ar", "موقع mijnopinie.belgium.be"))
    assert "mijnopinie.belgium.be" in text


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_every_letter_of_the_catalogues_is_in_the_fonts(language: str) -> None:
    known: set[int] = set()
    for _family, _style, file in documents.FILES:
        with TTFont(documents.FONTS / file) as font:
            known |= set(font.getBestCmap())
    entries = polib.pofile(str(ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"))
    words = "".join(e.msgstr + "".join(e.msgstr_plural.values()) for e in entries)
    assert not {letter for letter in words if letter > " " and ord(letter) not in known}


def test_the_same_values_give_the_same_bytes() -> None:
    assert every_part("ltr", "fr", "mots") == every_part("ltr", "fr", "mots")


def test_a_long_table_runs_over_pages_and_repeats_its_headings() -> None:
    page = document()
    page.rows(["Jour", "Réponses"], [[f"2026-{n:03}", "1"] for n in range(150)], [1, 1])
    pages = PdfReader(io.BytesIO(page.finished())).pages
    assert len(pages) > 2
    assert all("Réponses" in each.extract_text() for each in pages)


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("ink", documents.INK), ("ink2", documents.INK_SOFT), ("rule", documents.RULE),
        ("legal", documents.LEGAL), ("urgent", documents.URGENT), ("done", documents.DONE),
        ("yellow", documents.YELLOW), ("grey", documents.GREY),
    ],
)  # fmt: skip
def test_the_colours_are_those_of_the_site(name: str, colour: documents.Colour) -> None:
    found = re.search(rf"--{name}:#([0-9a-f]{{6}})", TOKENS.read_text())
    assert found
    assert tuple(bytes.fromhex(found[1])) == colour
