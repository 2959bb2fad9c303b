"""The rules of the ledger of paper, of official counts and of handing over, without app or database."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.core.errors import RefusedError
from campaign.petitions.rules import handing_over, official_counts, paper
from campaign.petitions.rules.paper import BatchFigures, Figures
from campaign.petitions.rules.sealing import Sealable, canonical, list_text, seal
from campaign.thresholds.instruments import instrument
from campaign.thresholds.rules import Tally, evaluate

TODAY = date(2026, 3, 2)
CHAMBER = instrument("be-chamber-hearing", TODAY)


class TestCounts:
    @pytest.mark.parametrize(
        ("before", "after", "waits"),
        [
            (None, 90_000, False),
            (1_000, 1_000, False),
            (1_000, 1_500, False),
            (1_000, 1_501, True),
            (10_000, 10_600, False),
            (10_000, 11_001, True),
            (1_000, 999, True),
            (0, 501, True),
        ],
    )
    def test_a_fall_or_a_change_above_the_set_size_waits_for_a_second_person(
        self, before: int | None, after: int, waits: bool
    ) -> None:
        assert official_counts.needs_two(before, after) is waits

    @pytest.mark.parametrize(
        ("typed", "read"),
        [("", None), ("  ", None), ("0", 0), ("14 500", 14_500), ("14\u202f500", 14_500)],
    )
    def test_reads_numbers_as_people_write_them(self, typed: str, read: int | None) -> None:
        assert official_counts.read_count(typed) == read

    @pytest.mark.parametrize("typed", ["-1", "+5", "1.5", "1,5", "٣", "many", "1e3", "9" * 12])
    def test_refuses_what_is_no_count(self, typed: str) -> None:
        with pytest.raises(official_counts.NotACountError):
            official_counts.read_count(typed)

    def test_refuses_an_unknown_region_a_lower_count_and_one_that_waits_all_at_once(self) -> None:
        with pytest.raises(official_counts.CountsRefusedError) as refused:
            official_counts.check_counts(
                {"VLG": 5, "XX": 1, "BRU": 9},
                {"VLG": 6},
                rule=CHAMBER,
                waiting=frozenset({"BRU"}),
                is_correction=False,
            )
        assert {key: each.code for key, each in refused.value.refusals.items()} == {
            "VLG": "lower_without_reason",
            "XX": "unknown_region",
            "BRU": "already_waiting",
        }

    @pytest.mark.parametrize("address", ["javascript:alert(1)", "lachambre.be", "http://[", "ftp://a.be", "https://a b.be"])  # fmt: skip
    def test_refuses_an_address_that_is_no_page(self, address: str) -> None:
        with pytest.raises(official_counts.SourceAddressError):
            official_counts.check_address(address)

    def test_refuses_a_day_to_come(self) -> None:
        official_counts.check_day(TODAY, TODAY)
        with pytest.raises(official_counts.FutureDayError):
            official_counts.check_day(date(2026, 3, 3), TODAY)


class TestSeal:
    BATCH = Sealable(
        petition="clear-criteria",
        number=7,
        out_on=date(2026, 2, 1),
        in_on=date(2026, 2, 20),
        counted_on=date(2026, 2, 21),
        valid={"VLG": 30, "BRU": 12, "WAL": 0},
        spoiled={"unsigned": 3},
    )
    # Written out here as docs/paper-seal.md says it, so that neither can change unnoticed.
    LINE = (
        '{"batch":7,"counted_on":"2026-02-21","format":1,"in_on":"2026-02-20","out_on":"2026-02-01",'
        '"petition":"clear-criteria","spoiled":{"unsigned":3},"valid":{"BRU":12,"VLG":30}}'
    )

    def test_anybody_can_work_it_out_again(self) -> None:
        assert canonical(self.BATCH) == self.LINE
        assert seal(self.LINE) == hashlib.sha256(self.LINE.encode("ascii")).hexdigest()

    def test_the_list_is_one_line_a_batch_by_number(self) -> None:
        assert list_text([(10, "b"), (9, "a")]) == "9 a\n10 b\n"
        assert list_text([]) == ""

    def test_the_order_in_which_figures_were_typed_makes_no_difference(self) -> None:
        turned = {"WAL": 0, "BRU": 12, "VLG": 30}
        other = Sealable(**{**self.BATCH.__dict__, "valid": turned})
        assert canonical(other) == self.LINE

    @given(st.sampled_from(["VLG", "BRU"]), st.integers(1, 99_999))
    def test_one_number_changed_gives_another_seal(self, region: str, number: int) -> None:
        if self.BATCH.valid[region] == number:
            return
        other = Sealable(**{**self.BATCH.__dict__, "valid": {**self.BATCH.valid, region: number}})
        assert seal(canonical(other)) != seal(self.LINE)


BATCHES = [
    BatchFigures(1, "counted", Figures({"VLG": 100, "WAL": 10})),
    BatchFigures(2, "answered", Figures({"VLG": 50, "BRU": 20}), {"VLG": 40}),
    BatchFigures(3, "lost", Figures({"VLG": 1_000})),
    BatchFigures(4, "back", Figures()),
    BatchFigures(5, "handed_over", Figures({"BRU": 5, "UNKNOWN": 7})),
]


class TestTotals:
    def test_accepted_goes_before_counted_and_what_is_lost_counts_nothing(self) -> None:
        totals = paper.totals_by_region(BATCHES, paper.paper_regions(CHAMBER), {})
        vlg, bru = totals["VLG"], totals["BRU"]
        assert (vlg.counted, vlg.handed_over, vlg.accepted, vlg.refused) == (150, 50, 40, 10)
        assert vlg.entering == 140
        assert (bru.counted, bru.accepted, bru.refused, bru.entering) == (25, 0, 20, 5)
        assert totals["WAL"].entering == 10
        assert totals["UNKNOWN"].entering == 7, "kept apart, placed nowhere"

    def test_says_who_has_checked_it(self) -> None:
        assert paper.source_of(BATCHES) == "ledger+authority"
        assert paper.source_of(BATCHES[:1]) == "ledger"
        assert paper.source_of(BATCHES[1:3]) == "authority"
        assert paper.source_of([]) == "ledger"

    def test_behaviour_48_paper_is_added_only_up_to_what_a_region_lacks(self) -> None:
        totals = paper.totals_by_region(
            [BatchFigures(1, "counted", Figures({"WAL": 1_500, "BRU": 30}))],
            paper.paper_regions(CHAMBER),
            {},
        )
        tallies = [Tally(one.key, paper.PAPER, one.entering) for one in totals.values()]
        online = {"VLG": 15_000, "WAL": 7_000, "BRU": 2_600}
        tallies += [Tally(key, official_counts.ONLINE, count) for key, count in online.items()]
        found = {one.key: one for one in evaluate(CHAMBER, tallies, TODAY).strata}
        assert (found["WAL"].paper_received, found["WAL"].paper_counted) == (1_500, 1_000)
        assert (found["BRU"].paper_received, found["BRU"].paper_counted) == (30, 0)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(paper.STATES),
                st.dictionaries(st.sampled_from(("VLG", "WAL")), st.integers(0, 500)),
                st.integers(0, 100),
            ),
            max_size=8,
        )
    )
    def test_nothing_enters_that_was_not_counted(self, made: list[tuple[str, dict[str, int], int]]) -> None:  # fmt: skip
        batches = [
            BatchFigures(
                number,
                state,
                Figures(valid),
                {key: count * share // 100 for key, count in valid.items()}
                if state == "answered"
                else None,
            )
            for number, (state, valid, share) in enumerate(made)
        ]
        for one in paper.totals_by_region(batches, ("VLG", "WAL"), {}).values():
            assert one.accepted + one.refused <= one.handed_over <= one.counted
            assert one.entering == one.counted - one.refused


class TestSteps:
    @pytest.mark.parametrize(
        ("state", "act"),
        [("out", "counted"), ("lost", "handed_over"), ("answered", "lost"), ("out", "answered"),
         ("handed_over", "corrected"), ("counted", "came_back")],
    )  # fmt: skip
    def test_a_step_cannot_be_jumped(self, state: str, act: str) -> None:
        with pytest.raises(paper.WrongStepError):
            paper.check_step(state, act)

    def test_no_more_is_accepted_than_was_handed_over(self) -> None:
        assert paper.check_accepted({"VLG": 30, "BRU": 0}, {"VLG": 30, "BRU": 2}) == {"VLG": 30}
        with pytest.raises(paper.MoreThanHandedOverError):
            paper.check_accepted({"VLG": 31}, {"VLG": 30})
        with pytest.raises(paper.MoreThanHandedOverError):
            paper.check_accepted({"WAL": 1}, {"VLG": 30})

    def test_a_rule_without_paper_has_no_ledger(self) -> None:
        with pytest.raises(paper.PaperNotCountedError):
            paper.check_may_keep(instrument("wal-deliberative", TODAY), "open")
        with pytest.raises(paper.PaperNotCountedError):
            paper.check_may_keep(CHAMBER, "removed")
        paper.check_may_keep(CHAMBER, "handed_over")

    def test_a_rule_that_counts_one_total_knows_no_unknown_region(self) -> None:
        assert paper.paper_regions(CHAMBER) == ("VLG", "WAL", "BRU", "UNKNOWN")
        assert paper.paper_regions(instrument("fl-parliament-hearing", TODAY)) == ("ALL",)


class TestStages:
    def test_a_stage_follows_the_one_before(self) -> None:
        assert handing_over.state_after("handed_over", "admissibility") == "admissibility"
        assert handing_over.state_after("committee", "admissibility") is None, "there already"
        with pytest.raises(handing_over.StageTooEarlyError) as refused:
            handing_over.state_after("handed_over", "hearing")
        assert "admissibility" in str(refused.value.values["before"]).lower()

    def test_every_stage_can_be_reached_one_after_the_other(self) -> None:
        state = "handed_over"
        for stage in handing_over.STAGES[1:]:
            state = handing_over.state_after(state, stage) or state
            assert state == stage

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"stage": "open"}, "unknown_stage"),
            ({"reached_on": None}, "stage_without_day"),
            ({"reached_on": date(2026, 3, 3)}, "future_day"),
            ({"document_url": "javascript:x", "document_label": "x"}, "source_address"),
            ({"document_url": "https://example.org/a"}, "label_missing"),
            ({"notes": {"fr": "x" * 1_001}}, "note_too_long"),
        ],
    )
    def test_refuses_what_nobody_could_publish(self, changes: dict[str, object], code: str) -> None:
        written = {
            "stage": "committee",
            "reached_on": TODAY,
            "date_precision": "day",
            "document_url": "",
            "document_label": "",
            "notes": {},
            "today": TODAY,
        } | changes
        with pytest.raises(RefusedError) as refused:
            handing_over.check_stage(**written)  # type: ignore[arg-type]
        assert refused.value.code == code

    def test_the_letter_is_in_a_language_the_authority_reads(self) -> None:
        assert handing_over.letter_languages(CHAMBER) == ("fr", "nl", "de")
        assert handing_over.letter_languages(instrument("fl-parliament-hearing", TODAY)) == ("nl",)
        unknown = instrument("wal-parliament-hearing", TODAY)
        assert handing_over.letter_languages(unknown) == ("fr", "nl", "de", "en")
