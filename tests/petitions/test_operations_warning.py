"""Organisers hear of the last weeks and of a region that lags, each once."""

from datetime import timedelta

import pytest

from campaign.core.db import transaction
from campaign.petitions import jobs
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.queries.petitions import petition_by_slug
from tests.factories.petitions import NOON, make_petition
from tests.mailbox import Outbox

pytestmark = pytest.mark.usefixtures("app", "clock")
KIND = "petitions/where_it_stands"


def collecting(days_left: int, *counts: tuple[int, int]) -> None:
    """A petition that has collected for six weeks; `counts` are days ago and Flemish signatures."""
    make_petition(opens_at=NOON - timedelta(days=42), closes_at=NOON + timedelta(days=days_left))
    for days_ago, count in counts:
        show(days_ago, count)


def show(days_ago: int, count: int) -> None:
    petition = petition_by_slug("clear-criteria")
    assert petition is not None
    with transaction():
        record_official_count(
            petition=petition, channel="official_platform", stratum="VLG", count=count,
            as_of=(NOON - timedelta(days=days_ago)).date(), actor="test", now=NOON,
        )  # fmt: skip


def test_each_milestone_is_told_once_however_often_the_job_runs(outbox: Outbox) -> None:
    collecting(30)
    for days in (0, 0, 1, 16, 17, 23, 29):
        jobs.tell_organisers(NOON + timedelta(days=days))
    left = [letter.context["days_left"] for letter in outbox.letters(kind=KIND)]
    assert left == [30, 14, 7]


def test_nothing_is_told_long_before_nor_after_the_end(outbox: Outbox) -> None:
    collecting(60)
    assert jobs.tell_organisers(NOON) == 0
    assert jobs.tell_organisers(NOON + timedelta(days=61)) == 0
    assert outbox.letters(kind=KIND) == []


def test_a_region_that_lags_is_told_once_and_again_after_it_had_caught_up(outbox: Outbox) -> None:
    collecting(60, (28, 1000), (21, 1100), (14, 1200), (7, 1300))
    for _time in range(2):
        jobs.tell_organisers(NOON)
    [letter] = outbox.letters(kind=KIND)
    assert letter.context["behind"] == ["VLG"]
    [line] = [line for line in letter.context["lines"] if line["stratum"] == "VLG"]
    assert (line["counted"], line["is_behind"]) == (1300, True)
    show(0, 14_400)
    assert jobs.tell_organisers(NOON) == 0
    show(0, 1310)
    assert jobs.tell_organisers(NOON) == 1


def test_the_mail_names_the_region_the_day_and_what_is_needed(outbox: Outbox) -> None:
    collecting(30, (28, 1000), (21, 1100), (14, 1200), (7, 1300))
    jobs.tell_organisers(NOON)
    [mail] = outbox.mails()
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Flandre" in mail["Subject"]
    assert "14\u202f500" in text
    assert "/fr/petitions/clear-criteria" in text
