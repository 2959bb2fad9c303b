"""Passkeys (W3C Web Authentication): added to an account, and given as the second factor."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from flask import Response, current_app, request
from webauthn.helpers import exceptions, structs

from campaign.accounts.cookies import start_session
from campaign.accounts.forms import PasskeyLabelForm
from campaign.accounts.guards import (
    current_account,
    current_session,
    open_to_all,
    requires,
    requires_fresh,
    signed_in,
)
from campaign.accounts.models import AccountSession, Passkey
from campaign.accounts.operations import passkeys, sessions
from campaign.accounts.permissions import Permission
from campaign.accounts.rules.refusals import WrongCodeError
from campaign.accounts.rules.sessions import device_name
from campaign.accounts.views.blueprint import bp, go, page
from campaign.accounts.views.factors import show_codes
from campaign.accounts.views.signing_in import completed
from campaign.core import clock
from campaign.core.db import transaction

BROKEN = (exceptions.WebAuthnException, ValueError, KeyError)


@dataclass(frozen=True)
class RelyingParty:
    """Who the browser proves itself to: one host, and the address of its pages."""

    host: str
    origin: str


def relying_party() -> RelyingParty:
    """This site: its public address, or on one's own machine the address that is open."""
    base = urlsplit(current_app.config["BASE_URL"])
    if base.scheme == "https":
        return RelyingParty(base.hostname or "", f"{base.scheme}://{base.netloc}")
    return RelyingParty(request.host.partition(":")[0], f"{request.scheme}://{request.host}")


@bp.get("/account/passkeys")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def passkeys_page() -> Response:
    """One's passkeys, and the way to add one."""
    form = PasskeyLabelForm(label=device_name(request.headers.get("User-Agent", "")))
    return page(
        "accounts/passkeys.html", passkeys=current_account().passkeys, form=form, refusal=""
    )


@bp.post("/account/passkeys/options.json")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def creation_options() -> Response:
    """What the browser needs to make a passkey."""
    account = current_account()
    options = webauthn.generate_registration_options(
        rp_id=relying_party().host,
        rp_name="Portevoix",
        user_name=account.name,
        user_id=account.id.to_bytes(8, "big"),
        exclude_credentials=_descriptors(account.passkeys),
    )
    return _remember(current_session(), options.challenge, webauthn.options_to_json(options))


@bp.post("/account/passkeys")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def add_passkey() -> Response:
    """Keep the passkey that the browser made."""
    form = PasskeyLabelForm(request.form)
    session, account, party = current_session(), current_account(), relying_party()
    try:
        made = webauthn.verify_registration_response(
            credential=request.form.get("credential", ""),
            expected_challenge=session.challenge or b"",
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    except BROKEN:
        sentence = WrongCodeError().sentence
        return page(
            "accounts/passkeys.html", 422, passkeys=account.passkeys, form=form, refusal=sentence
        )
    key = passkeys.NewPasskey(
        made.credential_id, made.credential_public_key, made.sign_count, form.label.data or ""
    )
    with transaction():
        codes = passkeys.add_passkey(account, key, now=clock.now())
        token = sessions.complete(session, now=clock.now())
    return start_session(show_codes(codes), token)


@bp.post("/account/passkeys/<int:number>/remove")
@requires(Permission.ACCOUNT_OWN)
@requires_fresh
def remove_passkey(number: int) -> Response:
    """Take a passkey away."""
    with transaction():
        passkeys.remove_passkey(current_account(), number, now=clock.now())
    return go("accounts.account_page", "removed")


@bp.post("/sign-in/passkey-options.json")
@open_to_all
def request_options() -> Response:
    """What the browser needs to prove a passkey of the account whose password was proved."""
    asking = signed_in()
    if asking is None:
        return go("accounts.sign_in_page")
    options = webauthn.generate_authentication_options(
        rp_id=relying_party().host, allow_credentials=_descriptors(asking.account.passkeys)
    )
    return _remember(asking.session, options.challenge, webauthn.options_to_json(options))


@bp.post("/sign-in/passkey")
@open_to_all
def prove_passkey() -> Response:
    """Complete the session by a passkey."""
    asking = signed_in()
    if asking is None:
        return go("accounts.sign_in_page")
    try:
        key, sign_count = _proved(asking.session, request.form.get("credential", ""))
        with transaction():
            passkeys.note_use(key, sign_count, now=clock.now())
            token = sessions.complete(asking.session, now=clock.now())
    except (*BROKEN, WrongCodeError):
        return go("accounts.second_factor_page", "passkey_failed")
    return completed(asking, token, request.form.get("target", ""))


def _proved(session: AccountSession, credential: str) -> tuple[Passkey, int]:
    party = relying_party()
    parsed = webauthn.helpers.parse_authentication_credential_json(credential)
    key = next((k for k in session.account.passkeys if k.credential_id == parsed.raw_id), None)
    if key is None or session.challenge is None:
        raise WrongCodeError
    proof = webauthn.verify_authentication_response(
        credential=parsed,
        expected_challenge=session.challenge,
        expected_rp_id=party.host,
        expected_origin=party.origin,
        credential_public_key=key.public_key,
        credential_current_sign_count=key.sign_count,
    )
    return key, proof.new_sign_count


def _descriptors(keys: list[Passkey]) -> list[structs.PublicKeyCredentialDescriptor]:
    return [structs.PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def _remember(session: AccountSession, challenge: bytes, options: str) -> Response:
    with transaction():
        sessions.keep_challenge(session, challenge)
    return Response(options, content_type="application/json")
