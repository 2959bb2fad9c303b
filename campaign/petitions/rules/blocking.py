"""Which domain a block or an exception is about, and which ones must never be blocked."""

import idna
from flask_babel import lazy_gettext as _l

from campaign.core.email_address import FREQUENT_DOMAINS, PROVIDERS, canonical_email
from campaign.core.errors import RefusedError

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


def is_within(domain: str, wider: str) -> bool:
    """Whether `domain` is `wider` or part of it."""
    return domain == wider or domain.endswith(f".{wider}")
