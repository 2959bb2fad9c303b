"""Recurring work: reminders, purging, closing, forgetting."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from campaign.consents.models import ConsentReceipt
from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.jobs import signing as signing_jobs
from campaign.petitions.models import Petition, Signature
from campaign.petitions.operations import confirming, publishing, taking_back
from campaign.petitions.personal_data import signatures as personal_data
from campaign.petitions.queries.counts import support_by_stratum
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.signing import months_after
from campaign.privacy.jobs import EVERY
from campaign.worker import SCHEDULE, is_due
from tests.factories.petitions import (
    NOON,
    confirm,
    make_confirmed,
    make_petition,
    queued_kinds,
    sign,
    signatures,
    token_of,
)
from tests.factories.retention import anonymise_signatures, purge_unconfirmed
from tests.mailbox import Outbox

pytestmark = pytest.mark.usefixtures("app", "clock")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
REMINDER = "petitions/confirm_reminder"


class TestReminders:
    def test_one_reminder_after_three_days_with_the_same_link(self, outbox: Outbox) -> None:
        """R9: one, and never a second."""
        make_petition()
        sign()
        assert jobs.send_reminders(NOON + 3 * DAY - SECOND) == 0
        assert jobs.send_reminders(NOON + 3 * DAY) == 1
        for day in range(4, 14):
            assert jobs.send_reminders(NOON + day * DAY) == 0
        first, reminder = outbox.letters()
        assert reminder.kind == REMINDER
        assert reminder.context["confirm_path"] == first.context["confirm_path"]
        confirm(signatures()[0], now=NOON + 5 * DAY)
        assert signatures()[0].state == "confirmed"

    def test_whoever_confirmed_withdrew_or_is_late_is_left_alone(self) -> None:
        make_petition()
        make_confirmed(email="a@example.org")
        sign(email="b@example.org")
        with transaction():
            taking_back.withdraw(signatures()[-1], now=NOON)
        sign(email="c@example.org")
        assert jobs.send_reminders(NOON + 7 * DAY) == 0

    def test_nobody_is_reminded_of_a_closed_petition(self) -> None:
        make_petition(closes_at=NOON + 2 * DAY)
        sign()
        assert jobs.send_reminders(NOON + 3 * DAY) == 0

    def test_the_reminder_is_one_of_the_five(self) -> None:
        """Behaviour 16."""
        make_petition()
        for hour in range(6):
            sign(now=NOON + timedelta(hours=hour))
        jobs.send_reminders(NOON + 3 * DAY)
        assert len(queued_kinds()) == 5

    def test_whoever_got_no_first_mail_gets_the_reminder(self) -> None:
        make_petition()
        sign(may_mail=False)
        jobs.send_reminders(NOON + 3 * DAY)
        assert queued_kinds() == [REMINDER]

    def test_all_who_are_due_are_reminded_in_one_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(signing_jobs, "AT_ONCE", 2)
        make_petition()
        for number in range(5):
            sign(email=f"p{number}@example.org")
        assert jobs.send_reminders(NOON + 3 * DAY) == 5
        assert queued_kinds().count(REMINDER) == 5

    def test_the_reminder_repeats_the_yes_in_the_words_agreed_to(self, outbox: Outbox) -> None:
        """R9."""
        petition = make_petition(updates=True)
        sign(**{f"updates_{petition.carriers[0].organisation_id}": "yes"})
        jobs.send_reminders(NOON + 3 * DAY)
        assert [letter.context["updates"] for letter in outbox.letters()] == [
            ["May we write? (fr)"]
        ] * 2

    def test_no_mail_about_a_signature_can_be_unsubscribed_from_by_one_click(
        self, outbox: Outbox
    ) -> None:
        make_petition()
        sign()
        jobs.send_reminders(NOON + 3 * DAY)
        assert {letter.unsubscribe_path for letter in outbox.letters()} == {""}


class TestPurging:
    def test_what_was_never_confirmed_goes_after_fourteen_days_with_its_receipts(self) -> None:
        """Behaviour 93, R9."""
        petition = make_petition(updates=True)
        sign(**{f"updates_{petition.carriers[0].organisation_id}": "yes"})
        assert purge_unconfirmed(NOON + 14 * DAY - SECOND) == 0
        assert purge_unconfirmed(NOON + 14 * DAY) == 1
        assert signatures() == []
        assert db.session.scalar(select(func.count()).select_from(ConsentReceipt)) == 0

    def test_confirmed_and_withdrawn_ones_stay(self) -> None:
        make_petition()
        make_confirmed()
        make_confirmed(email="b@example.org")
        with transaction():
            taking_back.withdraw(signatures()[-1], now=NOON)
        assert purge_unconfirmed(NOON + 100 * DAY) == 0
        assert len(signatures()) == 2

    def test_many_go_in_several_steps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(personal_data, "AT_ONCE", 2)
        make_petition()
        for number in range(4):
            sign(email=f"p{number}@example.org")
        assert purge_unconfirmed(NOON + 14 * DAY) == 4

    def test_the_link_of_a_purged_signature_is_unknown(self) -> None:
        make_petition()
        sign()
        token = token_of(signatures()[0])
        purge_unconfirmed(NOON + 14 * DAY)
        with pytest.raises(confirming.LinkUnknownError), transaction():
            confirming.confirm(token, now=NOON)


class TestClosing:
    def test_petitions_close_on_their_day(self) -> None:
        make_petition(closes_at=NOON + DAY)
        make_petition("endless", closes_at=None)
        assert jobs.close_petitions(NOON + DAY - SECOND) == 0
        assert jobs.close_petitions(NOON + DAY) == 1
        assert jobs.close_petitions(NOON + DAY) == 0
        assert [petition_by_slug(slug).state for slug in ("clear-criteria", "endless")] == [
            "closed",
            "open",
        ]  # type: ignore[union-attr]
        assert petition_by_slug("clear-criteria").closes_at == NOON + DAY  # type: ignore[union-attr]


class TestForgetting:
    @staticmethod
    def due(petition: Petition) -> datetime:
        assert petition.closes_at is not None
        return months_after(petition.closes_at, 6)

    def test_names_go_six_months_after_closing_and_counts_stay(self) -> None:
        """Behaviours 85 and 87."""
        petition = make_petition()
        make_confirmed()
        make_confirmed(email="b@example.org", country="ML")
        jobs.fold_tallies(NOON)
        counted = dict(support_by_stratum([petition.id])[petition.id])
        assert counted == {"VLG": 1, "ABROAD": 1}
        assert anonymise_signatures(self.due(petition) - SECOND) == 0
        assert anonymise_signatures(self.due(petition)) == 2
        for signature in signatures():
            emptied = (
                "given_name",
                "family_name",
                "email",
                "email_key",
                "name_key",
                "country",
                "postal_code",
                "confirm_digest",
            )
            assert [getattr(signature, name) for name in emptied] == [None] * len(emptied)
            assert signature.state == "confirmed"
        assert jobs.reconcile_tallies(NOON) == 0
        assert support_by_stratum([petition.id])[petition.id] == counted
        assert [signature.stratum for signature in signatures()] == ["VLG", "ABROAD"]

    def test_it_is_done_in_steps_and_a_second_run_finds_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Behaviour 86."""
        monkeypatch.setattr(personal_data, "AT_ONCE", 2)
        petition = make_petition()
        for number in range(5):
            make_confirmed(email=f"p{number}@example.org")
        assert anonymise_signatures(self.due(petition)) == 5
        assert anonymise_signatures(self.due(petition)) == 0

    def test_somebody_who_allowed_mails_is_known_until_they_stop_them_and_stops_nobody_else(
        self,
    ) -> None:
        """Behaviour 92."""
        petition = make_petition(updates=True)
        organisation_id = petition.carriers[0].organisation_id
        keen = make_confirmed(email="keen@example.org", **{f"updates_{organisation_id}": "yes"})
        make_confirmed(email="other@example.org")
        make_petition("later", closes_at=NOON + 300 * DAY)
        make_confirmed("later")
        assert anonymise_signatures(self.due(petition)) == 1
        assert [signature.email for signature in signatures()] == ["keen@example.org", None]
        known = signatures()[0]
        assert [known.given_name, known.family_name, known.postal_code, known.country] == [None] * 4
        assert known.email_key is not None
        with transaction():
            taking_back.stop_updates(keen.ref, organisation_id, now=NOON)
        assert anonymise_signatures(self.due(petition)) == 1
        assert signatures("later")[0].email == "awa@example.org"

    def test_nobody_forgotten_is_ever_mailed(self) -> None:
        """Behaviour 88."""
        petition = make_petition()
        make_confirmed()
        anonymise_signatures(self.due(petition))
        before = queued_kinds()
        jobs.send_reminders(self.due(petition))
        assert queued_kinds() == before

    def test_a_petition_removed_without_an_end_is_forgotten_too(self) -> None:
        """Behaviour 87."""
        petition = make_petition(closes_at=None)
        make_confirmed()
        with transaction():
            publishing.move_to(petition, "removed", actor="test", now=NOON)
        assert anonymise_signatures(months_after(NOON, 6)) == 1

    def test_withdrawn_and_pending_ones_are_no_affair_of_this_job(self) -> None:
        petition = make_petition()
        make_confirmed()
        with transaction():
            taking_back.withdraw(db.session.scalars(select(Signature)).one(), now=NOON)
        assert anonymise_signatures(self.due(petition)) == 0


def test_every_recurring_job_of_the_petitions_is_in_the_schedule() -> None:
    """Behaviours 85 and 93: a job that nobody calls forgets nobody."""
    scheduled = {job.name for job in SCHEDULE}
    expected = {
        "close_petitions",
        "send_reminders",
        "send_official_reminders",
        "forget_spent_codes",
        "reconcile_tallies",
    }
    assert {f"petitions.{name}" for name in expected} <= scheduled
    assert "privacy.forget" in scheduled


def test_what_was_never_confirmed_stays_no_day_longer_than_was_promised() -> None:
    """Behaviour 93: looking once a day would keep some of it for fifteen."""
    [forgetting] = [job for job in SCHEDULE if job.name == "privacy.forget"]
    assert is_due(forgetting, NOON, NOON + timedelta(minutes=1))
    assert timedelta(hours=1) == EVERY
