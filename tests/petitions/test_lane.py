"""The lane before Flask (`views/lane.py`) does what the view does, or leaves it to the view."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaign.consents.models import ConsentReceipt
from campaign.core.db import db
from campaign.core.tokens import purpose_key
from campaign.petitions.models import Signature
from campaign.petitions.views import lane
from campaign.web.form_token import make_form_token
from campaign.web.limits import PROVEN
from campaign.web.proof_of_work import make_challenge
from tests.conftest import Clock
from tests.factories.petitions import (
    NOON,
    form_fields,
    make_petition,
    queued_kinds,
    signatures,
    terms_of,
)
from tests.pages.client import CheckingClient
from tests.pages.forms import text_of_page
from tests.petitions.broken import failing_commits
from tests.petitions.proof import solved

pytestmark = pytest.mark.usefixtures("clock")
SIGN = "/fr/petitions/clear-criteria/sign"
# The lane takes a form's own content type only; with a parameter Flask reads the very same form.
TO_THE_VIEW = f"{lane.FORM}; charset=utf-8"
OF_ONE_SIGNATURE = {"id", "ref", "confirm_digest", "email", "email_key"}
people = count()

ODD = st.sampled_from(
    ["Awa", "عائشة", "Ève-Marie", "=1+1", "https://x.example", "", "   ", "a" * 61, "O’Neil", "\0"]
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "given_name": ODD,
        "family_name": ODD,
        "country": st.sampled_from(["BE", "ML", "FR", "XX", ""]),
        "postal_code": st.sampled_from(["9000", "1000", "4000", "0000", "abc", "", " 1000 "]),
        "age": st.sampled_from(["yes", "no", "", "maybe"]),
        "consent": st.sampled_from(["y", "", "no"]),
        "is_public": st.sampled_from(["y", "on", "", "false"]),
        "website": st.sampled_from(["", "http://robot.example"]),
        "step": st.sampled_from(["send", "review", "edit", "other"]),
        "via": st.sampled_from(["", "  ", "ABC234"]),
        "token": st.sampled_from(["", "x"]),
        "more": st.just("what nobody asked"),
    },
)


def form(**changes: str) -> dict[str, str]:
    """A whole form as it is sent from the review, a minute after its page was made."""
    token = make_form_token("clear-criteria", NOON)
    return {**form_fields(), "token": token, "website": "", "step": "send"} | changes


def send(client: CheckingClient, fields: dict[str, str], content_type: str) -> TestResponse:
    """What answers this form, from a network of its own."""
    number = next(people)
    return client.post(
        SIGN,
        data=fields,
        content_type=content_type,
        environ_base={"REMOTE_ADDR": f"10.{number >> 8 & 255}.{number & 255}.1"},
    )


def seen(answer: TestResponse) -> tuple[int, str, str, dict[str, str]]:
    """What a person meets: the page's text, or where it leads, and who may keep it."""
    kept = ("Cache-Control", "X-Robots-Tag", "Content-Type", "Content-Security-Policy")
    is_page = answer.status_code != 303
    return (
        answer.status_code,
        answer.headers.get("Location", ""),
        text_of_page(answer) if is_page else "",
        {name: answer.headers.get(name, "") for name in kept},
    )


def attempt(client: CheckingClient, content_type: str, fields: dict[str, str]) -> tuple[Any, Any]:
    """What answers, and what is kept of it; the mailbox itself is left out of both."""
    before = len(signatures())
    status, place, text, headers = seen(send(client, fields, content_type))
    kept = newest() if len(signatures()) > before else None
    return (status, place, text.replace(fields["email"], "@"), headers), kept


def newest() -> dict[str, Any]:
    """The newest signature, without what differs from person to person, and its receipts."""
    row = max(signatures(), key=lambda signature: signature.id)
    receipts = db.session.scalars(
        select(ConsentReceipt.decision).where(ConsentReceipt.signature_ref == row.ref)
    )
    columns = {column.key for column in Signature.__table__.columns} - OF_ONE_SIGNATURE
    return {name: getattr(row, name) for name in columns} | {"receipts": sorted(receipts)}


@pytest.fixture
def reaches_flask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many forms have come to the view so far."""
    came = []
    view = app.view_functions["petitions.sign"]

    def note(**values: str) -> Any:
        came.append(values)
        return view(**values)

    monkeypatch.setitem(app.view_functions, "petitions.sign", note)
    return lambda: len(came)


def test_the_lane_and_the_view_answer_and_keep_the_same(
    client: CheckingClient, clock: Clock
) -> None:
    make_petition(updates=True)
    clock.advance(minutes=1)
    question = terms_of().updates[0].field

    @settings(max_examples=120, deadline=None, database=None)
    @given(CHANGES, st.sampled_from(["yes", "no", "", None]))
    def agree(changes: dict[str, str], answer: str | None) -> None:
        number = next(people)
        changes = changes if answer is None else {**changes, question: answer}
        by_lane = attempt(client, lane.FORM, form(email=f"l{number}@example.org", **changes))
        by_view = attempt(client, TO_THE_VIEW, form(email=f"v{number}@example.org", **changes))
        assert by_lane == by_view

    agree()


def test_the_common_signature_does_not_reach_flask(
    client: CheckingClient, clock: Clock, reaches_flask: Callable[[], int]
) -> None:
    make_petition()
    clock.advance(minutes=1)
    assert send(client, form(), lane.FORM).status_code == 303
    assert reaches_flask() == 0
    assert send(client, form(step="review"), lane.FORM).status_code == 200
    assert reaches_flask() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused_as_ever(
    client: CheckingClient, clock: Clock, headers: dict[str, str]
) -> None:
    make_petition()
    clock.advance(minutes=1)
    answer = client.post(SIGN, data=form(), content_type=lane.FORM, headers=headers)
    assert answer.status_code == 403
    assert signatures() == []


@pytest.mark.parametrize("body", [b"given_name=%ff&step=send", "given_name=é&step=send".encode()])
def test_what_the_lane_cannot_read_the_view_gets_whole(
    client: CheckingClient, clock: Clock, reaches_flask: Callable[[], int], body: bytes
) -> None:
    make_petition()
    clock.advance(minutes=1)
    by_lane = client.post(SIGN, data=body, content_type=lane.FORM)
    by_view = client.post(SIGN, data=body, content_type=TO_THE_VIEW)
    assert reaches_flask() == 2
    assert (by_lane.status_code, seen(by_lane)) == (by_view.status_code, seen(by_view))


def test_what_the_lane_counted_the_view_does_not_count_again(
    client: CheckingClient, clock: Clock
) -> None:
    """The forty-first from one network is asked to wait; counted twice its proof would look used, and
    the wider door for those without one would let it in."""
    make_petition()
    clock.advance(minutes=1)
    answers = [
        client.post(
            SIGN,
            data=form(email=f"p{number}@example.org", altcha=proof(clock)),
            content_type=lane.FORM,
            environ_base={"REMOTE_ADDR": "192.0.2.1"},
        )
        for number in range(PROVEN.amount + 1)
    ]
    assert [answer.status_code for answer in answers] == [303] * PROVEN.amount + [429]
    assert len(signatures()) == PROVEN.amount


def test_a_failure_in_the_lane_is_told_by_the_view_and_keeps_nothing(
    client: CheckingClient, clock: Clock
) -> None:
    make_petition()
    clock.advance(minutes=1)
    with failing_commits():
        assert send(client, form(), lane.FORM).status_code == 503
    assert signatures() == []
    assert send(client, form(), lane.FORM).status_code == 303
    assert queued_kinds() == ["petitions/confirm_signature"]


def proof(clock: Clock) -> str:
    """A solved sum, each time another."""
    challenge = make_challenge(purpose_key("proof-of-work"), "clear-criteria", clock.now(), 10)
    return solved(challenge)
