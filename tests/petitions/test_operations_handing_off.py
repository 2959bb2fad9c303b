"""One answer per code, tied to nobody; one reminder for who asked, never two."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from campaign.core.db import db, transaction
from campaign.petitions import jobs, mails
from campaign.petitions.models import OfficialAnswer, Petition, Signature, SpentCode
from campaign.petitions.operations import handing_off, publishing, taking_back
from campaign.petitions.queries.answers import told_about
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.handing_off import Answer, Told
from campaign.petitions.rules.signing import months_after
from campaign.thresholds.handoffs import ONLINE
from tests.factories.petitions import NOON, make_confirmed, make_petition, queued_kinds, signatures
from tests.factories.retention import anonymise_signatures
from tests.mailbox import Outbox

pytestmark = pytest.mark.usefixtures("app", "clock")
DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)
REMINDER = "petitions/official_reminder"
FAILED = Answer(ONLINE, "itsme")


def code_for(petition: Petition, until: date = TODAY + 60 * DAY) -> str:
    return mails.answer_code(petition.id, until)


def tell(code: str, answer: Answer = FAILED) -> bool:
    with transaction():
        known = handing_off.read_code(code, now=NOON)
        return handing_off.tell(known, answer, browser="chrome", language="fr", now=NOON)


def ask(signature: Signature) -> None:
    with transaction():
        found = db.session.get_one(Signature, signature.id)
        petition = db.session.get_one(Petition, signature.petition_id)
        handing_off.ask_for_reminder(found, petition, now=NOON)


class TestAnswers:
    def test_a_code_answers_once_and_two_codes_twice(self) -> None:
        petition = make_petition()
        first, second = code_for(petition), code_for(petition)
        assert first != second
        assert [tell(first), tell(first), tell(second)] == [True, False, True]
        assert told_about(petition.id, TODAY, TODAY) == [
            Told(TODAY, ONLINE, "itsme", "chrome", "fr", 2)
        ]

    def test_a_second_answer_of_the_same_code_changes_nothing(self) -> None:
        petition = make_petition()
        code = code_for(petition)
        tell(code)
        assert not tell(code, Answer(ONLINE, ""))
        assert [one.step for one in told_about(petition.id, TODAY, TODAY)] == ["itsme"]

    @pytest.mark.parametrize("code", ["", "x", "AAAA", "é" * 40])
    def test_a_code_we_did_not_make_is_unknown(self, code: str) -> None:
        with pytest.raises(handing_off.CodeUnknownError):
            handing_off.read_code(code, now=NOON)

    def test_a_code_of_another_purpose_or_past_its_last_day_is_unknown(self) -> None:
        petition = make_petition()
        for code in (mails.rights_token(b"x" * 16), code_for(petition, TODAY - DAY)):
            with pytest.raises(handing_off.CodeUnknownError):
                handing_off.read_code(code, now=NOON)
        handing_off.read_code(code_for(petition, TODAY), now=NOON)

    def test_spent_codes_are_forgotten_once_they_are_too_old_anyway(self) -> None:
        tell(code_for(make_petition(), TODAY + DAY))
        assert jobs.forget_spent_codes(NOON + DAY) == 0
        assert jobs.forget_spent_codes(NOON + 2 * DAY) == 1
        assert db.session.scalars(select(SpentCode)).all() == []

    def test_nothing_stored_leads_from_an_answer_to_a_signature(self) -> None:
        """Neither table has a row, a key, a time or a value in common with the signature's."""
        petition = make_petition()
        signature = make_confirmed()
        code = code_for(petition)
        tell(code)
        assert {column.name for column in OfficialAnswer.__table__.columns} == {
            "petition_id", "day", "channel", "step", "browser", "language", "count",
        }  # fmt: skip
        assert {column.name for column in SpentCode.__table__.columns} == {"digest", "good_until"}
        digest = db.session.scalars(select(SpentCode.digest)).one()
        kept = db.session.execute(text("select * from signature")).one()
        values = {bytes(v) if isinstance(v, memoryview) else v for v in kept if v is not None}
        assert digest not in values
        assert not any(isinstance(v, bytes) and (digest in v or code.encode() in v) for v in values)
        assert signature.ref not in code.encode()

    def test_no_code_of_a_mail_is_kept_outside_the_mail(self, outbox: Outbox) -> None:
        make_petition()
        make_confirmed()
        (letter,) = outbox.letters()
        code = letter.context["answer_path"].rpartition("/")[2]
        known = handing_off.read_code(code, now=NOON)
        for table in ("signature", "spent_code", "official_answer", "consent_receipt"):
            for row in db.session.execute(text(f"select * from {table}")):
                for value in row:
                    raw = (
                        bytes(value)
                        if isinstance(value, bytes | memoryview)
                        else str(value).encode()
                    )
                    assert code.encode() not in raw
                    assert known.digest not in raw


class TestReminder:
    def test_who_asks_is_reminded_once_in_a_week(self, outbox: Outbox) -> None:
        make_petition()
        signature = make_confirmed()
        ask(signature)
        ask(signature)
        assert jobs.send_official_reminders(NOON + 7 * DAY - timedelta(seconds=1)) == 0
        assert jobs.send_official_reminders(NOON + 7 * DAY) == 1
        for days in range(8, 40):
            assert jobs.send_official_reminders(NOON + days * DAY) == 0
        assert queued_kinds().count(REMINDER) == 1
        letter = outbox.letters()[-1]
        assert letter.context["official_path"] == "/fr/petitions/clear-criteria/official"
        assert letter.context["answer_path"].startswith("/fr/official/")
        kept = signatures()[0]
        assert (kept.mail_count, kept.official_reminder_at) == (2, None)

    def test_who_was_reminded_cannot_be_reminded_again(self) -> None:
        make_petition()
        ask(make_confirmed())
        jobs.send_official_reminders(NOON + 7 * DAY)
        ask(signatures()[0])
        assert signatures()[0].official_reminder_at is None

    def test_who_did_not_ask_is_left_alone(self) -> None:
        make_petition()
        make_confirmed()
        assert jobs.send_official_reminders(NOON + 30 * DAY) == 0

    def test_who_withdrew_is_left_alone_and_the_wish_is_erased_at_once(self) -> None:
        make_petition()
        ask(make_confirmed())
        with transaction():
            taking_back.withdraw(signatures()[0], now=NOON)
        assert signatures()[0].official_reminder_at is None
        assert jobs.send_official_reminders(NOON + 7 * DAY) == 0

    def test_who_asked_for_quiet_is_left_alone(self) -> None:
        petition = make_petition(updates=True)
        ask(make_confirmed())
        with transaction():
            taking_back.stop_updates(
                signatures()[0].ref, petition.carriers[0].organisation_id, now=NOON
            )
        assert jobs.send_official_reminders(NOON + 7 * DAY) == 0

    def test_nobody_is_reminded_once_the_collection_has_ended_or_stands_still(self) -> None:
        make_petition(closes_at=NOON + 5 * DAY)
        ask(make_confirmed())
        make_petition("other")
        ask(make_confirmed("other", email="b@example.org"))
        with transaction():
            publishing.move_to(petition_by_slug("other"), "suspended", actor="test", now=NOON)  # type: ignore[arg-type]
        assert jobs.send_official_reminders(NOON + 7 * DAY) == 0
        assert signatures()[0].official_reminder_at is None, "nobody looks at it again"

    def test_the_reminder_is_one_of_the_five(self) -> None:
        """Behaviour 16."""
        make_petition()
        ask(make_confirmed())
        with transaction():
            db.session.get_one(Signature, signatures()[0].id).mail_count = 5
        assert jobs.send_official_reminders(NOON + 7 * DAY) == 0

    def test_after_a_move_to_another_mailbox_it_leads_to_the_page_that_opens(
        self, outbox: Outbox
    ) -> None:
        """The links of before the move lead nowhere."""
        make_petition()
        ask(make_confirmed())
        with transaction():
            db.session.get_one(Signature, signatures()[0].id).link_version = 1
        assert jobs.send_official_reminders(NOON + 7 * DAY) == 1
        token = mails.rights_token(signatures()[0].ref, 1)
        assert outbox.letters()[-1].context["rights_path"] == f"/fr/signature/{token}"

    def test_the_wish_is_erased_with_the_signature(self) -> None:
        petition = make_petition()
        ask(make_confirmed())
        assert petition.closes_at is not None
        anonymise_signatures(months_after(petition.closes_at, 6))
        assert signatures()[0].official_reminder_at is None
