"""What a password must be. Length over rules: no capitals, digits or signs are asked for."""

import re

from flask_babel import lazy_gettext as _l
from zxcvbn import zxcvbn

from campaign.accounts.rules.refusals import WeakPasswordError

SHORTEST = 12
LONGEST = 200
# zxcvbn takes long for long texts, and what it did not find in these it will not find later.
LOOKED_AT = 72
# A guess a second, which the brake on sign-in allows at most, would take three years.
FEWEST_GUESSES_LOG10 = 8.0
# Its lists are English for the most part; these stand in passwords of our languages.
ALSO_COMMON = [
    "portevoix",
    "motdepasse",
    "azerty",
    "bonjour",
    "soleil",
    "jetaime",
    "doudou",
    "marseille",
    "bruxelles",
    "belgique",
    "wachtwoord",
    "welkom",
    "hallo",
    "antwerpen",
    "brussel",
    "belgie",
    "voetbal",
    "passwort",
    "sanspapiers",
    "regularisation",
]
TOO_SHORT = _l("Use at least 12 characters. A sentence of four or five words is easy to remember.")
TOO_LONG = _l("Use at most 200 characters.")
TOO_COMMON = _l(
    "This password is among the first that a machine would guess. Put a few unrelated words together."
)


def check_password(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Whether a password may be chosen; `about` are words that others know of the person.

    Raises WeakPasswordError. Follows NIST SP 800-63B section 3.1.1.2: length, and a list of the
    common ones; no composition rules, no expiry.
    """
    if len(password) < SHORTEST:
        raise WeakPasswordError(reason=TOO_SHORT)
    if len(password) > LONGEST:
        raise WeakPasswordError(reason=TOO_LONG)
    words = [part for text in about for part in re.split(r"\W+", text) if len(part) > 2]
    found = zxcvbn(password[:LOOKED_AT], user_inputs=[*ALSO_COMMON, *words])
    if found["guesses_log10"] < FEWEST_GUESSES_LOG10:
        raise WeakPasswordError(reason=TOO_COMMON)
