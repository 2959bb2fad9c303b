"""The one clock."""

from datetime import UTC, datetime, timedelta

from campaign.core import clock


def test_it_tells_the_present_in_utc() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


def test_it_can_be_held_and_goes_on_afterwards() -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    with clock.frozen_at(moment):
        assert clock.now() == moment
    assert clock.now() > moment
