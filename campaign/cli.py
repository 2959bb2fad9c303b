"""The commands of `flask …`."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from campaign import demo, worker
from campaign.core import clock
from campaign.petitions.commands import bursts, domains, invalidation


def register_commands(app: Flask) -> None:
    """Add our commands to the `flask` command."""
    app.cli.add_command(run_worker)
    app.cli.add_command(content)
    for group in (invalidation, domains, bursts):
        app.cli.add_command(group)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@with_appcontext
def run_worker(*, once: bool) -> None:
    """Deliver messages, fold tallies and do what recurs, until stopped."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    if once:
        worker.run_once(app, clock.now())
    else:
        worker.run_forever(app)


@click.group()
def content() -> None:
    """Real content."""


@content.command("load")
@with_appcontext
def load_content() -> None:
    """Load the real and the demonstration petitions; a second time changes nothing people did."""
    click.echo(demo.load(clock.now()))
