"""`make run`: the whole site on one's own machine, ready to be looked at, with one command.

Everything it keeps is in var/. It starts the web server and the worker, and ends both.
"""

import ctypes
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config import ROOT

HOST = "127.0.0.1"
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
PREPARATIONS = (
    ("Preparing the database", (*FLASK, "db", "upgrade")),
    (
        "Preparing the translations",
        (sys.executable, "-m", "babel.messages.frontend", "-q", "compile", "-d", "translations"),
    ),
    ("Loading the petitions", (*FLASK, "content", "load")),
)
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 20.0
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Organiser:
    """How to sign in as the organiser of the demonstration collective."""

    email: str
    password: str
    secret: str


class CannotRunError(Exception):
    """The site cannot be run here; the message says why and what to do."""


class _StopAskedError(Exception):
    """Somebody pressed Ctrl-C or ended the terminal."""


def main() -> int:
    """Run until Ctrl-C; returns the exit status."""
    for number in ENDING_SIGNALS:
        signal.signal(number, _ask_to_stop)
    # What is kept here is about people: other accounts of this machine may not read it.
    os.umask(0o077)
    try:
        port = chosen_port(os.environ)
        if sys.argv[1:] == ["code"]:
            settings = environment(os.environ, port=port, state_dir=ROOT / "var")
            print(prepare((*FLASK, "organisers", "code"), settings).strip())
            return 0
        check_port_is_free(port)
        settings = environment(os.environ, port=port, state_dir=ROOT / "var")
        for title, command in PREPARATIONS:
            print(f"{title} …", flush=True)
            prepare(command, settings)
        serve(settings, port, demonstrate_organiser(settings))
    except _StopAskedError:
        print("\nPortevoix has stopped. What you did is kept in var/.")
        return 0
    except CannotRunError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def chosen_port(environ: Mapping[str, str]) -> int:
    """The port asked for in PORT, else 5000. Raises CannotRunError when it is no port."""
    text = environ.get("PORT", "").strip() or "5000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotRunError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port_is_free(port: int) -> None:
    """Raises CannotRunError when something answers at the port already, or it may not be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CannotRunError(
                f"Port {port} needs special rights. Choose one above 1023:  make run PORT=5000"
            ) from None
        except OSError:
            raise CannotRunError(
                f"Port {port} is busy: another program (or another Portevoix) answers there.\n"
                f"Stop it, or choose another port:  make run PORT={port + 1 if port < 65535 else 5000}"
            ) from None


def environment(environ: Mapping[str, str], *, port: int, state_dir: Path) -> dict[str, str]:
    """The settings of a developer's instance; what is set already is kept.

    Raises CannotRunError when a production instance was asked for.
    """
    if environ.get("PORTEVOIX_ENV", "development") == "production":
        raise CannotRunError(
            "`make run` is for development: it shows everybody's mail at /dev/mailbox.\n"
            "docs/self-hosting.md says how to run Portevoix for real. Unset PORTEVOIX_ENV to go on."
        )
    state_dir = Path(environ.get("STATE_DIR", state_dir))
    defaults = {
        "PORTEVOIX_ENV": "development",
        "STATE_DIR": str(state_dir),
        "BASE_URL": f"http://{HOST}:{port}",
        "DEV_MAILBOX": "1",
        "LOG_LEVEL": "WARNING",
        "SECRET_KEY": environ.get("SECRET_KEY") or kept_secret(state_dir / "secret_key"),
    }
    return {**defaults, **environ, "PORT": str(port), "SECRET_KEY": defaults["SECRET_KEY"]}


def kept_secret(path: Path) -> str:
    """The secret in this file, made the first time; only its owner may read it.

    It stays the same from run to run, because it opens what is encrypted in the database.
    Raises CannotRunError when it cannot be kept.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _secret_in(path) or _new_secret(path)
    except OSError as error:
        raise CannotRunError(
            f"Nothing can be kept in {path.parent}: {error.strerror}.\n"
            "Make room there and let this account write, or choose another folder:  "
            "make run STATE_DIR=/path/to/a/folder"
        ) from None


def _secret_in(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _new_secret(path: Path) -> str:
    """Kept whole or not at all: a full disk must not leave an empty secret for ever."""
    secret = secrets.token_urlsafe(48)
    descriptor, half = tempfile.mkstemp(dir=path.parent)  # only its owner may read it
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            path.unlink()  # left empty by a run that was cut short
        os.link(half, path)
    except FileExistsError:  # another first run was quicker
        return _secret_in(path)
    finally:
        Path(half).unlink()
    return secret


def prepare(command: tuple[str, ...], settings: Mapping[str, str]) -> str:
    """Run one command to its end; returns what it said. Raises CannotRunError when it failed."""
    done = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip()
        raise CannotRunError(f"{said}\n\nThis failed: {' '.join(command[1:])}")
    return done.stdout


def demonstrate_organiser(settings: Mapping[str, str]) -> Organiser:
    """The organiser of the demonstration collective, with a password kept in the state folder."""
    path = Path(settings["STATE_DIR"]) / "organiser_password"
    password = kept_secret(path)
    command = (*FLASK, "organisers", "demonstrate", "--password-file", str(path))
    email, secret = prepare(command, settings).split()[-2:]
    return Organiser(email, password, secret)


def serve(settings: Mapping[str, str], port: int, organiser: Organiser) -> NoReturn:
    """Run web server and worker side by side until one ends or somebody asks to stop.

    Raises CannotRunError when one ends by itself; the other is ended too.
    """
    web = (
        sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", "--worker-class", "gthread",
        "--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket",
        "--log-level", "warning", "wsgi:app",
    )  # fmt: skip
    with running(web, settings) as server, running((*FLASK, "worker"), settings) as worker:
        parts = {"The web server": server, "The worker": worker}
        wait_until_it_answers(port, parts)
        address = settings["BASE_URL"].rstrip("/")
        print(f"\nPortevoix is ready:  {address}/")
        print(f"Its mail arrives at: {address}/dev/mailbox")
        print(f"Organisers sign in at: {address}/workspace")
        print(f"  address   {organiser.email}")
        print(f"  password  {organiser.password}")
        print(f"  code      make code (or this secret in an app: {organiser.secret})")
        print("Ctrl-C stops it.", flush=True)
        while True:
            check_alive(parts)
            time.sleep(0.5)


@contextmanager
def running(
    command: tuple[str, ...], settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs as long as the block, and never longer than we do."""
    # Ctrl-C reaches this program only, which then ends the others in order.
    started = subprocess.Popen(
        command, cwd=ROOT, env=settings, start_new_session=True, preexec_fn=_end_with_parent
    )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_until_it_answers(port: int, parts: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Return once /healthz answers. Raises CannotRunError when it does not, or a part ends."""
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at:
        check_alive(parts)
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise CannotRunError(f"The web server did not answer within {SECONDS_TO_START:.0f} seconds.")


def check_alive(parts: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Raises CannotRunError naming the part that ended by itself."""
    for name, program in parts.items():
        if program.poll() is not None:
            raise CannotRunError(f"{name} ended by itself (status {program.returncode}).")


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C must not leave half of it running.
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise _StopAskedError


def _end_with_parent() -> None:
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
