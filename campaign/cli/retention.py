"""Forgetting what is due."""

import click
from flask.cli import with_appcontext

from campaign.core import clock, leftovers
from campaign.privacy import jobs as privacy
from campaign.privacy.queries import due_counts
from campaign.privacy.registry import columns_forgotten_by
from campaign.privacy.retention import TABLES


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
