"""Reading a petition before it opens, and deciding about it."""

from datetime import timedelta

import pytest
from flask import Flask

from campaign.accounts.operations.mail_choices import choose_mails
from campaign.accounts.permissions import Role
from campaign.accounts.rules.mail_choices import MailKind
from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.models import ModerationCase, Petition, PetitionOrganisation
from campaign.petitions.operations import deciding, moderating, publishing
from campaign.petitions.operations.deciding import seen_as
from campaign.petitions.pages.moderating import similar_to
from campaign.petitions.queries import moderating as queries
from campaign.petitions.queries.petitions import petition_by_slug, signing_terms
from campaign.petitions.rules import moderating as rules
from campaign.petitions.rules.moderating import Act, Gap
from tests.conftest import Clock
from tests.factories.accounts import make_account
from tests.factories.moderating import (
    READER,
    SLUG,
    claim,
    decide,
    make_submitted,
    petition_now,
    reword,
)
from tests.factories.petitions import (
    NOON,
    make_confirmed,
    make_organisation,
    make_petition,
    queued_kinds,
    sign,
    signatures,
)
from tests.factories.retention import forget_by
from tests.mailbox import Outbox, text_of
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app", "clock")
TOLD = "petitions/decision_told"


def case() -> ModerationCase:
    found = queries.case_of(petition_now().id)
    assert found is not None
    return found


def acts() -> list[str]:
    return [entry.act for entry in entries_about(f"petition:{SLUG}")]


class TestClaiming:
    def test_the_first_one_takes_it_and_it_is_in_moderation(self) -> None:
        make_submitted()
        claim()
        assert petition_now().state == "in_moderation"
        assert case().claimed_by == READER
        assert acts()[-2:] == ["petition.in_moderation", "moderation.claimed"]

    def test_two_moderators_do_not_read_one_petition_unknowingly(self) -> None:
        """Behaviour 58: whoever did not see the first on the screen does not take it over."""
        make_submitted()
        claim()
        with pytest.raises(rules.ClaimedError):
            claim(actor="account:2")
        assert case().claimed_by == READER
        claim(actor="account:2", seen=READER)
        assert case().claimed_by == "account:2"
        assert acts()[-1] == "moderation.taken_over"
        with pytest.raises(rules.ClaimedError):
            claim(actor="account:3", seen=READER)

    def test_of_two_at_once_one_takes_it(self, app: Flask) -> None:
        """Behaviour 58."""
        number = make_submitted().id

        def take(actor: str) -> None:
            with app.app_context(), transaction():
                moderating.claim(number, seen="", actor=actor, now=NOON)

        ended = at_once(app, [lambda: take("account:1"), lambda: take("account:2")])
        assert [type(each) for each in failures(ended)] == [rules.ClaimedError]

    def test_to_take_what_one_has_changes_nothing(self) -> None:
        make_submitted()
        claim()
        before = acts()
        claim()
        assert acts() == before

    def test_one_lets_go_only_of_what_one_has(self) -> None:
        number = make_submitted().id
        claim()
        with pytest.raises(rules.NotClaimedError), transaction():
            moderating.release(number, actor="account:2", now=NOON)
        with transaction():
            moderating.release(number, actor=READER, now=NOON)
        assert case().claimed_by == ""

    def test_what_does_not_wait_is_not_taken(self) -> None:
        make_petition()
        with pytest.raises(rules.NotNowError):
            claim()

    def test_a_claim_ends_when_the_petition_goes_back_and_comes_again(self) -> None:
        petition = make_submitted()
        claim()
        with transaction():
            publishing.move_along(
                petition_by_slug(SLUG),  # type: ignore[arg-type]
                ["in_moderation", "draft", "submitted"],
                actor="test",
                now=NOON,
            )
        claim(actor="account:2")
        assert (petition_now().state, case().claimed_by) == ("in_moderation", "account:2")
        assert petition.id == petition_now().id


class TestMarking:
    @pytest.mark.parametrize("mark", ["flagged", "dormant", ""])
    def test_flagging_and_setting_aside_mail_nobody(self, mark: str) -> None:
        """Behaviour 55."""
        number = make_submitted().id
        with transaction():
            moderating.set_mark(number, mark, actor=READER, now=NOON)
        assert case().mark == mark
        assert queued_kinds() == []

    def test_what_is_set_aside_leaves_the_queue_and_what_is_flagged_does_not(self) -> None:
        number = make_submitted().id
        for mark, waits in (("flagged", 1), ("dormant", 0)):
            with transaction():
                moderating.set_mark(number, mark, actor=READER, now=NOON)
            assert len(queries.queue("waiting", None, actor=READER, now=NOON)) == waits
            assert len(queries.queue("aside", None, actor=READER, now=NOON)) == 1

    def test_a_mark_that_is_none_is_refused(self) -> None:
        number = make_submitted().id
        with pytest.raises(rules.NotNowError), transaction():
            moderating.set_mark(number, "burnt", actor=READER, now=NOON)


class TestNotes:
    def write(self, notes: str, version: int, actor: str = READER) -> int:
        number = petition_now().id
        with transaction():
            return moderating.write_notes(number, notes, version=version, actor=actor, now=NOON)

    def test_are_kept_and_nobody_writes_over_anothers_unread(self) -> None:
        """Behaviour 111."""
        make_submitted()
        assert self.write("Ask for the source.", 0) == 1
        with pytest.raises(rules.NotesChangedError):
            self.write("Something else.", 0, "account:2")
        assert case().notes == "Ask for the source."
        assert self.write("Ask for the source. Asked.", 1, "account:2") == 2

    def test_sent_twice_they_are_kept_once(self) -> None:
        make_submitted()
        assert self.write("Twice", 0) == 1
        assert self.write("Twice", 0) == 1

    def test_endless_ones_are_refused(self) -> None:
        make_submitted()
        with pytest.raises(rules.NotesTooLongError):
            self.write("x" * 8001, 0)

    def test_are_erased_six_months_after_the_last_word(self, clock: Clock) -> None:
        make_submitted()
        self.write("Somebody called.", 0)
        assert forget_by("notes", NOON + timedelta(days=182)) == 0
        assert forget_by("notes", NOON + timedelta(days=184)) == 1
        assert case().notes == ""


class TestApproving:
    def test_makes_it_signable_and_mails_who_carries_it_only_if_asked(self, outbox: Outbox) -> None:
        """Behaviour 50."""
        make_submitted()
        claim()
        decide(Act.APPROVE)
        petition = petition_now()
        assert (petition.state, petition.opens_at) == ("open", NOON)
        assert queued_kinds() == []
        sign()
        assert len(signatures()) == 1

    def test_mails_the_organisation_in_its_language_when_asked(self, outbox: Outbox) -> None:
        """Behaviour 50."""
        make_submitted()
        claim()
        decide(Act.APPROVE, is_told=True, comment="Bravo.")
        assert queued_kinds() == [TOLD]
        letter = outbox.last(f"{SLUG}-lead@example.org")
        assert "Bravo." in text_of(letter)

    def test_somebody_of_the_organisation_who_asked_for_such_mails_is_told_too(
        self, outbox: Outbox
    ) -> None:
        make_submitted()
        place = make_organisation(f"{SLUG}-lead")
        asking = make_account("Palabre", Role.EDITOR, organisation=place)
        with transaction():
            choose_mails(
                account=asking, organisation_id=place.id, wanted={MailKind.MODERATION}, now=NOON
            )
        claim()
        decide(Act.APPROVE, is_told=True)
        assert queued_kinds() == [TOLD, TOLD]
        assert "/workspace/mails/stop/" in text_of(outbox.last(asking.email))

    @pytest.mark.parametrize("words", ["Appelez le 0470 12 34 56.", "Dossier OE 8.123.456"])
    def test_a_text_with_a_number_that_leads_to_somebody_stays_closed(self, words: str) -> None:
        """Behaviour 64."""
        make_submitted()
        reword(letter=words)
        claim()
        with pytest.raises(rules.NotReadyError) as refusal:
            decide(Act.APPROVE, looked_at=True)
        assert refusal.value.gaps == {Gap.NUMBERS}
        assert petition_now().state == "in_moderation"

    def test_a_name_of_a_guard_is_stopped_until_somebody_has_looked(self) -> None:
        """Behaviour 64."""
        make_submitted()
        reword(demands="Le gardien Dupont Exemple doit partir.")
        claim()
        with pytest.raises(rules.NotReadyError) as refusal:
            decide(Act.APPROVE)
        assert refusal.value.gaps == {Gap.NAMED}
        decide(Act.APPROVE, looked_at=True)
        assert petition_now().state == "open"

    def test_a_last_day_that_has_passed_keeps_it_closed(self) -> None:
        make_submitted(closes_at=NOON)
        claim()
        with pytest.raises(rules.NotReadyError) as refusal:
            decide(Act.APPROVE)
        assert refusal.value.gaps == {Gap.CLOSING}

    def test_without_words_to_agree_to_it_stays_closed(self) -> None:
        make_submitted()
        with transaction():
            petition_by_slug(SLUG).source_language = "pt"  # type: ignore[union-attr]
        claim()
        with pytest.raises(rules.NotReadyError) as refusal:
            decide(Act.APPROVE)
        assert refusal.value.gaps == {Gap.WORDING, Gap.CONSENT}

    def test_nobody_decides_who_has_not_taken_it(self) -> None:
        """Behaviour 58."""
        make_submitted()
        with pytest.raises(rules.NotClaimedError):
            decide(Act.APPROVE)
        claim(actor="account:2")
        with pytest.raises(rules.ClaimedError):
            decide(Act.APPROVE)

    def test_a_decision_about_another_text_than_was_read_is_refused(self) -> None:
        """Behaviour 58."""
        make_submitted()
        claim()
        read = seen_as(petition_now())
        reword(ask="We ask for something else.")
        with pytest.raises(rules.ChangedMeanwhileError):
            decide(Act.APPROVE, seen=read)
        assert petition_now().state == "in_moderation"

    def test_decided_twice_at_once_it_is_decided_once(self, app: Flask) -> None:
        make_submitted()
        claim()
        petition = petition_now()
        number, read = petition.id, seen_as(petition)

        def approve() -> None:
            with app.app_context(), transaction():
                deciding.decide(
                    number,
                    rules.Decision(Act.APPROVE),
                    seen=read,
                    is_told=True,
                    is_higher=True,
                    actor=READER,
                    now=NOON,
                )

        ended = at_once(app, [approve, approve])
        assert len(failures(ended)) == 1
        assert queued_kinds() == [TOLD]
        assert len(queries.decisions_of(number)) == 1


class TestReturningAndRejecting:
    def test_comments_come_with_the_petition_when_it_goes_back(self, outbox: Outbox) -> None:
        make_submitted()
        claim()
        decide(Act.RETURN, comment="Say which law.", is_told=True)
        assert petition_now().state == "draft"
        decision = queries.last_decision(petition_now().id)
        assert decision is not None
        assert (decision.act, decision.comment) == ("return", "Say which law.")
        assert "Say which law." in text_of(outbox.last(f"{SLUG}-lead@example.org"))
        assert case().claimed_by == ""

    def test_a_rejection_without_a_reason_changes_nothing(self) -> None:
        """Behaviour 51."""
        make_submitted()
        claim()
        with pytest.raises(rules.ReasonNeededError):
            decide(Act.REJECT)
        assert petition_now().state == "in_moderation"
        assert queries.decisions_of(petition_now().id) == []

    def test_what_is_rejected_keeps_its_reason_and_takes_no_signature(self) -> None:
        """Behaviour 52."""
        make_submitted()
        claim()
        decide(Act.REJECT, reason="unclear")
        petition = petition_now()
        assert (petition.state, petition.rejection_reason) == ("rejected", "unclear")

    @pytest.mark.parametrize(
        ("reason", "is_hidden"), [("defamatory", False), ("unclear", True), ("duplicate", True)]
    )
    def test_it_is_hidden_for_a_reason_like_libel_and_for_any_by_hand(
        self, reason: str, is_hidden: bool
    ) -> None:
        """Behaviours 53 and 54."""
        make_submitted()
        claim()
        decide(Act.REJECT, reason=reason, is_hidden=is_hidden)
        assert petition_now().state == "hidden"

    def test_restoring_takes_the_higher_role_and_it_waits_anew(self) -> None:
        """Behaviour 56."""
        make_submitted(waits=timedelta(days=20))
        claim()
        decide(Act.REJECT, reason="unclear")
        with pytest.raises(rules.HigherRoleError):
            decide(Act.RESTORE, is_higher=False)
        assert petition_now().state == "rejected"
        decide(Act.RESTORE)
        petition = petition_now()
        assert (petition.state, petition.rejection_reason) == ("in_moderation", "")
        assert petition.submitted_at == NOON


class TestWhoDecides:
    def test_the_first_petition_of_an_organisation_takes_an_administrator(self) -> None:
        make_submitted()
        claim()
        with pytest.raises(rules.FirstOneError):
            decide(Act.APPROVE, is_higher=False)
        decide(Act.RETURN, is_higher=False, comment="Shorter.")

    def test_after_one_was_opened_its_moderators_decide(self) -> None:
        earlier = make_petition("earlier")
        make_submitted()
        lead = make_organisation(f"{SLUG}-lead")
        with transaction():
            db.session.add(
                PetitionOrganisation(
                    petition_id=earlier.id, organisation_id=lead.id, position=1, role="partner"
                )
            )
        claim()
        decide(Act.APPROVE, is_higher=False)
        assert petition_now().state == "open"

    def test_who_handed_it_in_decides_only_where_nobody_else_can(self) -> None:
        make_submitted(writer=READER)
        claim()
        other = make_account("Kora", is_administrator=True)
        assert other.actor != READER or other.id == 1
        make_account("Balafon", is_administrator=True)
        with pytest.raises(rules.OwnPetitionError):
            decide(Act.APPROVE)

    def test_who_gave_it_back_is_no_writer_of_it(self) -> None:
        make_submitted()
        claim()
        decide(Act.RETURN, comment="Shorter.")
        with transaction():
            publishing.move_to(petition_by_slug(SLUG), "submitted", actor="test", now=NOON)  # type: ignore[arg-type]
        make_account("Kora", is_administrator=True)
        make_account("Balafon", is_administrator=True)
        claim()
        decide(Act.APPROVE)
        assert petition_now().state == "open"

    def test_alone_one_decides_about_ones_own(self) -> None:
        make_submitted(writer=READER)
        claim()
        decide(Act.APPROVE)
        assert petition_now().state == "open"

    def test_a_moderator_without_second_factor_is_nobody_else(self) -> None:
        make_submitted(writer="account:99")
        make_account(
            "Kora", Role.MODERATOR, organisation=make_organisation(f"{SLUG}-lead"), has_factor=False
        )
        claim(actor="account:99")
        decide(Act.APPROVE, actor="account:99")
        assert petition_now().state == "open"


class TestStopping:
    @pytest.mark.parametrize("state", ["suspended", "hidden", "removed"])
    def test_it_comes_back_as_it_was_by_the_higher_role_only(self, state: str) -> None:
        """Behaviours 56 and 57."""
        make_petition()
        closes_at = petition_now().closes_at
        decide(Act.STOP, reason="endangers", stops_as=state)
        assert petition_now().state == state
        with pytest.raises(rules.HigherRoleError):
            decide(Act.RESTORE, is_higher=False)
        decide(Act.RESTORE)
        petition = petition_now()
        assert (petition.state, petition.closes_at) == ("open", closes_at)
        assert signing_terms(petition, "fr") is not None

    def test_a_moderator_stops_it_and_does_not_remove_it(self) -> None:
        """Behaviour 57."""
        make_petition()
        with pytest.raises(rules.HigherRoleError):
            decide(Act.STOP, reason="endangers", stops_as="removed", is_higher=False)
        decide(Act.STOP, reason="endangers", stops_as="hidden", is_higher=False)
        assert petition_now().state == "hidden"

    def test_each_step_is_undone_apart(self) -> None:
        make_petition()
        for state in ("suspended", "hidden", "removed"):
            decide(Act.STOP, reason="legal_order", stops_as=state)
        for state in ("hidden", "suspended", "open"):
            decide(Act.RESTORE)
            assert petition_now().state == state

    def test_what_is_handed_over_comes_back_handed_over(self) -> None:
        make_petition(state="handed_over")
        decide(Act.STOP, reason="legal_order", stops_as="hidden")
        decide(Act.RESTORE)
        assert petition_now().state == "handed_over"

    def test_what_was_never_public_is_not_stopped(self) -> None:
        make_submitted()
        with pytest.raises(rules.NotNowError):
            decide(Act.STOP, reason="endangers", stops_as="hidden")

    @pytest.mark.parametrize("state", ["suspended", "hidden", "removed"])
    def test_signatories_get_no_mail_while_it_is_stopped(self, state: str, clock: Clock) -> None:
        make_petition()
        sign()
        make_confirmed(email="b@example.org", given_name="Binta", postal_code="1000")
        decide(Act.STOP, reason="legal_order", stops_as=state)
        before = queued_kinds()
        later = NOON + timedelta(days=4)
        jobs.send_reminders(later)
        jobs.send_official_reminders(later)
        jobs.tell_organisers(later)
        assert queued_kinds() == before

    def test_signatures_are_kept(self) -> None:
        make_petition()
        make_confirmed()
        decide(Act.STOP, reason="false_signatures", stops_as="removed")
        assert [each.state for each in signatures()] == ["confirmed"]
        assert signatures()[0].email


class TestTelling:
    def test_a_delay_is_told_and_changes_nothing_else(self, outbox: Outbox) -> None:
        make_submitted(waits=timedelta(days=15))
        decide(Act.DELAY, is_told=True)
        assert petition_now().state == "submitted"
        assert case().told_of_delay_at == NOON
        assert queued_kinds() == [TOLD]
        assert queries.last_decision(petition_now().id) is None

    def test_who_has_no_address_is_not_written_to(self) -> None:
        make_submitted()
        with transaction():
            for part in petition_by_slug(SLUG).carriers:  # type: ignore[union-attr]
                part.organisation.contact_email = ""
        claim()
        decide(Act.APPROVE, is_told=True)
        assert queued_kinds() == []

    def test_how_quick_answers_were_is_known(self) -> None:
        for slug, days in (("one", 2), ("two", 9)):
            make_submitted(slug, waits=timedelta(days=days))
            claim(slug)
            decide(Act.RETURN, slug, comment="Shorter.")
        found = queries.throughput(NOON - timedelta(days=90), None)
        assert (found.answered, found.in_good_time) == (2, 1)


def test_the_queue_of_a_moderator_holds_what_their_organisations_carry() -> None:
    make_submitted(waits=timedelta(days=15))
    make_submitted("other")
    mine = [make_organisation(f"{SLUG}-lead").id]

    def slugs(chosen: str, ids: list[int] | None) -> list[str]:
        return [line.petition.slug for line in queries.queue(chosen, ids, actor=READER, now=NOON)]

    assert slugs("waiting", mine) == [SLUG]
    assert slugs("waiting", None) == [SLUG, "other"]
    assert slugs("overdue", None) == [SLUG]
    assert slugs("mine", None) == []
    claim("other")
    assert slugs("mine", None) == ["other"]


def test_similar_petitions_are_those_that_share_words_and_that_the_public_sees() -> None:
    """Behaviour 62, for who reads a petition before it opens."""
    make_petition("shown")
    make_submitted("unseen")
    petition: Petition = make_submitted()
    assert [each.slug for each in similar_to(petition, "en")] == ["shown"]
