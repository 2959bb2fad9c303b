"""The requests of each act, as bytes, and looking up afterwards what they did."""

import json
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

from sqlalchemy import func, select

from bench.content import LANGUAGE, SLUG, measured_terms, newest_signature, support
from bench.loading import Act
from campaign.core import clock
from campaign.core.db import db
from campaign.core.tokens import purpose_key
from campaign.outbox.models import OutboxMessage
from campaign.petitions.models import Signature
from campaign.petitions.operations.signing import confirm_token, email_key
from campaign.web.form_token import make_form_token
from campaign.web.proof_of_work import make_challenge

# Only the browser's search for the number is made short; the server checks the proof as always.
SHORT_SEARCH = 20
PLACES = (("BE", "9000"), ("BE", "4000"), ("BE", "1000"), ("ML", ""))
SEE_OTHER = 303
FORM_TYPED_FOR = timedelta(minutes=1)


class MismatchError(Exception):
    """The database does not hold what was answered."""


def request(
    method: str, path: str, port: int, *, body: bytes = b"", network: int | None = None
) -> bytes:
    """One HTTP request as a browser would send it, through a proxy that names its network."""
    headers = [
        f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip, deflate, br",
        "Accept: text/html,application/xhtml+xml", "Accept-Language: fr-BE,fr;q=0.9",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench",
    ]  # fmt: skip
    if network is not None:
        headers.append(f"X-Forwarded-For: 10.{network >> 8 & 255}.{network & 255}.7")
    if method == "POST":
        headers += [
            f"Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: same-origin",
            "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}",
        ]  # fmt: skip
    return "\r\n".join([*headers, "", ""]).encode() + body


def hello(port: int) -> Act:
    """The bare Flask page."""
    return Act("hello", [request("GET", "/hello", port)])


def reading_acts(port: int) -> list[Act]:
    """What visitors read."""
    base = f"/{LANGUAGE}/petitions"
    pages = (
        ("petition page", f"{base}/{SLUG}"),
        ("counter", f"{base}/{SLUG}/count.json"),
        ("list", base),
    )
    return [Act(name, [request("GET", path, port)]) for name, path in pages]


class Signing:
    """Signatures of different people, each with a proof of its own; all are looked for afterwards."""

    def __init__(self, port: int, amount: int) -> None:
        self.before = newest_signature()
        self.people = range(self.before + 1, self.before + 1 + amount)
        self._token = make_form_token(SLUG, clock.now() - FORM_TYPED_FOR)
        self.act = Act(
            "sign", [self._request(person, port) for person in self.people],
            is_repeated=False, status=SEE_OTHER, location="/check-mailbox",
        )  # fmt: skip

    def check(self, sent: int) -> int:
        """How many of the first `sent` people's signatures are kept. Raises MismatchError."""
        petition_id = measured_terms().petition_id
        query = select(Signature.email_key, Signature.state).where(Signature.id > self.before)
        kept = {row.email_key: row.state for row in db.session.execute(query)}
        expected = {email_key(petition_id, address(person)) for person in self.people[:sent]}
        mails = db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
        db.session.rollback()
        if set(kept) != expected or set(kept.values()) - {"pending"} or mails < len(expected):
            raise MismatchError(
                f"{sent} accepted, {len(set(kept) & expected)} found, {mails} mails"
            )
        return len(kept)

    def _request(self, person: int, port: int) -> bytes:
        country, postal_code = PLACES[person % len(PLACES)]
        fields = {
            "given_name": "Awa", "family_name": "Exemple", "email": address(person), "country": country,
            "postal_code": postal_code, "age": "yes", "consent": "y", "website": "", "step": "send",
            "token": self._token, "altcha": solved_proof(),
        }  # fmt: skip
        path = f"/{LANGUAGE}/petitions/{SLUG}/sign"
        return request("POST", path, port, body=urlencode(fields).encode(), network=person % 65_536)


class Confirming:
    """Presses on the links of the signatures still pending, each once; the tally is read afterwards."""

    def __init__(self, port: int) -> None:
        query = select(Signature.ref, Signature.confirm_expires_at).where(
            Signature.state == "pending"
        )
        rows = db.session.execute(query).all()
        db.session.rollback()
        self.before, self.confirmed_before = support(), _confirmed()
        paths = [
            f"/{LANGUAGE}/confirm/{confirm_token(row.ref, row.confirm_expires_at)}" for row in rows
        ]
        self.act = Act(
            "confirm", [request("POST", path, port) for path in paths],
            is_repeated=False, status=SEE_OTHER, location="/signed?k=",
        )  # fmt: skip

    def check(self, sent: int) -> int:
        """How far the tally rose, which is the number confirmed. Raises MismatchError."""
        counted, newly = support() - self.before, _confirmed() - self.confirmed_before
        if counted != sent or newly != sent:
            raise MismatchError(f"{sent} accepted, {newly} confirmed, tally {counted:+}")
        return counted


def _confirmed() -> int:
    query = select(func.count()).select_from(Signature).where(Signature.confirmed_at.is_not(None))
    number = db.session.scalar(query) or 0
    db.session.rollback()
    return number


def address(person: int) -> str:
    """A mailbox of one person."""
    return f"person-{person}@bench.example.org"


def solved_proof() -> str:
    """The proof of work a browser would send."""
    challenge = make_challenge(purpose_key("proof-of-work"), SLUG, clock.now(), SHORT_SEARCH)
    salt = str(challenge["salt"])
    number = 0
    while sha256(f"{salt}{number}".encode()).hexdigest() != challenge["challenge"]:
        number += 1
    names = ("algorithm", "challenge", "salt", "signature")
    solution = {**{name: challenge[name] for name in names}, "number": number}
    return b64encode(json.dumps(solution).encode()).decode()
