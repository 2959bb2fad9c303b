"""The rules of accounts: passwords, sessions, codes, membership."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from campaign.accounts.rules.factors import (
    matching_step,
    new_recovery_codes,
    new_totp_secret,
    step_of,
    tidy_recovery_code,
)
from campaign.accounts.rules.membership import check_may_accept, check_still_coordinated, role_named
from campaign.accounts.rules.passwords import check_password
from campaign.accounts.rules.refusals import (
    LastCoordinatorError,
    LinkOverError,
    WeakPasswordError,
)
from campaign.accounts.rules.sessions import coarse, device_name, is_fresh, is_good, own_target

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class TestPasswords:
    @pytest.mark.parametrize(
        "password",
        [
            "correcthorsebatterystaple et cetera",
            "quatre lampes sous le vent",
            "het regent zelden in de kelder",
            "ɲɛgɛn bulu kɔrɔ wɛrɛ",
            "a" + "zq7 kiosk mer lundi",
        ],
    )
    def test_a_long_and_unusual_one_is_taken_without_capitals_or_digits(
        self, password: str
    ) -> None:
        check_password(password)

    @pytest.mark.parametrize(
        "password",
        [
            "short",
            "elevenchars",
            "aaaaaaaaaaaa",
            "password12345",
            "motdepasse1234",
            "azertyuiop12",
            "wachtwoord123",
            "qwertyuiop[]",
            "portevoix2026",
            "x" * 201,
        ],
    )
    def test_a_short_or_common_one_is_refused_with_what_to_do(self, password: str) -> None:
        with pytest.raises(WeakPasswordError) as refused:
            check_password(password)
        assert len(refused.value.sentence) > 20

    def test_ones_own_name_does_not_make_it_strong(self) -> None:
        check_password("djiguiyasekou99 kelen")
        with pytest.raises(WeakPasswordError):
            check_password("djiguiyasekou99", about=("Djiguiyasekou",))


class TestSessions:
    def good(self, **changes: object) -> bool:
        facts = {
            "created_at": NOW,
            "last_used_at": NOW,
            "expires_at": NOW + timedelta(days=7),
            "second_factor_at": None,
            "needs_second_factor": False,
            "now": NOW + timedelta(minutes=1),
        }
        return is_good(**(facts | changes))  # type: ignore[arg-type]

    def test_end_unused_and_end_after_a_week_however_used(self) -> None:
        assert self.good()
        assert self.good(now=NOW + timedelta(hours=8))
        assert not self.good(now=NOW + timedelta(hours=9))
        week = NOW + timedelta(days=7)
        assert not self.good(now=week, last_used_at=week)

    def test_wait_a_quarter_of_an_hour_for_the_second_factor(self) -> None:
        late = NOW + timedelta(minutes=15)
        assert self.good(needs_second_factor=True)
        assert not self.good(needs_second_factor=True, now=late)
        assert self.good(needs_second_factor=True, now=late, second_factor_at=NOW)

    def test_are_remembered_to_the_half_hour(self) -> None:
        assert coarse(NOW + timedelta(minutes=29, seconds=7)) == NOW
        assert coarse(NOW + timedelta(minutes=31)) == NOW + timedelta(minutes=30)

    def test_are_fresh_for_ten_minutes(self) -> None:
        assert is_fresh(NOW, now=NOW + timedelta(minutes=9))
        assert not is_fresh(NOW, now=NOW + timedelta(minutes=10))

    @pytest.mark.parametrize(
        "target", ["/workspace", "/workspace/account", "/workspace/audit?act=role.given&page=2"]
    )
    def test_lead_on_to_pages_of_the_workspace(self, target: str) -> None:
        assert own_target(target) == target

    @pytest.mark.parametrize(
        "target",
        [
            "", "https://evil.example", "//evil.example", "/workspace//evil.example", "/fr/petitions",
            "/workspaceevil", "/workspace/../fr", "/workspace\\evil", "/workspace/a\nb", "javascript:1",
            "/workspace@evil.example", "/workspace/x?u=//evil.example",
        ],
    )  # fmt: skip
    def test_lead_nowhere_else(self, target: str) -> None:
        assert own_target(target) == "/workspace"

    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            ("Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0", "Firefox, Android"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/128 Safari/537 Edg/128", "Edge, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 Safari/604.1", "Safari, iPhone"),
            ("curl/8", ""),
            ("", ""),
        ],
    )  # fmt: skip
    def test_know_a_device_coarsely(self, agent: str, name: str) -> None:
        assert device_name(agent) == name


class TestCodes:
    def test_of_the_app_are_taken_a_step_early_and_a_step_late(self) -> None:
        secret = new_totp_secret()
        for seconds in (-30, 0, 30):
            code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds))
            assert matching_step(secret, code, last_step=0, now=NOW) is not None
        old = pyotp.TOTP(secret).at(NOW - timedelta(seconds=90))
        assert matching_step(secret, old, last_step=0, now=NOW) is None

    def test_of_the_app_are_never_taken_twice_nor_an_older_one_after(self) -> None:
        """RFC 6238 section 5.2."""
        secret = new_totp_secret()
        code = pyotp.TOTP(secret).at(NOW)
        assert matching_step(secret, code, last_step=step_of(NOW), now=NOW) is None
        before = pyotp.TOTP(secret).at(NOW - timedelta(seconds=30))
        assert matching_step(secret, before, last_step=step_of(NOW), now=NOW) is None

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345"])
    def test_of_another_shape_are_not_codes(self, typed: str) -> None:
        assert matching_step(new_totp_secret(), typed, last_step=0, now=NOW) is None

    def test_for_recovery_are_ten_different_ones_read_however_they_are_typed(self) -> None:
        codes = new_recovery_codes()
        assert len(set(codes)) == 10
        assert tidy_recovery_code(codes[0].lower().replace("-", " ")) == codes[0].replace("-", "")


class TestMembership:
    def test_an_organisation_keeps_a_coordinator(self) -> None:
        check_still_coordinated({1, 2}, 1)
        with pytest.raises(LastCoordinatorError):
            check_still_coordinated({1}, 1)

    def test_an_invitation_is_good_until_its_end_or_its_answer(self) -> None:
        end = NOW + timedelta(days=14)
        check_may_accept(ended_at=None, expires_at=end, now=end - timedelta(seconds=1))
        for ended_at, now in ((None, end), (NOW, NOW)):
            with pytest.raises(LinkOverError):
                check_may_accept(ended_at=ended_at, expires_at=end, now=now)

    def test_the_platforms_role_is_no_role_of_an_organisation(self) -> None:
        assert role_named("administrator") is None
        assert role_named("editor") == "editor"
