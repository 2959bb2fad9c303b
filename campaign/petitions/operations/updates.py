"""Writing an update, and saying when and to whom it goes. What then leaves is `sending`'s."""

from datetime import datetime

from sqlalchemy import func, select, update

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.plain_text import plain_markdown
from campaign.core.text import render_markdown
from campaign.outbox.operations import cancel_batch, enqueue, hold_batch, release_batch
from campaign.petitions import mails
from campaign.petitions.models import Petition, PetitionUpdate, PetitionUpdateText
from campaign.petitions.queries.petitions import petition_by_id, text_for
from campaign.petitions.queries.updates import (
    chosen_count,
    offering_organisation_ids,
    others_scheduled,
    text_of_update,
    update_by_id,
)
from campaign.petitions.rules.states import LISTED
from campaign.petitions.rules.updates import (
    NotOfferedError,
    Step,
    UpdateChangedError,
    UpdateStepError,
    WrittenText,
    check_chosen,
    check_may_leave,
    check_time,
    next_step,
)


def start_update(
    petition: Petition, organisation_id: int, *, actor: str, now: datetime
) -> PetitionUpdate:
    """An empty draft. Raises NotOfferedError where nobody could say yes to this organisation."""
    if organisation_id not in offering_organisation_ids(petition.id):
        raise NotOfferedError
    draft = PetitionUpdate(
        petition_id=petition.id,
        organisation_id=organisation_id,
        created_by=actor,
        created_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    _note(draft, "started", actor, now)
    return draft


def save_text(
    update_id: int,
    language: str,
    written: WrittenText | None,
    *,
    seen_version: int,
    actor: str,
    now: datetime,
) -> None:
    """Keep what an update says in one language, or (None) take the language out. Nobody is mailed
    (behaviour 76).

    Raises UpdateStepError once it is scheduled, UpdateChangedError where somebody else has saved this
    text since version `seen_version` (0: there was none).
    """
    draft = _draft_at(update_id)
    present = text_of_update(update_id, language)
    if (present.version if present else 0) != seen_version:
        raise UpdateChangedError
    if written is None:
        if present is not None:
            db.session.delete(present)
    else:
        kept = present or PetitionUpdateText(update_id=update_id, language=language, version=0)
        kept.subject, kept.body = written.subject, written.body
        kept.body_text, kept.body_html = plain_markdown(written.body), render_markdown(written.body)
        kept.version += 1
        db.session.add(kept)
    db.session.flush()
    db.session.expire(draft, ["texts"])
    _note(draft, "written" if written else "taken_out", actor, now, language)


def choose_recipients(
    update_id: int, *, stratum: str, language: str, actor: str, now: datetime
) -> None:
    """Narrow down who receives it; empty, a condition lifts. Raises UpdateStepError."""
    draft = _draft_at(update_id)
    draft.stratum, draft.language = stratum, language
    _note(draft, "chosen", actor, now, f"{stratum or '-'} {language or '-'}")


def send_trial(update_id: int, *, recipient: str, actor: str, now: datetime) -> int:
    """Send every language of it to the one who asks, and to nobody else (behaviour 75); returns how
    many mails. Raises UpdateStepError when it is gone, UpdateUnwrittenError."""
    written = _locked(update_id)
    check_may_leave([WrittenText("", "")] if written.texts else [])
    petition = petition_by_id(written.petition_id)
    for text in written.texts:
        title = text_for(petition, text.language).title
        message = mails.trial_of_update(
            written, text, recipient=recipient, title=title, slug=petition.slug
        )
        enqueue(message, now=now)
    _note(written, "tried", actor, now)
    return len(written.texts)


def schedule(
    update_id: int, *, send_at: datetime, is_public: bool, actor: str, now: datetime
) -> PetitionUpdate:
    """Let it leave at `send_at`, on the petition's page too with `is_public`. The same organisation's
    other update that still waited for its time is a draft again: the newer send replaces the older
    (behaviour 77).

    Raises UpdateStepError, UpdateTimeError, UpdateUnwrittenError, UpdateNamesSomebodyError,
    UpdateToNobodyError or UpdateToFewError.
    """
    chosen = _locked(update_id)
    then = next_step(chosen.state, "schedule")
    if petition_by_id(chosen.petition_id).state not in LISTED:
        raise UpdateStepError
    check_time(send_at, now)
    check_may_leave([WrittenText(text.subject, text.body) for text in chosen.texts])
    count = chosen_count(chosen)
    check_chosen(count, is_narrowed=bool(chosen.stratum or chosen.language))
    for older in others_scheduled(chosen):
        _to_draft(older)
        _note(older, "replaced", actor, now)
    chosen.state, chosen.send_at, chosen.sent_by = then, send_at, actor
    chosen.is_public, chosen.expected_count = is_public, count
    _note(chosen, "scheduled", actor, now, send_at.isoformat())
    return chosen


def take_back(update_id: int, *, actor: str, now: datetime) -> None:
    """Make a draft again of what waits for its time. Raises UpdateStepError once it has begun."""
    waiting = _locked(update_id)
    next_step(waiting.state, "take_back")
    _to_draft(waiting)
    _note(waiting, "taken_back", actor, now)


def pause(update_id: int, *, actor: str, now: datetime) -> None:
    """Let no more of it leave for now; the few on their way still arrive. Raises UpdateStepError."""
    sending = _locked(update_id)
    sending.state = next_step(sending.state, "pause")
    sending.paused_at = now
    hold_batch(sending.batch)
    _note(sending, "paused", actor, now)


def resume(update_id: int, *, actor: str, now: datetime) -> None:
    """Go on where it was paused. Raises UpdateStepError."""
    paused = _locked(update_id)
    paused.state = next_step(paused.state, "resume")
    paused.paused_at = None
    release_batch(paused.batch)
    _note(paused, "resumed", actor, now)


def cancel(update_id: int, *, actor: str, now: datetime) -> None:
    """Stop it for good: nobody else receives it (behaviour 78), and it leaves the petition's page.

    Raises UpdateStepError.
    """
    stopped = _locked(update_id)
    stopped.state = next_step(stopped.state, "cancel")
    stopped.ended_at, stopped.paused_at = now, None
    cancel_batch(stopped.batch, now=now)
    _withdraw_from_page(stopped, now)
    _note(stopped, "cancelled", actor, now)


def delete_update(update_id: int, *, actor: str, now: datetime) -> None:
    """Delete what nobody has received: the sending it waited for does not happen (behaviours 78, 81).

    Raises UpdateStepError once it has begun. A second time does nothing.
    """
    unsent = update_by_id(update_id, is_locked=True)
    if unsent is None:
        return
    if unsent.state not in {Step.DRAFT, Step.SCHEDULED}:
        raise UpdateStepError
    _note(unsent, "deleted", actor, now)
    db.session.delete(unsent)


def withdraw_from_page(update_id: int, *, actor: str, now: datetime) -> None:
    """Take it off the petition's public page; the mails that left stay where they are."""
    shown = _locked(update_id)
    _withdraw_from_page(shown, now)
    _note(shown, "unpublished", actor, now)


def publish(shown: PetitionUpdate, *, now: datetime) -> None:
    """Show it on the petition's public page, where that was asked for."""
    if shown.is_public:
        shown.published_at = now
        _count_news(shown.petition_id, now)


def _withdraw_from_page(shown: PetitionUpdate, now: datetime) -> None:
    shown.is_public, shown.published_at = False, None
    _count_news(shown.petition_id, now)


def _count_news(petition_id: int, now: datetime) -> None:
    """Copy how many there are, so that the petition's page need not ask."""
    db.session.flush()
    count = (
        select(func.count())
        .where(PetitionUpdate.petition_id == petition_id, PetitionUpdate.published_at.is_not(None))
        .scalar_subquery()
    )
    db.session.execute(
        update(Petition)
        .where(Petition.id == petition_id)
        .values(news_count=count, changed_at=now)
        .execution_options(synchronize_session=False)
    )


def _to_draft(waiting: PetitionUpdate) -> None:
    waiting.state, waiting.send_at, waiting.sent_by = Step.DRAFT, None, ""


def _locked(update_id: int) -> PetitionUpdate:
    found = update_by_id(update_id, is_locked=True)
    if found is None:
        raise UpdateStepError
    return found


def _draft_at(update_id: int) -> PetitionUpdate:
    found = _locked(update_id)
    if found.state != Step.DRAFT:
        raise UpdateStepError
    return found


def _note(about: PetitionUpdate, act: str, actor: str, now: datetime, detail: str = "") -> None:
    record(
        actor=actor,
        act=f"update.{act}",
        subject=f"petition:{petition_by_id(about.petition_id).slug}",
        now=now,
        detail=f"{about.id} {detail}".strip(),
    )
