"""`python -m bench.series`: evaluating and foretelling 500 petitions that have a year of counts each.

Everything that a page or the morning's warnings need of a petition, from the database on; and beside
it the rules alone. Printed for SQLite, or with `postgresql` for PostgreSQL.
"""

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import insert, select

from bench.content import gather_statistics
from bench.instance import application
from campaign.core import clock
from campaign.core.db import db, transaction
from campaign.petitions.models import OfficialCount, Petition, Tally
from campaign.petitions.operations.counting import evaluate, foretell
from campaign.petitions.queries.counts import official_readings
from campaign.petitions.rules.counting import rule_for
from campaign.thresholds.rules.forecast import forecast
from tests.factories.petitions import make_petition

PETITIONS, DAYS = 500, 365
STRATA = {"VLG": 30, "WAL": 18, "BRU": 8}
CHANNELS = ("official_platform", "official_paper")


def main() -> None:
    """Fill one instance and time it."""
    database = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    with application(database) as app, app.app_context():
        today = clock.now().date()
        for number in range(PETITIONS):
            make_petition(
                f"petition-{number}",
                languages=("fr",),
                opens_at=clock.now() - timedelta(days=DAYS),
                closes_at=clock.now() + timedelta(days=90),
            )
        fill(today)
        gather_statistics()
        all_of_it = timed(judge_all)
        db.session.rollback()
        rules = timed(foretell_one_thousand)
        print(
            f"{database}: {PETITIONS} petitions, {DAYS * len(STRATA) * len(CHANNELS):,} counts each: "
            f"{all_of_it:.1f} s in all, {all_of_it / PETITIONS * 1000:.1f} ms for one; "
            f"the forecast of one region alone, from {DAYS * len(CHANNELS)} counts: {rules:.2f} ms"
        )


def fill(today: date) -> None:
    """A count a day, in each region and channel."""
    with transaction():
        petition_ids = list(db.session.scalars(select(Petition.id)))
        for petition_id in petition_ids:
            rows = [
                {
                    "petition_id": petition_id, "channel": channel, "stratum": stratum,
                    "count": pace * day, "as_of": today - timedelta(days=DAYS - day),
                    "source_label": "", "source_url": "", "recorded_at": clock.now(),
                }
                for day in range(1, DAYS + 1)
                for stratum, pace in STRATA.items()
                for channel in CHANNELS
            ]  # fmt: skip
            db.session.execute(insert(OfficialCount), rows)
            db.session.execute(
                insert(Tally),
                [
                    {"petition_id": petition_id, "stratum": key, "channel": "own_form", "count": 9}
                    for key in STRATA
                ],
            )


def judge_all() -> None:
    """As the worker does each morning."""
    for petition in db.session.scalars(select(Petition).order_by(Petition.id)).all():
        rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
        found = foretell(petition, rule, evaluate(petition))
        assert len(found) == len(STRATA)


def foretell_one_thousand() -> None:
    """The rule alone: a thousand times, so that seconds are milliseconds."""
    petition_id = db.session.scalar(select(Petition.id).limit(1)) or 0
    readings = official_readings(petition_id)["VLG"]
    opened_on, last = readings[0].on, readings[-1].on
    for _ in range(1000):
        forecast(readings, minimum=14_500, opened_on=opened_on, closes_on=last + timedelta(days=90))


def timed(act: Callable[[], None]) -> float:
    """Processor seconds of this process."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
