"""The evidence pack: every number, its method and its limits, and no claim beyond them."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader

from campaign.core.db import db, transaction
from campaign.petitions.exports import evidence_csv, evidence_of, evidence_pdf
from campaign.petitions.models import OfficialAnswer, Petition
from tests.factories.petitions import NOON, make_petition

pytestmark = pytest.mark.usefixtures("clock")
FIRST, LAST = date(2026, 2, 1), date(2026, 3, 2)


def add(petition: Petition, day: date, step: str, count: int, browser: str = "chrome") -> None:
    with transaction():
        db.session.add(
            OfficialAnswer(
                petition_id=petition.id, day=day, channel="official_platform", step=step,
                browser=browser, language="fr", count=count,
            )
        )  # fmt: skip


def filled() -> Petition:
    petition = make_petition(official_reference="55_2020-2021/89")
    add(petition, LAST, "", 40)
    add(petition, LAST, "itsme", 9, "safari")
    add(petition, LAST, "card", 1)
    add(petition, LAST - timedelta(days=3), "", 2)
    add(petition, FIRST - timedelta(days=1), "open", 100)
    return petition


def pdf_of(petition: Petition, language: str) -> str:
    with force_locale(language):
        found = evidence_of(petition, language, first=FIRST, last=LAST)
        made = evidence_pdf(found, language, address="https://example.org/page", now=NOON)
    pages = PdfReader(io.BytesIO(made)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def test_the_csv_has_every_rate_with_its_interval_and_only_the_days_asked(app: Flask) -> None:
    found = evidence_of(filled(), "en", first=FIRST, last=LAST)
    lines = list(csv.DictReader(io.StringIO(evidence_csv(found))))
    assert {line["day"] for line in lines} == {"2026-02-27", "2026-03-02"}
    whole = next(line for line in lines if (line["day"], line["about"]) == ("2026-03-02", "all"))
    assert whole == {
        "day": "2026-03-02", "channel": "official_platform", "about": "all", "key": "",
        "answers": "50", "worked": "40", "failed": "10", "failure_rate": "0.2000",
        "low_95": "0.1124", "high_95": "0.3304",
    }  # fmt: skip
    itsme = next(line for line in lines if (line["key"], line["day"]) == ("itsme", "2026-03-02"))
    assert (itsme["answers"], itsme["worked"], itsme["failed"]) == ("50", "", "9")
    safari = next(line for line in lines if line["key"] == "safari")
    assert (safari["answers"], safari["failed"], safari["failure_rate"]) == ("9", "9", "1.0000")


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "bm"])
def test_the_pdf_can_be_read_in_every_latin_language(app: Flask, language: str) -> None:
    text = pdf_of(filled(), language)
    assert "55_2020-2021/89" in text
    assert f"Clear criteria ({language})" in text
    assert "19 %" in text, "10 of 52"


def test_the_pdf_states_numbers_dates_method_and_what_is_not_known(app: Flask) -> None:
    text = pdf_of(filled(), "en")
    for words in (
        "52 answers", "1 February 2026 – 2 March 2026", "How this was measured", "Wilson",
        "Each link answers once", "What this does not tell", "People choose whether to answer",
        "not of everybody who tried", "nobody there has checked", "https://example.org/page",
    ):  # fmt: skip
        assert words in text, words


def test_without_an_answer_the_pack_says_so(app: Flask) -> None:
    text = pdf_of(make_petition(), "en")
    assert text.count("No answer in these days.") == 2


def test_an_arabic_pack_is_made_too(app: Flask) -> None:
    assert "55_2020-2021/89" in pdf_of(filled(), "ar"), "its order is kept"


def test_days_the_wrong_way_round_are_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="first day"):
        evidence_of(make_petition(), "en", first=LAST, last=FIRST)


def test_the_command_writes_both_files(app: Flask, tmp_path: Path) -> None:
    filled()
    run = app.test_cli_runner().invoke(
        args=["evidence", "clear-criteria", "--first", "2026-02-01", "--last", "2026-03-02",
              "--language", "nl", "--folder", str(tmp_path)]
    )  # fmt: skip
    assert run.exit_code == 0, run.output
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".pdf"]
    assert all(path.stat().st_size > 500 for path in tmp_path.iterdir())


def test_the_command_says_what_it_does_not_know(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    unknown = runner.invoke(args=["evidence", "nowhere", "--folder", str(tmp_path)])
    assert unknown.exit_code == 1
    assert "nowhere" in unknown.output
    make_petition()
    reversed_days = runner.invoke(
        args=["evidence", "clear-criteria", "--first", "2026-03-02", "--last", "2026-03-01"]
    )
    assert reversed_days.exit_code == 1
