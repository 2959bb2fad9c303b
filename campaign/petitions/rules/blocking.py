"""Which domain a block or an exception is about, and which ones must never be blocked."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import idna
from flask_babel import lazy_gettext as _l

from campaign.core.email_address import FREQUENT_DOMAINS, PROVIDERS, canonical_email, check_email
from campaign.core.errors import RefusedError
from campaign.core.text import one_line

BRUSSELS = ZoneInfo("Europe/Brussels")
LONGEST_REASON = 60
# How many names a sender's domain is looked up under: its own, and the widest above it.
DOMAINS_LOOKED_UP = 4
HOSTS_OF_EVERYBODY = frozenset(FREQUENT_DOMAINS) | {
    domain for provider in PROVIDERS for domain in provider.domains
}


class DomainUnclearError(RefusedError):
    """Not the name of a mail domain."""

    code = "domain_unclear"
    message = _l("This is not a mail domain. It looks like example.org, without @ and spaces.")


class HostOfEverybodyError(RefusedError):
    """A domain where very many people have their mailbox."""

    code = "host_of_everybody"
    message = _l(
        "Very many people have their mailbox there. Block single mailboxes, or check with more conditions."
    )


class DayPassedError(RefusedError):
    """A block that would have ended before it begins."""

    code = "day_passed"
    message = _l("This day has come already. Choose a later one, or none.")


class DayUnclearError(RefusedError):
    """No day of a calendar."""

    code = "day_unclear"
    message = _l("This is not a day. It looks like 2026-09-30.")


class BlockReasonMissingError(RefusedError):
    """No reason, or one that is too long."""

    code = "block_reason_missing"
    message = _l("Write in a few words why, in at most 60 characters, without naming anybody.")


def read_end(typed: str, *, now: datetime) -> datetime | None:
    """The beginning of a day in Brussels, written 2026-09-30; None for no day. Raises DayPassedError."""
    if not typed.strip():
        return None
    try:
        day = date.fromisoformat(typed.strip())
        end = datetime(day.year, day.month, day.day, tzinfo=BRUSSELS)
    except ValueError as error:
        raise DayUnclearError from error
    if end <= now:
        raise DayPassedError
    return end


def check_block_reason(typed: str) -> str:
    """Why, in one line. Raises BlockReasonMissingError."""
    reason = one_line(typed)
    if not reason or len(reason) > LONGEST_REASON:
        raise BlockReasonMissingError
    return reason


def check_domain(typed: str) -> str:
    """A domain as it is compared: lower case, ASCII (IDNA 2008, RFC 5891, with the mapping of UTS 46),
    under the main name of its provider. Raises DomainUnclearError."""
    try:
        name = idna.encode(typed.strip().removeprefix("@").rstrip("."), uts46=True).decode()
    except idna.IDNAError as error:
        raise DomainUnclearError from error
    if "." not in name:
        raise DomainUnclearError
    return canonical_domain(name.lower())


def check_sender(typed: str) -> str:
    """A mailbox ("name@host") as it was typed, or else a domain as it is compared. Raises
    InvalidEmailAddress or DomainUnclearError."""
    mailbox, _at, _host = typed.strip().partition("@")
    return check_email(typed) if mailbox and _at else check_domain(typed)


def check_may_block(domain: str) -> None:
    """Refuse to stop counting half the country. Raises HostOfEverybodyError."""
    if domain in HOSTS_OF_EVERYBODY:
        raise HostOfEverybodyError


def canonical_domain(domain: str) -> str:
    """The one name of a provider that has several ("googlemail.com" is "gmail.com")."""
    return canonical_email(f"name@{domain}").rpartition("@")[2]


def domains_above(domain: str) -> tuple[str, ...]:
    """A domain and those it is part of, always four names: a blocked domain covers what is below it.

    Of a domain with more than five parts the ones in between are left out: who blocks, blocks what
    people register, and that is never so deep.
    """
    parts = domain.split(".")
    above = [
        ".".join(parts[-length:]) for length in range(2, min(len(parts), DOMAINS_LOOKED_UP + 1))
    ]
    found = [domain, *above][:DOMAINS_LOOKED_UP]
    return tuple(found + [domain] * (DOMAINS_LOOKED_UP - len(found)))


def standing(domain: str, listed: Mapping[str, str], *, is_disposable: bool) -> str:
    """What becomes of signatures from a domain: "blocked", "excepted", "throw_away" or "counted".

    `listed` are the blocked and excepted domains, each with its kind; a block wins.
    """
    kinds = {kind for wider, kind in listed.items() if is_within(domain, wider)}
    if "domain" in kinds:
        return "blocked"
    if "excepted" in kinds:
        return "excepted"
    return "throw_away" if is_disposable else "counted"


def is_within(domain: str, wider: str) -> bool:
    """Whether `domain` is `wider` or part of it."""
    return domain == wider or domain.endswith(f".{wider}")
