"""Updates: who receives them, once, and everything that stops them."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.audit.queries import entries_about
from campaign.consents.models import ConsentReceipt
from campaign.core.db import db, transaction
from campaign.outbox.delivery import Delivery
from campaign.outbox.models import OutboxMessage
from campaign.outbox.operations import suppress
from campaign.petitions import jobs
from campaign.petitions.mails.updates import KIND
from campaign.petitions.models import Petition, PetitionUpdate, PetitionUpdateRecipient, Signature
from campaign.petitions.operations import sending, taking_back, updates
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.personal_data import updates as personal_data
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.updates import (
    Step,
    UpdateChangedError,
    UpdateNamesSomebodyError,
    UpdateStepError,
    UpdateTimeError,
    UpdateToFewError,
    UpdateToNobodyError,
    UpdateUnwrittenError,
)
from tests.factories.petitions import NOON, make_confirmed, make_petition, sign, signatures
from tests.factories.retention import anonymise_signatures
from tests.factories.updates import (
    SLUG,
    TEXTS,
    make_update,
    say_yes,
    schedule,
    send_all,
    update_now,
    work,
    write,
)
from tests.mail_server import MailServer, delivery_to, running_mail_server
from tests.mailbox import Outbox, html_of, text_of
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app", "clock")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def delivery(app: Flask, mail_server: MailServer) -> Iterator[Delivery]:
    """A worker's delivery to that server."""
    made = delivery_to(mail_server, app, lambda: True)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def petition(app: Flask) -> Petition:
    return make_petition(updates=True)


def received(outbox: Outbox) -> list[str]:
    """To whom updates wait to leave."""
    return [letter.recipient for letter in outbox.letters(kind=KIND)]


def people(count: int, **changes: str) -> None:
    for number in range(count):
        say_yes(f"p{number}@example.org", **changes)


def decisions(signature: Signature) -> list[str]:
    rows = db.session.scalars(
        select(ConsentReceipt)
        .where(ConsentReceipt.signature_ref == signature.ref)
        .order_by(ConsentReceipt.id)
    )
    return [row.decision for row in rows]


class TestWriting:
    def test_saving_mails_nobody(self, outbox: Outbox) -> None:
        """Behaviour 76."""
        people(2)
        before = len(outbox)
        number = make_update()
        write(number, "fr", "Encore", "Autre texte", seen=1)
        work()
        assert len(outbox) == before
        assert update_now(number).state == Step.DRAFT

    def test_a_trial_goes_to_the_one_who_asks_in_each_language_and_to_nobody_else(
        self, outbox: Outbox
    ) -> None:
        """Behaviour 75."""
        people(2)
        number = make_update()
        with transaction():
            updates.send_trial(number, recipient="palabre@example.org", actor="test", now=NOON)
        letters = outbox.letters(kind=KIND)
        assert {letter.recipient for letter in letters} == {"palabre@example.org"}
        assert [letter.language for letter in letters] == ["fr", "nl"]
        mail = outbox.last("palabre@example.org")
        assert mail["List-Unsubscribe"] is None
        assert "/unsubscribe/" not in text_of(mail) + html_of(mail)

    def test_two_who_save_the_same_text_are_told_of_each_other(self) -> None:
        number = make_update()
        write(number, "fr", "First", "First text", seen=1)
        with pytest.raises(UpdateChangedError):
            write(number, "fr", "Second", "Second text", seen=1)
        assert {text.subject for text in update_now(number).texts} >= {"First"}

    def test_an_empty_text_takes_the_language_out(self) -> None:
        number = make_update()
        write(number, "nl", "", "", seen=1)
        assert [text.language for text in update_now(number).texts] == ["fr"]

    def test_html_is_cleaned_and_loads_nothing(self) -> None:
        body = "![pixel](https://t.example/p.gif) <script>x</script> [here](https://example.org)"
        number = make_update({"fr": ("Objet", body)})
        (text,) = update_now(number).texts
        assert "<img" not in text.body_html
        assert "<script" not in text.body_html
        assert 'href="https://example.org"' in text.body_html
        assert "here <https://example.org>" in text.body_text


class TestScheduling:
    def test_it_leaves_at_its_time_and_not_before(self, outbox: Outbox) -> None:
        """Behaviour 77."""
        people(2)
        number = make_update()
        schedule(number, at=NOON + 5 * HOUR)
        work(NOON + 4 * HOUR)
        assert received(outbox) == []
        work(NOON + 5 * HOUR)
        assert received(outbox) == ["p0@example.org", "p1@example.org"]

    def test_a_newer_send_replaces_the_older(self, outbox: Outbox) -> None:
        """Behaviour 77."""
        people(1)
        older, newer = make_update(), make_update({"fr": ("Neuf", "Texte neuf")})
        schedule(older, at=NOON + HOUR)
        schedule(newer, at=NOON + 2 * HOUR)
        assert update_now(older).state == Step.DRAFT
        work(NOON + DAY)
        assert [letter.context["subject"] for letter in outbox.letters(kind=KIND)] == ["Neuf"]

    def test_scheduling_again_moves_its_time(self, outbox: Outbox) -> None:
        """Behaviour 77, and two presses of the same button."""
        people(1)
        number = make_update()
        schedule(number, at=NOON + HOUR)
        schedule(number, at=NOON + 3 * HOUR)
        work(NOON + 2 * HOUR)
        assert received(outbox) == []

    @pytest.mark.parametrize("moved", [-HOUR, 91 * DAY])
    def test_a_time_that_cannot_be_is_refused(self, moved: timedelta) -> None:
        people(1)
        with pytest.raises(UpdateTimeError):
            schedule(make_update(), at=NOON + moved)

    def test_what_leads_to_a_person_or_is_not_written_or_for_nobody_is_refused(self) -> None:
        """Behaviour 64."""
        with pytest.raises(UpdateToNobodyError):
            schedule(make_update())
        people(1)
        for words in ("Le gardien Dupont est là.", "Appelez le 0470 00 00 00."):
            number = make_update({"fr": ("Objet", words)})
            with pytest.raises(UpdateNamesSomebodyError):
                schedule(number)
            assert update_now(number).state == Step.DRAFT
        with pytest.raises(UpdateUnwrittenError):
            schedule(make_update({}))

    def test_a_narrow_choice_that_points_at_people_is_refused(self) -> None:
        people(4)
        number = make_update()
        with transaction():
            updates.choose_recipients(number, stratum="VLG", language="", actor="t", now=NOON)
        with pytest.raises(UpdateToFewError):
            schedule(number)
        say_yes("fifth@example.org")
        schedule(number)

    def test_once_scheduled_its_text_stays(self) -> None:
        people(1)
        number = make_update()
        schedule(number, at=NOON + HOUR)
        with pytest.raises(UpdateStepError):
            write(number, "fr", "Autre", "Autre", seen=1)
        with transaction():
            updates.take_back(number, actor="test", now=NOON)
        write(number, "fr", "Autre", "Autre", seen=1)

    def test_deleting_it_after_queuing_stops_the_mail(self, outbox: Outbox) -> None:
        """Behaviours 78 and 81: its job ends quietly."""
        people(1)
        number = make_update()
        schedule(number)
        with transaction():
            updates.delete_update(number, actor="test", now=NOON)
        with transaction():
            assert sending.advance(number, now=NOON) is None
            sending.settle(number, now=NOON)
        work()
        assert received(outbox) == []
        with transaction():  # a second press
            updates.delete_update(number, actor="test", now=NOON)


class TestWhoReceivesIt:
    def test_those_who_said_yes_to_this_organisation_and_nobody_else(self, outbox: Outbox) -> None:
        say_yes("yes@example.org")
        make_confirmed(email="no@example.org")
        sign(email="unconfirmed@example.org", updates_1="yes")
        stopped = say_yes("stopped@example.org")
        with transaction():
            taking_back.stop_all_updates(stopped.ref, now=NOON)
        invalid = say_yes("invalid@example.org")
        with transaction():
            taking_back.invalidate(invalid, now=NOON)
        withdrawn = say_yes("withdrawn@example.org")
        with transaction():
            taking_back.withdraw(withdrawn, now=NOON)
        schedule(make_update())
        work()
        assert received(outbox) == ["yes@example.org"]

    def test_a_yes_to_another_organisation_is_none_to_this(self, outbox: Outbox) -> None:
        signature = say_yes("yes@example.org")
        receipt = db.session.scalars(select(ConsentReceipt)).one()
        other = make_petition("other", updates=True)
        assert other.carriers[0].organisation_id != receipt.organisation_id
        say_yes("second@example.org")
        with transaction():
            db.session.add(
                ConsentReceipt(
                    signature_ref=signature.ref,
                    consent_text_id=receipt.consent_text_id,
                    organisation_id=other.carriers[0].organisation_id,
                    decision="yes",
                    given_at=NOON,
                )
            )
            taking_back.stop_updates(signature.ref, receipt.organisation_id, now=NOON)
        schedule(make_update())
        work()
        assert received(outbox) == ["second@example.org"]

    def test_each_in_the_language_they_signed_in_or_that_of_the_petition(
        self, outbox: Outbox
    ) -> None:
        for language in ("fr", "nl", "ar"):
            say_yes(f"{language}@example.org", language=language)
        schedule(make_update())
        work()
        written = {letter.recipient: letter.language for letter in outbox.letters(kind=KIND)}
        assert written == {
            "fr@example.org": "fr", "nl@example.org": "nl", "ar@example.org": "fr",
        }  # fmt: skip

    def test_a_region_and_a_language_narrow_it(self, outbox: Outbox) -> None:
        for number in range(5):
            say_yes(f"v{number}@example.org", language="nl")
        say_yes("w@example.org", postal_code="5000", language="nl")
        say_yes("f@example.org", language="fr")
        number = make_update()
        with transaction():
            updates.choose_recipients(number, stratum="VLG", language="nl", actor="t", now=NOON)
        schedule(number)
        work()
        assert received(outbox) == [f"v{number}@example.org" for number in range(5)]

    def test_anonymised_people_are_never_mailed(self, outbox: Outbox, petition: Petition) -> None:
        """Behaviour 88."""
        gone, kept = say_yes("gone@example.org"), say_yes("kept@example.org")
        number = make_update()
        with transaction():
            taking_back.stop_all_updates(gone.ref, now=NOON)
        after = NOON + 300 * DAY
        assert anonymise_signatures(after) == 1
        assert [each.email for each in signatures()] == [None, kept.email]
        schedule(number, at=after, now=after)
        work(after)
        assert received(outbox) == ["kept@example.org"]

    def test_who_signs_after_it_began_is_not_written_to(self, outbox: Outbox) -> None:
        people(1)
        schedule(make_update())
        work()
        say_yes("late@example.org")
        work()
        assert received(outbox) == ["p0@example.org"]


class TestNobodyTwice:
    """Behaviour 79."""

    def test_one_mailbox_that_signed_twice_gets_one_mail(self, outbox: Outbox) -> None:
        say_yes("shared@example.org")
        say_yes("Shared@example.org", given_name="Moussa")
        assert len(signatures()) == 2
        schedule(make_update())
        work()
        assert received(outbox) == ["shared@example.org"]

    def test_a_crash_between_two_batches_repeats_and_loses_nobody(
        self, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people(7)
        say_yes("P0@example.org", given_name="Moussa")
        monkeypatch.setattr(sending, "WAITING_AT_MOST", 3)
        number = make_update()
        schedule(number)
        with transaction():
            sending.advance(number, now=NOON)
        kept = sending.enqueue_batch

        def killed(*given: object, **named: object) -> object:
            kept(*given, **named)  # type: ignore[arg-type]
            raise MemoryError

        monkeypatch.setattr(sending, "enqueue_batch", killed)
        with transaction():
            _leave_all()
        with pytest.raises(MemoryError), transaction():
            sending.advance(number, now=NOON)
        monkeypatch.setattr(sending, "enqueue_batch", kept)
        for _step in range(4):
            with transaction():
                _leave_all()
            work()
        rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.batch.is_not(None)))
        assert len(list(rows)) == 7
        assert update_now(number).queued_count == 7
        assert len(list(db.session.scalars(select(PetitionUpdateRecipient.mailbox_key)))) == 7

    def test_two_workers_at_once(self, app: Flask, outbox: Outbox) -> None:
        people(6)
        schedule(make_update())
        given = at_once(app, [lambda: jobs.advance_updates(NOON)] * 3)
        assert not failures(given)
        work()
        assert sorted(received(outbox)) == [f"p{number}@example.org" for number in range(6)]

    def test_a_second_sending_of_what_was_sent_is_refused(self, delivery: Delivery) -> None:
        people(1)
        number = make_update()
        schedule(number)
        send_all(delivery)
        assert update_now(number).state == Step.SENT
        with pytest.raises(UpdateStepError):
            schedule(number)


def _leave_all() -> None:
    """As if the mail server had taken all that waits."""
    db.session.execute(
        db.update(OutboxMessage)
        .where(OutboxMessage.state == "queued")
        .values(state="sent", sealed=None, finished_at=NOON)
    )


class TestWhileItIsSent:
    def test_confirmations_go_first(self, delivery: Delivery, mail_server: MailServer) -> None:
        people(30)
        while delivery.deliver_batch():  # the mails of signing itself
            pass
        mail_server.accepted.clear()
        schedule(make_update())
        work()
        sign(email="new@example.org", now=NOON + HOUR - HOUR)
        delivery.deliver_batch()
        assert mail_server.recipients == ["new@example.org"]
        delivery.deliver_batch()
        assert len(mail_server.recipients) == 11, "a few at a time"

    def test_little_waits_in_the_outbox(
        self, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "WAITING_AT_MOST", 4)
        people(10)
        schedule(make_update())
        work()
        assert len(received(outbox)) == 4

    def test_paused_resumed_and_done(
        self, delivery: Delivery, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "WAITING_AT_MOST", 4)
        people(10)
        while delivery.deliver_batch():
            pass
        mail_server.accepted.clear()
        number = make_update()
        schedule(number)
        work()
        delivery.deliver_batch(limit=2)
        with transaction():
            updates.pause(number, actor="test", now=NOON)
        work()
        assert delivery.deliver_batch() == 0
        assert len(mail_server.recipients) == 2
        with transaction():
            updates.resume(number, actor="test", now=NOON)
        send_all(delivery)
        assert sorted(mail_server.recipients) == [f"p{number}@example.org" for number in range(10)]
        done = update_now(number)
        assert (done.state, done.queued_count) == (Step.SENT, 10)
        assert jobs.settle_updates(NOON + HOUR) == 1
        assert update_now(number).sent_count == 10

    def test_cancelled_nothing_more_leaves(self, delivery: Delivery, outbox: Outbox) -> None:
        """Behaviour 78."""
        people(3)
        number = make_update()
        schedule(number, is_public=True)
        work()
        assert petition_by_slug(SLUG).news_count == 1  # type: ignore[union-attr]
        with transaction():
            updates.cancel(number, actor="test", now=NOON)
        work()
        assert received(outbox) == []
        db.session.expire_all()
        assert petition_by_slug(SLUG).news_count == 0  # type: ignore[union-attr]
        jobs.settle_updates(NOON + HOUR)
        assert update_now(number).stopped_count == 3

    def test_whoever_stops_the_mails_meanwhile_does_not_get_it(self, outbox: Outbox) -> None:
        people(3)
        number = make_update()
        schedule(number)
        work()
        first, second, _third = signatures()
        organisation_id = update_now(number).organisation_id
        with transaction():
            taking_back.stop_updates(first.ref, organisation_id, now=NOON)
        with transaction():
            taking_back.withdraw(second, now=NOON)
        assert received(outbox) == ["p2@example.org"]
        marks = db.session.scalars(select(PetitionUpdateRecipient.mailbox_key)).all()
        assert len(marks) == 2, "who withdrew is forgotten here too"

    def test_a_petition_taken_down_holds_it(self, outbox: Outbox, petition: Petition) -> None:
        people(2)
        number = make_update()
        schedule(number)
        work()
        with transaction():
            move_to(petition_by_slug(SLUG), "suspended", actor="test", now=NOON)  # type: ignore[arg-type]
        work()
        assert update_now(number).state == Step.PAUSED
        assert received(outbox) == []

    def test_left_paused_for_two_weeks_it_ends(self, outbox: Outbox) -> None:
        people(1)
        number = make_update()
        schedule(number)
        work()
        with transaction():
            updates.pause(number, actor="test", now=NOON)
        jobs.settle_updates(NOON + 13 * DAY)
        assert update_now(number).state == Step.PAUSED
        jobs.settle_updates(NOON + 14 * DAY)
        assert update_now(number).state == Step.CANCELLED

    @pytest.mark.parametrize(
        "act", [updates.pause, updates.resume, updates.cancel, updates.take_back]
    )
    def test_an_act_that_comes_too_late_changes_nothing(self, act: Callable[..., None]) -> None:
        people(1)
        number = make_update()
        with pytest.raises(UpdateStepError), transaction():
            act(number, actor="test", now=NOON)
        assert update_now(number).state == Step.DRAFT


class TestWhatBecomesOfIt:
    def test_a_temporary_refusal_is_tried_again_and_a_dead_mailbox_never(
        self, delivery: Delivery, mail_server: MailServer, clock: object
    ) -> None:
        """Behaviour 82."""
        people(3)
        while delivery.deliver_batch():
            pass
        mail_server.accepted.clear()
        mail_server.answers["p0@example.org"] = "451 4.2.1 later"
        mail_server.answers["p1@example.org"] = "550 5.1.1 no such mailbox"
        number = make_update()
        schedule(number)
        send_all(delivery)
        assert mail_server.recipients == ["p2@example.org"]
        assert update_now(number).state == Step.SENDING, "one is still to be tried again"
        del mail_server.answers["p0@example.org"]
        clock.advance(minutes=2)  # type: ignore[attr-defined]
        send_all(delivery)
        assert mail_server.recipients == ["p2@example.org", "p0@example.org"]
        jobs.settle_updates(NOON + HOUR)
        done = update_now(number)
        assert (done.sent_count, done.failed_count) == (2, 1)
        assert [decisions(each) for each in signatures()] == [
            ["yes"], ["yes", "bounced"], ["yes"],
        ]  # fmt: skip

    def test_a_suppressed_mailbox_is_skipped_and_counted(self, outbox: Outbox) -> None:
        people(2)
        with transaction():
            suppress(address="P0@example.org", reason="complained", now=NOON)
        number = make_update()
        schedule(number)
        work()
        assert received(outbox) == ["p1@example.org"]
        assert update_now(number).skipped_count == 1
        assert decisions(signatures()[0]) == ["yes", "complained"]

    def test_to_whom_it_went_is_forgotten_after_a_month(self, delivery: Delivery) -> None:
        people(2)
        number = make_update()
        schedule(number)
        send_all(delivery)
        jobs.settle_updates(NOON + HOUR)
        assert personal_data.count_recipients(NOON + 29 * DAY) == 0
        assert personal_data.count_recipients(NOON + 31 * DAY) == 2
        keys, _more = personal_data.find_recipients(NOON + 31 * DAY, 0)
        with transaction():
            assert personal_data.forget_recipients(keys, NOON + 31 * DAY) == 2

    def test_the_mail_is_text_and_html_with_one_click_to_stop(self, outbox: Outbox) -> None:
        """Behaviour 80, RFC 8058."""
        people(1)
        schedule(make_update())
        work()
        mail = outbox.last("p0@example.org", KIND)
        assert mail["Subject"] == TEXTS["fr"][0]
        assert "/fr/unsubscribe/" in mail["List-Unsubscribe"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "- Lire <https://example.org/a>" in text_of(mail)
        assert "<strong>mardi</strong>" in html_of(mail)
        assert "<img" not in html_of(mail)

    def test_each_step_is_in_the_log_without_a_person(self) -> None:
        people(1)
        number = make_update()
        schedule(number)
        work()
        acts = [entry.act for entry in entries_about(f"petition:{SLUG}")]
        assert [act for act in acts if act.startswith("update.")] == [
            "update.started", "update.written", "update.written", "update.scheduled", "update.began",
        ]  # fmt: skip

    def test_nothing_is_left_of_a_deleted_draft(self) -> None:
        number = make_update()
        with transaction():
            updates.delete_update(number, actor="test", now=NOON)
        assert db.session.scalars(select(PetitionUpdate)).all() == []
