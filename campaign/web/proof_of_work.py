"""A small sum for the visitor's browser, so that signing a thousand times costs something.

The wire format is ALTCHA's first version with SHA-256: find the number whose hash after the salt
is the challenge. Without JavaScript there is no proof and signing stays possible, limited harder.
"""

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qs

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution

FIELD_NAME = "altcha"
ALGORITHM: Final = "SHA-256"
MAX_NUMBER = 20_000  # about 0.2 s on a laptop, at most 1 s on a slow phone, while the form is typed
# As long as a person may take over the form; after that the form still works, without the proof.
CHALLENGE_LIFETIME = timedelta(hours=2)
LONGEST_PAYLOAD = 2_000
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ProofOfWork(StrEnum):
    """What became of the proof."""

    VALID = "valid"
    ABSENT = "absent"
    INVALID = "invalid"
    EXPIRED = "expired"


@dataclass(frozen=True)
class CheckedProof:
    """The outcome; for a valid proof also the key to spend, once, and for how many seconds."""

    outcome: ProofOfWork
    replay_key: str = ""
    seconds_left: int = 0


def make_challenge(
    key: bytes, subject: str, now: datetime, maxnumber: int = MAX_NUMBER
) -> dict[str, str | int]:
    """A signed challenge, ready for JSON, for one `subject` (what is signed: its slug)."""
    challenge = create_challenge(
        ChallengeOptions(
            algorithm=ALGORITHM,
            max_number=maxnumber,
            hmac_key=key,
            expires=now + CHALLENGE_LIFETIME,
            params={"subject": subject},
        )
    )
    return {
        "algorithm": challenge.algorithm,
        "challenge": challenge.challenge,
        "maxnumber": challenge.max_number,  # the wire's spelling, which the package's own dict lacks
        "salt": challenge.salt,
        "signature": challenge.signature,
    }


def check_solution(key: bytes, payload: str | None, subject: str, now: datetime) -> CheckedProof:
    """Whether `payload` (base64 of JSON, as the form sent it) solves a challenge of ours.

    A valid proof must still be spent by the caller: `spend_once(replay_key, seconds_left)`.
    """
    if not payload:
        return CheckedProof(ProofOfWork.ABSENT)
    solution = _read(payload)
    if solution is None:
        return CheckedProof(ProofOfWork.INVALID)
    correct, _ = verify_solution(solution, key, check_expires=False)
    # Everything in the salt is under the signature from here on, and only then trusted.
    promised = parse_qs(solution["salt"].partition("?")[2]) if correct else {}
    if promised.get("subject") != [subject] or "expires" not in promised:
        return CheckedProof(ProofOfWork.INVALID)
    seconds_left = int(promised["expires"][0]) - int(now.timestamp())
    if seconds_left <= 0:
        return CheckedProof(ProofOfWork.EXPIRED)
    return CheckedProof(ProofOfWork.VALID, f"proof/{solution['challenge']}", seconds_left)


def _read(payload: str) -> Any:
    """The solution when every field has exactly its type and form, else None.

    The salt must end with '&' and the number be a whole number: otherwise digits could move from
    the number to the end of the salt and prolong its expiry, hash unchanged (CVE-2025-68113).
    """
    try:
        solution = json.loads(b64decode(payload[:LONGEST_PAYLOAD], validate=True))
    except (Base64Error, UnicodeDecodeError, ValueError, RecursionError):
        return None
    if not isinstance(solution, dict) or solution.get("algorithm") != ALGORITHM:
        return None
    number, salt = solution.get("number"), solution.get("salt")
    if type(number) is not int or number < 0:
        return None
    if not isinstance(salt, str) or not salt.isascii() or not salt.endswith("&"):
        return None
    digests = (solution.get("challenge"), solution.get("signature"))
    if not all(isinstance(digest, str) and _DIGEST.fullmatch(digest) for digest in digests):
        return None
    return solution
