"""Correcting and moving a signature: the count is exact, and one mailbox never holds three people."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.petitions import jobs, mails
from campaign.petitions.models import AddressChange, Signature, Tally, TallyEntry
from campaign.petitions.operations import confirming, correcting, taking_back
from campaign.petitions.operations.signing import email_key
from campaign.petitions.rules.correcting import (
    MailboxTakenError,
    NameTakenError,
    NotCorrectableError,
    SharedPlaceError,
    read_correction,
)
from tests.factories.petitions import (
    NOON,
    make_confirmed,
    make_petition,
    sign,
    signatures,
)
from tests.mailbox import Outbox, links_in
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app", "clock")
LANGUAGES = ("fr", "nl", "ar")


def correction(**changes: str) -> Any:
    typed = {
        "given_name": "Awa",
        "family_name": "Exemple",
        "country": "BE",
        "postal_code": "9000",
        "language": "fr",
        **changes,
    }
    found, errors = read_correction(typed, LANGUAGES)
    assert found is not None, errors
    return found


def correct(signature: Signature, **changes: str) -> list[str]:
    with transaction():
        return correcting.correct(signature, correction(**changes), now=NOON)


def support() -> dict[str, int]:
    jobs.fold_tallies(NOON)
    rows = db.session.scalars(select(Tally).where(Tally.count != 0)).all()
    return {row.stratum: row.count for row in rows}


def new_address_token(outbox: Outbox, recipient: str) -> str:
    link = links_in(outbox.last(recipient, "petitions/confirm_address"))[0]
    return link.rpartition("/")[2]


def ask(signature: Signature, address: str) -> None:
    with transaction():
        correcting.ask_for_address(signature, address, now=NOON)


def move(outbox: Outbox, address: str, **moment: float) -> str:
    token = new_address_token(outbox, address)
    with transaction():
        return correcting.confirm_address(token, now=NOON + timedelta(**moment))


class TestCorrecting:
    def test_what_is_wrong_is_replaced_and_told_without_a_word_of_it_in_the_record(self) -> None:
        """GDPR art. 16, behaviour 94."""
        make_petition()
        signature = make_confirmed()
        changed = correct(signature, family_name="Example", language="nl", is_public="y")
        assert changed == ["name", "language", "shown"]
        after = signatures()[0]
        assert (after.family_name, after.language, after.is_public) == ("Example", "nl", True)
        entry = entries_about("petition:clear-criteria")[-1]
        assert (entry.act, entry.detail) == ("signature.corrected", "name language shown")

    def test_the_count_moves_with_the_region_in_one_transaction(self) -> None:
        make_petition()
        signature = make_confirmed()
        assert support() == {"VLG": 1}
        assert correct(signature, postal_code="1000") == ["place", "region"]
        assert support() == {"BRU": 1}
        assert jobs.reconcile_tallies(NOON) == 0

    def test_a_line_passed_is_uncrossed_when_a_region_loses_its_last(self) -> None:
        """Behaviour 40."""
        make_petition(instrument_id="be-chamber-hearing")
        signature = make_confirmed()
        correct(signature, country="ML", postal_code="")
        assert support() == {"ABROAD": 1}

    def test_after_the_end_the_place_is_corrected_and_the_region_stays(self) -> None:
        petition = make_petition()
        signature = make_confirmed()
        with transaction():
            petition.state = "handed_over"
        assert correct(signature, postal_code="1000") == ["place"]
        after = signatures()[0]
        assert (after.postal_code, after.stratum) == ("1000", "VLG")
        assert support() == {"VLG": 1}

    def test_before_confirming_one_signs_again_instead(self) -> None:
        make_petition()
        sign()
        with pytest.raises(NotCorrectableError):
            correct(signatures()[0], family_name="Example")

    def test_two_who_share_a_mailbox_stay_two_people_in_one_place(self) -> None:
        """Behaviours 10 and 13."""
        make_petition()
        make_confirmed()
        second = make_confirmed(given_name="Issa")
        with pytest.raises(NameTakenError):
            correct(second)
        with pytest.raises(SharedPlaceError):
            correct(second, given_name="Issa", postal_code="1000")
        assert correct(second, given_name="Fatou") == ["name"]
        sign(given_name="Third")
        assert len(signatures()) == 2
        assert support() == {"VLG": 2}

    def test_two_at_once_count_once(self, app: Any) -> None:
        make_petition()
        signature = make_confirmed()
        support()

        codes = ["1000", "5000"] * 3
        given = at_once(app, [partial(correct, signature, postal_code=code) for code in codes])
        assert not failures(given)
        assert sum(support().values()) == 1
        assert jobs.reconcile_tallies(NOON) == 0


class TestAnotherMailbox:
    def test_the_new_one_confirms_the_old_one_is_told_and_the_count_never_moves(
        self, outbox: Outbox
    ) -> None:
        make_petition()
        signature = make_confirmed()
        old_link = mails.rights_token(signature.ref)
        ask(signature, "new@example.org")
        told = outbox.last("awa@example.org", "petitions/address_asked")
        assert any("/signature/" in link for link in links_in(told))
        assert "new@example.org" not in told.as_string()
        assert signatures()[0].email == "awa@example.org"
        own_token = move(outbox, "new@example.org")
        after = signatures()[0]
        assert (after.email, after.link_version) == ("new@example.org", 1)
        assert own_token == mails.rights_token(after.ref, 1) != old_link
        assert support() == {"VLG": 1}
        assert db.session.scalar(select(func.count()).select_from(AddressChange)) == 0

    def test_the_last_one_asked_for_counts_and_each_link_serves_once(self, outbox: Outbox) -> None:
        make_petition()
        signature = make_confirmed()
        ask(signature, "first@example.org")
        ask(signature, "second@example.org")
        with pytest.raises(confirming.LinkUnknownError):
            move(outbox, "first@example.org")
        move(outbox, "second@example.org")
        with pytest.raises(confirming.LinkUnknownError):
            move(outbox, "second@example.org")

    def test_the_link_serves_for_48_hours_and_not_after_it_was_cancelled(
        self, outbox: Outbox
    ) -> None:
        make_petition()
        signature = make_confirmed()
        ask(signature, "new@example.org")
        with pytest.raises(confirming.LinkUnknownError):
            move(outbox, "new@example.org", hours=48)
        with transaction():
            correcting.cancel_address(signature)
        with pytest.raises(confirming.LinkUnknownError):
            move(outbox, "new@example.org")

    @pytest.mark.parametrize(
        "there",
        [
            [{}],
            [{"given_name": "Issa", "postal_code": "1000"}],
            [{"given_name": "Issa"}, {"given_name": "Fatou"}],
        ],
        ids=["the same name", "another place", "two already"],
    )
    def test_it_never_puts_a_third_person_or_another_place_on_one_mailbox(
        self, outbox: Outbox, there: list[dict[str, str]]
    ) -> None:
        """Behaviours 11 to 14."""
        make_petition()
        for other in there:
            make_confirmed(email="n.ew+x@gmail.com", **other)
        signature = make_confirmed()
        ask(signature, "new@googlemail.com")
        with pytest.raises(MailboxTakenError):
            move(outbox, "new@googlemail.com")
        assert signatures()[-1].email == "awa@example.org"

    def test_a_second_person_of_the_household_may_come(self, outbox: Outbox) -> None:
        petition = make_petition()
        make_confirmed(email="home@example.org", given_name="Issa")
        signature = make_confirmed()
        ask(signature, "home@example.org")
        move(outbox, "home@example.org")
        key = email_key(petition.id, "home@example.org")
        assert [(one.email_key, one.household_place) for one in signatures()] == [
            (key, 1),
            (key, 2),
        ]

    def test_two_at_once_into_one_place_leave_one_where_it_was(
        self, app: Any, outbox: Outbox
    ) -> None:
        make_petition()
        make_confirmed(email="home@example.org", given_name="Issa")
        tokens = []
        for name in ("Awa", "Fatou"):
            ask(make_confirmed(email=f"{name}@example.org", given_name=name), "home@example.org")
            tokens.append(new_address_token(outbox, "home@example.org"))

        def act(token: str) -> None:
            with transaction():
                correcting.confirm_address(token, now=NOON)

        given = at_once(app, [partial(act, token) for token in tokens])
        assert [type(each) for each in failures(given)] == [MailboxTakenError]
        places = sorted(
            one.household_place for one in signatures() if one.email == "home@example.org"
        )
        assert places == [1, 2]

    def test_withdrawing_forgets_what_was_asked(self) -> None:
        make_petition()
        signature = make_confirmed()
        ask(signature, "new@example.org")
        with transaction():
            taking_back.withdraw(signature, now=NOON)
        assert db.session.scalar(select(func.count()).select_from(AddressChange)) == 0


def test_erasing_is_counted_once_however_often_it_is_pressed(app: Any) -> None:
    make_petition()
    signature = make_confirmed()

    def act() -> None:
        with transaction():
            taking_back.erase(signature, never_write=True, now=NOON)

    assert not failures(at_once(app, [act] * 4))
    assert db.session.scalar(select(func.sum(TallyEntry.change))) == 0
    assert signatures() == []
