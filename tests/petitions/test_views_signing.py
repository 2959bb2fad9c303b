"""Signing and confirming, as a visitor without JavaScript does it."""

import re
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_babel import gettext
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from campaign.core.db import db, transaction
from campaign.outbox.models import OutboxMessage
from campaign.petitions import jobs, mails
from campaign.petitions.models import Signature, TallyEntry
from campaign.petitions.operations import publishing, signing, taking_back
from campaign.petitions.operations.blocking import block
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.web.errors import PAGES
from campaign.web.form_token import LONGEST
from campaign.web.proof_of_work import CheckedProof, ProofOfWork
from tests.conftest import Clock
from tests.factories.petitions import (
    NOON,
    form_fields,
    make_confirmed,
    make_petition,
    queued_kinds,
    sign,
    signatures,
    token_of,
)
from tests.mailbox import Outbox, links_in
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import PageForm, form_to, forms_in, links_of, text_of_page
from tests.petitions.broken import failing_commits, full_disk, locked_database
from tests.petitions.proof import solved

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/fr/petitions/clear-criteria"
SEND, EDIT = ("step", "send"), ("step", "edit")
DAY = timedelta(days=1)


def filled(client: CheckingClient, page: str = PAGE, **typed: str) -> TestResponse:
    """What answers the form of the petition page."""
    return form_to(client.get(page), "/sign").send(client, **form_fields(**typed))


def sent(client: CheckingClient, page: str = PAGE, **typed: str) -> TestResponse:
    """What answers the review."""
    review = filled(client, page, **typed)
    assert review.status_code == 200, text_of_page(review)
    return form_to(review, "/sign").send(client, button=SEND)


def confirm_form(client: CheckingClient, token: str) -> PageForm:
    forms = forms_in(client.get(f"/fr/confirm/{token}"))
    return next(form for form in forms if form.action.endswith(f"/confirm/{token}"))


def states() -> list[str]:
    return [signature.state for signature in signatures()]


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(TallyEntry)) or 0


def shown(response: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """All that a person, or a program, can see of an answer; request ids differ by nature."""
    headers = [
        (name, value) for name, value in response.headers if name not in {"X-Request-Id", "Date"}
    ]
    return response.status_code, sorted(headers), response.data


class TestThreeSteps:
    def test_form_review_send_and_look_in_the_mailbox(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """Behaviour 1: three steps, no account, no script, no cookie."""
        make_petition()
        review = filled(client)
        assert review.status_code == 200
        assert states() == []
        answer = form_to(review, "/sign").send(client, button=SEND)
        assert (answer.status_code, answer.location) == (303, f"{PAGE}/check-mailbox")
        assert client.get(answer.location).status_code == 200
        assert states() == ["pending"]
        [link] = [
            link
            for link in links_in(outbox.last("awa@example.org"))
            if "/confirm/" in link and "#" not in link
        ]
        token = link.rpartition("/")[2]
        done = confirm_form(client, token).send(client)
        assert done.status_code == 303
        assert client.get(done.location).status_code == 200
        assert states() == ["confirmed"]

    @pytest.mark.parametrize("language", ["nl", "de", "en", "ar", "bm"])
    def test_the_journey_stays_in_its_language(
        self, client: CheckingClient, outbox: Outbox, language: str
    ) -> None:
        make_petition()
        answer = sent(client, f"/{language}/petitions/clear-criteria")
        assert answer.location.startswith(f"/{language}/")
        [signature] = signatures()
        assert (signature.language, signature.consent_language) == (language, language)
        paths = [urlsplit(link).path for link in links_in(outbox.last())]
        assert {path.split("/")[1] for path in paths if path.strip("/")} == {language}

    def test_changing_the_language_on_the_way_leads_to_the_form_of_the_same_petition(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        form = "/nl/petitions/clear-criteria/sign"
        assert form in links_of(filled(client))
        assert form in links_of(filled(client, email="no address"))
        assert "voornaam" in text_of_page(client.get(form)).casefold()

    def test_the_review_shows_the_commune_back(self, client: CheckingClient) -> None:
        make_petition()
        assert "9000" in text_of_page(filled(client))
        assert "Gand" in text_of_page(filled(client))

    def test_going_back_keeps_what_was_typed(self, client: CheckingClient) -> None:
        """Behaviour 3."""
        petition = make_petition(updates=True)
        offer = f"updates_{petition.carriers[0].organisation_id}"
        typed = {
            "given_name": 'N’Diaye "<b>"',
            "postal_code": "",
            "country": "ML",
            "is_public": "y",
            offer: "yes",
        }
        review = filled(client, **typed)
        back = form_to(review, "/sign").send(client, button=EDIT)
        assert back.status_code == 200
        again = form_to(back, "/sign")
        assert {name: again.fields.get(name, "") for name in typed} == typed
        assert again.fields["consent"] == again.fields["is_public"] == "y"
        assert states() == []

    def test_a_no_is_carried_as_a_no(self, client: CheckingClient) -> None:
        """Behaviour 3."""
        petition = make_petition(updates=True)
        offer = f"updates_{petition.carriers[0].organisation_id}"
        back = form_to(filled(client, **{offer: "no"}), "/sign").send(client, button=EDIT)
        assert form_to(back, "/sign").fields[offer] == "no"

    def test_only_the_corrected_address_is_written_to(self, client: CheckingClient) -> None:
        """Behaviour 4."""
        make_petition()
        back = form_to(filled(client, email="awa@exmaple.org"), "/sign").send(client, button=EDIT)
        review = form_to(back, "/sign").send(client, email="awa@example.org")
        form_to(review, "/sign").send(client, button=SEND)
        assert [signature.email for signature in signatures()] == ["awa@example.org"]
        assert len(queued_kinds()) == 1

    def test_too_young_ends_politely_and_stores_nothing(self, client: CheckingClient) -> None:
        """Behaviour 2."""
        make_petition()
        response = filled(client, age="no")
        assert response.status_code == 200
        assert "Awa" not in text_of_page(response)
        assert not [form for form in forms_in(response) if "/sign" in form.action]
        assert states() == []
        assert queued_kinds() == []

    def test_sending_at_once_without_the_review_works_too(self, client: CheckingClient) -> None:
        make_petition()
        token = form_to(client.get(PAGE), "/sign").fields["token"]
        answer = client.post(f"{PAGE}/sign", data={**form_fields(), "token": token, "step": "send"})
        assert (answer.status_code, states()) == (303, ["pending"])

    def test_the_form_stands_on_a_page_of_its_own_too(self, client: CheckingClient) -> None:
        make_petition()
        response = client.get(f"{PAGE}/sign")
        assert response.headers["Cache-Control"] == "private, no-store"
        assert form_to(response, "/sign").action == f"{PAGE}/sign"

    def test_consent_and_answers_are_stored_as_given(self, client: CheckingClient) -> None:
        petition = make_petition(updates=True)
        sent(
            client,
            country="ML",
            postal_code="9000",
            is_public="y",
            **{f"updates_{petition.carriers[0].organisation_id}": "yes"},
        )
        [signature] = signatures()
        assert (signature.postal_code, signature.is_public, signature.age_stated) == (
            None,
            True,
            True,
        )
        assert signature.consent_sha256

    def test_without_a_postal_code_one_signs_and_is_counted_without_a_region(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 8: from the form to the count."""
        make_petition()
        assert sent(client, postal_code="").status_code == 303
        [signature] = signatures()
        assert (signature.stratum, signature.postal_code) == ("UNKNOWN", None)
        done = confirm_form(client, token_of(signature)).send(client)
        assert client.get(done.location).status_code == 200
        jobs.fold_tallies(NOON)
        assert client.get(f"{PAGE}/count.json").json["support"] == 1

    def test_where_a_person_lives_is_found_without_asking_another_machine(
        self, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Behaviour 31: what is asked of nobody can be neither down nor slow."""
        make_petition()

        def refuse(*_arguments: object) -> None:
            raise AssertionError("signing asked another program")

        for way in ("connect", "connect_ex", "sendto"):
            monkeypatch.setattr(socket.socket, way, refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        assert sent(client).status_code == 303
        assert confirm_form(client, token_of(signatures()[0])).send(client).status_code == 303
        assert client.get("/fr/petitions").status_code == 200
        [signature] = signatures()
        assert (signature.state, signature.stratum) == ("confirmed", "VLG")


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"given_name": ""}, "given_name"),
            ({"given_name": "=HYPERLINK()"}, "given_name"),
            ({"family_name": "www.spam.example"}, "family_name"),
            ({"family_name": "x" * 61}, "family_name"),
            ({"email": "awa@"}, "email"),
            ({"email": "awa@localhost"}, "email"),
            ({"postal_code": "9999"}, "postal_code"),
            ({"postal_code": "1047"}, "postal_code"),
            ({"age": ""}, "age"),
            ({"consent": ""}, "consent"),
        ],
    )
    def test_is_said_beside_its_field_and_what_was_typed_stays(
        self, client: CheckingClient, typed: dict[str, str], field: str
    ) -> None:
        """Behaviours 3, 5, 6, 7 and 8."""
        make_petition()
        response = filled(client, **typed)
        assert response.status_code == 422
        invalid = set(
            re.findall(r'<[^>]*name="([^"]+)"[^>]*aria-invalid="true"', html_of(response))
        )
        invalid |= set(
            re.findall(r'<[^>]*aria-invalid="true"[^>]*name="([^"]+)"', html_of(response))
        )
        assert invalid == {field}
        form = form_to(response, "/sign")
        kept = {**form_fields(), **typed}
        assert {name: form.fields.get(name, "") for name in kept} == kept
        assert states() == []

    def test_is_listed_on_top_in_few_words(self, client: CheckingClient) -> None:
        """The whole text of the agreement would bury what is to be done."""
        make_petition()
        listed = html_of(filled(client, consent="")).partition('class="summary')[2]
        link = listed.partition('href="#consent"')[2].partition("</a>")[0]
        assert "Votre accord" in link
        assert "I explicitly agree" not in link

    def test_can_be_corrected_from_there(self, client: CheckingClient) -> None:
        make_petition()
        again = form_to(filled(client, postal_code="9999"), "/sign").send(
            client, postal_code="9000"
        )
        assert form_to(again, "/sign").send(client, button=SEND).status_code == 303
        assert states() == ["pending"]

    def test_script_in_a_field_stays_text(self, client: CheckingClient) -> None:
        make_petition()
        for typed in ('"><script>alert(1)</script>', "<img src=x onerror=alert(1)>"):
            html = html_of(filled(client, given_name=typed, email=typed, postal_code=typed))
            assert "<script>alert" not in html
            assert "<img src=x" not in html

    def test_a_form_that_is_far_too_large_is_refused(self, client: CheckingClient) -> None:
        """Behaviour 7: with a page, not a fault."""
        make_petition()
        assert (
            client.post(f"{PAGE}/sign", data=form_fields(given_name="x" * 100_000)).status_code
            == 413
        )
        assert states() == []


class TestRobots:
    def test_a_filled_honeypot_is_refused_politely_with_the_form_kept(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        form = form_to(client.get(PAGE), "/sign")
        response = form.send(client, **form_fields(), website="https://spam.example")
        assert response.status_code == 422
        again = form_to(response, "/sign")
        assert (again.fields["given_name"], again.fields.get("website", "")) == ("Awa", "")
        assert form_to(again.send(client), "/sign").send(client, button=SEND).status_code == 303

    def test_too_fast_is_refused_politely_with_the_form_kept(
        self, client: CheckingClient, app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "MINIMUM_FORM_SECONDS", 3)
        make_petition()
        response = filled(client)
        assert response.status_code == 422
        again = form_to(response, "/sign")
        assert again.fields["given_name"] == "Awa"
        clock.advance(seconds=3)
        assert form_to(again.send(client), "/sign").send(client, button=SEND).status_code == 303

    def test_a_page_left_open_too_long_is_renewed_with_the_form_kept(
        self, client: CheckingClient, clock: Clock
    ) -> None:
        make_petition()
        form = form_to(client.get(PAGE), "/sign")
        clock.move_to(NOON + LONGEST)
        assert form.send(client, **form_fields()).status_code == 200, "not a second too early"
        clock.advance(seconds=1)
        refused = form.send(client, **form_fields())
        assert refused.status_code == 422
        again = form_to(refused, "/sign")
        assert again.fields["given_name"] == "Awa"
        assert form_to(again.send(client), "/sign").send(client, button=SEND).status_code == 303

    @pytest.mark.parametrize("token", ["", "nonsense", "AAAA", "é"])
    def test_a_made_up_token_keeps_the_form(self, client: CheckingClient, token: str) -> None:
        make_petition()
        response = client.post(
            f"{PAGE}/sign", data={**form_fields(), "token": token, "step": "send"}
        )
        assert response.status_code == 422
        assert form_to(response, "/sign").fields["given_name"] == "Awa"
        assert states() == []

    def test_a_token_of_another_petition_keeps_the_form(self, client: CheckingClient) -> None:
        make_petition()
        make_petition("another")
        token = form_to(client.get("/fr/petitions/another"), "/sign").fields["token"]
        assert (
            client.post(f"{PAGE}/sign", data={**form_fields(), "token": token}).status_code == 422
        )

    def test_too_many_from_one_network_are_asked_to_wait_with_the_form_kept(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        for number in range(5):
            assert sent(client, email=f"p{number}@example.org").status_code == 303
        refused = sent(client, email="late@example.org", given_name="Binta")
        assert refused.status_code == 429
        assert 60 <= int(refused.headers["Retry-After"]) <= 600
        again = form_to(refused, "/sign")
        assert (again.fields["email"], again.fields["given_name"], again.fields["consent"]) == (
            "late@example.org",
            "Binta",
            "y",
        )
        assert len(signatures()) == 5

    @pytest.mark.parametrize("host", ["gmail.com", "ulb.be", "lachambre.be"])
    def test_no_mail_host_is_trusted_more_than_another(
        self, client: CheckingClient, host: str
    ) -> None:
        """Behaviour 30, the more protective way (docs/decisions/0003): a list of hosts would open the
        limits to whoever has an address there."""
        make_petition()
        answers = [sent(client, email=f"p{number}@{host}").status_code for number in range(6)]
        assert answers == [303] * 5 + [429]

    def test_a_proof_of_work_lifts_the_limit_and_is_good_once(self, client: CheckingClient) -> None:
        make_petition()
        for number in range(7):
            proof = solved(client.get(f"{PAGE}/challenge.json").json)
            assert sent(client, email=f"p{number}@example.org", altcha=proof).status_code == 303
        codes = [
            sent(client, email=f"q{number}@example.org", altcha=proof).status_code
            for number in range(6)
        ]
        assert codes == [303] * 5 + [429]

    def test_a_form_of_another_site_is_refused(self, client: CheckingClient) -> None:
        make_petition()
        token = form_to(client.get(PAGE), "/sign").fields["token"]
        for headers in (
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        ):
            fields = {**form_fields(), "token": token, "step": "send"}
            assert client.post(f"{PAGE}/sign", data=fields, headers=headers).status_code == 403
        assert states() == []


class TestSameAnswer:
    def test_for_new_repeated_third_and_blocked_signers(self, client: CheckingClient) -> None:
        """Behaviour 17 (and 63): status, headers and every byte."""
        make_petition()
        with transaction():
            block("blocked@example.org", reason="test", now=NOON)
        make_confirmed(email="known@example.org")
        make_confirmed(email="full@example.org")
        make_confirmed(email="full@example.org", given_name="Binta")
        answers, pages = [], []
        for email in (
            "new@example.org",
            "known@example.org",
            "full@example.org",
            "blocked@example.org",
        ):
            answer = sent(
                client, email=email, given_name="Cheick" if email.startswith("full") else "Awa"
            )
            answers.append(shown(answer))
            pages.append(shown(client.get(answer.location)))
        assert [answer == answers[0] for answer in answers] == [True] * 4
        assert [page == pages[0] for page in pages] == [True] * 4

    def test_for_one_who_waits_to_confirm_who_withdrew_and_whose_mailbox_is_full(
        self, client: CheckingClient, app: Flask
    ) -> None:
        """Behaviour 17, R11: nobody can ask the site whether somebody signed."""
        make_petition()
        sign(email="waiting@example.org")
        withdrawn = make_confirmed(email="withdrawn@example.org")
        with transaction():
            taking_back.withdraw(withdrawn, now=NOON)
        mailbox = signing.email_key(0, "flooded@example.org")
        for number in range(12):
            with app.extensions["limits"].signing_allowance(
                f"visitor {number}", CheckedProof(ProofOfWork.ABSENT), mailbox, bytes([number])
            ):
                pass
        answers, pages = [], []
        for name in ("new", "waiting", "withdrawn", "flooded"):
            answers.append(sent(client, email=f"{name}@example.org"))
            pages.append(shown(client.get(answers[-1].location)))
        assert [shown(answer) == shown(answers[0]) for answer in answers] == [True] * 4
        assert [page == pages[0] for page in pages] == [True] * 4
        assert states() == ["pending", "withdrawn", "pending", "pending", "pending"]

    def test_the_review_is_the_same_too(self, client: CheckingClient) -> None:
        """Behaviour 17."""
        make_petition()
        before = filled(client, email="known@example.org").data
        make_confirmed(email="known@example.org")
        assert filled(client, email="known@example.org").data == before

    def test_a_throw_away_address_gets_its_mail_like_any_other(
        self, client: CheckingClient
    ) -> None:
        """Behaviours 17 and 28."""
        make_petition()
        sent(client, email="x@mailinator.com")
        sent(client, email="y@example.org")
        assert queued_kinds() == ["petitions/confirm_signature"] * 2

    def test_both_people_of_a_household_get_their_mail(self, client: CheckingClient) -> None:
        """Behaviour 10: one after the other at the same table."""
        make_petition()
        sent(client)
        sent(client, given_name="Binta")
        assert queued_kinds() == ["petitions/confirm_signature"] * 2

    def test_pressing_send_twice_sends_one_mail(self, client: CheckingClient) -> None:
        """Behaviours 11 and 16."""
        make_petition()
        form = form_to(filled(client), "/sign")
        assert [form.send(client, button=SEND).status_code for _time in range(3)] == [303] * 3
        assert (states(), len(queued_kinds())) == (["pending"], 1)

    def test_who_mends_the_postal_code_at_once_gets_a_mail_for_it(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """The brake on mails is for the same form sent twice, not for a mistake seen too late."""
        make_petition()
        sent(client, postal_code="4000")
        sent(client, postal_code="9000")
        sent(client, postal_code="9000")
        [signature] = signatures()
        assert (signature.postal_code, len(outbox)) == ("9000", 2)

    def test_one_mailbox_cannot_be_flooded_over_many_petitions(
        self, client: CheckingClient
    ) -> None:
        for number in range(14):
            make_petition(f"number-{number}")
        codes = set()
        for number in range(14):
            environ = {"REMOTE_ADDR": f"10.{number}.0.1"}
            token = form_to(client.get(f"/fr/petitions/number-{number}"), "/sign").fields["token"]
            fields = {**form_fields(), "token": token, "step": "send"}
            codes.add(
                client.post(
                    f"/fr/petitions/number-{number}/sign", data=fields, environ_base=environ
                ).status_code
            )
        assert codes == {303}
        assert 5 <= len(queued_kinds()) <= 10


class TestClosing:
    def test_a_closed_petitions_form_leads_to_its_page(
        self, client: CheckingClient, app: Flask
    ) -> None:
        """Behaviour 18: and the page says why there is no form."""
        make_petition(state="closed")
        response = client.get(f"{PAGE}/sign")
        assert response.status_code == 302
        path, _hash, place = response.location.partition("#")
        assert path == PAGE
        page = client.get(path)
        assert f'id="{place}"' in html_of(page)
        with app.test_request_context("/fr/"):
            assert str(gettext("The collection is closed")) in text_of_page(page)
        assert not [form for form in forms_in(page) if "/sign" in form.action]

    @pytest.mark.parametrize("step", ["review", "send"])
    def test_closing_between_form_and_submit_refuses_cleanly(
        self, client: CheckingClient, step: str
    ) -> None:
        """Behaviour 19."""
        make_petition()
        token = form_to(client.get(PAGE), "/sign").fields["token"]
        with transaction():
            publishing.move_to(petition_by_slug("clear-criteria"), "closed", actor="test", now=NOON)  # type: ignore[arg-type]
        response = client.post(f"{PAGE}/sign", data={**form_fields(), "token": token, "step": step})
        assert response.status_code == 409
        assert states() == []
        assert queued_kinds() == []

    def test_reaching_the_last_second_between_form_and_submit_refuses_cleanly(
        self, client: CheckingClient, clock: Clock
    ) -> None:
        """Behaviour 19."""
        make_petition(closes_at=NOON + timedelta(hours=1))
        form = form_to(filled(client), "/sign")
        clock.advance(hours=1)
        assert form.send(client, button=SEND).status_code == 409
        assert states() == []

    @pytest.mark.parametrize("state", ["suspended", "rejected", "removed"])
    def test_a_petition_taken_down_takes_nothing(self, client: CheckingClient, state: str) -> None:
        make_petition()
        token = form_to(client.get(PAGE), "/sign").fields["token"]
        with transaction():
            publishing.move_to(petition_by_slug("clear-criteria"), state, actor="test", now=NOON)  # type: ignore[arg-type]
        response = client.post(
            f"{PAGE}/sign", data={**form_fields(), "token": token, "step": "send"}
        )
        assert response.status_code in {409, 410}
        assert states() == []

    def test_a_petition_that_takes_no_support_here_takes_none(self, client: CheckingClient) -> None:
        make_petition(accepts_support=False)
        assert not [form for form in forms_in(client.get(PAGE)) if "/sign" in form.action]
        assert client.post(f"{PAGE}/sign", data=form_fields(step="send")).status_code == 409

    def test_an_unknown_petition_is_not_found(self, client: CheckingClient) -> None:
        assert client.post("/fr/petitions/nowhere/sign", data=form_fields()).status_code == 404
        assert client.get("/fr/petitions/nowhere/sign").status_code == 404

    def test_read_only_takes_nothing_and_says_so(
        self, client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Behaviour 20: form unreachable, petition readable, nothing written by any button."""
        make_petition(updates=True)
        form = form_to(filled(client), "/sign")
        confirmed = make_confirmed(email="b@example.org")
        sign(email="c@example.org")
        waiting = signatures()[-1]
        monkeypatch.setitem(app.config, "READ_ONLY", True)
        rights, stop = mails.rights_token(confirmed.ref), mails.unsubscribe_token(confirmed.ref, 1)
        assert form.send(client, button=SEND).status_code == 503
        refused = client.get(f"{PAGE}/sign")
        assert refused.status_code == 503
        assert "<h1>Les signatures sont en pause</h1>" in html_of(refused), "the site is not down"
        for path in (
            f"/fr/confirm/{token_of(waiting)}",
            f"/fr/confirm/{token_of(waiting)}/not-me",
            f"/fr/signature/{rights}/withdraw",
            f"/fr/unsubscribe/{stop}",
        ):
            assert client.post(path).status_code == 503
        assert states() == ["confirmed", "pending"]
        for path in (PAGE, f"/fr/confirm/{token_of(waiting)}", f"/fr/signature/{rights}"):
            assert client.get(path).status_code == 200


class TestConfirming:
    def waiting(self, **facts: Any) -> str:
        make_petition(**facts)
        sign()
        return token_of(signatures()[0])

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_opening_the_link_changes_nothing(self, client: CheckingClient, method: str) -> None:
        """Behaviour 32: a mail scanner neither confirms nor breaks the link."""
        token = self.waiting()
        for _time in range(5):
            assert client.open(f"/fr/confirm/{token}", method=method).status_code == 200
            assert client.open(f"/fr/confirm/{token}/not-me", method=method).status_code in {
                404,
                405,
            }
        assert (states(), entries()) == (["pending"], 0)
        assert confirm_form(client, token).send(client).status_code == 303
        assert states() == ["confirmed"]

    def test_the_page_names_the_petition_and_holds_no_personal_details(
        self, client: CheckingClient
    ) -> None:
        token = self.waiting()
        text = text_of_page(client.get(f"/fr/confirm/{token}"))
        assert "Criteria fr" in text
        assert not [word for word in ("Awa", "Exemple", "awa@example.org", "9000") if word in text]

    def test_pressing_twice_shows_the_same_and_counts_once(self, client: CheckingClient) -> None:
        """Behaviour 23."""
        token = self.waiting()
        form = confirm_form(client, token)
        first, second = form.send(client), form.send(client)
        assert (first.status_code, first.location) == (second.status_code, second.location)
        assert text_of_page(client.get(first.location)) == text_of_page(client.get(second.location))
        assert entries() == 1
        assert client.get(f"/fr/confirm/{token}").status_code == 200

    def test_the_link_works_until_24_hours_after_closing_then_says_closed(
        self, client: CheckingClient, clock: Clock
    ) -> None:
        """Behaviour 25."""
        token = self.waiting(closes_at=NOON + DAY)
        jobs.close_petitions(clock.advance(days=1))
        clock.advance(hours=23, minutes=59, seconds=59)
        form = confirm_form(client, token)
        clock.advance(seconds=1)
        assert form.send(client).status_code == 409
        assert client.get(f"/fr/confirm/{token}").status_code == 409
        clock.advance(seconds=-1)
        assert form.send(client).status_code == 303

    def test_an_expired_link_says_so_and_leads_to_the_petition(
        self, client: CheckingClient, clock: Clock
    ) -> None:
        """R9: seven days, to the second."""
        token = self.waiting()
        clock.advance(days=7)
        for response in (client.get(f"/fr/confirm/{token}"), client.post(f"/fr/confirm/{token}")):
            assert response.status_code == 410
            assert f'href="{PAGE}"' in html_of(response)
        assert entries() == 0

    @pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 5000, "é", "a b", "..", "%2e%2e"])
    def test_an_unknown_link_says_so(self, client: CheckingClient, token: str) -> None:
        """Behaviour 26: a page of its own that leads on, never a fault. (A wrong link names no
        petition, so it leads to all of them.)"""
        make_petition()
        sign()
        for response in (client.get(f"/fr/confirm/{token}"), client.post(f"/fr/confirm/{token}")):
            assert response.status_code == 404
            assert "/fr/petitions" in links_of(response)
        assert (states(), entries()) == (["pending"], 0)

    def test_a_blocked_signer_sees_what_everybody_sees_and_is_never_counted(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 28."""
        make_petition()
        with transaction():
            block("blocked@example.org", reason="test", now=NOON)
        sign(email="blocked@example.org")
        sign(email="b@example.org")
        seen = []
        for signature in signatures():
            token = token_of(signature)
            answer = confirm_form(client, token).send(client)
            after = text_of_page(client.get(f"/fr/confirm/{token}"))
            own = text_of_page(client.get(f"/fr/signature/{mails.rights_token(signature.ref)}"))
            own = own.replace(str(signature.email), "")
            seen.append((answer.status_code, text_of_page(client.get(answer.location)), after, own))
        assert seen[0] == seen[1]
        assert states() == ["invalidated", "confirmed"]
        assert entries() == 1

    def test_a_withdrawn_signatures_link_says_so(self, client: CheckingClient) -> None:
        make_petition()
        signature = make_confirmed()
        token = token_of(signature)
        with transaction():
            taking_back.withdraw(signature, now=NOON)
        assert client.get(f"/fr/confirm/{token}").status_code == 409
        assert client.post(f"/fr/confirm/{token}").status_code == 409
        assert (states(), entries()) == (["withdrawn"], 2)

    def test_it_was_not_me_deletes_and_says_so_twice(self, client: CheckingClient) -> None:
        """R9."""
        token = self.waiting()
        form = form_to(client.get(f"/fr/confirm/{token}"), "/not-me")
        answers = [form.send(client) for _time in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert states() == []
        assert client.get(f"/fr/confirm/{token}").status_code == 404

    def test_every_language_link_on_the_way_opens(self, client: CheckingClient) -> None:
        token = self.waiting()
        response = form_to(client.get(f"/fr/confirm/{token}"), "/not-me").send(client)
        for link in set(re.findall(r'href="(/[a-z]{2}/[^"]*)"', html_of(response))):
            assert client.get(link).status_code == 200


class TestSignedPage:
    def signed(self, client: CheckingClient) -> str:
        make_petition()
        sign()
        return confirm_form(client, token_of(signatures()[0])).send(client).location

    def test_thanks_and_names_the_region_only(self, client: CheckingClient) -> None:
        response = client.get(self.signed(client))
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
        assert not [
            word
            for word in ("Awa", "Exemple", "awa@example.org", "9000")
            if word in text_of_page(response)
        ]

    def test_the_official_address_is_cut_after_a_dot_only(self, client: CheckingClient) -> None:
        """It is there to be compared with what the browser shows."""
        html = html_of(client.get(self.signed(client)))
        assert '<b dir="ltr">dekamer.<wbr>mijnopinie.<wbr>belgium.<wbr>be</b>' in html

    def test_sends_nobody_to_look_for_more_once_the_collection_is_over(
        self, client: CheckingClient, clock: Clock
    ) -> None:
        petition = make_petition(closes_at=NOON + timedelta(hours=1))
        sign()
        clock.advance(hours=2)
        thanks = confirm_form(client, token_of(signatures()[0])).send(client).location
        with transaction():
            publishing.move_to(petition, "closed", actor="test", now=clock.now())
        response = client.get(thanks.replace("/fr/", "/en/", 1))
        assert response.status_code == 200
        shown = text_of_page(response)
        assert not [word for word in ("bring others", "are missing", "would sign") if word in shown]

    def test_whoever_it_is_forwarded_to_finds_no_way_to_the_person(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 27: the page that shows and withdraws a signature is reached from the mail only."""
        response = client.get(self.signed(client))
        assert not [link for link in links_of(response) if "/signature/" in link]

    def test_an_old_or_forwarded_link_leads_to_the_petition(
        self, client: CheckingClient, clock: Clock
    ) -> None:
        """Behaviour 27: where the form is, and nothing of the one who signed."""
        address = self.signed(client)
        clock.advance(minutes=15, seconds=1)
        response = client.get(address)
        assert response.status_code == 302
        assert response.location.partition("#")[0] == PAGE
        page = client.get(PAGE)
        assert "Awa" not in text_of_page(page)
        assert not [link for link in links_of(page) if "/signature/" in link]
        form = form_to(page, "/sign")
        assert form.send(client, **form_fields(email="friend@example.org")).status_code == 200

    @pytest.mark.parametrize("k", ["", "x", "é", "AAAA", "x" * 400])
    def test_a_wrong_key_leads_to_the_petition(self, client: CheckingClient, k: str) -> None:
        """Behaviours 26 and 27."""
        make_petition()
        response = client.get(f"{PAGE}/signed", query_string={"k": k})
        assert (response.status_code, response.location.partition("#")[0]) == (302, PAGE)

    def test_the_key_of_another_petition_leads_to_the_petition(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 27."""
        address = self.signed(client)
        make_petition("another")
        assert client.get(address.replace("clear-criteria", "another")).status_code == 302

    def test_after_withdrawing_it_thanks_no_more(self, client: CheckingClient) -> None:
        address = self.signed(client)
        with transaction():
            taking_back.withdraw(signatures()[0], now=NOON)
        assert client.get(address).status_code == 302


class TestNothingLost:
    def test_a_failed_commit_is_never_answered_as_accepted(
        self, client: CheckingClient, app: Flask
    ) -> None:
        """No row, no mail, 503; and signing again a moment later works, mail included."""
        make_petition()
        form = form_to(filled(client), "/sign")
        with failing_commits():
            refused = form.send(client, button=SEND)
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert (states(), queued_kinds()) == ([], [])
        assert form.send(client, button=SEND).status_code == 303
        assert (states(), queued_kinds()) == (["pending"], ["petitions/confirm_signature"])

    def test_a_locked_database_refuses_with_a_clear_page_records_nothing_and_takes_it_later(
        self, client: CheckingClient, app: Flask
    ) -> None:
        make_petition()
        form = form_to(filled(client), "/sign")
        with locked_database():
            refused = form.send(client, button=SEND)
            assert client.get(PAGE).status_code == 200, "reading goes on"
        assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
        with app.test_request_context("/fr/"):
            sentence = str(PAGES[503].sentence)
        assert sentence in text_of_page(refused)
        assert (states(), queued_kinds()) == ([], [])
        assert form.send(client, button=SEND).status_code == 303
        assert (states(), queued_kinds()) == (["pending"], ["petitions/confirm_signature"])

    @pytest.mark.parametrize("failure", [locked_database, failing_commits])
    def test_whatever_fails_no_button_is_answered_as_done(
        self, client: CheckingClient, failure: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Confirming, disowning and withdrawing: refused, nothing changed, and it works later."""
        make_petition()
        sign(email="a@example.org")
        sign(email="b@example.org")
        make_confirmed(email="c@example.org")
        one, other, third = signatures()
        before = ["pending", "pending", "confirmed"]
        buttons = (
            f"/fr/confirm/{token_of(one)}",
            f"/fr/confirm/{token_of(other)}/not-me",
            f"/fr/signature/{mails.rights_token(third.ref)}/withdraw",
        )
        with failure():
            assert [client.post(button).status_code for button in buttons] == [503] * 3
        assert (states(), entries()) == (before, 1)
        assert [client.post(button).status_code for button in buttons] == [303, 200, 303]
        assert (states(), entries()) == (["confirmed", "withdrawn"], 3)

    def test_a_failed_confirmation_can_be_pressed_again(self, client: CheckingClient) -> None:
        make_petition()
        sign()
        form = confirm_form(client, token_of(signatures()[0]))
        with failing_commits():
            assert form.send(client).status_code == 503
        assert (states(), entries()) == (["pending"], 0)
        assert form.send(client).status_code == 303
        assert (states(), entries()) == (["confirmed"], 1)

    def test_a_full_disk_keeps_all_that_was_accepted_and_accepts_nothing_else(
        self, client: CheckingClient, app: Flask
    ) -> None:
        """A real one: SQLite may not grow by a page."""
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL's disk cannot be filled for one test")
        make_petition()
        form = form_to(filled(client), "/sign")
        accepted = []
        with full_disk():
            for number in range(60):
                email = f"p{number}@example.org"
                environ = {"REMOTE_ADDR": f"10.{number}.0.1"}
                data = {**form.fields, "email": email, "step": "send"}
                status = client.post(form.action, data=data, environ_base=environ).status_code
                assert status in {303, 503}
                if status == 303:
                    accepted.append(email)
        assert len(accepted) < 60, "the disk was never full"
        assert sorted(str(signature.email) for signature in signatures()) == sorted(accepted)
        assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == len(accepted)

    def test_a_broken_database_says_so_and_reads_nothing_out(
        self, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With the words of the fault in no page."""
        make_petition()

        def fail(*_arguments: object) -> None:
            raise OperationalError("SELECT secret", {}, Exception("connection to 10.0.0.1 refused"))

        event.listen(db.engine, "before_cursor_execute", fail)
        try:
            response = client.get(PAGE)
        finally:
            event.remove(db.engine, "before_cursor_execute", fail)
        assert response.status_code == 503
        assert "10.0.0.1" not in html_of(response)
        assert "secret" not in html_of(response)


def test_no_answer_on_the_journey_sets_a_cookie(client: CheckingClient) -> None:
    make_petition()
    form = form_to(client.get(PAGE), "/sign")
    review = form.send(client, **form_fields())
    answer = form_to(review, "/sign").send(client, button=SEND)
    token = token_of(db.session.scalars(select(Signature)).one())
    done = client.post(f"/fr/confirm/{token}")
    for response in (
        review,
        answer,
        client.get(f"/fr/confirm/{token}"),
        done,
        client.get(done.location),
    ):
        assert "Set-Cookie" not in response.headers


def test_personal_pages_are_private_and_not_indexed(client: CheckingClient) -> None:
    """Behaviour 91."""
    make_petition()
    form = form_to(client.get(PAGE), "/sign")
    review = form.send(client, **form_fields())
    answer = form_to(review, "/sign").send(client, button=SEND)
    token = token_of(signatures()[0])
    pages = [
        review,
        answer,
        client.get(f"/fr/confirm/{token}"),
        client.get("/fr/confirm/unknown"),
        client.post(f"/fr/confirm/{token}"),
    ]
    for response in pages:
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get(PAGE).headers


def test_no_page_with_a_form_hides_where_it_comes_from(client: CheckingClient) -> None:
    """Old browsers send "Origin: null" then, and no Sec-Fetch-Site: we would refuse our own forms."""
    make_petition()
    sign()
    token = token_of(signatures()[0])
    for path in ("/fr/petitions/clear-criteria/sign", f"/fr/confirm/{token}"):
        answer = client.get(path)
        assert "no-referrer" not in html_of(answer)
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_confirmation_page_says_in_which_region_it_counts(client: CheckingClient) -> None:
    make_petition()
    sign(postal_code="4000")
    sign(email="abroad@example.org", country="ML", postal_code="")
    sign(email="nowhere@example.org", postal_code="")
    shown = [
        "Région" in text_of_page(client.get(f"/fr/confirm/{token_of(signature)}"))
        for signature in signatures()
    ]
    assert shown == [True, True, False]
