"""Voices: taking them, and reading each before it is shown."""

import click
from flask.cli import with_appcontext

from campaign import demo
from campaign.core import clock
from campaign.core.db import transaction
from campaign.moderation.rules import marked, passages_to_check
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.voices import operations, queries
from campaign.voices.models import Voice
from campaign.voices.rules import REASONS


@click.group()
def voices() -> None:
    """Voices of people who cannot sign: take them, and read each before it is shown."""


@voices.command("open")
@click.argument("slug")
@click.option("--actor", default="console", help="Who does it, for the audit.")
@with_appcontext
def open_voices(*, slug: str, actor: str) -> None:
    """Take voices beside the petition SLUG."""
    with transaction():
        petition = petition_by_slug(slug)
        if petition is None:
            raise click.ClickException(f"There is no petition {slug}.")
        demo.open_voices(petition, actor=actor, now=clock.now())


@voices.command("close")
@click.argument("slug")
@click.option("--actor", default="console", help="Who does it, for the audit.")
@with_appcontext
def close_voices(*, slug: str, actor: str) -> None:
    """Take no more voices beside the petition SLUG; those given stay."""
    with transaction():
        petition = petition_by_slug(slug)
        if petition is None:
            raise click.ClickException(f"There is no petition {slug}.")
        operations.close_collection(petition.id, actor=actor, now=clock.now())


@voices.command("queue")
@with_appcontext
def show_queue() -> None:
    """Show what waits to be read, the longest first, with what to look at between ⟦ and ⟧."""
    waiting = queries.waiting_voices()
    for voice in waiting:
        click.echo(
            f"{voice.id}  petition {voice.petition_id}, {voice.language}, {voice.given_week}"
        )
        click.echo(f"  {_to_look_at(voice)}")
    click.echo(f"{len(waiting)} waiting")


def _to_look_at(voice: Voice) -> str:
    text = f"{voice.pseudonym}: {voice.words or '(no words)'}"
    pieces = marked(text, passages_to_check(text))
    return "".join(
        piece if trait is None else f"⟦{trait.value}: {piece}⟧" for piece, trait in pieces
    )


@voices.command("approve")
@click.argument("voice_id", type=int)
@click.option("--actor", default="console", help="Who does it, for the audit.")
@with_appcontext
def approve(*, voice_id: int, actor: str) -> None:
    """Show a voice that waits."""
    with transaction():
        is_done = operations.approve_voice(voice_id, actor=actor, now=clock.now())
    click.echo("shown" if is_done else "nothing waits under this number")


@voices.command("reject")
@click.argument("voice_id", type=int)
@click.argument("reason", type=click.Choice(REASONS))
@click.option("--actor", default="console", help="Who does it, for the audit.")
@with_appcontext
def reject(*, voice_id: int, reason: str, actor: str) -> None:
    """Show nothing of a voice, waiting or shown, and delete its words."""
    with transaction():
        is_done = operations.reject_voice(voice_id, reason=reason, actor=actor, now=clock.now())
    click.echo("not shown" if is_done else "nothing to reject under this number")
