"""People who organise."""

from pathlib import Path

import click
import pyotp
from flask import current_app
from flask.cli import with_appcontext

from campaign.accounts.operations import demonstrating, invitations, passwords
from campaign.accounts.permissions import Role
from campaign.accounts.queries import account_by_key
from campaign.accounts.rules.refusals import AlreadyMemberError
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.email_address import InvalidEmailAddress, check_email
from campaign.partners.queries import organisation_by_slug

DEMONSTRATION_COLLECTIVE = "collectif-d-exemple"


@click.group()
def organisers() -> None:
    """People who organise."""


@organisers.command("invite-administrator")
@click.argument("email")
@click.option("--language", type=click.Choice(["fr", "nl", "en"]), default="fr")
@with_appcontext
def invite_administrator(email: str, language: str) -> None:
    """Mail an invitation to run the platform: the first person comes in this way."""
    try:
        address = check_email(email)
    except InvalidEmailAddress:
        raise click.ClickException(f"{email!r} is not an address mail can be sent to.") from None
    try:
        with transaction():
            invitations.invite(
                email=address,
                role=Role.ADMINISTRATOR,
                organisation_id=None,
                organisation_name="",
                language=language,
                actor="command",
                inviter="Portevoix",
                now=clock.now(),
            )
    except AlreadyMemberError:
        raise click.ClickException("An invitation to this address is waiting already.") from None
    click.echo("The invitation leaves with the worker. Its link works for 14 days.")


@organisers.command("demonstrate")
@click.option("--password-file", type=click.Path(exists=True, path_type=Path), required=True)
@with_appcontext
def demonstrate(password_file: Path) -> None:
    """Make the organiser of the demonstration collective; refused in production."""
    _refuse_production()
    collective = organisation_by_slug(DEMONSTRATION_COLLECTIVE)
    if collective is None:
        raise click.ClickException("Load the content first: flask content load")
    password_hash = passwords.hash_password(password_file.read_text().strip())
    with transaction():
        account = demonstrating.demonstrate_organiser(
            collective.id, password_hash=password_hash, language="fr", now=clock.now()
        )
    click.echo(f"{account.email} {account.totp_secret}")


@organisers.command("code")
@with_appcontext
def code() -> None:
    """The code that the demonstration organiser's app would show now; refused in production."""
    _refuse_production()
    account = account_by_key(invitations.email_key(demonstrating.EMAIL))
    if account is None or account.totp_secret is None:
        raise click.ClickException("There is no demonstration organiser: start with make run.")
    click.echo(pyotp.TOTP(account.totp_secret).at(clock.now()))


def _refuse_production() -> None:
    if current_app.extensions["portevoix_config"].is_production:
        raise click.ClickException("This is for development; it does nothing in production.")
