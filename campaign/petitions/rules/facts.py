"""What a petition says beside its texts: subject, goal, days, sources."""

import re
from datetime import datetime
from typing import Protocol

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.petitions.rules.writing import is_public
from campaign.thresholds.models import Instrument, Kind

COLUMNS = (
    "theme", "goal", "official_reference", "official_url", "opens_at", "closes_at", "accepts_support",
)  # fmt: skip
LONGEST_TITLE, LONGEST_ADDRESS, LONGEST_REFERENCE = 200, 500, 60
LARGEST_GOAL = 10_000_000
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]{2,}(?:[/?#]\S*)?")


class WrongAddressError(RefusedError):
    """Not an address of the web."""

    code = "wrong_address"
    message = _l("Write a whole web address, for example https://www.example.org/page.")


class DocumentTitleError(RefusedError):
    """A document without a name, or with a very long one."""

    code = "document_title"
    message = _l("Give the document a title of 200 characters at most.")


class GoalFixedError(RefusedError):
    """A goal that people signed towards, or that a law sets."""

    code = "goal_fixed"
    message = _l("The goal stays as it is once the petition is public, and where a law sets it.")


class GoalOutOfRangeError(RefusedError):
    """A goal of nobody, or of more than live in Belgium."""

    code = "goal_out_of_range"
    message = _l("Write a whole number of signatures, from 1 to 10,000,000.")


class OpeningFixedError(RefusedError):
    """The collection has begun."""

    code = "opening_fixed"
    message = _l("The collection has begun: its first day stays as it was.")


class ClosingBeforeOpeningError(RefusedError):
    """Days in the wrong order."""

    code = "closing_before_opening"
    message = _l("The last day must come after the first one.")


class ClosingPassedError(RefusedError):
    """A collection that would have ended already."""

    code = "closing_passed"
    message = _l("This day has passed: choose a later one.")


class ClosedForGoodError(RefusedError):
    """A collection that is over: what is known of people is erased counting from its last day."""

    code = "closed_for_good"
    message = _l("The collection is over: its last day stays as it was.")


class SaysFacts(Protocol):
    """What is judged here of the facts."""

    @property
    def goal(self) -> int | None: ...
    @property
    def official_url(self) -> str: ...
    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...


def check_facts(
    before: SaysFacts, after: SaysFacts, rule: Instrument, *, state: str, now: datetime
) -> None:
    """Refuse facts that contradict one another or what is public. Raises WrongAddressError,
    GoalFixedError, GoalOutOfRangeError, OpeningFixedError, ClosingBeforeOpeningError,
    ClosingPassedError, ClosedForGoodError."""
    if after.official_url:
        check_address(after.official_url)
    _check_goal(before.goal, after.goal, rule, state)
    _check_days(before, after, state, now)


def _check_goal(before: int | None, after: int | None, rule: Instrument, state: str) -> None:
    if after != before and (is_public(state) or rule.kind is not Kind.OWN_GOAL):
        raise GoalFixedError
    if after is not None and not 1 <= after <= LARGEST_GOAL:
        raise GoalOutOfRangeError


def _check_days(before: SaysFacts, after: SaysFacts, state: str, now: datetime) -> None:
    has_begun = is_public(state) and before.opens_at is not None and before.opens_at <= now
    if has_begun and after.opens_at != before.opens_at:
        raise OpeningFixedError
    if after.closes_at == before.closes_at:
        return
    if is_public(state) and state not in {"open", "suspended"}:
        raise ClosedForGoodError
    if after.closes_at is not None and after.closes_at <= now:
        raise ClosingPassedError
    if after.closes_at and after.opens_at and after.closes_at <= after.opens_at:
        raise ClosingBeforeOpeningError


def check_address(address: str) -> None:
    """Raises WrongAddressError for what is no http or https address."""
    if len(address) > LONGEST_ADDRESS or not _WEB_ADDRESS.fullmatch(address):
        raise WrongAddressError


def check_document(title: str, address: str) -> None:
    """Raises DocumentTitleError, WrongAddressError."""
    if not 0 < len(title) <= LONGEST_TITLE:
        raise DocumentTitleError
    check_address(address)
