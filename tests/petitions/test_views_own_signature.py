"""The pages of one's own signature beyond seeing and withdrawing: lost links, correcting, objecting,
erasing. Nobody learns from them whether somebody else signed."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from campaign.core.db import db, transaction
from campaign.core.tokens import token_digest
from campaign.outbox.models import OutboxMessage
from campaign.outbox.operations import address_key
from campaign.outbox.queries import suppressed_among
from campaign.petitions import jobs, mails
from campaign.petitions.models import LinkRequest, Signature
from campaign.petitions.operations import correcting
from tests.factories.petitions import (
    NOON,
    make_confirmed,
    make_organisation,
    make_petition,
    sign,
    signatures,
)
from tests.mailbox import Outbox, html_of, links_in, text_of
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, forms_in, links_of, text_of_page
from tests.petitions.test_views_rights import count, decisions, keen, own_page

pytestmark = pytest.mark.usefixtures("clock")
ASK, SENT = "/fr/my-signature", "/fr/my-signature/sent"
LANGUAGES = ["fr", "nl", "de", "en", "ar", "bm"]


def ask_for_links(client: CheckingClient, address: str) -> Any:
    return form_to(client.get(ASK), "/my-signature").send(client, email=address)


class TestLostLink:
    def test_the_mailbox_gets_a_link_to_each_signature_held(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """Behaviour 94: by any spelling of the address, pending ones too."""
        make_petition()
        make_petition("another")
        make_confirmed(email="a.wa@gmail.com")
        sign("another", email="awa+petition@googlemail.com")
        answer = ask_for_links(client, "awa@gmail.com")
        assert (answer.status_code, answer.location) == (303, SENT)
        assert jobs.answer_link_requests(NOON) == 1
        mail = outbox.last("awa@gmail.com", "petitions/your_links")
        links = [link for link in links_in(mail) if "/signature/" in link]
        assert len(links) == 2
        for link in links:
            assert client.get(link).status_code == 200
        assert "Awa" not in text_of(mail) + html_of(mail), "one person needs no name"

    def test_two_who_share_a_mailbox_are_both_in_it_by_first_name(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """Behaviour 10."""
        make_petition()
        make_confirmed()
        make_confirmed(given_name="Issa")
        ask_for_links(client, "awa@example.org")
        jobs.answer_link_requests(NOON)
        text = text_of(outbox.last("awa@example.org", "petitions/your_links"))
        assert "Awa" in text
        assert "Issa" in text
        assert "Exemple" not in text

    def test_a_mailbox_that_signed_nothing_is_told_so_and_a_stranger_is_not(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        make_petition()
        make_confirmed()
        known, unknown = (
            ask_for_links(client, address) for address in ("awa@example.org", "no@example.org")
        )
        same = ("status_code", "location", "data")
        assert [getattr(known, name) for name in same] == [getattr(unknown, name) for name in same]
        assert dict(known.headers).keys() == dict(unknown.headers).keys()
        jobs.answer_link_requests(NOON)
        mail = outbox.last("no@example.org", "petitions/your_links")
        assert not [link for link in links_in(mail) if "/signature/" in link]

    def test_what_is_done_while_the_stranger_waits_is_the_same_for_every_address(
        self, client: CheckingClient, app: Any
    ) -> None:
        """No look-up is made before the answer: there is nothing a clock could tell."""
        make_petition()
        make_confirmed()
        from tests.petitions.test_statement_counts import statements

        told = []
        for address in ("awa@example.org", "no@example.org", "no2@example.org"):
            with statements() as seen:
                ask_for_links(client, address)
            told.append([statement.split("VALUES")[0] for statement in map(str, seen)])
        assert told[0] == told[1] == told[2]
        assert not any("FROM signature" in statement for statement in told[0])

    def test_nobody_can_flood_a_mailbox(self, client: CheckingClient, outbox: Outbox) -> None:
        """Behaviour 16: these mails are asked for, and have a limit of their own."""
        make_petition()
        make_confirmed()
        for _time in range(4):
            assert ask_for_links(client, "awa@example.org").location == SENT
        jobs.answer_link_requests(NOON)
        assert len(outbox.letters("awa@example.org", "petitions/your_links")) == 1
        assert signatures()[0].mail_count == 1, "not one of the five"
        assert db.session.scalar(select(func.count()).select_from(LinkRequest)) == 0

    def test_one_network_is_asked_to_wait_whatever_it_types(self, client: CheckingClient) -> None:
        for number in range(10):
            assert ask_for_links(client, f"p{number}@example.org").status_code == 303
        answer = ask_for_links(client, "awa@example.org")
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 60

    def test_what_is_no_address_is_refused_with_what_was_typed(
        self, client: CheckingClient
    ) -> None:
        answer = ask_for_links(client, "awa@")
        assert answer.status_code == 422
        assert form_to(answer, "/my-signature").fields["email"] == "awa@"

    def test_a_wrong_or_replaced_link_of_any_kind_shows_the_way_to_a_new_one(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        ref = make_confirmed().ref
        with transaction():
            db.session.execute(db.update(Signature).values(link_version=1))
        old = mails.rights_token(ref)
        paths = [
            *(f"/fr/signature/{token}{rest}" for token in (old, "x", "x" * 43)
              for rest in ("", "/correct", "/address", "/object", "/erase")),
            "/fr/unsubscribe/x",
            "/fr/address/x",
        ]  # fmt: skip
        texts = set()
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert ASK in links_of(answer), path
            assert answer.headers["Cache-Control"] == "private, no-store"
            texts.add(text_of_page(answer))
        assert len(texts) == 1


class TestCorrecting:
    def test_the_form_shows_what_is_held_and_the_page_says_what_changed(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        signature = make_confirmed()
        form = form_to(client.get(f"{own_page(signature)}/correct"), "/correct")
        assert form.fields["given_name"] == "Awa"
        answer = form.send(client, given_name="Hawa", postal_code="1000")
        assert answer.status_code == 303
        page = client.get(answer.location)
        assert "Hawa Exemple" in text_of_page(page)
        assert "Bruxelles" in text_of_page(page)

    @pytest.mark.parametrize(
        "typed",
        [{"given_name": ""}, {"family_name": "=1+1"}, {"postal_code": "1"}, {"language": "xx"}],
    )
    def test_a_mistake_changes_nothing_and_keeps_what_was_typed(
        self, client: CheckingClient, typed: dict[str, str]
    ) -> None:
        make_petition()
        signature = make_confirmed()
        form = form_to(client.get(f"{own_page(signature)}/correct"), "/correct")
        answer = client.post(form.action, data={**form.fields, **typed})
        assert answer.status_code == 422
        assert signatures()[0].given_name == "Awa"

    def test_words_in_the_address_that_are_not_ours_are_not_shown(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        page = client.get(f"{own_page(make_confirmed())}?changed=<b>x</b>+name")
        assert "<b>x" not in page.text

    def test_another_mailbox_takes_over_and_the_old_links_end(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        make_petition()
        signature = make_confirmed()
        form = form_to(client.get(f"{own_page(signature)}/address"), "/address")
        asked = client.get(form.send(client, email="new@example.org").location)
        assert "new@example.org" in text_of_page(asked)
        link = links_in(outbox.last("new@example.org"))[0]
        for _time in range(2):
            page = client.get(link)
        assert signatures()[0].email == "awa@example.org", "opening changes nothing (behaviour 32)"
        done = form_to(page, "/address/").send(client)
        assert "new@example.org" in text_of_page(client.get(done.location))
        assert client.get(own_page(signature)).status_code == 404
        assert client.get(link).status_code == 404
        assert count() == 1

    def test_the_answer_does_not_tell_whether_the_other_address_signed(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        make_confirmed(email="there@example.org")
        signature = make_confirmed()
        answers = [
            client.post(f"{own_page(signature)}/address", data={"email": address})
            for address in ("there@example.org", "no@example.org")
        ]
        assert answers[0].status_code == answers[1].status_code == 303
        assert answers[0].location == answers[1].location

    def test_the_present_mailbox_can_stop_it(self, client: CheckingClient, outbox: Outbox) -> None:
        make_petition()
        signature = make_confirmed()
        client.post(f"{own_page(signature)}/address", data={"email": "new@example.org"})
        link = next(
            link for link in links_in(outbox.last("awa@example.org")) if "/signature/" in link
        )
        form_to(client.get(link), "/address/cancel").send(client)
        assert client.get(links_in(outbox.last("new@example.org"))[0]).status_code == 404

    def test_a_mailbox_that_is_full_is_refused_there_and_nothing_changes(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        make_petition()
        make_confirmed(email="there@example.org")
        signature = make_confirmed()
        client.post(f"{own_page(signature)}/address", data={"email": "there@example.org"})
        link = links_in(outbox.last("there@example.org", "petitions/confirm_address"))[0]
        assert form_to(client.get(link), "/address/").send(client).status_code == 409
        assert signatures()[1].email == "awa@example.org"


class TestObjecting:
    def test_every_yes_stands_with_its_organisation_words_and_time_and_all_end_at_once(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 80."""
        signature, _organisation_id = keen()
        text = text_of_page(client.get(own_page(signature)))
        assert "The clear-criteria-lead" in text
        assert "May we write? (fr)" in text
        assert "2 mars 2026 11:00" in text
        form = form_to(client.get(f"{own_page(signature)}/object"), "/stop-mails")
        for _time in range(2):
            assert form.send(client).status_code == 303
        assert decisions() == ["yes", "withdrawn"]
        assert count() == 1

    def test_being_shown_ends_at_once(self, client: CheckingClient) -> None:
        """Behaviour 83."""
        make_petition()
        signature = make_confirmed(is_public="y")
        form_to(client.get(f"{own_page(signature)}/object"), "/hide").send(client)
        assert not signatures()[0].is_public
        page = client.get(f"{own_page(signature)}/object")
        assert not [form for form in forms_in(page) if "/hide" in form.action]

    def test_no_to_everything_leads_to_erasing(self, client: CheckingClient) -> None:
        make_petition()
        signature = make_confirmed()
        assert f"{own_page(signature)}/erase" in links_of(
            client.get(f"{own_page(signature)}/object")
        )


class TestErasing:
    def test_a_press_leaves_nothing_and_a_second_is_told_the_same(
        self, client: CheckingClient
    ) -> None:
        signature, _organisation_id = keen()
        with transaction():
            correcting.ask_for_address(signature, "new@example.org", now=NOON)
        own = own_page(signature)
        form = form_to(client.get(f"{own}/erase"), "/erase")
        assert signatures(), "opening the page erases nothing"
        for _time in range(2):
            answer = form.send(client)
            assert (answer.status_code, answer.location) == (303, "/fr/my-signature/erased")
        assert client.get(answer.location).status_code == 200
        assert signatures() == []
        assert decisions() == []
        assert count() == 0
        assert client.get(own).status_code == 404
        assert not suppressed_among([address_key("awa@example.org")])
        waiting = db.session.scalars(
            select(OutboxMessage.sealed).where(OutboxMessage.sealed.is_not(None))
        ).all()
        assert waiting == [], "mails that wait are taken back"

    def test_the_address_is_never_written_to_again_where_that_is_asked(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 88: a fingerprint, never the address."""
        make_petition()
        signature = make_confirmed()
        form_to(client.get(f"{own_page(signature)}/erase"), "/erase").send(client, never_write="y")
        assert suppressed_among([address_key("awa@example.org")])

    def test_somebody_elses_signature_and_mails_stay(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        make_petition()
        signature = make_confirmed()
        sign(email="other@example.org")
        client.post(f"{own_page(signature)}/erase")
        assert [one.email for one in signatures()] == ["other@example.org"]
        assert [letter.recipient for letter in outbox.letters()] == ["other@example.org"]

    def test_a_made_up_link_erases_nothing(self, client: CheckingClient) -> None:
        make_petition()
        make_confirmed()
        assert client.post("/fr/signature/x/erase").status_code == 404
        assert len(signatures()) == 1


def test_what_is_taken_away_holds_the_waiting_address_and_the_organisations(
    client: CheckingClient,
) -> None:
    """Behaviour 94."""
    signature, _organisation_id = keen()
    with transaction():
        correcting.ask_for_address(signature, "new@example.org", now=NOON)
    held = json.loads(client.get(f"{own_page(signature)}/data.json").text)
    assert held["new_address"]["email"] == "new@example.org"
    assert held["updates"][0]["organisation"] == "The clear-criteria-lead"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_in_every_language_for_one_person_only(
    client: CheckingClient, language: str
) -> None:
    """Behaviours 90 and 91."""
    make_organisation("second")
    signature, _organisation_id = keen()
    with transaction():
        correcting.ask_for_address(signature, "new@example.org", now=NOON)
        db.session.execute(
            db.text("UPDATE address_change SET confirm_digest = :digest"),
            {"digest": token_digest("known")},
        )
    own = own_page(signature, language)
    paths = [own, *(f"{own}/{act}" for act in ("correct", "address", "object", "erase"))]
    for path in (*paths, f"/{language}/address/known"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers
