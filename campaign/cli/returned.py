"""`flask bounces`: what the mail server gives back to us."""

import sys

import click
from flask.cli import with_appcontext

from campaign.core import clock
from campaign.core.db import transaction
from campaign.outbox.returned_mail import LARGEST_REPORT, read_report
from campaign.petitions.operations.stopping import take_report


@click.command("bounces")
@with_appcontext
def bounces() -> None:
    """Read one report of a mail that came back (RFC 3464) or was called spam (RFC 5965) from standard
    input. The mail server pipes to it what arrives at the sender's address.

    Mail that is no such report is read and left alone, so that nothing bounces back to strangers.
    """
    report = read_report(sys.stdin.buffer.read(LARGEST_REPORT))
    with transaction():
        take_report(report, now=clock.now())
    click.echo(report.kind.value)
