"""Rules about numbers that are shown."""

from collections.abc import Mapping

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
