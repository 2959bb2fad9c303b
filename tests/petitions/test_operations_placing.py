"""Placements and event codes in the database: issued, closed, used, and what came through them."""

import random
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.audit.models import AuditEntry
from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.models import Petition, Placement, Signature
from campaign.petitions.operations import placing, signing, taking_back
from campaign.petitions.queries import placements as queries
from campaign.petitions.queries.counts import support_by_stratum
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.placements import (
    EventHoursError,
    EventUsedUpError,
    PlacementKindError,
    PlacementLabelError,
)
from campaign.petitions.rules.signing import months_after, read_application
from tests.factories.petitions import (
    NOON,
    confirm,
    form_fields,
    make_petition,
    signatures,
    terms_of,
    token_of,
)
from tests.factories.retention import anonymise_signatures
from tests.petitions.threads import at_once

pytestmark = pytest.mark.usefixtures("clock")
HOUR = timedelta(hours=1)


def issue(kind: str = "poster", label: str = "Library", slug: str = "clear-criteria") -> Placement:
    with transaction():
        return placing.issue_placement(
            the_petition(slug), kind=kind, label=label, actor="test", now=NOON
        )


def issue_event(most: int = 40, slug: str = "clear-criteria") -> Placement:
    with transaction():
        return placing.issue_event_code(
            the_petition(slug), label="Vigil", opens_at=NOON, closes_at=NOON + 2 * HOUR,
            most=most, actor="test", now=NOON,
        )  # fmt: skip


def the_petition(slug: str = "clear-criteria") -> Petition:
    petition = petition_by_slug(slug)
    assert petition is not None
    return petition


def sign_through(placement_id: int | None, **changes: str) -> None:
    terms = terms_of()
    application, errors = read_application(form_fields(**changes), terms)
    assert application is not None, errors
    application = application.__class__(**{**vars(application), "placement_id": placement_id})
    with transaction():
        signing.sign(application, terms, may_mail=True, now=NOON)


def attributed() -> tuple[dict[int, int], int]:
    db.session.rollback()
    found = queries.attribution_of(the_petition().id)
    return dict(found.by_placement), found.on_the_site


def test_every_petition_is_offered_publicly_once(app: Flask) -> None:
    petition = make_petition()
    first = queries.public_placement(petition.id)
    assert first is not None
    with transaction():
        again = placing.offer_publicly(petition, now=NOON)
    assert again.id == first.id
    assert len(queries.placements_of(petition.id)) == 1


def test_each_place_has_a_code_of_its_own_and_its_issue_is_on_record(app: Flask) -> None:
    make_petition()
    codes = {issue(label=f"Place {number}").code for number in range(20)}
    assert len(codes) == 20
    acts = list(db.session.scalars(select(AuditEntry.act)))
    assert acts.count("placement.issued") == 20


@pytest.mark.parametrize(
    ("kind", "label", "refusal"),
    [
        ("balloon", "Library", PlacementKindError),
        ("event", "Library", PlacementKindError),
        ("public", "Library", PlacementKindError),
        ("poster", "", PlacementLabelError),
        ("poster", "x" * 81, PlacementLabelError),
    ],
)
def test_a_placement_needs_a_kind_and_a_name(
    app: Flask, kind: str, label: str, refusal: type[Exception]
) -> None:
    petition = make_petition()
    with pytest.raises(refusal):
        issue(kind, label)
    db.session.rollback()
    assert len(queries.placements_of(petition.id)) == 1


def test_an_event_in_the_past_is_refused_and_leaves_nothing(app: Flask) -> None:
    petition = make_petition()
    with pytest.raises(EventHoursError), transaction():
        placing.issue_event_code(
            petition, label="Vigil", opens_at=NOON - 2 * HOUR, closes_at=NOON - HOUR,
            most=40, actor="test", now=NOON,
        )  # fmt: skip
    assert len(queries.placements_of(petition.id)) == 1


def test_a_closed_code_is_known_no_more_and_keeps_what_came(app: Flask) -> None:
    make_petition()
    placement = issue()
    sign_through(placement.id)
    confirm(signatures()[0])
    with transaction():
        placing.close_placement(placement, actor="test", now=NOON)
        placing.close_placement(placement, actor="test", now=NOON + HOUR)
    assert queries.known_code(placement.code) is None
    assert placement.closed_at == NOON
    assert attributed() == ({placement.id: 1}, 0)


def test_the_last_use_of_an_event_code_is_given_once(app: Flask) -> None:
    """Behaviour 21: the number holds, two at once too."""
    make_petition()
    code = issue_event(most=3).code
    petition_id = the_petition().id
    known = queries.known_code(code)
    assert known is not None
    db.session.rollback()

    def use() -> bool:
        with transaction():
            return placing.lift_limit(known, petition_id, now=NOON)

    answers = at_once(app, [use] * 8)
    assert sorted(answers) == [False] * 5 + [True] * 3
    db.session.rollback()
    now_known = queries.known_code(code)
    assert now_known is not None
    with pytest.raises(EventUsedUpError):
        placing.lift_limit(now_known, petition_id, now=NOON)


def test_the_first_placement_wins_and_sending_again_moves_nothing(app: Flask) -> None:
    """R12: before it is confirmed and after."""
    make_petition()
    first, second = issue(label="One"), issue(label="Two")
    sign_through(first.id)
    sign_through(second.id, is_public="y")
    confirm(signatures()[0])
    sign_through(second.id)
    assert attributed() == ({first.id: 1}, 0)


def test_who_withdraws_leaves_no_trace_of_the_place(app: Flask) -> None:
    make_petition()
    placement = issue()
    sign_through(placement.id)
    confirm(signatures()[0])
    with transaction():
        taking_back.withdraw(signatures()[0], now=NOON)
    assert signatures()[0].placement_id is None
    assert attributed() == ({}, 0)


def test_erasing_names_keeps_the_count_of_the_place(app: Flask) -> None:
    make_petition()
    placement = issue()
    sign_through(placement.id)
    confirm(signatures()[0])
    closes_at = the_petition().closes_at
    assert closes_at is not None
    anonymise_signatures(months_after(closes_at, 6) + HOUR)
    assert signatures()[0].email is None
    assert attributed() == ({placement.id: 1}, 0)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_sequence_of_acts_the_places_and_the_site_make_up_the_total(
    app: Flask, seed: int
) -> None:
    """R-test 18: the sum over placements, the site and the other channels is the total, exactly."""
    make_petition()
    chance = random.Random(seed)
    places: list[int | None] = [None, *(issue(label=f"Place {n}").id for n in range(3))]
    people = [f"person{number}@example.org" for number in range(12)]
    for _turn in range(60):
        act = chance.choice(["sign", "sign", "confirm", "confirm", "withdraw", "not me"])
        if act == "sign":
            sign_through(chance.choice(places), email=chance.choice(people))
            continue
        here = [each for each in signatures() if _is_ripe(each, act)]
        if here:
            _do(act, chance.choice(here))
    jobs.fold_tallies(NOON)
    by_placement, on_the_site = attributed()
    confirmed = [each for each in signatures() if each.state == "confirmed"]
    expected = {
        place: count
        for place in places
        if place and (count := sum(each.placement_id == place for each in confirmed))
    }
    assert by_placement == expected
    assert on_the_site == sum(each.placement_id is None for each in confirmed)
    petition_id = the_petition().id
    total = sum(support_by_stratum([petition_id])[petition_id].values())
    assert sum(by_placement.values()) + on_the_site == total == len(confirmed)


def _is_ripe(signature: Signature, act: str) -> bool:
    wanted = {"confirm": {"pending"}, "not me": {"pending"}, "withdraw": {"pending", "confirmed"}}
    return signature.state in wanted[act]


def _do(act: str, signature: Signature) -> None:
    if act == "confirm":
        confirm(signature, now=NOON)
        return
    with transaction():
        if act == "withdraw":
            taking_back.withdraw(signature, now=NOON)
        else:
            taking_back.disown(token_of(signature), now=NOON)


def test_the_same_place_asked_for_twice_even_at_once_has_one_code_until_it_is_closed(
    app: Flask,
) -> None:
    make_petition()
    given = at_once(app, [lambda: issue().code for _press in range(3)])
    assert len(set(given)) == 1, given
    events = at_once(app, [lambda: issue_event().code for _press in range(3)])
    assert len(set(events)) == 1, events
    assert issue_event(most=41).code not in events
    with transaction():
        placing.close_placement(placement_with(given[0]), actor="test", now=NOON)
    assert issue().code not in given


def placement_with(code: str) -> Placement:
    found = queries.placement_of_code(code)
    assert found is not None
    return found
