"""By when a request must have arrived, so that a council may hear it at a given meeting."""

from datetime import date, timedelta

from campaign.thresholds.models import Notice, NoticeUnit


def last_day_to_submit(meeting_on: date, notice: Notice) -> date:
    """The last day on which the request may arrive.

    Calendar days leave out one end, the day of the meeting: 13 calendar days before a 30th is the 17th. Clear days
    leave out both ends, the day of arrival and the day of the meeting: 12 clear days lie between the 17th and the
    30th. That clear days leave out both ends is our reading, stated by none of the sources: hand in a day earlier
    where one can. Closing hours and days when the office is shut are not known to these rules.
    """
    days_apart = notice.days + 1 if notice.unit is NoticeUnit.CLEAR else notice.days
    return meeting_on - timedelta(days=days_apart)
