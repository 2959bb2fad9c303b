"""Closing in an emergency takes two people; it holds at once, and what is erased never comes back."""

from datetime import timedelta

import pytest
from flask import Flask

from campaign.accounts.models import Account, AccountSession
from campaign.accounts.permissions import Role
from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.partners.models import Organisation
from campaign.partners.queries import organisation_by_slug
from campaign.petitions import jobs
from campaign.petitions.mails.updates import KIND
from campaign.petitions.models import EmergencyClosure, Petition
from campaign.petitions.operations import closing, finding
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.queries.counts import support_by_stratum
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.closing import (
    AlreadyAskedToCloseError,
    ClosureOverError,
    ClosureReasonMissingError,
    DetailsClosedError,
    SamePersonError,
)
from campaign.petitions.rules.moderating import Act, NotNowError
from campaign.web.page_cache import PageCache
from tests.factories.accounts import make_account, sign_in_as, signed_in_token
from tests.factories.exports import ask, export_of, make_yes, prepare
from tests.factories.moderating import decide
from tests.factories.petitions import NOON, make_petition, queued_kinds, sign, signatures
from tests.factories.updates import make_update, say_yes, schedule, update_now, work
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, text_of_page

pytestmark = pytest.mark.usefixtures("app", "clock")
WHY = "A laptop with our password was taken."
PAGE = "/fr/petitions/clear-criteria"
EMERGENCIES = "/workspace/emergencies"


def place() -> Organisation:
    db.session.rollback()
    found = organisation_by_slug("clear-criteria-lead")
    assert found is not None
    return found


def petition() -> Petition:
    db.session.rollback()
    found = petition_by_slug("clear-criteria")
    assert found is not None
    return found


@pytest.fixture
def two(app: object) -> tuple[Account, Account]:
    make_petition(updates=True)
    return (
        make_account("Palabre", Role.COORDINATOR, organisation=place()),
        make_account("Étoile", Role.OFFICER, organisation=place()),
    )


def hide(first: Account) -> EmergencyClosure:
    with transaction():
        return closing.ask_to_hide(place(), reason=WHY, actor=first.actor, now=NOON)


def erase(first: Account) -> EmergencyClosure:
    with transaction():
        return closing.ask_to_erase(petition(), reason=WHY, actor=first.actor, now=NOON)


def confirm(closure: EmergencyClosure, second: Account, **later: float) -> None:
    with transaction():
        closing.confirm_closure(
            closure_id=closure.id, actor=second.actor, now=NOON + timedelta(**later)
        )


class TestTwoPeople:
    def test_nothing_changes_before_a_second_one_confirms(
        self, two: tuple[Account, Account], client: CheckingClient
    ) -> None:
        closure = hide(two[0])
        assert client.get(PAGE).status_code == 200
        assert queued_kinds().count("petitions/emergency_asked") == 1, (
            "to the other, not to oneself"
        )
        with pytest.raises(SamePersonError):
            confirm(closure, two[0])
        assert place().hidden_at is None
        with pytest.raises(AlreadyAskedToCloseError):
            hide(two[1])

    def test_a_question_is_good_for_a_day_and_may_be_asked_anew(
        self, two: tuple[Account, Account]
    ) -> None:
        closure = hide(two[0])
        with pytest.raises(ClosureOverError):
            confirm(closure, two[1], hours=24)
        with transaction():
            closing.ask_to_hide(
                place(), reason=WHY, actor=two[0].actor, now=NOON + timedelta(hours=24)
            )

    def test_twice_at_once_holds_once_and_taken_back_holds_no_more(
        self, two: tuple[Account, Account]
    ) -> None:
        closure = hide(two[0])
        with transaction():
            closing.withdraw_closure(closure_id=closure.id, actor=two[0].actor, now=NOON)
        with pytest.raises(ClosureOverError):
            confirm(closure, two[1])
        closure = hide(two[0])
        confirm(closure, two[1])
        with pytest.raises(ClosureOverError):
            confirm(closure, two[1])

    def test_a_reason_is_needed(self, two: tuple[Account, Account]) -> None:
        with pytest.raises(ClosureReasonMissingError), transaction():
            closing.ask_to_hide(place(), reason="help", actor=two[0].actor, now=NOON)


class TestHiding:
    def test_no_public_page_knows_it_any_more_and_two_people_show_it_again(
        self, two: tuple[Account, Account], client: CheckingClient
    ) -> None:
        third = make_account("Colline", Role.MEMBER, organisation=place())
        for account in (*two, third):
            signed_in_token(account)
        make_yes("yes@example.org")
        export = ask(two[1].actor)
        prepare()
        closure = hide(two[0])
        confirm(closure, two[1])
        for path in (PAGE, f"{PAGE}/sign", f"{PAGE}/card.png", f"{PAGE}/share"):
            assert client.get(path).status_code == 404, path
        for path in ("/fr/", "/fr/petitions", "/sitemap.xml", "/fr/petitions.atom"):
            assert "clear-criteria" not in client.get(path).text, path
        assert export_of(export.id).state == "erased"
        db.session.rollback()
        left = {each.account_id for each in db.session.scalars(db.select(AccountSession))}
        assert left == {account.id for account in two}
        with transaction():
            closing.ask_to_lift(closure_id=closure.id, actor=two[1].actor, now=NOON)
        with pytest.raises(SamePersonError), transaction():
            closing.confirm_lift(closure_id=closure.id, actor=two[1].actor, now=NOON)
        with transaction():
            closing.confirm_lift(closure_id=closure.id, actor=two[0].actor, now=NOON)
        assert petition().state == "open"
        assert "The clear-criteria-lead" in text_of_page(client.get(PAGE))
        acts = [entry.act for entry in entries_about(place().subject)]
        assert acts == [
            f"emergency.{act}" for act in ("asked", "confirmed", "lift_asked", "lifted")
        ]

    def test_where_others_lead_its_name_alone_is_left_out(
        self, two: tuple[Account, Account], client: CheckingClient
    ) -> None:
        from campaign.petitions.models import PetitionOrganisation

        other = make_petition("other")
        with transaction():
            db.session.add(
                PetitionOrganisation(
                    petition_id=other.id, organisation_id=place().id, position=2, role="partner"
                )
            )
        assert "The clear-criteria-lead" in client.get("/fr/petitions/other").text
        confirm(hide(two[0]), two[1])
        found = client.get("/fr/petitions/other")
        assert found.status_code == 200
        assert "The clear-criteria-lead" not in found.text


class TestErasing:
    def test_nobody_can_read_them_at_once_and_the_counts_by_region_stay(
        self, two: tuple[Account, Account], client: CheckingClient
    ) -> None:
        for number in range(3):
            make_yes(f"p{number}@example.org")
        sign(email="pending@example.org")
        jobs.fold_tallies(NOON)
        before = support_by_stratum([petition().id])
        export = ask(two[1].actor)
        prepare()
        confirm(erase(two[0]), two[1])
        with pytest.raises(DetailsClosedError), transaction():
            finding.find_by_mailbox(
                petition=petition(), email="p1@example.org", actor="a", now=NOON
            )
        with pytest.raises(DetailsClosedError):
            ask(two[1].actor)
        assert export_of(export.id).state == "erased"
        assert petition().state == "closed"
        jobs.advance_erasures(NOON)
        jobs.fold_tallies(NOON)
        assert {(s.email, s.given_name, s.email_key) for s in signatures()} == {(None, None, None)}
        assert len(signatures()) == 3, "who never confirmed is deleted"
        assert support_by_stratum([petition().id]) == before
        assert client.get(PAGE).status_code == 200
        jobs.advance_erasures(NOON + timedelta(minutes=3))
        [closure] = db.session.scalars(db.select(EmergencyClosure)).all()
        db.session.refresh(closure)
        assert (closure.erased_count, closure.finished_at) == (4, NOON + timedelta(minutes=3))
        with pytest.raises(ClosureOverError), transaction():
            closing.ask_to_lift(closure_id=closure.id, actor=two[0].actor, now=NOON)

    def test_a_worker_that_was_killed_goes_on(
        self, two: tuple[Account, Account], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("campaign.petitions.operations.closing.ERASED_AT_ONCE", 2)
        for number in range(5):
            make_yes(f"p{number}@example.org")
        confirm(erase(two[0]), two[1])
        with transaction():
            closing.advance_erasure(now=NOON)
        with pytest.raises(ZeroDivisionError), transaction():
            closing.advance_erasure(now=NOON)
            raise ZeroDivisionError
        jobs.advance_erasures(NOON)
        assert {each.email for each in signatures()} == {None}


class TestThePage:
    def test_one_asks_and_another_confirms(
        self, two: tuple[Account, Account], client: CheckingClient
    ) -> None:
        sign_in_as(client, two[0])
        asked = form_to(client.get(EMERGENCIES), "emergencies")
        assert asked.send(client, subject=place().subject, reason="short").status_code == 422
        answer = asked.send(client, subject=place().subject, reason=WHY)
        assert answer.status_code == 303
        said = text_of_page(client.get(EMERGENCIES))
        assert "it can be confirmed until 3 March 2026" in said
        assert "Confirm: close it now" not in said
        sign_in_as(client, two[1])
        assert form_to(client.get(EMERGENCIES), "/confirm").send(client).status_code == 303
        assert place().hidden_at is not None

    def test_is_closed_to_others_and_an_administrator_may_be_the_second(
        self, two: tuple[Account, Account], client: CheckingClient
    ) -> None:
        closure = hide(two[0])
        make_petition("other")
        elsewhere = organisation_by_slug("other-lead")
        sign_in_as(client, make_account("Colline", Role.OFFICER, organisation=elsewhere))
        assert WHY not in text_of_page(client.get(EMERGENCIES))
        form = form_to(client.get(EMERGENCIES), "emergencies")
        form.action = f"{EMERGENCIES}/{closure.id}/confirm"
        assert form.send(client).status_code == 403
        sign_in_as(client, make_account("Lampe", is_administrator=True))
        assert form_to(client.get(EMERGENCIES), "/confirm").send(client).status_code == 303


class TestBesideTheRest:
    def test_a_page_that_was_kept_ready_is_gone_at_once(
        self,
        two: tuple[Account, Account],
        app: Flask,
        client: CheckingClient,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(app.extensions, "page_cache", PageCache(3600.0))
        assert [client.get(PAGE).status_code for _time in range(2)] == [200, 200]
        hide(two[0])
        sign_in_as(client, two[1])
        assert form_to(client.get(EMERGENCIES), "/confirm").send(client).status_code == 303
        assert client.get(PAGE).status_code == 404

    def test_an_update_on_its_way_waits_while_its_organisation_is_hidden(
        self, two: tuple[Account, Account]
    ) -> None:
        say_yes("yes@example.org")
        number = make_update()
        schedule(number)
        confirm(hide(two[0]), two[1])
        work()
        assert update_now(number).state == "draft"
        assert KIND not in queued_kinds()

    def test_moderators_do_not_bring_back_what_two_people_hid(
        self, two: tuple[Account, Account]
    ) -> None:
        decide(Act.STOP, reason="endangers", stops_as="suspended")
        confirm(hide(two[0]), two[1])
        with pytest.raises(NotNowError):
            decide(Act.RESTORE)
        assert petition().state == "hidden"

    def test_what_was_removed_meanwhile_stays_removed_when_the_organisation_is_shown_again(
        self, two: tuple[Account, Account]
    ) -> None:
        closure = hide(two[0])
        confirm(closure, two[1])
        with transaction():
            move_to(petition(), "removed", actor="account:9", now=NOON)
        with transaction():
            closing.ask_to_lift(closure_id=closure.id, actor=two[0].actor, now=NOON)
        with transaction():
            closing.confirm_lift(closure_id=closure.id, actor=two[1].actor, now=NOON)
        assert place().hidden_at is None
        assert petition().state == "removed"
