"""Rules: what a form must say, and when a second signature is the same person's."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.core.errors import RefusedError
from campaign.petitions.rules.signing import (
    AgeMissingError,
    AnotherPerson,
    ConsentMissingError,
    CountryUnknownError,
    Earlier,
    NameMissingError,
    NameTooLongError,
    NameWithFormulaError,
    NameWithLinkError,
    SamePerson,
    TooYoungError,
    check_age,
    check_consent,
    check_country,
    check_name,
    check_place,
    compare_with_earlier,
    is_due_for_anonymising,
    may_mail_again,
    minimum_age,
    months_after,
    read_application,
)
from tests.petitions.terms import FILLED, terms


def problems(**changes: str) -> dict[str, str]:
    _application, errors = read_application({**FILLED, **changes}, terms())
    return {name: refusal.code for name, refusal in errors.items()}


class TestNames:
    @pytest.mark.parametrize(
        "name",
        ["Awa", "N’Diaye", "O'Brien", "Van den Bossche", "D'Hondt-Peeters", "José María", "ߞߊ߲ߕߋ", "محمد", "St. Clair", "Jr.", "王",
         "Élise", "de la Croix", "J.-P."],
    )  # fmt: skip
    def test_names_of_people_are_accepted(self, name: str) -> None:
        assert check_name(name) == name

    def test_a_name_is_trimmed_and_single_spaced(self) -> None:
        assert check_name("  Awa \t Binta\n") == "Awa Binta"

    @pytest.mark.parametrize(
        "name",
        ["=1+1", "+32", "-cmd", "@SUM(A1)", "\t=1", "|calc", "%0A", "  =1+1", "＝1", "﹦1", "﹣1"],
    )
    def test_a_name_that_a_spreadsheet_would_run_is_refused(self, name: str) -> None:
        """Behaviour 5."""
        with pytest.raises(NameWithFormulaError):
            check_name(name)

    @pytest.mark.parametrize("field", ["given_name", "family_name"])
    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("=1+1", "name_with_formula"),
            ("+32 Awa", "name_with_formula"),
            ("-Awa", "name_with_formula"),
            ("@Awa", "name_with_formula"),
            ("www.spam.example", "name_with_link"),
            ("x" * 61, "name_too_long"),
        ],
    )
    def test_both_names_are_checked(self, field: str, typed: str, code: str) -> None:
        """Behaviours 5, 6 and 7: whichever of the two it is."""
        assert problems(**{field: typed}) == {field: code}

    @pytest.mark.parametrize(
        "before", ["\n", "\r\n", "\u200b", "\u00a0", "\u2003", "\ufeff", "\u202e", "\x00"]
    )
    def test_an_invisible_sign_before_a_formula_does_not_let_it_pass(self, before: str) -> None:
        """Behaviour 5: tidying must not bring the formula to the front."""
        with pytest.raises(NameWithFormulaError):
            check_name(f"{before}=HYPERLINK(A)")

    @pytest.mark.parametrize(
        "name",
        ["http://x", "Awa https://spam.example", "www.spam", "visit spam.com", "spam.BE", "t.me/spam", "bit.ly/x",
         "casino.online", "spam.de", "mail@spam.org", "spam.pro/x", "ｓｐａｍ．ｃｏｍ", "spam․com", "spam。com"],
    )  # fmt: skip
    def test_a_name_with_a_link_is_refused(self, name: str) -> None:
        """Behaviour 6."""
        with pytest.raises(NameWithLinkError):
            check_name(name)

    def test_an_over_long_name_is_refused_with_its_own_message(self) -> None:
        """Behaviour 7."""
        assert check_name("é" * 60)
        with pytest.raises(NameTooLongError):
            check_name("é" * 61)
        with pytest.raises(NameTooLongError):
            check_name("a" * 60_000)

    @pytest.mark.parametrize("name", ["", "   ", "123", "…", "\u200b", "🙂"])
    def test_a_name_has_at_least_one_letter(self, name: str) -> None:
        with pytest.raises(NameMissingError):
            check_name(name)

    @given(st.text(max_size=100))
    def test_whatever_is_typed_the_name_kept_is_harmless(self, text: str) -> None:
        """Behaviours 5, 6 and 7."""
        try:
            name = check_name(text)
        except RefusedError:
            return
        assert not name.startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))
        assert "://" not in name
        assert name == name.strip()
        assert len(name) <= 60
        assert not any(
            unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for sign in name
        )


class TestPlace:
    def test_the_postal_code_gives_the_region(self) -> None:
        assert [check_place("BE", code).region for code in ("9000", "4000", "1000")] == [
            "VLG",
            "WAL",
            "BRU",
        ]  # type: ignore[union-attr]

    def test_an_empty_postal_code_signs_without_a_region(self) -> None:
        """Behaviour 8."""
        application, errors = read_application({**FILLED, "postal_code": " "}, terms())
        assert not errors
        assert application is not None
        assert (application.stratum, application.postal_code) == ("UNKNOWN", None)

    @pytest.mark.parametrize("code", ["9999", "0000", "12345", "abcd", "900"])
    def test_a_belgian_code_that_does_not_exist_is_refused(self, code: str) -> None:
        """Behaviour 8, with the decision that what is typed must exist."""
        assert problems(postal_code=code) == {"postal_code": "unknown_postal_code"}

    @pytest.mark.parametrize("code", ["1047", "1804", "1931", "7010"])
    def test_a_code_where_nobody_lives_is_refused(self, code: str) -> None:
        assert problems(postal_code=code) == {"postal_code": "special_postal_code"}

    @pytest.mark.parametrize("code", ["75001", "9000", "not a code", "x" * 500])
    def test_abroad_keeps_no_postal_code(self, code: str) -> None:
        """Behaviour 9."""
        application, errors = read_application(
            {**FILLED, "country": "ML", "postal_code": code}, terms()
        )
        assert not errors
        assert application is not None
        assert (application.stratum, application.postal_code, application.place) == (
            "ABROAD",
            None,
            None,
        )

    def test_a_country_must_be_on_the_list(self) -> None:
        assert check_country("ML") == "ML"
        for code in ("", "XX", "be", "Belgium"):
            with pytest.raises(CountryUnknownError):
                check_country(code)


class TestAgeAndConsent:
    def test_the_age_asked_is_the_instruments_and_never_under_13(self) -> None:
        assert [minimum_age(asked) for asked in (None, 0, 12, 13, 16, 18)] == [
            13,
            13,
            13,
            13,
            16,
            18,
        ]

    def test_too_young_is_told_apart_from_no_answer(self) -> None:
        """Behaviour 2."""
        check_age("yes", 16)
        with pytest.raises(TooYoungError):
            check_age("no", 16)
        for answer in ("", "y", "YES", "16"):
            with pytest.raises(AgeMissingError):
                check_age(answer, 16)

    def test_without_an_age_rule_nothing_is_asked(self) -> None:
        check_age("", None)

    def test_only_a_tick_is_consent(self) -> None:
        check_consent("y")
        for answer in ("", "no", "n", "0", "false", "maybe"):
            with pytest.raises(ConsentMissingError):
                check_consent(answer)

    def test_only_yes_lets_an_organisation_write(self) -> None:
        for answer, expected in (("yes", 1), ("no", 0), ("", 0), ("y", 0)):
            application, _errors = read_application({**FILLED, "updates_7": answer}, terms())
            assert application is not None
            assert len(application.updates) == expected

    def test_nothing_is_public_unless_asked(self) -> None:
        application, _errors = read_application(FILLED, terms())
        assert application is not None
        assert application.is_public is False

    def test_every_problem_is_told_at_once(self) -> None:
        _application, errors = read_application({}, terms())
        assert set(errors) == {"given_name", "family_name", "email", "country", "age", "consent"}


class TestSamePerson:
    ALI = Earlier(1, 1, b"ali", "BE", "9000")

    def test_the_first_of_a_mailbox_is_somebody_new(self) -> None:
        assert self.compare([], b"ali") == AnotherPerson(1)

    def test_the_same_name_is_the_same_person_wherever_they_say_they_live(self) -> None:
        """Behaviour 11."""
        assert self.compare([self.ALI], b"ali") == SamePerson(1)
        assert self.compare([self.ALI], b"ali", postal_code="4000") == SamePerson(1)

    def test_another_name_at_the_same_place_is_a_second_person(self) -> None:
        """Behaviour 10."""
        assert self.compare([self.ALI], b"awa") == AnotherPerson(2)

    def test_another_name_elsewhere_repeats_the_first(self) -> None:
        """Behaviour 12."""
        assert self.compare([self.ALI], b"awa", postal_code="4000") == SamePerson(1)
        assert self.compare([self.ALI], b"awa", postal_code=None) == SamePerson(1)
        assert self.compare([self.ALI], b"awa", country="FR", postal_code=None) == SamePerson(1)

    def test_two_abroad_in_the_same_country_share_a_mailbox(self) -> None:
        """Behaviour 10."""
        abroad = Earlier(1, 1, b"ali", "ML", None)
        assert self.compare([abroad], b"awa", country="ML", postal_code=None) == AnotherPerson(2)

    def test_a_third_person_of_one_mailbox_is_refused_a_place(self) -> None:
        """Behaviour 13."""
        both = [self.ALI, Earlier(2, 2, b"awa", "BE", "9000")]
        assert self.compare(both, b"binta") == SamePerson(1, may_correct=False)
        assert self.compare(both, b"awa") == SamePerson(2, may_correct=False)

    def test_the_place_of_somebody_who_left_is_taken_again(self) -> None:
        second = Earlier(2, 2, b"awa", "BE", "9000")
        assert self.compare([second], b"ali") == AnotherPerson(1)

    @staticmethod
    def compare(
        earlier: list[Earlier],
        name_key: bytes,
        country: str = "BE",
        postal_code: str | None = "9000",
    ) -> SamePerson | AnotherPerson:
        return compare_with_earlier(
            earlier, name_key=name_key, country=country, postal_code=postal_code
        )

    def test_spellings_of_one_name_compare_equal(self) -> None:
        """Behaviour 11: case, accents, hyphens and blanks make nobody new."""
        spellings = [
            ("Awa", "Exemplé"),
            ("AWA", "exemple"),
            (" awa ", "Exemple"),
            ("Awa-", "Exemple"),
        ]
        compared = set()
        for first, last in spellings:
            application, _errors = read_application(
                {**FILLED, "given_name": first, "family_name": last}, terms()
            )
            assert application is not None
            compared.add(application.name_for_comparison)
        assert len(compared) == 1


class TestTimes:
    CLOSED = datetime(2026, 8, 31, 22, 0, tzinfo=UTC)

    def test_five_mails_and_no_more(self) -> None:
        """Behaviour 16."""
        assert [may_mail_again(count) for count in range(7)] == [True] * 5 + [False] * 2

    def test_names_go_six_months_after_closing_to_the_minute(self) -> None:
        """Behaviour 87: not before six months; at six months exactly, yes."""
        due = datetime(2027, 2, 28, 22, 0, tzinfo=UTC)
        assert not is_due_for_anonymising(self.CLOSED, due - timedelta(minutes=1))
        assert is_due_for_anonymising(self.CLOSED, due)

    def test_a_petition_that_never_closes_is_never_due(self) -> None:
        assert not is_due_for_anonymising(None, self.CLOSED)

    @given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(0, 60))  # noqa: DTZ001
    def test_months_are_counted_by_the_calendar(self, moment: datetime, months: int) -> None:
        later = months_after(moment, months)
        assert (later.year * 12 + later.month) - (moment.year * 12 + moment.month) == months
        assert later.day <= moment.day
