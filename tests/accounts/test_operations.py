"""Acts on accounts, and what two at once come to."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from campaign.accounts import queries
from campaign.accounts.models import (
    Account,
    AccountLink,
    AccountSession,
    Invitation,
    RecoveryCode,
)
from campaign.accounts.operations import (
    factors,
    invitations,
    membership,
    owning,
    passwords,
    sessions,
)
from campaign.accounts.permissions import Role
from campaign.accounts.rules.refusals import (
    AddressTakenError,
    AlreadyMemberError,
    LastAdministratorError,
    LastCoordinatorError,
    LinkOverError,
    LostLinkError,
    OtherMailboxError,
    SignInRefusedError,
    WrongCodeError,
)
from campaign.audit.models import AuditEntry
from campaign.core.db import db, transaction
from campaign.core.errors import RefusedError
from campaign.partners.models import Organisation
from campaign.privacy.retention import INVITATIONS, LINKS, SESSIONS
from tests.factories.accounts import (
    PASSWORD,
    code_of,
    give_recovery_codes,
    make_account,
    password_hash,
    signed_in_token,
)
from tests.factories.petitions import NOON, first_link, make_organisation
from tests.factories.retention import forget_by
from tests.mailbox import Outbox, text_of

pytestmark = pytest.mark.usefixtures("app")


def invite(
    organisation: Organisation, email: str = "new@example.org", **changes: Any
) -> Invitation:
    facts = {
        "email": email,
        "role": Role.EDITOR,
        "organisation_id": organisation.id,
        "organisation_name": organisation.name,
        "language": "fr",
        "actor": "test",
        "inviter": "Palabre",
        "now": NOON,
    }
    with transaction():
        return invitations.invite(**(facts | changes))


def token_sent(
    outbox: Outbox, recipient: str = "new@example.org", part: str = "/workspace/"
) -> str:
    return first_link(text_of(outbox.last(recipient)), part).rsplit("/", 1)[1].partition("?")[0]


def newcomer(name: str = "Nouvelle") -> invitations.Newcomer:
    return invitations.Newcomer(name=name, password_hash=password_hash(), language="nl")


def acts() -> list[str]:
    return list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.id)))


def both(app: Flask, act: Callable[[], object]) -> list[object]:
    """What two people get who do the same at the same moment."""
    start = Barrier(2)

    def do(_number: int) -> object:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    return act()
            except RefusedError as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(do, range(2)))


class TestPasswords:
    def test_are_proved_and_the_answer_to_a_wrong_one_is_the_same_for_nobody(self) -> None:
        account = make_account()
        assert passwords.prove(account, PASSWORD) == (account, "")
        for who in (account, None):
            with pytest.raises(SignInRefusedError):
                passwords.prove(who, "something else entirely")

    def test_hashed_at_a_lower_cost_are_hashed_again(self) -> None:
        account = make_account()
        cheap = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        with transaction():
            account.password_hash = cheap
        _account, new_hash = passwords.prove(account, PASSWORD)
        assert new_hash != cheap
        assert passwords.HASHER.verify(new_hash, PASSWORD)


class TestInvitations:
    def test_make_an_account_with_the_role_and_forget_the_address(self, outbox: Outbox) -> None:
        organisation = make_organisation()
        invited = invite(organisation)
        with transaction():
            account = invitations.accept_as_newcomer(token_sent(outbox), newcomer(), now=NOON)
        assert account.email == "new@example.org"
        assert [grant.role for grant in queries.grants_of(account)] == [Role.EDITOR]
        db.session.refresh(invited)
        assert (invited.email, invited.email_key, invited.outcome) == (None, None, "accepted")
        assert acts()[-2:] == ["invitation.sent", "invitation.accepted"]

    def test_are_good_once_and_until_their_end(self, outbox: Outbox) -> None:
        invite(make_organisation())
        token = token_sent(outbox)
        with pytest.raises(LinkOverError), transaction():
            invitations.accept_as_newcomer(token, newcomer(), now=NOON + timedelta(days=14))
        with transaction():
            invitations.accept_as_newcomer(token, newcomer(), now=NOON)
        with pytest.raises(LinkOverError), transaction():
            invitations.accept_as_newcomer(token, newcomer(), now=NOON)

    def test_accepted_by_two_at_once_make_one_account(self, app: Flask, outbox: Outbox) -> None:
        invite(make_organisation())
        token = token_sent(outbox)
        given = both(app, lambda: invitations.accept_as_newcomer(token, newcomer(), now=NOON).actor)
        assert {type(each) for each in given} == {LinkOverError, str}
        assert db.session.scalar(db.select(db.func.count()).select_from(Account)) == 1

    def test_add_a_role_to_their_own_reader_only(self, outbox: Outbox) -> None:
        organisation = make_organisation()
        account, other = make_account("Palabre"), make_account("Other")
        invite(organisation, account.email)
        token = token_sent(outbox, account.email)
        with pytest.raises(OtherMailboxError), transaction():
            invitations.accept(token, other, now=NOON)
        with transaction():
            invitations.accept(token, account, now=NOON)
        assert [grant.role for grant in queries.grants_of(account)] == [Role.EDITOR]

    def test_revoked_open_nothing_and_sent_again_have_a_new_link(self, outbox: Outbox) -> None:
        invited = invite(make_organisation())
        old = token_sent(outbox)
        with transaction():
            invitations.resend(invited, actor="test", inviter="Palabre", now=NOON)
        with pytest.raises(LinkOverError):
            invitations.check_invitation(old, now=NOON)
        token = token_sent(outbox)
        with transaction():
            invitations.revoke(invited, actor="test", now=NOON)
        with pytest.raises(LinkOverError):
            invitations.check_invitation(token, now=NOON)
        with pytest.raises(LinkOverError), transaction():
            invitations.revoke(invited, actor="test", now=NOON)

    def test_the_same_one_twice_is_one(self) -> None:
        organisation = make_organisation()
        invite(organisation)
        with pytest.raises(AlreadyMemberError):
            invite(organisation, "NEW@example.org")
        invite(organisation, now=NOON + timedelta(days=15))

    def test_tell_the_same_to_who_has_an_account(self, outbox: Outbox) -> None:
        organisation = make_organisation()
        account = make_account("Palabre")
        invite(organisation, account.email)
        invite(organisation)
        known = text_of(outbox.last(account.email))
        unknown = text_of(outbox.last("new@example.org"))
        assert known.splitlines()[0] == unknown.splitlines()[0]
        assert len(known) == len(unknown)

    def test_of_a_lost_phone_forget_the_factors_and_nothing_else(self, outbox: Outbox) -> None:
        organisation = make_organisation()
        account = make_account("Palabre", Role.OFFICER, organisation=organisation)
        give_recovery_codes(account)
        invite(organisation, account.email, role=Role.OFFICER, resets_second_factor=True)
        with transaction():
            invitations.accept(token_sent(outbox, account.email), account, now=NOON)
        assert not account.has_second_factor
        assert queries.recovery_codes_left(account.id) == 0
        assert len(queries.grants_of(account)) == 1
        assert passwords.is_right(account, PASSWORD)


class TestCodes:
    def test_of_the_app_given_twice_at_once_are_taken_once(self, app: Flask) -> None:
        account = make_account()
        code = code_of(account, NOON)
        number = account.id

        def use() -> str:
            factors.use_code(db.session.get_one(Account, number), code, now=NOON)
            return "used"

        given = both(app, use)
        assert {type(each) for each in given} == {WrongCodeError, str}

    def test_for_recovery_given_twice_at_once_are_taken_once(self, app: Flask) -> None:
        account = make_account()
        code, number = give_recovery_codes(account)[3], account.id

        def use() -> str:
            factors.use_code(db.session.get_one(Account, number), code, now=NOON)
            return "used"

        given = both(app, use)
        assert {type(each) for each in given} == {WrongCodeError, str}
        assert queries.recovery_codes_left(number) == 9

    def test_for_recovery_are_kept_as_digests_and_new_ones_end_the_old(self) -> None:
        account = make_account()
        old = give_recovery_codes(account)
        kept = db.session.scalars(db.select(RecoveryCode.code_digest)).all()
        assert not any(code.encode() in digest for code in old for digest in kept)
        give_recovery_codes(account)
        with pytest.raises(WrongCodeError), transaction():
            factors.use_code(account, old[0], now=NOON)

    def test_of_another_person_are_not_ones_own(self) -> None:
        codes, account = give_recovery_codes(make_account("Other")), make_account("Palabre")
        with pytest.raises(WrongCodeError), transaction():
            factors.use_code(account, codes[0], now=NOON)

    def test_the_secret_is_encrypted_in_the_database(self) -> None:
        account = make_account()
        secret = account.totp_secret
        assert secret is not None
        raw = db.session.execute(db.text("SELECT totp_secret, email FROM account")).one()
        assert all(secret.encode() not in bytes(each) for each in raw)
        assert b"palabre@example.org" not in bytes(raw[1])


class TestMembership:
    def test_roles_are_given_and_taken_and_each_is_written_down(self) -> None:
        organisation = make_organisation()
        account = make_account("Palabre", Role.EDITOR, organisation=organisation)
        with transaction():
            membership.set_roles(
                account_id=account.id,
                organisation_id=organisation.id,
                roles=[Role.MODERATOR, Role.MEMBER],
                actor="test",
                now=NOON,
            )
        assert {g.role for g in queries.grants_of(account)} == {Role.MODERATOR, Role.MEMBER}
        assert sorted(acts()[-3:]) == ["role.given", "role.given", "role.taken"]

    def test_the_last_coordinator_cannot_leave_without_a_successor(self) -> None:
        organisation = make_organisation()
        account = make_account("Palabre", Role.COORDINATOR, organisation=organisation)
        with pytest.raises(LastCoordinatorError), transaction():
            membership.leave(account=account, organisation_id=organisation.id, now=NOON)
        with pytest.raises(LastCoordinatorError), transaction():
            owning.delete_account(account, now=NOON)
        make_account("Successor", Role.COORDINATOR, organisation=organisation)
        with transaction():
            membership.leave(account=account, organisation_id=organisation.id, now=NOON)
        assert queries.grants_of(account) == []

    def test_two_last_coordinators_who_leave_at_once_do_not_both(self, app: Flask) -> None:
        organisation = make_organisation()
        people = [
            make_account(name, Role.COORDINATOR, organisation=organisation).id
            for name in ("One", "Two")
        ]
        place = organisation.id
        waiting = list(people)

        def go() -> str:
            account = db.session.get_one(Account, waiting.pop())
            membership.leave(account=account, organisation_id=place, now=NOON)
            return "left"

        given = both(app, go)
        assert {type(each) for each in given} == {LastCoordinatorError, str}
        assert len(queries.coordinator_ids(place)) == 1


class TestOwning:
    def test_a_new_password_ends_every_other_session(self) -> None:
        account = make_account()
        signed_in_token(account)
        signed_in_token(account)
        here = queries.sessions_of(account.id, now=NOON)[0]
        with transaction():
            owning.change_password(account, password_hash(), keeping=here, now=NOON)
        assert [each.id for each in queries.sessions_of(account.id, now=NOON)] == [here.id]

    def test_the_link_to_a_new_password_is_good_once_for_two_hours(self, outbox: Outbox) -> None:
        account = make_account()
        with transaction():
            owning.ask_new_password(account, now=NOON)
        token = token_sent(outbox, account.email)
        with pytest.raises(LostLinkError):
            owning.check_link(token, owning.PASSWORD, now=NOON + timedelta(hours=2))
        with transaction():
            owning.choose_new_password(token, passwords.hash_password("a new one, long"), now=NOON)
        with pytest.raises(LostLinkError), transaction():
            owning.choose_new_password(token, password_hash(), now=NOON)
        assert passwords.is_right(account, "a new one, long")
        assert account.has_second_factor

    def test_an_address_changes_when_both_mailboxes_have_confirmed(self, outbox: Outbox) -> None:
        account = make_account()
        with transaction():
            owning.ask_other_address(account, "other@example.org", now=NOON)
        old, new = token_sent(outbox, account.email), token_sent(outbox, "other@example.org")
        with transaction():
            assert owning.confirm_address(new, now=NOON) is False
        assert account.email == "palabre@example.org"
        with pytest.raises(LostLinkError), transaction():
            owning.confirm_address(new, now=NOON)
        with transaction():
            assert owning.confirm_address(old, now=NOON) is True
        assert account.email == "other@example.org"
        assert queries.account_by_key(invitations.email_key("other@example.org")) is account
        assert db.session.scalars(db.select(AccountLink)).all() == []

    def test_an_address_that_another_account_has_is_not_taken(self, outbox: Outbox) -> None:
        account, other = make_account("Palabre"), make_account("Other")
        with transaction():
            owning.ask_other_address(account, other.email, now=NOON)
        tokens = [token_sent(outbox, each.email) for each in (account, other)]
        with transaction():
            owning.confirm_address(tokens[0], now=NOON)
        with pytest.raises(AddressTakenError), transaction():
            owning.confirm_address(tokens[1], now=NOON)

    def test_a_deleted_account_leaves_nothing_but_numbers_in_the_log(self) -> None:
        organisation = make_organisation()
        account = make_account("Palabre", Role.EDITOR, organisation=organisation)
        give_recovery_codes(account)
        signed_in_token(account)
        actor = account.actor
        with transaction():
            owning.delete_account(account, now=NOON)
        for table in ("account", "account_role", "account_session", "recovery_code"):
            assert db.session.execute(db.text(f"SELECT count(*) FROM {table}")).scalar() == 0, table
        entries = db.session.scalars(db.select(AuditEntry)).all()
        assert entries[-1].actor == actor
        assert not any("Palabre" in e.detail or "@" in e.detail for e in entries)

    def test_the_last_administrator_cannot_go(self) -> None:
        account = make_account(is_administrator=True)
        with pytest.raises(LastAdministratorError), transaction():
            owning.delete_account(account, now=NOON)


def forget_what_is_over(now: datetime) -> int:
    return sum(forget_by(name, now) for name in (SESSIONS, INVITATIONS, LINKS))


def test_what_is_over_is_swept(outbox: Outbox) -> None:
    account = make_account()
    signed_in_token(account)
    invited = invite(make_organisation())
    with transaction():
        owning.ask_new_password(account, now=NOON)
    assert forget_what_is_over(NOON + timedelta(hours=1)) == 0
    forget_what_is_over(NOON + timedelta(days=15))
    db.session.refresh(invited)
    assert (invited.email, invited.outcome) == (None, "expired")
    assert db.session.scalars(db.select(AccountSession)).all() == []
    assert db.session.scalars(db.select(AccountLink)).all() == []
    forget_what_is_over(NOON + timedelta(days=46))
    assert db.session.scalars(db.select(Invitation)).all() == []


def test_a_session_completed_has_a_token_nobody_has_seen_before() -> None:
    account = make_account()
    with transaction():
        half = sessions.sign_in(account=account, device="", new_hash="", now=NOON)
    session = queries.sessions_of(account.id, now=NOON)[0]
    with transaction():
        whole = sessions.give_code(session, code_of(account, NOON), now=NOON)
    assert half != whole
    assert queries.session_by_digest(sessions.token_digest(half)) is None
