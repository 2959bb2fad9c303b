"""Voices beside a petition: read them, give one, carry one, take one back by its code.

No page here is kept by a browser or a cache: nobody should find on a phone what its owner had to
say, and what was erased must not be shown by somebody else.
"""

from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from campaign.core import clock
from campaign.core.db import transaction
from campaign.core.leftovers import take_away
from campaign.core.tokens import purpose_key, read_token, sign_token
from campaign.i18n.languages import LANGUAGES, current_code
from campaign.petitions.models import Petition
from campaign.petitions.pages import PetitionCard, cards_for
from campaign.petitions.rules.states import is_open_for_signing
from campaign.petitions.views.reading import readable_petition
from campaign.voices import operations, queries
from campaign.voices.forms import CodeForm, VoiceForm, show_faults, voice_form
from campaign.voices.pages import shown
from campaign.voices.rules import Spoken, grouped, read_code, read_voice
from campaign.voices.vocabulary import REASON_LABELS, STATE_LABELS
from campaign.web.errors import ReadOnlyError, come_back_in
from campaign.web.form_token import LONGEST, FormAge, make_once_token, read_once_token
from campaign.web.limits import (
    CODES_TRIED,
    VOICES_CARRIED,
    VOICES_PROVEN,
    VOICES_UNPROVEN,
    Limits,
    visitor,
)
from campaign.web.page_cache import compress_private
from campaign.web.paging import Pagination
from campaign.web.proof_of_work import ProofOfWork, check_solution, make_challenge

bp = Blueprint("voices", __name__, url_prefix="/<lang:lang>")
ID_BYTES = 8
VOICE_LANGUAGES = [(language.code, language.name) for language in LANGUAGES]


def unkept(template: str, status: int = 200, **context: Any) -> Response:
    """A page that no browser, cache or search engine keeps."""
    response = make_response(render_template(template, **context), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return compress_private(response)


def beside(slug: str) -> tuple[Petition, PetitionCard]:
    """A petition that takes or took voices. Raises NotFound, or Gone with the petition."""
    petition = readable_petition(slug)
    if queries.collection_of(petition.id) is None:
        raise NotFound
    return petition, cards_for([petition], current_code(), now=clock.now())[0]


def takes_voices(petition: Petition, now: datetime) -> bool:
    """Whether one may be given now: as long as people may sign, unless the collection closed before."""
    collection = queries.collection_of(petition.id)
    return (
        collection is not None
        and collection.closed_on is None
        and is_open_for_signing(
            state=petition.state, opens_at=petition.opens_at, closes_at=petition.closes_at, now=now
        )
    )


def card_address(slug: str, voice_id: int, **wanted: Any) -> str:
    """Where the card of a voice is. Its signature tells a voice that is gone from one that never was,
    so that nothing has to be kept of it."""
    card = sign_token(f"voice:{slug}", voice_id.to_bytes(ID_BYTES, "big"))
    return url_for("voices.card", slug=slug, card=card, **wanted)


@bp.get("/petitions/<slug>/voices")
def index(slug: str) -> Response:
    """The voices that were read and let through, in no order of time."""
    petition, card = beside(slug)
    return _index(petition, card, note="")


def _index(petition: Petition, card: PetitionCard, note: str) -> Response:
    asked = request.args.get("page", "1")
    page = max(int(asked) if asked.isdecimal() and len(asked) < 6 else 1, 1)
    voices, total = queries.shown_voices(petition.id, page)
    return unkept(
        "voices/index.html",
        card=card,
        voices=[shown(voice) for voice in voices],
        count=petition.voice_count,
        pages=Pagination(page=page, total=total, per_page=queries.PER_PAGE),
        is_open=takes_voices(petition, clock.now()),
        note=note,
    )


@bp.get("/petitions/<slug>/voices/new")
def new(slug: str) -> Response:
    """The form to give a voice."""
    petition, card = beside(slug)
    if not takes_voices(petition, clock.now()):
        return redirect(url_for("voices.index", slug=slug))  # type: ignore[return-value]
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    return _form(petition, card, voice_form(None, VOICE_LANGUAGES, language=current_code()))


@bp.post("/petitions/<slug>/voices/new")
def give(slug: str) -> Response:
    """Keep a voice and show its code, once; the form again where something is wrong."""
    petition, card = beside(slug)
    if not takes_voices(petition, clock.now()):
        return redirect(url_for("voices.index", slug=slug), 303)  # type: ignore[return-value]
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    spoken, faults = read_voice(request.form, [code for code, _name in VOICE_LANGUAGES])
    problem, once = _problem_with_form(slug)
    if spoken is None or problem:
        form = voice_form(request.form, VOICE_LANGUAGES, language=current_code())
        show_faults(form, faults)
        return _form(petition, card, form, 422, problem)
    wait = _seconds_to_wait(slug)
    if wait:
        form = voice_form(request.form, VOICE_LANGUAGES, language=current_code())
        return _form(petition, card, form, 429, _come_back(wait))
    code = _keep(petition, spoken, once)
    return unkept("voices/code.html", card=card, code=grouped(code))


def _keep(petition: Petition, spoken: Spoken, once: str) -> str:
    wording = operations.consent_wording(petition.id, current_code(), petition.source_language)
    if wording is None:
        raise NotFound
    with transaction():
        return operations.give_voice(
            petition.id, spoken, consent_text_id=wording[0], once=once, now=clock.now()
        )


def _form(
    petition: Petition, card: PetitionCard, form: VoiceForm, status: int = 200, problem: str = ""
) -> Response:
    """The form with what was typed, and a new token where there is none yet or the old one is no good."""
    wording = operations.consent_wording(petition.id, current_code(), petition.source_language)
    if wording is None:
        raise NotFound
    if problem or not form.token.data:
        form.token.data = make_once_token(f"voice:{petition.slug}", clock.now())
    form.altcha.data = form.website.data = ""
    _number, consent_language, consent_text = wording
    return unkept(
        "voices/new.html",
        status,
        card=card,
        form=form,
        problem=problem,
        consent_language=consent_language,
        consent_text=consent_text,
    )


def _problem_with_form(slug: str) -> tuple[str, str]:
    """What is wrong with the form itself, and its random part where nothing is."""
    if request.form.get("website"):
        return str(_("The hidden field “website” was filled in. Empty it, then send again.")), ""
    age, once = read_once_token(
        request.form.get("token", ""),
        f"voice:{slug}",
        now=clock.now(),
        minimum_seconds=current_app.config["MINIMUM_FORM_SECONDS"],
    )
    if age is FormAge.GOOD:
        return "", once
    return str(
        _("That was very fast. To keep robots out, wait three seconds, then send again.")
        if age is FormAge.TOO_FAST
        else _("This page had been open for too long. We renewed it: check it and send again.")
    ), ""


def _seconds_to_wait(slug: str) -> int:
    limits: Limits = current_app.extensions["limits"]
    proof = check_solution(
        purpose_key("proof-of-work"), request.form.get("altcha"), f"voice:{slug}", clock.now()
    )
    is_proven = proof.outcome is ProofOfWork.VALID and limits.spend_once(
        proof.replay_key, proof.seconds_left
    )
    return limits.wait(VOICES_PROVEN if is_proven else VOICES_UNPROVEN, visitor(clock.now()))


def _come_back(seconds: int) -> str:
    return (
        f"{_('Too many requests came from your network in a short time.')} {come_back_in(seconds)}"
    )


@bp.get("/petitions/<slug>/voices/challenge.json")
def challenge(slug: str) -> Response:
    """A proof of work for one voice; fetched when a person begins to fill in the form."""
    beside(slug)
    largest = current_app.config["PROOF_OF_WORK_MAX"]
    response = jsonify(
        make_challenge(purpose_key("proof-of-work"), f"voice:{slug}", clock.now(), largest)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/petitions/<slug>/voices/carry")
def carry(slug: str) -> Response:
    """Draw a voice for who has just confirmed. What is sent says nothing of who that is."""
    petition, card = beside(slug)
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    now = clock.now()
    age, once = read_once_token(
        request.form.get("proof", ""), f"carry:{slug}", now=now, minimum_seconds=0
    )
    if age is not FormAge.GOOD:
        return redirect(url_for("voices.index", slug=slug), 303)  # type: ignore[return-value]
    limits: Limits = current_app.extensions["limits"]
    is_counted = limits.spend_once(f"carry/{once}", int(LONGEST.total_seconds()))
    is_counted = is_counted and not limits.wait(VOICES_CARRIED, visitor(now))
    with transaction():
        voice_id = operations.carry_voice(petition.id, once=once, is_first=is_counted)
    if voice_id is None:
        return _index(petition, card, str(_("No voice can be carried yet. Come back later.")))
    return redirect(card_address(slug, voice_id), 303)  # type: ignore[return-value]


@bp.get("/petitions/<slug>/voices/<card>")
def card(slug: str, card: str) -> Response:
    """“I sign also in the name of …”, to print or to pass on; says so gently once the voice is gone."""
    petition, petition_card = beside(slug)
    payload = read_token(f"voice:{slug}", card)
    if payload is None or len(payload) != ID_BYTES:
        raise NotFound
    voice = queries.voice_by_id(int.from_bytes(payload, "big"))
    if voice is None or voice.petition_id != petition.id or voice.state != "shown":
        return unkept("voices/gone.html", 410, card=petition_card)
    address = card_address(slug, voice.id, _external=True)
    return unkept("voices/card.html", card=petition_card, voice=shown(voice), address=address)


@bp.get("/voices/take-back")
def take_back_page() -> Response:
    """Where a code is typed."""
    return _code_form(CodeForm(), 200)


def _code_form(form: CodeForm, status: int, problem: str = "") -> Response:
    return unkept("voices/take_back.html", status, form=form, problem=problem)


@bp.post("/voices/take-back")
def take_back() -> Response:
    """Look at a voice by its code, or erase it. The answer to erasing is the same for every code, so
    that it tells nobody whether there was a voice."""
    form = CodeForm(request.form)
    limits: Limits = current_app.extensions["limits"]
    wait = limits.wait(CODES_TRIED, visitor(clock.now()))
    if wait:
        return _code_form(form, 429, _come_back(wait))
    code = read_code(form.code.data or "")
    if code is None:
        form.code.errors = [
            _("A digit is wrong or missing. A code has 20 digits: compare them one by one.")
        ]
        return _code_form(form, 422)
    if request.form.get("act") == "look":
        return _held(code)
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    with transaction():
        operations.take_back(code)
    take_away(["voice"])
    return unkept("voices/erased.html")


def _held(code: str) -> Response:
    voice = queries.voice_by_digest(operations.code_digest(code))
    if voice is None:
        return unkept("voices/erased.html")
    return unkept(
        "voices/held.html",
        voice=shown(voice),
        may_be_carried=voice.may_be_carried,
        state=STATE_LABELS[voice.state],
        reason=REASON_LABELS.get(voice.reason, ""),
        given_week=voice.given_week,
        code=code,
    )
