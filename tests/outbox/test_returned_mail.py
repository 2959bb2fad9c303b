"""Reports of mail that came back, and of mail that was called spam: believed only where they quote what
we signed."""

import pytest
from flask import Flask

from campaign.core import clock as product_clock
from campaign.core.tokens import sign_token
from campaign.outbox.composing import Letter
from campaign.outbox.operations import address_key
from campaign.outbox.returned_mail import NOTHING, Kind, read_report
from tests.mail_server import make_composer

KEY = bytes(range(16))


def written(app: Flask, recipient: str = "awa@example.org", *, stop: str = "token-1_a") -> bytes:
    """A mail of ours as it left."""
    letter = Letter(
        message_key=KEY,
        kind="tests/letter",
        language="fr",
        recipient=recipient,
        context={"greeting": "Bonjour", "name": "x", "path": "/"},
        unsubscribe_path=f"/fr/unsubscribe/{stop}" if stop else "",
    )
    return make_composer(app).compose(letter, now=product_clock.now()).as_bytes()


def bounce(
    mail: bytes, *, action: str = "failed", status: str = "5.1.1", headers_only: bool = False
) -> bytes:
    """A delivery status notification about it, as RFC 3464 has it."""
    quoted = mail.split(b"\r\n\r\n")[0] + b"\r\n\r\n" if headers_only else mail
    fields = (
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        "Final-Recipient: rfc822; somebody-else@example.org\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n"
    )
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return _report("delivery-status", "message/delivery-status", fields, kind, quoted)


def complaint(mail: bytes) -> bytes:
    """An abuse report about it, as RFC 5965 has it."""
    fields = "Feedback-Type: abuse\r\nUser-Agent: Example/1\r\nVersion: 1\r\n"
    return _report("feedback-report", "message/feedback-report", fields, "message/rfc822", mail)


def _report(name: str, kind: str, fields: str, quoted_kind: str, quoted: bytes) -> bytes:
    head = (
        f"To: ne-pas-repondre@portevoix.test\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={name}; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nFor a person to read.\r\n"
        f"--B\r\nContent-Type: {kind}\r\n\r\n{fields}\r\n"
        f"--B\r\nContent-Type: {quoted_kind}\r\n\r\n"
    )
    return head.encode() + quoted + b"\r\n--B--\r\n"


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_bounce_names_the_mailbox_the_message_and_the_link_to_stop(
    app: Flask, *, headers_only: bool
) -> None:
    report = read_report(bounce(written(app), headers_only=headers_only))
    assert report.kind is Kind.BOUNCED
    assert report.is_dead
    assert report.address_key == address_key("awa@example.org"), "not whom the report names"
    assert report.message_key == KEY
    assert report.stop_token == "token-1_a"


@pytest.mark.parametrize(("status", "is_dead"), [("5.1.10", True), ("5.2.2", False), ("", False)])
def test_a_full_mailbox_is_not_a_dead_one(app: Flask, status: str, *, is_dead: bool) -> None:
    assert read_report(bounce(written(app), status=status)).is_dead is is_dead


def test_a_complaint_is_read(app: Flask) -> None:
    report = read_report(complaint(written(app, stop="")))
    assert (report.kind, report.stop_token) == (Kind.COMPLAINED, "")
    assert report.address_key == address_key("awa@example.org")


def test_a_delay_a_vacation_notice_and_noise_say_nothing(app: Flask) -> None:
    assert read_report(bounce(written(app), action="delayed")) == NOTHING
    for raw in (b"", b"\x00\xff\xfe", written(app), b"Subject: I am away\r\n\r\nBack on Monday"):
        assert read_report(raw) == NOTHING


def test_a_forged_report_silences_nobody(app: Flask) -> None:
    forged = written(app).replace(b"X-Return-Key: ", b"X-Return-Key: A")
    assert read_report(bounce(forged)) == NOTHING
    other_purpose = sign_token("rights", address_key("victim@example.org"))
    lines = [
        line if not line.startswith(b"X-Return-Key") else f"X-Return-Key: {other_purpose}".encode()
        for line in written(app).split(b"\r\n")
    ]
    assert read_report(complaint(b"\r\n".join(lines))) == NOTHING
