"""What organisers see of checks and bursts: values ready for a template."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from campaign.i18n import formats
from campaign.i18n.languages import BY_CODE
from campaign.petitions.models import Burst, Invalidation, Petition
from campaign.petitions.queries.bursts import unexplained_counts
from campaign.petitions.queries.invalidating import (
    Progress,
    conditions_of,
    progress,
    under_way_counts,
)
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.invalidating import (
    BRUSSELS,
    UNDER_WAY,
    Conditions,
    Step,
    WrongStepError,
    allowed_acts,
)
from campaign.petitions.vocabulary import CONDITION_LABELS, SIGNATURE_STATES, STEP_LABELS

WHOLE_PETITION = _l("The whole petition")
COUNTED_SO_FAR = _l("%(percent)s gone through, %(found)s found so far.")
REFUSED_SO_FAR = _l("%(percent)s gone through, %(found)s no longer counted so far.")
GIVEN_BACK_SO_FAR = _l("%(percent)s gone through, %(found)s given back so far.")


@dataclass(frozen=True)
class Watched:
    """A petition in the list of those whose signatures one may refuse."""

    slug: str
    title: str
    language: str
    unexplained: int
    under_way: int


def watched(petitions: Sequence[Petition], language: str) -> list[Watched]:
    """These petitions, with what waits for an organiser in each."""
    ids = [petition.id for petition in petitions]
    bursts, checks = unexplained_counts(ids), under_way_counts(ids)
    return [
        Watched(
            petition.slug,
            *_title(petition, language),
            bursts.get(petition.id, 0),
            checks.get(petition.id, 0),
        )
        for petition in petitions
    ]


def _title(petition: Petition, language: str) -> tuple[str, str]:
    if not petition.texts:
        return petition.slug, ""
    text = text_for(petition, language)
    return text.title, text.language


@dataclass(frozen=True)
class CheckPage:
    """A check as its page shows it. `lines` is None once the conditions were erased with the names;
    `regions` are the confirmed signatures among the matches, which would leave the numbers."""

    check: Invalidation
    label: Any
    lines: list[tuple[Any, Any]] | None
    far: Progress
    sentence: str
    is_under_way: bool
    regions: list[tuple[str, int]]
    confirmed_count: int
    acts: set[str]


def check_shown(check: Invalidation) -> CheckPage:
    """One check, ready to be shown."""
    conditions = _conditions_kept(check)
    far = progress(check)
    regions = sorted(json.loads(check.matched_by_stratum).items())
    acts = allowed_acts(check.state, is_started=check.started_at is not None)
    if conditions is not None and conditions.chosen_count is None:
        acts.add("look")
    return CheckPage(
        check=check,
        label=STEP_LABELS[check.state],
        lines=None if conditions is None else condition_lines(conditions),
        far=far,
        sentence=told(far),
        is_under_way=check.state in UNDER_WAY,
        regions=regions,
        confirmed_count=sum(count for _stratum, count in regions),
        acts=acts,
    )


def _conditions_kept(check: Invalidation) -> Conditions | None:
    try:
        return conditions_of(check)
    except WrongStepError:
        return None


def told(far: Progress) -> str:
    """How far a check is, in a sentence."""
    sentence, count = {
        Step.COUNTING: (COUNTED_SO_FAR, far.matched_count),
        Step.RUNNING: (REFUSED_SO_FAR, far.invalidated_count),
        Step.REINSTATING: (GIVEN_BACK_SO_FAR, far.reinstated_count),
    }.get(Step(far.state), (STEP_LABELS[far.state], 0))
    percent = formats.percent(far.percent)
    return str(sentence) % {"percent": percent, "found": formats.number(count)}


def condition_lines(conditions: Conditions) -> list[tuple[Any, Any]]:
    """The conditions in words: what, and which."""
    if conditions.is_whole_petition:
        return [(WHOLE_PETITION, _("every signature of this petition"))]
    if conditions.chosen_count is not None:
        count = conditions.chosen_count
        words = ngettext("%(num)s, ticked in a list", "%(num)s, ticked in a list", count)
        return [(_("Single signatures"), words)]
    given = ((name, getattr(conditions, name)) for name in CONDITION_LABELS)
    return [(CONDITION_LABELS[name], _in_words(name, value)) for name, value in given if value]


def _in_words(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return formats.moment(value)
    if name == "country":
        return formats.country_name(value)
    if name == "language":
        return BY_CODE[value].name
    if name == "state":
        return SIGNATURE_STATES[value]
    return value


def conditions_for(burst: Burst) -> dict[str, str]:
    """What a check of one burst would look for, as its form holds it."""
    found = {
        "created_from": _typed(burst.starts_at),
        "created_before": _typed(burst.ends_at),
    }
    named = {"domain": "email_domain", "postal_code": "postal_code"}.get(burst.kind)
    return found | ({named: burst.subject} if named else {})


def _typed(moment: datetime) -> str:
    """A moment in Brussels as a form writes it, rounded up to a whole minute."""
    whole = moment + timedelta(seconds=-moment.second % 60)
    return f"{whole.astimezone(BRUSSELS):%Y-%m-%dT%H:%M}"
