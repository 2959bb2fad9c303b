"""Forgetting by itself: one table of rules, in steps, resumable, reported, watched."""

import logging
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.core.db import db, transaction
from campaign.core.leftovers import take_away
from campaign.outbox.queries import last_heartbeat
from campaign.petitions import jobs as petition_jobs
from campaign.petitions.models import Petition, Signature
from campaign.petitions.operations import correcting, finding_links, publishing, taking_back
from campaign.petitions.personal_data import signatures as personal_data
from campaign.petitions.rules.counting import masked_small_cells
from campaign.petitions.rules.signing import months_after
from campaign.privacy import jobs
from campaign.privacy.models import RetentionCount, RetentionRun
from campaign.privacy.queries import due_counts, is_late, report
from campaign.privacy.registry import columns_forgotten_by, columns_held
from campaign.privacy.retention import BY_NAME, RULES, TABLES
from campaign.worker import HEARTBEAT, SCHEDULE, Job, Worker
from config import Config
from tests.databases import flask_command
from tests.factories.petitions import NOON, make_confirmed, make_petition, sign, signatures
from tests.pages.client import CheckingClient
from tests.pages.forms import text_of_page

pytestmark = pytest.mark.usefixtures("app", "clock")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Kept as long as the service runs, as the register says.
# Kept as long as somebody wants it: a suppression, a block, an account by its owner.
STANDING = {
    "suppression.address_key",
    *(f"blocked_sender.{column}" for column in ("sender_key", "domain")),
    *(f"account.{column}" for column in ("name", "language", "email", "email_key")),
    *(f"account.{column}" for column in ("password_hash", "totp_secret")),
    *(f"passkey.{column}" for column in ("credential_id", "public_key", "label")),
    "recovery_code.code_digest",
}


def over(petition: Petition) -> datetime:
    assert petition.closes_at is not None
    return months_after(petition.closes_at, 6)


def counts() -> dict[str, int]:
    db.session.rollback()
    return {row.rule: row.row_count for row in db.session.scalars(select(RetentionCount))}


def runs() -> list[RetentionRun]:
    db.session.rollback()
    query = select(RetentionRun).order_by(RetentionRun.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


class TestTheTable:
    def test_every_personal_column_is_forgotten_by_a_rule_or_stands_on_purpose(self) -> None:
        """Behaviour 85: the register and the rules are one source."""
        for column, field in columns_held().items():
            assert set(field.forgotten_by) <= set(BY_NAME), column
            assert bool(field.forgotten_by) is (column not in STANDING), column

    def test_every_rule_forgets_some_column_of_its_own_tables(self) -> None:
        for rule in RULES:
            tables = {column.partition(".")[0] for column in columns_forgotten_by(rule.name)}
            assert tables, rule.name
            assert tables <= set(rule.tables), rule.name
        assert set(TABLES) <= set(db.metadata.tables)

    def test_the_worker_does_it_by_itself(self) -> None:
        assert {"privacy.forget", "privacy.watch", "privacy.take_leftovers_away"} <= {
            job.name for job in SCHEDULE
        }


class TestRuns:
    def test_one_run_forgets_all_that_is_due_and_says_how_much(self) -> None:
        """Behaviours 85, 87 and 93."""
        petition = make_petition(updates=True)
        organisation_id = petition.carriers[0].organisation_id
        make_confirmed()
        keen = make_confirmed(email="keen@example.org", **{f"updates_{organisation_id}": "yes"})
        late = over(petition) - 20 * DAY
        sign(email="never@example.org")
        with transaction():
            correcting.ask_for_address(keen, "new@example.org", now=NOON)
            finding_links.ask_for_links("awa@example.org", "fr", now=NOON)
        jobs.forget(late)
        assert counts() == {
            **dict.fromkeys(BY_NAME, 0),
            "unconfirmed": 1,
            "questions": 1,
            "addresses": 1,
        }
        jobs.forget(over(petition))
        assert report(over(petition)).row_counts["closed"] == 1
        assert report(over(petition)).row_counts["allowed"] == 1
        assert jobs.forget_all(over(petition)) == 0, "a second run finds nothing"

    def test_it_begins_again_after_an_hour_and_not_before(self) -> None:
        jobs.forget(NOON)
        jobs.forget(NOON + HOUR - timedelta(seconds=1))
        assert len(runs()) == 1
        jobs.forget(NOON + HOUR)
        assert [run.finished_at for run in runs()] == [NOON, NOON + HOUR]

    def test_it_goes_on_where_it_was_killed_and_counts_each_row_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Behaviour 86."""
        monkeypatch.setattr(personal_data, "AT_ONCE", 2)
        petition = make_petition()
        for number in range(7):
            make_confirmed(email=f"p{number}@example.org")
        steps = iter(range(2))
        add = jobs._add

        def die_at_the_third(run_id: int, rule: str, count: int) -> None:
            if rule == "closed" and next(steps, None) is None:
                raise KeyboardInterrupt
            add(run_id, rule, count)

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(jobs, "_add", die_at_the_third)
            jobs.forget(over(petition))
        assert [run.finished_at for run in runs()] == [None]
        assert counts()["closed"] == 4
        jobs.forget(over(petition))
        assert counts()["closed"] == 7
        assert [run.finished_at for run in runs()] == [over(petition)]
        assert {one.email for one in signatures()} == {None}

    def test_a_run_gives_way_after_a_few_seconds_and_goes_on_a_minute_later(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(jobs, "SLICE_SECONDS", 0.0)
        jobs.forget(NOON)
        assert runs()[0].finished_at is None
        monkeypatch.undo()
        jobs.forget(NOON + timedelta(minutes=1))
        assert len(runs()) == 1
        assert runs()[0].finished_at is not None

    def test_a_petition_that_is_exempt_by_its_date_stops_no_other(self) -> None:
        """Behaviour 92."""
        make_petition("endless", closes_at=None)
        make_confirmed("endless")
        petition = make_petition()
        make_confirmed()
        jobs.forget(over(petition))
        assert signatures("endless")[0].email == "awa@example.org"
        assert signatures()[0].email is None

    def test_nobody_forgotten_is_mailed_afterwards(self) -> None:
        """Behaviour 88."""
        petition = make_petition()
        make_confirmed()
        jobs.forget(over(petition))
        with transaction():
            finding_links.ask_for_links("awa@example.org", "fr", now=NOON)
            requests = finding_links.take_requests()
        assert [request.address for request in requests] == ["awa@example.org"]
        assert finding_links.from_mailboxes([(petition.id, b"x" * 16)]) == []
        assert petition_jobs.send_reminders(over(petition)) == 0

    def test_a_stopped_yes_is_forgotten_with_the_rest(self) -> None:
        """Behaviour 85: a standing yes keeps only where to write to."""
        petition = make_petition(updates=True)
        organisation_id = petition.carriers[0].organisation_id
        keen = make_confirmed(**{f"updates_{organisation_id}": "yes"})
        jobs.forget(over(petition))
        kept = signatures()[0]
        assert (kept.email, kept.given_name, kept.postal_code, kept.is_public) == (
            "awa@example.org", None, None, False,
        )  # fmt: skip
        with transaction():
            taking_back.stop_updates(keen.ref, organisation_id, now=NOON)
        jobs.forget(over(petition) + HOUR)
        assert signatures()[0].email is None

    def test_totals_by_region_stay_and_small_cells_stay_hidden(self) -> None:
        """Behaviours 85 and 95."""
        petition = make_petition()
        make_confirmed()
        petition_jobs.fold_tallies(NOON)
        jobs.forget(over(petition))
        assert petition_jobs.reconcile_tallies(over(petition)) == 0
        assert [one.stratum for one in signatures()] == ["VLG"]
        assert masked_small_cells({"9000": 1, "1000": 40})["9000"] is None


class TestReport:
    def test_the_privacy_page_tells_everybody_counts_and_nobodys_name(
        self, client: CheckingClient
    ) -> None:
        petition = make_petition()
        assert "pas encore" in text_of_page(client.get("/fr/privacy"))
        make_confirmed()
        jobs.forget(over(petition))
        with_report = report(over(petition))
        assert with_report.total == 1
        assert with_report.last_finished_at == over(petition)
        assert "Awa" not in text_of_page(client.get("/fr/privacy"))

    def test_a_dry_run_names_each_column_and_forgets_nothing(
        self, app: Flask, test_config: Config, state_dir: Path
    ) -> None:
        make_petition(opens_at=NOON - 400 * DAY, closes_at=NOON - 300 * DAY)
        with transaction():
            db.session.execute(db.update(Petition).values(closes_at=NOON + DAY))
        make_confirmed()
        with transaction():
            db.session.execute(db.update(Petition).values(closes_at=NOON - 300 * DAY))
        assert due_counts(NOON)["closed"] == 1
        url, folder = test_config.database_url, state_dir
        said = flask_command("retention", "--dry-run", database_url=url, state_dir=folder)
        assert "signature.given_name 1" in said
        assert signatures()[0].given_name == "Awa"
        done = flask_command("retention", database_url=url, state_dir=folder)
        assert done.strip() == "1 rows forgotten"
        assert signatures()[0].given_name is None

    def test_a_dry_run_agrees_with_the_run(self) -> None:
        petition = make_petition(updates=True)
        organisation_id = petition.carriers[0].organisation_id
        make_confirmed()
        make_confirmed(email="keen@example.org", **{f"updates_{organisation_id}": "yes"})
        sign(email="never@example.org")
        foreseen = due_counts(over(petition))
        jobs.forget(over(petition))
        assert counts() == foreseen
        assert sum(foreseen.values()) == 3


class TestAlarm:
    def test_two_days_without_an_end_are_told_in_the_log_and_to_whoever_watches(
        self, client: CheckingClient, clock: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        make_petition()
        make_confirmed()
        assert not is_late(NOON + 48 * HOUR)
        assert is_late(NOON + 48 * HOUR + timedelta(seconds=1))
        jobs.forget(NOON + 40 * HOUR)
        assert not is_late(NOON + 80 * HOUR)
        clock.move_to(NOON + 90 * HOUR)
        with caplog.at_level(logging.ERROR):
            assert jobs.watch(NOON + 90 * HOUR)
        assert "48 hours" in caplog.text
        assert client.get("/readyz").json["retention_late"] is True  # type: ignore[index]

    def test_a_worker_that_is_busy_for_long_says_that_it_lives(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        beaten: list[datetime] = []
        monkeypatch.setattr(Worker, "beat_seconds", 0.05)
        monkeypatch.setattr(
            "campaign.worker.claim",
            lambda job, now: beaten.append(now) or True if job is HEARTBEAT else True,
        )
        worker = Worker(
            app, schedule=(Job("long", HOUR, lambda _now: time.sleep(0.5)),), continuous=()
        )
        worker.turn(NOON)
        assert len(beaten) >= 3
        alive = len(beaten)
        time.sleep(0.2)
        assert len(beaten) == alive, "and no longer than the job lasts"

    def test_the_beat_reaches_the_database(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Worker, "beat_seconds", 0.05)
        seen: list[datetime | None] = []

        def long(_now: datetime) -> None:
            time.sleep(0.4)
            seen.append(last_heartbeat())
            db.session.rollback()

        Worker(app, schedule=(Job("long", HOUR, long),), continuous=()).turn(NOON - HOUR)
        assert seen == [NOON], "the turn began an hour ago, the beat is of now"


def test_what_was_never_confirmed_goes_with_its_log(app: Flask) -> None:
    """Behaviour 93; and the leftovers of the files are taken away."""
    make_petition()
    sign()
    jobs.forget(NOON + 14 * DAY)
    assert db.session.scalar(select(Signature.id)) is None
    db.session.rollback()
    assert take_away(TABLES)


def test_a_petition_closed_early_is_forgotten_from_that_day_on() -> None:
    """Behaviour 87: not before six months, at six months exactly yes."""
    petition = make_petition()
    make_confirmed()
    with transaction():
        publishing.move_to(petition, "closed", actor="test", now=NOON)
    due = months_after(NOON, 6)
    jobs.forget(due - HOUR)
    assert signatures()[0].email is not None
    jobs.forget(due)
    assert signatures()[0].email is None
