"""Many people at the same instant: nothing lost, nothing counted twice."""

import threading
from collections import Counter
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from campaign.core.db import db, transaction
from campaign.outbox.models import OutboxMessage
from campaign.petitions import jobs
from campaign.petitions.models import (
    Petition,
    Reconciliation,
    Signature,
    Tally,
    TallyEntry,
    ThresholdCrossing,
)
from campaign.petitions.operations import confirming, counting, signing, taking_back
from campaign.petitions.rules.signing import Application, SigningTerms, read_application
from tests.factories.petitions import (
    NOON,
    form_fields,
    make_confirmed,
    make_petition,
    queued_kinds,
    sign,
    signatures,
    terms_of,
    token_of,
)
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("clock")
TIMES = 5  # a race is tried a few times: once may be luck


def application_of(terms: SigningTerms, **changes: str) -> Application:
    application, errors = read_application(form_fields(**changes), terms)
    assert application is not None, errors
    return application


def sign_now(terms: SigningTerms, application: Application) -> None:
    with transaction():
        signing.sign(application, terms, may_mail=True, now=NOON)


def confirm_now(token: str) -> None:
    with transaction():
        confirming.confirm(token, now=NOON)


def withdraw_now(signature_id: int) -> None:
    with transaction():
        taking_back.withdraw(db.session.get_one(Signature, signature_id), now=NOON)


def invalidate_now(signature_id: int) -> None:
    signature = db.session.get_one(Signature, signature_id)
    with transaction():
        taking_back.invalidate(signature, now=NOON)


def counted(slug: str = "clear-criteria") -> int:
    db.session.rollback()
    total = (
        select(func.coalesce(func.sum(Tally.count), 0)).join(Petition).where(Petition.slug == slug)
    )
    return int(db.session.scalar(total) or 0)


def confirmed(slug: str = "clear-criteria") -> int:
    return sum(signature.state == "confirmed" for signature in signatures(slug))


def waiting(count: int) -> list[str]:
    """The tokens of so many pending signatures."""
    make_petition()
    terms = terms_of()
    with transaction():
        for number in range(count):
            application = application_of(terms, email=f"p{number}@example.org")
            signing.sign(application, terms, may_mail=False, now=NOON)
    return [token_of(signature) for signature in signatures()]


def test_of_twenty_people_with_one_mailbox_at_once_two_are_kept(app: Flask) -> None:
    """Behaviours 10 and 13, R11: held by the database itself."""
    make_petition()
    terms = terms_of()
    people = [
        application_of(terms, given_name=f"Person {'abcdefghijklmnopqrst'[number]}")
        for number in range(20)
    ]
    given = at_once(app, [partial(sign_now, terms, person) for person in people])
    assert failures(given) == []
    assert [signature.household_place for signature in signatures()] in ([1, 2], [2, 1])
    assert all(signature.mail_count <= 5 for signature in signatures())
    assert len(queued_kinds()) <= 10


def test_twenty_times_the_same_person_at_once_is_one_signature_and_five_mails(app: Flask) -> None:
    """Behaviours 11 and 16."""
    make_petition()
    terms = terms_of()
    given = at_once(app, [partial(sign_now, terms, application_of(terms)) for _time in range(20)])
    assert failures(given) == []
    [signature] = signatures()
    assert (signature.mail_count, len(queued_kinds())) == (5, 5)


def test_two_presses_at_once_count_once(app: Flask) -> None:
    """Behaviour 24."""
    tokens = waiting(TIMES)
    for token in tokens:
        assert failures(at_once(app, [partial(confirm_now, token)] * 2)) == []
    jobs.fold_tallies(NOON)
    assert counted() == confirmed() == TIMES


def test_two_withdrawals_at_once_subtract_once(app: Flask) -> None:
    """Behaviour 94."""
    make_petition()
    make_confirmed(email="stays@example.org")
    for number in range(TIMES):
        signature = make_confirmed(email=f"p{number}@example.org")
        assert failures(at_once(app, [partial(withdraw_now, signature.id)] * 2)) == []
    jobs.fold_tallies(NOON)
    assert counted() == confirmed() == 1


def test_confirming_withdrawing_and_invalidating_at_once_leave_the_count_true(app: Flask) -> None:
    """Behaviours 24, 69 and 94: whichever comes first, and a withdrawal is never lost."""
    tokens = waiting(TIMES)
    ids = [signature.id for signature in signatures()]
    for token, signature_id in zip(tokens, ids, strict=True):
        acts = [
            partial(confirm_now, token),
            partial(withdraw_now, signature_id),
            partial(invalidate_now, signature_id),
        ]
        given = at_once(app, acts)
        assert all(isinstance(error, confirming.WithdrawnError) for error in failures(given))
    jobs.fold_tallies(NOON)
    assert [signature.state for signature in signatures()] == ["withdrawn"] * TIMES
    assert counted() == 0
    assert jobs.reconcile_tallies(NOON) == 0


def test_two_hundred_confirmations_at_once_lose_none(app: Flask) -> None:
    """The issue's own number, while two workers fold and another recounts."""
    tokens = waiting(200)
    acts: list[Any] = [partial(confirm_now, token) for token in tokens]
    acts += [partial(jobs.fold_tallies, NOON)] * 2 + [partial(jobs.reconcile_tallies, NOON)]
    assert failures(at_once(app, acts)) == []
    jobs.fold_tallies(NOON)
    assert (counted(), confirmed()) == (200, 200)
    assert db.session.scalar(select(func.count()).select_from(Reconciliation)) == 0


def test_two_workers_that_fold_at_once_are_exact(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behaviour 45: not forbidden but harmless."""
    monkeypatch.setattr(counting, "FOLD_AT_ONCE", 7)
    for token in waiting(40):
        confirm_now(token)
    folded = at_once(app, [partial(jobs.fold_tallies, NOON)] * 2)
    assert failures(folded) == []
    jobs.fold_tallies(NOON)
    assert counted() == 40
    assert db.session.scalar(select(func.count()).select_from(TallyEntry)) == 0


def test_a_wrong_tally_is_repaired_while_people_confirm(app: Flask) -> None:
    """Behaviour 46."""
    tokens = waiting(40)
    for token in tokens[:20]:
        confirm_now(token)
    jobs.fold_tallies(NOON)
    with transaction():
        db.session.execute(update(Tally).values(count=3))
    acts: list[Any] = [partial(confirm_now, token) for token in tokens[20:]]
    acts[10:10] = [partial(jobs.reconcile_tallies, NOON), partial(jobs.fold_tallies, NOON)] * 2
    assert failures(at_once(app, acts)) == []
    jobs.fold_tallies(NOON)
    assert counted() == confirmed() == 40
    repairs = list(db.session.scalars(select(Reconciliation)))
    assert [repair.true_count - repair.kept_count for repair in repairs] == [17]


def test_a_line_passed_by_two_workers_together_is_recorded_once(app: Flask) -> None:
    """Behaviour 39: each has folded one region, neither has seen the other's."""
    make_petition(instrument_id="none", goal=2)
    make_confirmed(email="v@example.org", postal_code="9000")
    db.session.remove()
    first_has_folded, second_may_end = threading.Event(), threading.Event()

    def first() -> None:
        with transaction():
            counting.fold_tallies(now=NOON)
            first_has_folded.set()
            second_may_end.wait(0.5)

    def second() -> None:
        assert first_has_folded.wait(10)
        make_confirmed(email="w@example.org", postal_code="4000")
        jobs.fold_tallies(NOON)
        second_may_end.set()

    assert failures(at_once(app, [first, second])) == []
    jobs.fold_tallies(NOON)
    assert db.session.scalar(select(func.count()).select_from(ThresholdCrossing)) == 1
    assert Counter(queued_kinds())["petitions/threshold_crossed"] == 1


def test_a_signature_and_its_mail_are_kept_together_or_not_at_all(app: Flask) -> None:
    make_petition()
    terms = terms_of()

    def sign_and_fail() -> None:
        with transaction():
            signing.sign(application_of(terms), terms, may_mail=True, now=NOON)
            raise InterruptedError

    given = at_once(
        app, [sign_and_fail, partial(sign_now, terms, application_of(terms, email="b@example.org"))]
    )
    assert [type(error) for error in failures(given)] == [InterruptedError]
    assert len(signatures()) == 1
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_a_new_signature_waits_for_nobody_who_counts(app: Flask) -> None:
    """Folding locks no row that a signer needs (on SQLite the one writer's turn is short)."""
    make_petition()
    make_confirmed()
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with transaction():
        counting.fold_tallies(now=NOON)
        assert failures(at_once_beside(app, partial(sign, email="new@example.org"))) == []
    assert len(signatures()) == 2


def at_once_beside(app: Flask, act: Any) -> list[Any]:
    """Do `act` in another thread while this one keeps its transaction open."""
    given: list[Any] = []

    def run() -> None:
        with app.app_context():
            try:
                given.append(act())
            except Exception as error:  # noqa: BLE001 -- handed to the test
                given.append(error)
            finally:
                db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=10)
    if thread.is_alive():
        given.append(TimeoutError("the signer waits"))
    return given
