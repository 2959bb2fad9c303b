"""By when a request must have arrived: days counted by hand on a calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.thresholds.instruments import Confidence, Notice, NoticeUnit
from campaign.thresholds.rules import last_day_to_submit

MEETING = date(2026, 11, 26)


def calendar(days):
    return Notice(days, NoticeUnit.CALENDAR, Confidence.SOURCED)


def clear(days):
    return Notice(days, NoticeUnit.CLEAR, Confidence.SOURCED)


@pytest.mark.parametrize(
    ("meeting_on", "notice", "last_day"),
    [
        (MEETING, calendar(13), date(2026, 11, 13)),
        # From 14 to 25 November there are twelve whole days.
        (MEETING, clear(12), date(2026, 11, 13)),
        # From 11 to 25 November there are fifteen whole days.
        (MEETING, clear(15), date(2026, 11, 10)),
        (date(2027, 1, 7), clear(15), date(2026, 12, 22)),
        (date(2028, 3, 5), calendar(13), date(2028, 2, 21)),
        (date(2027, 3, 5), calendar(13), date(2027, 2, 20)),
        # The clocks change on 25 October 2026: a day is a day.
        (date(2026, 10, 29), clear(12), date(2026, 10, 16)),
        (MEETING, calendar(1), date(2026, 11, 25)),
        (MEETING, clear(1), date(2026, 11, 24)),
    ],
)
def test_the_last_day_is_the_one_counted_by_hand(meeting_on, notice, last_day):
    assert last_day_to_submit(meeting_on, notice) == last_day


meetings = st.dates(date(2000, 1, 1), date(2100, 12, 31))
days = st.integers(1, 90)
units = st.sampled_from(NoticeUnit)


@given(meeting_on=meetings, unit=units, one=days, other=days)
def test_a_longer_notice_never_gives_a_later_day(meeting_on, unit, one, other):
    shorter, longer = sorted((one, other))
    assert last_day_to_submit(
        meeting_on, Notice(longer, unit, Confidence.SOURCED)
    ) <= last_day_to_submit(meeting_on, Notice(shorter, unit, Confidence.SOURCED))


@given(meeting_on=meetings, count=days)
def test_so_many_whole_days_lie_between_the_two_ends_of_clear_days(meeting_on, count):
    day = last_day_to_submit(meeting_on, clear(count)) + timedelta(days=1)
    between = 0
    while day < meeting_on:
        between, day = between + 1, day + timedelta(days=1)
    assert between == count


@given(meeting_on=meetings, count=days)
def test_clear_days_ask_for_one_day_more_than_calendar_days(meeting_on, count):
    earlier = last_day_to_submit(meeting_on, clear(count))
    assert earlier == last_day_to_submit(meeting_on, calendar(count)) - timedelta(days=1)
