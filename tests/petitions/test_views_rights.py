"""A signatory's own page: see, withdraw, stop an organisation's mails."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from campaign.consents.models import ConsentReceipt
from campaign.consents.operations import keep_receipt, publish_text
from campaign.consents.queries import standing_yes
from campaign.core.db import db, transaction
from campaign.core.tokens import sign_token
from campaign.outbox.operations import address_key
from campaign.outbox.queries import suppressed_among
from campaign.petitions import mails
from campaign.petitions.exports import NOT_READABLE
from campaign.petitions.models import Signature, TallyEntry
from campaign.petitions.rules.signing import months_after
from tests.factories.petitions import (
    NOON,
    confirm,
    make_confirmed,
    make_organisation,
    make_petition,
    sign,
    signatures,
    token_of,
)
from tests.factories.retention import anonymise_signatures
from tests.mailbox import Outbox, links_in
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import form_to, forms_in, text_of_page

pytestmark = pytest.mark.usefixtures("clock")


def own_page(signature: Signature, language: str = "fr") -> str:
    return f"/{language}/signature/{mails.rights_token(signature.ref)}"


def decisions() -> list[str]:
    return list(db.session.scalars(select(ConsentReceipt.decision).order_by(ConsentReceipt.id)))


def count() -> int:
    return int(db.session.scalar(select(func.coalesce(func.sum(TallyEntry.change), 0))) or 0)


def keen(**typed: str) -> tuple[Signature, int]:
    """A confirmed signature that said yes to the organisation's mails, and the organisation."""
    petition = make_petition(updates=True)
    organisation_id = petition.carriers[0].organisation_id
    return make_confirmed(**{f"updates_{organisation_id}": "yes"}, **typed), organisation_id


class TestTakingAway:
    """Behaviour 94: all that is held, as a file."""

    def test_every_field_that_a_person_can_read_is_in_it(self, client: CheckingClient) -> None:
        signature, _organisation_id = keen(email="awa@example.org", postal_code="9000")
        address = f"{own_page(signature)}/data.json"
        assert address in html_of(client.get(own_page(signature)))
        answer = client.get(address)
        held = json.loads(html_of(answer))
        assert held["petition"] == "clear-criteria"
        assert held["signature"]["email"] == "awa@example.org"
        assert held["signature"]["postal_code"] == "9000"
        assert held["signature"]["consented_at"].startswith(NOON.isoformat()[:16])
        assert held["agreed_to"]
        assert [one["answer"] for one in held["updates"]] == ["yes"]
        shown = {
            column.key for column in Signature.__table__.columns if column.info.get("personal")
        }
        assert set(held["signature"]) | NOT_READABLE >= shown
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_a_wrong_link_and_one_of_a_withdrawn_signature_give_nothing(
        self, client: CheckingClient
    ) -> None:
        signature, _organisation_id = keen()
        address = f"{own_page(signature)}/data.json"
        assert client.get(address.replace("/signature/", "/signature/x")).status_code == 404
        form_to(client.get(own_page(signature)), "/withdraw").send(client)
        assert client.get(address).status_code == 404


class TestSeeing:
    def test_the_link_in_the_mail_shows_all_that_is_held(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """Behaviour 94."""
        make_petition()
        sign()
        [link] = [
            link for link in links_in(outbox.last("awa@example.org")) if "/signature/" in link
        ]
        response = client.get(link)
        text = text_of_page(response)
        assert response.status_code == 200
        assert all(word in text for word in ("Awa Exemple", "awa@example.org", "Belgique, 9000"))

    def test_names_stay_text(self, client: CheckingClient) -> None:
        make_petition()
        assert "<b>x" not in html_of(client.get(own_page(make_confirmed(given_name="<b>x</b>"))))

    def test_the_page_is_for_one_person_only(self, client: CheckingClient) -> None:
        """Behaviour 91."""
        make_petition()
        headers = client.get(own_page(make_confirmed())).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in headers

    @pytest.mark.parametrize("token", ["x", "x" * 43, "é"])
    def test_a_made_up_link_shows_nothing(self, client: CheckingClient, token: str) -> None:
        make_petition()
        make_confirmed()
        response = client.get(f"/fr/signature/{token}")
        assert response.status_code == 404
        assert "Awa" not in text_of_page(response)
        assert client.post(f"/fr/signature/{token}/withdraw").status_code in {303, 404}
        assert count() == 1

    def test_a_link_for_one_use_is_worthless_for_another(self, client: CheckingClient) -> None:
        make_petition()
        signature = make_confirmed()
        for token in (
            sign_token("signed", signature.ref),
            sign_token("unsubscribe", signature.ref),
            token_of(signature),
        ):
            assert client.get(f"/fr/signature/{token}").status_code == 404

    def test_opening_it_changes_nothing(self, client: CheckingClient) -> None:
        """Behaviour 32, for this link too."""
        signature, _organisation = keen()
        for method in ("GET", "HEAD"):
            client.open(own_page(signature), method=method)
            client.open(f"{own_page(signature)}/withdraw", method=method)
        assert (count(), decisions()) == (1, ["yes"])

    @pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "ar", "bm"])
    def test_it_opens_in_every_language(self, client: CheckingClient, language: str) -> None:
        signature, _organisation = keen()
        assert client.get(own_page(signature, language)).status_code == 200

    def test_after_everything_is_forgotten_no_name_is_left_on_it(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 85."""
        petition = make_petition()
        signature = make_confirmed()
        assert petition.closes_at is not None
        anonymise_signatures(months_after(petition.closes_at, 6))
        response = client.get(own_page(signature))
        assert response.status_code in {200, 404}
        text = text_of_page(response)
        assert not [word for word in ("Awa", "awa@example.org", "9000", "None") if word in text]


class TestWithdrawing:
    def test_one_press_and_the_count_falls_once(self, client: CheckingClient) -> None:
        """Behaviour 94."""
        make_petition()
        signature = make_confirmed()
        form = form_to(client.get(own_page(signature)), "/withdraw")
        for _time in range(2):
            answer = form.send(client)
            assert (answer.status_code, answer.location) == (303, own_page(signature))
        after = client.get(own_page(signature))
        assert after.status_code == 200
        assert not [word for word in ("Awa", "awa@example.org") if word in text_of_page(after)]
        assert not [each for each in forms_in(after) if "/withdraw" in each.action]
        assert count() == 0

    def test_all_other_links_of_the_signature_say_withdrawn(self, client: CheckingClient) -> None:
        signature, organisation_id = keen()
        token = token_of(signature)
        form_to(client.get(own_page(signature)), "/withdraw").send(client)
        assert client.get(f"/fr/confirm/{token}").status_code == 409
        assert (
            client.post(
                f"/fr/unsubscribe/{mails.unsubscribe_token(signature.ref, organisation_id)}"
            ).status_code
            == 200
        )
        assert decisions() == []

    def test_before_confirming_too(self, client: CheckingClient) -> None:
        make_petition()
        sign()
        signature = signatures()[0]
        form_to(client.get(own_page(signature)), "/withdraw").send(client)
        assert signatures()[0].state == "withdrawn"
        assert count() == 0

    def test_after_the_petition_closed_too(self, client: CheckingClient) -> None:
        petition = make_petition()
        signature = make_confirmed()
        with transaction():
            petition.state = "hearing"
        assert form_to(client.get(own_page(signature)), "/withdraw").send(client).status_code == 303
        assert count() == 0

    def test_of_a_removed_petition_too(self, client: CheckingClient) -> None:
        petition = make_petition()
        signature = make_confirmed()
        with transaction():
            petition.state = "removed"
        assert form_to(client.get(own_page(signature)), "/withdraw").send(client).status_code == 303
        assert count() == 0

    def test_another_site_cannot_press_the_button(self, client: CheckingClient) -> None:
        make_petition()
        signature = make_confirmed()
        headers = {"Origin": "https://evil.example"}
        assert client.post(f"{own_page(signature)}/withdraw", headers=headers).status_code == 403
        assert count() == 1

    def test_one_may_sign_again(self, client: CheckingClient) -> None:
        make_petition()
        form_to(client.get(own_page(make_confirmed())), "/withdraw").send(client)
        make_confirmed()
        assert count() == 1


class TestUnsubscribing:
    def link(self, signature: Signature, organisation_id: int) -> str:
        return f"/fr/unsubscribe/{mails.unsubscribe_token(signature.ref, organisation_id)}"

    def test_opening_the_link_stops_nothing(self, client: CheckingClient) -> None:
        """Behaviours 32 and 80: a scanner follows links, and a person presses."""
        signature, organisation_id = keen()
        response = client.get(self.link(signature, organisation_id))
        client.head(self.link(signature, organisation_id))
        assert decisions() == ["yes"]
        assert form_to(response, "/unsubscribe/").send(client).status_code == 200
        assert decisions() == ["yes", "withdrawn"]

    def test_one_click_as_mail_programs_send_it_works_and_twice_is_harmless(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 80, RFC 8058: no login, no page first, no Origin."""
        signature, organisation_id = keen()
        for _time in range(2):
            response = client.post(
                self.link(signature, organisation_id), data={"List-Unsubscribe": "One-Click"}
            )
            assert response.status_code == 200
        assert decisions() == ["yes", "withdrawn"]
        assert count() == 1

    def test_the_button_on_ones_own_page_does_the_same(self, client: CheckingClient) -> None:
        signature, _organisation = keen()
        form_to(client.get(own_page(signature)), "/unsubscribe/").send(client)
        assert decisions() == ["yes", "withdrawn"]
        assert not [
            form
            for form in forms_in(client.get(own_page(signature)))
            if "/unsubscribe/" in form.action
        ]

    def test_it_stops_one_organisation_only(self, client: CheckingClient) -> None:
        """R8: a stop is between one person and one organisation."""
        signature, organisation_id = keen()
        second = make_organisation("second")
        with transaction():
            text = publish_text(
                subject="petition:clear-criteria",
                purpose="updates",
                language="fr",
                body="May the second write?",
                organisation_id=second.id,
                now=NOON,
            )
        with transaction():
            keep_receipt(
                signature_ref=signature.ref,
                consent_text_id=text.id,
                organisation_id=second.id,
                decision="yes",
                now=NOON,
            )
        client.post(self.link(signature, organisation_id))
        standing = [receipt.organisation_id for receipt, _text in standing_yes(signature.ref)]
        assert standing == [second.id]

    def test_stopping_an_organisations_mails_stops_no_confirmation(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """R8: it is told to nobody else, and the address is not shut."""
        signature, organisation_id = keen()
        client.post(self.link(signature, organisation_id))
        assert not suppressed_among([address_key("awa@example.org")])
        make_petition("another")
        sign("another")
        assert outbox.letters()[-1].kind == "petitions/confirm_signature"

    def test_a_stop_of_another_organisation_or_signature_changes_nothing(
        self, client: CheckingClient
    ) -> None:
        """R8."""
        signature, organisation_id = keen()
        other = make_confirmed(email="b@example.org", **{f"updates_{organisation_id}": "yes"})
        client.post(self.link(signature, organisation_id + 1))
        assert decisions() == ["yes", "yes"]
        client.post(self.link(signature, organisation_id))
        last = db.session.scalars(select(ConsentReceipt).order_by(ConsentReceipt.id.desc())).first()
        assert last is not None
        assert bytes(last.signature_ref) == bytes(signature.ref) != bytes(other.ref)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_bad_link_says_so(self, client: CheckingClient, method: str) -> None:
        answer: Any = getattr(client, method)("/fr/unsubscribe/nonsense")
        assert answer.status_code == 404

    def test_a_link_of_a_signature_that_is_gone_is_harmless(self, client: CheckingClient) -> None:
        make_petition()
        assert client.post(self.link(Signature(ref=b"x" * 16), 3)).status_code == 200
        assert decisions() == []


def test_a_signature_confirmed_late_can_still_be_withdrawn(client: CheckingClient) -> None:
    make_petition()
    sign()
    confirm(signatures()[0], now=NOON)
    assert (
        form_to(client.get(own_page(signatures()[0])), "/withdraw").send(client).status_code == 303
    )
