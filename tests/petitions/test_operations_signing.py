"""Operations: sign, confirm, withdraw, say it was not me."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign.consents.models import ConsentReceipt, ConsentText
from campaign.core.db import db, transaction
from campaign.petitions.models import Signature, TallyEntry
from campaign.petitions.operations import confirming, publishing, signing, taking_back
from campaign.petitions.operations.blocking import block
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.signing import NotOpenError
from tests.conftest import Clock
from tests.factories.petitions import (
    NOON,
    confirm,
    make_confirmed,
    make_petition,
    queued_kinds,
    sign,
    signatures,
    terms_of,
    token_of,
)
from tests.mailbox import Outbox

pytestmark = pytest.mark.usefixtures("app", "clock")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def states(slug: str = "clear-criteria") -> list[str]:
    return [signature.state for signature in signatures(slug)]


def changes() -> list[tuple[str, int]]:
    rows = db.session.execute(select(TallyEntry.stratum, TallyEntry.change).order_by(TallyEntry.id))
    return [(row.stratum, row.change) for row in rows]


def receipts() -> list[tuple[bytes, str]]:
    rows = db.session.execute(
        select(ConsentReceipt.signature_ref, ConsentReceipt.decision).order_by(ConsentReceipt.id)
    )
    return [(bytes(row.signature_ref), row.decision) for row in rows]


def withdraw(signature: Signature) -> None:
    with transaction():
        taking_back.withdraw(signature, now=NOON)


class TestSigning:
    def test_a_signature_waits_and_its_mail_leaves_in_the_same_transaction(self) -> None:
        make_petition()
        sign()
        [signature] = signatures()
        assert (signature.state, signature.stratum, signature.postal_code) == (
            "pending",
            "VLG",
            "9000",
        )
        assert signature.mail_count == 1
        assert queued_kinds() == ["petitions/confirm_signature"]
        assert changes() == []

    def test_what_was_agreed_to_is_kept_with_language_hash_and_time(self) -> None:
        make_petition()
        sign(language="nl")
        [signature] = signatures()
        text = db.session.get_one(ConsentText, signature.consent_text_id)
        assert text.body == "I explicitly agree (nl, clear-criteria)."
        assert (signature.consent_language, bytes(signature.consent_sha256)) == (
            "nl",
            bytes(text.sha256),
        )
        assert signature.consented_at == NOON

    def test_personal_columns_are_unreadable_in_the_database(self) -> None:
        make_petition()
        sign()
        columns = "given_name, family_name, email, email_key, name_key"
        row = db.session.connection().exec_driver_sql(f"SELECT {columns} FROM signature").one()
        stored = b" ".join(bytes(value) for value in row).lower()
        assert not [word for word in (b"awa", b"exemple") if word in stored]

    def test_the_token_itself_is_nowhere_in_the_database(self) -> None:
        """R9."""
        make_petition()
        sign()
        [signature] = signatures()
        assert signature.confirm_digest is not None
        assert token_of(signature).encode() not in bytes(signature.confirm_digest)
        assert len(token_of(signature)) >= 43

    def test_abroad_is_counted_abroad_without_a_postal_code(self) -> None:
        """Behaviour 9."""
        make_petition()
        sign(country="ML", postal_code="9000")
        [signature] = signatures()
        assert (signature.stratum, signature.country, signature.postal_code) == (
            "ABROAD",
            "ML",
            None,
        )

    @pytest.mark.parametrize("state", ["closed", "suspended", "rejected", "handed_over"])
    def test_closing_between_form_and_submit_refuses_and_keeps_nothing(self, state: str) -> None:
        """Behaviour 19."""
        make_petition()
        terms = terms_of()
        with transaction():
            way = ["closed", "handed_over"] if state == "handed_over" else [state]
            for each in way:
                publishing.move_to(petition_by_slug("clear-criteria"), each, actor="test", now=NOON)  # type: ignore[arg-type]
        assert terms.state == "open"
        with pytest.raises(NotOpenError):
            sign()
        assert signatures() == []
        assert queued_kinds() == []

    def test_the_last_second_counts_and_the_next_does_not(self) -> None:
        make_petition()
        closes_at = NOON + 90 * DAY
        sign(now=closes_at - timedelta(seconds=1))
        with pytest.raises(NotOpenError):
            sign(now=closes_at, email="late@example.org")
        assert len(signatures()) == 1


class TestOneMailbox:
    def test_the_same_person_again_is_one_signature_and_a_second_mail_with_the_same_link(
        self, outbox: Outbox
    ) -> None:
        """Behaviour 15: a pending duplicate gets the link again."""
        make_petition()
        sign()
        sign(given_name="AWA", family_name="Exemplé", now=NOON + HOUR)
        assert states() == ["pending"]
        links = {letter.context["confirm_path"] for letter in outbox.letters()}
        assert (len(outbox), len(links)) == (2, 1)

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("awa.exemple@gmail.com", "AwaExemple+news@googlemail.com"),
            ("awa@example.org", "AWA@EXAMPLE.ORG"),
            ("awa@proton.me", "a.w-a_+x@protonmail.com"),
            ("awa@outlook.com", "awa+petition@outlook.com"),
        ],
    )
    def test_variants_of_one_address_are_one_person(self, first: str, second: str) -> None:
        """Behaviour 14."""
        make_petition()
        sign(email=first)
        sign(email=second)
        assert states() == ["pending"]

    def test_a_plus_where_the_provider_documents_none_is_another_mailbox(self) -> None:
        make_petition()
        sign(email="awa@example.org")
        sign(email="awa+1@example.org")
        assert len(states()) == 2

    def test_two_people_may_share_a_mailbox(self) -> None:
        """Behaviour 10, R11."""
        make_petition()
        make_confirmed()
        make_confirmed(given_name="Binta")
        assert states() == ["confirmed", "confirmed"]
        assert changes() == [("VLG", 1), ("VLG", 1)]

    def test_three_may_not(self, outbox: Outbox) -> None:
        """Behaviour 13: and the mail tells the truth."""
        make_petition()
        make_confirmed()
        make_confirmed(given_name="Binta")
        sign(given_name="Cheick")
        assert len(signatures()) == 2
        assert outbox.letters()[-1].kind == "petitions/already_signed"

    def test_another_name_at_another_place_repeats_the_first(self) -> None:
        """Behaviour 12."""
        make_petition()
        make_confirmed()
        sign(given_name="Binta", postal_code="1000")
        assert states() == ["confirmed"]
        assert changes() == [("VLG", 1)]
        assert queued_kinds()[-1] == "petitions/already_signed"

    def test_a_confirmed_person_who_signs_again_is_told_by_mail_and_counted_once(self) -> None:
        """Behaviour 11, R11."""
        make_petition()
        make_confirmed()
        sign()
        assert states() == ["confirmed"]
        assert changes() == [("VLG", 1)]
        assert queued_kinds() == ["petitions/confirm_signature", "petitions/already_signed"]

    def test_the_second_of_a_household_is_the_same_person_after_the_first_has_left(self) -> None:
        """Behaviours 11 and 13: the free place is not a second vote for the one who stays."""
        make_petition()
        first = make_confirmed()
        make_confirmed(given_name="Binta")
        withdraw(first)
        sign(given_name="Binta")
        assert states() == ["withdrawn", "confirmed"]

    def test_somebody_else_may_take_the_place_of_one_who_left(self) -> None:
        """Behaviour 10."""
        make_petition()
        first = make_confirmed()
        make_confirmed(given_name="Binta")
        withdraw(first)
        sign(given_name="Cheick")
        sign(given_name="Dado")
        assert states() == ["withdrawn", "confirmed", "pending"]

    def test_one_mailbox_signs_two_petitions(self) -> None:
        make_petition()
        make_petition("another")
        sign()
        sign("another")
        [one], [other] = signatures(), signatures("another")
        assert bytes(one.email_key or b"") != bytes(other.email_key or b"")

    def test_no_more_than_five_mails_ever_leave_for_one_signature(self) -> None:
        """Behaviour 16: confirmations, repeats, and after confirming too."""
        make_petition()
        for hour in range(4):
            sign(now=NOON + hour * HOUR)
        confirm(signatures()[0])
        for hour in range(8):
            sign(now=NOON + hour * HOUR)
        assert len(queued_kinds()) == 5
        assert signatures()[0].mail_count == 5

    def test_a_mailbox_written_to_too_often_gets_no_mail_and_nothing_else_differs(self) -> None:
        make_petition()
        sign(may_mail=False)
        assert states() == ["pending"]
        assert queued_kinds() == []
        assert signatures()[0].mail_count == 0

    def test_an_expired_pending_signature_gets_a_new_link(self) -> None:
        """Behaviour 15, R9: the link of the second mail works."""
        make_petition()
        sign()
        old = token_of(signatures()[0])
        sign(now=NOON + 8 * DAY)
        [signature] = signatures()
        assert token_of(signature) != old
        confirm(signature, now=NOON + 9 * DAY)
        assert states() == ["confirmed"]


class TestTypingAgain:
    """As long as nobody has confirmed, what was typed last stands, and only its own link confirms it."""

    def test_a_mended_postal_code_is_the_one_that_is_confirmed(self) -> None:
        make_petition()
        sign(postal_code="4000")
        before = token_of(signatures()[0])
        sign(postal_code="9000", now=NOON + timedelta(minutes=20))
        (signature,) = signatures()
        assert (signature.stratum, signature.postal_code) == ("VLG", "9000")
        assert token_of(signature) != before
        with pytest.raises(confirming.LinkUnknownError), transaction():
            confirming.confirm(before, now=NOON + timedelta(minutes=30))
        with transaction():
            confirming.confirm(token_of(signature), now=NOON + timedelta(minutes=30))
        assert states() == ["confirmed"]

    def test_what_a_stranger_typed_first_does_not_stand_in_for_the_owner(self) -> None:
        make_petition()
        sign(given_name="Fake", family_name="Name", country="FR", postal_code="")
        sign(given_name="Awa", family_name="Exemple", now=NOON + timedelta(minutes=20))
        (signature,) = signatures()
        assert (signature.given_name, signature.country) == ("Awa", "BE")
        assert signature.mail_count == 2

    def test_a_yes_that_was_taken_back_while_typing_again_is_gone(self) -> None:
        petition = make_petition(updates=True)
        offer = f"updates_{petition.carriers[0].organisation_id}"
        sign(**{offer: "yes"})
        before = token_of(signatures()[0])
        sign(now=NOON + timedelta(minutes=20), **{offer: "no"})
        assert receipts() == []
        assert token_of(signatures()[0]) != before
        sign(now=NOON + timedelta(minutes=40), **{offer: "yes"})
        assert [decision for _ref, decision in receipts()] == ["yes"]

    def test_a_third_person_writes_over_nobody(self) -> None:
        make_petition()
        sign(given_name="Ali")
        sign(given_name="Awa")
        sign(given_name="Binta", now=NOON + timedelta(minutes=20))
        assert {signature.given_name for signature in signatures()} == {"Ali", "Awa"}

    def test_the_second_of_a_household_does_not_move_to_another_region(self) -> None:
        """Behaviour 12: else one mailbox would count in two regions, in two steps."""
        make_petition()
        sign(given_name="Ali", postal_code="9000")
        sign(given_name="Awa", postal_code="9000")
        sign(given_name="Awa", postal_code="4000", now=NOON + timedelta(minutes=20))
        assert [signature.postal_code for signature in signatures()] == ["9000", "9000"]
        assert signatures()[1].mail_count == 2

    def test_without_a_mail_nothing_changes(self) -> None:
        """Else somebody could change, unseen, what the owner is about to confirm."""
        make_petition()
        sign(postal_code="9000")
        sign(postal_code="4000", may_mail=False, now=NOON + timedelta(minutes=5))
        assert signatures()[0].postal_code == "9000"

    def test_a_confirmed_signature_is_not_written_over(self) -> None:
        make_petition()
        make_confirmed(postal_code="9000")
        sign(postal_code="4000", now=NOON + timedelta(minutes=20))
        assert signatures()[0].postal_code == "9000"


class TestUpdates:
    def test_a_yes_is_a_receipt_and_a_no_leaves_no_row(self) -> None:
        petition = make_petition(updates=True)
        offer = f"updates_{petition.carriers[0].organisation_id}"
        sign(**{offer: "no"})
        sign(email="b@example.org")
        assert receipts() == []
        sign(email="c@example.org", **{offer: "yes"})
        assert receipts() == [(bytes(signatures()[-1].ref), "yes")]

    def test_withdrawing_forgets_the_yes_too(self) -> None:
        petition = make_petition(updates=True)
        signature = make_confirmed(**{f"updates_{petition.carriers[0].organisation_id}": "yes"})
        withdraw(signature)
        withdraw(signature)
        assert receipts() == []

    def test_saying_it_was_not_me_deletes_the_yes_too(self) -> None:
        """R9: nothing stays of what somebody else typed."""
        petition = make_petition(updates=True)
        sign(**{f"updates_{petition.carriers[0].organisation_id}": "yes"})
        with transaction():
            taking_back.disown(token_of(signatures()[0]), now=NOON)
        assert signatures() == []
        assert receipts() == []

    def test_stopping_twice_is_harmless(self) -> None:
        """Behaviour 80."""
        petition = make_petition(updates=True)
        organisation_id = petition.carriers[0].organisation_id
        signature = make_confirmed(**{f"updates_{organisation_id}": "yes"})
        for _time in range(2):
            with transaction():
                taking_back.stop_updates(signature.ref, organisation_id, now=NOON)
        assert [decision for _ref, decision in receipts()] == ["yes", "withdrawn"]


class TestConfirming:
    def test_pressing_counts_once_however_often(self) -> None:
        """Behaviour 23."""
        make_petition()
        sign()
        for _time in range(3):
            confirm(signatures()[0])
        assert states() == ["confirmed"]
        assert changes() == [("VLG", 1)]
        assert signatures()[0].confirmed_at == NOON

    def test_the_link_works_seven_days(self) -> None:
        """R9."""
        make_petition()
        sign()
        with pytest.raises(confirming.LinkExpiredError):
            confirm(signatures()[0], now=NOON + 7 * DAY)
        confirm(signatures()[0], now=NOON + 7 * DAY - timedelta(seconds=1))
        assert states() == ["confirmed"]

    def test_an_unknown_link_is_refused(self) -> None:
        make_petition()
        with pytest.raises(confirming.LinkUnknownError), transaction():
            confirming.confirm("x" * 43, now=NOON)

    def test_the_link_works_until_24_hours_after_closing(self) -> None:
        """Behaviour 25."""
        make_petition(closes_at=NOON + DAY)
        sign(email="a@example.org")
        sign(email="b@example.org")
        first, second = signatures()
        confirm(first, now=NOON + 2 * DAY - timedelta(seconds=1))
        with pytest.raises(confirming.ConfirmingClosedError):
            confirm(second, now=NOON + 2 * DAY)
        assert states() == ["confirmed", "pending"]

    def test_closing_early_leaves_24_hours_too(self) -> None:
        """Behaviour 25: counted from when it really closed."""
        petition = make_petition()
        sign(email="a@example.org")
        sign(email="b@example.org")
        with transaction():
            publishing.move_to(petition, "closed", actor="test", now=NOON + DAY)
        first, second = signatures()
        confirm(first, now=NOON + 2 * DAY - timedelta(seconds=1))
        with pytest.raises(confirming.ConfirmingClosedError):
            confirm(second, now=NOON + 2 * DAY)

    def test_a_confirmed_link_stays_good_after_everything_closed(self) -> None:
        """Behaviour 23: the second click shows the same page, whenever it comes."""
        make_petition()
        signature = make_confirmed()
        confirm(signature, now=NOON + 300 * DAY)
        assert changes() == [("VLG", 1)]

    def test_a_withdrawn_signature_cannot_be_confirmed_again(self) -> None:
        make_petition()
        signature = make_confirmed()
        token = token_of(signature)
        withdraw(signature)
        with pytest.raises(confirming.WithdrawnError), transaction():
            confirming.confirm(token, now=NOON)
        assert changes() == [("VLG", 1), ("VLG", -1)]

    def test_a_blocked_mailbox_confirms_and_is_never_counted(self) -> None:
        """Behaviour 28."""
        make_petition()
        with transaction():
            block("spam@example.org", reason="test", now=NOON)
        signature = make_confirmed(email="S.p.a.m@example.org".replace(".", "", 3))
        assert signature.state == "invalidated"
        assert changes() == []

    def test_another_address_of_the_same_domain_counts(self) -> None:
        """Behaviour 29."""
        make_petition()
        with transaction():
            block("spam@example.org", reason="test", now=NOON)
        assert make_confirmed(email="awa@example.org").state == "confirmed"

    def test_a_blocked_domain_blocks_its_mailboxes_and_no_others(self) -> None:
        """Behaviour 28."""
        make_petition()
        with transaction():
            block("@bad.example.org", reason="test", now=NOON)
            block("@bad.example.org", reason="again", now=NOON)
        assert make_confirmed(email="a@bad.example.org").state == "invalidated"
        assert make_confirmed(email="B@BAD.example.org").state == "invalidated"
        assert make_confirmed(email="a@example.org").state == "confirmed"
        assert make_confirmed(email="bad@good.example.org").state == "confirmed"

    def test_throw_away_mailboxes_are_not_counted(self) -> None:
        """Behaviour 28."""
        make_petition()
        assert make_confirmed(email="x@mailinator.com").state == "invalidated"


class TestWithdrawing:
    def test_the_count_falls_once_and_the_columns_are_empty(self) -> None:
        """Behaviour 94."""
        make_petition()
        signature = make_confirmed(is_public="y")
        withdraw(signature)
        withdraw(signature)
        [kept] = signatures()
        assert changes() == [("VLG", 1), ("VLG", -1)]
        assert (kept.state, kept.withdrawn_at, kept.is_public, kept.confirmed_at) == (
            "withdrawn",
            NOON,
            False,
            None,
        )
        emptied = (
            "given_name",
            "family_name",
            "email",
            "email_key",
            "name_key",
            "country",
            "postal_code",
        )
        assert [getattr(kept, name) for name in emptied] == [None] * len(emptied)

    def test_a_pending_signature_can_be_withdrawn_and_nothing_is_counted(self) -> None:
        make_petition()
        sign()
        withdraw(signatures()[0])
        assert states() == ["withdrawn"]
        assert changes() == []

    def test_a_blocked_signature_can_be_withdrawn_and_nothing_is_counted(self) -> None:
        make_petition()
        signature = make_confirmed(email="x@mailinator.com")
        withdraw(signature)
        assert states() == ["withdrawn"]
        assert changes() == []

    def test_one_may_sign_again_after_withdrawing(self) -> None:
        make_petition()
        withdraw(make_confirmed())
        make_confirmed()
        assert states() == ["withdrawn", "confirmed"]
        assert changes() == [("VLG", 1), ("VLG", -1), ("VLG", 1)]


class TestInvalidating:
    def test_a_confirmed_one_stops_counting_once_and_nobody_is_mailed(self) -> None:
        """Behaviours 69 and 70."""
        make_petition()
        signature = make_confirmed()
        before = queued_kinds()
        for _time in range(2):
            with transaction():
                taking_back.invalidate(signature, now=NOON)
        assert states() == ["invalidated"]
        assert changes() == [("VLG", 1), ("VLG", -1)]
        assert queued_kinds() == before

    def test_a_pending_one_can_no_longer_be_counted(self) -> None:
        """Behaviour 69."""
        make_petition()
        sign()
        with transaction():
            taking_back.invalidate(signatures()[0], now=NOON)
        confirm(signatures()[0])
        assert states() == ["invalidated"]
        assert changes() == []

    def test_a_withdrawn_one_stays_withdrawn(self) -> None:
        """Behaviour 69: only pending and confirmed rows are touched, however old the copy at hand."""
        make_petition()
        signature = make_confirmed()
        db.session.expunge(signature)
        withdraw(signatures()[0])
        db.session.expunge_all()
        db.session.add(signature)
        assert signature.state == "confirmed"
        with transaction():
            taking_back.invalidate(signature, now=NOON)
        assert states() == ["withdrawn"]
        assert changes() == [("VLG", 1), ("VLG", -1)]


class TestNotMe:
    def test_a_pending_signature_is_forgotten_at_once(self) -> None:
        """R9."""
        make_petition()
        sign()
        token = token_of(signatures()[0])
        for _time in range(2):
            with transaction():
                taking_back.disown(token, now=NOON)
        assert signatures() == []

    def test_a_signature_that_was_confirmed_meanwhile_is_withdrawn(self) -> None:
        """R9: the page says that it is deleted, so it is."""
        make_petition()
        signature = make_confirmed()
        with transaction():
            taking_back.disown(token_of(signature), now=NOON)
        assert states() == ["withdrawn"]
        assert changes() == [("VLG", 1), ("VLG", -1)]

    def test_an_unknown_link_changes_nothing(self) -> None:
        make_petition()
        sign()
        with transaction():
            taking_back.disown("x" * 43, now=NOON)
        assert states() == ["pending"]


class TestTokens:
    def test_nothing_in_a_link_can_be_computed_from_the_address(self) -> None:
        """R9, R10: two petitions, one person, no relation."""
        make_petition()
        make_petition("another")
        sign()
        sign("another")
        [one], [other] = signatures(), signatures("another")
        assert one.ref != other.ref
        assert token_of(one) != token_of(other)
        assert len(one.ref) == 16

    def test_signing_again_after_withdrawing_is_under_a_new_number(self) -> None:
        """R10: nothing that names a signature follows from the address."""
        make_petition()
        first = make_confirmed()
        ref = bytes(first.ref)
        withdraw(first)
        assert bytes(make_confirmed().ref) != ref

    def test_keys_of_one_mailbox_differ_between_petitions(self) -> None:
        """R10."""
        assert signing.email_key(1, "awa@example.org") != signing.email_key(2, "awa@example.org")
        assert signing.email_key(1, "a.wa@gmail.com") == signing.email_key(
            1, "awa+x@googlemail.com"
        )


def test_signing_asks_no_clock_of_its_own(clock: Clock) -> None:
    make_petition()
    clock.advance(days=400)
    sign(now=NOON)
    assert signatures()[0].created_at == NOON
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1
