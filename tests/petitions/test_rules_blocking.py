"""Rules: which domains a block covers, and which may not be blocked."""

import pytest

from campaign.petitions.rules.blocking import (
    DOMAINS_LOOKED_UP,
    DomainUnclearError,
    HostOfEverybodyError,
    check_domain,
    check_may_block,
    domains_above,
    is_within,
)


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
