"""Rules that an authority confirmed, and how a petition is planned."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask.cli import with_appcontext

from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.legal_facts.operations import confirm_fact, undo_confirmation
from campaign.legal_facts.queries import confirmations_of, standing_confirmations
from campaign.legal_facts.rules import facts_to_confirm, question_key
from campaign.petitions.operations.planning import set_margin
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.thresholds.instruments import UnknownInstrumentError, versions
from campaign.thresholds.models import Instrument

A_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def instruments() -> None:
    """Legal rules: facts that an authority confirmed in writing."""


@instruments.command("facts")
@click.argument("instrument_id")
@with_appcontext
def list_facts(instrument_id: str) -> None:
    """List the facts of each version that wait, and every confirmation with its number."""
    for rule in _versions(instrument_id):
        standing = standing_confirmations(rule.id, rule.version)
        questions = {question_key(one): one.in_language("en") for one in rule.open_questions}
        click.echo(rule.version.isoformat())
        for fact in facts_to_confirm(rule):
            state = "confirmed" if fact in standing else "waits"
            click.echo(f"  {fact} ({state}) {questions.get(fact, '')}".rstrip())
    for one in confirmations_of(instrument_id):
        undone = f", taken back: {one.undone_reason}" if one.undone_at else ""
        click.echo(
            f"#{one.id} {one.fact}: {one.confirmed_by}, {one.dated_on}, {one.document}{undone}"
        )


@instruments.command("confirm")
@click.argument("instrument_id")
@click.argument("version", type=A_DAY)
@click.argument("fact")
@click.option("--text", "body", required=True, help="What the office wrote.")
@click.option("--by", "confirmed_by", required=True, help="The office, not a person.")
@click.option("--on", "dated_on", required=True, type=A_DAY, help="The day of the document.")
@click.option("--document", required=True, help="Its address, or where it is filed.")
@click.option("--actor", default="command line", help="Who enters it.")
@with_appcontext
def confirm(
    instrument_id: str, version: datetime, fact: str, dated_on: datetime, **said: str
) -> None:
    """Enter the written confirmation of a fact."""
    rule = next((one for one in _versions(instrument_id) if one.version == version.date()), None)
    if rule is None:
        raise click.ClickException(f"{instrument_id} has no version {version.date()}")
    with _told(), transaction():
        found = confirm_fact(
            rule=rule, fact=fact, dated_on=dated_on.date(), now=clock.now(), **said
        )
    click.echo(f"#{found.id}")


@instruments.command("undo")
@click.argument("confirmation_id", type=int)
@click.option("--reason", required=True)
@click.option("--actor", default="command line", help="Who takes it back.")
@with_appcontext
def undo(confirmation_id: int, reason: str, actor: str) -> None:
    """Take a confirmation back; it stays in the history."""
    with _told(), transaction():
        undo_confirmation(
            actor=actor, confirmation_id=confirmation_id, reason=reason, now=clock.now()
        )


@click.group()
def petitions() -> None:
    """Petitions: how they are planned."""


@petitions.command("margin")
@click.argument("slug")
@click.argument("percent", type=int)
@click.option("--reason", required=True, help="What visitors read beside it.")
@click.option("--actor", default="command line", help="Who sets it.")
@with_appcontext
def margin(slug: str, percent: int, reason: str, actor: str) -> None:
    """Aim for so many percent more than the legal minimum."""
    with _told(), transaction():
        petition = petition_by_slug(slug)
        if petition is None:
            raise click.ClickException(f"there is no petition {slug}")
        set_margin(actor=actor, petition=petition, percent=percent, reason=reason, now=clock.now())


def _versions(instrument_id: str) -> tuple[Instrument, ...]:
    try:
        return versions(instrument_id)
    except UnknownInstrumentError:
        raise click.ClickException(f"there is no instrument {instrument_id}") from None


@contextmanager
def _told() -> Iterator[None]:
    """A refusal becomes the message of the command."""
    try:
        yield
    except RefusedError as refusal:
        raise click.ClickException(refusal.sentence) from None
