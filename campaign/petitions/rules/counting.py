"""Rules about numbers: which legal rule they are held against, and which may be shown."""

from collections.abc import Mapping, Sequence
from datetime import date

from campaign.thresholds.instruments import instrument, with_goal
from campaign.thresholds.models import Instrument

SMALLEST_SHOWN = 5


def masked_small_cells(cells: Mapping[str, int]) -> dict[str, int | None]:
    """Counts by place with those from 1 to 4 hidden (None).

    The total is public, so what is hidden must not follow from it: the next smallest is hidden too
    until at least two are, they are at least five together and not one person each. Where that
    cannot be had there is no breakdown at all.
    """
    by_size = sorted((key for key, count in cells.items() if count), key=lambda key: cells[key])
    hidden = [key for key in by_size if cells[key] < SMALLEST_SHOWN]
    if not hidden:
        return dict(cells)
    while not _is_safe([cells[key] for key in hidden]):
        if len(hidden) == len(by_size):
            return {}
        hidden.append(by_size[len(hidden)])
    return {key: None if key in hidden else count for key, count in cells.items()}


def _is_safe(hidden: Sequence[int]) -> bool:
    together = sum(hidden)
    return len(hidden) > 1 and together >= SMALLEST_SHOWN and together > len(hidden)


def rule_for(instrument_id: str, on: date, goal: int | None) -> Instrument:
    """The version of a legal rule in force on the day a petition opened, with the organisers' own
    goal where they set one. Raises UnknownInstrumentError or NoVersionInForceError."""
    rule = instrument(instrument_id, on)
    return with_goal(rule, goal) if goal else rule
