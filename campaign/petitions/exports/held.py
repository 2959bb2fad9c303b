"""Files to take away: what is held about one signatory (GDPR art. 15 and 20), and how a petition grew."""

import csv
import io
from datetime import datetime
from typing import Any

from campaign.consents.queries import standing_yes, wording
from campaign.petitions.models import Petition, Signature
from campaign.petitions.queries.counts import official_counts_of, series
from campaign.petitions.rules.history import Change, changes_in_all, totals_by_region

# Keys and digests mean nothing without the instance's secret; they say only what the names beside
# them say.
NOT_READABLE = frozenset({"email_key", "name_key", "confirm_digest", "consent_sha256", "ref"})
COLUMNS = (
    "kind", "period", "starts_at", "place", "channel", "change", "total", "source", "source_url",
)  # fmt: skip
EVERYWHERE = "all"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def held_about(signature: Signature, petition: Petition) -> dict[str, Any]:
    """Every personal column of a signature that a person can read, the words that were agreed to, and
    each yes that stands; moments in UTC (ISO 8601)."""
    columns = {
        column.key: _plain(getattr(signature, column.key))
        for column in Signature.__table__.columns
        if column.info.get("personal") and column.key not in NOT_READABLE
    }
    return {
        "petition": petition.slug,
        "signature": columns,
        "agreed_to": wording(signature.consent_text_id),
        "updates": [
            {"question": text.body, "answer": "yes", "given_at": _plain(receipt.given_at)}
            for receipt, text in standing_yes(signature.ref)
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


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


def no_formula(text: str) -> str:
    """A text that a spreadsheet shows and never runs: a sign that starts a formula gets an apostrophe
    before it (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
