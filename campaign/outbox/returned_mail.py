"""What comes back of our mail: that it could not be delivered (RFC 3464), or that its reader calls it
spam (RFC 5965).

Nothing in such a report is believed but what we signed ourselves: each mail carries a key of its
reader's address (`X-Return-Key`), and a report quotes the headers of the mail it is about. So whoever
forges a report can silence nobody but themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32
from enum import StrEnum

from campaign.core.tokens import read_token, sign_token
from campaign.outbox.operations import address_key
from campaign.outbox.rules import is_dead_address

RETURN_HEADER = "X-Return-Key"
PURPOSE = "returned"
LARGEST_REPORT = 1_000_000
_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@")
_UNSUBSCRIBE = re.compile(r"/unsubscribe/([\w-]+)>")


class Kind(StrEnum):
    """What a report says of the mail."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    # A delay, a vacation notice, a text we cannot read: nothing follows from it.
    NOTHING = "nothing"


@dataclass(frozen=True)
class Report:
    """What a report says: the key of the mailbox, the message, and the token of its link to stop
    (empty where it had none). `is_dead`: the mailbox does not exist."""

    kind: Kind
    address_key: bytes = b""
    message_key: bytes = b""
    stop_token: str = ""
    is_dead: bool = False


NOTHING = Report(Kind.NOTHING)


def return_key(address: str) -> str:
    """What a mail carries so that a report about it can be believed."""
    return sign_token(PURPOSE, address_key(address))


def read_report(raw: bytes) -> Report:
    """What a mail that came back says. One that is no report, or quotes no mail of ours, says nothing."""
    mail = message_from_bytes(raw[:LARGEST_REPORT], policy=compat32)
    quoted = next((headers for headers in _quoted(mail) if headers[RETURN_HEADER]), None)
    key = read_token(PURPOSE, str(quoted[RETURN_HEADER]).strip()) if quoted else None
    kind, status = _verdict(mail)
    if quoted is None or key is None or kind is Kind.NOTHING:
        return NOTHING
    message = _MESSAGE_ID.search(str(quoted["Message-ID"]))
    stop = _UNSUBSCRIBE.search("".join(str(quoted["List-Unsubscribe"] or "").split()))
    return Report(
        kind=kind,
        address_key=key,
        message_key=bytes.fromhex(message[1]) if message else b"",
        stop_token=stop[1] if stop else "",
        is_dead=is_dead_address(status),
    )


def _verdict(mail: Message) -> tuple[Kind, str]:
    """What happened, and the status code of a mail that could not be delivered (RFC 3463)."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/feedback-report":
            return Kind.COMPLAINED, ""
        if kind == "message/delivery-status":
            for fields in _fields_of(part):
                if str(fields["Action"] or "").strip().lower() == "failed":
                    return Kind.BOUNCED, str(fields["Status"] or "").split(" ")[0].strip()
    return Kind.NOTHING, ""


def _fields_of(part: Message) -> list[Message]:
    payload = part.get_payload()
    return (
        [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
    )


def _quoted(mail: Message) -> Iterator[Message]:
    """The headers of the mail that a report is about: the whole mail, or its headers alone."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from _fields_of(part)
        elif kind == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            if isinstance(headers, bytes):
                yield message_from_string(headers.decode("ascii", "replace"), policy=compat32)
