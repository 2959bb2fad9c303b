"""Behaviour 14, and what is accepted, refused, recognised and suggested as an e-mail address."""

import pytest
from email_validator import validate_email
from hypothesis import assume, given
from hypothesis import strategies as st

from campaign.core.email_address import (
    _LONGEST_ORDINARY,
    _ORDINARY,
    FREQUENT_DOMAINS,
    MISTYPED_DOMAINS,
    PROVIDERS,
    REAL_DOMAINS,
    InvalidEmailAddress,
    canonical_email,
    check_email,
    is_disposable,
    suggest_domain,
)

ALL_RULED_DOMAINS = [domain for provider in PROVIDERS for domain in provider.domains]
NAMES = st.from_regex(r"[a-z0-9][a-z0-9._+-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Awa.Diarra@Example.org", "awa.diarra@example.org"),
        ("a.w.a@gmail.com", "awa@gmail.com"),
        ("awa+petition@gmail.com", "awa@gmail.com"),
        ("A.Wa+x@googlemail.com", "awa@gmail.com"),
        ("awa+x@outlook.be", "awa@outlook.be"),
        ("awa+x@hotmail.com", "awa@hotmail.com"),
        ("awa+x@live.fr", "awa@live.fr"),
        ("awa+x@me.com", "awa@icloud.com"),
        ("awa@mac.com", "awa@icloud.com"),
        ("awa+x@fastmail.com", "awa@fastmail.com"),
        ("a.w-a_+x@protonmail.com", "awa@proton.me"),
        ("awa@pm.me", "awa@proton.me"),
    ],
)
def test_behaviour_14_variants_that_reach_one_mailbox_are_one_person(one: str, other: str) -> None:
    assert canonical_email(check_email(one)) == canonical_email(check_email(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.wa@outlook.com", "awa@outlook.com"),
        ("awa@outlook.com", "awa@hotmail.com"),
        ("a.wa@icloud.com", "awa@icloud.com"),
        ("awa-x@yahoo.fr", "awa@yahoo.fr"),
        ("awa+x@telenet.be", "awa@telenet.be"),
        ("awa+x@example.org", "awa@example.org"),
        ("a.wa@example.org", "awa@example.org"),
    ],
)
def test_variants_no_provider_documents_stay_two_people(one: str, other: str) -> None:
    assert canonical_email(check_email(one)) != canonical_email(check_email(other))


@given(NAMES, st.sampled_from([*ALL_RULED_DOMAINS, "example.org"]))
def test_the_canonical_form_of_a_canonical_form_is_itself(name: str, domain: str) -> None:
    canonical = canonical_email(f"{name}@{domain}")
    assert canonical_email(canonical) == canonical == canonical_email(f"{name}@{domain}".upper())


def test_each_domain_has_one_rule() -> None:
    assert len(ALL_RULED_DOMAINS) == len(set(ALL_RULED_DOMAINS))


def test_an_address_that_is_only_a_tag_is_not_merged_with_every_other_tag() -> None:
    assert canonical_email("+a@gmail.com") != canonical_email("+b@gmail.com")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("awa@example.org", "awa@example.org"),
        ("  Awa.D@Example.ORG\n", "Awa.D@example.org"),
        ("\u200fawa@example.org\u200f", "awa@example.org"),
        ("mailto:awa@example.org", "awa@example.org"),
        ("awa@exämple.be", "awa@xn--exmple-cua.be"),
        ("awa+petition@gmail.com", "awa+petition@gmail.com"),
        ("o'neil@example.org", "o'neil@example.org"),
    ],
)
def test_a_well_formed_address_is_kept_in_its_normal_form(typed: str, kept: str) -> None:
    assert check_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "awa", "awa@", "@example.org", "awa@example", "awa example@example.org"),
        *("awa@example..org", "a..wa@example.org", "awa@@example.org", "awa@[127.0.0.1]"),
        *("awa@example.org, other@example.org", "Awa <awa@example.org>", "awa@localhost"),
        *("awa@example.org\r\nBcc: all@example.org", "été@example.org", "a" * 65 + "@example.org"),
    ],
)
def test_what_no_mail_can_be_sent_to_is_refused(typed: str) -> None:
    with pytest.raises(InvalidEmailAddress):
        check_email(typed)


@given(st.text(max_size=60))
def test_any_text_is_an_address_on_one_line_or_refused(text: str) -> None:
    try:
        email = check_email(text)
    except InvalidEmailAddress:
        return
    assert email.isascii()
    assert email.isprintable()
    assert email.count("@") == 1
    assert check_email(email) == email


@given(
    st.from_regex(r"[A-Za-z0-9]{1,8}([._+-][A-Za-z0-9]{1,6}){0,3}", fullmatch=True),
    st.from_regex(r"([a-z0-9]{1,7}(-[a-z0-9]{1,4}){0,2}\.){1,2}(be|com|fr|ml|org)", fullmatch=True),
)
def test_an_ordinary_address_is_what_the_whole_check_makes_of_it(name: str, domain: str) -> None:
    """The short way and the long way agree: what the short one takes, the library returns as it is."""
    typed = f"{name}@{domain}"
    assume(len(typed) <= _LONGEST_ORDINARY)
    assert _ORDINARY.fullmatch(typed)
    checked = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    assert f"{checked.local_part}@{checked.ascii_domain}" == check_email(typed) == typed


@pytest.mark.parametrize(
    "email", ["a@mailinator.com", "a@MAILINATOR.com", "a@inbox.mailinator.com", "a@yopmail.com"]
)
def test_a_throw_away_address_is_recognised_with_the_domains_below_it(email: str) -> None:
    assert is_disposable(email)


def test_no_frequent_provider_is_taken_for_a_throw_away_one() -> None:
    domains = {*FREQUENT_DOMAINS, *REAL_DOMAINS, *ALL_RULED_DOMAINS, "example.org", "ulb.be"}
    assert [domain for domain in sorted(domains) if is_disposable(f"awa@{domain}")] == []


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        *(("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmail.co", "gmail.com")),
        *(("gmail.con", "gmail.com"), ("gamil.com", "gmail.com"), ("gmail.be", "gmail.com")),
        *(("hotmial.com", "hotmail.com"), ("hotmal.com", "hotmail.com")),
        *(("hotmai.be", "hotmail.be"), ("outlok.com", "outlook.com"), ("yaho.fr", "yahoo.fr")),
        *(("skynet.b", "skynet.be"), ("sykynet.be", "skynet.be"), ("telent.be", "telenet.be")),
        *(("proximus.b", "proximus.be"), ("iclould.com", "icloud.com")),
    ],
)
def test_a_frequent_typing_mistake_gets_a_suggestion(mistyped: str, meant: str) -> None:
    assert suggest_domain(f"Awa@{mistyped}") == meant


def test_a_real_domain_gets_no_suggestion() -> None:
    others = {"example.org", "ulb.be", "vub.be", "kuleuven.be", "gov.ml", "cire.be", "hotmail.ml"}
    domains = sorted({*FREQUENT_DOMAINS, *REAL_DOMAINS, *ALL_RULED_DOMAINS, *others})
    suggested = {domain: suggest_domain(f"awa@{domain}") for domain in domains}
    assert {domain: meant for domain, meant in suggested.items() if meant} == {}


def test_every_suggestion_is_a_frequent_domain() -> None:
    assert set(MISTYPED_DOMAINS.values()) <= set(FREQUENT_DOMAINS)
