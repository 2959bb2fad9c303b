"""Organisers' pages against false signatures: bursts, checks, and who may open them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign.accounts.permissions import OF_AN_ORGANISATION, Role
from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.partners.queries import organisation_by_slug
from campaign.petitions.models import Burst, Invalidation
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.web.limits import Limits
from tests.conftest import Clock
from tests.factories.accounts import PASSWORD, make_account, sign_in_as
from tests.factories.checks import check_of, make_check, make_robots, work
from tests.factories.petitions import (
    NOON,
    make_confirmed,
    make_petition,
    queued_kinds,
    signatures,
)
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, forms_in, links_of, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/workspace/petitions/clear-criteria/abuse"


@pytest.fixture
def officer(client: CheckingClient) -> CheckingClient:
    """The data officer of the organisation that carries the petition, in a browser."""
    make_petition()
    return as_role(client, Role.OFFICER)


def as_role(client: CheckingClient, *roles: Role, name: str = "Palabre") -> CheckingClient:
    place = organisation_by_slug("clear-criteria-lead")
    return sign_in_as(client, make_account(name, *roles, organisation=place))


def make_burst(kind: str = "pace", subject: str = "", *, slug: str = "clear-criteria") -> int:
    petition = petition_by_slug(slug)
    assert petition is not None
    with transaction():
        burst = Burst(
            petition_id=petition.id,
            kind=kind,
            subject=subject,
            starts_at=NOON - timedelta(minutes=10),
            ends_at=NOON,
            measured=1234,
            expected=7,
            action="none" if kind == "postal_code" else "harder_sum",
            action_until=None if kind == "postal_code" else NOON + timedelta(hours=1),
            noticed_at=NOON,
            explanation="",
        )
        db.session.add(burst)
    return burst.id


def burst_of(number: int) -> Burst:
    db.session.rollback()
    return db.session.get_one(Burst, number)


def checks() -> int:
    return db.session.scalar(select(func.count()).select_from(Invalidation)) or 0


def states() -> list[str]:
    return [signature.state for signature in signatures()]


class TestWhoMay:
    @pytest.mark.parametrize("role", [r for r in OF_AN_ORGANISATION if r is not Role.OFFICER])
    def test_lower_roles_see_neither_bursts_nor_domains_nor_the_way_there(
        self, client: CheckingClient, role: Role
    ) -> None:
        """Behaviour 72."""
        make_petition()
        make_burst("domain", "robots.example")
        as_role(client, role)
        home = client.get("/workspace")
        assert "/workspace/abuse" not in links_of(home)
        assert "robots.example" not in home.text
        for path in ("/workspace/abuse", HERE, f"{HERE}/{make_check()}", "/workspace/domains"):
            assert client.get(path).status_code == 403, path

    def test_the_administrator_of_the_platform_reads_no_petitions_signatures(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 72."""
        make_petition()
        sign_in_as(client, make_account(is_administrator=True))
        assert client.get(HERE).status_code == 403
        assert client.get("/workspace/petitions/clear-criteria/signatures").status_code == 403

    def test_an_officer_of_another_organisation_is_refused(self, client: CheckingClient) -> None:
        make_petition()
        make_petition("another")
        other = organisation_by_slug("another-lead")
        sign_in_as(client, make_account("Palabre", Role.OFFICER, organisation=other))
        assert client.get(HERE).status_code == 403
        shown = text_of_page(client.get("/workspace/abuse"))
        assert "Clear criteria" in shown
        assert links_of(client.get("/workspace/abuse")).count(HERE) == 0

    def test_a_check_or_burst_of_another_petition_is_not_there(
        self, officer: CheckingClient
    ) -> None:
        make_petition("another")
        foreign = make_check(slug="another")
        page = officer.get(HERE)
        key = form_to(page, HERE).fields["form_key"]
        assert officer.get(f"{HERE}/{foreign}").status_code == 404
        assert officer.get(f"{HERE}/{foreign}/progress.json").status_code == 404
        for act in ("count", "start", "cancel", "reinstate", "discard", "look"):
            sent = officer.post(f"{HERE}/{foreign}/{act}", data={"form_key": key})
            assert sent.status_code == 404, act
        assert check_of(foreign).state == "draft"
        burst = make_burst(slug="another")
        sent = officer.post(
            f"{HERE}/bursts/{burst}", data={"form_key": key, f"b{burst}-explanation": "radio"}
        )
        assert sent.status_code == 404
        assert burst_of(burst).explanation == ""


class TestBursts:
    def test_show_what_was_measured_expected_and_done(self, officer: CheckingClient) -> None:
        make_burst()
        make_burst("domain", "robots.example")
        make_burst("postal_code", "8000")
        shown = text_of_page(officer.get(HERE))
        assert "1 234 signed; about 7 were to be expected." in shown
        assert "Many from the mail domain robots.example" in shown
        assert "Until 2 March 2026 12:00, browsers that sign this petition do a longer sum" in shown
        assert "The site did nothing by itself." in shown
        assert "3 bursts to look at" in text_of_page(officer.get("/workspace/abuse"))

    def test_a_burst_fills_in_the_check_of_it(self, officer: CheckingClient) -> None:
        make_burst("domain", "robots.example")
        link = next(each for each in links_of(officer.get(HERE)) if "email_domain" in each)
        page = officer.get(link.partition("#")[0])
        filled = next(each for each in forms_in(page) if each.action == HERE)
        fields = {name: text for name, text in filled.fields.items() if text and name != "form_key"}
        assert fields == {
            "email_domain": "robots.example",
            "created_from": "2026-03-02T10:50",
            "created_before": "2026-03-02T11:00",
        }

    def test_an_explanation_is_kept_and_takes_the_harder_sum_away(
        self, officer: CheckingClient
    ) -> None:
        limits: Limits = officer.application.extensions["limits"]
        limits.tighten("clear-criteria", 3600)
        burst = make_burst()
        form = form_to(officer.get(HERE), f"bursts/{burst}")
        sent = form.send(officer, **{f"b{burst}-explanation": "A broadcast on the radio"})
        assert sent.status_code == 303
        assert burst_of(burst).explanation == "A broadcast on the radio"
        assert not limits.is_tight("clear-criteria")
        shown = text_of_page(officer.get(HERE))
        assert "Explained: A broadcast on the radio Palabre" in shown
        assert entries_about("petition:clear-criteria")[-1].act == "burst.explained"

    def test_an_empty_explanation_is_refused_on_its_own_field(
        self, officer: CheckingClient
    ) -> None:
        limits: Limits = officer.application.extensions["limits"]
        limits.tighten("clear-criteria", 3600)
        first, second = make_burst(), make_burst("domain", "robots.example")
        sent = form_to(officer.get(HERE), f"bursts/{second}").send(officer)
        assert sent.status_code == 422
        assert sent.text.count("Write in a few words what explains it") == 1
        assert (burst_of(first).explanation, burst_of(second).explanation) == ("", "")
        assert limits.is_tight("clear-criteria")

    def test_nothing_noticed_says_so(self, officer: CheckingClient) -> None:
        shown = text_of_page(officer.get(HERE))
        assert "Nothing unusual was noticed." in shown
        assert "No check yet." in shown


class TestPreparing:
    def test_a_check_without_conditions_is_refused_and_what_was_typed_stays(
        self, officer: CheckingClient
    ) -> None:
        """Behaviour 65."""
        sent = form_to(officer.get(HERE), HERE).send(
            officer, reason="many alike", state="confirmed"
        )
        assert sent.status_code == 422
        assert "Give at least one condition" in sent.text
        kept = form_to(sent, HERE).fields
        assert (kept["reason"], kept["state"]) == ("many alike", "confirmed")
        assert checks() == 0

    def test_each_condition_that_cannot_be_used_says_so_on_its_field(
        self, officer: CheckingClient
    ) -> None:
        typed = {
            "email_domain": "robots", "name": "a*", "postal_code": "12", "created_from": "yesterday"
        }  # fmt: skip
        sent = form_to(officer.get(HERE), HERE).send(officer, **typed)
        assert sent.status_code == 422
        for name in (*typed, "reason"):
            assert f'id="{name}-e"' in sent.text, name
        kept = form_to(sent, HERE).fields
        assert {name: kept[name] for name in typed} == typed
        assert checks() == 0

    def test_the_whole_petition_only_where_it_is_asked_for_in_so_many_words(
        self, officer: CheckingClient
    ) -> None:
        """Behaviour 65."""
        page = officer.get(HERE)
        both = form_to(page, HERE).send(officer, reason="all", is_whole_petition="y", country="BE")
        assert both.status_code == 422
        assert "not both" in both.text
        assert checks() == 0
        sent = form_to(page, HERE).send(officer, reason="all", is_whole_petition="y")
        assert sent.status_code == 303
        assert "The whole petition" in text_of_page(officer.get(sent.headers["Location"]))

    def test_conditions_are_told_in_words(self, officer: CheckingClient) -> None:
        sent = form_to(officer.get(HERE), HERE).send(
            officer, reason="many alike", email_domain="@Robots.Example", name="Éva *",
            country="ML", language="nl", created_from="2026-03-02T08:00", state="pending",
        )  # fmt: skip
        shown = text_of_page(officer.get(sent.headers["Location"]))
        for words in (
            "Mail domain robots.example", "Name eva*", "Country Mali", "Nederlands",
            "Signed from 2 March 2026 08:00", "State of the signature not confirmed", "Why: many alike",
        ):  # fmt: skip
            assert words in shown


class TestChecking:
    def test_the_count_shows_regions_and_changes_nothing(self, officer: CheckingClient) -> None:
        """Behaviour 66."""
        make_robots(2)
        make_confirmed(email="t@example.org", postal_code="4000")
        sent = form_to(officer.get(HERE), HERE).send(
            officer, reason="many alike", email_domain="robots.example"
        )
        here = sent.headers["Location"]
        waiting = officer.get(here)
        assert "http-equiv" in waiting.text
        assert "progress.js" in waiting.text
        far = officer.get(f"{here}/progress.json").json
        assert far == {
            "percent": 0,
            "is_under_way": True,
            "sentence": "0\u202f% gone through, 0 found so far.",
        }
        work()
        counted = officer.get(here)
        assert "http-equiv" not in counted.text
        assert "It finds 2 signatures." in text_of_page(counted)
        assert "Flanders −2" in text_of_page(counted)
        assert officer.get(f"{here}/progress.json").json["is_under_way"] is False
        assert states() == ["confirmed"] * 3

    def test_started_numbers_fall_and_given_back_they_return_and_nobody_is_mailed(
        self, officer: CheckingClient
    ) -> None:
        """Behaviours 67 to 71, from the page."""
        make_robots(3)
        make_confirmed(email="t@example.org")
        mails = queued_kinds()
        here = self.counted(officer)
        officer.get(here)
        assert form_to(officer.get(here), "/start").send(officer).status_code == 303
        work()
        assert "3 signatures are no longer counted." in text_of_page(officer.get(here))
        assert states() == ["invalidated"] * 3 + ["confirmed"]
        count = officer.get("/fr/petitions/clear-criteria/count.json").json
        form_to(officer.get(here), "/reinstate").send(officer)
        work()
        assert "All were given back" in text_of_page(officer.get(here))
        assert states() == ["confirmed"] * 4
        again = officer.get("/fr/petitions/clear-criteria/count.json").json
        assert count != again
        assert queued_kinds() == mails

    @staticmethod
    def counted(officer: CheckingClient) -> str:
        sent = form_to(officer.get(HERE), HERE).send(
            officer, reason="many alike", email_domain="robots.example"
        )
        work()
        return str(sent.headers["Location"])

    def test_it_is_cancelled_from_the_page(self, officer: CheckingClient) -> None:
        """Behaviour 67."""
        make_robots(2)
        here = self.counted(officer)
        form_to(officer.get(here), "/start").send(officer)
        form_to(officer.get(here), "/cancel").send(officer)
        assert "It was stopped half way" in text_of_page(officer.get(here))
        assert states() == ["confirmed"] * 2

    def test_pressed_twice_it_starts_once_and_the_page_says_where_it_stands(
        self, officer: CheckingClient
    ) -> None:
        make_robots(1)
        here = self.counted(officer)
        form = form_to(officer.get(here), "/start")
        form.send(officer)
        again = form.send(officer)
        assert again.status_code == 409
        assert "This cannot be done now." in again.text
        assert "gone through" in again.text

    def test_a_started_one_offers_no_way_to_discard_it(self, officer: CheckingClient) -> None:
        """Behaviour 68."""
        make_robots(1)
        here = self.counted(officer)
        discard = form_to(officer.get(here), "/discard")
        form_to(officer.get(here), "/start").send(officer)
        work()
        assert "/discard" not in officer.get(here).text
        assert discard.send(officer).status_code == 409
        assert checks() == 1

    def test_a_discarded_one_is_gone(self, officer: CheckingClient) -> None:
        here = self.counted(officer)
        assert "There is nothing to refuse." in officer.get(here).text
        sent = form_to(officer.get(here), "/discard").send(officer)
        assert sent.headers["Location"] == f"{HERE}?done=discarded"
        assert officer.get(here).status_code == 404

    def test_starting_and_giving_back_ask_who_it_is_again(
        self, officer: CheckingClient, clock: Clock
    ) -> None:
        make_robots(1)
        here = self.counted(officer)
        clock.advance(minutes=11)
        asked = form_to(officer.get(here), "/start").send(officer)
        assert asked.status_code == 403
        assert check_of(int(here.rpartition("/")[2])).state == "counted"
        sent = form_to(asked, "/start").send(officer, confirm_it_is_me=PASSWORD)
        assert sent.status_code == 303
        assert check_of(int(here.rpartition("/")[2])).state == "running"

    def test_what_was_erased_with_the_names_is_said_to_be(self, officer: CheckingClient) -> None:
        number = make_check()
        with transaction():
            check_of(number).conditions = ""
        assert "erased with the names" in officer.get(f"{HERE}/{number}").text


class TestLooking:
    def test_whoever_looks_sees_no_name_and_it_is_kept(self, officer: CheckingClient) -> None:
        make_robots(2)
        number = make_check()
        shown = form_to(officer.get(f"{HERE}/{number}"), "/look").send(officer)
        words = text_of_page(shown)
        assert "R… E…" in words
        assert "r…@robots.example" in words
        assert "Exemple" not in words
        assert entries_about("petition:clear-criteria")[-1].act == "invalidation.looked_at"

    def test_ticked_ones_are_refused_once_it_is_said_why(self, officer: CheckingClient) -> None:
        make_robots(3)
        mails = queued_kinds()
        chosen = str(signatures()[1].id)
        shown = form_to(officer.get(f"{HERE}/{make_check()}"), "/look").send(officer)
        asked = form_to(shown, "/choose").send(officer, chosen=chosen)
        assert asked.status_code == 200
        assert states() == ["confirmed"] * 3
        refused = form_to(asked, "/choose").send(officer, reason="")
        assert refused.status_code == 200
        named = officer.post(
            f"{HERE}/choose", data={**form_to(asked, "/choose").fields, "reason": " "}
        )
        assert named.status_code == 422
        sent = form_to(named, "/choose").send(officer, reason="made by a robot")
        assert sent.status_code == 303
        assert states() == ["confirmed", "invalidated", "confirmed"]
        page = officer.get(sent.headers["Location"])
        assert "1, ticked in a list" in text_of_page(page)
        form_to(page, "/reinstate").send(officer)
        work()
        assert states() == ["confirmed"] * 3
        assert queued_kinds() == mails

    def test_a_list_that_was_tampered_with_is_refused_and_changes_nothing(
        self, officer: CheckingClient
    ) -> None:
        """Behaviour 73."""
        make_robots(2)
        make_confirmed(email="t@example.org")
        shown = form_to(officer.get(f"{HERE}/{make_check()}"), "/look").send(officer)
        form = form_to(shown, "/choose")
        for change in (
            {"chosen": str(signatures()[2].id)},
            {"chosen": str(signatures()[0].id), "offered": form.fields["offered"][:-2] + "AA"},
            {"chosen": str(signatures()[0].id), "offered": ""},
        ):
            sent = officer.post(f"{HERE}/choose", data={**form.fields, **change, "reason": "false"})
            assert sent.status_code == 400
        assert states() == ["confirmed"] * 3

    def test_nothing_ticked_says_so(self, officer: CheckingClient) -> None:
        make_robots(1)
        shown = form_to(officer.get(f"{HERE}/{make_check()}"), "/look").send(officer)
        sent = form_to(shown, "/choose").send(officer)
        assert sent.status_code == 422
        assert "Tick at least one signature first." in sent.text

    def test_one_that_changed_meanwhile_stops_all_of_them(self, officer: CheckingClient) -> None:
        """Behaviour 74."""
        make_robots(2)
        shown = form_to(officer.get(f"{HERE}/{make_check()}"), "/look").send(officer)
        form = form_to(shown, "/choose")
        with transaction():
            signatures()[1].state = "withdrawn"
        ids = [str(signature.id) for signature in signatures()]
        sent = officer.post(
            f"{HERE}/choose", data={**form.fields, "chosen": ids, "reason": "false"}
        )
        assert sent.status_code == 409
        assert states() == ["confirmed", "withdrawn"]
