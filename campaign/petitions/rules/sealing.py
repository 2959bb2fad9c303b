"""The seal of a batch of paper, and the seal of a list of them: SHA-256 (FIPS 180-4) over a text that
anybody can write again from the figures. The form is described in docs/paper-seal.md and never changes
without a new `format`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

FORMAT = 1


@dataclass(frozen=True)
class Sealable:
    """What the seal of a batch is over: its number, its days and its counted figures."""

    petition: str
    number: int
    out_on: date
    in_on: date
    counted_on: date
    valid: Mapping[str, int]
    spoiled: Mapping[str, int]


def canonical(batch: Sealable) -> str:
    """The figures as one line of JSON: keys sorted, no spaces, ASCII (RFC 8785 for such values). Counts
    of 0 are left out."""
    return json.dumps(
        {
            "batch": batch.number,
            "counted_on": batch.counted_on.isoformat(),
            "format": FORMAT,
            "in_on": batch.in_on.isoformat(),
            "out_on": batch.out_on.isoformat(),
            "petition": batch.petition,
            "spoiled": {key: count for key, count in batch.spoiled.items() if count},
            "valid": {key: count for key, count in batch.valid.items() if count},
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def seal(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def list_text(seals: Iterable[tuple[int, str]]) -> str:
    """The list of batches as a text: one line a batch, by number: the number, a space, its seal, and a
    line feed."""
    return "".join(f"{number} {one}\n" for number, one in sorted(seals))
