"""The page on which an organiser finds one signature to answer the person who gave it."""

import pytest
from werkzeug.test import TestResponse

from campaign.accounts.permissions import Role
from campaign.audit.queries import entries_about
from campaign.partners.queries import organisation_by_slug
from tests.conftest import Clock
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import (
    make_confirmed,
    make_petition,
    queued_kinds,
    sign,
    signatures,
)
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/workspace/petitions/clear-criteria/signatures"


@pytest.fixture
def officer(client: CheckingClient) -> CheckingClient:
    """The data officer of the organisation that carries the petition, in a browser."""
    make_petition()
    place = organisation_by_slug("clear-criteria-lead")
    return sign_in_as(client, make_account("Palabre", Role.OFFICER, organisation=place))


def find(officer: CheckingClient, **typed: str) -> TestResponse:
    return form_to(officer.get(HERE), HERE).send(officer, **typed)


class TestFinding:
    def test_by_mailbox_however_it_is_written_masked_with_state_and_place(
        self, officer: CheckingClient
    ) -> None:
        make_confirmed(email="awa.exemple@gmail.com", postal_code="4000")
        sign(email="other@example.org")
        shown = text_of_page(find(officer, email="AwaExemple+x@googlemail.com"))
        assert "1 signature found" in shown
        assert "A… E…" in shown
        assert "a…@gmail.com" in shown
        assert "Wallonia · 4000 confirmed" in shown
        assert "form on this site" in shown
        assert "awa.exemple" not in shown.lower().replace("awaexemple+x@googlemail.com", "")

    def test_by_the_full_name_whatever_its_accents(self, officer: CheckingClient) -> None:
        """Behaviour 113: as folded, letter case included; no network address is kept to search by."""
        sign(email="a@example.org", given_name="Éva", family_name="Nom-Exemple")
        shown = text_of_page(find(officer, given_name="eva", family_name="nom exemple"))
        assert "1 signature found" in shown
        assert "not confirmed" in shown
        none = find(officer, given_name="Eva", family_name="Nom")
        assert "Nothing is held here under it." in text_of_page(none)

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({}, "given_name"),
            ({"given_name": "Awa"}, "given_name"),
            ({"email": "awa"}, "email"),
        ],
    )
    def test_half_a_name_or_half_an_address_finds_nobody_and_stays(
        self, officer: CheckingClient, typed: dict[str, str], field: str
    ) -> None:
        make_confirmed()
        sent = find(officer, **typed)
        assert sent.status_code == 422
        assert f'id="{field}-e"' in sent.text
        assert form_to(sent, HERE).fields[field] == typed.get(field, "")
        assert "A… E…" not in sent.text

    def test_each_look_is_kept_without_whom_it_was_for(self, officer: CheckingClient) -> None:
        make_confirmed()
        find(officer, email="awa@example.org")
        find(officer, given_name="Awa", family_name="Exemple")
        find(officer, email="nobody@example.org")
        entries = [e for e in entries_about("petition:clear-criteria") if "looked_for" in e.act]
        assert [e.detail for e in entries] == ["by email: 1", "by name: 1", "by email: 0"]
        assert all(e.actor.startswith("account:") for e in entries)

    def test_a_signature_of_another_petition_is_not_found(self, officer: CheckingClient) -> None:
        make_petition("another")
        make_confirmed("another")
        assert "Nothing is held here" in text_of_page(find(officer, email="awa@example.org"))


class TestActing:
    def test_taken_back_as_the_person_asks_after_a_warning_and_nobody_is_mailed(
        self, officer: CheckingClient
    ) -> None:
        make_confirmed()
        mails, chosen = queued_kinds(), str(signatures()[0].id)
        shown = find(officer, email="awa@example.org")
        fields = form_to(shown, "/choose").fields | {"chosen": chosen}
        asked = officer.post(f"{HERE}/withdraw", data=fields)
        assert "This cannot be undone" in asked.text
        assert signatures()[0].state == "confirmed"
        sent = form_to(asked, "/withdraw").send(officer)
        assert sent.headers["Location"] == f"{HERE}?done=withdrawn"
        [signature] = signatures()
        assert (signature.state, signature.email, signature.given_name) == ("withdrawn", None, None)
        last = entries_about("petition:clear-criteria")[-1]
        assert (last.act, last.detail) == ("signature.withdrawn_on_request", "1")
        assert queued_kinds() == mails
        again = form_to(asked, "/withdraw").send(officer)
        assert again.status_code == 409

    def test_a_false_one_is_refused_with_a_reason(self, officer: CheckingClient) -> None:
        make_confirmed()
        shown = find(officer, email="awa@example.org")
        chosen = str(signatures()[0].id)
        asked = form_to(shown, "/choose").send(officer, chosen=chosen)
        sent = form_to(asked, "/choose").send(
            officer, reason="the owner of the mailbox did not sign"
        )
        assert sent.status_code == 303
        assert signatures()[0].state == "invalidated"

    def test_only_what_was_shown_to_this_organiser_can_be_taken_back(
        self, officer: CheckingClient
    ) -> None:
        """Behaviour 73."""
        make_confirmed()
        make_confirmed(email="other@example.org")
        shown = find(officer, email="awa@example.org")
        fields = form_to(shown, "/choose").fields
        foreign = str(signatures()[1].id)
        sent = officer.post(f"{HERE}/withdraw", data={**fields, "chosen": foreign, "sure": "yes"})
        assert sent.status_code == 400
        place = organisation_by_slug("clear-criteria-lead")
        sign_in_as(officer, make_account("Other", Role.OFFICER, organisation=place))
        key = form_to(officer.get(HERE), HERE).fields["form_key"]
        own = str(signatures()[0].id)
        sent = officer.post(
            f"{HERE}/withdraw", data={**fields, "form_key": key, "chosen": own, "sure": "yes"}
        )
        assert sent.status_code == 400
        assert [signature.state for signature in signatures()] == ["confirmed"] * 2

    def test_taking_back_asks_who_it_is_again(self, officer: CheckingClient, clock: Clock) -> None:
        make_confirmed()
        shown = find(officer, email="awa@example.org")
        fields = form_to(shown, "/choose").fields | {"chosen": str(signatures()[0].id)}
        clock.advance(minutes=11)
        sent = officer.post(f"{HERE}/withdraw", data={**fields, "sure": "yes"})
        assert sent.status_code == 403
        assert signatures()[0].state == "confirmed"
