"""Operations: false signatures stop being counted, many at once, and can be given back exactly."""

import contextlib
import random
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, text, update
from sqlalchemy.exc import DBAPIError

from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.core.tokens import sign_token
from campaign.petitions import jobs
from campaign.petitions.jobs import signing as signing_jobs
from campaign.petitions.models import (
    InvalidatedSignature,
    Invalidation,
    Petition,
    Signature,
    Tally,
    ThresholdCrossing,
)
from campaign.petitions.operations import (
    advancing,
    confirming,
    counting,
    invalidating,
    taking_back,
)
from campaign.petitions.pages import cards_for
from campaign.petitions.queries.counts import series
from campaign.petitions.queries.invalidating import invalidation_by_id, part, progress
from campaign.petitions.queries.petitions import petition_by_slug, trending
from campaign.petitions.rules import invalidating as rules
from campaign.petitions.rules.invalidating import Conditions, Step
from campaign.petitions.rules.signing import months_after
from campaign.privacy.retention import CHECKS
from tests.factories.petitions import (
    NOON,
    confirm,
    make_confirmed,
    make_petition,
    queued_kinds,
    sign,
    signatures,
    token_of,
)
from tests.factories.retention import anonymise_signatures, forget_by, purge_unconfirmed
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app", "clock")
SLUG = "clear-criteria"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACES = {"VLG": "9000", "WAL": "4000", "BRU": "1000", "UNKNOWN": ""}
ROBOTS = Conditions(email_domain="robots.example")


def prepare(conditions: Conditions = ROBOTS, slug: str = SLUG) -> int:
    with transaction():
        check = invalidating.prepare(
            petition=petition_by_slug(slug),  # type: ignore[arg-type]
            conditions=conditions,
            reason="many alike",
            actor="organiser",
            now=NOON,
        )
    return check.id


def move(name: str, check_id: int, now: datetime = NOON) -> None:
    with transaction():
        getattr(invalidating, name)(invalidation_id=check_id, actor="organiser", now=now)


def work(now: datetime = NOON) -> None:
    """What the worker does until nothing is left."""
    while jobs.advance_invalidations(now):
        pass


def counted(conditions: Conditions = ROBOTS, slug: str = SLUG) -> int:
    check_id = prepare(conditions, slug)
    move("count", check_id)
    work()
    return check_id


def run(conditions: Conditions = ROBOTS, slug: str = SLUG) -> int:
    check_id = counted(conditions, slug)
    move("start", check_id)
    work()
    return check_id


def check_of(check_id: int) -> Invalidation:
    db.session.rollback()
    found = invalidation_by_id(check_id)
    assert found is not None
    return found


def states(slug: str = SLUG) -> list[str]:
    return [signature.state for signature in signatures(slug)]


def tallies(slug: str = SLUG) -> dict[str, int]:
    jobs.fold_tallies(NOON)
    db.session.rollback()
    query = select(Tally.stratum, Tally.count).join(Petition).where(Petition.slug == slug)
    return {row.stratum: row.count for row in db.session.execute(query) if row.count}


def recount(slug: str = SLUG) -> dict[str, int]:
    db.session.rollback()
    query = (
        select(Signature.stratum, func.count())
        .join(Petition)
        .where(Petition.slug == slug, Signature.state == "confirmed")
        .group_by(Signature.stratum)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def robots(count: int, *, is_confirmed: bool = True, **changes: str) -> None:
    for number in range(count):
        typed = {"email": f"r{number}@robots.example", **changes}
        if is_confirmed:
            make_confirmed(**typed)
        else:
            sign(**typed)


class TestConditions:
    def test_a_check_without_conditions_is_refused(self) -> None:
        """Behaviour 65: also where it does not come from a form."""
        make_petition()
        for conditions in (Conditions(), Conditions(state="confirmed")):
            with pytest.raises(rules.UnconditionalError):
                prepare(conditions)
        assert db.session.scalar(select(func.count()).select_from(Invalidation)) == 0

    @pytest.mark.parametrize(
        ("conditions", "expected"),
        [
            (Conditions(email_domain="robots.example"), {2}),
            (Conditions(name="mickey *"), {0}),
            (Conditions(postal_code="4000"), {1}),
            (Conditions(country="VA"), {3}),
            (Conditions(language="nl"), {4}),
            (Conditions(created_from=NOON + HOUR, created_before=NOON + 2 * HOUR), {5}),
            (Conditions(country="BE", state="pending"), {6}),
            (Conditions(country="BE", email_domain="example.org", language="nl"), {4}),
            (Conditions(is_whole_petition=True), set(range(7))),
        ],
    )
    def test_each_condition_finds_its_own_and_touches_no_other(
        self, conditions: Conditions, expected: set[int]
    ) -> None:
        make_petition()
        make_petition("another")
        make_confirmed(email="a@example.org", given_name="Mickey")
        make_confirmed(email="b@example.org", postal_code="4000")
        make_confirmed(email="c@mail.robots.example")
        make_confirmed(email="d@example.org", country="VA", postal_code="")
        make_confirmed(email="e@example.org", language="nl")
        make_confirmed(email="f@example.org", now=NOON + HOUR)
        sign(email="g@example.org")
        make_confirmed("another", email="c@robots.example", given_name="Mickey")
        run(conditions)
        found = {place for place, state in enumerate(states()) if state == "invalidated"}
        assert found == expected
        assert states("another") == ["confirmed"]

    def test_the_database_refuses_to_change_conditions(self) -> None:
        make_petition()
        check_id = prepare()
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(
                update(Invalidation)
                .where(Invalidation.id == check_id)
                .values(conditions='{"country": "BE"}')
            )

    def test_conditions_go_with_the_names(self) -> None:
        """They may name a person."""
        petition = make_petition()
        make_confirmed(email="a@robots.example")
        check_id = run()
        assert petition.closes_at is not None
        assert forget_by(CHECKS, months_after(petition.closes_at, 6) - HOUR) == 0
        assert check_of(check_id).conditions
        assert forget_by(CHECKS, months_after(petition.closes_at, 6)) == 1
        assert check_of(check_id).conditions == ""
        with pytest.raises(rules.WrongStepError):
            move("look", check_id)


class TestCounting:
    def test_a_count_tells_the_matches_and_touches_no_signature(self) -> None:
        """Behaviour 66."""
        make_petition()
        robots(3)
        robots(1, is_confirmed=False, given_name="Binta", email="p@robots.example")
        make_confirmed(email="true@example.org", postal_code="4000")
        before = [(s.state, s.confirmed_at) for s in signatures()]
        check = check_of(counted())
        assert (check.state, check.matched_count) == ("counted", 4)
        assert check.matched_by_stratum == '{"VLG": 3}'
        assert check.counted_at == NOON
        assert [(s.state, s.confirmed_at) for s in signatures()] == before
        assert tallies() == {"VLG": 3, "WAL": 1}
        assert db.session.scalar(select(func.count()).select_from(InvalidatedSignature)) == 0

    def test_nothing_starts_before_it_was_counted(self) -> None:
        """Behaviour 66."""
        make_petition()
        check_id = prepare()
        with pytest.raises(rules.WrongStepError):
            move("start", check_id)

    def test_a_count_can_be_dropped_and_taken_again(self) -> None:
        """Behaviour 67."""
        make_petition()
        robots(2)
        check_id = prepare()
        move("count", check_id)
        move("cancel", check_id)
        assert check_of(check_id).state == "draft"
        move("count", check_id)
        work()
        move("count", check_id)
        work()
        assert check_of(check_id).matched_count == 2

    def test_whoever_looks_sees_no_name_and_it_is_kept_that_they_looked(self) -> None:
        make_petition()
        robots(1)
        make_confirmed(email="true@example.org")
        check_id = counted()
        with transaction():
            [shown] = invalidating.look(invalidation_id=check_id, actor="organiser", now=NOON)
        assert (shown.name, shown.mailbox) == ("A… E…", "r…@robots.example")
        last = entries_about(f"petition:{SLUG}")[-1]
        assert (last.actor, last.act) == ("organiser", "invalidation.looked_at")

    def test_no_audit_entry_holds_a_condition(self) -> None:
        make_petition()
        run(Conditions(name="awa exemple"))
        text_of_all = " ".join(e.detail + e.act for e in entries_about(f"petition:{SLUG}"))
        assert "awa" not in text_of_all


class TestRunning:
    def test_only_pending_and_confirmed_ones_are_touched(self) -> None:
        """Behaviour 69."""
        make_petition()
        robots(4)
        sign(email="p@robots.example")
        with transaction():
            taking_back.withdraw(signatures()[0], now=NOON)
        with transaction():
            taking_back.invalidate(signatures()[1], now=NOON)
        check_id = run(Conditions(is_whole_petition=True))
        assert states() == ["withdrawn", *["invalidated"] * 4]
        assert check_of(check_id).invalidated_count == 3
        move("reinstate", check_id)
        work()
        assert states() == ["withdrawn", "invalidated", "confirmed", "confirmed", "pending"]

    def test_nobody_is_mailed(self) -> None:
        """Behaviour 70: neither when it happens nor afterwards."""
        make_petition()
        robots(2)
        sign(email="p@robots.example")
        before = queued_kinds()
        check_id = run()
        jobs.send_reminders(NOON + 3 * DAY)
        move("reinstate", check_id)
        work()
        assert queued_kinds() == before

    def test_tallies_and_every_region_follow(self) -> None:
        """Behaviours 70 and 71."""
        make_petition()
        for number, place in enumerate(("9000", "9000", "4000", "1000", "")):
            robots(1, email=f"x{number}@robots.example", postal_code=place)
        make_confirmed(email="t@example.org", postal_code="9000")
        make_confirmed(email="u@example.org", country="FR", postal_code="")
        robots(1, email="abroad@robots.example", country="VA", postal_code="")
        assert tallies() == {"VLG": 3, "WAL": 1, "BRU": 1, "UNKNOWN": 1, "ABROAD": 2}
        run()
        assert tallies() == recount() == {"VLG": 1, "ABROAD": 1}
        assert jobs.reconcile_tallies(NOON) == 0

    def test_a_line_that_was_passed_is_recorded_as_lost_and_a_mistake_as_passed_again(self) -> None:
        """Behaviours 40 and 71."""
        make_petition(instrument_id="none", goal=3)
        robots(2)
        make_confirmed(email="t@example.org")
        tallies()
        check_id = run()
        tallies()
        db.session.rollback()
        [crossing] = db.session.scalars(select(ThresholdCrossing)).all()
        assert (crossing.crossed_at, crossing.undone_at) == (NOON, NOON)
        move("reinstate", check_id, NOON + HOUR)
        work(NOON + HOUR)
        jobs.fold_tallies(NOON + HOUR)
        db.session.rollback()
        found = db.session.scalars(select(ThresholdCrossing).order_by(ThresholdCrossing.id)).all()
        assert [row.undone_at for row in found] == [NOON, None]

    def test_a_false_peak_leaves_the_series_where_it_stood(self) -> None:
        """Behaviour 71: and trending, which is made of them, forgets it."""
        petition = make_petition()
        robots(5)
        make_confirmed(email="t@example.org", now=NOON + HOUR)
        check_id = run()
        jobs.fold_tallies(NOON + 5 * HOUR)
        assert [one for one in series(petition.id, "hour") if one[2]] == [(NOON + HOUR, "VLG", 1)]
        assert [one.slug for one in trending(now=NOON + 2 * HOUR)] == [SLUG]
        move("reinstate", check_id, NOON + 9 * HOUR)
        work(NOON + 9 * HOUR)
        jobs.fold_tallies(NOON + 9 * HOUR)
        assert series(petition.id, "hour") == [(NOON, "VLG", 5), (NOON + HOUR, "VLG", 1)]

    def test_what_falls_under_five_people_is_hidden_again(self) -> None:
        """Behaviour 95: the public breakdown never tells of the few who are left."""
        petition = make_petition()
        robots(6)
        for number, place in enumerate(["9000"] * 3 + ["4000"] * 7 + ["1000"] * 8):
            make_confirmed(email=f"t{number}@example.org", postal_code=place)
        tallies()
        run()
        tallies()
        with current_app.test_request_context("/fr/"):
            [card] = cards_for([petition], "fr", now=NOON)
        assert dict(card.tracker.support_regions) == {"VLG": None, "WAL": None, "BRU": 8}
        assert card.support_count == 18

    def test_whoever_signs_after_the_start_is_another_checks_affair(self) -> None:
        make_petition()
        robots(2)
        check_id = counted()
        move("start", check_id)
        make_confirmed(email="late@robots.example")
        work()
        assert states() == ["invalidated", "invalidated", "confirmed"]

    def test_it_is_cancelled_half_way_and_what_was_taken_can_be_given_back(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Behaviour 67."""
        monkeypatch.setattr(advancing, "NUMBERS_AT_ONCE", 2)
        make_petition()
        robots(6)
        check_id = counted()
        move("start", check_id)
        with transaction():
            advancing.advance(now=NOON)
        assert progress(check_of(check_id)).percent == 33
        move("cancel", check_id)
        work()
        assert states().count("invalidated") == 2
        assert tallies() == recount() == {"VLG": 4}
        with pytest.raises(rules.WrongStepError):
            move("start", check_id)
        move("reinstate", check_id)
        work()
        assert states() == ["confirmed"] * 6
        assert tallies() == {"VLG": 6}

    def test_a_started_one_is_never_deleted(self) -> None:
        """Behaviour 68: the database itself refuses."""
        make_petition()
        robots(1)
        check_id = run()
        with pytest.raises(rules.StartedStaysError):
            move("discard", check_id)
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(delete(InvalidatedSignature))
            db.session.execute(delete(Invalidation).where(Invalidation.id == check_id))
        draft = counted()
        move("discard", draft)
        assert invalidation_by_id(draft) is None

    def test_a_worker_that_is_killed_leaves_the_rest_to_the_next(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(advancing, "NUMBERS_AT_ONCE", 2)
        make_petition()
        robots(7)
        check_id = counted()
        move("start", check_id)
        steps = iter([None, None])
        journal = advancing.add_to_journal

        def die_at_the_third(*arguments: object) -> None:
            journal(*arguments)  # type: ignore[arg-type]
            if next(steps, "dead") == "dead":
                raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(advancing, "add_to_journal", die_at_the_third)
            jobs.advance_invalidations(NOON)
        assert states().count("invalidated") == 4
        assert tallies() == recount()
        work()
        assert states() == ["invalidated"] * 7
        assert check_of(check_id).invalidated_count == 7
        assert (tallies(), recount()) == ({}, {})

    def test_a_turn_of_the_worker_ends_before_a_long_check_does(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Mail must go on leaving meanwhile."""
        monkeypatch.setattr(advancing, "NUMBERS_AT_ONCE", 1)
        monkeypatch.setattr(signing_jobs, "EXAMINED_IN_A_TURN", 2)
        make_petition()
        robots(5)
        check_id = counted()
        move("start", check_id)
        assert jobs.advance_invalidations(NOON) == 2
        assert check_of(check_id).state == "running"

    def test_pressing_the_link_of_an_invalidated_signature_shows_thanks_and_counts_nothing(
        self,
    ) -> None:
        """Behaviours 17 and 28."""
        make_petition()
        sign(email="p@robots.example")
        check_id = run()
        confirm(signatures()[0])
        assert states() == ["invalidated"]
        move("reinstate", check_id)
        work()
        confirm(signatures()[0])
        assert states() == ["confirmed"]
        assert tallies() == {"VLG": 1}


class TestGivingBack:
    def test_each_is_what_it_was_except_what_its_author_withdrew(self) -> None:
        make_petition()
        robots(2)
        sign(email="p@robots.example")
        make_confirmed(email="w@robots.example")
        before = [(s.state, s.confirmed_at, s.stratum) for s in signatures()]
        check_id = run()
        with transaction():
            taking_back.withdraw(signatures()[3], now=NOON)
        move("reinstate", check_id)
        work()
        assert [(s.state, s.confirmed_at, s.stratum) for s in signatures()][:3] == before[:3]
        assert states()[3] == "withdrawn"
        check = check_of(check_id)
        assert (check.state, check.reinstated_count) == ("reinstated", 3)
        assert tallies() == recount() == {"VLG": 2}

    def test_it_gives_back_its_own_and_not_what_another_check_took(self) -> None:
        make_petition()
        robots(2)
        make_confirmed(email="o@other.example")
        first = run()
        run(Conditions(is_whole_petition=True))
        move("reinstate", first)
        work()
        assert states() == ["confirmed", "confirmed", "invalidated"]

    def test_it_goes_on_after_a_restart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(advancing, "NUMBERS_AT_ONCE", 2)
        make_petition()
        robots(5)
        check_id = run()
        move("reinstate", check_id)
        with transaction():
            advancing.advance(now=NOON)
        assert tallies() == recount() == {"VLG": 2}
        work()
        assert tallies() == recount() == {"VLG": 5}
        assert db.session.scalar(select(func.count()).select_from(InvalidatedSignature)) == 0

    def test_names_that_went_meanwhile_do_not_come_back_and_the_count_does(self) -> None:
        """Behaviour 85."""
        petition = make_petition()
        robots(2)
        check_id = run()
        assert petition.closes_at is not None
        anonymise_signatures(months_after(petition.closes_at, 6))
        move("reinstate", check_id)
        work()
        assert tallies() == recount() == {"VLG": 2}
        assert {s.email for s in signatures()} == {None}


class TestForgetting:
    def test_a_false_one_never_confirmed_goes_after_fourteen_days_too(self) -> None:
        """Behaviour 93: what the page promises holds for them as well."""
        petition = make_petition()
        sign(email="p@robots.example")
        make_confirmed(email="c@robots.example")
        check_id = run()
        assert purge_unconfirmed(NOON + 14 * DAY) == 1
        assert states() == ["invalidated"]
        move("reinstate", check_id)
        work()
        assert states() == ["confirmed"]
        assert petition.closes_at is not None

    def test_an_emptied_row_stays_to_explain_the_total(self) -> None:
        petition = make_petition()
        make_confirmed(email="c@robots.example")
        run()
        assert petition.closes_at is not None
        due = months_after(petition.closes_at, 6)
        anonymise_signatures(due)
        assert purge_unconfirmed(due) == 0
        assert states() == ["invalidated"]


class TestChosenOnes:
    @staticmethod
    def choose(
        offered: str, chosen: list[int], *, actor: str = "organiser", slug: str = SLUG
    ) -> Invalidation:
        with transaction():
            return invalidating.invalidate_chosen(
                petition=petition_by_slug(slug),  # type: ignore[arg-type]
                offered=offered,
                chosen=chosen,
                reason="seen one by one",
                actor=actor,
                now=NOON,
            )

    @staticmethod
    def offer(petition: Petition, ids: list[int]) -> str:
        return invalidating.offer_list(petition.id, ids, actor="organiser")

    def test_those_ticked_stop_being_counted_and_can_be_given_back(self) -> None:
        petition = make_petition()
        robots(3)
        ids = [signature.id for signature in signatures()]
        check = self.choose(self.offer(petition, ids), ids[:2])
        assert (check.state, check.invalidated_count) == (Step.DONE, 2)
        assert tallies() == recount() == {"VLG": 1}
        move("reinstate", check.id)
        work()
        assert tallies() == recount() == {"VLG": 3}

    def test_a_list_that_was_tampered_with_changes_nothing(self) -> None:
        """Behaviour 73."""
        petition = make_petition()
        other = make_petition("another")
        robots(3)
        ids = [signature.id for signature in signatures()]
        offered = self.offer(petition, ids[:2])
        payload = b'{"petition": 1, "actor": "organiser", "ids": [1, 2, 3]}'
        attempts = [
            partial(self.choose, offered, ids),  # one that was not shown
            partial(self.choose, offered, [*ids[:2], 999]),
            partial(self.choose, offered[:-4] + "AAAA", ids[:1]),
            partial(self.choose, "", ids[:1]),
            partial(self.choose, sign_token("another purpose", payload), ids[:1]),
            partial(self.choose, offered, ids[:1], actor="somebody else"),
            partial(self.choose, offered, ids[:1], slug="another"),
            partial(self.choose, self.offer(other, ids), ids[:1]),
            partial(self.choose, self.offer(petition, [*range(1, 60)]), [*range(1, 60)]),
        ]
        for attempt in attempts:
            with pytest.raises(rules.ListTamperedError) as refusal:
                attempt()
            assert refusal.value.http_status == 400
        assert states() == ["confirmed"] * 3
        assert db.session.scalar(select(func.count()).select_from(Invalidation)) == 0

    def test_one_that_fails_changes_none(self) -> None:
        """Behaviour 74."""
        petition = make_petition()
        robots(3)
        ids = [signature.id for signature in signatures()]
        offered = self.offer(petition, ids)
        with transaction():
            taking_back.withdraw(signatures()[2], now=NOON)
        with pytest.raises(rules.ListOutdatedError):
            self.choose(offered, ids)
        assert states() == ["confirmed", "confirmed", "withdrawn"]
        assert tallies() == recount() == {"VLG": 2}
        assert db.session.scalar(select(func.count()).select_from(Invalidation)) == 0

    def test_none_ticked_is_no_condition(self) -> None:
        """Behaviour 65."""
        petition = make_petition()
        with pytest.raises(rules.NothingTickedError):
            self.choose(self.offer(petition, [1]), [])

    def test_they_are_not_looked_for_again(self) -> None:
        petition = make_petition()
        robots(2)
        ids = [signature.id for signature in signatures()]
        check = self.choose(self.offer(petition, ids), ids[:1])
        with pytest.raises(rules.WrongStepError):
            move("look", check.id)


class TestAtOnce:
    def test_workers_side_by_side_take_each_signature_once(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(advancing, "NUMBERS_AT_ONCE", 3)
        make_petition()
        robots(20)
        check_id = counted()
        move("start", check_id)
        assert failures(at_once(app, [work] * 4)) == []
        work()
        assert check_of(check_id).invalidated_count == 20
        assert (tallies(), recount()) == ({}, {})
        assert jobs.reconcile_tallies(NOON) == 0

    def test_people_confirm_and_withdraw_meanwhile_and_the_tally_is_right(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(advancing, "NUMBERS_AT_ONCE", 2)
        make_petition()
        robots(6)
        robots(6, is_confirmed=False, given_name="Binta")
        everybody = signatures()
        check_id = counted()
        move("start", check_id)

        def press(token: str) -> None:
            with transaction():
                confirming.confirm(token, now=NOON)

        def leave(signature_id: int) -> None:
            with transaction():
                taking_back.withdraw(db.session.get_one(Signature, signature_id), now=NOON)

        pressing = [partial(press, token_of(one)) for one in everybody if one.state == "pending"]
        leaving = [partial(leave, one.id) for one in everybody[:3]]
        assert failures(at_once(app, [work, *pressing, *leaving, work])) == []
        work()
        assert tallies() == recount()
        move("reinstate", check_id)
        work()
        assert tallies() == recount()
        assert jobs.reconcile_tallies(NOON) == 0


class TestAnySequence:
    @settings(
        max_examples=4,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.integers(0, 2**32))
    def test_tallies_and_series_equal_a_recount_after_any_sequence(self, seed: int) -> None:
        """Behaviours 46, 69 and 71: sign, confirm, withdraw, invalidate in parts, cancel, give back."""
        chance = random.Random(seed)
        slug = f"any-{seed}"
        petition = make_petition(slug)
        acts = ["sign"] * 3 + ["confirm"] * 4 + ["withdraw", "check", "reinstate", "cancel", "fold"]
        for step in range(200):
            moment = NOON + timedelta(minutes=7 * step)
            self._do(chance.choice(acts + ["part"] * 3), slug, chance, moment)
        work()
        assert tallies(slug) == recount(slug)
        assert recount(slug), "the sequence must have counted something"
        assert jobs.reconcile_tallies(NOON) == 0
        for period in ("hour", "day"):
            summed: dict[str, int] = {}
            for _moment, stratum, change in series(petition.id, period):
                summed[stratum] = summed.get(stratum, 0) + change
            assert {key: number for key, number in summed.items() if number} == recount(slug)

    @staticmethod
    def _do(act: str, slug: str, chance: random.Random, moment: datetime) -> None:
        if act == "sign":
            host = chance.choice(["example.org", "robots.example", "bots.robots.example"])
            place = chance.choice(list(PLACES.values()))
            sign(slug, now=moment, may_mail=False, postal_code=place,
                 email=f"p{chance.randrange(150)}@{host}")  # fmt: skip
        elif act == "fold":
            jobs.fold_tallies(moment)
        elif act == "part":
            with transaction():
                advancing.advance(now=moment)
        elif act in {"check", "cancel", "reinstate"}:
            _steer(act, slug, chance, moment)
        else:
            one = _any_of(slug, chance)
            with (
                contextlib.suppress(confirming.WithdrawnError, confirming.LinkExpiredError),
                transaction(),
            ):
                if act == "confirm":
                    confirming.confirm(token_of(one), now=moment)
                else:
                    taking_back.withdraw(one, now=moment)


def _any_of(slug: str, chance: random.Random) -> Signature:
    """Some signature of the petition; the first act of all makes one."""
    db.session.rollback()
    query = select(Signature.id).join(Petition).where(Petition.slug == slug)
    ids = db.session.scalars(query).all()
    if not ids:
        sign(slug, may_mail=False)
        ids = db.session.scalars(query).all()
    found = db.session.get(Signature, chance.choice(ids), populate_existing=True)
    assert found is not None
    return found


def _steer(act: str, slug: str, chance: random.Random, moment: datetime) -> None:
    """Begin a check and go half way, cancel one, or give one back."""
    if act == "check":
        conditions = chance.choice(
            [ROBOTS, ROBOTS, Conditions(postal_code="9000"), Conditions(name="awa*", country="ML")]
        )
        move("start", counted(conditions, slug), moment)
        return
    db.session.rollback()
    checks = db.session.scalars(select(Invalidation.id)).all()
    if checks:
        with contextlib.suppress(rules.WrongStepError):
            move(act, chance.choice(checks), moment)


def test_a_part_is_found_by_number_and_not_by_sorting_the_petition() -> None:
    """Each part of a million must cost what a part costs, not what the petition costs."""
    make_petition()
    robots(60)
    with transaction():  # as autovacuum does: what is known of an empty table says nothing
        db.session.execute(text("ANALYZE signature"))
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        seen.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    part(1, Conditions(created_from=NOON), after=0, until=5, is_locked=False)
    event.remove(db.engine, "before_cursor_execute", note)
    [(statement, values)] = seen
    is_sqlite = db.engine.dialect.name == "sqlite"
    if not is_sqlite:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("SET LOCAL enable_bitmapscan = off"))
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    plan = db.session.connection().exec_driver_sql(f"{explain} {statement}", values).all()
    assert "pk_signature" in str(plan) or "PRIMARY KEY" in str(plan), plan
    assert "TEMP B-TREE" not in str(plan)


def test_a_check_that_meets_a_counting_worker_adds_up() -> None:
    make_petition()
    robots(3)
    check_id = counted()
    move("start", check_id)
    with transaction():
        advancing.advance(now=NOON)
        counting.fold_tallies(now=NOON)
    assert (tallies(), recount()) == ({}, {})
