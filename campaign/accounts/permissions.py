"""Who may do what in the workspace: THE table, shown to organisers and tested cell by cell."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ANY_ORGANISATION = None


class Role(StrEnum):
    """What a person is in an organisation. `ADMINISTRATOR` is of the whole platform."""

    MEMBER = "member"
    EDITOR = "editor"
    MODERATOR = "moderator"
    OFFICER = "data_officer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that may be done, as `resource:action`."""

    ACCOUNT_OWN = "account:own"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_EDIT = "organisation:edit"
    ORGANISATION_INVITE = "organisation:invite"
    ORGANISATION_MANAGE = "organisation:manage"
    ORGANISATION_CREATE = "organisation:create"
    PETITION_READ = "petition:read"
    PETITION_EDIT = "petition:edit"
    PETITION_SUBMIT = "petition:submit"
    PETITION_CARRY = "petition:carry"
    PETITION_MODERATE = "petition:moderate"
    PETITION_PUBLISH = "petition:publish"
    PETITION_TAKEDOWN = "petition:takedown"
    INSTRUMENT_CONFIRM = "instrument:confirm"
    MARGIN_SET = "margin:set"
    SIGNATURE_FIND = "signature:find"
    SIGNATURE_INVALIDATE = "signature:invalidate"
    DOMAIN_BLOCK = "domain:block"
    VOICE_MODERATE = "voice:moderate"
    EVENT_CODE_ISSUE = "event_code:issue"
    PLACEMENT_ISSUE = "placement:issue"
    COUNT_ENTER = "count:enter"
    COUNT_APPROVE = "count:approve"
    PAPER_KEEP = "paper:keep"
    HANDOVER_MAKE = "handover:make"
    UPDATE_WRITE = "update:write"
    UPDATE_SEND = "update:send"
    EXPORT_MAKE = "export:make"
    EVIDENCE_READ = "evidence:read"
    ALERT_PUBLISH = "alert:publish"
    RETENTION_READ = "retention:read"
    AUDIT_READ = "audit:read"
    PANIC_CLOSE = "panic:close"


_M, _E, _MO, _O, _C, _A = Role
EVERYBODY = frozenset(Role)

MATRIX: dict[Permission, frozenset[Role]] = {
    Permission.ACCOUNT_OWN: EVERYBODY,
    Permission.ORGANISATION_READ: EVERYBODY,
    Permission.ORGANISATION_EDIT: frozenset({_C, _A}),
    Permission.ORGANISATION_INVITE: frozenset({_C, _A}),
    Permission.ORGANISATION_MANAGE: frozenset({_C, _A}),
    Permission.ORGANISATION_CREATE: frozenset({_A}),
    Permission.PETITION_READ: EVERYBODY,
    Permission.PETITION_EDIT: frozenset({_E, _C}),
    Permission.PETITION_SUBMIT: frozenset({_E, _C}),
    Permission.PETITION_CARRY: frozenset({_C}),
    Permission.PETITION_MODERATE: frozenset({_MO, _A}),
    Permission.PETITION_PUBLISH: frozenset({_MO, _A}),
    Permission.PETITION_TAKEDOWN: frozenset({_A}),
    Permission.INSTRUMENT_CONFIRM: frozenset({_C, _A}),
    Permission.MARGIN_SET: frozenset({_C}),
    Permission.SIGNATURE_FIND: frozenset({_O}),
    Permission.SIGNATURE_INVALIDATE: frozenset({_O}),
    Permission.DOMAIN_BLOCK: frozenset({_A}),
    Permission.VOICE_MODERATE: frozenset({_MO}),
    Permission.EVENT_CODE_ISSUE: frozenset({_E, _C}),
    Permission.PLACEMENT_ISSUE: frozenset({_E, _C}),
    Permission.COUNT_ENTER: frozenset({_E, _O, _C}),
    Permission.COUNT_APPROVE: frozenset({_O, _C}),
    Permission.PAPER_KEEP: frozenset({_E, _O, _C}),
    Permission.HANDOVER_MAKE: frozenset({_O, _C}),
    Permission.UPDATE_WRITE: frozenset({_E, _C}),
    Permission.UPDATE_SEND: frozenset({_C}),
    Permission.EXPORT_MAKE: frozenset({_O}),
    Permission.EVIDENCE_READ: frozenset({_O, _C}),
    Permission.ALERT_PUBLISH: frozenset({_C}),
    Permission.RETENTION_READ: frozenset({_O, _C, _A}),
    Permission.AUDIT_READ: frozenset({_O, _C, _A}),
    Permission.PANIC_CLOSE: frozenset({_O, _C, _A}),
}

# What shows people's data, or speaks in public at once: its roles need a second factor.
SENSITIVE = frozenset(
    {
        Permission.ORGANISATION_INVITE,
        Permission.ORGANISATION_MANAGE,
        Permission.PETITION_PUBLISH,
        Permission.PETITION_TAKEDOWN,
        Permission.SIGNATURE_FIND,
        Permission.SIGNATURE_INVALIDATE,
        Permission.VOICE_MODERATE,
        Permission.UPDATE_SEND,
        Permission.EXPORT_MAKE,
        Permission.EVIDENCE_READ,
        Permission.ALERT_PUBLISH,
        Permission.AUDIT_READ,
        Permission.PANIC_CLOSE,
    }
)
NEED_SECOND_FACTOR = frozenset(
    role for role in Role if any(role in MATRIX[permission] for permission in SENSITIVE)
)
# The roles that an organisation gives; the platform's own administrators invite one another.
OF_AN_ORGANISATION = tuple(role for role in Role if role is not Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Grant:
    """A role that a person has, in one organisation or (None) on the whole platform."""

    role: Role
    organisation_id: int | None


def grants_that_allow(
    permission: Permission,
    grants: Iterable[Grant],
    organisation_ids: Iterable[int] | None = ANY_ORGANISATION,
) -> list[Grant]:
    """Those of a person's grants that allow this, in one of these organisations (None: in any)."""
    wanted = None if organisation_ids is None else set(organisation_ids)
    return [
        grant
        for grant in grants
        if grant.role in MATRIX[permission]
        and (grant.organisation_id is None or wanted is None or grant.organisation_id in wanted)
    ]


def is_usable(grant: Grant, *, has_second_factor: bool) -> bool:
    """Whether a role may be used: some roles need a second factor first."""
    return has_second_factor or grant.role not in NEED_SECOND_FACTOR
