"""Rules: which signatures a check is about, and what may follow what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.core.errors import RefusedError
from campaign.petitions.rules import invalidating as rules
from campaign.petitions.rules.blocking import DomainUnclearError
from campaign.petitions.rules.invalidating import Conditions, Step, read_conditions

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TestConditions:
    @pytest.mark.parametrize("typed", [{}, {"name": "  "}, {"state": "confirmed"}])
    def test_none_at_all_is_refused_and_so_is_a_state_alone(self, typed: dict[str, str]) -> None:
        """Behaviour 65."""
        with pytest.raises(rules.UnconditionalError):
            read_conditions(typed)

    def test_the_whole_petition_only_in_so_many_words_and_with_nothing_else(self) -> None:
        """Behaviour 65."""
        assert read_conditions({}, is_whole_petition=True).is_whole_petition
        with pytest.raises(rules.ConditionUnclearError):
            read_conditions({"country": "BE"}, is_whole_petition=True)

    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ({"email_domain": " @Bücher.example "}, {"email_domain": "xn--bcher-kva.example"}),
            ({"email_domain": "googlemail.com"}, {"email_domain": "gmail.com"}),
            ({"name": "Éva  D’Hondt*"}, {"name": "eva d hondt*"}),
            ({"postal_code": "B-9000"}, {"postal_code": "9000"}),
            ({"country": "va"}, {"country": "VA"}),
            ({"language": "ar"}, {"language": "ar"}),
            ({"country": "ML", "state": "pending"}, {"country": "ML", "state": "pending"}),
        ],
    )
    def test_each_is_read_as_it_is_compared(
        self, typed: dict[str, str], read: dict[str, str]
    ) -> None:
        assert read_conditions(typed) == Conditions(**read)  # type: ignore[arg-type]

    def test_a_moment_without_a_zone_is_that_of_brussels(self) -> None:
        found = read_conditions({"created_from": "2026-07-01T08:00"}).created_from
        assert found == datetime(2026, 7, 1, 6, tzinfo=UTC)

    @pytest.mark.parametrize(
        "typed",
        [
            {"name": "*"},
            {"name": "a*"},
            {"language": "xx"},
            {"state": "withdrawn"},
            {"state": "invalidated"},
            {"created_from": "yesterday"},
            {"created_from": "2026-03-02", "created_before": "2026-03-01"},
            {"network": "192.0.2.0"},
            {"country": "XX"},
            {"postal_code": "0001"},
            {"email_domain": "no domain"},
            {"email_domain": "be"},
        ],
    )
    def test_what_cannot_be_used_is_refused(self, typed: dict[str, str]) -> None:
        with pytest.raises(RefusedError):
            read_conditions(typed)

    def test_a_domain_without_a_dot_says_what_a_domain_looks_like(self) -> None:
        with pytest.raises(DomainUnclearError):
            read_conditions({"email_domain": "localhost"})

    @pytest.mark.parametrize(
        ("conditions", "matches"),
        [
            (Conditions(email_domain="example.org"), True),
            (Conditions(email_domain="mail.example.org"), True),
            (Conditions(email_domain="ample.org"), False),
            (Conditions(name="awa exemple"), True),
            (Conditions(name="awa*"), True),
            (Conditions(name="*exemple"), True),
            (Conditions(name="awa"), False),
            (Conditions(name="a.a exemple"), False),
            (Conditions(name="awa*", email_domain="example.com"), False),
        ],
    )
    def test_all_that_is_given_must_be_met(self, conditions: Conditions, matches: bool) -> None:
        typed = {"email": "x@Mail.Example.org", "given_name": "Âwa", "family_name": "EXEMPLE"}
        assert conditions.match(**typed) is matches

    def test_an_erased_signature_meets_no_condition_on_name_or_address(self) -> None:
        nobody = {"email": None, "given_name": None, "family_name": None}
        assert not Conditions(email_domain="example.org").match(**nobody)
        assert not Conditions(name="awa*").match(**nobody)

    @given(
        st.builds(
            Conditions,
            email_domain=st.none() | st.just("example.org"),
            name=st.none() | st.text("abc *", min_size=3),
            postal_code=st.none() | st.just("1000"),
            created_from=st.none() | st.datetimes(timezones=st.just(UTC)),
            state=st.none() | st.sampled_from(["pending", "confirmed"]),
            is_whole_petition=st.booleans(),
        )
    )
    def test_what_is_kept_is_read_back_the_same(self, conditions: Conditions) -> None:
        assert rules.from_text(rules.as_text(conditions)) == conditions

    def test_conditions_cannot_be_changed(self) -> None:
        with pytest.raises(AttributeError):
            Conditions(country="BE").country = "FR"  # type: ignore[misc]


class TestSteps:
    def test_only_a_counted_check_starts(self) -> None:
        """Behaviour 66: nobody starts what they have not seen the size of."""
        assert rules.next_step("counted", "start") is Step.RUNNING
        for step in set(Step) - {Step.COUNTED}:
            with pytest.raises(rules.WrongStepError):
                rules.next_step(step, "start")

    def test_only_a_running_check_is_cancelled(self) -> None:
        """Behaviour 67."""
        assert rules.next_step("running", "cancel") is Step.CANCELLED
        for step in set(Step) - {Step.RUNNING}:
            with pytest.raises(rules.WrongStepError):
                rules.next_step(step, "cancel")

    def test_what_was_done_or_cancelled_can_be_given_back_once(self) -> None:
        for step in (Step.DONE, Step.CANCELLED):
            assert rules.next_step(step, "reinstate") is Step.REINSTATING
        with pytest.raises(rules.WrongStepError):
            rules.next_step("reinstated", "reinstate")

    def test_a_started_check_stays(self) -> None:
        """Behaviour 68."""
        rules.check_may_delete(None)
        with pytest.raises(rules.StartedStaysError):
            rules.check_may_delete(NOON)

    def test_a_reason_is_needed_and_fits_a_line(self) -> None:
        assert rules.check_reason(" many  alike\n") == "many alike"
        for typed in ("", " ", "x" * 301):
            with pytest.raises(rules.ReasonMissingError):
                rules.check_reason(typed)

    @pytest.mark.parametrize(
        ("step", "examined", "of", "percent"),
        [
            ("running", 0, 0, 0),
            ("running", 5, 10, 50),
            ("running", 10, 10, 99),
            ("running", 20, 10, 99),
            ("done", 3, 10, 100),
            ("cancelled", 3, 10, 30),
        ],
    )
    def test_how_far_it_is(self, step: str, examined: int, of: int, percent: int) -> None:
        assert rules.percent_done(step, examined, of) == percent


def test_who_looks_sees_initials_and_the_domain() -> None:
    assert rules.masked_name("awa", "Exemple") == "A… E…"
    assert rules.masked_name(None, None) == "…"
    assert rules.masked_email("awa.exemple@example.org") == "a…@example.org"
    assert rules.masked_email(None) == "…"


def test_moments_are_kept_with_their_zone() -> None:
    found = rules.from_text(rules.as_text(Conditions(created_before=NOON + timedelta(hours=1))))
    assert found.created_before == NOON + timedelta(hours=1)


def test_erased_conditions_lead_nowhere() -> None:
    with pytest.raises(rules.WrongStepError):
        rules.from_text("")


@pytest.mark.parametrize(
    ("step", "is_started", "acts"),
    [
        ("draft", False, {"count", "discard"}),
        ("counting", False, {"stop_counting"}),
        ("counted", False, {"count", "start", "discard"}),
        ("running", True, {"cancel"}),
        ("cancelled", True, {"reinstate"}),
        ("done", True, {"reinstate"}),
        ("reinstating", True, set()),
        ("reinstated", True, set()),
    ],
)
def test_a_page_offers_what_may_follow_and_nothing_else(
    step: str, is_started: bool, acts: set[str]
) -> None:
    """Behaviour 68: a started check is not discarded."""
    assert rules.allowed_acts(step, is_started=is_started) == acts


def test_one_condition_is_refused_as_all_of_them_would_be() -> None:
    rules.check_condition("name", "  ")
    rules.check_condition("country", "be")
    with pytest.raises(rules.ConditionUnclearError):
        rules.check_condition("state", "withdrawn")
