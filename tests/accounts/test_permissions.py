"""The table of permissions, cell by cell, and what follows from it."""

import pytest

from campaign.accounts.permissions import (
    MATRIX,
    NEED_SECOND_FACTOR,
    OF_AN_ORGANISATION,
    SENSITIVE,
    Grant,
    Permission,
    Role,
    grants_that_allow,
    is_usable,
)
from campaign.accounts.vocabulary import PERMISSION_LABELS, ROLE_LABELS, ROLE_MEANINGS

# One letter a role, in the order of the columns: member, editor, moderator (R), data officer,
# coordinator, administrator.
TABLE = """
account:own            M E R O C A
organisation:read      M E R O C A
organisation:edit      . . . . C A
organisation:invite    . . . . C A
organisation:manage    . . . . C A
organisation:create    . . . . . A
petition:read          M E R O C A
petition:edit          . E . . C .
petition:submit        . E . . C .
petition:carry         . . . . C .
petition:moderate      . . R . . A
petition:publish       . . R . . A
petition:takedown      . . . . . A
instrument:confirm     . . . . C A
margin:set             . . . . C .
signature:find         . . . O . .
signature:invalidate   . . . O . .
domain:block           . . . . . A
voice:moderate         . . R . . .
event_code:issue       . E . . C .
placement:issue        . E . . C .
count:enter            . E . O C .
count:approve          . . . O C .
paper:keep             . E . O C .
handover:make          . . . O C .
update:write           . E . . C .
update:send            . . . . C .
export:make            . . . O . .
evidence:read          . . . O C .
alert:publish          . . . . C .
retention:read         . . . O C A
audit:read             . . . O C A
panic:close            . . . O C A
"""
CELLS = [
    (permission, role, sign != ".")
    for permission, *signs in (line.split() for line in TABLE.strip().splitlines())
    for role, sign in zip(Role, signs, strict=True)
]


@pytest.mark.parametrize(("permission", "role", "is_allowed"), CELLS)
def test_each_cell(permission: str, role: Role, is_allowed: bool) -> None:
    assert (role in MATRIX[Permission(permission)]) is is_allowed


def test_the_table_has_every_permission_and_every_word() -> None:
    assert {Permission(each) for each, _role, _allowed in CELLS} == set(Permission) == set(MATRIX)
    assert set(PERMISSION_LABELS) == set(Permission)
    assert set(ROLE_LABELS) == set(ROLE_MEANINGS) == set(Role)


def test_an_unknown_permission_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="petition:burn"):
        Permission("petition:burn")


def test_roles_that_see_people_or_speak_in_public_need_a_second_factor() -> None:
    assert set(Role) - {Role.MEMBER, Role.EDITOR} == NEED_SECOND_FACTOR
    assert {
        Permission.SIGNATURE_FIND,
        Permission.EXPORT_MAKE,
        Permission.ALERT_PUBLISH,
    } <= SENSITIVE
    officer = Grant(Role.OFFICER, 1)
    assert not is_usable(officer, has_second_factor=False)
    assert is_usable(officer, has_second_factor=True)
    assert is_usable(Grant(Role.EDITOR, 1), has_second_factor=False)


def test_a_role_counts_in_its_own_organisation_only_and_the_platforms_everywhere() -> None:
    editor, administrator = Grant(Role.EDITOR, 1), Grant(Role.ADMINISTRATOR, None)
    assert grants_that_allow(Permission.PETITION_EDIT, [editor], [1, 2]) == [editor]
    assert grants_that_allow(Permission.PETITION_EDIT, [editor], [2]) == []
    assert grants_that_allow(Permission.PETITION_EDIT, [editor], []) == []
    assert grants_that_allow(Permission.PETITION_EDIT, [editor]) == [editor]
    assert grants_that_allow(Permission.AUDIT_READ, [editor, administrator], [9]) == [administrator]


def test_no_organisation_can_give_the_platforms_role() -> None:
    assert Role.ADMINISTRATOR not in OF_AN_ORGANISATION
