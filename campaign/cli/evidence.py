"""How often the official channel of a petition failed."""

from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from campaign.core import clock
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import BY_CODE, DEFAULT
from campaign.petitions.exports import evidence_csv, evidence_of, evidence_pdf
from campaign.petitions.queries.petitions import petition_by_slug


@click.command("evidence")
@click.argument("slug")
@click.option("--first", type=click.DateTime(["%Y-%m-%d"]), help="First day; 28 days by default.")
@click.option("--last", type=click.DateTime(["%Y-%m-%d"]), help="Last day; today by default.")
@click.option("--language", type=click.Choice(list(BY_CODE)), default=DEFAULT.code)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@with_appcontext
def evidence(
    slug: str, first: datetime | None, last: datetime | None, language: str, folder: Path
) -> None:
    """Write how often the official channel of a petition failed, as a PDF and a CSV."""
    petition = petition_by_slug(slug)
    if petition is None:
        raise click.ClickException(f"no petition {slug}")
    now = clock.now()
    last_day = last.date() if last else now.astimezone(BRUSSELS).date()
    first_day = first.date() if first else last_day - timedelta(days=27)
    folder.mkdir(parents=True, exist_ok=True)
    address = f"{current_app.config['BASE_URL']}/{language}/petitions/{slug}/official"
    with force_locale(language):
        try:
            found = evidence_of(petition, language, first=first_day, last=last_day)
        except ValueError as wrong:
            raise click.ClickException(str(wrong)) from wrong
        written = evidence_pdf(found, language, address=address, now=now)
    name = f"{slug}-{first_day.isoformat()}-{last_day.isoformat()}"
    (folder / f"{name}.pdf").write_bytes(written)
    (folder / f"{name}.csv").write_text(evidence_csv(found), encoding="utf-8", newline="")
    click.echo(f"{name}.pdf, {name}.csv")
