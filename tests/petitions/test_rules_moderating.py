"""Rules: reading a petition before it opens."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from campaign.moderation.rules import Trait
from campaign.petitions.models import ModerationDecision
from campaign.petitions.rules import moderating as rules
from campaign.petitions.rules.moderating import Act, BeforeOpening, Decision, Gap, Pace, Standing
from campaign.petitions.rules.states import PATH, READABLE
from campaign.petitions.vocabulary import REJECTION_REASONS, STOP_REASONS

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


def before(**changes: Any) -> BeforeOpening:
    values: dict[str, Any] = {
        "has_wording": True,
        "has_consent": True,
        "has_controller": True,
        "closes_at": NOW + timedelta(days=30),
        "traits": frozenset(),
        **changes,
    }
    return BeforeOpening(**values)


def standing(**changes: bool) -> Standing:
    values = {"is_higher": False, "wrote_it": False, "others_can": True, "is_first": False}
    return Standing(**(values | changes))


class TestClock:
    @pytest.mark.parametrize(
        ("waited", "expected"),
        [
            (timedelta(0), Pace.IN_TIME),
            (timedelta(days=11) - timedelta(seconds=1), Pace.IN_TIME),
            (timedelta(days=11), Pace.NEAR),
            (timedelta(days=14) - timedelta(seconds=1), Pace.NEAR),
            (timedelta(days=14), Pace.OVERDUE),
        ],
    )
    def test_near_from_11_days_on_and_overdue_from_14(
        self, waited: timedelta, expected: Pace
    ) -> None:
        """Behaviour 59."""
        assert rules.pace_of(NOW - waited, NOW) is expected

    def test_what_was_never_handed_in_is_not_late(self) -> None:
        assert rules.pace_of(None, NOW) is Pace.IN_TIME


class TestReasons:
    def test_a_rejection_needs_a_reason_from_the_list_of_that_day(self) -> None:
        """Behaviour 51."""
        for reason in ("", "invented", "endangers"):
            with pytest.raises(rules.ReasonNeededError):
                rules.state_after_rejecting(Decision(Act.REJECT, reason), day=DAY)
        with pytest.raises(rules.ReasonNeededError):
            rules.state_after_rejecting(Decision(Act.REJECT, "unclear"), day=date(2025, 12, 31))

    def test_a_retired_reason_is_no_longer_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        retired = rules.RejectionReason("unclear", date(2026, 1, 1), until=DAY)
        monkeypatch.setattr(rules, "REJECTION_REASONS", (retired,))
        assert rules.reasons_on(DAY - timedelta(days=1)) == [retired]
        assert rules.reasons_on(DAY) == []

    @pytest.mark.parametrize("reason", ["defamatory", "names_person", "court", "offensive"])
    def test_reasons_like_libel_hide_the_text(self, reason: str) -> None:
        """Behaviour 53."""
        assert rules.state_after_rejecting(Decision(Act.REJECT, reason), day=DAY) == "hidden"

    @pytest.mark.parametrize("reason", [each.code for each in rules.REJECTION_REASONS])
    def test_any_reason_can_hide_it_by_hand(self, reason: str) -> None:
        """Behaviour 54."""
        decision = Decision(Act.REJECT, reason, is_hidden=True)
        assert rules.state_after_rejecting(decision, day=DAY) == "hidden"

    def test_the_others_leave_it_readable(self) -> None:
        """Behaviour 52."""
        state = rules.state_after_rejecting(Decision(Act.REJECT, "unclear"), day=DAY)
        assert state == "rejected"
        assert state in READABLE

    def test_every_reason_has_its_sentence_and_fits_its_column(self) -> None:
        codes = {each.code for each in rules.REJECTION_REASONS}
        assert codes == set(REJECTION_REASONS)
        assert set(rules.STOP_REASONS) == set(STOP_REASONS)
        assert not codes & set(rules.STOP_REASONS), "one code, one sentence in a mail"
        assert max(map(len, [*codes, *STOP_REASONS])) <= ModerationDecision.reason.type.length


class TestWhoDecides:
    @pytest.mark.parametrize("act", [Act.APPROVE, Act.REJECT])
    def test_an_administrator_decides_about_the_first_petition_of_an_organisation(
        self, act: Act
    ) -> None:
        with pytest.raises(rules.FirstOneError):
            rules.check_may_decide(act, standing(is_first=True))
        rules.check_may_decide(act, standing(is_first=True, is_higher=True))

    @pytest.mark.parametrize("act", [Act.APPROVE, Act.REJECT])
    def test_nobody_decides_about_what_they_wrote_while_another_can(self, act: Act) -> None:
        with pytest.raises(rules.OwnPetitionError):
            rules.check_may_decide(act, standing(wrote_it=True, is_higher=True))
        rules.check_may_decide(act, standing(wrote_it=True, others_can=False))

    def test_comments_are_free(self) -> None:
        rules.check_may_decide(Act.RETURN, standing(is_first=True, wrote_it=True))

    def test_any_moderator_stops_and_only_the_higher_role_removes(self) -> None:
        """Behaviour 57."""
        for state in ("suspended", "hidden"):
            rules.check_stop(Decision(Act.STOP, "endangers", stops_as=state), is_higher=False)
        removal = Decision(Act.STOP, "endangers", stops_as="removed")
        with pytest.raises(rules.HigherRoleError):
            rules.check_stop(removal, is_higher=False)
        rules.check_stop(removal, is_higher=True)

    def test_a_stop_needs_a_reason_and_a_state(self) -> None:
        with pytest.raises(rules.ReasonNeededError):
            rules.check_stop(Decision(Act.STOP, "unclear", stops_as="hidden"), is_higher=True)
        with pytest.raises(rules.NotNowError):
            rules.check_stop(Decision(Act.STOP, "endangers", stops_as="open"), is_higher=True)


class TestRestoring:
    def restored(self, state: str, before: str, **changes: Any) -> str:
        values: dict[str, Any] = {"ended_at": NOW, "is_higher": True, "now": NOW, **changes}
        return rules.restored_state(state, before, **values)

    def test_takes_the_higher_role(self) -> None:
        """Behaviour 56."""
        with pytest.raises(rules.HigherRoleError):
            self.restored("rejected", "in_moderation", is_higher=False)

    @pytest.mark.parametrize("state", ["suspended", "hidden", "removed"])
    @pytest.mark.parametrize("before", PATH)
    def test_leads_to_the_state_before(self, state: str, before: str) -> None:
        assert self.restored(state, before) == before

    def test_what_was_refused_waits_again(self) -> None:
        assert self.restored("rejected", "in_moderation") == "in_moderation"
        assert self.restored("hidden", "in_moderation") == "in_moderation"

    @pytest.mark.parametrize(
        ("state", "before"), [("open", "closed"), ("removed", ""), ("removed", "draft")]
    )
    def test_nothing_else_comes_back(self, state: str, before: str) -> None:
        with pytest.raises(rules.NotNowError):
            self.restored(state, before)

    def test_one_whose_names_were_erased_does_not_take_signatures_again(self) -> None:
        assert self.restored("removed", "open", ended_at=datetime(2025, 9, 3, tzinfo=UTC)) == "open"
        assert self.restored("removed", "open", ended_at=datetime(2025, 9, 2, tzinfo=UTC)) == (
            "closed"
        )


class TestBeforeItOpens:
    def gaps(self, *, looked_at: bool = False, **changes: Any) -> set[Gap]:
        return set(rules.gaps_before_opening(before(**changes), looked_at=looked_at, now=NOW))

    def test_nothing_is_missing_in_a_complete_one(self) -> None:
        assert self.gaps() == set()
        assert self.gaps(closes_at=None) == set()

    @pytest.mark.parametrize(
        ("changes", "gap"),
        [
            ({"has_wording": False}, Gap.WORDING),
            ({"has_consent": False}, Gap.CONSENT),
            ({"has_controller": False}, Gap.CONTROLLER),
            ({"closes_at": NOW}, Gap.CLOSING),
        ],
    )
    def test_each_gap_is_named(self, changes: dict[str, Any], gap: Gap) -> None:
        assert self.gaps(**changes) == {gap}

    @pytest.mark.parametrize("trait", [Trait.PHONE, Trait.REGISTER_NUMBER, Trait.DOCUMENT_NUMBER])
    def test_a_number_that_leads_to_somebody_is_never_let_through(self, trait: Trait) -> None:
        """Behaviour 64."""
        assert self.gaps(traits=frozenset({trait}), looked_at=True) == {Gap.NUMBERS}

    @pytest.mark.parametrize("trait", [Trait.NAMED_PERSON, Trait.FULL_NAME])
    def test_a_name_is_let_through_only_by_somebody_who_looked_at_it(self, trait: Trait) -> None:
        """Behaviour 64: a guard or a person held; it may also be a minister."""
        assert self.gaps(traits=frozenset({trait})) == {Gap.NAMED}
        assert self.gaps(traits=frozenset({trait}), looked_at=True) == set()


class TestComments:
    def test_giving_back_needs_them(self) -> None:
        for comment in ("", "x" * 4001):
            with pytest.raises(rules.CommentNeededError):
                rules.check_comment(Decision(Act.RETURN, comment=comment))
        rules.check_comment(Decision(Act.RETURN, comment="x" * 4000))

    def test_elsewhere_they_may_be_missing_but_not_endless(self) -> None:
        rules.check_comment(Decision(Act.APPROVE))
        with pytest.raises(rules.CommentTooLongError):
            rules.check_comment(Decision(Act.REJECT, comment="x" * 4001))


def test_a_claim_ends_when_the_writers_take_the_petition_back() -> None:
    assert rules.reader_of("in_moderation", "account:7") == "account:7"
    assert rules.reader_of("draft", "account:7") == ""
    assert rules.reader_of("submitted", "account:7") == ""


def test_the_fingerprint_of_a_petition_changes_with_its_state_and_each_text() -> None:
    prints = {
        rules.fingerprint("open", ["a", "b"]),
        rules.fingerprint("closed", ["a", "b"]),
        rules.fingerprint("open", ["ab"]),
        rules.fingerprint("open", ["a", "c"]),
    }
    assert len(prints) == 4
