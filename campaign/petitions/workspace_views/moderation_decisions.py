"""Deciding about a petition: the mails are seen first, then it is decided, with them or without."""

from flask import Response, current_app, request

from campaign.accounts.guards import current_account, may, requires, requires_fresh
from campaign.accounts.permissions import Permission
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.errors import RefusedError
from campaign.i18n.formats import BRUSSELS
from campaign.outbox.composing import Composer
from campaign.petitions.mails import decisions_told
from campaign.petitions.models import Petition
from campaign.petitions.operations import deciding
from campaign.petitions.pages.moderating import MailPreview, previews_of
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.moderating import case_of
from campaign.petitions.rules.moderating import (
    Act,
    ChangedMeanwhileError,
    CommentNeededError,
    CommentTooLongError,
    Decision,
    NotNowError,
    ReasonNeededError,
)
from campaign.petitions.vocabulary import ACT_LABELS, READINESS_LABELS, STATE_LABELS
from campaign.petitions.workspace_forms import DecisionForm, decision_form, stop_form
from campaign.petitions.workspace_views.blueprint import bp, petition_at, petition_page
from campaign.petitions.workspace_views.moderation import CASE, show_case
from campaign.web.page_cache import forget_all_pages
from config import Config

DOORS = {Act.STOP: "stop_one", Act.RESTORE: "restore_one"}


def _form() -> DecisionForm:
    if request.form.get("act") in {Act.STOP, Act.RESTORE}:
        return stop_form(request.form, is_higher=may(Permission.PETITION_TAKEDOWN))
    return decision_form(request.form, day=clock.now().astimezone(BRUSSELS).date())


@bp.post(f"{CASE}/preview")
@requires(Permission.PETITION_PUBLISH, of=carrying_organisation_ids)
def preview_decision(slug: str) -> Response:
    """The decision as it would be, with the mails as they would leave; nothing changes yet."""
    form = _form()
    if request.form.get("step") == "back":
        return _show_again(slug, form)
    petition = petition_at(slug)
    try:
        decision = form.read()
        state = _state_after(petition, decision, form.seen.data or "")
    except RefusedError as refusal:
        return _show_again(slug, form, refusal)
    return petition_page(
        petition,
        "petitions/workspace/moderation_preview.html",
        form=form,
        decision=decision,
        act_label=ACT_LABELS[decision.act],
        state_label=STATE_LABELS[state],
        mails=_previews(petition, decision, state),
        door=f"petitions_workspace.{DOORS.get(decision.act, 'decide_one')}",
    )


def _state_after(petition: Petition, decision: Decision, seen: str) -> str:
    if seen != deciding.seen_as(petition):
        raise ChangedMeanwhileError
    return deciding.state_it_leads_to(
        petition,
        case_of(petition.id),
        decision,
        is_higher=may(Permission.PETITION_TAKEDOWN),
        actor=current_account().actor,
        now=clock.now(),
    )


def _previews(petition: Petition, decision: Decision, state: str) -> list[MailPreview]:
    config: Config = current_app.extensions["portevoix_config"]
    composer = Composer(
        current_app._get_current_object(),  # type: ignore[attr-defined]  # noqa: SLF001
        base_url=config.base_url,
        sender=config.mail_default_sender,
    )
    return previews_of(decisions_told(petition, decision, state), composer)


def _show_again(slug: str, form: DecisionForm, refusal: RefusedError | None = None) -> Response:
    """The page with what was filled in, and what is wrong at the field to which it belongs."""
    if isinstance(refusal, CommentNeededError | CommentTooLongError):
        form.comment.errors = [refusal.sentence]
    elif isinstance(refusal, ReasonNeededError):
        form.reason.errors = [refusal.sentence]
    elif refusal is not None:
        form.form_errors = [refusal.sentence, *_missing(refusal)]
    name = "stop" if form.act.data in {Act.STOP, Act.RESTORE} else "form"
    status = refusal.http_status if refusal else 200
    # What is wrong and cannot be mended by going on is about the petition as it is now.
    if isinstance(refusal, ChangedMeanwhileError):
        form.seen.data = deciding.seen_as(petition_at(slug))
    return show_case(slug, status, **{name: form})


def _missing(refusal: RefusedError) -> list[str]:
    return [str(READINESS_LABELS[gap]) for gap in sorted(getattr(refusal, "gaps", ()))]


def _decide(slug: str, *acts: Act) -> Response:
    """Do it, and show the petition as it is then; what was refused changed nothing."""
    form = _form()
    try:
        decision = form.read()
        if decision.act not in acts:
            raise NotNowError
        with transaction():
            deciding.decide(
                petition_at(slug).id,
                decision,
                seen=form.seen.data or "",
                is_told=request.form.get("told") == "yes",
                is_higher=may(Permission.PETITION_TAKEDOWN),
                actor=current_account().actor,
                now=clock.now(),
            )
    except RefusedError as refusal:
        return _show_again(slug, form, refusal)
    forget_all_pages()
    is_told = request.form.get("told") == "yes"
    done = "decided_told" if is_told else "decided"
    return go("petitions_workspace.moderation_page", done, slug=slug)


@bp.post(f"{CASE}/decide")
@requires(Permission.PETITION_PUBLISH, of=carrying_organisation_ids)
def decide_one(slug: str) -> Response:
    """Open it, give it back, refuse it, or tell that it takes longer."""
    return _decide(slug, Act.APPROVE, Act.RETURN, Act.REJECT, Act.DELAY)


@bp.post(f"{CASE}/stop")
@requires(Permission.PETITION_PUBLISH, of=carrying_organisation_ids)
@requires_fresh
def stop_one(slug: str) -> Response:
    """Stop what the public sees."""
    return _decide(slug, Act.STOP)


@bp.post(f"{CASE}/restore")
@requires(Permission.PETITION_TAKEDOWN, of=carrying_organisation_ids)
@requires_fresh
def restore_one(slug: str) -> Response:
    """Bring back what was stopped or refused."""
    return _decide(slug, Act.RESTORE)
