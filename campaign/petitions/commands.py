"""`flask invalidation …`, `flask domains …`, `flask bursts …`: against false signatures.

Each act names who does it (`--by`), which is kept in the audit entries.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.petitions.models import Burst, Invalidation, Petition
from campaign.petitions.operations import advancing, blocking, invalidating
from campaign.petitions.operations import bursts as noticed
from campaign.petitions.queries.blocking import blocked_mailbox_count, listed_domains
from campaign.petitions.queries.bursts import bursts_of
from campaign.petitions.queries.invalidating import (
    invalidation_by_id,
    invalidations_of,
    progress,
)
from campaign.petitions.queries.petitions import petition_by_id, petition_by_slug
from campaign.petitions.rules.invalidating import WrongStepError, read_conditions
from campaign.web.limits import Limits

BY = click.option("--by", "actor", required=True, help="Who does it.")
UNTIL = click.option("--until", type=click.DateTime(), help="The day it ends by itself (UTC).")


def act(command: Callable[..., None]) -> Callable[..., None]:
    """Show a refusal as a sentence, in English as all that commands say, not as a failure."""

    @with_appcontext
    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        with force_locale("en"):
            try:
                command(*arguments, **options)
            except RefusedError as refusal:
                raise click.ClickException(refusal.sentence) from refusal

    return run


def _petition(slug: str) -> Petition:
    petition = petition_by_slug(slug)
    if petition is None:
        raise click.ClickException(f"No petition {slug}.")
    return petition


@click.group()
def invalidation() -> None:
    """Stop counting false signatures, after a count without changes; or give them back."""


@invalidation.command("dry-run")
@click.argument("slug")
@click.option("--reason", required=True, help="Why, without naming anybody.")
@click.option("--domain", "email_domain", default="", help="Mail domain, with all below it.")
@click.option("--name", default="", help="Full name; * stands for any letters.")
@click.option("--postal-code", default="")
@click.option("--country", default="", help="Two letters.")
@click.option("--language", default="")
@click.option(
    "--from", "created_from", default="", help="Signed at or after, such as 2026-03-01T08:00."
)
@click.option("--before", "created_before", default="", help="Signed before.")
@click.option("--state", default="", help="pending or confirmed; both if left out.")
@click.option("--whole-petition", is_flag=True, help="Every signature there is.")
@click.option("--show", is_flag=True, help="Show the first matches, masked.")
@BY
@act
def dry_run(
    slug: str, reason: str, actor: str, *, whole_petition: bool, show: bool, **typed: str
) -> None:
    """Write down the conditions and count what matches; no signature is touched."""
    conditions = read_conditions(typed, is_whole_petition=whole_petition)
    now = clock.now()
    with transaction():
        check = invalidating.prepare(
            petition=_petition(slug), conditions=conditions, reason=reason, actor=actor, now=now
        )
        invalidating.count(invalidation_id=check.id, actor=actor, now=now)
    while _advance(check.id):
        pass
    _tell(check.id)
    if show:
        with transaction():
            shown = invalidating.look(invalidation_id=check.id, actor=actor, now=now)
        for one in shown:
            place = one.postal_code or one.country or ""
            click.echo(
                f"  {one.name}  {one.mailbox}  {place}  {one.state}  {one.created_at:%Y-%m-%d %H:%M}"
            )
    click.echo(f"To stop counting them: flask invalidation start {check.id} --by …")


def _advance(invalidation_id: int) -> bool:
    with transaction():
        return advancing.advance(now=clock.now(), only_id=invalidation_id) is not None


def _tell(invalidation_id: int) -> None:
    check = invalidation_by_id(invalidation_id)
    if check is None:
        raise WrongStepError
    far = progress(check)
    click.echo(
        f"{check.id}: {far.state} {far.percent} %, matched {far.matched_count} "
        f"(counted by region: {check.matched_by_stratum}), invalidated {far.invalidated_count}, "
        f"given back {far.reinstated_count}. {check.reason}"
    )


def _step(name: str, operation: Callable[..., Invalidation], words: str) -> None:
    """Add one command that moves a check to its next step."""

    @invalidation.command(name, help=words)
    @click.argument("invalidation_id", type=int)
    @BY
    @act
    def step(invalidation_id: int, actor: str) -> None:
        with transaction():
            operation(invalidation_id=invalidation_id, actor=actor, now=clock.now())
        _tell(invalidation_id)


_step("start", invalidating.start, "Let the worker stop counting what was matched.")
_step("cancel", invalidating.cancel, "Stop a check that is under way.")
_step("reinstate", invalidating.reinstate, "Let the worker give back all that a check took.")


@invalidation.command("progress")
@click.argument("invalidation_id", type=int)
@act
def show_progress(invalidation_id: int) -> None:
    """Tell how far a check is."""
    _tell(invalidation_id)


@invalidation.command("list")
@click.argument("slug")
@act
def list_invalidations(slug: str) -> None:
    """Every check of a petition, the newest first."""
    for check in invalidations_of(_petition(slug).id):
        _tell(check.id)


@invalidation.command("delete")
@click.argument("invalidation_id", type=int)
@BY
@act
def delete(invalidation_id: int, actor: str) -> None:
    """Delete a check that was never started."""
    with transaction():
        invalidating.discard(invalidation_id=invalidation_id, actor=actor, now=clock.now())
    click.echo("Deleted.")


@click.group()
def domains() -> None:
    """Mail domains whose signatures are not counted, or are counted after all."""


def _moment(until: datetime | None) -> datetime | None:
    return until.replace(tzinfo=clock.now().tzinfo) if until else None


@domains.command("block")
@click.argument("domain")
@click.option("--reason", required=True)
@UNTIL
@BY
@act
def block_domain(domain: str, reason: str, until: datetime | None, actor: str) -> None:
    """Stop counting what is signed from a domain, and from all below it, from now on."""
    with transaction():
        blocking.block(
            "@" + domain.removeprefix("@"),
            reason=reason,
            now=clock.now(),
            actor=actor,
            until=_moment(until),
        )
    click.echo("Blocked. What was signed before is a matter for: flask invalidation dry-run")


@domains.command("except")
@click.argument("domain")
@click.option("--reason", required=True)
@UNTIL
@BY
@act
def except_domain(domain: str, reason: str, until: datetime | None, actor: str) -> None:
    """Count a domain although the list of throw-away mail services names it."""
    with transaction():
        blocking.except_domain(
            domain, reason=reason, now=clock.now(), actor=actor, until=_moment(until)
        )
    click.echo("Counted from now on.")


@domains.command("unblock")
@click.argument("domain")
@BY
@act
def unblock_domain(domain: str, actor: str) -> None:
    """Forget a block or an exception."""
    with transaction():
        was_there = blocking.unblock_domain(domain, now=clock.now(), actor=actor)
    click.echo("Forgotten." if was_there else "It was not on the list.")


@domains.command("list")
@act
def list_domains() -> None:
    """Every blocked or excepted domain."""
    for row in listed_domains():
        until = f" until {row.until:%Y-%m-%d}" if row.until else ""
        name = row.domain or "(blocked before names were kept)"
        click.echo(f"{name}: {row.kind}{until}, by {row.added_by or '?'}: {row.reason}")
    click.echo(f"Single mailboxes blocked: {blocked_mailbox_count()}.")


@click.group()
def bursts() -> None:
    """Moments when far more people signed than usual."""


@bursts.command("list")
@click.argument("slug")
@act
def list_bursts(slug: str) -> None:
    """What was noticed of one petition, and what was done."""
    for burst in bursts_of(_petition(slug).id):
        _tell_burst(burst)


def _tell_burst(burst: Burst) -> None:
    until = f" until {burst.action_until:%H:%M} UTC" if burst.action_until else ""
    words = f" Explained by {burst.explained_by}: {burst.explanation}" if burst.explanation else ""
    click.echo(
        f"{burst.id}: {burst.starts_at:%Y-%m-%d %H:%M} to {burst.ends_at:%H:%M} UTC, "
        f"{burst.kind} {burst.subject}: {burst.measured} signed, {burst.expected} expected. "
        f"Done: {burst.action}{until}.{words}"
    )


@bursts.command("explain")
@click.argument("burst_id", type=int)
@click.argument("explanation")
@BY
@act
def explain(burst_id: int, explanation: str, actor: str) -> None:
    """Keep what explains a burst (a broadcast, a gathering); what was made harder is so no more."""
    with transaction():
        burst = noticed.explain(
            burst_id=burst_id, explanation=explanation, actor=actor, now=clock.now()
        )
        slug = petition_by_id(burst.petition_id).slug
    limits: Limits = current_app.extensions["limits"]
    limits.loosen(slug)
    _tell_burst(burst)
