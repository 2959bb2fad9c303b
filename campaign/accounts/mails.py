"""The messages to organisers."""

from campaign.accounts.models import Account, Invitation
from campaign.core.tokens import sign_token
from campaign.outbox.operations import OutgoingMessage

STOP = "organisers' mails"


def invitation(invited: Invitation, token: str, *, inviter: str) -> OutgoingMessage:
    """Offer a role; the same words whether the person has an account or not."""
    return OutgoingMessage(
        kind="accounts/invitation",
        recipient=invited.email or "",
        language=invited.language,
        context={
            "organisation": invited.organisation_name,
            "role": invited.role,
            "inviter": inviter,
            "is_reset": invited.resets_second_factor,
            "accept_path": f"/workspace/invitation/{token}?language={invited.language}",
            "expires_on": invited.expires_at.date().isoformat(),
        },
    )


def new_password(account: Account, token: str) -> OutgoingMessage:
    """The way to a new password."""
    return OutgoingMessage(
        kind="accounts/new_password",
        recipient=account.email,
        language=account.language,
        context={"password_path": f"/workspace/password/{token}?language={account.language}"},
    )


def confirm_address(
    account: Account, token: str, *, recipient: str, is_new: bool
) -> OutgoingMessage:
    """Ask one of the two mailboxes whether the address of the account may change."""
    return OutgoingMessage(
        kind="accounts/confirm_address",
        recipient=recipient,
        language=account.language,
        context={
            "confirm_path": f"/workspace/address/{token}?language={account.language}",
            "is_new": is_new,
        },
    )


def security_changed(account: Account, what: str) -> OutgoingMessage:
    """Tell the owner of an account what was changed, in case it was not them."""
    return OutgoingMessage(
        kind="accounts/security_changed",
        recipient=account.email,
        language=account.language,
        context={
            "what": what,
            "account_path": "/workspace/account",
        },
    )


def stop_path(account: Account, organisation_id: int, kind: str) -> str:
    """Where one press ends this kind of mail about one organisation; good until the account ends."""
    payload = f"{account.id}:{organisation_id}:{kind}"
    return f"/workspace/mails/stop/{sign_token(STOP, payload.encode())}?language={account.language}"
