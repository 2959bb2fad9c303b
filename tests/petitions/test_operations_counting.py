"""Operations: folding the journal, lines passed, the recount; and the numbers they keep."""

import contextlib
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import current_app
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.models import (
    OfficialCount,
    Petition,
    Reconciliation,
    Signature,
    Tally,
    TallyEntry,
    TallyPeriod,
    ThresholdCrossing,
)
from campaign.petitions.operations import confirming, counting, signing, taking_back
from campaign.petitions.pages import PetitionCard, cards_for
from campaign.petitions.queries.counts import series, support_by_stratum
from campaign.petitions.queries.petitions import petition_by_slug, trending
from campaign.petitions.rules.signing import read_application
from tests.factories.petitions import (
    NOON,
    form_fields,
    make_confirmed,
    make_petition,
    sign,
    signatures,
    terms_of,
    token_of,
)
from tests.mailbox import Outbox

pytestmark = pytest.mark.usefixtures("app", "clock")
PLACES = {"VLG": "9000", "WAL": "4000", "BRU": "1000", "UNKNOWN": ""}


def fold(now: datetime = NOON) -> int:
    return jobs.fold_tallies(now)


def tallies(slug: str = "clear-criteria") -> dict[str, int]:
    db.session.rollback()
    query = select(Tally.stratum, Tally.count).join(Petition).where(Petition.slug == slug)
    return {row.stratum: row.count for row in db.session.execute(query) if row.count}


def recount(slug: str = "clear-criteria") -> dict[str, int]:
    query = (
        select(Signature.stratum, func.count())
        .join(Petition)
        .where(Petition.slug == slug, Signature.state == "confirmed")
        .group_by(Signature.stratum)
    )
    return dict(tuple(row) for row in db.session.execute(query))


def crossings(slug: str = "clear-criteria") -> list[tuple[str, datetime, datetime | None]]:
    db.session.rollback()
    query = (
        select(ThresholdCrossing)
        .join(Petition)
        .where(Petition.slug == slug)
        .order_by(ThresholdCrossing.id)
    )
    return [(row.stratum, row.crossed_at, row.undone_at) for row in db.session.scalars(query)]


def official(
    petition: Petition,
    stratum: str,
    count: int,
    *,
    channel: str = "official_platform",
    day: int = 2,
) -> None:
    with transaction():
        counting.record_official_count(
            petition=petition,
            channel=channel,
            stratum=stratum,
            count=count,
            as_of=date(2026, 3, day),
            actor="test",
            now=NOON + timedelta(days=day - 2),
            source_label="Register",
            source_url="https://example.org/",
        )


def cards(petition: Petition) -> list[PetitionCard]:
    with current_app.test_request_context("/fr/"):
        return cards_for([petition], "fr", now=NOON)


class TestFolding:
    def test_nothing_is_counted_until_the_worker_folds_and_then_exactly(self) -> None:
        make_petition()
        make_confirmed()
        make_confirmed(email="b@example.org", postal_code="4000")
        assert tallies() == {}
        assert fold() == 2
        assert tallies() == {"VLG": 1, "WAL": 1}

    def test_a_second_fold_adds_nothing(self) -> None:
        """Behaviour 43."""
        make_petition()
        make_confirmed()
        assert [fold(), fold(), fold()] == [1, 0, 0]
        assert tallies() == {"VLG": 1}

    def test_more_than_one_batch_is_folded_in_one_go(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counting, "FOLD_AT_ONCE", 2)
        make_petition()
        for number in range(5):
            make_confirmed(email=f"p{number}@example.org")
        assert fold() == 5
        assert tallies() == {"VLG": 5}

    def test_a_withdrawal_and_an_invalidation_subtract(self) -> None:
        """Behaviours 71 and 94."""
        make_petition()
        first, second = make_confirmed(), make_confirmed(email="b@example.org")
        fold()
        with transaction():
            taking_back.withdraw(first, now=NOON)
            taking_back.invalidate(second, now=NOON)
        fold()
        assert tallies() == {}

    def test_series_are_kept_by_hour_and_by_day(self) -> None:
        petition = make_petition()
        evening = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
        for number, moment in enumerate(
            [NOON, NOON + timedelta(minutes=59), evening, evening + timedelta(seconds=1)]
        ):
            make_confirmed(email=f"p{number}@example.org", now=moment)
        fold()
        fold()
        assert [
            (moment.hour, change) for moment, _stratum, change in series(petition.id, "hour")
        ] == [(10, 2), (23, 1), (0, 1)]
        assert [
            (moment.day, change) for moment, _stratum, change in series(petition.id, "day")
        ] == [(2, 3), (3, 1)]

    def test_trending_is_most_confirmed_in_the_last_hour(self) -> None:
        for slug, count in (("few", 1), ("many", 3), ("old", 4), ("gone", 2)):
            make_petition(slug)
            moment = NOON - timedelta(hours=3) if slug == "old" else NOON - timedelta(minutes=20)
            for number in range(count):
                make_confirmed(slug, email=f"p{number}@example.org", now=moment)
        with transaction():
            for signature in signatures("gone"):
                taking_back.withdraw(signature, now=NOON)
        fold()
        assert [petition.slug for petition in trending(now=NOON)] == ["many", "few"]
        assert [petition.slug for petition in trending(now=NOON, limit=1)] == ["many"]


class TestAnySequence:
    @settings(
        max_examples=1,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.integers(0, 2**32))
    def test_any_sequence_of_1000_operations_leaves_tallies_equal_to_a_recount(
        self, seed: int
    ) -> None:
        """Behaviours 43 and 46, and the issue's own number."""
        chance = random.Random(seed)
        slug = f"any-{seed}"
        petition = make_petition(slug)
        terms = terms_of(slug)
        seen: list[Signature] = []
        for step in range(1_000):
            act = chance.choice(
                ["sign"] * 3 + ["confirm"] * 4 + ["withdraw", "invalidate", "fold", "reconcile"]
            )
            moment = NOON + timedelta(minutes=step)
            if act == "sign":
                mail_host = "example.org" if chance.random() > 0.05 else "mailinator.com"
                fields = form_fields(
                    email=f"p{chance.randrange(400)}@{mail_host}",
                    given_name=chance.choice(["Awa", "Binta", "Cheick"]),
                    postal_code=chance.choice(list(PLACES.values())),
                )
                application, _errors = read_application(fields, terms)
                assert application is not None
                with transaction():
                    signing.sign(application, terms, may_mail=False, now=moment)
                seen += _new_since(petition, seen)
            elif act == "fold":
                fold(moment)
            elif act == "reconcile":
                assert jobs.reconcile_tallies(moment) == 0
            elif seen:
                self._change(act, chance.choice(seen), moment)
        fold()
        assert tallies(slug) == recount(slug)
        assert recount(slug), "the sequence must have counted something"
        assert jobs.reconcile_tallies(NOON) == 0
        for period in ("hour", "day"):
            summed: dict[str, int] = {}
            for _moment, stratum, change in series(petition.id, period):
                summed[stratum] = summed.get(stratum, 0) + change
            assert {key: count for key, count in summed.items() if count} == recount(slug)

    @staticmethod
    def _change(act: str, signature: Signature, moment: datetime) -> None:
        with transaction():
            if act == "confirm":
                with contextlib.suppress(confirming.WithdrawnError):
                    confirming.confirm(token_of(signature), now=moment)
            elif act == "withdraw":
                taking_back.withdraw(signature, now=moment)
            else:
                taking_back.invalidate(signature, now=moment)


def _new_since(petition: Petition, seen: list[Signature]) -> list[Signature]:
    last = seen[-1].id if seen else 0
    query = (
        select(Signature)
        .where(Signature.petition_id == petition.id, Signature.id > last)
        .order_by(Signature.id)
    )
    return list(db.session.scalars(query))


class TestRecounting:
    def test_a_wrong_tally_is_found_repaired_and_reported(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Behaviour 46."""
        make_petition()
        make_confirmed()
        fold()
        with transaction():
            db.session.execute(update(Tally).values(count=7))
        with caplog.at_level("WARNING"):
            assert jobs.reconcile_tallies(NOON) == 1
        assert tallies() == {"VLG": 1}
        [report] = db.session.scalars(select(Reconciliation))
        assert (report.stratum, report.kept_count, report.true_count, report.repaired_at) == (
            "VLG",
            7,
            1,
            NOON,
        )
        assert "kept 7 true 1" in caplog.text
        assert jobs.reconcile_tallies(NOON) == 0

    def test_a_lost_tally_and_a_lost_journal_entry_come_back(self) -> None:
        """Behaviour 46."""
        make_petition()
        make_confirmed()
        make_confirmed(email="b@example.org", country="ML")
        with transaction():
            db.session.execute(db.delete(TallyEntry).where(TallyEntry.stratum == "ABROAD"))
        assert jobs.reconcile_tallies(NOON) == 1
        fold()
        assert tallies() == {"VLG": 1, "ABROAD": 1}

    def test_what_waits_to_be_folded_is_no_error(self) -> None:
        """Behaviour 44."""
        make_petition()
        make_confirmed()
        assert jobs.reconcile_tallies(NOON) == 0
        fold()
        assert tallies() == {"VLG": 1}

    def test_a_repair_that_takes_the_number_below_the_line_closes_the_crossing(self) -> None:
        """Behaviours 40 and 46."""
        make_petition(instrument_id="none", goal=2)
        make_confirmed()
        fold()
        with transaction():
            db.session.execute(update(Tally).values(count=2))
            counting.note_crossings(petition_by_slug("clear-criteria").id, now=NOON)  # type: ignore[union-attr]
        assert len(crossings()) == 1
        jobs.reconcile_tallies(NOON + timedelta(hours=1))
        assert crossings()[0][2] == NOON + timedelta(hours=1)


class TestCrossing:
    def test_a_line_passed_is_recorded_once_with_its_time_and_mailed_once(
        self, outbox: Outbox
    ) -> None:
        """Behaviour 39."""
        petition = make_petition(instrument_id="none", goal=2)
        make_confirmed()
        fold()
        assert crossings() == []
        make_confirmed(email="b@example.org")
        make_confirmed(email="c@example.org")
        moment = NOON + timedelta(minutes=1)
        fold(moment)
        fold(moment)
        make_confirmed(email="d@example.org")
        fold(moment + timedelta(hours=1))
        assert [(crossed_at, undone_at) for _stratum, crossed_at, undone_at in crossings()] == [
            (moment, None)
        ]
        [letter] = outbox.letters(kind="petitions/threshold_crossed")
        assert letter.recipient == petition.carriers[0].organisation.contact_email
        assert (
            letter.context["counted"],
            letter.context["minimum"],
            letter.context["is_undone"],
        ) == (2, 2, False)
        assert letter.context["petition_path"].endswith("/petitions/clear-criteria")

    def test_falling_back_uncrosses_and_coming_again_crosses_again(self, outbox: Outbox) -> None:
        """Behaviour 40."""
        make_petition(instrument_id="none", goal=2)
        first = make_confirmed()
        make_confirmed(email="b@example.org")
        times = [NOON + timedelta(hours=hour) for hour in range(3)]
        fold(times[0])
        with transaction():
            taking_back.withdraw(first, now=times[1])
        fold(times[1])
        make_confirmed(email="c@example.org")
        fold(times[2])
        assert [crossing[1:] for crossing in crossings()] == [
            (times[0], times[1]),
            (times[2], None),
        ]
        undone = [
            letter.context["is_undone"]
            for letter in outbox.letters(kind="petitions/threshold_crossed")
        ]
        assert undone == [False, True, False]

    def test_each_region_and_the_whole_rule_are_lines_of_their_own(self) -> None:
        """Behaviour 47: heard only when each region's minimum is reached."""
        petition = make_petition()
        for stratum, count in (("VLG", 24_000), ("WAL", 9_000)):
            official(petition, stratum, count)
        assert {stratum for stratum, _at, _undone in crossings()} == {"VLG", "WAL"}
        assert counting.evaluate(petition).verdict == "not_met"
        official(petition, "BRU", 2_500, day=3)
        assert {stratum for stratum, _at, _undone in crossings()} == {"VLG", "WAL", "BRU", "total"}
        assert counting.evaluate(petition).verdict == "met"

    def test_support_never_passes_a_line_of_the_law(self) -> None:
        """Behaviour 49."""
        petition = make_petition()
        make_confirmed()
        fold()
        with transaction():
            db.session.execute(update(Tally).values(count=90_000))
            counting.note_crossings(petition.id, now=NOON)
        assert crossings() == []
        assert counting.evaluate(petition).total_counted == 0


class TestOfficialCounts:
    def test_the_latest_day_counts_and_older_rows_stay(self) -> None:
        petition = make_petition()
        official(petition, "VLG", 100, day=2)
        official(petition, "VLG", 90, day=4)
        official(petition, "VLG", 80, day=3)
        assert counting.evaluate(petition).total_counted == 90
        assert db.session.scalar(select(func.count()).select_from(OfficialCount)) == 3

    def test_the_same_row_is_kept_once(self) -> None:
        petition = make_petition()
        official(petition, "VLG", 100)
        official(petition, "VLG", 100)
        assert db.session.scalar(select(func.count()).select_from(OfficialCount)) == 1

    def test_a_count_corrected_back_on_the_same_day_is_the_one_that_counts(self) -> None:
        petition = make_petition()
        for count in (100, 120, 100):
            official(petition, "VLG", count)
        assert counting.evaluate(petition).total_counted == 100

    def test_paper_counts_only_up_to_what_a_region_lacks(self) -> None:
        """Behaviour 48."""
        petition = make_petition()
        official(petition, "BRU", 2_400)
        official(petition, "BRU", 9_000, channel="official_paper")
        [brussels] = [each for each in counting.evaluate(petition).strata if each.key == "BRU"]
        assert (
            brussels.online,
            brussels.paper_received,
            brussels.paper_counted,
            brussels.counted,
        ) == (2_400, 9_000, 100, 2_500)


class TestSmallCells:
    def test_a_page_tells_no_place_of_fewer_than_five(self) -> None:
        """Behaviour 95."""
        petition = make_petition()
        for number in range(9):
            make_confirmed(email=f"v{number}@example.org", postal_code="9000")
        for number in range(7):
            make_confirmed(email=f"w{number}@example.org", postal_code="4000")
        make_confirmed(email="b@example.org", postal_code="1000")
        fold()
        [card] = cards(petition)
        assert card.support_count == 17
        assert dict(card.tracker.support_regions) == {"VLG": 9, "WAL": None, "BRU": None}


def test_a_page_shows_support_and_the_law_apart() -> None:
    """Behaviour 49."""
    petition = make_petition()
    make_confirmed()
    fold()
    official(petition, "VLG", 12)
    [card] = cards(petition)
    assert (card.support_count, card.tracker.evaluation.total_counted) == (1, 12)


def test_a_pending_signature_is_in_no_number() -> None:
    petition = make_petition()
    sign()
    fold()
    [card] = cards(petition)
    assert card.support_count == 0
    assert db.session.scalar(select(func.count()).select_from(TallyPeriod)) == 0


def test_the_parts_of_the_count_add_up_to_the_whole_and_come_from_one_form() -> None:
    """R12: until partners embed the form every signature is given on our own, each is in one part."""
    petition = make_petition()
    for number, place in enumerate(("9000", "4000", "1000", "")):
        make_confirmed(email=f"p{number}@example.org", postal_code=place)
    make_confirmed(email="abroad@example.org", country="ML", postal_code="")
    jobs.fold_tallies(NOON)
    parts = support_by_stratum([petition.id])[petition.id]
    assert parts == {"VLG": 1, "WAL": 1, "BRU": 1, "UNKNOWN": 1, "ABROAD": 1}
    assert {signature.channel for signature in signatures()} == {"own_form"}
    assert sum(parts.values()) == len(signatures())
