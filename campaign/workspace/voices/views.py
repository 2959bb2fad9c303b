"""Reading voices before they are shown, and taking them beside a petition or no more."""

from collections import Counter

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from campaign.accounts.guards import current_account, organisations_where, requires
from campaign.accounts.permissions import Permission
from campaign.accounts.rules.refusals import NotThereError
from campaign.accounts.views.blueprint import go
from campaign.core import clock
from campaign.core.db import transaction
from campaign.i18n.languages import current_code
from campaign.petitions.models import Petition
from campaign.petitions.queries.coalition import carrying_organisation_ids
from campaign.petitions.queries.petitions import controllers_of, petition_by_slug
from campaign.voices import operations, queries
from campaign.voices.rules import AlreadyDecidedError, LookNotNotedError, UnknownReasonError
from campaign.voices.wording import wordings
from campaign.web.paging import Pagination
from campaign.workspace.views.blueprint import page
from campaign.workspace.voices import pages

bp = Blueprint("voices_workspace", __name__, url_prefix="/workspace")
AT_ONCE = 20
LAST_PAGE = 10_000


def petition_at(slug: str) -> Petition:
    """The petition of an address that the guard has found."""
    found = petition_by_slug(slug)
    assert found is not None
    return found


@bp.get("/voices")
@requires(Permission.VOICE_MODERATE)
def queue() -> Response:
    """What waits to be read beside the petitions of one's organisations, the oldest week first."""
    return show_queue(_filter())


def _filter() -> str:
    """The one petition that is read, if any; it goes along from decision to decision."""
    return request.args.get("petition", "")


def show_queue(slug: str, status: int = 200, problem: str = "", number: int = 0) -> Response:
    """The queue, of one petition if `slug` names one; `problem` is about the voice of this number."""
    carried = pages.petitions_of(organisations_where(Permission.VOICE_MODERATE))
    chosen = [each for each in carried if each.slug == slug] if slug else carried
    if slug and not chosen:
        raise NotFound
    lines = pages.petition_lines(carried)
    voices = queries.waiting_voices(AT_ONCE, petition_ids=[each.id for each in chosen])
    # Worked out before the look is noted: a transaction ends what was read.
    waiting = pages.to_read(voices, dict(zip([each.id for each in carried], lines, strict=True)))
    just_shown = _just_shown({each.id: each.slug for each in carried})
    note_looks(Counter(voice.petition_id for voice in voices))
    return page(
        "workspace/voices/queue.html",
        status,
        waiting=waiting,
        total=sum(each.counts["waiting"] for each in lines if not slug or each.slug == slug),
        lines=lines,
        slug=slug,
        reasons=pages.reasons(),
        problem=problem,
        number=number,
        just_shown=just_shown,
    )


def _just_shown(slugs: dict[int, str]) -> tuple[str, int] | None:
    """The voice that was let through a moment ago: its petition's address and its number."""
    voice = queries.voice_by_id(request.args.get("shown", 0, type=int))
    if voice is None or voice.state != "shown" or voice.petition_id not in slugs:
        return None
    return slugs[voice.petition_id], voice.id


def note_looks(counts: Counter[int]) -> None:
    """Words that nobody has read yet may be about anybody: who looks is kept, once for the page."""
    if not counts:
        return
    if current_app.config["READ_ONLY"]:
        raise LookNotNotedError
    with transaction():
        operations.note_reading(counts, actor=current_account().actor, now=clock.now())


def check_beside(petition: Petition, number: int) -> None:
    """Raises NotThereError for a voice beside another petition."""
    voice = queries.voice_by_id(number)
    if voice is not None and voice.petition_id != petition.id:
        raise NotThereError


@bp.post("/petitions/<slug>/voices/<int:number>/approve")
@requires(Permission.VOICE_MODERATE, of=carrying_organisation_ids)
def approve(slug: str, number: int) -> Response:
    """Show a voice."""
    check_beside(petition_at(slug), number)
    with transaction():
        is_done = operations.approve_voice(number, actor=current_account().actor, now=clock.now())
    if not is_done:
        return show_queue(_filter(), 409, AlreadyDecidedError().sentence)
    return go("voices_workspace.queue", "voice_shown", shown=number, petition=_filter() or None)


@bp.post("/petitions/<slug>/voices/<int:number>/reject")
@requires(Permission.VOICE_MODERATE, of=carrying_organisation_ids)
def reject(slug: str, number: int) -> Response:
    """Show nothing of a voice that waits, and delete its words."""
    check_beside(petition_at(slug), number)
    try:
        if not _is_hidden(number, "waiting"):
            return show_queue(_filter(), 409, AlreadyDecidedError().sentence)
    except UnknownReasonError as refusal:
        return show_queue(_filter(), 422, refusal.sentence, number)
    return go("voices_workspace.queue", "voice_hidden", petition=_filter() or None)


def _is_hidden(number: int, seen_as: str) -> bool:
    with transaction():
        return operations.reject_voice(
            number,
            reason=request.form.get("reason", ""),
            actor=current_account().actor,
            now=clock.now(),
            seen_as={seen_as},
        )


@bp.get("/petitions/<slug>/voices")
@requires(Permission.VOICE_MODERATE, of=carrying_organisation_ids)
def collection(slug: str) -> Response:
    """Whether voices are taken beside a petition, how many there are, and those that are shown."""
    return show_collection(petition_at(slug))


def show_collection(
    petition: Petition, status: int = 200, problem: str = "", number: int = 0
) -> Response:
    """That page; `problem` is about the voice of this number, or about all."""
    wanted = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    voices, total = queries.shown_voices(petition.id, wanted)
    controllers = controllers_of(petition)
    return page(
        "workspace/voices/collection.html",
        status,
        line=pages.petition_lines([petition])[0],
        collection=queries.collection_of(petition.id),
        wording=wordings(controllers)[current_code()] if controllers else "",
        voices=pages.numbered(voices),
        pages=Pagination(page=wanted, total=total, per_page=queries.PER_PAGE),
        reasons=pages.reasons(),
        problem=problem,
        number=number,
    )


@bp.post("/petitions/<slug>/voices/open")
@requires(Permission.VOICE_MODERATE, of=carrying_organisation_ids)
def open_collection(slug: str) -> Response:
    """Take voices, in the words that are ready."""
    petition = petition_at(slug)
    with transaction():
        operations.open_collection(
            petition.id,
            wordings(controllers_of(petition)),
            actor=current_account().actor,
            now=clock.now(),
        )
    return go("voices_workspace.collection", "saved", slug=slug)


@bp.post("/petitions/<slug>/voices/close")
@requires(Permission.VOICE_MODERATE, of=carrying_organisation_ids)
def close_collection(slug: str) -> Response:
    """Take no more voices."""
    with transaction():
        operations.close_collection(
            petition_at(slug).id, actor=current_account().actor, now=clock.now()
        )
    return go("voices_workspace.collection", "saved", slug=slug)


@bp.post("/petitions/<slug>/voices/<int:number>/hide")
@requires(Permission.VOICE_MODERATE, of=carrying_organisation_ids)
def hide(slug: str, number: int) -> Response:
    """Stop showing a voice, and delete its words."""
    petition = petition_at(slug)
    check_beside(petition, number)
    try:
        if not _is_hidden(number, "shown"):
            return show_collection(petition, 409, AlreadyDecidedError().sentence)
    except UnknownReasonError as refusal:
        return show_collection(petition, 422, refusal.sentence, number)
    return go("voices_workspace.collection", "voice_hidden", slug=slug)


@bp.post("/petitions/<slug>/voices/<int:number>/read-again")
@requires(Permission.VOICE_MODERATE, of=carrying_organisation_ids)
def read_again(slug: str, number: int) -> Response:
    """Take back that a voice is shown: it waits once more, with its words."""
    petition = petition_at(slug)
    check_beside(petition, number)
    with transaction():
        is_done = operations.read_again(number, actor=current_account().actor, now=clock.now())
    if not is_done:
        return show_collection(petition, 409, AlreadyDecidedError().sentence)
    return go("voices_workspace.queue", "voice_waits")
