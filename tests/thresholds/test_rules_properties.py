"""What must hold for every rule and every count."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.thresholds.bands import picture
from campaign.thresholds.instruments import Combination, Instrument, PaperRule
from campaign.thresholds.rules import Tally, Verdict, summary, thresholds_reached
from tests.thresholds.build import chamber, judged, strata

ORDER = {Verdict.NOT_MET: 0, Verdict.UNDETERMINED: 1, Verdict.MET: 2}
REGIONS = ("VLG", "WAL", "BRU")

tallies = st.lists(
    st.builds(
        Tally,
        stratum=st.sampled_from((*REGIONS, "ABROAD", "UNKNOWN")),
        channel=st.sampled_from(("official_platform", "official_paper", "own_form", "partner")),
        count=st.integers(0, 30),
    ),
    max_size=12,
)


@st.composite
def rules(draw: st.DrawFn) -> Instrument:
    """The Chamber's rule made small, with any number of strata to reach, any total, any paper and combination rule."""
    minima = {key: draw(st.integers(1, 25)) for key in REGIONS}
    min_strata = draw(st.integers(1, 3))
    floor = sum(sorted(minima.values())[:min_strata])
    rule = chamber()
    return replace(
        rule,
        strata=strata(**minima),
        min_strata=min_strata,
        total_minimum=floor + draw(st.sampled_from((0, 0, 7))),
        paper_rule=draw(st.sampled_from(PaperRule)),
        combination=replace(rule.combination, status=draw(st.sampled_from(Combination))),
    )


@given(
    counts=st.fixed_dictionaries({key: st.integers(0, 60) for key in REGIONS}),
    extra=st.integers(0, 10**6),
)
def test_surplus_in_one_region_never_compensates_another(counts, extra):
    rule = replace(chamber(), strata=strata(VLG=29, WAL=16, BRU=5), total_minimum=50)
    for full in REGIONS:
        minimum = {"VLG": 29, "WAL": 16, "BRU": 5}[full]
        enough = [
            Tally(key, "official_platform", count) for key, count in counts.items() if key != full
        ]
        bare = judged(rule, [*enough, Tally(full, "official_platform", minimum)])
        rich = judged(rule, [*enough, Tally(full, "official_platform", minimum + extra)])
        assert (rich.verdict, rich.total_counted, rich.total_missing) == (
            bare.verdict,
            bare.total_counted,
            bare.total_missing,
        )


@settings(max_examples=300)
@given(
    rule=rules(),
    before=tallies,
    stratum=st.sampled_from((*REGIONS, "ABROAD", "UNKNOWN")),
    channel=st.sampled_from(("official_platform", "official_paper", "own_form", "partner")),
)
def test_adding_a_signature_never_lowers_a_result(rule, before, stratum, channel):
    lower = judged(rule, before)
    higher = judged(rule, [*before, Tally(stratum, channel, 1)])
    assert ORDER[higher.verdict] >= ORDER[lower.verdict]
    assert higher.total_counted >= lower.total_counted
    assert higher.total_missing <= lower.total_missing
    assert higher.missing_at_least <= lower.missing_at_least
    if rule.combination.status is Combination.ALLOWED:
        assert thresholds_reached(higher) >= thresholds_reached(lower)


@given(rule=rules(), received=tallies)
def test_paper_counted_never_exceeds_what_is_needed(rule, received):
    rule = replace(rule, paper_rule=PaperRule.ONLY_AS_NEEDED)
    for result in judged(rule, received).strata:
        used_online = result.counted - result.paper_counted
        assert 0 <= result.paper_counted <= max(result.minimum - used_online, 0)
        assert result.paper_counted <= result.paper_received
        if rule.combination.status is Combination.ALLOWED:
            assert result.paper_counted <= max(result.minimum - result.online, 0)


@given(rule=rules(), received=tallies)
def test_every_signature_of_a_region_is_accounted_for_once(rule, received):
    evaluation = judged(rule, received)
    for result in evaluation.strata:
        assert (
            result.online + result.paper_received
            == result.counted + result.surplus + result.not_added
        )
        assert result.counted + result.missing == result.minimum
        assert result.reached == (result.missing == 0)
    placed = sum(result.online + result.paper_received for result in evaluation.strata)
    assert placed + evaluation.unassigned == evaluation.collected


@settings(max_examples=300)
@given(rule=rules(), received=tallies, place=st.data())
def test_an_unknown_split_is_never_guessed(rule, received, place):
    """Whatever region each unknown signature really has, a firm verdict was right; if none is firm, it was undetermined."""
    verdict = judged(rule, received).verdict
    placed = [
        replace(tally, stratum=place.draw(st.sampled_from(REGIONS)))
        if tally.stratum not in REGIONS
        else tally
        for tally in received
    ]
    truth = judged(rule, placed).verdict
    if verdict is not Verdict.UNDETERMINED:
        assert truth is verdict


@given(
    unknown=st.integers(0, 60),
    known=st.fixed_dictionaries({key: st.integers(0, 30) for key in REGIONS}),
)
def test_undetermined_means_that_both_ends_are_possible(unknown, known):
    rule = replace(chamber(), strata=strata(VLG=9, WAL=6, BRU=5), total_minimum=20)
    counts = [Tally(key, "official_platform", count) for key, count in known.items()]
    evaluation = judged(rule, [*counts, Tally("UNKNOWN", "official_platform", unknown)])
    gaps = {result.key: result.missing for result in evaluation.strata}
    could_be_met = sum(gaps.values()) <= unknown
    must_be_met = not any(gaps.values())
    expected = (
        Verdict.MET if must_be_met else Verdict.UNDETERMINED if could_be_met else Verdict.NOT_MET
    )
    assert evaluation.verdict is expected


@given(rule=rules(), received=tallies)
def test_every_evaluation_has_a_sentence_and_a_picture_inside_its_frame(rule, received):
    evaluation = judged(rule, received)
    assert summary(evaluation).code
    drawn = picture(evaluation)
    for band, result in zip(drawn.bands, evaluation.strata, strict=True):
        assert band.online_width + band.paper_width <= band.line + 0.02
        assert band.surplus_x + band.surplus_width <= 100
        assert (band.percent >= 100) == result.reached
    ends = [segment.x + segment.width for segment in drawn.total_segments]
    assert all(end <= drawn.line + 0.02 for end in ends)
