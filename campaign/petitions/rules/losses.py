"""How many signatures are lost between the form and the click in the mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.petitions.rules.counting import SMALLEST_SHOWN

LOOKED_BACK = timedelta(days=14)
# Whoever signed today may still open the mail tonight.
TIME_TO_CONFIRM = timedelta(days=1)
# Nobody publishes what is usual. From this share on, and with this many signatures, the organisers are
# told; both are our own lines, drawn where a loss is worth a look rather than where it is an error.
UNUSUAL_SHARE = 0.3
FEWEST_TO_JUDGE = 20


@dataclass(frozen=True)
class Losses:
    """The signatures given within `LOOKED_BACK` and more than a day ago, and those of them that nobody
    has confirmed so far."""

    given: int
    unconfirmed: int

    @property
    def share(self) -> float | None:
        """The part that was never confirmed, from 0 to 1; None where nobody signed."""
        return self.unconfirmed / self.given if self.given else None

    @property
    def is_unusual(self) -> bool:
        """Whether it is worth a look: enough signatures, and more than three in ten lost."""
        return self.given >= FEWEST_TO_JUDGE and self.unconfirmed >= self.given * UNUSUAL_SHARE

    @property
    def is_shown(self) -> bool:
        """Whether the share may be shown: neither side of it is 1 to 4 people."""
        sides = (self.unconfirmed, self.given - self.unconfirmed)
        return self.given >= SMALLEST_SHOWN and not any(0 < n < SMALLEST_SHOWN for n in sides)


NO_LOSSES = Losses(0, 0)


def days_of_losses(now: datetime) -> tuple[datetime, datetime]:
    """Between which moments the signatures were given."""
    return now - LOOKED_BACK, now - TIME_TO_CONFIRM
