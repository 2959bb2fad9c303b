"""The Chamber's rule on the cases of the reference: quotas, paper as needed, and what cannot be known."""

from datetime import date

import pytest

from campaign.thresholds.instruments import Combination, instrument, may_own_form_count, with_goal
from campaign.thresholds.rules import (
    RuleNotInForceError,
    Tally,
    Verdict,
    crossings,
    evaluate,
    summary,
    thresholds_reached,
)
from tests.thresholds.build import (
    IN_MY_NAME_CLOSED,
    TODAY,
    chamber,
    chamber_where_combining_is,
    judged,
    online,
    own_form,
    paper,
)


def results(evaluation):
    return {result.key: result for result in evaluation.strata}


def test_exactly_each_quota_is_enough():
    """Behaviour 47: entitled to be heard only when each region's quota and the total are met."""
    evaluation = judged(chamber(), online(VLG=14500, WAL=8000, BRU=2500))
    assert evaluation.verdict is Verdict.MET
    assert (evaluation.total_counted, evaluation.total_missing) == (25000, 0)
    assert summary(evaluation).code == "met"


def test_one_signature_short_in_wallonia_fails_although_there_are_31999():
    """Behaviour 47: neither the total alone nor two regions out of three are enough."""
    evaluation = judged(chamber(), online(VLG=20000, BRU=4000, WAL=7999))
    assert evaluation.verdict is Verdict.NOT_MET
    assert evaluation.collected == 31999
    assert evaluation.total_counted == 24999
    assert results(evaluation)["WAL"].missing == 1
    assert results(evaluation)["VLG"].surplus == 5500
    said = summary(evaluation)
    assert said.code == "total_enough_but"
    assert (said.values["collected"], said.values["stratum"], said.values["missing"]) == (
        31999,
        "WAL",
        1,
    )


def test_in_my_name_is_undetermined_because_its_split_by_region_is_unknown():
    evaluation = judged(chamber(), online(UNKNOWN=13500), paper(UNKNOWN=21500))
    assert evaluation.verdict is Verdict.UNDETERMINED
    assert (evaluation.collected, evaluation.unassigned, evaluation.total_counted) == (
        35000,
        35000,
        0,
    )
    assert summary(evaluation).code == "unknown_split"
    assert summary(evaluation).values == {"collected": 35000, "total_minimum": 25000}


def test_paper_fills_only_what_wallonia_still_lacks():
    """Behaviour 48: official paper is added only up to a region's missing number, and shown as such."""
    evaluation = judged(chamber(), online(VLG=15000, BRU=3000, WAL=7000), paper(WAL=1500))
    assert evaluation.verdict is Verdict.MET
    wallonia = results(evaluation)["WAL"]
    assert (wallonia.paper_received, wallonia.paper_counted, wallonia.surplus) == (1500, 1000, 500)
    assert results(evaluation)["VLG"].surplus == 500


def test_in_my_name_is_judged_by_the_law_of_its_time():
    rule = instrument("be-chamber-hearing", IN_MY_NAME_CLOSED)
    assert rule.version == date(2019, 6, 5)
    assert rule.combination.status is Combination.UNCLEAR
    evaluation = evaluate(rule, online(UNKNOWN=13500) + paper(UNKNOWN=21500), IN_MY_NAME_CLOSED)
    assert evaluation.verdict is Verdict.UNDETERMINED
    assert summary(evaluation).code == "unknown_split"


def test_a_version_is_not_used_outside_its_time():
    with pytest.raises(RuleNotInForceError):
        evaluate(instrument("be-chamber-hearing", IN_MY_NAME_CLOSED), [], TODAY)


def test_enough_online_alone_is_met_even_where_combining_was_unclear():
    rule = instrument("be-chamber-hearing", IN_MY_NAME_CLOSED)
    evaluation = judged(rule, online(VLG=14500, WAL=8000, BRU=2500), paper(VLG=10))
    assert evaluation.verdict is Verdict.MET


def test_a_full_split_with_unclear_combination_stays_undetermined():
    rule = chamber_where_combining_is(Combination.UNCLEAR)
    evaluation = judged(rule, online(VLG=14500, WAL=7000, BRU=2500), paper(WAL=1000))
    assert evaluation.verdict is Verdict.UNDETERMINED
    assert summary(evaluation).code == "unknown_combination"
    assert thresholds_reached(evaluation) == {"VLG", "BRU"}
    assert results(evaluation)["WAL"].not_added == 1000


def test_where_combining_is_not_allowed_the_better_way_alone_decides():
    rule = chamber_where_combining_is(Combination.NOT_ALLOWED)
    evaluation = judged(rule, online(VLG=14500, WAL=7000, BRU=2500), paper(WAL=1000))
    assert evaluation.verdict is Verdict.NOT_MET
    assert evaluation.total_missing == 1000
    assert summary(evaluation).code == "combination_not_allowed"


def test_support_on_our_own_form_never_enters_the_chambers_count():
    """Behaviour 49: supporter, official-online and official-paper tallies are never merged."""
    counted = online(VLG=100) + paper(VLG=20)
    alone = judged(chamber(), counted)
    with_support = judged(chamber(), counted, own_form(VLG=90000), [Tally("WAL", "partner", 90000)])
    assert with_support == alone
    assert (results(alone)["VLG"].online, results(alone)["VLG"].paper_received) == (100, 20)
    assert not alone.own_form_counts


def test_unknown_split_is_still_not_met_when_too_few_came_in_altogether():
    evaluation = judged(chamber(), online(VLG=10000, UNKNOWN=14999))
    assert evaluation.verdict is Verdict.NOT_MET
    assert summary(evaluation).code == "missing_between"
    assert summary(evaluation).values == {"at_least": 1, "at_most": 15000}


def test_unknown_signatures_that_could_not_fill_the_gaps_are_not_met():
    evaluation = judged(chamber(), online(VLG=30000, WAL=0, BRU=0, UNKNOWN=10499))
    assert evaluation.verdict is Verdict.NOT_MET
    assert judged(chamber(), online(VLG=30000, UNKNOWN=10500)).verdict is Verdict.UNDETERMINED


def test_unknown_signatures_do_not_disturb_a_threshold_already_met():
    assert (
        judged(chamber(), online(VLG=14500, WAL=8000, BRU=2500, UNKNOWN=7, ABROAD=3)).verdict
        is Verdict.MET
    )


def test_belgians_abroad_without_a_region_are_not_placed_by_guess():
    evaluation = judged(chamber(), online(VLG=14500, WAL=8000, BRU=2499, ABROAD=1))
    assert evaluation.verdict is Verdict.UNDETERMINED
    assert evaluation.unassigned == 1


def test_the_gap_is_named_where_it_is_largest():
    said = summary(judged(chamber(), online(VLG=8160, WAL=6940, BRU=3150)))
    assert said.code == "missing"
    assert said.values == {"missing": 7400, "worst_stratum": "VLG", "worst_missing": 6340}


def test_nothing_yet_is_said_as_such():
    assert summary(judged(chamber(), own_form(VLG=12))).code == "nothing_yet"


def test_without_a_hearing_there_is_no_threshold():
    evaluation = judged(instrument("be-chamber-no-hearing", TODAY), paper(UNKNOWN=40))
    assert evaluation.verdict is Verdict.NO_THRESHOLD
    assert (evaluation.strata, evaluation.collected) == ((), 40)
    assert summary(evaluation).code == "no_threshold"
    assert thresholds_reached(evaluation) == frozenset()


def test_our_own_form_counts_for_an_own_goal_because_the_rule_says_so():
    rule = instrument("none", TODAY)
    assert may_own_form_count(rule)
    assert judged(rule, own_form(VLG=3)).verdict is Verdict.NO_THRESHOLD
    goal = with_goal(rule, 500)
    below = judged(goal, own_form(VLG=300, UNKNOWN=150), [Tally("ABROAD", "partner", 49)])
    assert (below.verdict, below.total_missing, below.unassigned) == (Verdict.NOT_MET, 1, 0)
    assert summary(below).code == "own_goal"
    assert summary(judged(goal, own_form(ABROAD=500))).code == "own_goal_met"


def test_a_legal_number_cannot_be_replaced_by_a_goal():
    with pytest.raises(ValueError, match="from the law"):
        with_goal(chamber(), 100)
    with pytest.raises(ValueError, match="at least one"):
        with_goal(instrument("none", TODAY), 0)


def test_the_flemish_parliament_counts_paper_only_and_from_anyone():
    rule = instrument("fl-parliament-hearing", TODAY)
    assert not may_own_form_count(rule)
    evaluation = judged(rule, online(VLG=20000), paper(VLG=9000, UNKNOWN=6000), own_form(VLG=5))
    assert evaluation.verdict is Verdict.MET
    assert evaluation.collected == 15000
    assert thresholds_reached(evaluation) == {"total"}


def test_the_walloon_sum_of_online_and_paper_is_never_assumed():
    rule = instrument("wal-parliament-hearing", TODAY)
    assert judged(rule, online(ALL=600), paper(ALL=400)).verdict is Verdict.UNDETERMINED
    between = summary(judged(rule, online(ALL=412), paper(ALL=300)))
    assert (between.code, between.values) == ("missing_between", {"at_least": 288, "at_most": 588})


def test_crossings_say_what_was_reached_and_what_was_lost_again():
    before = thresholds_reached(judged(chamber(), online(BRU=2499, VLG=14500)))
    after = thresholds_reached(judged(chamber(), online(BRU=2500, VLG=14499, WAL=8000)))
    assert crossings(before, after) == ({"BRU", "WAL"}, {"VLG"})
    assert crossings(after, after) == (frozenset(), frozenset())


def test_a_negative_tally_is_refused():
    with pytest.raises(ValueError, match="negative"):
        judged(chamber(), online(VLG=-1))
