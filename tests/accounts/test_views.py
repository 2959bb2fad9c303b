"""The pages of accounts: who may open them, and what they say to whom."""

import dataclasses
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from campaign.accounts.cookies import door_for
from campaign.accounts.guards import OPEN
from campaign.accounts.models import AccountRole
from campaign.accounts.permissions import MATRIX, OF_AN_ORGANISATION, Permission, Role
from campaign.core.db import db, transaction
from campaign.thresholds.instruments import instrument
from config import Config
from tests.factories.accounts import (
    PASSWORD,
    SESSION_COOKIE,
    code_of,
    give_recovery_codes,
    make_account,
    sign_in_as,
)
from tests.factories.checks import make_check
from tests.factories.exports import ask
from tests.factories.petitions import NOON, first_link, make_organisation, make_petition
from tests.mailbox import Outbox, text_of
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
RULE = instrument("be-chamber-hearing", NOON.date())
OF_A_PETITION = ("petitions_workspace", "voices_workspace")
# What such an address needs is not there in these tests: its own tests say who may open it.
NEEDS_MORE = {"token", "code"}
NEEDS_A_ROW = re.compile(r"/(paper|updates)/<|/versions/<|picture\.webp|/moderation/<slug>")


def workspace_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if f"{rule.rule}/".startswith("/workspace/")]


def path_of(rule: Rule, slug: str = "clear-criteria-lead", number: int = 1) -> str:
    if rule.endpoint.startswith(OF_A_PETITION):
        slug = "clear-criteria"
    filled = rule.rule.replace("<slug>", slug).replace("<int:number>", str(number))
    filled = filled.replace("<instrument_id>", RULE.id).replace("<version>", f"{RULE.version}")
    filled = filled.replace("<language>", "fr").replace("<lang:language>", "fr")
    return filled.replace("<token>", "nothing").replace("<code>", "ABCDEF")


def needs_more(rule: Rule) -> bool:
    return bool(NEEDS_MORE & rule.arguments or NEEDS_A_ROW.search(rule.rule))


class TestDefaultDeny:
    def test_a_stranger_is_led_to_sign_in_from_every_page_and_every_act(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 108."""
        make_petition()
        asked = 0
        for rule in workspace_rules(client.application):
            if client.application.view_functions[rule.endpoint].required_permission == OPEN:
                continue
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                response = client.open(path_of(rule), method=method)
                assert response.status_code == 303, rule
                assert response.headers["Location"].startswith("/workspace/sign-in?"), rule
                assert response.headers["Cache-Control"] == "no-store"
                assert "Set-Cookie" not in response.headers
                asked += 1
        assert asked > 30

    def test_who_has_no_role_gets_nothing_but_their_own_account(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 108."""
        make_petition()
        sign_in_as(client, make_account())
        refused = 0
        for rule in workspace_rules(client.application):
            mark = client.application.view_functions[rule.endpoint].required_permission
            if mark in {OPEN, Permission.ACCOUNT_OWN} or "GET" not in (rule.methods or set()):
                continue
            assert client.get(path_of(rule)).status_code in {403, 404}, rule
            refused += 1
        assert refused > 5

    def test_a_view_without_a_mark_is_refused_to_everybody(
        self, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sign_in_as(client, make_account(is_administrator=True))
        views = client.application.view_functions
        monkeypatch.setitem(views, "workspace.permissions", lambda: "told")
        assert client.get("/workspace/permissions").status_code == 403

    def test_every_page_opens_for_who_has_every_role(self, client: CheckingClient) -> None:
        make_petition()
        for number in range(3):
            make_check()
            ask(f"officer {number}")
        organisation = make_organisation("clear-criteria-lead")
        account = make_account(
            "Palabre", *OF_AN_ORGANISATION, organisation=organisation, is_administrator=True
        )
        sign_in_as(client, account)
        for rule in workspace_rules(client.application):
            if "GET" not in (rule.methods or set()) or needs_more(rule):
                continue
            response = client.get(path_of(rule, number=account.id))
            assert response.status_code in {200, 303}, (rule, response.status_code)
            assert response.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("role", Role)
    def test_each_role_opens_exactly_the_pages_that_the_table_gives_it(
        self, client: CheckingClient, role: Role
    ) -> None:
        make_petition()
        for number in range(3):
            make_check()
            ask(f"officer {number}")
        place = make_organisation("clear-criteria-lead")
        is_administrator = role is Role.ADMINISTRATOR
        roles = () if is_administrator else (role,)
        account = make_account(
            "Palabre", *roles, organisation=place, is_administrator=is_administrator
        )
        other = make_account("Other", Role.MEMBER, organisation=place)
        sign_in_as(client, account)
        for rule in workspace_rules(client.application):
            mark = client.application.view_functions[rule.endpoint].required_permission
            if mark == OPEN or "GET" not in (rule.methods or set()) or needs_more(rule):
                continue
            status = client.get(path_of(rule, number=other.id)).status_code
            assert status == (200 if role in MATRIX[mark] else 403), (rule, mark)

    def test_a_role_opens_its_own_organisation_only(self, client: CheckingClient) -> None:
        one, two = make_organisation("one"), make_organisation("two")
        sign_in_as(client, make_account("Palabre", Role.COORDINATOR, organisation=one))
        assert client.get(f"/workspace/organisations/{one.slug}").status_code == 200
        assert client.get(f"/workspace/organisations/{two.slug}").status_code == 403
        assert client.get("/workspace/organisations/three").status_code == 404

    def test_a_role_that_sees_people_sleeps_until_there_is_a_second_factor(
        self, client: CheckingClient
    ) -> None:
        place = make_organisation()
        account = make_account("Palabre", Role.OFFICER, organisation=place, has_factor=False)
        sign_in_as(client, account)
        assert "Your roles sleep" in text_of_page(client.get("/workspace"))
        response = client.get("/workspace/audit")
        assert response.status_code == 403
        assert "Set up a second proof" in text_of_page(response)

    def test_a_role_taken_away_in_the_middle_says_so_and_changes_nothing(
        self, client: CheckingClient
    ) -> None:
        place = make_organisation()
        account = make_account("Palabre", Role.COORDINATOR, organisation=place)
        sign_in_as(client, account)
        form = form_to(client.get(f"/workspace/organisations/{place.slug}/edit"), "/edit")
        with transaction():
            db.session.execute(db.delete(AccountRole))
        response = form.send(client, name="Taken over")
        assert response.status_code == 403
        assert "taken from you in the meantime" in text_of_page(response)
        db.session.refresh(place)
        assert place.name != "Taken over"


class TestCookies:
    def test_are_bound_to_the_host_and_to_https_in_production(
        self, client: CheckingClient, test_config: Config, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_account(has_factor=False)
        door = door_for(dataclasses.replace(test_config, environment="production"))
        monkeypatch.setitem(client.application.extensions, "workspace", door)
        sent = {"email": "palabre@example.org", "password": PASSWORD}
        response = client.post("/workspace/sign-in", data=sent)
        cookies = response.headers.getlist("Set-Cookie")
        assert [each.partition("=")[0] for each in cookies] == [
            "__Host-portevoix",
            "__Host-portevoix_device",
        ]
        for each in cookies:
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(each.split("; "))
            assert "Domain" not in each

    def test_of_strangers_are_no_sessions(self, client: CheckingClient) -> None:
        for value in ("", "x", "0" * 43):
            client.set_cookie(SESSION_COOKIE, value, domain="127.0.0.1")
            assert client.get("/workspace").status_code == 303

    def test_are_not_needed_to_read_and_nothing_is_written_in_read_only_mode(
        self, client: CheckingClient, test_config: Config, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = make_account()
        sign_in_as(client, account)
        form = form_to(client.get("/workspace/account"), "/workspace/account")
        door = door_for(dataclasses.replace(test_config, read_only=True))
        monkeypatch.setitem(client.application.extensions, "workspace", door)
        assert form.send(client, name="Other").status_code == 503
        assert client.get("/workspace").status_code == 200


class TestForms:
    def test_without_the_key_of_the_session_change_nothing(self, client: CheckingClient) -> None:
        account = make_account()
        sign_in_as(client, account)
        for key in ({}, {"form_key": "0" * 32}):
            response = client.post(
                "/workspace/account", data={"name": "X", "language": "fr", **key}
            )
            assert response.status_code == 403
        assert client.post("/workspace/sign-out").status_code == 403
        db.session.refresh(account)
        assert account.name == "Palabre"

    def test_that_are_dangerous_ask_again_and_carry_what_was_typed(
        self, client: CheckingClient, clock: Any
    ) -> None:
        account = make_account()
        sign_in_as(client, account)
        form = form_to(client.get("/workspace/account/password"), "/account/password")
        clock.advance(minutes=11)
        asked = form.send(client, password="une autre phrase bien longue")
        assert asked.status_code == 403
        again = form_to(asked, "/account/password")
        wrong = again.send(client, confirm_it_is_me="not my password")
        assert wrong.status_code == 422
        done = form_to(wrong, "/account/password").send(client, confirm_it_is_me=PASSWORD)
        assert done.status_code == 303
        form = form_to(client.get("/workspace/account/address"), "/account/address")
        assert form.send(client, email="other@example.org").status_code == 200

    def test_that_ask_again_for_a_page_lead_to_the_workspace_only(
        self, client: CheckingClient, clock: Any
    ) -> None:
        account = make_account()
        sign_in_as(client, account)
        clock.advance(minutes=11)
        form = form_to(client.get("/workspace/account/passkeys"), "/confirm-again")
        code = code_of(account, clock.now())
        response = form.send(client, confirm_it_is_me=code, target="https://evil.example/")
        assert response.headers["Location"] == "/workspace"


class TestSigningIn:
    def sign_in(
        self, client: CheckingClient, email: str = "palabre@example.org", password: str = PASSWORD
    ) -> Any:
        page = client.get("/workspace/sign-in")
        return form_to(page, "/sign-in").send(client, email=email, password=password)

    def test_takes_the_password_and_then_the_code(self, client: CheckingClient) -> None:
        account = make_account()
        assert client.get("/workspace").status_code == 303
        response = self.sign_in(client)
        assert "second-factor" in response.headers["Location"]
        half = response.headers["Set-Cookie"]
        assert "HttpOnly" in half
        assert "SameSite=Lax" in half
        assert "second-factor" in client.get("/workspace").headers["Location"]
        page = client.get(response.headers["Location"])
        assert form_to(page, "second-factor").send(client, code="000000").status_code == 422
        done = form_to(page, "second-factor").send(client, code=code_of(account, NOON))
        assert done.headers["Location"] == "/workspace"
        assert done.headers["Set-Cookie"] != half
        assert client.get("/workspace").status_code == 200

    def test_takes_a_recovery_code_once(self, client: CheckingClient) -> None:
        code = give_recovery_codes(make_account())[0]
        for expected in (303, 422):
            client.delete_cookie(SESSION_COOKIE, domain="127.0.0.1")
            page = client.get(self.sign_in(client).headers["Location"])
            sent = form_to(page, "second-factor").send(client, code=code.lower())
            assert sent.status_code == expected

    def test_says_the_same_of_a_wrong_password_and_an_unknown_address(
        self, client: CheckingClient
    ) -> None:
        make_account()
        known = self.sign_in(client, password="wrong but quite long")
        unknown = self.sign_in(client, email="nobody@example.org", password="wrong but quite long")
        assert known.status_code == unknown.status_code == 422
        assert text_of_page(known) == text_of_page(unknown)

    def test_slows_a_guesser_down_and_locks_nobody_else_out(self, client: CheckingClient) -> None:
        make_account(has_factor=False)
        owner = client.application.test_client()
        assert isinstance(owner, CheckingClient)
        assert self.sign_in(owner).status_code == 303
        owner.delete_cookie(SESSION_COOKIE, domain="127.0.0.1")
        statuses = [
            self.sign_in(client, password="a wrong one, long").status_code for _ in range(7)
        ]
        assert statuses == [422] * 5 + [429] * 2
        assert self.sign_in(client).status_code == 429  # even the right one, from this stranger
        assert self.sign_in(owner).status_code == 303  # same network, a browser that is known
        stranger_elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
        sent = {"email": "palabre@example.org", "password": PASSWORD}
        client.delete_cookie(SESSION_COOKIE, domain="127.0.0.1")
        elsewhere = client.post(
            "/workspace/sign-in", data=sent, environ_overrides=stranger_elsewhere
        )
        assert elsewhere.status_code == 303

    def test_leads_to_no_other_site(self, client: CheckingClient) -> None:
        make_account(has_factor=False)
        page = client.get("/workspace/sign-in?target=//evil.example")
        response = form_to(page, "/sign-in").send(
            client, email="palabre@example.org", password=PASSWORD, target="https://evil.example"
        )
        assert response.headers["Location"] == "/workspace"

    def test_ends_everywhere_else_and_signing_out_ends_it_here(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 109: here one sees one's sessions and ends them oneself."""
        account = make_account()
        other = sign_in_as(client.application.test_client(), account)  # type: ignore[arg-type]
        sign_in_as(client, account)
        form = form_to(client.get("/workspace/account"), "end-others")
        assert form.send(client).status_code == 303
        assert other.get("/workspace").status_code == 303
        assert client.get("/workspace").status_code == 200
        form_to(client.get("/workspace"), "sign-out").send(client)
        assert client.get("/workspace").status_code == 303

    def test_unused_for_a_night_is_over(self, client: CheckingClient, clock: Any) -> None:
        """Behaviour 109."""
        sign_in_as(client, make_account())
        clock.advance(hours=9)
        assert client.get("/workspace").status_code == 303


class TestMails:
    def test_a_forgotten_password_is_answered_the_same_and_mailed_to_the_owner_only(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        account = make_account()
        answers = []
        for email in (account.email, "nobody@example.org"):
            form = form_to(client.get("/workspace/forgotten"), "/forgotten")
            answers.append(text_of_page(form.send(client, email=email)))
        assert answers[0] == answers[1]
        assert [letter.recipient for letter in outbox.letters()] == [account.email]
        link = first_link(text_of(outbox.last()), "/workspace/password/")
        path = "/workspace/" + link.split("/workspace/")[1]
        short = form_to(client.get(path), "/password/").send(client, password="short")
        assert short.status_code == 422
        new = "une autre phrase bien longue"
        done = form_to(short, "/password/").send(client, password=new)
        assert done.status_code == 303
        assert "second-factor" in client.get("/workspace").headers["Location"]
        assert client.get(path).status_code == 410

    def test_a_lost_phone_is_replaced_by_mailbox_and_password_together(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        place = make_organisation()
        boss = make_account("Palabre", Role.COORDINATOR, organisation=place)
        person = make_account("Other", Role.OFFICER, organisation=place)
        sign_in_as(client, boss)
        page = client.get(f"/workspace/organisations/{place.slug}/people/{person.id}")
        assert form_to(page, "lost-phone").send(client).status_code == 303
        link = first_link(text_of(outbox.last(person.email)), "/workspace/invitation/")
        path = "/workspace/" + link.split("/workspace/")[1]
        guest = client.application.test_client()
        assert "sign in, and accept" in text_of_page(guest.get(path))
        sent = {"email": person.email, "password": PASSWORD}
        half = guest.post("/workspace/sign-in", data=sent)
        assert "second-factor" in half.headers["Location"]
        done = form_to(guest.get(path), "/invitation/").send(guest)
        assert done.headers["Location"].startswith("/workspace/account/app")
        assert guest.get("/workspace").status_code == 200
        assert guest.get("/workspace/audit").status_code == 403, "until a new one is set up"

    def test_an_invitation_makes_an_account_under_a_pseudonym(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        place = make_organisation()
        sign_in_as(client, make_account("Palabre", Role.COORDINATOR, organisation=place))
        page = client.get(f"/workspace/organisations/{place.slug}")
        sent = form_to(page, "/invitations").send(
            client, email="new@example.org", role="editor", language="nl"
        )
        assert sent.status_code == 303
        link = first_link(text_of(outbox.last("new@example.org")), "/workspace/invitation/")
        path = "/workspace/" + link.split("/workspace/")[1]
        assert "another address" in text_of_page(client.get(path))
        guest = client.application.test_client()
        weak = form_to(guest.get(path), "/invitation/").send(
            guest, name="Étoile", password="password1234"
        )
        assert weak.status_code == 422
        assert "Étoile" in weak.text
        done = form_to(weak, "/invitation/").send(guest, password="mijn eigen lange zin hier")
        assert done.status_code == 303
        assert guest.get("/workspace").status_code == 200
        assert guest.get(path).status_code == 410
