"""Telling the organisations that carry a petition how many days are left, and which region lags."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, select

from campaign.accounts.rules.mail_choices import MailKind
from campaign.core.db import db
from campaign.i18n.formats import BRUSSELS
from campaign.outbox.operations import OutgoingMessage
from campaign.petitions import mails
from campaign.petitions.models import Petition, PetitionWarning
from campaign.petitions.operations.counting import evaluate, foretell
from campaign.petitions.operations.telling import tell_organisation
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.warning import milestone_due, regions_behind
from campaign.thresholds.rules import Evaluation
from campaign.thresholds.rules.forecast import Forecast

BEHIND, DAYS = "behind", "days_"


def tell_where_it_stands(petition: Petition, *, now: datetime) -> int:
    """Tell of a milestone reached and of a region that has fallen behind, each once; returns how many
    mails. A region that has caught up may be told of again."""
    if petition.closes_at is None:
        return 0
    today, closes_on = (moment.astimezone(BRUSSELS).date() for moment in (now, petition.closes_at))
    days_left = (closes_on - today).days
    told = _told(petition.id)
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    evaluation = evaluate(petition)
    forecasts = foretell(petition, rule, evaluation)
    behind = regions_behind(forecasts)
    new = sorted(behind - {stratum for kind, stratum in told if kind == BEHIND})
    milestone = milestone_due(
        days_left, {int(kind.removeprefix(DAYS)) for kind, _ in told if kind.startswith(DAYS)}
    )
    _forget_caught_up(petition.id, behind)
    for stratum in new:
        _note(petition.id, BEHIND, stratum, now)
    if milestone is not None:
        _note(petition.id, f"{DAYS}{milestone}", "", now)
    kinds = {MailKind.BEHIND} if new else set()
    if milestone is not None:
        kinds.add(MailKind.DEADLINE)
    if not kinds:
        return 0
    return _mail(
        petition,
        kinds,
        now=now,
        days_left=days_left,
        closes_on=closes_on.isoformat(),
        behind=new,
        lines=_lines(evaluation, forecasts),
    )


def _told(petition_id: int) -> set[tuple[str, str]]:
    rows = db.session.execute(
        select(PetitionWarning.kind, PetitionWarning.stratum).where(
            PetitionWarning.petition_id == petition_id
        )
    )
    return {(kind, stratum) for kind, stratum in rows}


def _note(petition_id: int, kind: str, stratum: str, now: datetime) -> None:
    db.session.add(
        PetitionWarning(petition_id=petition_id, kind=kind, stratum=stratum, told_at=now)
    )


def _forget_caught_up(petition_id: int, behind: frozenset[str]) -> None:
    db.session.execute(
        delete(PetitionWarning).where(
            PetitionWarning.petition_id == petition_id,
            PetitionWarning.kind == BEHIND,
            PetitionWarning.stratum.not_in(behind),
        )
    )


def _lines(evaluation: Evaluation, forecasts: Mapping[str, Forecast]) -> list[dict[str, Any]]:
    """Each region with its numbers and, where it can be said, what it needs a day and where it ends."""
    lines = []
    for result in evaluation.strata:
        found = forecasts.get(result.key)
        lines.append(
            {
                "stratum": result.key,
                "counted": result.counted,
                "minimum": result.minimum,
                "missing": result.missing,
                "needed": found.needed_a_day if found else None,
                "pace": round(found.pace_month) if found else None,
                "low": found.low if found else None,
                "high": found.high if found else None,
                "is_behind": found is not None and found.high < found.minimum,
            }
        )
    return lines


def _mail(petition: Petition, kinds: set[MailKind], *, now: datetime, **context: Any) -> int:
    return sum(
        tell_organisation(
            carrier.organisation, kinds, partial(_where_it_stands, petition), now=now, **context
        )
        for carrier in petition.carriers
        if carrier.role == "lead"
    )


def _where_it_stands(petition: Petition, *, language: str, **context: Any) -> OutgoingMessage:
    title = text_for(petition, language).title
    return mails.where_it_stands(language=language, title=title, slug=petition.slug, **context)
