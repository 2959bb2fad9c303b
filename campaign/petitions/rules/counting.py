"""Rules about numbers: which legal rule they are held against, and which may be shown."""

from collections.abc import Mapping
from datetime import date

from campaign.thresholds.instruments import instrument, with_goal
from campaign.thresholds.models import Instrument

SMALLEST_SHOWN = 5


def masked_small_cells(cells: Mapping[str, int]) -> dict[str, int | None]:
    """Counts by place with those from 1 to 4 hidden (None).

    When exactly one cell would be hidden, the next smallest is hidden too: otherwise the total
    would give it away.
    """
    shown: dict[str, int | None] = {
        key: (None if 0 < count < SMALLEST_SHOWN else count) for key, count in cells.items()
    }
    hidden = [key for key, count in shown.items() if count is None]
    others = [key for key, count in cells.items() if count >= SMALLEST_SHOWN]
    if len(hidden) == 1 and others:
        shown[min(others, key=lambda key: cells[key])] = None
    return shown


def rule_for(instrument_id: str, on: date, goal: int | None) -> Instrument:
    """The version of a legal rule in force on the day a petition opened, with the organisers' own
    goal where they set one. Raises UnknownInstrumentError or NoVersionInForceError."""
    rule = instrument(instrument_id, on)
    return with_goal(rule, goal) if goal else rule
