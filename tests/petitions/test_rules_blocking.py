"""Rules: which domains a block covers, and which may not be blocked."""

from datetime import UTC, datetime

import pytest

from campaign.core.email_address import InvalidEmailAddress
from campaign.core.errors import RefusedError
from campaign.petitions.rules.blocking import (
    DOMAINS_LOOKED_UP,
    BlockReasonMissingError,
    DayPassedError,
    DayUnclearError,
    DomainUnclearError,
    HostOfEverybodyError,
    check_block_reason,
    check_domain,
    check_may_block,
    check_sender,
    domains_above,
    is_within,
    read_end,
    standing,
)

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("example.org", "example.org"),
        (" @Example.ORG. ", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("googlemail.com", "gmail.com"),
    ],
)
def test_one_spelling_for_one_domain(typed: str, domain: str) -> None:
    assert check_domain(typed) == domain


@pytest.mark.parametrize("typed", ["", "be", "a b.example", "name@example.org", "a..example"])
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(DomainUnclearError):
        check_domain(typed)


@pytest.mark.parametrize("domain", ["gmail.com", "skynet.be", "proton.me", "hotmail.be"])
def test_where_everybody_has_a_mailbox_nobody_is_blocked_by_the_domain(domain: str) -> None:
    with pytest.raises(HostOfEverybodyError):
        check_may_block(domain)
    check_may_block(f"spam.{domain}")


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("example.org", {"example.org"}),
        ("a.example.org", {"a.example.org", "example.org"}),
        ("a.b.example.org", {"a.b.example.org", "b.example.org", "example.org"}),
        (
            "a.b.c.d.example.org",
            {"a.b.c.d.example.org", "example.org", "d.example.org", "c.d.example.org"},
        ),
    ],
)
def test_a_domain_is_looked_up_with_those_above_it(domain: str, found: set[str]) -> None:
    looked_up = domains_above(domain)
    assert len(looked_up) == DOMAINS_LOOKED_UP
    assert set(looked_up) == found
    assert all(is_within(domain, wider) for wider in looked_up)


def test_a_name_that_only_ends_alike_is_another_domain() -> None:
    assert not is_within("myexample.org", "example.org")


@pytest.mark.parametrize(
    ("domain", "is_disposable", "expected"),
    [
        ("mail.robots.example", False, "blocked"),
        ("both.robots.example", True, "blocked"),
        ("group.example", True, "excepted"),
        ("throwaway.example", True, "throw_away"),
        ("notrobots.example", False, "counted"),
    ],
)
def test_a_block_wins_over_an_exception_and_that_over_the_list(
    domain: str, is_disposable: bool, expected: str
) -> None:
    listed = {
        "robots.example": "domain", "both.robots.example": "excepted", "group.example": "excepted"
    }  # fmt: skip
    assert standing(domain, listed, is_disposable=is_disposable) == expected


def test_a_block_ends_when_its_day_begins_in_brussels() -> None:
    assert read_end("2026-03-03", now=NOON) == datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert read_end("2026-07-01", now=NOON) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert read_end(" ", now=NOON) is None


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [("2026-03-02", DayPassedError), ("2026-02-30", DayUnclearError), ("soon", DayUnclearError)],
)
def test_a_day_that_has_come_or_is_none_is_refused(typed: str, refusal: type[RefusedError]) -> None:
    with pytest.raises(refusal):
        read_end(typed, now=NOON)


def test_what_has_a_name_before_the_at_is_a_mailbox() -> None:
    assert check_sender(" Name@Example.org ") == "Name@example.org"
    assert check_sender("@Example.org") == check_sender("example.org") == "example.org"
    with pytest.raises(InvalidEmailAddress):
        check_sender("name@nowhere")


@pytest.mark.parametrize("typed", ["", " ", "x" * 61])
def test_a_block_has_a_reason(typed: str) -> None:
    with pytest.raises(BlockReasonMissingError):
        check_block_reason(typed)
