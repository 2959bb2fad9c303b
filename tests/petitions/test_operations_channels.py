"""Acts on official counts, on batches of paper and on what follows the hand-over, on both databases."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import DatabaseError

from campaign.audit.queries import entries_about
from campaign.core.db import db, transaction
from campaign.petitions import jobs
from campaign.petitions.models import (
    CountChange,
    HandOver,
    OfficialCount,
    PaperBatch,
    PaperEntry,
    Petition,
    StageReminder,
)
from campaign.petitions.operations import handing_over, official_counts, paper
from campaign.petitions.operations.counting import evaluate, record_official_count
from campaign.petitions.operations.handing_over import StageWritten
from campaign.petitions.operations.paper import Step
from campaign.petitions.queries.official_counts import changes_of, mark_of_counts, waiting_counts
from campaign.petitions.queries.paper import batch_at, entries_of, figures_in_force
from campaign.petitions.queries.petitions import petition_by_slug
from campaign.petitions.rules import handing_over as after
from campaign.petitions.rules import official_counts as counts
from campaign.petitions.rules import paper as rules
from campaign.petitions.rules.official_counts import Reported
from campaign.petitions.rules.paper import Figures
from campaign.petitions.rules.sealing import canonical, list_text, seal
from campaign.privacy.jobs import forget_all
from tests.factories.petitions import NOON, make_petition, queued_kinds
from tests.petitions.threads import at_once, failures

pytestmark = pytest.mark.usefixtures("app", "clock")
TODAY = date(2026, 3, 2)
SLUG = "clear-criteria"
AWA, BAKARY = "account:1", "account:2"


def the_petition() -> Petition:
    found = petition_by_slug(SLUG)
    assert found is not None
    return found


def report(as_of: date = TODAY, reason: str = "") -> Reported:
    return Reported(as_of, "Page of the Chamber", "https://dekamer.example/1", reason)


def enter(*, actor: str = AWA, said: Reported | None = None, seen: str = "", **numbers: int) -> official_counts.Entered:  # fmt: skip
    petition = the_petition()
    seen = seen or mark_of_counts(petition.id)
    with transaction():
        return official_counts.enter_counts(
            petition=petition, counts=numbers, report=said or report(), seen=seen, actor=actor,
            now=NOON,
        )  # fmt: skip


def online() -> dict[str, int]:
    """What the evaluation takes from the platform."""
    return {one.key: one.online for one in evaluate(the_petition()).strata}


def on_paper() -> dict[str, tuple[int, int]]:
    """What the evaluation was given of paper, and what of it the rule adds."""
    return {
        one.key: (one.paper_received, one.paper_counted) for one in evaluate(the_petition()).strata
    }


def the_change() -> CountChange:
    return changes_of(the_petition().id)[0]


class TestOfficialCounts:
    def test_small_changes_count_at_once_and_each_region_is_kept(self) -> None:
        make_petition()
        entered = enter(VLG=9_000, WAL=400)
        assert (entered.kept, entered.waiting) == (("VLG", "WAL"), ())
        assert online() == {"VLG": 9_000, "WAL": 400, "BRU": 0}
        row = db.session.scalars(db.select(OfficialCount)).all()[0]
        assert (row.recorded_by, row.approved_by, row.source_label) == (
            AWA, "", "Page of the Chamber",
        )  # fmt: skip

    def test_a_large_change_counts_only_once_another_person_has_approved_it(self) -> None:
        make_petition()
        enter(VLG=1_000)
        entered = enter(VLG=9_000, WAL=10)
        assert (entered.kept, entered.waiting) == (("WAL",), ("VLG",))
        assert online()["VLG"] == 1_000
        with pytest.raises(counts.SamePersonError), transaction():
            official_counts.approve_change(the_change(), actor=AWA, now=NOON)
        assert online()["VLG"] == 1_000
        with transaction():
            official_counts.approve_change(the_change(), actor=BAKARY, now=NOON)
        assert online()["VLG"] == 9_000
        newest = db.session.scalars(db.select(OfficialCount).order_by(OfficialCount.id)).all()[-1]
        assert (newest.recorded_by, newest.approved_by) == (AWA, BAKARY)
        acts = [entry.act for entry in entries_about(f"petition:{SLUG}")]
        assert {"official_count.waits", "official_count.approved"} <= set(acts)
        assert waiting_counts([the_petition().id]) == {}

    def test_a_lower_count_is_a_correction_with_its_reason_and_waits(self) -> None:
        make_petition()
        enter(VLG=1_000)
        with pytest.raises(counts.CountsRefusedError):
            enter(VLG=900)
        assert enter(said=report(reason="Read the wrong line."), VLG=900).waiting == ("VLG",)
        with transaction():
            official_counts.approve_change(the_change(), actor=BAKARY, now=NOON)
        assert online()["VLG"] == 900
        kept = [row.count for row in db.session.scalars(db.select(OfficialCount))]
        assert kept == [1_000, 900], "the history keeps both"

    def test_a_waiting_one_is_refused_with_a_reason_or_withdrawn_by_who_entered_it(self) -> None:
        make_petition()
        enter(VLG=1_000, WAL=1_000)
        enter(VLG=9_000, WAL=9_000)
        first, second = sorted(changes_of(the_petition().id), key=lambda one: one.stratum)
        with pytest.raises(counts.RefusalWithoutReasonError), transaction():
            official_counts.refuse_change(first, " ", actor=BAKARY, now=NOON)
        with transaction():
            official_counts.refuse_change(first, "It shows 1 900.", actor=BAKARY, now=NOON)
        with pytest.raises(counts.NotYoursError), transaction():
            official_counts.withdraw_change(second, actor=BAKARY, now=NOON)
        with transaction():
            official_counts.withdraw_change(second, actor=AWA, now=NOON)
        with pytest.raises(counts.DecidedMeanwhileError), transaction():
            official_counts.approve_change(second, actor=BAKARY, now=NOON)
        assert online() == {"VLG": 1_000, "WAL": 1_000, "BRU": 0}
        assert {one.answer for one in changes_of(the_petition().id)} == {"refused", "withdrawn"}

    def test_a_region_that_waits_takes_no_other_count(self) -> None:
        make_petition()
        enter(VLG=1_000)
        enter(VLG=9_000)
        with pytest.raises(counts.CountsRefusedError):
            enter(VLG=1_001)

    def test_the_same_form_twice_is_kept_once_and_a_stale_one_is_told(self) -> None:
        make_petition()
        seen = mark_of_counts(the_petition().id)
        enter(VLG=100, seen=seen)
        assert enter(VLG=100, seen=seen).kept == ("VLG",), "a double click"
        with pytest.raises(counts.EnteredMeanwhileError):
            enter(VLG=101, seen=seen, actor=BAKARY)
        assert len(db.session.scalars(db.select(OfficialCount)).all()) == 1

    def test_an_older_day_fills_the_history_and_does_not_count(self) -> None:
        make_petition()
        enter(VLG=1_000)
        enter(VLG=400, said=report(date(2026, 2, 1)))
        assert online()["VLG"] == 1_000
        assert enter(VLG=700, said=report(date(2026, 2, 10))).kept == ("VLG",)

    def test_two_at_once_leave_one_answer(self, app: Flask) -> None:
        make_petition()
        enter(VLG=1_000)
        enter(VLG=9_000)
        number = the_change().id

        def decide(act: Callable[..., None], *typed: str, actor: str) -> Callable[[], None]:
            def run() -> None:
                with transaction():
                    act(db.session.get_one(CountChange, number), *typed, actor=actor, now=NOON)

            return run

        given = at_once(
            app,
            [
                decide(official_counts.approve_change, actor=BAKARY),
                decide(official_counts.refuse_change, "No.", actor="account:3"),
                decide(official_counts.withdraw_change, actor=AWA),
            ],
        )
        assert [type(one) for one in failures(given)] == [counts.DecidedMeanwhileError] * 2
        is_approved = db.session.get_one(CountChange, number).answer == "approved"
        assert online()["VLG"] == (9_000 if is_approved else 1_000)


def step(number: int = 1, revision: int | None = None, actor: str = AWA) -> Step:
    petition = the_petition()
    if revision is None:
        batch = batch_at(petition.id, number)
        revision = batch.revision if batch else 0
    return Step(petition, number, revision, actor, NOON)


def go_out(number: int = 1, *, actor: str = AWA, place: str = "Namur", holder: str = "Awa") -> PaperBatch:  # fmt: skip
    with transaction():
        return paper.open_batch(
            petition=the_petition(), number=number, place=place, holder=holder,
            out_on=date(2026, 2, 20), actor=actor, now=NOON,
        )  # fmt: skip


def counted(number: int = 1, spoiled: int = 0, **valid: int) -> PaperBatch:
    """A batch that went out, came back and was counted."""
    go_out(number)
    with transaction():
        paper.note_return(step(number), date(2026, 2, 27))
    with transaction():
        figures = Figures(valid, {"unsigned": spoiled} if spoiled else {})
        return paper.count_batch(step(number), figures, "")


def acts_of(number: int = 1) -> list[str]:
    batch = batch_at(the_petition().id, number)
    assert batch is not None
    return [entry.act for entry in reversed(entries_of(batch.id))]


class TestPaper:
    def test_the_totals_enter_the_channel_of_official_paper_and_no_other(self) -> None:
        """Behaviour 49: the tallies of the three channels are never merged."""
        make_petition()
        enter(VLG=14_400, BRU=3_000)
        counted(VLG=300, BRU=40, spoiled=9)
        counted(2, VLG=20)
        assert on_paper() == {"VLG": (320, 100), "WAL": (0, 0), "BRU": (40, 0)}
        assert online() == {"VLG": 14_400, "WAL": 0, "BRU": 3_000}
        kept = {
            (row.channel, row.stratum): row.count
            for row in db.session.scalars(db.select(OfficialCount).order_by(OfficialCount.id))
        }
        assert kept["official_paper", "VLG"] == 320
        assert kept["official_platform", "VLG"] == 14_400

    def test_what_the_authority_accepts_goes_before_our_own_count(self) -> None:
        make_petition(state="closed")
        counted(VLG=300, BRU=40)
        hand_over()
        with transaction():
            paper.note_answer(step(), {"VLG": 250, "BRU": 40}, TODAY, "")
        assert on_paper()["VLG"][0] == 250
        newest = db.session.scalars(db.select(OfficialCount).order_by(OfficialCount.id)).all()[-1]
        assert newest.source_label == "authority"
        with pytest.raises(rules.WithoutReasonError), transaction():
            paper.note_answer(step(), {"VLG": 260, "BRU": 40}, TODAY, "")
        with transaction():
            paper.note_answer(step(), {"VLG": 260, "BRU": 40}, TODAY, "Ten came late.")
        assert on_paper()["VLG"][0] == 260
        assert acts_of().count("answered") == 2, "the first answer stays visible"

    def test_a_correction_says_why_seals_anew_and_leaves_the_first_count_visible(self) -> None:
        make_petition()
        first = counted(VLG=300).seal
        with pytest.raises(rules.WithoutReasonError), transaction():
            paper.count_batch(step(), Figures({"VLG": 30}), "")
        with transaction():
            paper.count_batch(step(), Figures({"VLG": 30}), "One nought too many.")
        assert on_paper()["VLG"][0] == 30
        batch = batch_at(the_petition().id, 1)
        assert batch is not None
        entries = entries_of(batch.id)
        assert [entry.act for entry in entries[:2]] == ["corrected", "counted"]
        assert (entries[0].seal, entries[1].seal) == (batch.seal, first)
        assert batch.seal != first
        figures = figures_in_force(the_petition().id)[0].figures
        assert batch.seal == seal(canonical(paper.sealable(the_petition(), batch, figures)))

    def test_what_is_lost_counts_no_more_and_counts_again_once_found_and_counted(self) -> None:
        make_petition()
        counted(VLG=300)
        with transaction():
            paper.note_loss(step(), TODAY, "The bag was left on a train.")
        assert on_paper()["VLG"][0] == 0
        with transaction():
            paper.note_return(step(), TODAY)
        with transaction():
            paper.count_batch(step(), Figures({"VLG": 299}), "")
        assert on_paper()["VLG"][0] == 299
        assert acts_of() == ["out", "came_back", "counted", "lost", "came_back", "counted"]

    def test_a_form_sent_twice_does_its_work_once(self) -> None:
        make_petition()
        assert go_out().id == go_out().id
        before = step()
        for _time in range(2):
            with transaction():
                paper.note_return(before, date(2026, 2, 27))
        before = step()
        for _time in range(2):
            with transaction():
                paper.count_batch(before, Figures({"VLG": 3}), "")
        assert acts_of() == ["out", "came_back", "counted"]

    def test_a_number_that_is_taken_is_told_with_the_next_free_one(self) -> None:
        make_petition()
        go_out(7)
        with pytest.raises(rules.NumberTakenError) as refused:
            go_out(7, actor=BAKARY, place="Gent")
        assert refused.value.values == {"free": 8}

    def test_who_changes_a_batch_that_another_has_changed_is_told(self) -> None:
        make_petition()
        go_out()
        before = step(actor=BAKARY)
        with transaction():
            paper.note_return(step(), date(2026, 2, 27))
        for act in (
            lambda: paper.note_loss(before, TODAY, "Gone."),
            lambda: paper.move_batch(before, "Gent", ""),
            lambda: paper.note_return(before, date(2026, 2, 27)),
        ):
            with pytest.raises(rules.ChangedMeanwhileError), transaction():
                act()
        assert acts_of() == ["out", "came_back"]

    def test_two_at_once_leave_one_entry(self, app: Flask) -> None:
        make_petition()
        go_out()
        with transaction():
            paper.note_return(step(), date(2026, 2, 27))
        revision = step().revision

        def count(number: int) -> Callable[[], None]:
            def run() -> None:
                with transaction():
                    mine = step(revision=revision, actor=f"account:{number}")
                    paper.count_batch(mine, Figures({"VLG": number}), "")

            return run

        given = at_once(app, [count(10), count(11), count(12)])
        assert [type(one) for one in failures(given)] == [rules.ChangedMeanwhileError] * 2
        assert on_paper()["VLG"][0] in {10, 11, 12}
        assert acts_of() == ["out", "came_back", "counted"]

    def test_paper_noted_before_the_ledger_is_carried_on_and_not_written_over(self) -> None:
        make_petition()
        with transaction():
            record_official_count(
                petition=the_petition(), channel=rules.PAPER, stratum="VLG", count=3_000,
                as_of=TODAY - timedelta(days=9), source_label="counted in the office",
                actor="command", now=NOON - timedelta(days=9),
            )  # fmt: skip
        counted(VLG=40, WAL=7)
        assert on_paper()["VLG"][0] == 3_040
        assert on_paper()["WAL"][0] == 7

    def test_batches_opened_at_once_each_get_into_the_totals(self, app: Flask) -> None:
        make_petition()
        for number in (1, 2, 3):
            go_out(number)
            with transaction():
                paper.note_return(step(number), date(2026, 2, 27))

        def count(number: int) -> Callable[[], None]:
            def run() -> None:
                with transaction():
                    paper.count_batch(step(number), Figures({"VLG": 10}), "")

            return run

        assert not failures(at_once(app, [count(1), count(2), count(3)]))
        assert on_paper()["VLG"][0] == 30

    def test_the_days_of_a_batch_follow_one_another(self) -> None:
        make_petition()
        go_out()
        with pytest.raises(rules.DaysOrderError), transaction():
            paper.note_return(step(), date(2026, 2, 19))
        with pytest.raises(counts.FutureDayError), transaction():
            paper.note_return(step(), TODAY + timedelta(days=1))
        assert acts_of() == ["out"]

    def test_the_database_refuses_to_rewrite_what_happened(self) -> None:
        make_petition()
        counted(VLG=3)
        for statement in (
            "UPDATE paper_entry SET reason = 'x'",
            "DELETE FROM paper_figure",
            "UPDATE paper_figure SET count = 9",
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction():
                db.session.execute(db.text(statement))

    def test_who_held_it_is_erased_thirty_days_after_it_came_back_and_is_in_no_log(self) -> None:
        make_petition()
        go_out(holder="Fatou of the market")
        go_out(2, holder="Still out")
        with transaction():
            paper.note_return(step(), date(2026, 2, 27))
        forget_all(NOON + timedelta(days=26))
        assert holders() == ["Fatou of the market", "Still out"]
        forget_all(NOON + timedelta(days=28))
        assert holders() == [None, "Still out"]
        details = " ".join(entry.detail for entry in entries_about(f"petition:{SLUG}"))
        reasons = " ".join(entry.reason for entry in db.session.scalars(db.select(PaperEntry)))
        assert "Fatou" not in details + reasons

    def test_who_still_holds_one_is_erased_six_months_after_the_petition_closed(self) -> None:
        make_petition()
        go_out(holder="Still out")
        forget_all(NOON + timedelta(days=400))
        assert holders() == [None]


def holders() -> list[str | None]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(PaperBatch.holder).order_by(PaperBatch.number)))


def hand_over(on: date = TODAY, actor: str = AWA) -> HandOver:
    with transaction():
        return handing_over.hand_over(petition=the_petition(), on=on, actor=actor, now=NOON)


def publish(
    stage: str, *, on: date | None = TODAY, seen: str | None = None, **changes: object
) -> None:
    petition = the_petition()
    mark = handing_over.mark_of(handing_over.stage_of(petition, stage)) if seen is None else seen
    with transaction():
        handing_over.publish_stage(
            petition=petition, written=StageWritten(stage, on, **changes), seen=mark, actor=AWA,  # type: ignore[arg-type]
            now=NOON,
        )  # fmt: skip


class TestHandingOver:
    def test_every_counted_batch_goes_along_under_the_seal_of_their_list(self) -> None:
        make_petition(state="closed")
        first, second = counted(VLG=3), counted(2, WAL=4)
        go_out(3)
        kept = hand_over()
        assert kept.batch_count == 2
        assert kept.list_seal == seal(list_text([(1, first.seal), (2, second.seal)]))
        assert the_petition().state == "handed_over"
        stage = handing_over.stage_of(the_petition(), "handed_over")
        assert stage is not None
        assert stage.reached_on == TODAY
        assert acts_of()[-1] == "handed_over"
        assert acts_of(3) == ["out"]

    def test_a_form_sent_twice_hands_over_once_and_later_batches_may_follow(self) -> None:
        make_petition(state="closed")
        counted(VLG=3)
        assert hand_over().id == hand_over().id
        with pytest.raises(after.NothingToHandOverError):
            hand_over(actor=BAKARY)
        counted(2, VLG=5)
        assert hand_over().batch_count == 1

    def test_what_is_still_open_is_not_handed_over(self) -> None:
        make_petition()
        with pytest.raises(after.NotClosedError):
            hand_over()
        assert the_petition().state == "open"

    def test_a_batch_can_be_taken_back_but_not_once_it_is_answered(self) -> None:
        make_petition(state="closed")
        counted(VLG=3)
        counted(2, VLG=3)
        hand_over()
        with transaction():
            paper.take_back(step(), "It was left at home.")
        with transaction():
            paper.note_answer(step(2), {"VLG": 3}, TODAY, "")
        with pytest.raises(rules.WrongStepError), transaction():
            paper.take_back(step(2), "No.")
        assert on_paper()["VLG"][0] == 6

    def test_the_stages_follow_with_their_document_and_notes(self) -> None:
        make_petition(state="closed")
        hand_over()
        publish(
            "admissibility", document_url="https://dekamer.example/2", document_label="Letter",
            notes={"fr": "Recevable."},
        )  # fmt: skip
        assert the_petition().state == "admissibility"
        with pytest.raises(after.StageTooEarlyError):
            publish("hearing")
        publish("admissibility", on=date(2026, 3, 1), notes={"fr": "Recevable, dit la lettre."})
        stages = the_petition().stages
        assert [stage.stage for stage in stages][-2:] == ["handed_over", "admissibility"]
        assert stages[-1].reached_on == date(2026, 3, 1)
        assert [note.body for note in stages[-1].notes] == ["Recevable, dit la lettre."]
        assert [stage.position for stage in stages] == sorted(stage.position for stage in stages)

    def test_who_writes_a_stage_that_another_has_written_is_told(self) -> None:
        make_petition(state="closed")
        hand_over()
        seen = handing_over.mark_of(None)
        publish("admissibility", seen=seen, notes={"fr": "A"})
        publish("admissibility", seen=seen, notes={"fr": "A"})  # a double click
        with pytest.raises(after.StageChangedError):
            publish("admissibility", seen=seen, notes={"fr": "B"})

    def test_each_carrying_organisation_is_reminded_once_on_the_day(self) -> None:
        make_petition(state="closed")
        hand_over()
        remind(date(2026, 3, 5))
        jobs.send_stage_reminders(NOON)
        assert queued_kinds() == []
        for _time in range(2):
            jobs.send_stage_reminders(NOON + timedelta(days=4))
        assert queued_kinds() == ["petitions/stage_reminder"]
        remind(date(2026, 3, 20))
        jobs.send_stage_reminders(NOON + timedelta(days=20))
        assert queued_kinds() == ["petitions/stage_reminder"] * 2, "another day, another mail"

    def test_several_workers_send_one_mail(self, app: Flask) -> None:
        make_petition(state="closed")
        remind(date(2026, 3, 5))
        later = NOON + timedelta(days=4)
        assert sum(at_once(app, [lambda: jobs.send_stage_reminders(later)] * 3)) == 1
        assert queued_kinds() == ["petitions/stage_reminder"]

    def test_a_reminder_can_be_taken_away_and_none_is_set_for_a_day_that_is_over(self) -> None:
        make_petition(state="closed")
        remind(date(2026, 3, 5))
        remind(None)
        assert not db.session.scalars(db.select(StageReminder)).all()
        with pytest.raises(after.ReminderPastError):
            remind(TODAY)


def remind(on: date | None) -> None:
    with transaction():
        handing_over.set_reminder(
            petition=the_petition(), stage="hearing", remind_on=on, actor=AWA, now=NOON
        )
