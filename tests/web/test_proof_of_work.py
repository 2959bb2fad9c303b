"""The proof of work: ALTCHA's wire format, bound to one petition and one time, spent once."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.web.proof_of_work import (
    CHALLENGE_LIFETIME,
    MAX_NUMBER,
    CheckedProof,
    ProofOfWork,
    check_solution,
    make_challenge,
)
from campaign.web.rate_limit import MEMORY, RateLimiter

KEY = b"only for the tests, thirty-two b"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLUG = "hearing-for-people-without-papers"


def solve(challenge: dict[str, Any]) -> dict[str, Any]:
    for number in range(challenge["maxnumber"] + 1):
        text = challenge["salt"] + str(number)
        if hashlib.sha256(text.encode()).hexdigest() == challenge["challenge"]:
            kept = {
                name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")
            }
            return {**kept, "number": number}
    raise AssertionError("no number solves the challenge")


def encode(solution: object) -> str:
    return b64encode(json.dumps(solution).encode()).decode()


def check(solution: object, subject: str = SLUG, now: datetime = NOW) -> CheckedProof:
    return check_solution(KEY, encode(solution), subject, now)


@pytest.fixture
def solution() -> dict[str, Any]:
    return solve(make_challenge(KEY, SLUG, NOW, maxnumber=50))


def test_a_solved_challenge_is_valid_until_it_expires(solution: dict[str, Any]) -> None:
    proof = check(solution)
    assert proof.outcome is ProofOfWork.VALID
    assert proof.seconds_left == CHALLENGE_LIFETIME.total_seconds()
    late = NOW + CHALLENGE_LIFETIME
    assert check(solution, now=late - timedelta(seconds=1)).outcome is ProofOfWork.VALID
    assert check(solution, now=late).outcome is ProofOfWork.EXPIRED
    assert check(solution, now=late).replay_key == ""


def test_the_challenge_has_the_fields_of_the_wire_format_and_is_not_the_same_twice() -> None:
    challenge = make_challenge(KEY, SLUG, NOW)
    assert set(challenge) == {"algorithm", "challenge", "maxnumber", "salt", "signature"}
    assert (challenge["algorithm"], challenge["maxnumber"]) == ("SHA-256", MAX_NUMBER)
    expires = str(int((NOW + CHALLENGE_LIFETIME).timestamp()))
    assert parse_qs(challenge["salt"].partition("?")[2])["expires"] == [expires]
    signature = hmac.new(KEY, challenge["challenge"].encode(), "sha256").hexdigest()
    assert challenge["signature"] == signature
    assert make_challenge(KEY, SLUG, NOW)["salt"] != challenge["salt"]


@pytest.mark.parametrize("payload", [None, ""])
def test_without_javascript_there_is_no_proof(payload: str | None) -> None:
    assert check_solution(KEY, payload, SLUG, NOW).outcome is ProofOfWork.ABSENT


def test_a_proof_for_one_petition_is_none_for_another(solution: dict[str, Any]) -> None:
    assert check(solution, subject="another-petition").outcome is ProofOfWork.INVALID


def test_a_challenge_of_somebody_elses_making_is_refused() -> None:
    foreign = solve(make_challenge(b"another key", SLUG, NOW, maxnumber=50))
    assert check(foreign).outcome is ProofOfWork.INVALID


def test_a_slug_cannot_smuggle_parameters_into_the_salt() -> None:
    slug = "a&expires=99999999999&subject=b"
    smuggled = solve(make_challenge(KEY, slug, NOW, maxnumber=50))
    assert check(smuggled, subject="b").outcome is ProofOfWork.INVALID
    assert check(smuggled, subject=slug).seconds_left == CHALLENGE_LIFETIME.total_seconds()


@pytest.mark.parametrize(
    "change",
    [
        {"number": 51},
        {"number": -1},
        {"number": "7"},
        {"number": 7.0},
        {"number": True},
        {"number": None},
        {"algorithm": "SHA-1"},
        {"algorithm": ["SHA-256"]},
        {"challenge": "0" * 64},
        {"challenge": None},
        {"signature": "0" * 64},
        {"signature": 5},
        {"salt": ""},
        {"salt": None},
        {"salt": "é?expires=99999999999&"},
    ],
)
def test_a_changed_field_makes_the_proof_invalid(
    solution: dict[str, Any], change: dict[str, object]
) -> None:
    assert check({**solution, **change}).outcome is ProofOfWork.INVALID


@pytest.mark.parametrize("field", ["algorithm", "challenge", "number", "salt", "signature"])
def test_a_missing_field_makes_the_proof_invalid(solution: dict[str, Any], field: str) -> None:
    del solution[field]
    assert check(solution).outcome is ProofOfWork.INVALID


@pytest.mark.parametrize(
    "payload", ["no base64!", "e30=", "W10=", "bnVsbA==", "//79", "é", "A" * 100_000, "[" * 5000]
)
def test_what_is_no_solution_is_invalid(payload: str) -> None:
    assert check_solution(KEY, payload, SLUG, NOW).outcome is ProofOfWork.INVALID


def test_very_deep_json_is_invalid_and_raises_nothing() -> None:
    payload = b64encode(b"[" * 1400).decode()
    assert check_solution(KEY, payload, SLUG, NOW).outcome is ProofOfWork.INVALID


def spliced_solutions(solution: dict[str, Any]) -> list[dict[str, Any]]:
    """Every way to move signs between the end of the salt and the number, the hash unchanged."""
    joined = solution["salt"] + str(solution["number"])
    found = []
    for cut in range(1, len(joined)):
        number = joined[cut:]
        values = [number, int(number)] if number.isdecimal() else [number]
        found += [{**solution, "salt": joined[:cut], "number": value} for value in values]
    return [
        one
        for one in found
        if (one["salt"], one["number"]) != (solution["salt"], solution["number"])
    ]


def test_digits_cannot_move_from_the_number_into_the_salt_to_prolong_it() -> None:
    """CVE-2025-68113: '…expires=17000' + '12345' must not become '…expires=170001' + '2345'."""
    solution = solve(make_challenge(KEY, SLUG, NOW, maxnumber=3000))
    for spliced in spliced_solutions(solution):
        assert check(spliced).outcome is ProofOfWork.INVALID
    assert solution["salt"].endswith("&")


def test_a_salt_without_the_closing_delimiter_is_refused(solution: dict[str, Any]) -> None:
    assert check({**solution, "salt": solution["salt"][:-1]}).outcome is ProofOfWork.INVALID


def test_an_expiry_added_to_the_salt_is_not_believed(solution: dict[str, Any]) -> None:
    late = NOW + CHALLENGE_LIFETIME
    for salt in (
        solution["salt"] + "expires=99999999999&",
        solution["salt"].replace("?", "?expires=99999999999&"),
    ):
        assert check({**solution, "salt": salt}, now=late).outcome is ProofOfWork.INVALID


def test_the_same_proof_written_another_way_can_be_spent_only_once(
    solution: dict[str, Any],
) -> None:
    limiter = RateLimiter(MEMORY, secret=KEY)
    first = check(solution)
    second = check({"took": 3, **dict(reversed(solution.items()))})
    assert second.outcome is ProofOfWork.VALID
    assert limiter.spend_once(first.replay_key, first.seconds_left)
    assert not limiter.spend_once(second.replay_key, second.seconds_left)


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: b64encode(raw).decode()))
def test_any_payload_gets_an_answer(payload: str) -> None:
    outcome = check_solution(KEY, payload, SLUG, NOW).outcome
    assert outcome is (ProofOfWork.INVALID if payload else ProofOfWork.ABSENT)


def test_the_payload_is_small() -> None:
    payload = encode(solve(make_challenge(KEY, "x" * 100, NOW, maxnumber=50)))
    assert len(payload) < 700
    assert set(json.loads(b64decode(payload))) == {
        *("algorithm", "challenge", "number", "salt", "signature")
    }
