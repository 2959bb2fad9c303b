"""Codes of posters, stands, messages and events."""

from datetime import datetime, timedelta

import click
from flask.cli import with_appcontext

from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import Petition
from campaign.petitions.operations import placing
from campaign.petitions.queries import placements as queries
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules.placements import KINDS, MOST_AT_AN_EVENT, readable_code, shown_count

ACTOR = "command line"


@click.group()
def placement() -> None:
    """Codes of posters, stands, messages and events."""


@placement.command("issue")
@click.argument("slug")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("label")
@with_appcontext
def issue_placement(slug: str, kind: str, label: str) -> None:
    """Give one place where a petition is offered a code of its own."""
    try:
        with transaction():
            issued = placing.issue_placement(
                _petition(slug), kind=kind, label=label, actor=ACTOR, now=clock.now()
            )
    except RefusedError as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(issued.code)


@placement.command("issue-event")
@click.argument("slug")
@click.argument("label")
@click.option(
    "--begins", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="Belgian time; now if left out."
)
@click.option("--hours", type=float, default=4.0, show_default=True)
@click.option("--most", type=int, default=MOST_AT_AN_EVENT, show_default=True, help="Signatures.")
@with_appcontext
def issue_event(slug: str, label: str, begins: datetime | None, hours: float, most: int) -> None:
    """Give an event a code that lifts the limit on its network, for its hours."""
    opens_at = begins.replace(tzinfo=BRUSSELS) if begins else clock.now()
    try:
        with transaction():
            issued = placing.issue_event_code(
                _petition(slug),
                label=label,
                opens_at=opens_at,
                closes_at=opens_at + timedelta(hours=hours),
                most=most,
                actor=ACTOR,
                now=clock.now(),
            )
    except RefusedError as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(issued.code)


@placement.command("close")
@click.argument("code")
@with_appcontext
def close_placement(code: str) -> None:
    """Let a code lead nowhere any more; what came through it stays counted."""
    with transaction():
        found = queries.placement_of_code(readable_code(code))
        if found is None:
            raise click.ClickException("Nobody has this code.")
        placing.close_placement(found, actor=ACTOR, now=clock.now())


@placement.command("list")
@click.argument("slug")
@with_appcontext
def list_placements(slug: str) -> None:
    """Every code of a petition, with its confirmed signatures; 1 to 4 are not told."""
    petition = _petition(slug)
    counts = queries.attribution_of(petition.id)
    for each in queries.placements_of(petition.id):
        count = shown_count(counts.by_placement.get(each.id, 0))
        state = "closed" if each.closed_at else "open"
        click.echo(
            f"{each.code}\t{each.kind}\t{state}\t{'<5' if count is None else count}\t{each.label}"
        )


def _petition(slug: str) -> Petition:
    found = petition_by_slug(slug)
    if found is None:
        raise click.ClickException(f"There is no petition {slug}.")
    return found
