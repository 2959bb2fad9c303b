"""Where signatures come from, and when an event's code lifts the limit on one network."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import one_line
from campaign.petitions.rules.counting import SMALLEST_SHOWN

# Read aloud and typed on a phone: no letter that looks or sounds like a digit or another letter.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 6
PUBLIC, EVENT = "public", "event"
KINDS = ("poster", "leaflet", "stand", "message", "site", "other")
LONGEST_LABEL = 80
LONGEST_EVENT = timedelta(hours=24)
MOST_AT_AN_EVENT = 500
_NOT_OF_A_CODE = re.compile(r"[\s.–—_-]+")


class PlacementKindError(RefusedError):
    """A kind of placement that is not on the list."""

    code = "placement_kind"
    message = _l("Choose where the petition is offered.")


class PlacementLabelError(RefusedError):
    """No label, or too long a one."""

    code = "placement_label"
    message = _l("Give this place a name of your own, of at most 80 characters.")


class EventHoursError(RefusedError):
    """Hours that are none, too long or over."""

    code = "event_hours"
    message = _l("An event code is for at most 24 hours, and its end lies ahead.")


class EventSizeError(RefusedError):
    """A number of signatures out of bounds."""

    code = "event_size"
    message = _l("An event code is for 1 to 500 signatures.")


class CodeUnknownError(RefusedError):
    """A code that is nobody's, or closed."""

    code = "code_unknown"
    message = _l("We do not know this code. Look at it letter by letter.")


class CodeOfAnotherPetitionError(RefusedError):
    """A code that was issued for another petition."""

    code = "code_of_another_petition"
    message = _l("This code belongs to another petition: it changes nothing here.")


class EventNotBegunError(RefusedError):
    """Before the hours of the event."""

    code = "event_not_begun"
    message = _l("This code works during its event only, and the event has not begun.")


class EventOverError(RefusedError):
    """After the hours of the event."""

    code = "event_over"
    message = _l("This code worked during its event only, and the event is over.")


class EventUsedUpError(RefusedError):
    """As many signatures as the code was for."""

    code = "event_used_up"
    message = _l("This code was for a certain number of signatures, and they have all been sent.")


class TooManyCodesError(RefusedError):
    """Too many wrong codes from one network."""

    code = "too_many_codes"
    message = _l("Too many wrong codes were typed from your network: codes rest for ten minutes.")


@dataclass(frozen=True)
class KnownCode:
    """What a code stands for; the hours and the numbers are an event's."""

    placement_id: int
    petition_id: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    most: int = 0
    used_count: int = 0

    @property
    def is_event(self) -> bool:
        """Whether it may lift a limit at all."""
        return self.opens_at is not None and self.closes_at is not None


def readable_code(typed: str) -> str:
    """A code as it is kept, however it was typed; "" for what cannot be one."""
    code = _NOT_OF_A_CODE.sub("", typed).upper()
    is_code = len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS)
    return code if is_code else ""


def check_placement(kind: str, label: str) -> str:
    """The label, tidied. Raises PlacementKindError or PlacementLabelError."""
    if kind not in KINDS:
        raise PlacementKindError
    return check_label(label)


def check_label(label: str) -> str:
    """The label, tidied. Raises PlacementLabelError."""
    tidy = one_line(label)
    if not 1 <= len(tidy) <= LONGEST_LABEL:
        raise PlacementLabelError
    return tidy


def check_event(*, opens_at: datetime, closes_at: datetime, most: int, now: datetime) -> None:
    """Refuse an event code without end. Raises EventHoursError or EventSizeError."""
    if not opens_at < closes_at <= opens_at + LONGEST_EVENT or closes_at <= now:
        raise EventHoursError
    if not 1 <= most <= MOST_AT_AN_EVENT:
        raise EventSizeError


def check_lifts_limit(code: KnownCode, petition_id: int, now: datetime) -> None:
    """Refuse to lift the limit outside the event's petition, hours and number.

    Raises CodeOfAnotherPetitionError, EventNotBegunError, EventOverError or EventUsedUpError.
    """
    if code.petition_id != petition_id:
        raise CodeOfAnotherPetitionError
    if code.opens_at is None or now < code.opens_at:
        raise EventNotBegunError
    if code.closes_at is None or now >= code.closes_at:
        raise EventOverError
    if code.used_count >= code.most:
        raise EventUsedUpError


def event_state(
    *,
    opens_at: datetime,
    closes_at: datetime,
    most: int,
    used_count: int,
    closed_at: datetime | None,
    now: datetime,
) -> str:
    """Where an event's code stands: closed, over, used_up, future or running."""
    if closed_at is not None:
        return "closed"
    if now >= closes_at:
        return "over"
    if used_count >= most:
        return "used_up"
    return "future" if now < opens_at else "running"


@dataclass(frozen=True)
class Attribution:
    """Where the confirmed signatures of one petition come from. The parts make up the total, exactly."""

    by_placement: Mapping[int, int]
    on_the_site: int
    by_channel: Mapping[str, int]

    @property
    def total(self) -> int:
        """Every confirmed signature that was gathered through us, on the site and otherwise."""
        return sum(self.by_placement.values()) + self.on_the_site + sum(self.by_channel.values())


def attribution(
    *, own_form: int, by_placement: Mapping[int, int], by_channel: Mapping[str, int]
) -> Attribution:
    """Each signature in one part only: its first placement, else the site, else its channel."""
    return Attribution(by_placement, own_form - sum(by_placement.values()), by_channel)


def shown_count(count: int) -> int | None:
    """A placement's count as an organiser may see it: 1 to 4 people are hidden (None), since those who
    stood around one poster might be known by name."""
    return None if 0 < count < SMALLEST_SHOWN else count
