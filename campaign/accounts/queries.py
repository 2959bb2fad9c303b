"""Reading accounts, roles, sessions, invitations and links."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from campaign.accounts.models import (
    Account,
    AccountLink,
    AccountRole,
    AccountSession,
    Invitation,
    MailChoice,
    RecoveryCode,
)
from campaign.accounts.permissions import (
    MATRIX,
    SENSITIVE,
    Grant,
    Permission,
    Role,
    grants_that_allow,
    is_usable,
)
from campaign.accounts.rules.mail_choices import AS_USUAL, MailKind
from campaign.audit.vocabulary import ACTORS
from campaign.core.db import db


def account_by_key(email_key: bytes) -> Account | None:
    """The account of this address, if there is one."""
    return db.session.scalar(select(Account).where(Account.email_key == email_key))


def session_by_digest(token_digest: bytes) -> AccountSession | None:
    """The session of this cookie, whether it is still good or not."""
    return db.session.scalar(
        select(AccountSession).where(AccountSession.token_digest == token_digest)
    )


def grants_of(account: Account) -> list[Grant]:
    """Every role of a person, the platform's included."""
    rows = db.session.execute(
        select(AccountRole.role, AccountRole.organisation_id)
        .where(AccountRole.account_id == account.id)
        .order_by(AccountRole.id)
    )
    grants = [Grant(Role(role), organisation_id) for role, organisation_id in rows]
    if account.is_administrator:
        grants.append(Grant(Role.ADMINISTRATOR, None))
    return grants


def sessions_of(account_id: int, *, now: datetime) -> Sequence[AccountSession]:
    """The browsers in which a person is signed in, the one used last first."""
    return db.session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.expires_at > now)
        .order_by(AccountSession.last_used_at.desc(), AccountSession.id.desc())
    ).all()


def session_of(account_id: int, session_id: int) -> AccountSession | None:
    """One session, when it is this person's."""
    return db.session.scalar(
        select(AccountSession).where(
            AccountSession.id == session_id, AccountSession.account_id == account_id
        )
    )


def recovery_codes_left(account_id: int) -> int:
    """How many recovery codes a person can still use."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def members_of(organisation_id: int) -> list[tuple[Account, list[Role]]]:
    """The people of an organisation with their roles, by name."""
    rows = db.session.execute(
        select(Account, AccountRole.role)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.organisation_id == organisation_id)
        .order_by(Account.name, Account.id)
    )
    found: dict[int, tuple[Account, list[Role]]] = {}
    for account, role in rows:
        found.setdefault(account.id, (account, []))[1].append(Role(role))
    order = list(Role)
    return [(account, sorted(roles, key=order.index)) for account, roles in found.values()]


def roles_in(account_id: int, organisation_id: int) -> Sequence[AccountRole]:
    """The rows of one person's roles in one organisation."""
    return db.session.scalars(
        select(AccountRole).where(
            AccountRole.account_id == account_id, AccountRole.organisation_id == organisation_id
        )
    ).all()


def coordinator_ids(organisation_id: int) -> set[int]:
    """The accounts that coordinate an organisation; held until the act is kept, so that two who
    leave at once do not both count on the other."""
    return set(
        db.session.scalars(
            select(AccountRole.account_id)
            .where(
                AccountRole.organisation_id == organisation_id,
                AccountRole.role == Role.COORDINATOR,
            )
            .with_for_update()
        )
    )


def coordinator_counts(organisation_ids: Collection[int]) -> dict[int, int]:
    """How many coordinators each of these organisations has; those without any are left out."""
    rows = db.session.execute(
        select(AccountRole.organisation_id, func.count())
        .where(
            AccountRole.organisation_id.in_(organisation_ids),
            AccountRole.role == Role.COORDINATOR,
        )
        .group_by(AccountRole.organisation_id)
    )
    return {row[0]: row[1] for row in rows}


def administrator_count() -> int:
    """How many people administer the platform."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Account).where(Account.is_administrator.is_(True))
        )
        or 0
    )


def administrators() -> Sequence[Account]:
    """Who runs the platform, by name."""
    return db.session.scalars(
        select(Account).where(Account.is_administrator.is_(True)).order_by(Account.name)
    ).all()


def actors_who_may(permission: Permission, organisation_ids: Collection[int]) -> set[str]:
    """Those who may use this permission in one of these organisations now, as the log names them."""
    roles = MATRIX[permission]
    in_one = select(AccountRole.account_id).where(
        AccountRole.organisation_id.in_(organisation_ids), AccountRole.role.in_(roles)
    )
    found = db.session.scalars(
        select(Account).where(
            Account.id.in_(in_one)
            | (Account.is_administrator.is_(True) & (Role.ADMINISTRATOR in roles))
        )
    )
    needs_factor = permission in SENSITIVE
    return {each.actor for each in found if each.has_second_factor or not needs_factor}


def names_of_actors(actors: Collection[str]) -> dict[str, Any]:
    """The names of those who are in the log as `account:7`, of accounts that are still there; and the
    words for who acts without an account."""
    numbers = [
        int(actor.removeprefix("account:"))
        for actor in actors
        if actor.startswith("account:") and actor.removeprefix("account:").isdecimal()
    ]
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(numbers)))
    words = {actor: ACTORS[actor] for actor in actors if actor in ACTORS}
    return words | {f"account:{number}": name for number, name in rows}


def member_counts(organisation_ids: Sequence[int]) -> dict[int, int]:
    """How many people each organisation has here."""
    rows = db.session.execute(
        select(AccountRole.organisation_id, func.count(AccountRole.account_id.distinct()))
        .where(AccountRole.organisation_id.in_(organisation_ids))
        .group_by(AccountRole.organisation_id)
    ).all()
    return {number: count for number, count in rows}  # noqa: C416 -- `dict` is not typed for rows


def invitation_by_digest(token_digest: bytes) -> Invitation | None:
    """The invitation of this link."""
    return db.session.scalar(select(Invitation).where(Invitation.token_digest == token_digest))


def open_invitations(organisation_id: int | None) -> Sequence[Invitation]:
    """The invitations of an organisation (None: of the platform) that nobody answered yet."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.organisation_id == organisation_id, Invitation.ended_at.is_(None))
        .order_by(Invitation.created_at, Invitation.id)
    ).all()


def open_invitations_of(email_key: bytes) -> Sequence[Invitation]:
    """The invitations that wait for one person."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.email_key == email_key, Invitation.ended_at.is_(None))
        .order_by(Invitation.id)
    ).all()


def open_invitation(organisation_id: int | None, email_key: bytes, role: Role) -> Invitation | None:
    """The open invitation of one person to one role."""
    return db.session.scalar(
        select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.email_key == email_key,
            Invitation.role == role,
            Invitation.ended_at.is_(None),
        )
    )


def link_by_digest(token_digest: bytes) -> AccountLink | None:
    """The link of a mail to the owner of an account."""
    return db.session.scalar(select(AccountLink).where(AccountLink.token_digest == token_digest))


def links_of(account_id: int, *kinds: str) -> Sequence[AccountLink]:
    """The unused links of these kinds that an account has."""
    return db.session.scalars(
        select(AccountLink).where(
            AccountLink.account_id == account_id,
            AccountLink.kind.in_(kinds),
            AccountLink.used_at.is_(None),
        )
    ).all()


def account_of(actor: str) -> Account | None:
    """The account that the log calls `account:7`, while it is there."""
    number = actor.removeprefix("account:")
    return db.session.get(Account, int(number)) if number.isdecimal() else None


def is_still_allowed(actor: str, permission: Permission, organisation_id: int) -> bool:
    """Whether somebody may do this for an organisation now, also when nobody is asking: in the middle of
    long work, for instance."""
    account = account_of(actor)
    if account is None:
        return False
    allowing = grants_that_allow(permission, grants_of(account), [organisation_id])
    return any(is_usable(one, has_second_factor=account.has_second_factor) for one in allowing)


def holders_of(permission: Permission, organisation_ids: Collection[int]) -> Sequence[Account]:
    """Everybody who may do this in one of these organisations, the platform's administrators included."""
    roles = [role.value for role in MATRIX[permission]]
    members = select(AccountRole.account_id).where(
        AccountRole.organisation_id.in_(organisation_ids), AccountRole.role.in_(roles)
    )
    is_any = Role.ADMINISTRATOR in MATRIX[permission]
    wanted = Account.id.in_(members) | (Account.is_administrator.is_(True) & is_any)
    return db.session.scalars(select(Account).where(wanted).order_by(Account.id)).all()


def mail_choices_of(account_id: int) -> dict[tuple[int, str], bool]:
    """What a person has chosen, by organisation and kind of mail."""
    rows = db.session.scalars(select(MailChoice).where(MailChoice.account_id == account_id))
    return {(row.organisation_id, row.kind): row.is_wanted for row in rows}


def wants_mail(account: Account, organisation_id: int, kind: MailKind) -> bool:
    """Whether a person wants this kind of mail about an organisation."""
    chosen = db.session.get(MailChoice, (account.id, organisation_id, kind))
    return AS_USUAL[kind] if chosen is None else chosen.is_wanted


def subscribers(organisation_id: int, kind: MailKind) -> Sequence[Account]:
    """The people of an organisation who asked for this kind of mail; who has left gets none."""
    return db.session.scalars(
        select(Account)
        .join(MailChoice, MailChoice.account_id == Account.id)
        .where(
            MailChoice.organisation_id == organisation_id,
            MailChoice.kind == kind,
            MailChoice.is_wanted.is_(True),
            Account.id.in_(
                select(AccountRole.account_id).where(AccountRole.organisation_id == organisation_id)
            ),
        )
        .order_by(Account.id)
    ).all()
