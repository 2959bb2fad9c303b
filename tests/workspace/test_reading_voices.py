"""Voices are read before they are shown: who reads them, what is marked, and what two at once do."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.permissions import Role
from campaign.audit.models import AuditEntry
from campaign.core.db import db, transaction
from campaign.petitions.models import Petition
from campaign.voices import operations, queries
from campaign.voices.models import Voice
from campaign.voices.operations import consent_subject
from campaign.voices.wording import wordings
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import LANGUAGES, NOON, make_organisation, make_petition
from tests.factories.voices import (
    WORDS,
    approve,
    give,
    give_many,
    make_petition_with_voices,
    voices,
)
from tests.pages.checks import Page, local_name
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import form_to, text_of_page
from tests.petitions.threads import at_once

pytestmark = pytest.mark.usefixtures("clock")
QUEUE = "/workspace/voices"
HERE = "/workspace/petitions/clear-criteria/voices"
PUBLIC = "/fr/petitions/clear-criteria/voices"
SAID = "Le gardien Dubois a mon numéro, 0470 00 00 00."


def moderator(client: CheckingClient, slug: str = "clear-criteria") -> CheckingClient:
    place = make_organisation(f"{slug}-lead")
    return sign_in_as(client, make_account("Palabre", Role.MODERATOR, organisation=place))


@pytest.fixture
def reader(client: CheckingClient) -> CheckingClient:
    """A browser in which a moderator of the petition's organisation has signed in."""
    make_petition_with_voices()
    return moderator(client)


def the_voice() -> Voice:
    [voice] = voices()
    return voice


def marks_on(response: Any) -> list[str]:
    found = Page(html_of(response)).root.iter()
    return [
        " ".join("".join(each.itertext()).split())
        for each in found
        if isinstance(each.tag, str) and local_name(each) == "mark"
    ]


def looks() -> list[tuple[str, str]]:
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "voices.read"))
    return [(entry.subject, entry.detail) for entry in entries]


def test_behaviour_64_what_names_or_leads_to_somebody_is_marked_in_its_place_and_named(
    reader: CheckingClient,
) -> None:
    give(words=SAID, pseudonym="Awa Exemple")
    page = reader.get(QUEUE)
    assert marks_on(page) == [
        "Awa Exemple [what may be a full name]",
        "gardien Dubois [the name of a guard or of a person held]",
        "0470 00 00 00 [a phone number or another long number]",
    ]
    assert "Le gardien Dubois [the name" in text_of_page(page)
    assert "Look at what is framed: what may be a full name, the name of a guard" in text_of_page(
        page
    )


def test_what_gives_nobody_away_is_not_marked(reader: CheckingClient) -> None:
    give(words="<b>We</b> wait.")
    page = reader.get(QUEUE)
    assert marks_on(page) == []
    assert "Look at what is framed" not in text_of_page(page)
    assert "<b>We</b> wait." in text_of_page(page)


def test_shown_it_is_public_and_can_wait_again_with_its_words(reader: CheckingClient) -> None:
    give()
    assert WORDS not in text_of_page(reader.get(PUBLIC))
    done = form_to(reader.get(QUEUE), "/approve").send(reader)
    assert done.status_code == 303
    assert WORDS in text_of_page(reader.get(PUBLIC))
    page = reader.get(done.headers["Location"])
    assert "The voice is shown." in text_of_page(page)
    back = form_to(page, "/read-again").send(reader)
    assert back.status_code == 303
    assert (the_voice().state, the_voice().words) == ("waiting", WORDS)
    assert WORDS not in text_of_page(reader.get(PUBLIC))
    assert WORDS in text_of_page(reader.get(QUEUE))


@pytest.mark.parametrize(
    ("reason", "state"), [("endangers_you", "silent"), ("not_a_voice", "refused")]
)
def test_not_shown_its_words_are_deleted_and_the_reason_decides_whether_it_counts(
    reader: CheckingClient, reason: str, state: str
) -> None:
    give(words=SAID)
    done = form_to(reader.get(QUEUE), "/reject").send(reader, reason=reason)
    assert done.status_code == 303
    voice = the_voice()
    assert (voice.state, voice.reason, voice.words, voice.pseudonym) == (state, reason, None, None)
    assert "Nothing waits." in text_of_page(reader.get(QUEUE))


@pytest.mark.parametrize("reason", ["", "because"])
def test_without_a_reason_nothing_is_deleted_and_the_page_says_what_to_do(
    reader: CheckingClient, reason: str
) -> None:
    give(words=SAID)
    answer = form_to(reader.get(QUEUE), "/reject").send(reader, reason=reason)
    assert answer.status_code == 422
    assert "This reason is not in the list." in text_of_page(answer)
    assert (the_voice().state, the_voice().words) == ("waiting", SAID)


@pytest.mark.parametrize("first", ["approve", "reject"])
@pytest.mark.parametrize("second", ["approve", "reject"])
def test_who_decides_second_is_told_and_changes_nothing(
    reader: CheckingClient, first: str, second: str
) -> None:
    give()
    page = reader.get(QUEUE)
    typed = {"approve": {}, "reject": {"reason": "insults"}}
    acts = {act: form_to(page, f"/{act}") for act in typed}
    assert acts[first].send(reader, **typed[first]).status_code == 303
    before = (the_voice().state, the_voice().words, the_voice().reason)
    again = {"reason": "not_a_voice"} if second == "reject" else {}
    answer = acts[second].send(reader, **again)
    assert answer.status_code == 409
    assert "Somebody else has decided about this voice" in text_of_page(answer)
    assert (the_voice().state, the_voice().words, the_voice().reason) == before


def test_two_at_once_decide_once(app: Flask) -> None:
    make_petition_with_voices()
    give()
    number = the_voice().id

    def show() -> bool:
        with transaction():
            return operations.approve_voice(number, actor="one", now=NOON)

    def hide() -> bool:
        with transaction():
            return operations.reject_voice(
                number, reason="insults", actor="two", now=NOON, seen_as={"waiting"}
            )

    outcomes = at_once(app, [show, hide, show, hide])
    assert sorted(outcomes) == [False, False, False, True]
    decided = select(AuditEntry).where(AuditEntry.act.in_(["voice.approved", "voice.rejected"]))
    [entry] = db.session.scalars(decided)
    assert the_voice().state == ("shown" if entry.act == "voice.approved" else "silent")


def test_a_voice_that_was_taken_back_meanwhile_is_told_in_the_same_way(
    reader: CheckingClient,
) -> None:
    code = give()
    form = form_to(reader.get(QUEUE), "/approve")
    with transaction():
        operations.take_back(code)
    answer = form.send(reader)
    assert answer.status_code == 409
    assert "whoever gave it took it back" in text_of_page(answer)


def test_the_queue_is_short_and_begins_with_the_oldest_week(reader: CheckingClient) -> None:
    give_many(22)
    page = text_of_page(reader.get(QUEUE))
    assert "22 voices wait" in page
    assert "here are the 20 that have waited longest" in page
    assert page.count(WORDS) == 20


def test_each_look_is_in_the_log_once_with_how_many_and_not_what(reader: CheckingClient) -> None:
    petition = make_petition_with_voices("also-ours")
    ours = make_organisation("clear-criteria-lead").id
    with transaction():
        db.session.get_one(Petition, petition.id).carriers[0].organisation_id = ours
    reader.get(QUEUE)
    assert looks() == []
    give_many(3)
    give("other", slug="also-ours")
    reader.get(QUEUE)
    own = next(voice.petition_id for voice in voices() if voice.petition_id != petition.id)
    assert sorted(looks()) == sorted(
        [(consent_subject(own), "3"), (consent_subject(petition.id), "1")]
    )
    reader.get(f"{QUEUE}?petition=also-ours")
    assert looks()[2:] == [(consent_subject(petition.id), "1")]
    assert reader.get(HERE).status_code == 200
    assert len(looks()) == 3, "that page shows nothing that is not public"


def test_while_nothing_can_be_recorded_nothing_that_waits_is_read(
    reader: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    give()
    monkeypatch.setitem(app.config, "READ_ONLY", True)
    response = reader.get(QUEUE)
    assert response.status_code == 503
    assert "Who reads voices that wait is recorded" in text_of_page(response)
    assert WORDS not in text_of_page(response)


def test_the_coordinator_finds_the_looks_in_the_log(reader: CheckingClient) -> None:
    give()
    reader.get(QUEUE)
    place = make_organisation("clear-criteria-lead")
    sign_in_as(reader, make_account("Other", Role.COORDINATOR, organisation=place))
    assert "read voices that are not shown" in text_of_page(reader.get("/workspace/audit"))


class TestWho:
    @pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR, Role.OFFICER, Role.COORDINATOR])
    def test_only_moderators_read(self, client: CheckingClient, role: Role) -> None:
        make_petition_with_voices()
        give()
        place = make_organisation("clear-criteria-lead")
        sign_in_as(client, make_account("Palabre", role, organisation=place))
        for path in (QUEUE, HERE):
            response = client.get(path)
            assert response.status_code == 403
            assert WORDS not in text_of_page(response)
        assert looks() == []

    def test_the_voices_beside_other_petitions_are_neither_seen_nor_touched(
        self, reader: CheckingClient
    ) -> None:
        make_petition_with_voices("other-petition")
        give(slug="other-petition", words="Said elsewhere.")
        foreign = the_voice().id
        page = reader.get(QUEUE)
        assert "Said elsewhere." not in text_of_page(page)
        key = form_to(page, "/sign-out").fields
        for act in ("approve", "reject", "hide", "read-again"):
            sent = {**key, "reason": "insults"}
            assert reader.post(f"{HERE}/{foreign}/{act}", data=sent).status_code == 404
            other = f"/workspace/petitions/other-petition/voices/{foreign}/{act}"
            assert reader.post(other, data=sent).status_code == 403
        assert the_voice().state == "waiting"
        assert reader.get(f"{QUEUE}?petition=other-petition").status_code == 404
        assert reader.get("/workspace/petitions/nowhere/voices").status_code == 404
        assert WORDS not in text_of_page(reader.get(f"{QUEUE}?shown={foreign}"))

    def test_without_the_key_of_the_session_nothing_is_decided(
        self, reader: CheckingClient
    ) -> None:
        give()
        assert reader.post(f"{HERE}/{the_voice().id}/approve").status_code == 403
        assert the_voice().state == "waiting"


class TestCollections:
    def test_voices_are_taken_in_the_words_that_are_ready_closed_and_taken_again(
        self, client: CheckingClient
    ) -> None:
        petition = make_petition()
        moderator(client)
        page = client.get(HERE)
        agreed = wordings(["The clear-criteria-lead"])
        assert agreed["en"] in text_of_page(page)
        assert form_to(page, "/open").send(client).status_code == 303
        for language in LANGUAGES:
            wording = operations.consent_wording(petition.id, language)
            assert wording is not None
            assert wording[1:] == (language, agreed[language])
        assert client.get(f"{PUBLIC}/new").status_code == 200
        assert form_to(client.get(HERE), "/close").send(client).status_code == 303
        closed = queries.collection_of(petition.id)
        assert closed is not None
        assert closed.closed_on == NOON.date()
        assert form_to(client.get(HERE), "/open").send(client).status_code == 303
        db.session.rollback()
        again = queries.collection_of(petition.id)
        assert again is not None
        assert again.closed_on is None

    def test_nobody_is_asked_to_agree_where_nobody_answers_for_the_data(
        self, client: CheckingClient
    ) -> None:
        petition = make_petition()
        with transaction():
            for part in db.session.get_one(Petition, petition.id).carriers:
                part.is_controller = False
        moderator(client)
        page = client.get(HERE)
        assert "No organisation of this petition answers for the data yet" in text_of_page(page)
        sent = client.post(f"{HERE}/open", data=form_to(page, "/sign-out").fields)
        assert sent.status_code == 422
        assert queries.collection_of(petition.id) is None

    def test_every_state_is_counted(self, reader: CheckingClient) -> None:
        give_many(4)
        waiting, shown, silent, refused = voices()
        approve(shown)
        with transaction():
            operations.reject_voice(silent.id, reason="insults", actor="reader", now=NOON)
            operations.reject_voice(refused.id, reason="sent_twice", actor="reader", now=NOON)
        told = text_of_page(reader.get(HERE))
        assert "Waiting to be read 1" in told
        assert "Shown 1 Counted, words not shown 1 Not counted, gone within 30 days 1" in told
        assert waiting.state == "waiting"

    def test_a_shown_voice_is_shown_no_more_with_a_reason_only(
        self, reader: CheckingClient
    ) -> None:
        give()
        approve(the_voice())
        form = form_to(reader.get(HERE), "/hide")
        answer = form.send(reader)
        assert answer.status_code == 422
        assert the_voice().state == "shown"
        assert form_to(answer, "/hide").send(reader, reason="names_somebody").status_code == 303
        assert (the_voice().state, the_voice().words) == ("silent", None)
        assert form.send(reader, reason="insults").status_code == 409
        assert the_voice().reason == "names_somebody"
        assert WORDS not in text_of_page(reader.get(PUBLIC))


def test_the_page_of_a_petition_leads_to_those_that_wait(reader: CheckingClient) -> None:
    give()
    assert f'{QUEUE}?petition=clear-criteria"' in html_of(reader.get(HERE))
    page = reader.get(f"{QUEUE}?petition=clear-criteria")
    done = form_to(page, "/reject").send(reader, reason="insults")
    assert "petition=clear-criteria" in done.headers["Location"]
