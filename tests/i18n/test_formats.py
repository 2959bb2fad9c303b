"""Dates and numbers as each reader writes them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from campaign.i18n import formats

MAY_FIRST = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "1er mai 2026"),
        ("nl", "1 mei 2026"),
        ("de", "1. Mai 2026"),
        ("en", "1 May 2026"),
        ("ar", "1 مايو 2026"),
    ],
)
def test_a_day_is_written_as_its_readers_write_it(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(f"/{language}/"), force_locale(language):
        assert formats.long_date(MAY_FIRST) == written


def test_a_moment_is_told_in_brussels_time(app: Flask) -> None:
    with app.test_request_context("/nl/"), force_locale("nl"):
        assert formats.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2 juli 2026 00:30"


def test_numbers_are_grouped_by_a_space_that_does_not_break() -> None:
    assert formats.number(17600) == "17\u202f600"
    assert formats.number(-1060) == "-1\u202f060"


@pytest.mark.parametrize("path", ["/nl/not-there", "/ar/not-there", "/de/petitions/not-there"])
def test_an_error_is_told_in_the_language_of_the_address(app: Flask, path: str) -> None:
    html = app.test_client().get(path).get_data(as_text=True)
    assert f'<html lang="{path[1:3]}"' in html
