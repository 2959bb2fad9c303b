"""A person signs and confirms."""

import os
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from campaign.consents.operations import (
    KEEP_RECEIPT,
    forget_receipts,
    keep_receipt,
    receipt_row,
)
from campaign.consents.queries import standing_yes
from campaign.core.db import db
from campaign.core.email_address import canonical_email
from campaign.core.statements import Chain, Prepared
from campaign.core.tokens import keyed_digest, token_digest
from campaign.outbox.operations import ENQUEUE, enqueue, message_row
from campaign.petitions import mails
from campaign.petitions.models import Signature
from campaign.petitions.operations.blocking import IS_BLOCKED, sender_values
from campaign.petitions.queries.signatures import (
    BeforeSigning,
    before_signing,
    petitions,
    signatures,
)
from campaign.petitions.rules.signing import (
    CONFIRM_WITHIN,
    Application,
    NotOpenError,
    SamePerson,
    SigningTerms,
    compare_with_earlier,
    may_mail_again,
)
from campaign.petitions.rules.states import is_open_for_signing


def email_key(petition_id: int, email: str) -> bytes:
    """The mailbox behind an address, as a digest that differs for each petition."""
    return keyed_digest(f"mailbox:{petition_id}", canonical_email(email))


def confirm_token(ref: bytes, expires_at: datetime) -> str:
    """The confirmation token: 256 bits from the signature's random identifier and the secret, so
    that a reminder carries the same link although only the digest is stored."""
    digest = keyed_digest("confirm", f"{ref.hex()}:{int(expires_at.timestamp())}", size=32)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _keep_statement(insert_into: Any) -> Prepared:
    """Keep a signature if its petition is still as it was believed to be, and its mailbox too."""
    values: dict[str, ColumnElement[Any]] = {
        column.name: bindparam(column.name, type_=column.type)
        for column in signatures.c
        if column.name not in _LATER
    }
    values["is_blocked"] = IS_BLOCKED
    from_mailbox = select(func.count()).where(
        signatures.c.petition_id == bindparam("petition_id"),
        signatures.c.email_key == bindparam("email_key"),
    )
    if_still_so = select(*values.values()).where(
        petitions.c.id == bindparam("petition_id"),
        petitions.c.state == bindparam("believed_state"),
        petitions.c.opens_at.is_not_distinct_from(bindparam("believed_opens_at")),
        petitions.c.closes_at.is_not_distinct_from(bindparam("believed_closes_at")),
        from_mailbox.scalar_subquery() == bindparam("believed_earlier"),
    )
    return Prepared(
        insert_into(signatures)
        .from_select(list(values), if_still_so)
        .on_conflict_do_nothing(index_elements=["petition_id", "email_key", "household_place"])
        .returning(signatures.c.id)
    )


# Of two signatures at once from one mailbox, the second finds its place taken.
_LATER = {
    *("id", "reminded_at", "confirmed_at", "withdrawn_at", "link_version"),
    *("official_reminder_at", "officially_reminded_at"),
}
_KEEP = {
    "postgresql": _keep_statement(postgresql.insert),
    "sqlite": _keep_statement(sqlite.insert),
}


@cache
def _keep(dialect_name: str, *, yes_count: int, is_mailed: bool) -> Chain:
    """Keep a signature and, where it was kept, each yes that came with it and the mail to confirm."""
    added = [KEEP_RECEIPT] * yes_count + [ENQUEUE] * is_mailed
    return Chain(_KEEP[dialect_name], *added)


def sign_as_new(
    application: Application, terms: SigningTerms, *, may_mail: bool, now: datetime
) -> bool:
    """Keep the signature of somebody new, in a quick transaction; False when there is more to it.

    The petition is believed to be as `terms` say and the signer to be new. The statement that
    keeps the signature checks both: nothing is read, and nothing done where one of them is wrong.
    Raises NotOpenError.
    """
    believed = BeforeSigning(terms.state, terms.opens_at, terms.closes_at, earlier=[])
    key = email_key(terms.petition_id, application.email)
    return _keep_or_answer(application, terms, believed, key, may_mail=may_mail, now=now)


def sign(application: Application, terms: SigningTerms, *, may_mail: bool, now: datetime) -> None:
    """Keep a pending signature and put its confirmation mail in the outbox.

    Answers nothing: new, repeated and blocked look the same from outside. `may_mail` is false when
    this mailbox was written to too often. Raises NotOpenError.
    """
    key = email_key(terms.petition_id, application.email)
    is_done = False
    while not is_done:  # again when somebody took the place, or left it, in this very moment
        before = before_signing(terms.petition_id, key)
        is_done = _keep_or_answer(application, terms, before, key, may_mail=may_mail, now=now)


def _keep_or_answer(
    application: Application,
    terms: SigningTerms,
    before: BeforeSigning,
    key: bytes,
    *,
    may_mail: bool,
    now: datetime,
) -> bool:
    """One attempt to sign; False when things are not as `before` says."""
    check_open(before, now)
    name_key = keyed_digest(f"name:{terms.petition_id}", application.name_for_comparison)
    verdict = compare_with_earlier(
        before.earlier,
        name_key=name_key,
        country=application.country,
        postal_code=application.postal_code,
    )
    if isinstance(verdict, SamePerson):
        typed = _typed(application, terms, name_key, now)
        return _answer_repeat(verdict, key, typed, application, terms, may_mail=may_mail, now=now)
    values = {
        "email_key": key,
        "name_key": name_key,
        "household_place": verdict.household_place,
        "believed_state": before.state,
        "believed_opens_at": before.opens_at,
        "believed_closes_at": before.closes_at,
        "believed_earlier": len(before.earlier),
    }
    return _insert(application, terms, values, may_mail=may_mail, now=now)


def check_open(petition: BeforeSigning, now: datetime) -> None:
    """Refuse when the petition takes no signature at this very moment. Raises NotOpenError."""
    if not is_open_for_signing(
        state=petition.state, opens_at=petition.opens_at, closes_at=petition.closes_at, now=now
    ):
        raise NotOpenError


def _insert(
    application: Application,
    terms: SigningTerms,
    values: dict[str, Any],
    *,
    may_mail: bool,
    now: datetime,
) -> bool:
    ref = os.urandom(16)
    expires_at = (now + CONFIRM_WITHIN).replace(microsecond=0)
    token = confirm_token(ref, expires_at)
    row = {
        **_columns(application, terms, now),
        **values,
        **sender_values(application.email),
        "ref": ref,
        "confirm_digest": token_digest(token),
        "confirm_expires_at": expires_at,
        "mail_count": 1 if may_mail else 0,
    }
    added = [
        receipt_row(ref, offer.consent_text_id, offer.organisation_id, decision="yes", now=now)
        for offer in application.updates
    ]
    if may_mail:
        questions = [offer.question for offer in application.updates]
        message = mails.confirm_signature(
            terms, application.email, ref, token, questions, expires_at
        )
        added.append(message_row(message, now=now))
    keep = _keep(db.engine.dialect.name, yes_count=len(application.updates), is_mailed=may_mail)
    return bool(keep.run(row, *added))


def _columns(application: Application, terms: SigningTerms, now: datetime) -> dict[str, Any]:
    return {
        "petition_id": terms.petition_id,
        "state": "pending",
        "stratum": application.stratum,
        "channel": "own_form",
        "placement_id": application.placement_id,
        "given_name": application.given_name,
        "family_name": application.family_name,
        "email": application.email,
        "country": application.country,
        "postal_code": application.postal_code,
        "language": terms.language,
        "is_public": application.is_public,
        "age_stated": terms.minimum_age is not None,
        "consent_text_id": terms.consent_text_id,
        "consent_language": terms.consent_language,
        "consent_sha256": terms.consent_sha256,
        "consented_at": now,
        "created_at": now,
    }


def _answer_repeat(
    verdict: SamePerson,
    key: bytes,
    typed: dict[str, Any],
    application: Application,
    terms: SigningTerms,
    *,
    may_mail: bool,
    now: datetime,
) -> bool:
    """Write to the one who signed before; False when that signature has gone meanwhile."""
    # Locked, so that two repeats at once do not both send the fifth mail.
    signature = db.session.get(
        Signature, verdict.signature_id, with_for_update=True, populate_existing=True
    )
    if signature is None or signature.email_key != key:
        return False
    if not may_mail or not may_mail_again(signature.mail_count):
        return True
    signature.mail_count += 1
    if signature.state == "pending":
        if verdict.may_correct and _is_another(signature, typed, application):
            _correct(signature, typed, application, now)
        _send_link_again(signature, application, terms, now)
    else:
        enqueue(
            mails.already_signed(
                terms,
                application.email,
                mails.rights_token(signature.ref, signature.link_version),
                signature.consented_at,
            ),
            now=now,
        )
    return True


def _typed(
    application: Application, terms: SigningTerms, name_key: bytes, now: datetime
) -> dict[str, Any]:
    """What a pending signature takes over from somebody who types again."""
    kept = ("petition_id", "state", "channel", "placement_id", "created_at")
    columns = _columns(application, terms, now)
    return {"name_key": name_key} | {k: v for k, v in columns.items() if k not in kept}


def _is_another(signature: Signature, typed: dict[str, Any], application: Application) -> bool:
    """Whether something was typed otherwise this time."""
    compared = ("name_key", "country", "postal_code", "is_public")
    yes = {text.id for _receipt, text in standing_yes(signature.ref)}
    return yes != {offer.consent_text_id for offer in application.updates} or any(
        getattr(signature, name) != typed[name] for name in compared
    )


def _correct(
    signature: Signature, typed: dict[str, Any], application: Application, now: datetime
) -> None:
    """What was typed last stands, each yes included. The link changes with it: one that was sent
    before must not confirm what its mail did not tell."""
    for name, value in typed.items():
        setattr(signature, name, value)
    signature.confirm_expires_at = None
    forget_receipts([signature.ref])
    for offer in application.updates:
        keep_receipt(
            signature_ref=signature.ref,
            consent_text_id=offer.consent_text_id,
            organisation_id=offer.organisation_id,
            decision="yes",
            now=now,
        )


def _send_link_again(
    signature: Signature, application: Application, terms: SigningTerms, now: datetime
) -> None:
    expires_at = signature.confirm_expires_at
    if expires_at is None or expires_at <= now:
        expires_at = (now + CONFIRM_WITHIN).replace(microsecond=0)
        signature.created_at, signature.confirm_expires_at, signature.reminded_at = (
            now,
            expires_at,
            None,
        )
    token = confirm_token(signature.ref, expires_at)
    signature.confirm_digest = token_digest(token)
    questions = [text.body for _receipt, text in standing_yes(signature.ref)]
    enqueue(
        mails.confirm_signature(
            terms, application.email, signature.ref, token, questions, expires_at
        ),
        now=now,
    )
