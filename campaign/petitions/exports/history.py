"""How a petition grew, hour by hour and day by day."""

import csv
import io
from datetime import datetime
from typing import Any

from campaign.core.spreadsheet import no_formula
from campaign.petitions.models import Petition
from campaign.petitions.queries.counts import official_counts_of, series
from campaign.petitions.rules.history import Change, changes_in_all, totals_by_region

COLUMNS = (
    "kind", "period", "starts_at", "place", "channel", "change", "total", "source", "source_url",
)  # fmt: skip
EVERYWHERE = "all"


def history_of(petition: Petition) -> dict[str, Any]:
    """How a petition grew: support by hour and by day (UTC), and apart from it every official count.

    The columns are described in docs/history-format.md. Regions of support come in steps, so that no
    two days tell of a few people.
    """
    hours, days = series(petition.id, "hour"), series(petition.id, "day")
    return {
        "petition": petition.slug,
        "format": 1,
        "support": {
            "hour": [_change(change) for change in changes_in_all(hours)],
            "day": [_change(change) for change in changes_in_all(days)],
            "day_by_region": [
                {"starts_at": _utc(one.starts_at), "place": one.region, "total": one.total}
                for one in totals_by_region(days)
            ],
        },
        "counting": [
            {
                "as_of": count.as_of.isoformat(),
                "place": count.stratum,
                "channel": count.channel,
                "total": count.count,
                "source": count.source_label,
                "source_url": count.source_url,
            }
            for count in official_counts_of(petition.id)
        ],
    }


def _change(one: Change) -> dict[str, Any]:
    return {"starts_at": _utc(one.starts_at), "change": one.change, "total": one.total}


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def history_csv(history: dict[str, Any]) -> str:
    """The history as a table (RFC 4180) whose texts no spreadsheet takes for a formula."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    support = {"kind": "support", "channel": "own_form"}
    for period in ("hour", "day"):
        for row in history["support"][period]:
            table.writerow(support | {"period": period, "place": EVERYWHERE} | row)
    for row in history["support"]["day_by_region"]:
        table.writerow(support | {"period": "day"} | row)
    for row in history["counting"]:
        texts = {name: no_formula(row[name]) for name in ("source", "source_url", "place")}
        rest = {"channel": row["channel"], "total": row["total"], "starts_at": row["as_of"]}
        table.writerow({"kind": "counting", "period": "reading"} | rest | texts)
    return written.getvalue()
