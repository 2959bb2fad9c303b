"""The organisers' page of official counts, and the hand-over with its pack and stages."""

import csv
import hashlib
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from campaign.accounts.permissions import Role
from campaign.audit.queries import entries_about
from campaign.core.db import transaction
from campaign.petitions import jobs
from campaign.petitions.operations import counting, handing_over, paper, publishing
from campaign.petitions.operations.paper import Step
from campaign.petitions.queries.paper import batch_at
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.paper import Figures
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import NOON, make_confirmed, make_organisation, make_petition
from tests.mailbox import links_in
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, forms_in, text_of_page
from tests.pages.printed import read_pdf

pytestmark = pytest.mark.usefixtures("app", "clock")
SLUG = "clear-criteria"
HERE = f"/workspace/petitions/{SLUG}"
SOURCE = {"source_label": "Page of the Chamber", "source_url": "https://dekamer.example/1"}


def member(client: CheckingClient, *roles: Role, name: str = "Palabre") -> CheckingClient:
    """Sign in somebody with these roles in the organisation that leads."""
    place = make_organisation(f"{SLUG}-lead")
    return sign_in_as(client, make_account(name, *roles, organisation=place))


def another(app: Flask, *roles: Role, name: str = "Étoile") -> CheckingClient:
    """Another browser, in which somebody else has signed in."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return member(client, *roles, name=name)


def enter(client: CheckingClient, **typed: str) -> TestResponse:
    return form_to(client.get(f"{HERE}/counts"), "/counts").send(client, **{**SOURCE, **typed})


class TestCounts:
    def test_counts_are_entered_shown_in_public_and_kept_with_their_source(
        self, client: CheckingClient
    ) -> None:
        make_petition()
        member(client, Role.EDITOR)
        answer = enter(client, as_of="2026-03-01", count_VLG="9 000", count_BRU="250")
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("done=counted")
        words = text_of_page(client.get(f"{HERE}/counts"))
        for told in ("9 000", "Page of the Chamber", "1 March 2026", "Palabre"):
            assert told in words
        public = text_of_page(client.get(f"/en/petitions/{SLUG}"))
        assert "9 000" in public

    def test_a_large_change_waits_and_who_entered_it_cannot_approve_it(
        self, client: CheckingClient, app: Flask
    ) -> None:
        make_petition()
        member(client, Role.COORDINATOR)
        enter(client, as_of="2026-03-01", count_VLG="1000")
        answer = enter(client, as_of="2026-03-02", count_VLG="9000")
        assert answer.headers["Location"].endswith("done=count_waits")
        page = client.get(f"{HERE}/counts")
        assert "somebody else of the organisations" in text_of_page(page)
        assert not [form for form in forms_in(page) if form.action.endswith("/approve")]
        withdraw = form_to(page, "/withdraw")
        forged = withdraw.action.replace("/withdraw", "/approve")
        assert client.post(forged, data=withdraw.fields).status_code == 403
        assert "9 000" not in text_of_page(client.get(f"/en/petitions/{SLUG}"))
        second = another(app, Role.OFFICER)
        approve = form_to(second.get(f"{HERE}/counts"), "/approve")
        assert approve.send(second).status_code == 303
        assert approve.send(second).status_code == 409, "it no longer waits"
        words = text_of_page(second.get(f"{HERE}/counts"))
        assert "approved by Étoile" in words
        assert "9 000" in text_of_page(client.get(f"/en/petitions/{SLUG}"))

    def test_a_refusal_needs_its_reason_and_an_editor_decides_nothing(
        self, client: CheckingClient, app: Flask
    ) -> None:
        make_petition()
        member(client, Role.EDITOR)
        enter(client, as_of="2026-03-01", count_VLG="1000")
        enter(client, as_of="2026-03-02", count_VLG="9000")
        editor = another(app, Role.EDITOR, name="Bama")
        page = editor.get(f"{HERE}/counts")
        assert not [form for form in forms_in(page) if "/approve" in form.action]
        second = another(app, Role.COORDINATOR)
        refuse = form_to(second.get(f"{HERE}/counts"), "/refuse")
        number = refuse.action.split("/")[-2]
        answer = refuse.send(second)
        assert answer.status_code == 422
        assert "Say why you refuse it" in text_of_page(answer)
        assert (
            refuse.send(second, **{f"change-{number}-reason": "It shows 1 900."}).status_code == 303
        )
        assert "It shows 1 900." in text_of_page(second.get(f"{HERE}/counts"))

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"as_of": "2026-03-03", "count_VLG": "1"}, "Choose today or a day before"),
            ({"count_VLG": "-1"}, "Write a whole number"),
            ({"count_VLG": "400"}, "This is less than the 500"),
            ({}, "at least one region"),
            ({"count_VLG": "501", "source_label": ""}, "Say where you read it"),
            ({"count_VLG": "501", "source_url": "lachambre"}, "Write a whole address"),
            ({"count_VLG": "400", "is_correction": "y"}, "Say why the count is corrected"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_and_what_was_typed_stays(
        self, client: CheckingClient, typed: dict[str, str], words: str
    ) -> None:
        make_petition()
        member(client, Role.EDITOR)
        enter(client, as_of="2026-03-01", count_VLG="500")
        answer = enter(client, count_WAL="", **typed)
        assert answer.status_code == 422
        assert words in text_of_page(answer)
        for name in ("count_VLG", "source_label"):
            if typed.get(name):
                assert f'value="{typed[name]}"' in answer.text

    def test_an_unknown_region_of_a_forged_form_is_refused(self, client: CheckingClient) -> None:
        make_petition()
        member(client, Role.EDITOR)
        form = form_to(client.get(f"{HERE}/counts"), "/counts")
        sent = {**form.fields, **SOURCE, "count_XX": "5"}
        assert client.post(form.action, data=sent).status_code == 422

    def test_the_drawing_has_its_table_and_says_the_same(self, client: CheckingClient) -> None:
        make_petition()
        member(client, Role.EDITOR)
        for day, number in (("2026-02-20", "100"), ("2026-02-25", "400"), ("2026-03-01", "700")):
            enter(client, as_of=day, count_VLG=number)
        page = client.get(f"{HERE}/counts")
        drawing = re.search(r"<svg[^>]*Flanders: from 100 to 700.*?</svg>", page.text, re.DOTALL)
        assert drawing
        assert drawing[0].count("<path") == 3
        words = text_of_page(page)
        for told in ("100", "400", "700", "20 February 2026"):
            assert told in words

    def test_a_rule_without_platform_says_so(self, client: CheckingClient) -> None:
        make_petition(instrument_id="fl-parliament-hearing", authority="fl-parliament")
        member(client, Role.EDITOR)
        assert "counts no official platform" in text_of_page(client.get(f"{HERE}/counts"))


def a_counted_batch(number: int = 1, **valid: int) -> str:
    """A batch that was counted; returns its seal."""
    petition = petition_by_slug(SLUG)
    assert petition is not None
    with transaction():
        paper.open_batch(
            petition=petition, number=number, place="Namur", holder="", out_on=date(2026, 2, 1),
            actor="test", now=NOON,
        )  # fmt: skip
    for act in (
        lambda step: paper.note_return(step, date(2026, 2, 20)),
        lambda step: paper.count_batch(step, Figures(valid, {"unsigned": 2}), ""),
    ):
        batch = batch_at(petition.id, number)
        assert batch is not None
        with transaction():
            act(Step(petition, number, batch.revision, "test", NOON))
    batch = batch_at(petition.id, number)
    assert batch is not None
    return batch.seal


def a_petition_to_hand_over() -> list[str]:
    """Closed, with a supporter, an official count and two batches; returns the seals."""
    make_petition(updates=True)
    make_confirmed(given_name="Fatoumata", family_name="Invented")
    petition = petition_by_slug(SLUG)
    assert petition is not None
    with transaction():
        counting.record_official_count(
            petition=petition, channel="official_platform", stratum="VLG", count=14_400,
            as_of=date(2026, 3, 1), source_label="=Page", source_url="", actor="test", now=NOON,
        )  # fmt: skip
        counting.fold_tallies(now=NOON)
    seals = [a_counted_batch(1, VLG=300, BRU=12), a_counted_batch(2, WAL=40)]
    with transaction():
        publishing.move_to(petition, "closed", actor="test", now=NOON)
    return seals


class TestPack:
    def test_the_table_keeps_the_channels_apart_and_its_seals_can_be_worked_out_again(
        self, client: CheckingClient
    ) -> None:
        """Behaviours 48 and 49."""
        seals = a_petition_to_hand_over()
        member(client, Role.OFFICER)
        answer = form_to(client.get(f"{HERE}/hand-over?language=nl"), "/hand-over.csv").send(client)
        assert answer.mimetype == "text/csv"
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        found = {(row["kind"], row["place"], row["channel"], row["figure"]): row for row in rows}
        assert found["official_count", "VLG", "official_platform", "read"]["count"] == "14400"
        assert found["paper", "VLG", "official_paper", "counted"]["count"] == "300"
        assert found["paper", "VLG", "official_paper", "added_by_the_rule"]["count"] == "100"
        assert found["support", "all", "own_form", "confirmed"]["count"] == "1"
        assert not {"14700", "14701", "14500"} & {
            row["count"] for row in rows if row["kind"] != "rule"
        }, "no two channels are added"
        sealed = [row for row in rows if row["kind"] == "batch_seal"]
        assert [row["seal"] for row in sealed] == seals
        for row in sealed:
            assert hashlib.sha256(row["canonical"].encode()).hexdigest() == row["seal"]
        text = "".join(f"{row['batch']} {row['seal']}\n" for row in sealed)
        (the_list,) = [row for row in rows if row["kind"] == "list_seal"]
        assert hashlib.sha256(text.encode()).hexdigest() == the_list["seal"]
        assert found["official_count", "VLG", "official_platform", "read"]["source"] == "'=Page"

    def test_the_document_is_in_the_language_of_the_authority_and_names_nobody(
        self, client: CheckingClient
    ) -> None:
        seals = a_petition_to_hand_over()
        member(client, Role.OFFICER)
        for language, greeting in (("fr", "Mesdames, Messieurs"), ("nl", "Geachte dames en heren"), ("de", "Sehr geehrte Damen")):  # fmt: skip
            page = client.get(f"{HERE}/hand-over?language={language}")
            assert greeting in text_of_page(page)
            answer = form_to(page, "/hand-over.pdf").send(client)
            assert answer.mimetype == "application/pdf"
            words, _codes = read_pdf(answer.data)
            assert greeting in words
            for seal in seals:
                assert seal in words.replace(" ", "")
            for personal in ("Fatoumata", "Invented", "awa@example.org"):
                assert personal not in words
        acts = [entry.act for entry in entries_about(f"petition:{SLUG}")]
        assert acts.count("petition.pack_made") == 3

    def test_what_is_not_settled_is_said_on_the_page(self, client: CheckingClient) -> None:
        a_petition_to_hand_over()
        petition = petition_by_slug(SLUG)
        assert petition is not None
        with transaction():
            paper.open_batch(
                petition=petition, number=9, place="Gent", holder="", out_on=date(2026, 2, 1),
                actor="test", now=NOON,
            )  # fmt: skip
        member(client, Role.OFFICER)
        words = text_of_page(client.get(f"{HERE}/hand-over"))
        assert "1 batch is out, lost or not counted" in words
        assert "to be verified" in words, "what nobody could find out of the rule"

    def test_it_takes_the_permission_and_a_fresh_proof(self, client: CheckingClient, app: Flask, clock: Any) -> None:  # fmt: skip
        a_petition_to_hand_over()
        member(client, Role.EDITOR)
        assert client.get(f"{HERE}/hand-over").status_code == 403
        officer = another(app, Role.OFFICER)
        page = officer.get(f"{HERE}/hand-over")
        clock.advance(minutes=20)
        answer = form_to(page, "/hand-over.csv").send(officer)
        assert answer.mimetype == "text/html"

    def test_handing_over_moves_the_petition_and_the_public_page_says_when(
        self, client: CheckingClient
    ) -> None:
        a_petition_to_hand_over()
        member(client, Role.COORDINATOR)
        form = form_to(client.get(f"{HERE}/hand-over"), "/hand-over")
        hand = next(one for one in forms_in(client.get(f"{HERE}/hand-over")) if one.action.endswith("/hand-over") and one.method == "post")  # fmt: skip
        assert form.action == hand.action
        assert hand.send(client, on="2026-03-04").status_code == 422
        assert hand.send(client, on="2026-03-02").status_code == 303
        petition = petition_by_slug(SLUG)
        assert petition is not None
        assert petition.state == "handed_over"
        assert "2 March 2026" in text_of_page(client.get(f"/en/petitions/{SLUG}"))
        assert "2 batches" in text_of_page(client.get(f"{HERE}/hand-over"))

    def test_while_people_sign_nothing_is_handed_over(self, client: CheckingClient) -> None:
        make_petition()
        member(client, Role.COORDINATOR)
        page = client.get(f"{HERE}/hand-over")
        assert "The collection is not closed" in text_of_page(page)
        sent = form_to(page, "/hand-over.csv").fields | {"on": "2026-03-02"}
        assert client.post(f"{HERE}/hand-over", data=sent).status_code == 409


def handed_over() -> None:
    make_petition(state="closed", languages=("fr", "nl"))
    petition = petition_by_slug(SLUG)
    assert petition is not None
    with transaction():
        handing_over.hand_over(petition=petition, on=date(2026, 3, 1), actor="test", now=NOON)


class TestStages:
    STAGE = f"{HERE}/stages?stage=admissibility"

    def test_a_stage_is_written_in_the_petitions_languages_and_published(
        self, client: CheckingClient
    ) -> None:
        handed_over()
        member(client, Role.COORDINATOR)
        form = form_to(client.get(f"{HERE}/stages"), "/stages?stage=admissibility")
        assert {"note_fr", "note_nl"} <= form.names
        answer = form.send(
            client, reached_on="2026-03-02", document_label="Letter of the office",
            document_url="https://dekamer.example/2", note_fr="Recevable.", note_nl="Ontvankelijk.",
        )  # fmt: skip
        assert answer.status_code == 303
        for language, words in (("fr", "Recevable."), ("nl", "Ontvankelijk.")):
            public = client.get(f"/{language}/petitions/{SLUG}")
            assert words in text_of_page(public)
            assert "https://dekamer.example/2" in public.text

    def test_what_cannot_be_published_is_refused_and_what_was_typed_stays(
        self, client: CheckingClient
    ) -> None:
        handed_over()
        member(client, Role.COORDINATOR)
        form = form_to(client.get(self.STAGE), "/stages?stage=admissibility")
        answer = form.send(client, reached_on="2026-03-09", note_fr="Bientôt.")
        assert answer.status_code == 422
        assert "Choose today or a day before" in text_of_page(answer)
        assert "Bientôt." in answer.text
        sent = form.fields | {"reached_on": "2026-03-02"}
        assert client.post(f"{HERE}/stages?stage=hearing", data=sent).status_code == 409
        assert client.post(f"{HERE}/stages?stage=draft", data=sent).status_code == 422

    def test_a_stage_that_comes_later_has_no_form_but_its_reminder(
        self, client: CheckingClient
    ) -> None:
        handed_over()
        member(client, Role.COORDINATOR)
        page = client.get(f"{HERE}/stages?stage=hearing")
        assert "This stage comes later" in text_of_page(page)
        reminder = form_to(page, "/stages/reminder")
        answer = reminder.send(client, **{"reminder-remind_on": "2026-03-02"})
        assert answer.status_code == 422
        assert reminder.send(client, **{"reminder-remind_on": "2026-04-02"}).status_code == 303
        assert "Reminder on 2 April 2026" in text_of_page(client.get(f"{HERE}/stages"))

    def test_the_mail_leads_to_the_page(self, client: CheckingClient, outbox: Any) -> None:
        handed_over()
        petition = petition_by_slug(SLUG)
        assert petition is not None
        with transaction():
            handing_over.set_reminder(
                petition=petition, stage="hearing", remind_on=date(2026, 3, 5), actor="test",
                now=NOON,
            )  # fmt: skip
        jobs.send_stage_reminders(NOON + timedelta(days=5))
        (mail,) = outbox.mails(kind="petitions/stage_reminder")
        assert any(link.endswith(f"{HERE}/stages") for link in links_in(mail))
