"""Deciding about a petition: opening it, giving it back, refusing it; stopping and restoring it."""

from collections.abc import Callable
from datetime import datetime

from campaign.accounts.permissions import Permission
from campaign.accounts.queries import actors_who_may
from campaign.accounts.rules.mail_choices import MailKind
from campaign.consents.queries import texts_in_force
from campaign.core.db import db
from campaign.i18n.formats import BRUSSELS
from campaign.moderation.rules import passages_to_check
from campaign.petitions.mails import decision_told, reached_by
from campaign.petitions.models import ModerationCase, ModerationDecision, Petition, PetitionText
from campaign.petitions.operations.moderating import locked, note
from campaign.petitions.operations.publishing import move_to
from campaign.petitions.operations.telling import tell_organisation
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.moderating import decision_to_undo, has_published, writers_of
from campaign.petitions.rules import moderating as rules
from campaign.petitions.rules.closing import is_hidden_by_organisation
from campaign.petitions.rules.moderating import Act, BeforeOpening, Decision, Standing

WRITTEN = ("title", "short_title", "ask", "letter", "demands", "background", "correction")


def decide(
    petition_id: int,
    decision: Decision,
    *,
    seen: str,
    is_told: bool,
    is_higher: bool,
    actor: str,
    now: datetime,
) -> ModerationDecision:
    """Do what was decided about the petition as it was `seen` (`seen_as`), and tell the organisations
    that carry it if that is wished.

    Raises what `state_it_leads_to` raises, and ChangedMeanwhileError when it is not what was read.
    """
    petition, case = locked(petition_id)
    if seen != seen_as(petition):
        raise rules.ChangedMeanwhileError
    before = petition.state
    state = state_it_leads_to(petition, case, decision, is_higher=is_higher, actor=actor, now=now)
    undone = decision_to_undo(petition) if decision.act is Act.RESTORE else None
    made = ModerationDecision(
        petition_id=petition.id,
        act=decision.act,
        reason=decision.reason,
        comment=decision.comment,
        state_before=before,
        state_after=state,
        closes_at_before=petition.closes_at,
        submitted_at=petition.submitted_at if before in rules.WAITING else None,
        is_told=is_told,
        actor=actor,
        decided_at=now,
    )
    db.session.add(made)
    if undone is not None:
        _bring_back(petition, undone, state, now)
    elif state != before:
        move_to(petition, state, actor=actor, now=now, reason=decision.reason)
    _close_case(case, decision, now)
    note(petition, decision.act, actor, now, f"to {state}, {'told' if is_told else 'not told'}")
    db.session.flush()
    if is_told:
        _tell(petition, decision, state, now)
    return made


def _tell(petition: Petition, decision: Decision, state: str, now: datetime) -> None:
    for organisation in reached_by(petition):
        tell_organisation(
            organisation,
            {MailKind.MODERATION},
            decision_told,
            now=now,
            petition=petition,
            decision=decision,
            state=state,
        )


def _bring_back(petition: Petition, undone: ModerationDecision, state: str, now: datetime) -> None:
    """As it was before that decision; one that was refused waits anew from now."""
    petition.state = state
    if state == undone.state_before:
        petition.closes_at = undone.closes_at_before
    petition.rejection_reason = ""
    petition.changed_at = now
    if petition.state in rules.WAITING:
        petition.submitted_at = now


def _close_case(case: ModerationCase, decision: Decision, now: datetime) -> None:
    if decision.act is Act.DELAY:
        case.told_of_delay_at = now
        return
    case.claimed_by, case.claimed_at, case.mark, case.told_of_delay_at = "", None, "", None


def state_it_leads_to(
    petition: Petition,
    case: ModerationCase | None,
    decision: Decision,
    *,
    is_higher: bool,
    actor: str,
    now: datetime,
) -> str:
    """The state after a decision, when it may be taken now by this person.

    Raises NotNowError, ClaimedError, NotClaimedError, CommentNeededError, CommentTooLongError,
    ReasonNeededError, FirstOneError, OwnPetitionError, HigherRoleError, NotReadyError.
    """
    rules.check_comment(decision)
    if decision.act in rules.ANSWERS:
        _check_is_reading(petition, case, actor)
        standing = standing_of(petition, is_higher=is_higher, actor=actor)
        rules.check_may_decide(decision.act, standing)
    leads: dict[Act, Callable[[], str]] = {
        Act.APPROVE: lambda: _opened(petition, decision, now),
        Act.RETURN: lambda: "draft",
        Act.REJECT: lambda: rules.state_after_rejecting(
            decision, day=now.astimezone(BRUSSELS).date()
        ),
        Act.STOP: lambda: _stopped(petition, decision, is_higher=is_higher),
        Act.RESTORE: lambda: _restored(petition, is_higher=is_higher, now=now),
        Act.DELAY: lambda: _delayed(petition),
    }
    return leads[decision.act]()


def _check_is_reading(petition: Petition, case: ModerationCase | None, actor: str) -> None:
    if petition.state not in rules.WAITING:
        raise rules.NotNowError
    reader = rules.reader_of(petition.state, case.claimed_by) if case else ""
    if not reader:
        raise rules.NotClaimedError
    if reader != actor:
        raise rules.ClaimedError


def _opened(petition: Petition, decision: Decision, now: datetime) -> str:
    gaps = rules.gaps_before_opening(
        before_opening(petition), looked_at=decision.looked_at, now=now
    )
    if gaps:
        raise rules.NotReadyError(gaps)
    return "open"


def _stopped(petition: Petition, decision: Decision, *, is_higher: bool) -> str:
    rules.check_stop(decision, is_higher=is_higher)
    if petition.opens_at is None or petition.state in {*rules.WAITING, "draft"}:
        raise rules.NotNowError
    return decision.stops_as


def _restored(petition: Petition, *, is_higher: bool, now: datetime) -> str:
    if is_hidden_by_organisation(petition):
        raise rules.NotNowError
    undone = decision_to_undo(petition)
    return rules.restored_state(
        petition.state,
        undone.state_before if undone else "",
        ended_at=petition.closes_at,
        is_higher=is_higher,
        now=now,
    )


def _delayed(petition: Petition) -> str:
    if petition.state not in rules.WAITING:
        raise rules.NotNowError
    return petition.state


def standing_of(petition: Petition, *, is_higher: bool, actor: str) -> Standing:
    """Who asks, beside those who may decide as well."""
    carrying = carrying_organisation_ids(petition.slug)
    writers = writers_of(petition.slug)
    others = actors_who_may(Permission.PETITION_PUBLISH, carrying) - writers - {actor}
    return Standing(
        is_higher=is_higher,
        wrote_it=actor in writers,
        others_can=bool(others),
        is_first=not has_published(carrying, besides=petition.id),
    )


def before_opening(petition: Petition) -> BeforeOpening:
    """What is looked at before a petition opens."""
    texts = {text.language: text for text in petition.texts}
    source = texts.get(petition.source_language)
    agreed = texts_in_force(f"petition:{petition.slug}")
    return BeforeOpening(
        has_wording=source is not None and bool(source.title.strip() and source.letter.strip()),
        has_consent=any(
            text.purpose == "petition" and text.language == petition.source_language
            for text in agreed
        ),
        has_controller=any(part.is_controller for part in petition.carriers),
        closes_at=petition.closes_at,
        traits=frozenset(
            passage.trait
            for text in petition.texts
            for name in WRITTEN
            for passage in passages_to_check(getattr(text, name))
        ),
    )


def seen_as(petition: Petition) -> str:
    """What somebody has read of a petition, to be sent back with the decision about it."""
    return rules.fingerprint(petition.state, [_written(text) for text in petition.texts])


def _written(text: PetitionText) -> str:
    return "\0".join([text.language, *(getattr(text, name) for name in WRITTEN)])
