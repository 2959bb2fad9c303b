"""Accepting a signature, for the view of the form and for the way before it (`lane`): whether the
form may be read at all, what its sender may cause, and keeping it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import StrEnum

from flask import current_app

from campaign.core import clock
from campaign.core.db import quick_transaction, transaction
from campaign.core.tokens import keyed_digest, purpose_key
from campaign.i18n.languages import current_code
from campaign.petitions.operations import signing
from campaign.petitions.queries import petitions as queries
from campaign.petitions.rules.signing import Application, NotOpenError, SigningTerms
from campaign.petitions.rules.states import is_open_for_signing
from campaign.petitions.views.reading import readable_petition
from campaign.web.errors import ReadOnlyError
from campaign.web.form_token import FormAge, form_age
from campaign.web.limits import Limits, SigningAllowance
from campaign.web.page_cache import PageCache
from campaign.web.proof_of_work import check_solution


class FormProblem(StrEnum):
    """Why a form is shown again however well it is filled in."""

    ROBOT = "robot"
    TOO_FAST = "too_fast"
    TOO_OLD = "too_old"


_OF_AGE = {FormAge.TOO_FAST: FormProblem.TOO_FAST, FormAge.TOO_OLD: FormProblem.TOO_OLD}


def terms_for(slug: str) -> SigningTerms:
    """What signing depends on, when the form may be used. Raises NotOpenError or ReadOnlyError.

    The terms may be a second old, as the page with the form is; whether the petition is open is
    asked again, exactly, in the transaction that keeps the signature.
    """
    language = current_code()
    cache: PageCache = current_app.extensions["page_cache"]
    terms = cache.value(
        ("signing terms", slug, language),
        lambda: queries.signing_terms(readable_petition(slug), language),
    )
    if terms is None or not terms.accepts_support or not _is_open(terms):
        raise NotOpenError
    if current_app.config["READ_ONLY"]:
        raise ReadOnlyError
    return terms


def _is_open(terms: SigningTerms) -> bool:
    return is_open_for_signing(
        state=terms.state, opens_at=terms.opens_at, closes_at=terms.closes_at, now=clock.now()
    )


def problem_with(fields: Mapping[str, str], slug: str) -> FormProblem | None:
    """What speaks against a form apart from what a person typed in it."""
    if fields.get("website"):
        return FormProblem.ROBOT
    age = form_age(
        fields.get("token", ""),
        slug,
        now=clock.now(),
        minimum_seconds=current_app.config["MINIMUM_FORM_SECONDS"],
    )
    return _OF_AGE.get(age)


def allowance(
    fields: Mapping[str, str],
    terms: SigningTerms,
    application: Application,
    visitor: str | None,
) -> AbstractContextManager[SigningAllowance]:
    """Count this signature against what its network and its mailbox may cause; without a `visitor`
    an event's code has lifted the first."""
    limits: Limits = current_app.extensions["limits"]
    key = purpose_key("proof-of-work")
    proof = check_solution(key, fields.get("altcha", ""), terms.slug, clock.now())
    mailbox = signing.email_key(0, application.email)
    typed = (
        mailbox.hex(),
        application.name_for_comparison,
        application.country,
        application.postal_code,
    )
    yes = [offer.consent_text_id for offer in application.updates]
    same_form = keyed_digest(
        f"mailed:{terms.petition_id}", repr((typed, application.is_public, yes))
    )
    return limits.signing_allowance(visitor, proof, mailbox, same_form)


def keep(application: Application, terms: SigningTerms, *, may_mail: bool) -> None:
    """Keep the signature of somebody new, or answer whoever signed before. Raises NotOpenError."""
    with quick_transaction(writes_once=True):
        is_kept = signing.sign_as_new(application, terms, may_mail=may_mail, now=clock.now())
    if not is_kept:
        with transaction():
            signing.sign(application, terms, may_mail=may_mail, now=clock.now())
