"""Sending requests and noting what came back: wrk where it is installed, a plain loader elsewhere."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from math import ceil
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLIENTS = 16
STATUS_OF_PAGES = 200


@dataclass(frozen=True)
class Act:
    """Something a visitor does: its requests, and what an accepted one is answered."""

    name: str
    requests: list[bytes]
    is_repeated: bool = True
    status: int = STATUS_OF_PAGES
    location: str = "-"


@dataclass(frozen=True)
class Load:
    """What came of one load. Times in milliseconds, `seconds` from the first request to the last answer."""

    sent: int
    answered: int
    accepted: int
    seconds: float
    errors: int
    refused: str
    p50: float
    p95: float
    p99: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.answered / self.seconds if self.seconds else 0.0


class LoadError(Exception):
    """A loader that failed, or answers that were not what the act expects."""


def loader_name() -> str:
    """Which loader is used here."""
    return "wrk" if shutil.which("wrk") else "the plain Python loader"


def load(act: Act, requests: list[bytes], *, port: int, seconds: float, folder: Path) -> Load:
    """Send `requests` for `seconds` with sixteen connections. Raises LoadError."""
    file = folder / "requests"
    file.write_bytes(b"".join(b"%d\n%b" % (len(request), request) for request in requests))
    expected = [str(seconds), str(act.status), act.location, "1" if act.is_repeated else "0"]
    # The time after `seconds` is for the last answers; wrk waits it out in whole seconds.
    wrk = [
        *("wrk", "-t1", f"-c{CLIENTS}", f"-d{ceil(seconds) + 1}s", "--timeout", "30s"),
        *("-s", str(HERE / "load.lua"), f"http://127.0.0.1:{port}/", "--", str(file), *expected),
    ]
    plain = [
        sys.executable,
        "-m",
        "bench.plain_loader",
        str(file),
        str(port),
        str(CLIENTS),
        *expected,
    ]
    command = wrk if shutil.which("wrk") else plain
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, cwd=HERE.parent
    )
    if done.returncode or not done.stdout.strip():
        raise LoadError(done.stdout + done.stderr)
    result = Load(**json.loads(done.stdout.strip().splitlines()[-1]))
    if result.accepted < result.answered:
        wrong = result.answered - result.accepted
        raise LoadError(
            f"{act.name}: {wrong} of {result.answered} answers unexpected: {result.refused}"
        )
    return result
