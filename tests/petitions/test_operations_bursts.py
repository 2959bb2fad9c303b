"""Operations: bursts are noticed, kept once, answered with a harder sum, and explained by people."""

import base64
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.models import Burst, Petition, Signature
from campaign.petitions.operations import bursts
from campaign.petitions.queries.bursts import bursts_of
from campaign.web.limits import Limits
from campaign.worker import CONTINUOUS, SCHEDULE
from tests.conftest import Clock
from tests.factories.petitions import NOON, make_petition, signatures, terms_of
from tests.pages.client import CheckingClient

pytestmark = pytest.mark.usefixtures("app", "clock")
TEN, DAY = timedelta(minutes=10), timedelta(days=1)
OPENED = NOON - 10 * DAY
PAGE = "/fr/petitions/clear-criteria"


def petition() -> Petition:
    return make_petition(opens_at=OPENED)


def signed(
    of: Petition, count: int, at: datetime, *, host: str = "example.org", code: str = "9000"
) -> None:
    """So many rows, as signing leaves them: thousands through the form would take minutes."""
    terms = terms_of(of.slug)
    first = 10_000 * of.id + len(signatures(of.slug))
    with transaction():
        db.session.execute(
            insert(Signature),
            [
                {
                    "ref": (first + number).to_bytes(16, "big"),
                    "petition_id": of.id,
                    "state": "pending",
                    "is_blocked": False,
                    "stratum": "VLG",
                    "channel": "own_form",
                    "household_place": 1,
                    "email": f"p{first + number}@{host}",
                    "email_key": (first + number).to_bytes(16, "little"),
                    "postal_code": code,
                    "language": "fr",
                    "is_public": False,
                    "age_stated": True,
                    "consent_text_id": terms.consent_text_id,
                    "consent_language": "fr",
                    "consent_sha256": terms.consent_sha256,
                    "consented_at": at,
                    "mail_count": 1,
                    "created_at": at,
                }
                for number in range(count)
            ],
        )


def noticed(of: Petition) -> list[tuple[str, str, int]]:
    db.session.rollback()
    return sorted((b.kind, b.subject, b.measured) for b in bursts_of(of.id))


def usual_days(of: Petition) -> None:
    """Twenty from each of three hosts and codes, spread over yesterday."""
    for number, (host, code) in enumerate(
        [("example.org", "9000"), ("example.net", "4000"), ("example.com", "1000")]
    ):
        signed(of, 20, NOON - DAY + number * TEN, host=host, code=code)


class TestNoticing:
    def test_a_rush_is_kept_with_what_was_expected_and_what_was_done(self) -> None:
        of = petition()
        signed(of, 40, NOON - TEN)
        assert jobs.notice_bursts(NOON) == 1
        [burst] = bursts_of(of.id)
        assert (burst.kind, burst.measured, burst.expected) == ("pace", 40, 0)
        assert (burst.starts_at, burst.ends_at) == (NOON - TEN, NOON)
        assert (burst.action, burst.action_until) == ("harder_sum", NOON + timedelta(hours=1))

    def test_one_domain_and_one_place_are_told_apart(self) -> None:
        of = petition()
        usual_days(of)
        signed(of, 40, NOON - TEN, host="robots.example", code="8000")
        signed(of, 20, NOON - TEN, host="example.net", code="4000")
        jobs.notice_bursts(NOON)
        assert noticed(of) == [
            ("domain", "robots.example", 40),
            ("pace", "", 60),
            ("postal_code", "8000", 40),
        ]

    def test_a_few_people_or_a_new_petition_are_no_burst(self) -> None:
        of = petition()
        signed(of, 29, NOON - TEN)
        new = make_petition("new", opens_at=NOON - timedelta(hours=1))
        signed(new, 60, NOON - TEN)
        assert jobs.notice_bursts(NOON) == 0

    def test_looking_twice_notes_once_and_a_burst_that_goes_on_is_one(self) -> None:
        of = petition()
        signed(of, 40, NOON - TEN)
        assert (jobs.notice_bursts(NOON), jobs.notice_bursts(NOON + timedelta(minutes=3))) == (1, 0)
        signed(of, 50, NOON + timedelta(minutes=1))
        assert jobs.notice_bursts(NOON + TEN) == 1
        [burst] = bursts_of(of.id)
        assert (burst.measured, burst.starts_at, burst.ends_at) == (90, NOON - TEN, NOON + TEN)

    def test_a_worker_that_was_away_for_most_of_an_hour_misses_none(self) -> None:
        of = petition()
        signed(of, 40, NOON - 5 * TEN)
        assert jobs.notice_bursts(NOON) == 1
        assert noticed(of) == [("pace", "", 40)]

    def test_nobodys_signature_is_touched(self) -> None:
        of = petition()
        signed(of, 40, NOON - TEN)
        before = [(s.state, s.is_blocked) for s in signatures()]
        jobs.notice_bursts(NOON)
        assert [(s.state, s.is_blocked) for s in signatures()] == before

    def test_the_worker_looks_every_ten_minutes_and_goes_on_with_checks_at_every_turn(self) -> None:
        [job] = [job for job in SCHEDULE if job.name == "petitions.notice_bursts"]
        assert job.every == TEN
        assert "petitions.advance_invalidations" in {job.name for job in CONTINUOUS}
        assert "petitions.forget_expired_blocks" in {job.name for job in SCHEDULE}


class TestHarderSum:
    @staticmethod
    def most(client: CheckingClient) -> int:
        found: int = client.get(f"{PAGE}/challenge.json").get_json()["maxnumber"]
        return found

    def test_browsers_get_a_harder_sum_for_this_petition_only(
        self, app: Flask, client: CheckingClient
    ) -> None:
        of = petition()
        make_petition("quiet")
        usual = self.most(client)
        signed(of, 40, NOON - TEN)
        jobs.notice_bursts(NOON)
        assert self.most(client) == 4 * usual
        quiet = client.get("/fr/petitions/quiet/challenge.json").get_json()
        assert quiet["maxnumber"] == usual
        limits: Limits = app.extensions["limits"]
        limits.loosen("clear-criteria")
        assert self.most(client) == usual

    def test_what_was_noticed_too_late_changes_nothing(self, client: CheckingClient) -> None:
        of = petition()
        usual = self.most(client)
        signed(of, 40, NOON - 3 * DAY)
        jobs.notice_bursts(NOON)
        assert (noticed(of), self.most(client)) == ([], usual)

    def test_an_explained_burst_that_goes_on_is_made_no_harder(
        self, app: Flask, client: CheckingClient, clock: Clock
    ) -> None:
        of = petition()
        usual = self.most(client)
        signed(of, 40, NOON - TEN)
        jobs.notice_bursts(NOON)
        with transaction():
            bursts.explain(
                burst_id=bursts_of(of.id)[0].id,
                explanation="on the evening news",
                actor="organiser",
                now=NOON,
            )
        limits: Limits = app.extensions["limits"]
        limits.loosen("clear-criteria")
        signed(of, 90, NOON + timedelta(minutes=1))
        jobs.notice_bursts(NOON + TEN)
        assert noticed(of) == [("pace", "", 130)]
        assert self.most(client) == usual


class TestExplaining:
    def test_the_words_stay_with_who_wrote_them(self) -> None:
        of = petition()
        signed(of, 40, NOON - TEN)
        jobs.notice_bursts(NOON)
        [burst] = bursts_of(of.id)
        with transaction():
            bursts.explain(
                burst_id=burst.id, explanation="a vigil", actor="organiser", now=NOON + TEN
            )
        db.session.rollback()
        [burst] = bursts_of(of.id)
        assert (burst.explanation, burst.explained_by, burst.explained_at) == (
            "a vigil", "organiser", NOON + TEN,
        )  # fmt: skip
        assert burst.action_until == NOON + TEN
        assert entries_about("petition:clear-criteria")[-1].act == "burst.explained"

    def test_a_burst_that_is_not_there_is_not_explained(self) -> None:
        with pytest.raises(bursts.BurstUnknownError), transaction():
            bursts.explain(burst_id=9, explanation="a vigil", actor="organiser", now=NOON)


def test_no_public_page_tells_of_a_burst(client: CheckingClient) -> None:
    """Behaviour 72: where false signatures come from is for organisers, not for the press."""
    of = petition()
    usual_days(of)
    signed(of, 60, NOON - TEN, host="robots.example", code="8000")
    jobs.notice_bursts(NOON)
    assert db.session.query(Burst).count() == 3
    db.session.rollback()
    for path in ("/fr/", "/fr/petitions", PAGE, f"{PAGE}/count.json", f"{PAGE}/challenge.json"):
        shown = client.get(path).get_data(as_text=True)
        assert "robots.example" not in shown
        assert "8000" not in shown.replace(base64.b64encode(b"8000").decode(), "")
