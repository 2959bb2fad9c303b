"""Roles of people in an organisation: changed, taken away, laid down."""

from collections.abc import Collection
from datetime import datetime

from campaign.accounts import mails, queries
from campaign.accounts.models import Account, AccountRole
from campaign.accounts.permissions import Role
from campaign.accounts.rules.membership import check_still_coordinated
from campaign.accounts.rules.refusals import LastAdministratorError, NotThereError
from campaign.audit.operations import record
from campaign.core.db import db, wait_for_turn
from campaign.outbox.operations import enqueue


def member(account_id: int, organisation_id: int) -> Account:
    """Somebody of this organisation. Raises NotThereError."""
    account = db.session.get(Account, account_id)
    if account is None or not queries.roles_in(account_id, organisation_id):
        raise NotThereError
    return account


def set_roles(
    *,
    account_id: int,
    organisation_id: int,
    roles: Collection[Role],
    actor: str,
    now: datetime,
) -> None:
    """Give a member exactly these roles; none of them is to send the person away.

    Raises NotThereError, and LastCoordinatorError.
    """
    person = member(account_id, organisation_id)
    present = {row.role: row for row in queries.roles_in(account_id, organisation_id)}
    if Role.COORDINATOR in present and Role.COORDINATOR not in roles:
        check_still_coordinated(queries.coordinator_ids(organisation_id), account_id)
    for code, row in present.items():
        if code not in roles:
            db.session.delete(row)
            _record(person, "role.taken", code, organisation_id, actor=actor, now=now)
    for role in roles:
        if role not in present:
            db.session.add(
                AccountRole(
                    account_id=account_id,
                    organisation_id=organisation_id,
                    role=role,
                    granted_at=now,
                )
            )
            _record(person, "role.given", role, organisation_id, actor=actor, now=now)


def leave(*, account: Account, organisation_id: int, now: datetime) -> None:
    """Lay down every role in an organisation. Raises NotThereError, LastCoordinatorError."""
    set_roles(
        account_id=account.id,
        organisation_id=organisation_id,
        roles=(),
        actor=account.actor,
        now=now,
    )


def administrator(account_id: int) -> Account:
    """Somebody who runs the platform. Raises NotThereError."""
    account = db.session.get(Account, account_id)
    if account is None or not account.is_administrator:
        raise NotThereError
    return account


def remove_administrator(*, account_id: int, actor: str, now: datetime) -> None:
    """Take the administration of the platform from somebody and tell them; roles in organisations stay.
    Of two who remove each other at once only one does. Raises NotThereError, LastAdministratorError."""
    wait_for_turn("administrators")
    person = administrator(account_id)
    db.session.refresh(person)
    if not person.is_administrator:
        raise NotThereError
    if queries.administrator_count() == 1:
        raise LastAdministratorError
    person.is_administrator = False
    record(
        actor=actor, act="administrator.removed", subject="platform", detail=person.actor, now=now
    )
    enqueue(mails.security_changed(person, "administrator_removed"), now=now)


def _record(
    person: Account, act: str, role: str, organisation_id: int, *, actor: str, now: datetime
) -> None:
    record(
        actor=actor,
        act=act,
        subject=f"organisation:{organisation_id}",
        detail=f"{role} {person.actor}",
        now=now,
    )
