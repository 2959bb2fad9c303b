"""The ways out: one kept SMTP connection, or the mailbox of a developer's machine."""

import contextlib
import os
import smtplib
import ssl
import tempfile
from pathlib import Path
from typing import Protocol, cast

import flask_mail
from flask import Flask

from campaign.core import clock
from campaign.outbox.composing import ReadyMessage
from campaign.outbox.rules import Outcome, enhanced_status, is_dead_address, outcome_of
from config import Config

TIMEOUT_SECONDS = 20.0


class DeliveryError(Exception):
    """An attempt that did not succeed: what it means, and a reason without personal data.

    `is_suspect`: the server failed while it had this very message, which may be the cause.
    """

    def __init__(
        self,
        outcome: Outcome,
        reason: str,
        *,
        is_suspect: bool = False,
        is_dead_address: bool = False,
    ) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.is_suspect = is_suspect
        self.is_dead_address = is_dead_address


class Transport(Protocol):
    """What takes a message out."""

    def send(self, message: ReadyMessage) -> None:
        """Send one message, or raise DeliveryError."""

    def close(self) -> None:
        """Leave the server politely. May be called twice."""


def transport_for(app: Flask, config: Config) -> Transport:
    """The developer's mailbox where it is on and no server is set; a mail server otherwise."""
    if config.dev_mailbox and not config.mail_server:
        return DevelopmentMailbox(mailbox_folder(config.state_dir))
    settings = flask_mail.Mail().init_mail(app.config)
    return SmtpTransport(cast("flask_mail.Mail", settings))


class BoundedConnection(flask_mail.Connection):
    """Flask-Mail's connection, with a time limit and with the server's certificate checked."""

    def open(self) -> "BoundedConnection":
        """Connect now."""
        self.host = self.configure_host()
        return self

    def send(self, message: flask_mail.Message, envelope_from: object = None) -> None:
        """One message to one recipient, both addresses being in their written form already.

        Flask-Mail and smtplib parse each address four times, which costs more than the sending;
        and they wait for each answer, where a server that takes the envelope in one go (RFC 2920)
        saves two journeys. Raises what `smtplib.SMTP.sendmail` raises.
        """
        host = self.host
        if host is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        host.ehlo_or_helo_if_needed()
        sender, recipient = str(message.sender), str(message.recipients[0])
        refusal = _give_envelope(host, sender, recipient)
        if refusal is None:
            # A line that begins with a dot would end the message (RFC 5321 §4.5.2).
            host.send(message.as_bytes().replace(b"\r\n.", b"\r\n..") + b".\r\n")
            code, reply = host.getreply()
            refusal = None if code == 250 else smtplib.SMTPDataError(code, reply)
        if refusal is not None:
            with contextlib.suppress(smtplib.SMTPServerDisconnected):
                host.rset()
            raise refusal
        self.num_emails += 1

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """Connect, secure the line and log in."""
        server, port = self.mail.server, self.mail.port
        if not server:
            raise smtplib.SMTPServerDisconnected("MAIL_SERVER is not set")
        if self.mail.use_ssl:
            host: smtplib.SMTP = smtplib.SMTP_SSL(
                server, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            host = smtplib.SMTP(server, port, timeout=TIMEOUT_SECONDS)
        if self.mail.use_tls:
            host.starttls(context=ssl.create_default_context())
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host


class SmtpTransport:
    """Sends over one connection that is kept from message to message and made anew when broken."""

    def __init__(self, settings: flask_mail.Mail) -> None:
        self._settings = settings
        self._connection: BoundedConnection | None = None

    def send(self, message: ReadyMessage) -> None:
        """Send one message.

        A kept connection that turns out closed is made anew once: servers drop idle ones, and
        some close after a number of messages.
        """
        was_kept = self._connection is not None
        try:
            self._attempt(message)
        except DeliveryError as failure:
            if failure.outcome is not Outcome.SERVER_UNAVAILABLE or not was_kept:
                raise
            self._attempt(message)

    def close(self) -> None:
        """Say QUIT when a connection is open."""
        connection, self._connection = self._connection, None
        if connection is not None and connection.host is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.host.quit()

    def _attempt(self, message: ReadyMessage) -> None:
        try:
            if self._connection is None:
                self._connection = BoundedConnection(self._settings).open()
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(Outcome.SERVER_UNAVAILABLE, _cause(error)) from None
        try:
            self._connection.send(message)
        except (smtplib.SMTPException, OSError) as error:
            failure = meaning_of(error)
            if failure.outcome is Outcome.SERVER_UNAVAILABLE:
                self.close()
            raise failure from None


def _give_envelope(host: smtplib.SMTP, sender: str, recipient: str) -> smtplib.SMTPException | None:
    """Say from whom and to whom; returns the refusal, or None when the content may follow."""
    lines = (f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA")
    is_in_one_go = host.has_extn("pipelining")
    if is_in_one_go:
        host.send("\r\n".join((*lines, "")))
    refusal: smtplib.SMTPException | None = None
    for line, accepting in zip(lines, ({250}, {250, 251}, {354}), strict=True):
        if not is_in_one_go:
            host.putcmd(line)
        code, reply = host.getreply()
        if code not in accepting and refusal is None:
            refusal = _envelope_refusal(line, code, reply, sender, recipient)
        if refusal is not None and not is_in_one_go:
            break
        if refusal is not None and code == 354:
            # It waits for the content of a message to nobody: end it.
            host.send(".\r\n")
            host.getreply()
    return refusal


def _envelope_refusal(
    line: str, code: int, reply: bytes, sender: str, recipient: str
) -> smtplib.SMTPException:
    if line.startswith("MAIL"):
        return smtplib.SMTPSenderRefused(code, reply, sender)
    if line.startswith("RCPT"):
        return smtplib.SMTPRecipientsRefused({recipient: (code, reply)})
    return smtplib.SMTPDataError(code, reply)


def meaning_of(error: smtplib.SMTPException | OSError) -> DeliveryError:
    """What a failure while sending says: about the message, or about the server."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refusal(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPDataError):
        return _refusal(error.smtp_code, error.smtp_error)
    # Our sender address is the same on every message: refusing it blames none of them.
    is_suspect = not isinstance(error, smtplib.SMTPSenderRefused)
    return DeliveryError(Outcome.SERVER_UNAVAILABLE, _cause(error), is_suspect=is_suspect)


def _refusal(code: int, reply: bytes | str) -> DeliveryError:
    status = enhanced_status(_as_bytes(reply))
    outcome = outcome_of(code)
    return DeliveryError(
        outcome,
        f"{code} {status}".strip(),
        is_suspect=outcome is Outcome.SERVER_UNAVAILABLE,
        is_dead_address=outcome is Outcome.PERMANENT and is_dead_address(status),
    )


def _as_bytes(reply: bytes | str) -> bytes:
    return reply.encode() if isinstance(reply, str) else reply


def _cause(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


class DevelopmentMailbox:
    """Keeps messages as files, for the mailbox page of a developer's machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: ReadyMessage) -> None:
        """Write one message; a reader never sees half of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        moment = clock.now().strftime("%Y%m%dT%H%M%S%f")
        descriptor, half = tempfile.mkstemp(dir=self._folder, suffix=".half")
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes())
        Path(half).rename(self._folder / f"{moment}-{os.urandom(4).hex()}.eml")

    def close(self) -> None:
        """Nothing is open."""


def mailbox_folder(state_dir: Path) -> Path:
    """Where the development mailbox keeps its messages."""
    return state_dir / "mailbox"
