"""A vigil behind one hotspot: the event's code lifts the limit there, and nowhere else."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from campaign.core.db import transaction
from campaign.petitions import jobs
from campaign.petitions.operations import placing
from campaign.petitions.queries import placements as queries
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.web.limits import UNPROVEN, WRONG_CODES
from tests.conftest import Clock
from tests.factories.petitions import NOON, confirm, form_fields, make_petition, signatures
from tests.pages.client import CheckingClient
from tests.pages.forms import form_to, text_of_page

pytestmark = pytest.mark.usefixtures("clock")
HOUR = timedelta(hours=1)
FORTY = 40


def event_code(slug: str = "clear-criteria", *, begins: int = 0, most: int = 100) -> str:
    petition = petition_by_slug(slug)
    assert petition is not None
    with transaction():
        issued = placing.issue_event_code(
            petition,
            label="Vigil",
            opens_at=NOON + begins * HOUR,
            closes_at=NOON + (begins + 2) * HOUR,
            most=most,
            actor="test",
            now=NOON,
        )
    return issued.code


def send(client: CheckingClient, number: int, code: str = "") -> TestResponse:
    """One person's form, as it is sent from the review, without a proof of work."""
    typed = form_fields(
        email=f"person{number}@example.org",
        given_name="Awa",
        family_name=f"Nr {chr(97 + number % 26)}",
    )
    token = form_to(client.get("/fr/petitions/clear-criteria/sign"), "/sign").fields["token"]
    extra = {"via": code} if code else {}
    return client.post(
        "/fr/petitions/clear-criteria/sign",
        data={**typed, **extra, "token": token, "step": "send"},
    )


def use_up_the_limit(client: CheckingClient) -> None:
    for number in range(UNPROVEN.amount):
        assert send(client, 500 + number).status_code == 303


def test_behaviour_21_forty_people_behind_one_hotspot_sign_in_ten_minutes_and_all_count(
    client: CheckingClient, clock: Clock
) -> None:
    make_petition()
    code = event_code()
    for number in range(FORTY):
        assert send(client, number, code).status_code == 303, number
        clock.advance(seconds=14)
    rows = signatures()
    assert len(rows) == FORTY
    for row in rows:
        confirm(row)
    jobs.fold_tallies(clock.now())
    shown = client.get("/fr/petitions/clear-criteria/count.json").json
    assert shown is not None
    assert shown["support"] == FORTY
    petition = petition_by_slug("clear-criteria")
    placement = queries.placement_of_code(code)
    assert petition is not None
    assert placement is not None
    assert queries.attribution_of(petition.id).by_placement == {placement.id: FORTY}


def test_without_the_code_the_limit_holds(client: CheckingClient) -> None:
    make_petition()
    event_code()
    use_up_the_limit(client)
    refused = send(client, 1)
    assert refused.status_code == 429
    assert len(signatures()) == UNPROVEN.amount


def test_signing_with_the_code_leaves_the_limit_of_the_others_untouched(
    client: CheckingClient,
) -> None:
    make_petition()
    code = event_code()
    for number in range(UNPROVEN.amount + 3):
        assert send(client, number, code).status_code == 303
    use_up_the_limit(client)


@pytest.mark.parametrize("typed", ["k7", " {} ", "lower", "spaced"])
def test_the_code_is_typed_in_the_form_that_the_limit_brings_back(
    client: CheckingClient, typed: str
) -> None:
    make_petition()
    code = event_code()
    use_up_the_limit(client)
    refused = send(client, 1)
    form = form_to(refused, "/sign")
    assert "via" in form.names
    written = {
        "k7": "k7",
        " {} ": f" {code} ",
        "lower": code.lower(),
        "spaced": f"{code[:3]} {code[3:]}",
    }
    review = form.send(client, via=written[typed])
    answer = form_to(review, "/sign").send(client, button=("step", "send"))
    assert answer.status_code == (429 if typed == "k7" else 303)


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        ("another petition", "celui d’une autre pétition"),
        ("not begun", "n’a pas commencé"),
        ("over", "est terminé"),
        ("used up", "toutes envoyées"),
        ("closed", "Nous ne connaissons pas ce code"),
        ("invented", "Nous ne connaissons pas ce code"),
    ],
)
def test_any_other_code_changes_nothing_and_says_why(
    client: CheckingClient, clock: Clock, situation: str, words: str
) -> None:
    """Petition, hours and number only; below the limit such a code is simply ignored."""
    make_petition()
    make_petition("other")
    code = {
        "another petition": lambda: event_code("other"),
        "not begun": lambda: event_code(begins=5),
        "over": event_code,
        "used up": lambda: event_code(most=1),
        "closed": event_code,
        "invented": lambda: "ABCDEF",
    }[situation]()
    if situation == "over":
        clock.advance(hours=3)
    if situation == "closed":
        with transaction():
            placement = queries.placement_of_code(code)
            assert placement is not None
            placing.close_placement(placement, actor="test", now=NOON)
    spare = 1 if situation == "used up" else 0
    for number in range(UNPROVEN.amount + spare):
        assert send(client, number, code).status_code == 303, "below the limit nothing is refused"
    refused = send(client, 99, code)
    assert refused.status_code == 429
    assert words in text_of_page(refused)
    assert form_to(refused, "/sign").fields["email"] == "person99@example.org"


def test_a_scanned_code_that_does_not_work_says_so_before_the_form_is_filled_in(
    client: CheckingClient,
) -> None:
    make_petition()
    code = event_code(begins=5)
    page = client.get(client.get(f"/fr/s/{code}").location)
    assert page.status_code == 200
    assert "n’a pas commencé" in text_of_page(page)


def test_thirty_wrong_codes_rest_all_codes_of_a_network(client: CheckingClient) -> None:
    make_petition()
    code = event_code()
    for _number in range(WRONG_CODES.amount):
        client.get("/fr/s/ABCDEF")
    use_up_the_limit(client)
    refused = send(client, 1, code)
    assert refused.status_code == 429
    assert "dix minutes" in text_of_page(refused)
    assert client.get(f"/fr/s/{code}").location == "/fr/petitions"


def test_a_code_of_another_petition_attributes_nothing_here(client: CheckingClient) -> None:
    """Foreign codes are ignored silently."""
    make_petition()
    make_petition("other")
    petition = petition_by_slug("other")
    assert petition is not None
    foreign = queries.public_placement(petition.id)
    assert foreign is not None
    assert send(client, 1, foreign.code).status_code == 303
    assert [row.placement_id for row in signatures()] == [None]


def test_a_mailbox_is_protected_with_the_code_too(client: CheckingClient) -> None:
    """The limit on one network is lifted, the one on mails to one mailbox is not."""
    make_petition()
    code = event_code()
    for _number in range(3):
        assert send(client, 1, code).status_code == 303
    [row] = signatures()
    assert row.mail_count == 1
