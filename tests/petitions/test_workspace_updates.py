"""The organisers' pages of updates, and the public page of those that are news."""

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.accounts.permissions import OF_AN_ORGANISATION, Role
from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.mails.updates import KIND
from campaign.petitions.models import Petition, PetitionUpdate
from campaign.petitions.operations import updates
from campaign.petitions.rules.updates import Step
from tests.factories.accounts import PASSWORD, make_account, sign_in_as
from tests.factories.petitions import NOON, make_organisation, make_petition
from tests.factories.updates import SLUG, make_update, say_yes, schedule, update_now, work
from tests.mailbox import Outbox
from tests.pages.client import CheckingClient, html_of
from tests.pages.forms import form_to, forms_in, links_of, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
UPDATES = f"/workspace/petitions/{SLUG}/updates"
PUBLIC = f"/en/petitions/{SLUG}"


@pytest.fixture(autouse=True)
def petition(app: Flask) -> Petition:
    return make_petition(updates=True)


def member(client: CheckingClient, *roles: Role, slug: str = f"{SLUG}-lead") -> Account:
    account = make_account("Palabre", *roles, organisation=make_organisation(slug))
    sign_in_as(client, account)
    return account


def page_of(number: int) -> str:
    return f"{UPDATES}/{number}"


class TestWriting:
    def test_from_the_empty_list_to_a_saved_text(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """Behaviour 76."""
        member(client, Role.EDITOR)
        assert UPDATES in links_of(client.get(f"/workspace/petitions/{SLUG}"))
        empty = client.get(UPDATES)
        assert "None yet" in text_of_page(empty)
        lead = make_organisation(f"{SLUG}-lead")
        key = form_to(empty, "/updates").fields
        answer = client.post(UPDATES, data={**key, "organisation": str(lead.id)})
        assert answer.status_code == 303
        (draft,) = db.session.scalars(db.select(PetitionUpdate))
        form = form_to(client.get(f"{page_of(draft.id)}/nl"), "/nl")
        done = form.send(client, subject="  Hallo  ", body="**Dag**")
        assert done.status_code == 303
        page = client.get(done.location)
        assert "Saved." in text_of_page(page)
        assert "<strong>Dag</strong>" in html_of(page)
        assert [text.subject for text in update_now(draft.id).texts] == ["Hallo"]
        assert len(outbox) == 0
        assert "Hallo" in text_of_page(client.get(UPDATES)), "in the language it has"

    def test_bad_input_keeps_what_was_typed_and_changes_nothing(
        self, client: CheckingClient
    ) -> None:
        member(client, Role.EDITOR)
        number = make_update()
        form = form_to(client.get(f"{page_of(number)}/fr"), "/fr")
        answer = form.send(client, subject="", body="Typed words")
        assert answer.status_code == 422
        assert "Typed words" in html_of(answer)
        assert "Write a subject and a text" in text_of_page(answer)

    def test_two_at_once_keeps_both_texts_on_the_page(self, client: CheckingClient) -> None:
        member(client, Role.EDITOR)
        number = make_update()
        form = form_to(client.get(f"{page_of(number)}/fr"), "/fr")
        form.send(client, subject="Theirs", body="Their words")
        answer = form.send(client, subject="Mine", body="My words")
        assert answer.status_code == 409
        page = html_of(answer)
        assert "My words" in page
        assert "Their words" in page
        merged = form_to(answer, "/fr").send(client, subject="Both", body="Both words")
        assert merged.status_code == 303

    def test_words_that_lead_to_a_person_are_marked_and_stop_it(
        self, client: CheckingClient
    ) -> None:
        """Behaviour 64."""
        member(client, Role.COORDINATOR)
        number = make_update({"fr": ("Objet", "Appelez le 0470 00 00 00 demain.")})
        assert "<mark>0470 00 00 00" in html_of(client.get(f"{page_of(number)}/fr"))
        page = client.get(page_of(number))
        assert "leads to a person" in text_of_page(page)
        assert not [form for form in forms_in(page) if form.action.endswith("/send")]

    def test_a_text_deleted_while_it_is_edited_is_told(self, client: CheckingClient) -> None:
        member(client, Role.EDITOR)
        number = make_update()
        form = form_to(client.get(f"{page_of(number)}/fr"), "/fr")
        with transaction():
            updates.save_text(number, "fr", None, seen_version=1, actor="t", now=NOON)
        answer = form.send(client, body="Mine")
        assert answer.status_code == 409
        assert "Mine" in html_of(answer)

    def test_an_update_deleted_while_it_is_edited_is_gone(self, client: CheckingClient) -> None:
        """Behaviour 81."""
        member(client, Role.EDITOR)
        number = make_update()
        form = form_to(client.get(f"{page_of(number)}/fr"), "/fr")
        form_to(client.get(page_of(number)), "/delete").send(client)
        assert form.send(client).status_code == 404
        assert client.get(page_of(number)).status_code == 404

    def test_an_organisation_that_may_not_ask_reads_why(self, client: CheckingClient) -> None:
        make_petition("other")
        member(client, Role.EDITOR, slug="other-lead")
        page = client.get("/workspace/petitions/other/updates")
        assert "nobody to write to" in text_of_page(page)


class TestTrial:
    def test_it_goes_to_the_address_of_the_account_only(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """Behaviour 75."""
        say_yes("p0@example.org")
        account = member(client, Role.EDITOR)
        number = make_update()
        form = form_to(client.get(page_of(number)), "/trial")
        victim = {**form.fields, "recipient": "victim@example.org"}
        answer = client.post(f"{page_of(number)}/trial", data=victim)
        assert answer.status_code == 303
        assert {letter.recipient for letter in outbox.letters(kind=KIND)} == {account.email}


class TestSending:
    def test_scheduled_in_belgian_time_shown_paused_resumed(
        self, client: CheckingClient, outbox: Outbox
    ) -> None:
        """Behaviour 77."""
        for number in range(3):
            say_yes(f"p{number}@example.org")
        member(client, Role.COORDINATOR)
        number = make_update()
        form = form_to(client.get(page_of(number)), "/send")
        answer = form.send(client, when="later", day="2026-03-03", hour="09:30")
        assert answer.status_code == 303
        assert update_now(number).send_at.isoformat() == "2026-03-03T08:30:00+00:00"  # type: ignore[union-attr]
        assert "3 March 2026 09:30" in text_of_page(client.get(page_of(number)))
        work(NOON + 24 * (NOON - NOON.replace(hour=9)))
        progress = client.get(f"{page_of(number)}/progress.json").get_json()
        assert progress["is_under_way"] is True
        older = client.get(f"{page_of(number)}/progress.json?state=scheduled").get_json()
        assert older["is_under_way"] is False, "the page shows the buttons of another state"
        form_to(client.get(page_of(number)), "/pause").send(client)
        assert update_now(number).state == Step.PAUSED
        form_to(client.get(page_of(number)), "/resume").send(client)
        assert update_now(number).state == Step.SENDING
        form_to(client.get(page_of(number)), "/cancel").send(client)
        assert update_now(number).state == Step.CANCELLED
        assert len(outbox.letters(kind=KIND)) == 0

    @pytest.mark.parametrize(
        "typed", [{"day": "", "hour": ""}, {"day": "2020-01-01", "hour": "10:00"}, {"day": "x", "hour": "25:00"}]
    )  # fmt: skip
    def test_a_time_that_cannot_be_is_shown_at_its_field(
        self, client: CheckingClient, typed: dict[str, str]
    ) -> None:
        say_yes("p0@example.org")
        member(client, Role.COORDINATOR)
        number = make_update()
        form = form_to(client.get(page_of(number)), "/send")
        assert form.send(client, when="later", **typed).status_code == 422
        assert update_now(number).state == Step.DRAFT

    def test_a_button_pressed_too_late_says_so(self, client: CheckingClient) -> None:
        say_yes("p0@example.org")
        member(client, Role.COORDINATOR)
        number = make_update()
        schedule(number)
        late = form_to(client.get(page_of(number)), "/take-back")
        work()
        answer = late.send(client)
        assert answer.status_code == 409
        assert "moved on meanwhile" in text_of_page(answer)

    def test_it_asks_for_the_password_again(self, client: CheckingClient, clock: object) -> None:
        say_yes("p0@example.org")
        member(client, Role.COORDINATOR)
        number = make_update()
        form = form_to(client.get(page_of(number)), "/send")
        clock.advance(minutes=11)  # type: ignore[attr-defined]
        asked = form.send(client)
        assert asked.status_code == 403
        assert update_now(number).state == Step.DRAFT
        again = form_to(asked, "/send").send(client, confirm_it_is_me=PASSWORD)
        assert again.status_code == 303
        assert update_now(number).state == Step.SCHEDULED

    def test_an_editor_writes_and_a_coordinator_lets_it_leave(self, client: CheckingClient) -> None:
        say_yes("p0@example.org")
        member(client, Role.EDITOR)
        number = make_update()
        page = client.get(page_of(number))
        assert "A coordinator of your organisation lets it leave." in text_of_page(page)
        key = forms_in(page)[0].fields
        for act in ("send", "pause", "resume", "cancel", "take-back", "unpublish"):
            assert client.post(f"{page_of(number)}/{act}", data=key).status_code == 403

    def test_other_organisations_and_other_petitions_do_not_lead_to_it(
        self, client: CheckingClient
    ) -> None:
        make_petition("other", updates=True)
        number = make_update()
        member(client, *OF_AN_ORGANISATION, slug="other-lead")
        assert client.get(page_of(number)).status_code == 403
        assert client.get(f"/workspace/petitions/other/updates/{number}").status_code == 404
        key = forms_in(client.get("/workspace/petitions/other/updates"))[0].fields
        lead = make_organisation(f"{SLUG}-lead")
        answer = client.post(
            "/workspace/petitions/other/updates", data={**key, "organisation": str(lead.id)}
        )
        assert answer.status_code == 404

    def test_few_people_are_not_told_apart(self, client: CheckingClient) -> None:
        for number in range(6):
            say_yes(f"p{number}@example.org", language="fr" if number else "nl")
        member(client, Role.COORDINATOR)
        number = make_update()
        page = text_of_page(client.get(page_of(number)))
        assert "It reaches 6 people now." in page
        assert "fewer than 5" in page
        form = form_to(client.get(page_of(number)), "/who")
        form.send(client, language="nl")
        assert "It reaches fewer than 5 people now." in text_of_page(client.get(page_of(number)))
        answer = form_to(client.get(page_of(number)), "/send").send(client, when="now")
        assert answer.status_code == 422
        assert "point at them" in text_of_page(answer)


class TestNews:
    def sent(self, client: CheckingClient, *, is_public: bool) -> int:
        say_yes("p0@example.org")
        number = make_update()
        schedule(number, is_public=is_public)
        jobs.advance_updates(NOON)
        return number

    def test_a_public_update_is_on_the_page_in_the_feed_and_counted(
        self, client: CheckingClient
    ) -> None:
        assert "news" not in text_of_page(client.get(PUBLIC)).lower().replace("newspaper", "")
        number = self.sent(client, is_public=True)
        page = client.get(f"{PUBLIC}/updates")
        assert "La commission nous écoute" in text_of_page(page)
        assert "public" in page.headers["Cache-Control"]
        assert f"{PUBLIC}/updates" in links_of(client.get(PUBLIC))
        feed = client.get(f"{PUBLIC}/news.atom").text
        assert f"/petitions/{SLUG}/update/{number}" in feed
        member(client, Role.COORDINATOR)
        form_to(client.get(page_of(number)), "/unpublish").send(client)
        assert "La commission" not in text_of_page(client.get(f"{PUBLIC}/updates"))
        assert f"{PUBLIC}/updates" not in links_of(client.get(PUBLIC))

    def test_what_is_not_public_stays_in_the_mails(self, client: CheckingClient) -> None:
        self.sent(client, is_public=False)
        assert "La commission" not in text_of_page(client.get(f"{PUBLIC}/updates"))

    @pytest.mark.parametrize("language", ["fr", "nl", "de", "en", "ar", "bm"])
    def test_it_opens_in_every_language(self, client: CheckingClient, language: str) -> None:
        self.sent(client, is_public=True)
        page = client.get(f"/{language}/petitions/{SLUG}/updates")
        assert page.status_code == 200
        words = "De commissie luistert" if language == "nl" else "La commission nous écoute"
        assert words in text_of_page(page)
