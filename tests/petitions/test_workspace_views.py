"""The organisers' pages of one petition: its hub, its margin, its evidence."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.accounts.permissions import OF_AN_ORGANISATION, Permission, Role
from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.petitions.models import OfficialAnswer, Petition, PetitionMargin
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.operations.planning import set_margin
from campaign.petitions.pages.organising import next_deadline
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.handing_off import EvidenceDaysError, check_evidence_days
from campaign.petitions.workspace_views import parts
from tests.factories.accounts import PASSWORD, make_account, sign_in_as
from tests.factories.petitions import NOON, make_organisation, make_petition
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import form_to, forms_in, links_of, text_of_page
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("clock")
SLUG = "clear-criteria"
HUB = f"/workspace/petitions/{SLUG}"
WHY = "The commune refused a third last time."


def member(client: CheckingClient, *roles: Role, slug: str = f"{SLUG}-lead") -> Account:
    """Sign in somebody with these roles in the organisation that leads."""
    account = make_account("Palabre", *roles, organisation=make_organisation(slug))
    sign_in_as(client, account)
    return account


def counted(petition: Petition, *, shares: tuple[int, ...] = (1, 2, 4, 5)) -> None:
    """Official counts over five weeks, so that there is a forecast."""
    with transaction():
        for days, share in zip((36, 22, 8, 1), shares, strict=True):
            for stratum, count in (("VLG", 1000), ("WAL", 100), ("BRU", 300)):
                record_official_count(
                    petition=petition_by_slug(petition.slug),  # type: ignore[arg-type]
                    channel="official_platform",
                    stratum=stratum,
                    count=count * share,
                    as_of=date(2026, 3, 2) - timedelta(days=days),
                    actor="test",
                    now=NOON,
                )


def answered(petition: Petition) -> None:
    """Three answers of yesterday, one of them a failure: fewer than the public may see."""
    with transaction():
        for step, browser, count in (("", "firefox", 2), ("itsme", "safari", 1)):
            db.session.add(
                OfficialAnswer(
                    petition_id=petition.id, day=date(2026, 3, 1), channel="official_platform",
                    step=step, browser=browser, language="fr", count=count,
                )
            )  # fmt: skip


class TestHub:
    def test_shows_each_region_against_its_minimum_and_its_cautious_goal(
        self, client: CheckingClient
    ) -> None:
        counted(make_petition(opens_at=NOON - timedelta(days=40)))
        member(client, Role.MEMBER)
        page = html_of(client.get(HUB))
        table = page[page.index("<table") : page.index("</table>")]
        for words in ("Flanders", "Wallonia", "Brussels", "14\u202f500", "17\u202f400"):
            assert words in table, "the minimum of Flanders, and a fifth more"
        assert "5\u202f000" in table
        assert "9\u202f500" in table
        assert "12\u202f400" in table
        assert "A day needed: minimum · goal" in table
        assert "The collection closes" in page

    def test_leads_to_the_pages_that_the_person_may_use_and_no_other(
        self, client: CheckingClient, app: Flask
    ) -> None:
        make_petition()
        member(client, Role.MEMBER)
        links = links_of(client.get(HUB))
        assert f"{HUB}/coalition" in links
        assert f"{HUB}/margin" not in links
        assert f"{HUB}/evidence" not in links
        other = make_account(
            "Étoile", Role.COORDINATOR, organisation=make_organisation(f"{SLUG}-lead")
        )
        links = links_of(client_of(app, other).get(HUB))
        assert {f"{HUB}/coalition", f"{HUB}/margin", f"{HUB}/evidence"} <= set(links)
        for address in links:
            if address.startswith(HUB):
                assert client_of(app, other).get(address).status_code == 200

    def test_a_page_that_does_not_exist_yet_is_left_out(
        self, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_petition()
        member(client, *OF_AN_ORGANISATION)
        later = parts.Part("nowhere.page", "Later", "", Permission.PETITION_READ)
        monkeypatch.setattr(parts, "PARTS", (*parts.PARTS, later))
        assert "Later" not in text_of_page(client.get(HUB))

    def test_the_overview_leads_to_it(self, client: CheckingClient) -> None:
        make_petition()
        member(client, Role.MEMBER)
        assert HUB in links_of(client.get("/workspace"))

    def test_is_closed_to_other_organisations_and_there_for_a_petition_nobody_has_written(
        self, client: CheckingClient
    ) -> None:
        make_petition(state="draft", opens_at=None, closes_at=None)
        make_petition("other")
        member(client, *OF_AN_ORGANISATION)
        assert client.get("/workspace/petitions/other").status_code == 403
        assert client.get("/workspace/petitions/nowhere").status_code == 404
        assert "No day is set" in text_of_page(client.get(HUB))
        with transaction():
            petition = petition_by_slug(SLUG)
            assert petition is not None
            for text in petition.texts:
                db.session.delete(text)
        said = text_of_page(client.get(HUB))
        assert "Nothing is written yet" in said
        assert "Visitors cannot see" in said
        assert client.get(f"{HUB}/margin").status_code == 200
        assert client.get(f"{HUB}/evidence").status_code == 200

    @pytest.mark.parametrize(
        ("days", "label", "left"),
        [(-2, "commence", 1), (0, "se termine", 90), (91, "effacés", 182)],
    )
    def test_the_next_deadline_is_the_first_still_to_come(
        self, app: Flask, days: int, label: str, left: int
    ) -> None:
        petition = make_petition()
        found = next_deadline(petition, NOON + timedelta(days=days))
        assert found is not None
        assert label in str(found.label)
        assert found.days == left
        assert next_deadline(petition, NOON + timedelta(days=400)) is None


def client_of(app: Flask, account: Account) -> CheckingClient:
    """Another browser."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return sign_in_as(client, account)


class TestMargin:
    def test_set_by_a_coordinator_is_read_by_visitors_and_kept_in_the_history(
        self, client: CheckingClient
    ) -> None:
        counted(make_petition(opens_at=NOON - timedelta(days=40)))
        account = member(client, Role.COORDINATOR)
        form = form_to(client.get(f"{HUB}/margin"), "/margin")
        assert form.fields["percent"] == "20"
        response = form.send(client, percent="35", reason=f"  {WHY} ")
        assert response.status_code == 303
        page = client.get(response.headers["Location"])
        assert "Saved." in text_of_page(page)
        assert text_of_page(page).count(WHY) >= 2, "in the history and in what visitors read"
        assert "Palabre" in text_of_page(page)
        public = html_of(client.get(f"/en/petitions/{SLUG}"))
        assert WHY in public
        assert "35\u202f%" in public
        [entry] = [e for e in entries_about(f"petition:{SLUG}") if e.act == "petition.margin_set"]
        assert entry.actor == account.actor

    @pytest.mark.parametrize(
        ("percent", "reason"),
        [("101", WHY), ("-1", WHY), ("a fifth", WHY), ("2.5", WHY), ("", WHY), ("30", ""),
         ("30", "   "), ("30", "x" * 301)],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, client: CheckingClient, percent: str, reason: str
    ) -> None:
        make_petition()
        member(client, Role.COORDINATOR)
        form = form_to(client.get(f"{HUB}/margin"), "/margin")
        response = form.send(client, percent=percent, reason=reason)
        assert response.status_code == 422
        assert "Please correct this first" in text_of_page(response)
        shown = form_to(response, "/margin").fields
        assert shown["percent"] == percent
        assert shown["reason"].strip() == reason.strip()
        assert db.session.scalars(db.select(PetitionMargin)).all() == []

    def test_others_are_refused(self, client: CheckingClient) -> None:
        make_petition()
        member(client, Role.MEMBER, Role.EDITOR, Role.MODERATOR, Role.OFFICER)
        assert client.get(f"{HUB}/margin").status_code == 403
        form = form_to(client.get("/workspace"), "sign-out")
        sent = {**form.fields, "percent": "30", "reason": WHY}
        assert client.post(f"{HUB}/margin", data=sent).status_code == 403
        assert client.post(f"{HUB}/margin", data={"percent": "30"}).status_code == 403
        assert db.session.scalars(db.select(PetitionMargin)).all() == []

    def test_pressed_twice_it_is_kept_once(self, client: CheckingClient) -> None:
        make_petition()
        member(client, Role.COORDINATOR)
        form = form_to(client.get(f"{HUB}/margin"), "/margin")
        for _press in range(2):
            assert form.send(client, percent="30", reason=WHY).status_code == 303
        assert len(db.session.scalars(db.select(PetitionMargin)).all()) == 1

    def test_two_at_once_leave_one_and_the_history_has_each_once(self, app: Flask) -> None:
        make_petition()

        def act(percent: int) -> None:
            petition = petition_by_slug(SLUG)
            assert petition is not None
            with transaction():
                set_margin(actor="test", petition=petition, percent=percent, reason=WHY, now=NOON)

        given = at_once(app, [lambda: act(30), lambda: act(30), lambda: act(30)])
        assert not failures(given)
        margins = db.session.scalars(db.select(PetitionMargin)).all()
        assert [margin.percent for margin in margins] == [30]


class TestEvidence:
    def test_shows_every_number_even_those_hidden_from_the_public_and_is_in_the_log(
        self, client: CheckingClient
    ) -> None:
        answered(make_petition())
        account = member(client, Role.OFFICER)
        first = client.get(f"{HUB}/evidence")
        assert "Safari" not in text_of_page(first), "nothing before the look is in the log"
        form = form_to(first, "/evidence")
        assert form.fields == form.fields | {"first": "2026-02-03", "last": "2026-03-02"}
        said = text_of_page(form.send(client))
        for words in ("Safari", "Firefox", "of 3 answers say it failed", "itsme"):
            assert words.lower() in said.lower()
        public = text_of_page(client.get(f"/en/petitions/{SLUG}/official"))
        assert "too few to show" in public
        [entry] = [e for e in entries_about(f"petition:{SLUG}") if "evidence" in e.act]
        assert (entry.actor, entry.detail) == (account.actor, "2026-02-03 – 2026-03-02, page")

    def test_days_without_an_answer_say_so(self, client: CheckingClient) -> None:
        answered(make_petition())
        member(client, Role.COORDINATOR)
        form = form_to(client.get(f"{HUB}/evidence"), "/evidence")
        said = text_of_page(form.send(client, first="2026-01-01", last="2026-01-02"))
        assert "No answer in these days." in said
        assert "Safari" not in said

    @pytest.mark.parametrize(
        ("first", "last"),
        [("2026-03-02", "2026-03-01"), ("2026-03-01", "2026-03-03"), ("2025-01-01", "2026-03-01"),
         ("yesterday", "2026-03-01"), ("0001-01-01", "9999-12-31"), ("", "2026-03-01")],
    )  # fmt: skip
    def test_days_that_are_no_period_are_refused_and_stay_as_typed(
        self, client: CheckingClient, first: str, last: str
    ) -> None:
        make_petition()
        member(client, Role.COORDINATOR)
        form = form_to(client.get(f"{HUB}/evidence"), "/evidence")
        response = form.send(client, first=first, last=last)
        assert response.status_code == 422
        shown = form_to(response, "/evidence").fields
        assert (shown["first"], shown["last"]) == (first, last)
        assert not [e for e in entries_about(f"petition:{SLUG}") if "evidence" in e.act]

    def test_to_take_it_away_it_asks_who_one_is_again_and_then_gives_the_file(
        self, client: CheckingClient, clock: Any
    ) -> None:
        answered(make_petition())
        member(client, Role.COORDINATOR)
        shown = form_to(client.get(f"{HUB}/evidence"), "/evidence").send(client)
        clock.advance(minutes=11)
        asked = form_to(shown, "evidence.csv").send(client)
        assert asked.status_code == 403
        confirmed = form_to(asked, "evidence.csv").send(client, confirm_it_is_me=PASSWORD)
        assert confirmed.status_code == 200
        assert confirmed.mimetype == "text/csv"
        assert confirmed.headers["Cache-Control"] == "no-store"
        name = f"{SLUG}-2026-02-03-2026-03-02"
        assert f'filename="{name}.csv"' in confirmed.headers["Content-Disposition"]
        lines = list(csv.DictReader(io.StringIO(html_of(confirmed))))
        assert {line["key"] for line in lines if line["about"] == "browser"} == {
            "safari",
            "firefox",
        }
        pdf = form_to(shown, "evidence.pdf").send(client)
        assert pdf.mimetype == "application/pdf"
        assert pdf.data.startswith(b"%PDF")
        told = [e.detail for e in entries_about(f"petition:{SLUG}") if "evidence" in e.act]
        assert [detail.rpartition(" ")[2] for detail in told] == ["page", "csv", "pdf"]

    def test_others_are_refused(self, client: CheckingClient) -> None:
        make_petition()
        member(client, Role.MEMBER, Role.EDITOR, Role.MODERATOR)
        key = forms_in(client.get("/workspace"))[0].fields
        days = {**key, "first": "2026-02-03", "last": "2026-03-02"}
        for ending in ("", ".pdf", ".csv"):
            assert client.post(f"{HUB}/evidence{ending}", data=days).status_code == 403
        assert client.get(f"{HUB}/evidence").status_code == 403

    @pytest.mark.parametrize(
        ("first", "last", "is_good"),
        [
            (date(2026, 3, 2), date(2026, 3, 2), True),
            (date(2025, 3, 2), date(2026, 3, 2), True),
            (date(2025, 3, 1), date(2026, 3, 2), False),
            (date(2026, 3, 2), date(2026, 3, 3), False),
            (date(2026, 3, 2), date(2026, 3, 1), False),
        ],
    )
    def test_the_rule_of_days(self, first: date, last: date, is_good: bool) -> None:
        if is_good:
            check_evidence_days(first, last, today=date(2026, 3, 2))
            return
        with pytest.raises(EvidenceDaysError):
            check_evidence_days(first, last, today=date(2026, 3, 2))
