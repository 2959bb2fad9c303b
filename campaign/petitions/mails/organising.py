"""The messages to organisers about lists, bursts, and closing in an emergency."""

from datetime import datetime

from campaign.accounts.mails import stop_path
from campaign.accounts.models import Account
from campaign.accounts.rules.mail_choices import MailKind
from campaign.outbox.operations import OutgoingMessage


def export_ready(
    account: Account,
    *,
    organisation_id: int,
    title: str,
    slug: str,
    number: int,
    until: datetime,
) -> OutgoingMessage:
    """Tell who asked for a list that it is ready. It holds no line of it."""
    path = stop_path(account, organisation_id, MailKind.EXPORT_READY)
    return OutgoingMessage(
        kind="petitions/export_ready",
        recipient=account.email,
        language=account.language,
        context={
            "title": title,
            "export_path": f"/workspace/petitions/{slug}/exports/{number}",
            "until": until.isoformat(),
            "is_member": True,
            "stop_path": path,
        },
        unsubscribe_path=path,
    )


def emergency_asked(
    account: Account, *, asker: str, about: str, is_erasure: bool, until: datetime
) -> OutgoingMessage:
    """Ask those who may be the second person. It cannot be switched off."""
    return OutgoingMessage(
        kind="petitions/emergency_asked",
        recipient=account.email,
        language=account.language,
        context={
            "asker": asker,
            "about": about,
            "is_erasure": is_erasure,
            "until": until.isoformat(),
            "emergency_path": "/workspace/emergencies",
        },
    )


def burst_noticed(
    *,
    recipient: str,
    language: str,
    title: str,
    slug: str,
    measured: int,
    expected: int,
    stop: str,
) -> OutgoingMessage:
    """Tell an organiser that far more people sign than usual. It names nobody and no place."""
    return OutgoingMessage(
        kind="petitions/burst_noticed",
        recipient=recipient,
        language=language,
        context={
            "title": title,
            "measured": measured,
            "expected": expected,
            "abuse_path": f"/workspace/petitions/{slug}/abuse",
            "is_member": True,
            "stop_path": stop,
        },
        unsubscribe_path=stop,
    )
