"""Checks for false signatures, and the signatures they are about, made through the operations."""

from datetime import datetime

from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.models import Invalidation
from campaign.petitions.operations import invalidating
from campaign.petitions.queries.invalidating import invalidation_by_id
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.invalidating import Conditions
from tests.factories.petitions import NOON, make_confirmed

ROBOTS = Conditions(email_domain="robots.example")


def make_robots(count: int, *, slug: str = "clear-criteria", now: datetime = NOON) -> None:
    """So many confirmed signatures from a host that no person uses."""
    for number in range(count):
        make_confirmed(
            slug,
            now=now,
            email=f"r{number}@robots.example",
            given_name=f"Robot{'abcdefgh'[number]}",
        )


def make_check(
    conditions: Conditions = ROBOTS, *, slug: str = "clear-criteria", now: datetime = NOON
) -> int:
    """A prepared check; returns its number."""
    petition = petition_by_slug(slug)
    assert petition is not None
    with transaction():
        check = invalidating.prepare(
            petition=petition, conditions=conditions, reason="many alike", actor="test", now=now
        )
    return check.id


def work(now: datetime = NOON) -> None:
    """What the worker does with checks and numbers until nothing is left."""
    db.session.rollback()  # what the test has read before is not what there is now
    while jobs.advance_invalidations(now):
        pass
    jobs.fold_tallies(now)


def check_of(number: int) -> Invalidation:
    """A check as it stands now."""
    db.session.rollback()
    found = invalidation_by_id(number)
    assert found is not None
    return found
