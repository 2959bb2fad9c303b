"""A signatory corrects what is held, or moves a signature to another mailbox."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.tokens import keyed_digest, random_token, token_digest
from campaign.outbox.operations import enqueue
from campaign.petitions import mails
from campaign.petitions.models import AddressChange, Petition, Signature
from campaign.petitions.operations.confirming import LinkUnknownError, add_to_journal
from campaign.petitions.operations.signing import email_key
from campaign.petitions.operations.taking_back import about_mark
from campaign.petitions.queries.petitions import petition_by_id, text_for
from campaign.petitions.queries.signatures import before_signing
from campaign.petitions.rules.correcting import (
    CORRECTABLE,
    NEW_ADDRESS_WITHIN,
    Correction,
    MailboxTakenError,
    NotCorrectableError,
    check_beside,
    may_move_region,
)
from campaign.petitions.rules.signing import AnotherPerson, Earlier, compare_with_earlier


def correct(signature: Signature, correction: Correction, *, now: datetime) -> list[str]:
    """Replace what was given by what is right; returns which parts changed: "name", "place",
    "region", "language", "shown".

    Where the region moves, the count moves with it in the same transaction, out of one and into the
    other. Raises NotCorrectableError, NameTakenError or SharedPlaceError.
    """
    current = _locked(signature.id)
    petition = petition_by_id(current.petition_id)
    name_key = keyed_digest(f"name:{petition.id}", correction.name_for_comparison)
    is_moving = (current.country, current.postal_code) != (
        correction.country,
        correction.postal_code,
    )
    others = _others(petition.id, current.email_key, current.id)
    check_beside(others, name_key=name_key, is_moving=is_moving)
    changed = _changed_columns(current, correction)
    current.given_name, current.family_name = correction.given_name, correction.family_name
    current.name_key, current.language = name_key, correction.language
    current.country, current.postal_code = correction.country, correction.postal_code
    current.is_public = correction.is_public
    if is_moving and _move_region(current, petition, correction.stratum, now):
        changed.append("region")
    _note("signature.corrected", petition, now, " ".join(changed))
    db.session.flush()
    return changed


def _changed_columns(current: Signature, correction: Correction) -> list[str]:
    parts = {
        "name": ("given_name", "family_name"),
        "place": ("country", "postal_code"),
        "language": ("language",),
        "shown": ("is_public",),
    }
    return [
        part
        for part, names in parts.items()
        if any(getattr(current, name) != getattr(correction, name) for name in names)
    ]


def _move_region(current: Signature, petition: Petition, stratum: str, now: datetime) -> bool:
    """Count the signature in another region from now on, while the petition collects."""
    before = current.stratum
    if stratum == before or not may_move_region(
        state=petition.state, closes_at=petition.closes_at, now=now
    ):
        return False
    current.stratum = stratum
    if current.state == "confirmed":
        add_to_journal(petition.id, before, current.channel, -1, now)
        add_to_journal(petition.id, stratum, current.channel, 1, now)
    return True


def ask_for_address(signature: Signature, address: str, *, now: datetime) -> None:
    """Ask another mailbox to take over, and tell the present one. Nothing changes until the new one
    confirms; asking again replaces what was asked before. Answers nothing about that mailbox.

    Raises NotCorrectableError.
    """
    current = _locked(signature.id)
    petition = petition_by_id(current.petition_id)
    token = random_token()
    db.session.merge(
        AddressChange(
            signature_ref=current.ref,
            address=address,
            confirm_digest=token_digest(token),
            requested_at=now,
            expires_at=now + NEW_ADDRESS_WITHIN,
        )
    )
    title, language = text_for(petition, current.language).title, current.language
    enqueue(
        mails.confirm_address(address, language, title, token, about_mark(current.ref)), now=now
    )
    own_link = mails.rights_token(current.ref, current.link_version)
    enqueue(mails.address_asked(str(current.email), language, title, own_link), now=now)
    db.session.flush()


def cancel_address(signature: Signature) -> None:
    """Leave the signature with its present mailbox. Harmless when repeated."""
    db.session.execute(delete(AddressChange).where(AddressChange.signature_ref == signature.ref))


def confirm_address(token: str, *, now: datetime) -> str:
    """Let the new mailbox take over: it counts as the old one did, and every earlier link to the
    signature ends. Returns the token of the new one.

    Raises LinkUnknownError, NotCorrectableError or MailboxTakenError.
    """
    change = _asked_for(token, now)
    signature_id = db.session.scalar(
        select(Signature.id).where(Signature.ref == change.signature_ref)
    )
    if signature_id is None:
        raise LinkUnknownError
    current = _locked(signature_id)
    petition = petition_by_id(current.petition_id)
    key = email_key(petition.id, change.address)
    verdict = compare_with_earlier(
        _others(petition.id, key, current.id),
        name_key=current.name_key or b"",
        country=current.country or "",
        postal_code=current.postal_code,
    )
    if not isinstance(verdict, AnotherPerson):
        raise MailboxTakenError
    current.email, current.email_key = change.address, key
    current.household_place = verdict.household_place
    current.link_version += 1
    _keep_alone()
    db.session.delete(change)
    _note("signature.address_changed", petition, now)
    return mails.rights_token(current.ref, current.link_version)


def _keep_alone() -> None:
    """Write the new place; of two that take the same one at once, the second finds it taken."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        raise MailboxTakenError from error


def _asked_for(token: str, now: datetime) -> AddressChange:
    change: AddressChange | None = db.session.scalar(
        select(AddressChange)
        .where(AddressChange.confirm_digest == token_digest(token))
        .with_for_update()
    )
    if change is None or change.expires_at <= now:
        raise LinkUnknownError
    return change


def _locked(signature_id: int) -> Signature:
    """The signature as it is now, whatever the copy at hand says. Raises NotCorrectableError."""
    current = db.session.get(Signature, signature_id, with_for_update=True, populate_existing=True)
    if current is None or current.state not in CORRECTABLE or current.given_name is None:
        raise NotCorrectableError
    return current


def _others(petition_id: int, key: bytes | None, signature_id: int) -> list[Earlier]:
    """Who else signed this petition from a mailbox."""
    if key is None:
        return []
    earlier = before_signing(petition_id, key).earlier
    return [one for one in earlier if one.signature_id != signature_id]


def _note(act: str, petition: Petition, now: datetime, detail: str = "") -> None:
    record(actor="signatory", act=act, subject=f"petition:{petition.slug}", now=now, detail=detail)
