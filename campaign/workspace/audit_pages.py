"""What the log shows: acts, people and things in words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from campaign.accounts.queries import names_of_actors
from campaign.audit.models import AuditEntry
from campaign.audit.queries import EntryQuery, actors_about
from campaign.audit.vocabulary import ACTORS, ACTS
from campaign.i18n.formats import BRUSSELS
from campaign.i18n.languages import current_code
from campaign.partners.queries import organisations
from campaign.petitions.pages.closing import petition_title
from campaign.petitions.queries.petitions import carried_by
from campaign.voices.operations import consent_subject


@dataclass(frozen=True)
class Scope:
    """What somebody may read about: organisations and petitions by the name the log gives them, with
    their titles; everything for an administrator."""

    organisations: dict[str, str]
    petitions: dict[str, str]
    titles: dict[str, str]
    # By petition, every name under which the log tells of it.
    names_of: dict[str, tuple[str, str]]
    is_everything: bool


@dataclass(frozen=True)
class EntryLine:
    """One entry in words; what has no words is shown as it is kept."""

    moment: datetime
    who: Any
    act: Any
    about: str
    detail: str


@dataclass(frozen=True)
class LogPage:
    """The entries, and what may be chosen to narrow them."""

    lines: list[EntryLine]
    people: list[tuple[str, Any]]
    acts: list[tuple[str, Any]]
    organisations: list[tuple[str, str]]
    petitions: list[tuple[str, str]]


def scope_of(organisation_ids: Collection[int] | None) -> Scope:
    """What the log may tell somebody with the right to read it in these organisations (None: all)."""
    mine = {each.subject: each.name for each in organisations(organisation_ids)}
    carried = carried_by(organisation_ids)
    petitions = {f"petition:{each.slug}": petition_title(each, current_code()) for each in carried}
    names = {f"petition:{p.slug}": (f"petition:{p.slug}", consent_subject(p.id)) for p in carried}
    voices = {name: petitions[first] for first, each in names.items() for name in each[1:]}
    return Scope(mine, petitions, {**mine, **petitions, **voices}, names, organisation_ids is None)


def read_query(asked: dict[str, str], scope: Scope) -> EntryQuery:
    """What was chosen. A day that is none is left out; days are those of Brussels, both included."""
    first, last = _day(asked["first"]), _day(asked["last"])
    wanted = [asked["organisation"]] if asked["organisation"] else []
    if asked["petition"]:
        wanted += scope.names_of.get(asked["petition"], (asked["petition"],))
    return EntryQuery(
        act=asked["act"],
        actor=asked["actor"],
        subjects=tuple(wanted) or None,
        since=_begin(first) if first else None,
        before=_begin(last + timedelta(days=1)) if last else None,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), BRUSSELS)


def log_page(entries: Sequence[AuditEntry], scope: Scope) -> LogPage:
    """The entries in words, and the choices."""
    subjects = None if scope.is_everything else sorted(scope.titles)
    actors = actors_about(subjects)
    names = names_of_actors({*actors, *(entry.actor for entry in entries)})
    people = sorted(
        ((actor, names.get(actor, actor)) for actor in actors), key=lambda one: str(one[1])
    )
    return LogPage(
        lines=[
            EntryLine(
                moment=entry.recorded_at,
                who=names.get(entry.actor, entry.actor),
                act=ACTS.get(entry.act, entry.act),
                about=scope.titles.get(entry.subject, names.get(entry.subject, entry.subject)),
                detail=_detail(entry.detail, scope, names),
            )
            for entry in entries
        ],
        people=people,
        acts=sorted(ACTS.items(), key=lambda one: str(one[1])),
        organisations=sorted(scope.organisations.items(), key=lambda one: one[1]),
        petitions=sorted(scope.petitions.items(), key=lambda one: one[1]),
    )


def _detail(detail: str, scope: Scope, names: dict[str, Any]) -> str:
    people = {actor: name for actor, name in names.items() if actor not in ACTORS}
    known = {**scope.organisations, **people}
    return " ".join(known.get(word, word) for word in detail.split(" "))
