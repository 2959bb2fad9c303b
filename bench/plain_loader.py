"""The loader where wrk is missing: two processes of threads; the same arguments and answer as load.lua.

It costs several times the processor of wrk, so its requests per second are lower; the processor
time per request of the site, from which the ratios come, does not depend on it.
"""

import json
import multiprocessing
import socket
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROCESSES = 2


@dataclass
class Share:
    """What one process sends, and what came back."""

    requests: list[bytes]
    port: int
    clients: int
    seconds: float
    status: str
    location: str
    is_repeated: bool
    sent: int = 0
    accepted: int = 0
    errors: int = 0
    refused: str = ""
    latencies: list[float] = field(default_factory=list)


def main() -> int:
    """Send the file's requests; print one JSON line."""
    file, port, clients, seconds, status, location, repeated = sys.argv[1:]
    requests = read_requests(Path(file))
    share = Share(
        requests,
        int(port),
        int(clients) // PROCESSES,
        float(seconds),
        status,
        location,
        repeated == "1",
    )
    begun = time.monotonic()
    counter = multiprocessing.Value("i")
    with ProcessPoolExecutor(
        PROCESSES, initializer=share_counter, initargs=(counter,)
    ) as processes:
        done = list(processes.map(send_share, [share] * PROCESSES))
    latencies = sorted(latency for share in done for latency in share.latencies) or [0.0]
    print(json.dumps({
        "sent": sum(share.sent for share in done), "answered": sum(len(share.latencies) for share in done),
        "accepted": sum(share.accepted for share in done), "seconds": time.monotonic() - begun,
        "errors": sum(share.errors for share in done),
        "refused": next((share.refused for share in done if share.refused), ""),
        **{f"p{part}": 1000 * latencies[len(latencies) * part // 100] for part in (50, 95, 99)},
    }))  # fmt: skip
    return 0


def read_requests(path: Path) -> list[bytes]:
    """The requests of a file made by `loading.write_requests`."""
    requests = []
    with path.open("rb") as file:
        while length := file.readline():
            requests.append(file.read(int(length)))
    return requests


class Sender:
    """One process's connections, all taking requests from the one list."""

    next_number: Any = None  # shared by all processes

    def __init__(self, share: Share) -> None:
        self.share = share
        self.lock = threading.Lock()
        self.end_at = time.monotonic() + share.seconds

    def send_share(self) -> Share:
        """Send until the time is over or the list is empty."""
        with ThreadPoolExecutor(self.share.clients) as threads:
            for finished in [threads.submit(self._send) for _ in range(self.share.clients)]:
                finished.result()
        return self.share

    def _next_request(self) -> bytes | None:
        share = self.share
        with Sender.next_number.get_lock():
            number = Sender.next_number.value
            is_empty = not share.is_repeated and number >= len(share.requests)
            if is_empty or time.monotonic() > self.end_at:
                return None
            Sender.next_number.value += 1
        with self.lock:
            share.sent += 1
        return share.requests[number % len(share.requests)]

    def _send(self) -> None:
        connection = connect(self.share.port)
        while request := self._next_request():
            begun = time.monotonic()
            try:
                connection.sendall(request)
                status, location, is_kept = receive(connection)
            except OSError:
                self.share.errors += 1
                is_kept = False
            else:
                note(self.share, self.lock, status, location, time.monotonic() - begun)
            if not is_kept:
                connection.close()
                connection = connect(self.share.port)
        connection.close()


def share_counter(next_number: Any) -> None:
    """Let this process take the next request from the one list."""
    Sender.next_number = next_number


def send_share(share: Share) -> Share:
    """Send one process's share of the list."""
    return Sender(share).send_share()


def connect(port: int) -> socket.socket:
    """A connection to the site."""
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def note(share: Share, lock: threading.Lock, status: str, location: str, latency: float) -> None:
    """Keep what one answer was."""
    with lock:
        share.latencies.append(latency)
        if status == share.status and (share.location == "-" or share.location in location):
            share.accepted += 1
        else:
            share.refused = share.refused or f"{status} {location}"


def receive(connection: socket.socket) -> tuple[str, str, bool]:
    """Read one answer: its status, its Location, and whether the connection stays open."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines[1:])
    }
    missing = int(headers.get("content-length", "0")) - len(body)
    while missing > 0:
        missing -= len(connection.recv(min(missing, 65536)))
    return lines[0].split()[1], headers.get("location", ""), headers.get("connection") != "close"


if __name__ == "__main__":
    sys.exit(main())
