"""The commands of `flask …`."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from campaign import demo, worker
from campaign.core import clock, leftovers
from campaign.privacy import jobs as privacy
from campaign.privacy.queries import due_counts
from campaign.privacy.registry import columns_forgotten_by
from campaign.privacy.retention import TABLES


def register_commands(app: Flask) -> None:
    """Add our commands to the `flask` command."""
    app.cli.add_command(run_worker)
    app.cli.add_command(content)
    app.cli.add_command(retention)


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


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and forget nothing.")
@click.option("--rewrite", is_flag=True, help="PostgreSQL: write the tables anew; people wait.")
@with_appcontext
def retention(*, dry_run: bool, rewrite: bool) -> None:
    """Forget now what is due, rule by rule; the worker does so by itself every hour."""
    now = clock.now()
    if not dry_run:
        click.echo(f"{privacy.forget_all(now)} rows forgotten")
        if rewrite:
            left = leftovers.rewrite(TABLES, largest=None)
            click.echo(f"in use, not written anew: {', '.join(left) or 'none'}")
        return
    for rule, count in due_counts(now).items():
        click.echo(f"{rule}: {count} rows")
        for column in columns_forgotten_by(rule):
            click.echo(f"  {column} {count}")


@click.group()
def content() -> None:
    """Real content."""


@content.command("load")
@with_appcontext
def load_content() -> None:
    """Load the real and the demonstration petitions; a second time changes nothing people did."""
    click.echo(demo.load(clock.now()))
