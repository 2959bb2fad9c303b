"""Which signatures a check is about, and what may be done with it when.

A check (an *invalidation*) stops counting signatures found to be false. It is prepared, counted
without touching anything, started, may be cancelled half way, and can be given back exactly.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.core.text import folded, one_line
from campaign.geography.rules import check_belgian_postal_code
from campaign.i18n.languages import BY_CODE
from campaign.petitions.rules.blocking import canonical_domain, check_domain, is_within
from campaign.petitions.rules.signing import check_country

BRUSSELS = ZoneInfo("Europe/Brussels")
LONGEST_REASON = 300
FEWEST_LETTERS = 3
MOST_CHOSEN = 50
# What was withdrawn, or is invalidated already, is nobody's to invalidate.
TOUCHED = ("pending", "confirmed")


class UnconditionalError(RefusedError):
    """A check of everything that nobody asked for in so many words."""

    code = "unconditional"
    message = _l(
        "Give at least one condition: a check without any would stop counting the whole petition."
    )


class ConditionUnclearError(RefusedError):
    """A condition that cannot be understood, or that contradicts another."""

    code = "condition_unclear"
    message = _l("This condition cannot be used: %(condition)s. Nothing was changed.")


class ReasonMissingError(RefusedError):
    """No reason, or one that is too long."""

    code = "reason_missing"
    message = _l("Write in a few words why, in at most 300 characters, without naming anybody.")


class WrongStepError(RefusedError):
    """Something that cannot follow what was done last."""

    code = "wrong_step"
    http_status = 409
    message = _l("This cannot be done now. Open the page again to see how far the check is.")


class StartedStaysError(RefusedError):
    """A started check, which is the proof of why numbers fell."""

    code = "started_stays"
    http_status = 409
    message = _l("This check has started, so it stays. It can be cancelled or undone.")


class ListTamperedError(RefusedError):
    """A choice from a list that we did not show to this organiser."""

    code = "list_tampered"
    http_status = 400
    message = _l("This choice is not from the list that was shown. Nothing was changed.")


class NothingTickedError(RefusedError):
    """A choice of nothing."""

    code = "nothing_ticked"
    message = _l("Tick at least one signature first. Nothing was changed.")


class ListOutdatedError(RefusedError):
    """A choice that holds a signature which has changed meanwhile."""

    code = "list_outdated"
    http_status = 409
    message = _l("One of these signatures has changed meanwhile. Nothing was changed: look again.")


class Step(StrEnum):
    """How far a check is."""

    DRAFT = "draft"
    COUNTING = "counting"
    COUNTED = "counted"
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"
    REINSTATING = "reinstating"
    REINSTATED = "reinstated"


UNDER_WAY = (Step.COUNTING, Step.RUNNING, Step.REINSTATING)
# Counting comes first, always: nobody starts what they have not seen the size of.
NEXT: Mapping[str, tuple[frozenset[Step], Step]] = {
    "count": (frozenset({Step.DRAFT, Step.COUNTED}), Step.COUNTING),
    "start": (frozenset({Step.COUNTED}), Step.RUNNING),
    "cancel": (frozenset({Step.RUNNING}), Step.CANCELLED),
    "stop_counting": (frozenset({Step.COUNTING}), Step.DRAFT),
    "reinstate": (frozenset({Step.DONE, Step.CANCELLED}), Step.REINSTATING),
}
FINISHED = {
    Step.COUNTING: Step.COUNTED,
    Step.RUNNING: Step.DONE,
    Step.REINSTATING: Step.REINSTATED,
}


def next_step(step: str, act: str) -> Step:
    """Where an act leads from this step. Raises WrongStepError."""
    allowed, then = NEXT[act]
    if step not in allowed:
        raise WrongStepError
    return then


def check_may_delete(started_at: datetime | None) -> None:
    """Refuse to delete what has started. Raises StartedStaysError."""
    if started_at is not None:
        raise StartedStaysError


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Which signatures of one petition are meant: those that meet every condition given.

    `name` is folded ("awa exemple"), `*` stands for any letters; `created_from` is included,
    `created_before` is not. What networks people signed from is kept for minutes only, so no
    condition can ask for it.
    """

    email_domain: str | None = None
    name: str | None = None
    postal_code: str | None = None
    country: str | None = None
    language: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    state: str | None = None
    is_whole_petition: bool = False
    chosen_count: int | None = None

    @property
    def needs_reading(self) -> bool:
        """Whether names or addresses must be opened: the database cannot read them."""
        return self.email_domain is not None or self.name is not None

    @property
    def states(self) -> tuple[str, ...]:
        """The states looked for."""
        return TOUCHED if self.state is None else (self.state,)

    def match(self, *, email: str | None, given_name: str | None, family_name: str | None) -> bool:
        """Whether what had to be opened meets the conditions; what was erased meets none."""
        if self.email_domain is not None and not (
            email and is_within(domain_of(email), self.email_domain)
        ):
            return False
        if self.name is None:
            return True
        full_name = folded(f"{given_name or ''} {family_name or ''}")
        return re.fullmatch(_as_expression(self.name), full_name) is not None


_NARROWING = frozenset(field.name for field in fields(Conditions)) - {"state", "is_whole_petition"}


def check_conditions(conditions: Conditions) -> None:
    """Refuse a check of the whole petition unless it is asked for, and conditions that contradict.

    Raises UnconditionalError or ConditionUnclearError.
    """
    is_narrowed = any(getattr(conditions, name) is not None for name in _NARROWING)
    if not is_narrowed and not conditions.is_whole_petition:
        raise UnconditionalError
    if is_narrowed and conditions.is_whole_petition:
        raise ConditionUnclearError(condition="whole petition")
    begins, ends = conditions.created_from, conditions.created_before
    if begins is not None and ends is not None and begins >= ends:
        raise ConditionUnclearError(condition=f"{begins:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}")


def read_conditions(typed: Mapping[str, str], *, is_whole_petition: bool = False) -> Conditions:
    """The conditions a form or a command holds; empty fields are none.

    Raises UnconditionalError, ConditionUnclearError, or what is wrong with one field.
    """
    given = {name: text.strip() for name, text in typed.items() if text and text.strip()}
    unknown = set(given) - set(_READERS)
    if unknown:
        raise ConditionUnclearError(condition=", ".join(sorted(unknown)))
    read = {name: _READERS[name](text) for name, text in given.items()}
    conditions = replace(Conditions(is_whole_petition=is_whole_petition), **read)  # type: ignore[arg-type]
    check_conditions(conditions)
    return conditions


def check_condition(name: str, typed: str) -> None:
    """Refuse one condition as `read_conditions` would; an empty one is none. Raises what is wrong."""
    if typed.strip():
        _READERS[name](typed.strip())


def allowed_acts(step: str, *, is_started: bool) -> set[str]:
    """What may be done with a check at this step; the names of `NEXT`, and "discard"."""
    acts = {act for act, (allowed, _then) in NEXT.items() if step in allowed}
    return acts if is_started or step == Step.COUNTING else acts | {"discard"}


def check_reason(typed: str) -> str:
    """Why, in one line. Raises ReasonMissingError."""
    reason = one_line(typed)
    if not reason or len(reason) > LONGEST_REASON:
        raise ReasonMissingError
    return reason


def as_text(conditions: Conditions) -> str:
    """The conditions as they are kept."""
    given = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(conditions).items()
        if value not in {None, False}
    }
    return json.dumps(given, sort_keys=True, ensure_ascii=False)


def from_text(text: str) -> Conditions:
    """The conditions that were kept. Raises WrongStepError where they were erased."""
    if not text:
        raise WrongStepError
    given = json.loads(text)
    for name in ("created_from", "created_before"):
        if name in given:
            given[name] = datetime.fromisoformat(given[name])
    return Conditions(**given)


def domain_of(email: str) -> str:
    """The domain of an address, under the main name of its provider."""
    return canonical_domain(email.lower().rpartition("@")[2])


def masked_name(given_name: str | None, family_name: str | None) -> str:
    """The initials: enough to see a pattern, too little to know who."""
    initials = [f"{name[0].upper()}…" for name in (given_name, family_name) if name]
    return " ".join(initials) or "…"


def masked_email(email: str | None) -> str:
    """The first letter and the domain."""
    if not email:
        return "…"
    mailbox, _, domain = email.rpartition("@")
    return f"{mailbox[:1]}…@{domain}"


def percent_done(step: str, done: int, of: int) -> int:
    """How much of a check is done, of 100; never 100 before it is."""
    if step in {Step.DONE, Step.COUNTED, Step.REINSTATED}:
        return 100
    return min(99, done * 100 // of) if of else 0


def _name_pattern(typed: str) -> str:
    parts = [folded(part) for part in typed.split("*")]
    if sum(len(part.replace(" ", "")) for part in parts) < FEWEST_LETTERS:
        raise ConditionUnclearError(condition=typed)
    return "*".join(parts)


def _as_expression(pattern: str) -> str:
    return ".*".join(re.escape(part) for part in pattern.split("*"))


def _language(typed: str) -> str:
    if typed not in BY_CODE:
        raise ConditionUnclearError(condition=typed)
    return typed


def _state(typed: str) -> str:
    if typed not in TOUCHED:
        raise ConditionUnclearError(condition=typed)
    return typed


def _moment(typed: str) -> datetime:
    """A moment as ISO 8601 writes it; without a zone it is Brussels' own."""
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise ConditionUnclearError(condition=typed) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=BRUSSELS)


_READERS = {
    "email_domain": check_domain,
    "name": _name_pattern,
    "postal_code": lambda typed: check_belgian_postal_code(typed).postal_code,
    "country": lambda typed: check_country(typed.upper()),
    "language": _language,
    "created_from": _moment,
    "created_before": _moment,
    "state": _state,
}
