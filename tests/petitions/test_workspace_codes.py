"""The organisers' pages for codes: of places, and of events."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from campaign.accounts.permissions import Role
from campaign.core.db import transaction
from campaign.petitions.models import Placement
from campaign.petitions.operations import placing
from campaign.petitions.queries import placements as queries
from campaign.petitions.queries.petitions import petition_by_slug
from tests.conftest import Clock
from tests.factories.accounts import make_account, sign_in_as
from tests.factories.petitions import (
    NOON,
    confirm,
    form_fields,
    make_organisation,
    make_petition,
    signatures,
)
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, links_of, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
CODES = "/workspace/petitions/clear-criteria/codes"
EVENT = {
    "label": "Vigil at the station",
    "begins_on": "2026-03-02",
    "begins_at": "11:00",  # NOON is ten o'clock in London, eleven in Brussels
    "hours": "3",
    "most": "50",
}


@pytest.fixture
def editor(client: CheckingClient) -> CheckingClient:
    """A browser in which an editor of the petition's organisation has signed in."""
    make_petition()
    place = make_organisation("clear-criteria-lead")
    return sign_in_as(client, make_account("Palabre", Role.EDITOR, organisation=place))


def all_placements(slug: str = "clear-criteria") -> list[Placement]:
    petition = petition_by_slug(slug)
    assert petition is not None
    return queries.placements_of(petition.id)


def the_event() -> Placement:
    return next(each for each in all_placements() if each.kind == "event")


def make_code(kind: str = "poster", label: str = "Bakery", slug: str = "clear-criteria") -> str:
    petition = petition_by_slug(slug)
    assert petition is not None
    with transaction():
        return placing.issue_placement(
            petition, kind=kind, label=label, actor="test", now=NOON
        ).code


def issue_event(client: CheckingClient, **typed: str) -> TestResponse:
    return form_to(client.get(CODES), "/event-codes").send(client, **{**EVENT, **typed})


def sign_with(client: CheckingClient, code: str, number: int) -> TestResponse:
    """One person's form, sent through the QR code from the same network as the others'."""
    page = client.get(f"/fr/petitions/clear-criteria/sign?via={code}")
    token = form_to(page, "/sign").fields["token"]
    typed = form_fields(email=f"person{number}@example.org", family_name=f"Nr {chr(97 + number)}")
    there = "/fr/petitions/clear-criteria/sign"
    return client.post(there, data={**typed, "via": code, "token": token, "step": "send"})


def test_a_place_gets_a_code_of_its_own_with_its_sheets_in_every_language(
    editor: CheckingClient,
) -> None:
    done = form_to(editor.get(CODES), CODES).send(editor, kind="stand", label="Market  of Gent")
    assert done.status_code == 303
    [issued] = [each for each in all_placements() if each.kind != "public"]
    assert (issued.kind, issued.label) == ("stand", "Market of Gent")
    page = editor.get(done.headers["Location"])
    assert "The code is ready." in text_of_page(page)
    sheets = [each for each in links_of(page) if f"/print/{issued.code}/" in each]
    assert len(sheets) == 6 * 4
    for sheet in (f"/fr/petitions/clear-criteria/print/{issued.code}/qr.svg", sheets[0]):
        assert sheet in sheets
        assert editor.get(sheet).status_code == 200
    assert issued.code in text_of_page(editor.get(CODES))


def test_the_same_form_sent_twice_makes_one_code(editor: CheckingClient) -> None:
    form = form_to(editor.get(CODES), CODES)
    first, second = (form.send(editor, kind="poster", label="Bakery") for _press in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert [each.label for each in all_placements()].count("Bakery") == 1


@pytest.mark.parametrize(
    ("kind", "label", "sentence"),
    [
        ("poster", "", "Give this place a name of your own"),
        ("palace", "Library", "Choose where the petition is offered."),
        ("event", "Library", "Choose where the petition is offered."),
        ("poster", "x" * 81, "Give this place a name of your own"),
    ],
)
def test_a_place_that_is_refused_keeps_what_was_typed(
    editor: CheckingClient, kind: str, label: str, sentence: str
) -> None:
    before = len(all_placements())
    answer = form_to(editor.get(CODES), CODES).send(editor, kind=kind, label=label)
    assert answer.status_code == 422
    assert sentence in text_of_page(answer)
    assert form_to(answer, CODES).fields["label"] == label
    assert len(all_placements()) == before


def test_one_to_four_signatures_are_not_told(editor: CheckingClient) -> None:
    code = make_code()
    for number in range(5):
        sign_with(editor, code, number)
        confirm(signatures()[-1])
        told = text_of_page(editor.get(f"{CODES}/{code}"))
        assert ("fewer than 5" in told) is (number < 4)
    assert "Confirmed signatures 5" in told


class TestEvents:
    def test_behaviour_21_a_code_lifts_the_limit_from_its_first_hour_in_belgian_time(
        self, editor: CheckingClient
    ) -> None:
        answer = issue_event(editor)
        assert answer.status_code == 303
        event = queries.event_code_of(the_event().id)
        assert event is not None
        assert (event.opens_at, event.closes_at) == (NOON, NOON + timedelta(hours=3))
        for number in range(20):
            assert sign_with(editor, the_event().code, number).status_code == 303, number
        told = text_of_page(editor.get(answer.headers["Location"]))
        assert "20 of 50 used" in told
        assert "running" in told
        assert "20 of 50 used" in text_of_page(editor.get(CODES))

    def test_the_same_event_sent_twice_makes_one_code_and_another_hour_another(
        self, editor: CheckingClient
    ) -> None:
        first = issue_event(editor).headers["Location"]
        assert issue_event(editor).headers["Location"] == first
        assert issue_event(editor, begins_at="12:00").headers["Location"] != first
        assert [each.kind for each in all_placements()].count("event") == 2

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"hours": "25"}, "An event code is for at most 24 hours"),
            ({"hours": "0"}, "An event code is for at most 24 hours"),
            ({"hours": "999999999999"}, "An event code is for at most 24 hours"),
            ({"begins_on": "2026-03-01"}, "its end lies ahead"),
            ({"begins_on": "0001-01-01"}, "its end lies ahead"),
            ({"most": "501"}, "for 1 to 500 signatures"),
            ({"most": "0"}, "for 1 to 500 signatures"),
            ({"label": ""}, "Give this place a name of your own"),
            ({"begins_at": ""}, "Fill this in."),
            ({"begins_on": "someday"}, "Please correct this first"),
            ({"hours": "three"}, "Please correct this first"),
        ],
    )
    def test_hours_and_sizes_out_of_bounds_are_refused_and_what_was_typed_is_kept(
        self, editor: CheckingClient, typed: dict[str, str], sentence: str
    ) -> None:
        answer = issue_event(editor, **typed)
        assert answer.status_code == 422
        assert sentence in text_of_page(answer)
        kept = form_to(answer, "/event-codes").fields
        assert {name: kept[name] for name in EVENT} == {**EVENT, **typed}
        assert all(each.kind != "event" for each in all_placements())

    def test_the_state_is_told_as_it_is_now(self, editor: CheckingClient, clock: Clock) -> None:
        issue_event(editor, begins_at="12:00", hours="1", most="1")
        code = the_event().code
        here = f"{CODES}/{code}"
        assert "not begun yet" in text_of_page(editor.get(here))
        clock.advance(hours=1)
        assert "running" in text_of_page(editor.get(here))
        assert sign_with(editor, code, 1).status_code == 303
        assert "used up" in text_of_page(editor.get(here))
        clock.advance(hours=1)
        told = editor.get(here)
        assert "over" in text_of_page(told)
        assert not [each for each in links_of(told) if "/print/" in each]

    def test_closed_it_opens_nothing_and_a_second_press_is_harmless(
        self, editor: CheckingClient
    ) -> None:
        issue_event(editor)
        code = the_event().code
        form = form_to(editor.get(f"{CODES}/{code}"), "/close")
        for _press in range(2):
            assert form.send(editor).status_code == 303
        assert the_event().closed_at == NOON
        page = editor.get(f"{CODES}/{code}")
        assert "This code works no more" in text_of_page(page)
        assert "closed" in text_of_page(page)
        assert editor.get(f"/fr/s/{code}").headers["Location"].endswith("/fr/petitions")


class TestWho:
    @pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.OFFICER])
    def test_only_who_writes_petitions_makes_and_closes_codes(
        self, client: CheckingClient, role: Role
    ) -> None:
        make_petition()
        code = make_code()
        place = make_organisation("clear-criteria-lead")
        sign_in_as(client, make_account("Palabre", role, organisation=place))
        assert client.get(CODES).status_code == 403
        assert client.get(f"{CODES}/{code}").status_code == 403
        [open_one] = [each for each in all_placements() if each.code == code]
        assert open_one.closed_at is None

    def test_another_petitions_code_is_not_there(self, editor: CheckingClient) -> None:
        make_petition("other-petition")
        foreign = make_code(slug="other-petition")
        own = make_code()
        assert editor.get(f"{CODES}/{foreign}").status_code == 404
        form = form_to(editor.get(f"{CODES}/{own}"), "/close")
        sent = editor.post(f"{CODES}/{foreign}/close", data=form.fields)
        assert sent.status_code == 404
        [untouched] = [each for each in all_placements("other-petition") if each.code == foreign]
        assert untouched.closed_at is None
        assert editor.get(CODES.replace("clear-criteria", "nowhere")).status_code == 404
        assert editor.get(CODES.replace("clear-criteria", "other-petition")).status_code == 403

    def test_the_sheets_that_everybody_prints_cannot_be_closed(
        self, editor: CheckingClient
    ) -> None:
        public = next(each for each in all_placements() if each.kind == "public")
        page = editor.get(f"{CODES}/{public.code}")
        assert "Close this code now" not in text_of_page(page)
        key = form_to(page, "/sign-out").fields
        assert editor.post(f"{CODES}/{public.code}/close", data=key).status_code == 404


def test_before_the_petition_opens_codes_are_made_and_nothing_is_printed(
    client: CheckingClient,
) -> None:
    make_petition(state="submitted")
    place = make_organisation("clear-criteria-lead")
    sign_in_as(client, make_account("Palabre", Role.EDITOR, organisation=place))
    page = client.get(CODES)
    assert "Sheets can be printed while the petition is open." in text_of_page(page)
    done = form_to(page, CODES).send(client, kind="poster", label="Bakery")
    assert not [each for each in links_of(client.get(done.headers["Location"])) if "/print" in each]
