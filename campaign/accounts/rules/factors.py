"""Second factors: codes of an app (RFC 6238) and recovery codes."""

import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
# One step before and after: clocks of old phones are late.
STEPS_AROUND = 1
RECOVERY_CODES = 10
# Without 0, 1, I, L, O, U: read aloud and copied by hand. 12 of 30 signs are 58 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
ISSUER = "Portevoix"


def step_of(moment: datetime) -> int:
    """The 30-second step of a moment."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, *, last_step: int, now: datetime) -> int | None:
    """The step whose code this is, later than the one last used; None when there is none.

    A code is good once (RFC 6238 section 5.2), so a step that was used, or is older, never matches.
    """
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isdecimal() or not typed.isascii():
        return None
    app = pyotp.TOTP(secret)
    here = step_of(now)
    for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1):
        if step > last_step and secrets.compare_digest(app.generate_otp(step), typed):
            return step
    return None


def setup_address(secret: str, name: str) -> str:
    """What the drawing says to the app: whose code it is, and its secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def new_totp_secret() -> str:
    """160 random bits, as apps take them."""
    return pyotp.random_base32()


def new_recovery_codes() -> list[str]:
    """Ten codes like 7KQM-2XWP-9RTD."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]


def tidy_recovery_code(typed: str) -> str:
    """A code as it was given, however it was typed."""
    return "".join(sign for sign in typed.upper() if sign in ALPHABET)
