"""Which mails an organiser gets about each organisation."""

from collections.abc import Collection
from datetime import datetime

from campaign.accounts import queries
from campaign.accounts.mails import STOP
from campaign.accounts.models import Account, MailChoice
from campaign.accounts.rules.mail_choices import AS_USUAL, MailKind, kind_named
from campaign.accounts.rules.refusals import LostLinkError, NotThereError
from campaign.audit.operations import record
from campaign.core.db import db
from campaign.core.tokens import read_token


def choose_mails(
    *, account: Account, organisation_id: int, wanted: Collection[MailKind], now: datetime
) -> None:
    """Want exactly these kinds of mail about an organisation of one's own. Raises NotThereError."""
    if not queries.roles_in(account.id, organisation_id):
        raise NotThereError
    for kind in MailKind:
        _choose(account, organisation_id, kind, is_wanted=kind in wanted)
    record(actor=account.actor, act="account.mails_chosen", subject=account.actor, now=now)


def stop_mail(token: str, *, now: datetime) -> None:
    """End one kind of mail, by the link that each carries; no signing in, and twice is harmless. Raises
    LostLinkError."""
    account, organisation_id, kind = read_stop_link(token)
    _choose(account, organisation_id, kind, is_wanted=False)
    record(actor=account.actor, act="account.mails_chosen", subject=account.actor, now=now)


def read_stop_link(token: str) -> tuple[Account, int, MailKind]:
    """Whose mails a link ends, about which organisation, and of which kind. Raises LostLinkError."""
    payload = read_token(STOP, token)
    parts = payload.decode().split(":") if payload else []
    if len(parts) != 3:
        raise LostLinkError
    kind, account = kind_named(parts[2]), db.session.get(Account, int(parts[0]))
    if kind is None or account is None:
        raise LostLinkError
    return account, int(parts[1]), kind


def _choose(account: Account, organisation_id: int, kind: MailKind, *, is_wanted: bool) -> None:
    key = (account.id, organisation_id, kind)
    chosen = db.session.get(MailChoice, key)
    if chosen is None and is_wanted is not AS_USUAL[kind]:
        db.session.add(
            MailChoice(
                account_id=account.id,
                organisation_id=organisation_id,
                kind=kind,
                is_wanted=is_wanted,
            )
        )
    elif chosen is not None:
        chosen.is_wanted = is_wanted
