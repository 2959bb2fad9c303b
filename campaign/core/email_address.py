"""What makes an e-mail address well formed, whose it is, and what a mistyped one was meant to be."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext

from campaign.core.errors import RefusedError


class InvalidEmailAddress(RefusedError):
    """The text is not an address mail can be sent to."""

    code = "invalid_email"
    message = lazy_gettext(
        "This is not a complete e-mail address. It looks like name@example.org, without spaces."
    )


@dataclass(frozen=True)
class Provider:
    """How one mail provider delivers variants of an address to the same mailbox.

    `ignored` are the signs it does not see in the part before the @; `main_domain` stands for all
    its domains when the same name on each of them is always the same account.
    """

    domains: tuple[str, ...]
    tag_separator: str = "+"
    ignored: str = ""
    main_domain: str | None = None


# Only what the provider documents; a wrong rule would make one person of two. Yahoo is absent on
# purpose: the base of its 'base-keyword' addresses is not the name of the account.
PROVIDERS = (
    # https://support.google.com/mail/answer/7436150 and /answer/10313
    Provider(("gmail.com", "googlemail.com"), ignored=".", main_domain="gmail.com"),
    # Microsoft, "Plus addressing"; in Hotmail since 2013. Dots count. Each of these domains has
    # its own accounts: the same name on two of them is two people.
    Provider(
        (
            *("outlook.com", "outlook.be", "outlook.fr", "outlook.de", "outlook.es"),
            *("hotmail.com", "hotmail.be", "hotmail.fr", "hotmail.nl", "hotmail.de"),
            *("hotmail.co.uk", "hotmail.it", "hotmail.es", "msn.com"),
            *("live.com", "live.be", "live.fr", "live.nl", "live.de", "live.co.uk"),
        )
    ),
    # https://support.apple.com/118230: who has a name at mac.com or me.com has it at icloud.com
    Provider(("icloud.com", "me.com", "mac.com"), main_domain="icloud.com"),
    # https://www.fastmail.help/hc/en-us/articles/360060591053
    Provider(("fastmail.com", "fastmail.fm")),
    # https://proton.me/support/addresses-and-aliases (one name, its short form at pm.me); Proton's
    # own client compares its addresses without '.', '-' and '_' (canonicalizeEmail in WebClients)
    Provider(
        ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
        ignored="._-",
        main_domain="proton.me",
    ),
)
_PROVIDER_OF = {domain: provider for provider in PROVIDERS for domain in provider.domains}

# Ours, over the list of the package: domains it names wrongly, and throw-away ones it lacks.
NOT_DISPOSABLE: frozenset[str] = frozenset()
ALSO_DISPOSABLE: frozenset[str] = frozenset()

# Frequent in Belgium and Mali, most frequent first.
FREQUENT_DOMAINS = (
    *("gmail.com", "hotmail.com", "outlook.com", "yahoo.fr", "yahoo.com", "hotmail.be"),
    *("hotmail.fr", "live.be", "outlook.be", "outlook.fr", "skynet.be", "telenet.be"),
    *("proximus.be", "scarlet.be", "icloud.com", "live.fr", "live.com", "belgacom.net"),
    *("protonmail.com", "proton.me", "orange.fr", "laposte.net", "googlemail.com"),
)
# Near a frequent domain, and yet exactly what its owner means.
REAL_DOMAINS = frozenset(
    {
        *("mail.com", "email.com", "ymail.com", "gmx.com", "gmx.net", "gmx.de", "gmx.fr", "gmx.be"),
        *("live.nl", "live.de", "hotmail.nl", "hotmail.de", "hotmail.it", "hotmail.es"),
        *("outlook.de", "outlook.es", "yahoo.de", "yahoo.es", "yahoo.it", "yahoo.nl", "yahoo.be"),
        *("me.com", "mac.com", "pm.me", "voo.be", "base.be", "orange.be", "orange.ml", "free.fr"),
        *("hotmail.co.uk", "yahoo.co.uk", "live.co.uk", "protonmail.ch", "rocketmail.com"),
    }
)
# Too far from the right one for the comparison, or nearer to a wrong one.
MISTYPED_DOMAINS = {
    "gmail.be": "gmail.com",
    "gmail.fr": "gmail.com",
    "gmail.nl": "gmail.com",
    "gmail.ml": "gmail.com",
    "gmail": "gmail.com",
    "gmail.c": "gmail.com",
    "gmial.com": "gmail.com",
    "gmal.com": "gmail.com",
    "gml.com": "gmail.com",
    "hotmail": "hotmail.com",
    "outlook": "outlook.com",
    "skynet": "skynet.be",
    "skynet.com": "skynet.be",
    "telenet": "telenet.be",
    "telenet.com": "telenet.be",
    "proximus.com": "proximus.be",
    "iclod.com": "icloud.com",
    "icloud.be": "icloud.com",
}
# What nearly everybody types, and email-validator returns as it is; a test compares the two.
_ORDINARY = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?:be|com|de|eu|fr|lu|ml|net|nl|org)"
)
_LONGEST_ORDINARY = 60
SIMILAR_ENOUGH = 0.87  # of 1: 'hotmial.com' and 'skynet.b' pass, 'hotmail.ml' does not


def check_email(text: str) -> str:
    """The address in its normal form: no blanks or invisible marks, domain in lower case ASCII.

    The part before the @ keeps its case (RFC 5321 §2.4); it must be ASCII, because a mail server
    without RFC 6531 could not deliver to it. No look-up is made. Raises InvalidEmailAddress.
    """
    if len(text) <= _LONGEST_ORDINARY and _ORDINARY.fullmatch(text):
        return text
    visible = "".join(sign for sign in text.strip() if unicodedata.category(sign) != "Cf")
    try:
        checked = validate_email(
            visible.removeprefix("mailto:"),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
        )
    except EmailNotValidError as error:
        raise InvalidEmailAddress from error
    return f"{checked.local_part}@{checked.ascii_domain}"


def canonical_email(email: str) -> str:
    """One text for all variants of an address that reach the same mailbox: for comparing only.

    Takes what `check_email` gave. Mail is sent to the address as typed, never to this one.
    """
    local_part, _, domain = email.lower().rpartition("@")
    provider = _PROVIDER_OF.get(domain)
    if provider is None:
        return f"{local_part}@{domain}"
    name = local_part.split(provider.tag_separator, 1)[0]
    for sign in provider.ignored:
        name = name.replace(sign, "")
    # A name made of nothing but a tag is nobody's: keep it whole rather than merge all of them.
    return f"{name or local_part}@{provider.main_domain or domain}"


def is_disposable(email: str) -> bool:
    """Whether the address, or the domain above its own, is of a throw-away mail service."""
    labels = email.lower().rpartition("@")[2].split(".")
    domains = {".".join(labels[first:]) for first in range(max(1, len(labels) - 1))}
    if domains & NOT_DISPOSABLE:
        return False
    return bool(domains & ALSO_DISPOSABLE) or not blocklist.isdisjoint(domains)


def suggest_domain(email: str) -> str | None:
    """The domain a mistyped one was probably meant to be ('gmial.com' → 'gmail.com'), or None.

    A question to put to the person, never a correction to make: any domain may be real.
    """
    domain = email.lower().strip().rpartition("@")[2]
    if domain in MISTYPED_DOMAINS:
        return MISTYPED_DOMAINS[domain]
    if domain in FREQUENT_DOMAINS or domain in REAL_DOMAINS:
        return None
    nearest = get_close_matches(domain, FREQUENT_DOMAINS, n=1, cutoff=SIMILAR_ENOUGH)
    return nearest[0] if nearest else None
