"""Reading the development mailbox: messages kept as files instead of being sent."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
NEWEST_SHOWN = 200


@dataclass(frozen=True)
class MailboxMessage:
    """One message that would have been sent."""

    name: str
    recipient: str
    subject: str
    language: str
    written_at: datetime
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def newest_messages(folder: Path) -> list[MailboxMessage]:
    """The 200 newest messages, newest first."""
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)
    read = (read_message(folder, name) for name in names[:NEWEST_SHOWN])
    return [message for message in read if message is not None]


def read_message(folder: Path, name: str) -> MailboxMessage | None:
    """The message kept under `name`, or None when there is none."""
    path = folder / f"{name}.eml"
    if NAME.fullmatch(name) is None or not path.is_file():
        return None
    mail = message_from_bytes(path.read_bytes(), policy=modern)
    assert isinstance(mail, EmailMessage)
    return MailboxMessage(
        name=name,
        recipient=str(mail["To"]),
        subject=str(mail["Subject"]),
        language=str(mail["Content-Language"]),
        written_at=datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
        headers=tuple((title, str(value)) for title, value in mail.items()),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
