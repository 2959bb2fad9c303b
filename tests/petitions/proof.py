"""The small sum a browser does while the form is filled in."""

import base64
import hashlib
import json
from typing import Any


def solved(challenge: dict[str, Any]) -> str:
    """The text a browser puts in the field `altcha`."""
    number = next(
        number
        for number in range(challenge["maxnumber"] + 1)
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest()
        == challenge["challenge"]
    )
    wanted = ("algorithm", "challenge", "salt", "signature")
    return base64.b64encode(
        json.dumps({**{key: challenge[key] for key in wanted}, "number": number}).encode()
    ).decode()
