"""The picture has the numbers of the drawn page: 8,160 of 14,500, 6,940 of 8,000 and 3,150 of 2,500."""

from campaign.thresholds.bands import height_of, picture
from campaign.thresholds.instruments import instrument, with_goal
from tests.thresholds.build import TODAY, chamber, judged, online, own_form, paper

DRAWN = judged(chamber(), online(VLG=5020, WAL=4210, BRU=2030), paper(VLG=3140, WAL=2730, BRU=1120))


def test_flanders_is_drawn_as_in_the_design():
    flanders = picture(DRAWN).bands[0]
    assert (flanders.key, flanders.height, flanders.mini_height) == ("VLG", 58, 29)
    assert (flanders.line, flanders.online_width) == (76.92, 26.63)
    assert (flanders.paper_x, flanders.paper_width) == (26.63, 16.66)
    assert (flanders.safe_x, flanders.safe_y1, flanders.safe_y2) == (92.31, -3, 61)
    assert (flanders.received, flanders.percent, flanders.surplus_width) == (8160, 56, 0.0)


def test_a_percentage_is_floored_never_rounded_up():
    assert picture(DRAWN).bands[1].percent == 86
    almost = picture(judged(chamber(), online(VLG=14499))).bands[0]
    assert (almost.percent, almost.surplus_width) == (99, 0.0)


def test_brussels_shows_its_useless_surplus_as_an_outline_beyond_the_line():
    brussels = picture(DRAWN).bands[2]
    assert (brussels.height, brussels.mini_height) == (10, 5)
    assert (brussels.online_width, brussels.paper_width) == (62.46, 14.46)
    assert (brussels.surplus_x, brussels.surplus_y) == (76.92, 1)
    assert (brussels.surplus_width, brussels.surplus_height) == (20.0, 8)
    assert (brussels.received, brussels.percent) == (3150, 126)


def test_a_great_surplus_stops_at_the_right_edge():
    assert picture(judged(chamber(), online(BRU=90000))).bands[2].surplus_width == 23.08


def test_the_total_lays_the_useful_signatures_end_to_end():
    drawn = picture(DRAWN)
    assert [(part.key, part.x, part.width) for part in drawn.total_segments] == [
        ("VLG", 0.0, 24.71),
        ("WAL", 25.11, 20.95),
        ("BRU", 46.46, 7.29),
    ]
    assert (drawn.total_height, drawn.total_percent) == (12, 70)


def test_small_single_thresholds_are_thick_enough_to_see():
    assert height_of(1000, alone=True) == 20
    assert height_of(15000, alone=True) == 60
    assert height_of(1000, alone=False) == 10
    assert (
        picture(judged(with_goal(instrument("none", TODAY), 25), own_form(VLG=31))).bands[0].percent
        == 124
    )


def test_a_wholly_unknown_split_is_not_drawn_as_empty_bands():
    assert not picture(judged(chamber(), online(UNKNOWN=13500))).split_known
    assert picture(judged(chamber(), online(UNKNOWN=3, VLG=1))).split_known
    assert picture(judged(chamber())).split_known


def test_nothing_is_drawn_where_there_is_no_threshold():
    drawn = picture(judged(instrument("be-chamber-no-hearing", TODAY), paper(ALL=3)))
    assert (drawn.bands, drawn.total_segments, drawn.total_percent) == ((), (), 0)
