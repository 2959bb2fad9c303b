"""What a petition says beside its texts: its door, its checklist, its facts, its sources."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.i18n.formats import BRUSSELS
from campaign.petitions.models import AdmissibilityTick, Petition, PetitionDocument
from campaign.petitions.operations.noticing import forget_opening
from campaign.petitions.operations.publishing import Document
from campaign.petitions.queries.writing import ticked_lines
from campaign.petitions.rules import facts as fact_rules
from campaign.petitions.rules import writing as rules
from campaign.thresholds.instruments import instrument
from campaign.thresholds.models import Kind


@dataclass(frozen=True)
class Facts:
    """What a petition says beside its texts; moments are aware, `goal` is a number of signatures."""

    theme: str
    goal: int | None = None
    official_reference: str = ""
    official_url: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    accepts_support: bool = True
    offering: Collection[int] = field(default=frozenset())


def today(now: datetime) -> date:
    """The day it is in Brussels, by whose law a petition is judged."""
    return now.astimezone(BRUSSELS).date()


def choose_door(petition: Petition, instrument_id: str, *, actor: str, now: datetime) -> None:
    """Address a draft to another authority, or by another rule of the same one.

    Raises NotEditableError, DoorFixedError, UnknownInstrumentError, NoVersionInForceError.
    """
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)
    if rules.is_public(petition.state):
        raise rules.DoorFixedError
    rule = instrument(instrument_id, today(now))
    petition.instrument_id, petition.instrument_on = rule.id, today(now)
    petition.authority = rule.authority_key or rule.id
    if rule.kind is not Kind.OWN_GOAL:
        petition.goal = None
    petition.facts_version += 1
    _record(petition, "petition.door_chosen", rule.id, actor=actor, now=now)


def tick_lines(
    petition: Petition,
    ticked: Collection[str],
    known: Collection[str],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Say which lines of the checklist hold; the other `known` lines do not. Raises NotEditableError."""
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)
    before = ticked_lines(petition.id)
    for line in known:
        if line in ticked and line not in before:
            db.session.add(
                AdmissibilityTick(petition_id=petition.id, line=line, actor=actor, ticked_at=now)
            )
        elif line in before and line not in ticked:
            db.session.delete(db.session.get_one(AdmissibilityTick, (petition.id, line)))
    _record(petition, "petition.checklist", f"{len(set(ticked))}", actor=actor, now=now)


def save_facts(
    petition: Petition, facts: Facts, base_version: int, *, actor: str, now: datetime
) -> None:
    """Write what a petition says beside its texts. The same again changes nothing.

    Raises NotEditableError, ChangedMeanwhileError, and what `rules.facts.check_facts` raises.
    """
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)
    forget_opening(petition.id, "facts", actor)
    if facts_of(petition) == facts:
        return
    if base_version != petition.facts_version:
        raise rules.ChangedMeanwhileError
    rule = instrument(petition.instrument_id, petition.instrument_on)
    fact_rules.check_facts(facts_of(petition), facts, rule, state=petition.state, now=now)
    for name in fact_rules.COLUMNS:
        setattr(petition, name, getattr(facts, name))
    for part in petition.carriers:
        part.offers_updates = part.organisation_id in facts.offering
    petition.facts_version += 1
    _record(petition, "petition.facts_written", _told(facts), actor=actor, now=now)


def facts_of(petition: Petition) -> Facts:
    """What a petition says now beside its texts."""
    offering = frozenset(part.organisation_id for part in petition.carriers if part.offers_updates)
    columns = {name: getattr(petition, name) for name in fact_rules.COLUMNS}
    return Facts(**columns, offering=offering)


def _told(facts: Facts) -> str:
    days = [moment.isoformat() if moment else "-" for moment in (facts.opens_at, facts.closes_at)]
    return f"{facts.theme} {days[0]} {days[1]}"


def add_document(petition: Petition, document: Document, *, actor: str, now: datetime) -> None:
    """Add a source the petition rests on; one that is there already is not added twice.

    Raises NotEditableError, and what `rules.facts.check_document` raises.
    """
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)
    fact_rules.check_document(document.title, document.url)
    if any(each.url == document.url for each in petition.documents):
        return
    petition.documents.append(
        PetitionDocument(
            title=document.title,
            url=document.url,
            language=document.language,
            published_on=document.published_on,
        )
    )
    _record(petition, "petition.document_added", document.url, actor=actor, now=now)


def remove_document(petition: Petition, number: int, *, actor: str, now: datetime) -> None:
    """Take a source away; one that is gone already stays gone. Raises NotEditableError."""
    db.session.refresh(petition, with_for_update=True)
    rules.check_may_write(petition.state)
    for document in list(petition.documents):
        if document.id == number:
            petition.documents.remove(document)
            db.session.delete(document)
            _record(petition, "petition.document_removed", document.url, actor=actor, now=now)


def _record(petition: Petition, act: str, detail: str, *, actor: str, now: datetime) -> None:
    petition.changed_at = now
    record(actor=actor, act=act, subject=f"petition:{petition.slug}", detail=detail, now=now)
    db.session.flush()
