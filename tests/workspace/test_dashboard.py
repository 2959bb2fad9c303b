"""The dashboard of a petition, what to do today, and the first hour."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.core.db import db, transaction
from campaign.outbox.models import OutboxMessage
from campaign.outbox.queries import undelivered_counts
from campaign.petitions import jobs
from campaign.petitions.models import (
    Burst,
    CountChange,
    ModerationDecision,
    OfficialAnswer,
    PaperBatch,
    Petition,
    PetitionOrganisation,
    PetitionUpdate,
    SignatoryExport,
    StageReminder,
)
from campaign.petitions.operations import placing
from campaign.petitions.operations.counting import record_official_count
from campaign.petitions.operations.planning import set_margin
from campaign.petitions.pages.charts import course_chart, support_chart
from campaign.petitions.pages.dashboard import CONFIRMATIONS, dashboard_page
from campaign.petitions.queries.dashboard import daily_support, losses_of, waiting_of
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.losses import Losses
from campaign.petitions.rules.tasks import Wait, Waiting
from tests.conftest import Clock
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import (
    NOON,
    confirm,
    make_confirmed,
    make_organisation,
    make_petition,
    sign,
    signatures,
)
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import form_to, links_of, text_of_page
from tests.petitions.test_operations_placing import sign_through
from tests.petitions.test_statement_counts import statements

pytestmark = pytest.mark.usefixtures("clock")
SLUG = "clear-criteria"
HUB = f"/workspace/petitions/{SLUG}"
NUMBERS = f"{HUB}/numbers.json"
MOST_STATEMENTS = 25


def member(client: CheckingClient, *roles: Role, slug: str = f"{SLUG}-lead") -> Account:
    """Sign in somebody with these roles in the organisation that leads."""
    account = make_account("Palabre", *roles, organisation=make_organisation(slug))
    sign_in_as(client, account)
    return account


def the_petition() -> Petition:
    """The petition of these tests as it is now."""
    found = petition_by_slug(SLUG)
    assert found is not None
    return found


def under_way(**facts: object) -> Petition:
    """Forty days old, counted four times: Flanders needs far more a day than it gets."""
    petition = make_petition(opens_at=NOON - timedelta(days=40), **facts)  # type: ignore[arg-type]
    with transaction():
        for days, share in ((36, 1), (22, 2), (8, 4), (1, 5)):
            for stratum, count in (("VLG", 100), ("WAL", 1000), ("BRU", 300)):
                record_official_count(
                    petition=the_petition(),
                    channel="official_platform",
                    stratum=stratum,
                    count=count * share,
                    as_of=(NOON - timedelta(days=days)).date(),
                    actor="test",
                    now=NOON,
                )
    return petition


def many(count: int, *, confirmed: int, days: int = 3) -> None:
    """Signatures of some days ago, of which only so many were confirmed."""
    then = NOON - timedelta(days=days)
    for place in range(count):
        sign(email=f"p{days}x{place}@example.org", given_name=f"N{place}", now=then)
    for signature in signatures()[-count:][:confirmed]:
        confirm(signature, now=then)


class TestDashboard:
    def test_takes_twenty_five_statements_at_most_however_much_there_is(
        self, client: CheckingClient
    ) -> None:
        under_way()
        make_confirmed()
        with transaction():
            for kind in ("poster", "stand", "site", "message"):
                placing.issue_placement(
                    the_petition(), kind=kind, label=kind, actor="test", now=NOON
                )
        member(client, Role.COORDINATOR, Role.MODERATOR, Role.OFFICER, Role.EDITOR)
        client.get(HUB)
        with statements() as seen:
            assert client.get(HUB).status_code == 200
        assert len(seen) <= MOST_STATEMENTS, "\n".join(seen)

    def test_draws_the_region_most_behind_and_says_the_same_in_words_and_a_table(
        self, client: CheckingClient
    ) -> None:
        under_way()
        member(client, Role.MEMBER)
        page = html_of(client.get(HUB))
        assert "Flanders: the line, the pace, the forecast" in page
        chart = page[
            page.index('class="chart"') : page.index("</details>", page.index('class="chart"'))
        ]
        assert 'role="img"' in chart
        assert "Flanders: 500 counted on" in chart
        assert "Minimum 14\u202f500, cautious goal 17\u202f400" in chart
        assert "<table" in chart
        assert "below the line" in page

    def test_the_course_starts_at_the_opening_and_its_cone_at_the_last_count(
        self, app: Flask
    ) -> None:
        petition = under_way()
        with app.test_request_context("/en/"):
            board = dashboard_page(petition, "en", now=NOON)
        assert board.tracker is not None
        chart = course_chart(petition, board.tracker)
        assert chart is not None
        assert chart.key == "VLG"
        assert chart.counted_path.startswith("M0.0 400.0L")
        assert chart.counted_path.endswith(chart.cone_path[1:].split("L")[0])
        assert chart.levels[0] >= chart.forecast.safe_target
        assert chart.levels[-1] == 0
        assert 0 < chart.goal_y < chart.minimum_y < 400
        assert [count for _day, count in chart.readings] == [0, 100, 200, 400, 500]

    def test_support_is_drawn_for_six_weeks_and_a_day_that_lost_has_no_bar(
        self, app: Flask
    ) -> None:
        chart = support_chart(
            {NOON.replace(hour=0): 4, NOON.replace(hour=0) - timedelta(days=1): -2}, now=NOON
        )
        assert len(chart.days) == 42
        assert (chart.days[-1].height, chart.days[-1].change) == (100, 4)
        assert (chart.days[-2].height, chart.days[-2].change) == (0, -2)
        assert chart.total == 2
        assert sum(change for _first, change in chart.weeks) == 2

    def test_support_of_a_day_is_what_the_series_says(self, app: Flask) -> None:
        petition = make_petition()
        make_confirmed()
        jobs.fold_tallies(NOON)
        found = daily_support(petition.id, NOON - timedelta(days=42))
        assert found == {NOON.replace(hour=0): 1}

    def test_sources_are_told_by_kind_and_few_are_hidden(self, client: CheckingClient) -> None:
        make_petition()
        with transaction():
            code = placing.issue_placement(
                the_petition(), kind="stand", label="Market", actor="test", now=NOON
            )
        for place in range(6):
            sign_through(code.id, email=f"s{place}@example.org", given_name=f"S{place}")
            confirm(signatures()[-1], now=NOON)
        for place in range(7):
            make_confirmed(email=f"w{place}@example.org", given_name=f"W{place}")
        member(client, Role.EDITOR)
        page = html_of(client.get(HUB))
        table = page[
            page.index('id="sources"') : page.index("</table>", page.index('id="sources"'))
        ]
        assert re.search(r"Stands and events.*?<bdi>6</bdi>", table, re.DOTALL)
        assert re.search(r"Without a code.*?<bdi>7</bdi>", table, re.DOTALL)
        assert "Market" in page
        assert f"{HUB}/codes/{code.code}" in page

    def test_few_signatures_tell_nothing_of_their_sources(self, client: CheckingClient) -> None:
        make_petition()
        make_confirmed()
        member(client, Role.EDITOR)
        assert "So few that each source would tell of single people" in text_of_page(
            client.get(HUB)
        )

    def test_losses_count_two_weeks_without_the_last_day(self, app: Flask) -> None:
        petition = make_petition(opens_at=NOON - timedelta(days=40))
        many(6, confirmed=4, days=3)
        many(3, confirmed=0, days=15)
        many(3, confirmed=0, days=0)
        assert losses_of([petition.id, 0], now=NOON) == {petition.id: Losses(6, 2), 0: Losses(0, 0)}

    def test_losses_are_said_with_what_is_usual_and_small_ones_are_hidden(
        self, client: CheckingClient
    ) -> None:
        make_petition(opens_at=NOON - timedelta(days=40))
        many(6, confirmed=4)
        member(client, Role.MEMBER)
        said = text_of_page(client.get(HUB))
        assert "Too few in the last two weeks to show" in said
        assert "that line is ours" in said
        many(20, confirmed=10, days=4)
        said = text_of_page(client.get(HUB))
        assert "46 %" in said
        assert "That is a lot." in said

    def test_mails_that_never_arrived_are_counted_by_what_became_of_them(self, app: Flask) -> None:
        with transaction():
            for place, (kind, state, days) in enumerate(
                [
                    (CONFIRMATIONS[0], "failed", 1),
                    (CONFIRMATIONS[1], "suppressed", 2),
                    (CONFIRMATIONS[0], "sent", 1),
                    (CONFIRMATIONS[0], "failed", 15),
                    ("petitions/your_links", "failed", 1),
                ]
            ):
                then = NOON - timedelta(days=days)
                db.session.add(
                    OutboxMessage(
                        message_key=bytes([place]) * 16, kind=kind, language="fr", state=state,
                        next_attempt_at=then, created_at=then, finished_at=then,
                    )
                )  # fmt: skip
        found = undelivered_counts(CONFIRMATIONS, NOON - timedelta(days=14))
        assert found == {"failed": 1, "suppressed": 1}

    def test_failures_of_a_channel_show_from_five_answers_on(self, client: CheckingClient) -> None:
        petition = make_petition()
        answer = {
            "petition_id": petition.id, "channel": "official_platform", "browser": "firefox",
            "language": "fr", "day": (NOON - timedelta(days=1)).date(),
        }  # fmt: skip
        with transaction():
            db.session.add(OfficialAnswer(**answer, step="itsme", count=2))
            db.session.add(OfficialAnswer(**answer, step="", count=2))
        account = member(client, Role.COORDINATOR)
        said = text_of_page(client.get(HUB))
        assert "fewer than five answers: not shown" in said
        assert account.name in said
        assert f"{HUB}/evidence" in links_of(client.get(HUB))
        with transaction():
            db.session.add(OfficialAnswer(**{**answer, "language": "nl"}, step="", count=4))
        said = text_of_page(client.get(HUB))
        assert "2 of 8" in said
        assert "25 %" in said


class TestNumbers:
    def test_are_those_of_the_page_and_change_when_a_signature_is_counted(
        self, client: CheckingClient
    ) -> None:
        under_way()
        member(client, Role.MEMBER)
        page = html_of(client.get(HUB))
        response = client.get(NUMBERS)
        before = response.get_json()["numbers"]
        for name, shown in re.findall(r'data-live="([^"]+)">([^<]+)<', page):
            assert before[name] == shown, name
        assert before["support"] == "0"
        assert response.headers["Cache-Control"] == "no-store"
        make_confirmed()
        jobs.fold_tallies(NOON)
        assert client.get(NUMBERS).get_json()["numbers"]["support"] == "1"
        assert client.get(NUMBERS).get_json()["sentence"] == "Numbers updated at 11:00."

    def test_are_for_those_who_carry_it_alone(self, client: CheckingClient) -> None:
        make_petition()
        assert client.get(NUMBERS).status_code == 303
        member(client, Role.COORDINATOR, slug="others")
        assert client.get(NUMBERS).status_code == 403
        assert client.get("/workspace/petitions/nowhere/numbers.json").status_code == 404


class TestTasks:
    def test_tells_a_coordinator_and_only_what_the_person_may_do(
        self, client: CheckingClient, app: Flask
    ) -> None:
        under_way()
        with transaction():
            db.session.add(
                Burst(
                    petition_id=the_petition().id, kind="pace", starts_at=NOON, ends_at=NOON,
                    measured=90, expected=3, noticed_at=NOON,
                )
            )  # fmt: skip
        member(client, Role.MEMBER)
        assert "Nothing is waiting." in text_of_page(client.get(HUB))
        officer = make_account(
            "Étoile", Role.OFFICER, organisation=make_organisation(f"{SLUG}-lead")
        )
        assert "1 burst of signatures that nobody has explained." in text_of_page(
            client_of(app, officer).get(HUB)
        )
        coordinator = make_account(
            "Lampe", Role.COORDINATOR, organisation=make_organisation(f"{SLUG}-lead")
        )
        said = text_of_page(client_of(app, coordinator).get(HUB))
        assert "Flanders needs" in said
        assert "signatures a day and gets" in said
        assert "hangs on one coordinator alone" in said
        assert "has no reason of your own yet" in said
        assert "burst of signatures" not in said

    def test_what_was_done_is_no_longer_told(self, client: CheckingClient) -> None:
        make_petition()
        account = member(client, Role.COORDINATOR)
        assert "has no reason of your own yet" in text_of_page(client.get(HUB))
        with transaction():
            set_margin(
                actor=account.actor, petition=the_petition(), percent=20, reason="Why.", now=NOON
            )
        assert "has no reason of your own yet" not in text_of_page(client.get(HUB))

    def test_five_are_shown_and_the_others_are_one_click_away(self, client: CheckingClient) -> None:
        under_way(closes_at=NOON + timedelta(days=6))
        with transaction():
            for text in the_petition().texts:
                if text.language != "fr":
                    text.review_state = "draft"
        member(client, Role.COORDINATOR, Role.EDITOR)
        page = html_of(client.get(HUB))
        tasks = page[page.index('id="today"') : page.index('id="next"')]
        first, _details, others = tasks.partition("<details>")
        assert first.count("data-task=") == 5
        assert others.count("data-task=") >= 1
        assert first.index('data-task="closes"') < first.index("</li>"), (
            "the nearest day comes first"
        )

    def test_the_overview_tells_of_every_petition_and_names_it(
        self, client: CheckingClient
    ) -> None:
        under_way()
        make_petition("other", closes_at=NOON + timedelta(days=3))
        ours = make_organisation(f"{SLUG}-lead")
        with transaction():
            db.session.add(
                PetitionOrganisation(
                    petition_id=petition_by_slug("other").id,  # type: ignore[union-attr]
                    organisation_id=ours.id,
                    role="partner",
                    position=2,
                )
            )
        member(client, Role.COORDINATOR)
        page = html_of(client.get("/workspace"))
        tasks = page[page.index('id="today"') : page.index('class="panes"')]
        assert "The collection closes in 3 days." in tasks
        assert "Flanders needs" in tasks
        assert f"{HUB}/codes" in tasks
        assert tasks.index("closes in 3 days") < tasks.index("hangs on one coordinator")

    def test_what_waits_is_counted_in_one_statement_with_its_oldest_day(self, app: Flask) -> None:
        petition = make_petition()
        draft = make_petition("draft", state="draft")
        waiting_rows(petition, draft)
        with statements() as seen:
            found = waiting_of([petition.id, draft.id], asked_by="account:1")
        assert len(seen) == 1
        week_ago = (NOON - timedelta(days=7)).date()
        assert found[draft.id] == {Wait.RETURNED: Waiting(1, week_ago)}
        assert found[petition.id] == {
            Wait.BATCHES: Waiting(2, week_ago - timedelta(days=20)),
            Wait.COUNT_CHANGES: Waiting(1, week_ago),
            Wait.UPDATES: Waiting(1, week_ago),
            Wait.EXPORTS: Waiting(1, week_ago),
            Wait.REMINDERS: Waiting(1, week_ago),
        }
        mine = waiting_of([petition.id], asked_by="account:2")[petition.id]
        assert Wait.EXPORTS not in mine, "a list is told to who asked for it"

    def test_who_moderates_the_whole_site_is_told_of_its_queue(
        self, client: CheckingClient
    ) -> None:
        petition = make_petition("handed-in", state="submitted")
        with transaction():
            petition_by_slug(petition.slug).submitted_at = NOON - timedelta(days=15)  # type: ignore[union-attr]
        sign_in_as(client, make_account("Palabre", is_administrator=True))
        page = client.get("/workspace")
        assert "1 petition waits for moderators, the oldest since 15 days." in text_of_page(page)
        assert "/workspace/moderation" in links_of(page)


def waiting_rows(petition: Petition, draft: Petition) -> None:
    """One of each thing that waits beside `petition` since a week, and one that does not; a text that
    was returned for `draft`."""
    then = NOON - timedelta(days=7)
    organisation_id = petition.carriers[0].organisation_id
    about = {"petition_id": petition.id}
    change = {
        **about, "channel": "official_platform", "count": 9, "count_before": 1, "as_of": then.date(),
        "source_label": "", "source_url": "", "reason": "", "entered_by": "test", "entered_at": then,
    }  # fmt: skip
    listed = {
        **about, "organisation_id": organisation_id, "reason": "To write.", "state": "ready",
        "asked_by": "account:1", "asked_at": then, "ready_at": then,
    }  # fmt: skip
    update = {**about, "organisation_id": organisation_id, "created_by": "x", "created_at": then}
    decision = {
        "state_before": "in_moderation", "state_after": "draft", "actor": "x", "decided_at": then,
    }  # fmt: skip
    batch = {**about, "place": "Market", "created_by": "x", "created_at": then}
    with transaction():
        db.session.add_all(
            [
                CountChange(**change, stratum="VLG"),
                CountChange(**change, stratum="WAL", answered_at=NOON, answer="approved"),
                SignatoryExport(**listed),
                SignatoryExport(**listed, given_at=NOON),
                PetitionUpdate(**update, state="paused", paused_at=then),
                PetitionUpdate(**update, state="sent"),
                StageReminder(**about, stage="closed", remind_on=then.date(), set_by="x"),
                ModerationDecision(**decision, petition_id=draft.id, act="return"),
                ModerationDecision(**decision, petition_id=petition.id, act="return"),
                PaperBatch(**batch, number=1, state="out", out_on=then.date()),
                PaperBatch(**batch, number=2, state="out", out_on=then.date() - timedelta(days=20)),
                PaperBatch(**batch, number=3, state="back", out_on=then.date()),
            ]
        )


def client_of(app: Flask, account: Account) -> CheckingClient:
    """Another browser."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return sign_in_as(client, account)


class TestFirstHour:
    def test_each_step_is_seen_to_be_done(self, client: CheckingClient, clock: Clock) -> None:
        account = member(client, Role.COORDINATOR, slug="newcomers")
        page = client.get("/workspace")
        said = text_of_page(page)
        for step in ("Invite a colleague", "copy the sample", "Print your recovery codes"):
            assert step in said
        assert "Say how far beyond the minimum" not in said, "there is no petition yet"
        response = form_to(page, "/sample").send(client)
        assert response.status_code == 303
        hub = client.get(response.headers["Location"])
        assert "Exemple à réécrire" in text_of_page(hub) or "A sample to rewrite" in text_of_page(
            hub
        )
        steps = steps_of(client)
        assert steps["Write your first petition, or copy the sample and change its words"]
        assert not steps["Say how far beyond the minimum you aim, and why"]
        assert not steps["Print a code for your first stand or poster"]
        petition = petition_by_slug("exemple-newcomers")
        assert petition is not None
        with transaction():
            set_margin(actor=account.actor, petition=petition, percent=20, reason="Why.", now=NOON)
            placing.issue_placement(petition, kind="stand", label="X", actor="test", now=NOON)
        make_account("Étoile", Role.COORDINATOR, organisation=make_organisation("newcomers"))
        steps = steps_of(client)
        assert steps["Say how far beyond the minimum you aim, and why"]
        assert steps["Print a code for your first stand or poster"]
        assert steps["Invite a colleague"]
        assert steps["Invite a second coordinator, so that nothing hangs on one person"]

    def test_the_sample_is_copied_once_and_what_was_changed_stays(
        self, client: CheckingClient
    ) -> None:
        member(client, Role.EDITOR, slug="newcomers")
        form = form_to(client.get("/workspace"), "/sample")
        form.send(client)
        with transaction():
            petition = petition_by_slug("exemple-newcomers")
            assert petition is not None
            assert petition.state == "draft"
            assert {text.language for text in petition.texts} == {"fr", "nl", "en"}
            for text in petition.texts:
                assert "[" in text.letter, "what is to be replaced stands in brackets"
            petition.texts[0].title = "Ours"
        form.send(client)
        petition = petition_by_slug("exemple-newcomers")
        assert petition is not None
        assert petition.texts[0].title == "Ours"

    def test_a_member_is_not_offered_what_an_editor_does(self, client: CheckingClient) -> None:
        member(client, Role.MEMBER, slug="newcomers")
        assert "Copy the sample" not in text_of_page(client.get("/workspace"))


def steps_of(client: CheckingClient) -> dict[str, bool]:
    """The steps of the first hour, and whether each is ticked."""
    page = html_of(client.get("/workspace"))
    part = page[page.index('id="steps"') :]
    lines = re.findall(r"<li>(.*?)</li>", part, re.DOTALL)
    return {
        re.sub(
            r"<[^>]+>", "", re.search(r'(?:muted">|<a [^>]*>)(.*?)<', line, re.DOTALL)[1]
        ).strip(): (  # type: ignore[index]
            ", done" in line
        )
        for line in lines
    }


class TestHelp:
    @pytest.mark.parametrize("language", ["fr", "nl", "en"])
    def test_is_led_to_from_the_foot_of_every_page_and_answers(
        self, client: CheckingClient, language: str
    ) -> None:
        account = make_account(
            "Palabre", Role.MEMBER, organisation=make_organisation("newcomers"), language=language
        )
        sign_in_as(client, account)
        assert "/workspace/help" in links_of(client.get("/workspace/permissions"))
        page = html_of(client.get("/workspace/help"))
        for part in ("counts", "who", "never", "phone", "sees", "numbers"):
            assert f'id="{part}"' in page
        if language != "en":
            assert "is never written down" not in page
