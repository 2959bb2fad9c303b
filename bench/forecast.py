"""`python -m bench.forecast`: how often the forecast's range held on the series in `content/`.

From every reading that allows a forecast, each later reading of the same stratum is foretold as if
it were the closing day, from what was known until then; it is a hit when it lies in the range.
"""

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

from campaign.demo import FOLDER
from campaign.thresholds.rules.forecast import Reading, daily_totals, forecast

OPENED = date(2026, 1, 1)
HORIZONS = (7, 14, 28)


def main() -> None:
    """Print the share of hits for each distance."""
    tried: Counter[int] = Counter()
    held: Counter[int] = Counter()
    for path in sorted((FOLDER / "petitions").glob("*.json")):
        series = json.loads(path.read_text(encoding="utf-8")).get("series")
        if series is not None:
            for readings in readings_of(series).values():
                judge(readings, tried, held)
    for horizon in HORIZONS:
        if tried[horizon]:
            share = held[horizon] / tried[horizon]
            print(
                f"up to {horizon} days: {held[horizon]} of {tried[horizon]} in the range ({share:.0%})"
            )


def readings_of(series: dict[str, Any]) -> dict[str, list[Reading]]:
    """The readings of each stratum, as they are loaded."""
    found: dict[str, list[Reading]] = {}
    for channel, finals in series["final"].items():
        for stratum, final in finals.items():
            for days, percent in zip(series["days"], series["percent"][channel], strict=True):
                reading = Reading(channel, OPENED + timedelta(days=days), final * percent // 100)
                found.setdefault(stratum, []).append(reading)
    return found


def judge(readings: list[Reading], tried: Counter[int], held: Counter[int]) -> None:
    """Foretell every later day from every earlier one."""
    days = sorted({reading.on for reading in readings})
    totals = daily_totals(readings, opened_on=OPENED, until=days[-1])
    for now in days:
        known = [reading for reading in readings if reading.on <= now]
        for day in days:
            found = (
                forecast(known, minimum=1, opened_on=OPENED, closes_on=day) if day > now else None
            )
            horizon = next((limit for limit in HORIZONS if (day - now).days <= limit), None)
            if found is not None and horizon is not None:
                tried[horizon] += 1
                held[horizon] += found.low <= round(totals[day]) <= found.high


if __name__ == "__main__":
    main()
