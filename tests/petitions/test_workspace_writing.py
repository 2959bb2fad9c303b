"""Writing a petition in the workspace, as a browser without JavaScript does it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.core.db import db, transaction
from campaign.petitions.models import Petition, PetitionText
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.queries.writing import text_now, versions_of
from tests.conftest import Clock
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import NOON, make_organisation, make_petition
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, links_of, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
NEW = "/workspace/petitions/new/be-chamber-hearing"
SLUG = "a-school-for-every-child"
EDIT = f"/workspace/petitions/{SLUG}/edit"
TITLE = "A school for every child"
WORDS = {
    "short_title": "School for all",
    "ask": "We ask the Chamber that every child may go to school.",
    "letter": "**Every child** learns.\n\nWe ask for a rule.",
    "demands": "- a place for each",
}


@pytest.fixture
def editor(client: CheckingClient) -> CheckingClient:
    """A browser in which an editor of a collective has signed in."""
    return make_editor(client)


def make_editor(client: CheckingClient, name: str = "Palabre", **signing: Any) -> CheckingClient:
    """Let this browser be that of an editor who has signed in."""
    known = db.session.scalar(db.select(Account).where(Account.name == name))
    place = make_organisation("collective")
    account = known or make_account(name, Role.EDITOR, organisation=place)
    return sign_in_as(client, account, **signing)


def second_editor(app_client: CheckingClient) -> CheckingClient:
    """Another editor's browser."""
    other = app_client.application.test_client()
    return make_editor(other, "Kora")  # type: ignore[arg-type]


def begin(client: CheckingClient, title: str = TITLE) -> TestResponse:
    return form_to(client.get(NEW), NEW).send(client, title=title, source_language="en")


def petition(slug: str = SLUG) -> Petition:
    db.session.expire_all()
    found = petition_by_slug(slug)
    assert found is not None
    return found


def text(language: str = "en") -> PetitionText:
    found = text_now(petition().id, language)
    assert found is not None
    return found


def write(client: CheckingClient, language: str = "en", **typed: str) -> TestResponse:
    form = form_to(client.get(f"{EDIT}/text/{language}"), f"/text/{language}")
    return form.send(client, **{"title": TITLE, **WORDS, **typed})


def set_facts(client: CheckingClient, **typed: str) -> TestResponse:
    form = form_to(client.get(f"{EDIT}/facts"), "/facts")
    return form.send(client, **{"theme": "study", "closes_on": "2026-08-31", **typed})


def complete(client: CheckingClient) -> None:
    begin(client)
    assert write(client).status_code == 303
    assert set_facts(client).status_code == 303


def open_it() -> None:
    with transaction():
        for state in ("in_moderation", "open"):
            move_to(petition(), state, actor="test", now=NOON)


class TestBeginning:
    def test_the_doors_are_offered_with_reasons_for_and_against(
        self, editor: CheckingClient
    ) -> None:
        page = editor.get("/workspace/petitions/new?papers=must_count&people=tens")
        assert "The signature of a person without papers does not count." in text_of_page(page)
        assert NEW in links_of(page)
        assert "/workspace/petitions/new/none" in links_of(page)

    def test_a_title_begins_a_draft_that_the_organisation_leads_and_answers_for(
        self, editor: CheckingClient
    ) -> None:
        done = begin(editor)
        assert done.headers["Location"].startswith(f"{EDIT}/text/en")
        [part] = petition().carriers
        assert (part.role, part.is_controller) == ("lead", True)
        assert petition().state == "draft"
        assert "The draft is there" in text_of_page(editor.get(done.headers["Location"]))

    def test_the_same_form_sent_twice_begins_one_petition(self, editor: CheckingClient) -> None:
        form = form_to(editor.get(NEW), NEW)
        for _press in range(2):
            assert form.send(editor, title=TITLE).status_code == 303
        assert db.session.scalar(db.select(db.func.count()).select_from(Petition)) == 1

    def test_similar_petitions_are_offered_before_the_writing_goes_on(
        self, editor: CheckingClient
    ) -> None:
        """Behaviour 62."""
        make_petition()
        offered = begin(editor, "Clear criteria for us")
        assert offered.status_code == 200
        assert "/en/petitions/clear-criteria" in links_of(offered)
        assert petition_by_slug("clear-criteria-for-us") is None
        done = form_to(offered, NEW).send(editor)
        assert done.status_code == 303
        assert petition_by_slug("clear-criteria-for-us") is not None

    @pytest.mark.parametrize("title", ["", "=cmd", "x" * 121])
    def test_a_bad_title_is_shown_again_with_what_to_do(
        self, editor: CheckingClient, title: str
    ) -> None:
        refused = begin(editor, title) if title else form_to(editor.get(NEW), NEW).send(editor)
        assert refused.status_code == 422
        assert form_to(refused, NEW).fields["title"] == title

    def test_a_title_of_another_organisation_or_door_is_not_there(
        self, editor: CheckingClient
    ) -> None:
        other = make_organisation("other")
        form = form_to(editor.get(NEW), NEW)
        form.fields["organisation"] = str(other.id)
        assert form.send(editor, title=TITLE).status_code == 422
        assert editor.get("/workspace/petitions/new/nowhere").status_code == 404


class TestText:
    def test_is_saved_as_a_version_with_its_markdown_shown(self, editor: CheckingClient) -> None:
        begin(editor)
        done = write(editor)
        assert done.status_code == 303
        page = editor.get(done.headers["Location"])
        assert "<strong>Every child</strong>" in page.text
        assert [each.version for each in versions_of(petition().id, "en")] == [2, 1]

    def test_what_is_too_long_is_refused_and_kept_in_the_form(self, editor: CheckingClient) -> None:
        begin(editor)
        refused = write(editor, ask="x" * 301, letter="kept")
        assert refused.status_code == 422
        assert form_to(refused, "/text/en").fields["letter"] == "kept"
        assert "longer than 300 characters, by 1" in text_of_page(refused)
        assert text().letter == ""

    def test_a_letter_of_the_greatest_length_in_arabic_is_taken(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        assert write(editor, "ar", letter="ع" * 12_000, title="مدرسة").status_code == 303
        assert len(text("ar").letter) == 12_000

    def test_what_leads_to_a_person_is_marked_with_its_line_and_stops_the_sending(
        self, editor: CheckingClient
    ) -> None:
        """Behaviour 64."""
        begin(editor)
        set_facts(editor)
        write(
            editor,
            letter="Hello.\nMamadou Exemple is held in a closed centre.\nCall 0470 12 34 56.\n"
            "The guard Paul Exemple hits.",
        )
        page = editor.get(f"{EDIT}/text/en")
        words = text_of_page(page)
        for line, passage in ((2, "Mamadou Exemple"), (3, "0470 12 34 56"), (4, "guard Paul")):
            assert f"line {line}" in words
            assert passage in page.text
        assert page.text.count("<mark>") == 3
        refused = form_to(editor.get(EDIT), "/submit").send(editor)
        assert refused.status_code == 422
        assert petition().state == "draft"

    def test_a_name_that_is_no_person_held_may_be_allowed_but_a_number_never(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        write(editor, letter="In the Closed Centre people are detained.")
        form = form_to(editor.get(f"{EDIT}/text/en"), "/text/en")
        assert form.send(editor, allowed="Closed Centre").status_code == 303
        assert text().allowed_names == "Closed Centre"
        assert "What stops this text" not in text_of_page(editor.get(f"{EDIT}/text/en"))
        write(editor, letter="Call 0470 12 34 56.")
        form = form_to(editor.get(f"{EDIT}/text/en"), "/text/en")
        form.names.add("allowed")
        form.send(editor, allowed="0470 12 34 56")
        assert "What stops this text" in text_of_page(editor.get(f"{EDIT}/text/en"))

    def test_two_editors_are_warned_of_each_other(
        self, editor: CheckingClient, clock: Clock
    ) -> None:
        begin(editor)
        editor.get(f"{EDIT}/text/en")
        clock.advance(minutes=3)
        other = second_editor(editor)
        assert "Palabre opened this 3 minutes ago." in text_of_page(other.get(f"{EDIT}/text/en"))
        clock.advance(minutes=61)
        assert "opened this" not in text_of_page(other.get(f"{EDIT}/text/en"))

    def test_whoever_saves_second_sees_both_texts_and_nothing_is_lost(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        write(editor)
        mine = form_to(editor.get(f"{EDIT}/text/en"), "/text/en")
        other = second_editor(editor)
        theirs = form_to(other.get(f"{EDIT}/text/en"), "/text/en")
        assert theirs.send(other, letter="Theirs.").status_code == 303
        both = mine.send(editor, letter="Mine.")
        assert both.status_code == 409
        assert "Theirs" in text_of_page(both)
        assert "Kora" in text_of_page(both)
        again = form_to(both, "/text/en")
        assert again.fields["letter"] == "Mine."
        assert text().letter == "Theirs."
        assert again.send(editor).status_code == 303
        assert text().letter == "Mine."
        assert "Theirs." in [each.letter for each in versions_of(petition().id, "en")]

    def test_the_same_form_sent_twice_is_one_version(self, editor: CheckingClient) -> None:
        begin(editor)
        form = form_to(editor.get(f"{EDIT}/text/en"), "/text/en")
        for _press in range(2):
            assert form.send(editor, **WORDS).status_code == 303
        assert text().version == 2

    def test_an_earlier_version_is_compared_and_brought_back(self, editor: CheckingClient) -> None:
        begin(editor)
        write(editor)
        write(editor, letter="Worse.")
        page = editor.get(f"{EDIT}/text/en/versions/2")
        assert "What has changed since" in text_of_page(page)
        assert form_to(page, "/restore").send(editor).status_code == 303
        assert text().letter == WORDS["letter"]
        assert [each.kind for each in versions_of(petition().id, "en")][:2] == [
            "restored",
            "written",
        ]
        assert editor.get(f"{EDIT}/text/en/versions/99").status_code == 404

    def test_a_draft_saves_itself_and_such_savings_take_one_place(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        form = form_to(editor.get(f"{EDIT}/text/en"), "/text/en")
        form.action = f"{EDIT}/text/en/autosave.json"
        for letter in ("One", "One two", "One two three"):
            answer = form.send(editor, letter=letter)
            form.fields["version"] = str(answer.get_json()["version"])
        assert text().letter == "One two three"
        assert [each.kind for each in versions_of(petition().id, "en")] == ["autosaved", "written"]
        form.fields["version"] = "1"
        stale = form.send(editor, letter="Other")
        assert stale.status_code == 409
        assert "Somebody else saved" in stale.get_json()["detail"]
        assert form.send(editor, title="").status_code == 422

    def test_markdown_is_shown_cleaned(self, editor: CheckingClient) -> None:
        key = form_to(editor.get(NEW), NEW).fields["form_key"]
        shown = editor.post(
            "/workspace/rendered.json",
            data={"form_key": key, "source": "**a** <script>x</script> ![i](https://x.be/i.png)"},
        )
        assert "<strong>a</strong>" in shown.get_json()["html"]
        assert "<script" not in shown.get_json()["html"]
        assert "<img" not in shown.get_json()["html"]


class TestTranslation:
    def test_stands_beside_the_original_and_tells_what_changed_since(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        write(editor)
        assert "Every child" in text_of_page(editor.get(f"{EDIT}/text/nl"))
        write(editor, "nl", title="Een school", is_compared="y")
        assert "Not read by a native speaker yet" in text_of_page(editor.get(f"{EDIT}/text/nl"))
        form_to(editor.get(f"{EDIT}/text/nl"), "/review").send(editor)
        assert (text("nl").review_state, text("nl").reviewed_version) == ("reviewed", 2)
        write(editor, letter="Every child learns, here.")
        page = text_of_page(editor.get(f"{EDIT}/text/nl"))
        assert "The original changed since" in page
        assert "the original changed since" in text_of_page(editor.get(EDIT))
        write(editor, "nl", title="Een school", letter="Elk kind leert hier.", is_compared="y")
        assert (text("nl").review_state, text("nl").reviewed_version) == ("needs_native_review", 3)
        assert "The original changed" not in text_of_page(editor.get(f"{EDIT}/text/nl"))

    def test_deleted_while_somebody_writes_it_is_told_and_can_be_brought_back(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        write(editor, "nl", title="Een school")
        mine = form_to(editor.get(f"{EDIT}/text/nl"), "/text/nl")
        other = second_editor(editor)
        form_to(other.get(f"{EDIT}/text/nl"), "/delete").send(other)
        told = mine.send(editor, letter="Elk kind.")
        assert told.status_code == 409
        assert "deleted while you were writing" in text_of_page(told)
        again = form_to(told, "/text/nl")
        assert again.fields["letter"] == "Elk kind."
        assert again.send(editor).status_code == 303
        assert text("nl").letter == "Elk kind."

    def test_deleted_it_is_still_among_its_versions(self, editor: CheckingClient) -> None:
        begin(editor)
        write(editor, "nl", title="Een school")
        done = form_to(editor.get(f"{EDIT}/text/nl"), "/delete").send(editor)
        assert text_now(petition().id, "nl") is None
        assert "Version 1" in text_of_page(editor.get(done.headers["Location"]))
        page = editor.get(f"{EDIT}/text/nl/versions/1")
        assert form_to(page, "/restore").send(editor).status_code == 303
        assert text("nl").title == "Een school"

    def test_the_original_is_not_deleted(self, editor: CheckingClient) -> None:
        begin(editor)
        write(editor, "nl", title="Een school")
        form = form_to(editor.get(f"{EDIT}/text/nl"), "/delete")
        form.action = f"{EDIT}/text/en/delete"
        assert form.send(editor).status_code == 409

    def test_a_language_the_site_does_not_have_is_not_found(self, editor: CheckingClient) -> None:
        begin(editor)
        assert editor.get(f"{EDIT}/text/xx").status_code == 404
        assert editor.get(f"{EDIT}/preview/xx").status_code == 404


class TestFacts:
    def test_days_are_set_in_brussels_and_kept(self, editor: CheckingClient) -> None:
        begin(editor)
        set_facts(editor, opens_on="2026-04-01", opens_time="08:30")
        opens_at, closes_at = petition().opens_at, petition().closes_at
        assert opens_at is not None
        assert closes_at is not None
        assert opens_at.isoformat() == "2026-04-01T06:30:00+00:00"
        assert closes_at.isoformat() == "2026-08-31T21:59:00+00:00"
        shown = form_to(editor.get(f"{EDIT}/facts"), "/facts").fields
        assert (shown["opens_on"], shown["opens_time"]) == ("2026-04-01", "08:30")

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"closes_on": "2026-02-01"}, "This day has passed"),
            ({"opens_on": "2026-09-01"}, "after the first one"),
            ({"closes_on": "31 August"}, "Write a day like"),
            ({"official_url": "example.org/page"}, "whole web address"),
        ],
    )
    def test_what_cannot_be_is_refused_and_shown_again(
        self, editor: CheckingClient, typed: dict[str, str], told: str
    ) -> None:
        begin(editor)
        refused = set_facts(editor, **typed)
        assert refused.status_code == 422
        assert told in text_of_page(refused)
        assert petition().closes_at is None
        for name, value in typed.items():
            assert form_to(refused, "/facts").fields[name] == value

    def test_two_at_once_are_shown_both(self, editor: CheckingClient) -> None:
        begin(editor)
        mine = form_to(editor.get(f"{EDIT}/facts"), "/facts")
        other = second_editor(editor)
        assert "Palabre opened this just now." in text_of_page(other.get(f"{EDIT}/facts"))
        set_facts(other, theme="family")
        both = mine.send(editor, theme="work", closes_on="2026-09-30")
        assert both.status_code == 409
        assert petition().theme == "family"
        assert form_to(both, "/facts").send(editor).status_code == 303
        assert petition().theme == "work"

    def test_documents_are_links_with_language_and_day(self, editor: CheckingClient) -> None:
        begin(editor)
        page = f"{EDIT}/documents"
        typed = {"title": "The law", "url": "https://example.org/law", "language": "nl"}
        form = form_to(editor.get(page), page)
        for _press in range(2):
            form.send(editor, **typed, published_on="2024-09-01")
        [document] = petition().documents
        assert (document.language, str(document.published_on)) == ("nl", "2024-09-01")
        refused = form.send(editor, title="x", url="ftp://example.org")
        assert refused.status_code == 422
        assert 'value="ftp://example.org"' in refused.text
        form_to(editor.get(page), "/remove").send(editor)
        assert petition().documents == []

    def test_the_checklist_of_the_rule_is_ticked_and_another_door_has_its_own(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        page = editor.get(f"{EDIT}/door")
        form = form_to(page, "/checklist")
        mark = page.text.split('name="line" value="')[1].split('"')[0]
        form.names.add("line")
        form.send(editor, line=mark)
        assert f'value="{mark}" checked' in editor.get(f"{EDIT}/door").text
        key = form.fields["form_key"]
        chosen = {"form_key": key, "instrument_id": "bru-parliament-hearing"}
        assert editor.post(f"{EDIT}/door", data=chosen).status_code == 303
        assert petition().authority == "bru-parliament"
        assert " checked" not in editor.get(f"{EDIT}/door").text


def picture_file() -> tuple[io.BytesIO, str]:
    kept = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    Image.new("RGB", (900, 600), "teal").save(kept, "JPEG", exif=exif)
    kept.seek(0)
    return kept, "IMG_0001.jpg"


class TestPicture:
    def test_is_drawn_anew_described_and_shown_to_its_organisers_alone(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        page = f"{EDIT}/picture"
        key = form_to(editor.get(page), page).fields["form_key"]
        sent = {"form_key": key, "picture": picture_file()}
        assert editor.post(page, data=sent).status_code == 303
        shown = editor.get(f"{EDIT}/picture.webp")
        assert shown.content_type == "image/webp"
        assert "no-store" in shown.headers["Cache-Control"]
        assert b"SECRETCAMERA" not in shown.data
        digest = petition().picture_digest
        assert editor.get(f"/en/petitions/{SLUG}/picture/{digest}.webp").status_code == 404
        assert "say what the picture shows" in text_of_page(editor.get(EDIT))
        form_to(editor.get(page), "/words").send(editor, **{"words-en": "A blue field"})
        assert text().picture_words == "A blue field"
        assert 'alt="A blue field"' in editor.get(f"{EDIT}/preview/en").text
        form_to(editor.get(page), "/picture/remove").send(editor)
        assert petition().picture_digest == ""

    def test_what_is_no_picture_is_refused_in_words(self, editor: CheckingClient) -> None:
        begin(editor)
        page = f"{EDIT}/picture"
        key = form_to(editor.get(page), page).fields["form_key"]
        for body in (b"", b"<svg/>", b"\x89PNG\r\n\x1a\n broken"):
            sent = {"form_key": key, "picture": (io.BytesIO(body), "x.png")}
            refused = editor.post(page, data=sent)
            assert refused.status_code == 422
            assert "JPEG, PNG or WebP" in text_of_page(refused)

    def test_only_the_form_for_pictures_takes_large_files(self, editor: CheckingClient) -> None:
        begin(editor)
        large = b"x" * (400 * 1024)
        assert editor.post(f"{EDIT}/facts", data={"theme": large.decode()}).status_code == 413
        announced = {"CONTENT_LENGTH": str(9 * 1024 * 1024)}
        sent = editor.post(f"{EDIT}/picture", data={"a": "b"}, environ_overrides=announced)
        assert sent.status_code == 413


class TestSending:
    def test_what_is_missing_is_listed_with_the_page_that_mends_it(
        self, editor: CheckingClient
    ) -> None:
        begin(editor)
        page = editor.get(EDIT)
        assert "“Letter to the authority” is empty" in text_of_page(page)
        assert f"{EDIT}/facts" in links_of(page)
        assert form_to(page, "/submit").send(editor).status_code == 422

    def test_the_preview_is_the_public_page_and_is_kept_by_nobody(
        self, editor: CheckingClient
    ) -> None:
        complete(editor)
        seen = editor.get(f"{EDIT}/preview/en")
        assert seen.headers["Cache-Control"] == "no-store"
        assert "I explicitly agree that The collective" in text_of_page(seen)
        assert petition().state == "draft"
        assert editor.get(f"/en/petitions/{SLUG}").status_code == 404
        form_to(editor.get(EDIT), "/submit").send(editor)
        open_it()
        public = editor.get(f"/en/petitions/{SLUG}")
        assert words_of_letter(public) == words_of_letter(seen)

    def test_a_petition_written_here_is_signed_once_it_is_approved(
        self, editor: CheckingClient
    ) -> None:
        complete(editor)
        write(editor, "nl", title="Een school")
        sent = form_to(editor.get(EDIT), "/submit")
        for _press in range(2):
            assert sent.send(editor).status_code == 303
        assert petition().state == "submitted"
        open_it()
        for language in ("en", "nl", "ar"):
            page = editor.get(f"/{language}/petitions/{SLUG}")
            assert form_to(page, "/sign").fields
        assert [stage.stage for stage in petition().stages][:2] == ["drafted", "open"]

    def test_while_moderators_have_it_nothing_changes_until_it_is_taken_back(
        self, editor: CheckingClient
    ) -> None:
        complete(editor)
        stale = form_to(editor.get(f"{EDIT}/text/en"), "/text/en")
        form_to(editor.get(EDIT), "/submit").send(editor)
        refused = stale.send(editor, letter="Changed behind their back")
        assert refused.status_code == 409
        assert "Changed behind their back" in refused.text
        assert text().letter == WORDS["letter"]
        form_to(editor.get(EDIT), "/take-back").send(editor)
        assert petition().state == "draft"
        assert write(editor, letter="Changed").status_code == 303

    def test_a_planned_opening_is_said_on_the_public_page(self, editor: CheckingClient) -> None:
        complete(editor)
        set_facts(editor, opens_on="2026-04-01")
        assert "Opens soon" in text_of_page(editor.get(f"{EDIT}/preview/en"))
        form_to(editor.get(EDIT), "/submit").send(editor)
        open_it()
        page = text_of_page(editor.get(f"/en/petitions/{SLUG}"))
        assert "Opens soon" in page
        assert "You can sign from 1 April 2026" in page


def words_of_letter(page: TestResponse) -> str:
    return page.text.split('class="letter"')[1].split("</div>")[0]


class TestCorrecting:
    @pytest.fixture
    def published(self, editor: CheckingClient) -> CheckingClient:
        """The petition is open."""
        complete(editor)
        form_to(editor.get(EDIT), "/submit").send(editor)
        open_it()
        return editor

    def test_what_was_signed_changes_with_an_explanation_only(
        self, published: CheckingClient
    ) -> None:
        refused = write(published, letter="Something else.")
        assert refused.status_code == 422
        assert form_to(refused, "/text/en").fields["letter"] == "Something else."
        assert text().letter == WORDS["letter"]

    def test_a_correction_stands_on_the_page_beside_the_earlier_wording(
        self, published: CheckingClient, clock: Clock
    ) -> None:
        clock.advance(days=2)
        make_editor(published, now=clock.now())
        done = write(published, letter="**Every child** learns.", correction="A line was double.")
        assert done.status_code == 303
        page = published.get(f"/en/petitions/{SLUG}")
        assert "A line was double." in text_of_page(page)
        assert f"/en/petitions/{SLUG}/versions" in links_of(page)
        shown = published.get(f"/en/petitions/{SLUG}/versions")
        assert "We ask for a rule." in text_of_page(shown)
        assert "public" in shown.headers["Cache-Control"]
        assert "4 March 2026" in text_of_page(shown)
        again = write(published, letter="Third.", correction="A line was double.")
        assert again.status_code == 422  # each change has its own explanation

    def test_a_correction_that_leads_to_a_person_is_not_published(
        self, published: CheckingClient
    ) -> None:
        """Behaviour 64: what is public at once is stopped at once."""
        refused = write(published, letter="Call 0470 12 34 56.", correction="A number.")
        assert refused.status_code == 422
        assert "<mark>0470 12 34 56</mark>" in refused.text
        assert text().letter == WORDS["letter"]

    def test_rule_goal_first_day_and_languages_stay(self, published: CheckingClient) -> None:
        key = form_to(published.get(f"{EDIT}/facts"), "/facts").fields["form_key"]
        door = {"form_key": key, "instrument_id": "none"}
        assert published.post(f"{EDIT}/door", data=door).status_code == 409
        assert set_facts(published, opens_on="2026-05-01").status_code == 422
        assert set_facts(published, closes_on="2026-10-01").status_code == 303
        closes_at = petition().closes_at
        assert closes_at is not None
        assert closes_at - NOON > timedelta(days=200)

    def test_versions_of_an_uncorrected_petition_are_its_text(
        self, published: CheckingClient
    ) -> None:
        shown = text_of_page(published.get(f"/en/petitions/{SLUG}/versions"))
        assert "As it opened" in shown
        assert "We ask for a rule." in shown


class TestRights:
    PATHS = ("", "/door", "/text/en", "/facts", "/documents", "/picture")

    def test_who_may_not_write_sees_no_page_of_it(self, client: CheckingClient) -> None:
        make_petition()
        place = make_organisation("clear-criteria-lead")
        sign_in_as(client, make_account("Reader", Role.MEMBER, organisation=place))
        for path in self.PATHS:
            here = f"/workspace/petitions/clear-criteria/edit{path}"
            assert client.get(here).status_code == 403, path
        assert client.get("/workspace/petitions/new").status_code == 403
        there = "/workspace/petitions/clear-criteria/edit/preview/fr"
        assert client.get(there).status_code == 200

    def test_another_organisation_sees_neither_text_nor_preview(
        self, editor: CheckingClient
    ) -> None:
        make_petition()
        for path in (*self.PATHS, "/preview/fr", "/text/fr/versions", "/picture.webp"):
            here = f"/workspace/petitions/clear-criteria/edit{path}"
            assert editor.get(here).status_code == 403, path

    def test_a_role_taken_away_in_the_middle_stops_the_saving(self, editor: CheckingClient) -> None:
        begin(editor)
        form = form_to(editor.get(f"{EDIT}/text/en"), "/text/en")
        with transaction():
            db.session.execute(db.text("delete from account_role"))
        assert form.send(editor, letter="Too late").status_code == 403
        assert text().letter == ""
