"""Accounts of organisers, their roles, sessions, factors and invitations."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.core.db import db
from campaign.core.encryption import EncryptedText
from campaign.core.moments import UtcDateTime

PERSONAL = {"personal": True}


class Account(db.Model):
    """A way to sign in. The name may be a pseudonym; nobody is asked for a civil one."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), info=PERSONAL)
    email: Mapped[str] = mapped_column(EncryptedText("account.email"), info=PERSONAL)
    email_key: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True, info=PERSONAL)
    password_hash: Mapped[str] = mapped_column(String(200), info=PERSONAL)
    language: Mapped[str] = mapped_column(String(8), default="fr", info=PERSONAL)
    is_administrator: Mapped[bool] = mapped_column(Boolean, default=False)
    totp_secret: Mapped[str | None] = mapped_column(
        EncryptedText("account.totp_secret"), info=PERSONAL
    )
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The last step that was used: a code is good once (RFC 6238 section 5.2).
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    passkeys: Mapped[list["Passkey"]] = relationship(lazy="selectin", order_by="Passkey.id")

    @property
    def actor(self) -> str:
        """How audit entries name this person: a number, which says nothing once the row is gone."""
        return f"account:{self.id}"

    @property
    def has_second_factor(self) -> bool:
        """Whether an app or a passkey was set up."""
        return self.totp_confirmed_at is not None or bool(self.passkeys)


class AccountRole(db.Model):
    """A role of one person in one organisation; a person may have several."""

    __tablename__ = "account_role"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountSession(db.Model):
    """One browser in which somebody has signed in. No address and no agent: a coarse name only."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device_name: Mapped[str] = mapped_column(String(60), default="", info=PERSONAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime, info=PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # When the person last proved who they are; exports and dangerous acts ask for it again.
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary(64))

    account: Mapped[Account] = relationship(lazy="joined")


class Passkey(db.Model):
    """A public key of somebody's device or security key (W3C Web Authentication)."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True, info=PERSONAL)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2048), info=PERSONAL)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    label: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_on: Mapped[date | None] = mapped_column()


class RecoveryCode(db.Model):
    """A code for the day the phone is lost: kept as a keyed digest, good once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True, info=PERSONAL)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailChoice(db.Model):
    """Whether a person wants a kind of mail about one organisation; without a row it is as usual.

    Mails about the safety of an account are no choice and have no row.
    """

    __tablename__ = "mail_choice"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    is_wanted: Mapped[bool] = mapped_column(Boolean)


class Invitation(db.Model):
    """An offer of a role, by mail. Without an organisation it is to administer the platform.

    The address is emptied once the invitation is accepted, revoked or out of date.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(
            "organisation_id IS NOT NULL OR role = 'administrator'", name="role_has_its_place"
        ),
        # One open invitation for a person, an organisation and a role: a second press sends no second.
        Index(
            "uq_invitation_open",
            "organisation_id",
            "email_key",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(EncryptedText("invitation.email"), info=PERSONAL)
    email_key: Mapped[bytes | None] = mapped_column(LargeBinary(16), info=PERSONAL)
    language: Mapped[str] = mapped_column(String(8))
    # The lost phone: whoever accepts with the right password may set up a new second factor.
    resets_second_factor: Mapped[bool] = mapped_column(Boolean, default=False)
    invited_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(10), default="")


class AccountLink(db.Model):
    """A link sent by mail to the owner of an account: to choose a new password ("password"), or to
    confirm another address, from the old mailbox ("old_email") and the new ("new_email")."""

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    new_email: Mapped[str | None] = mapped_column(
        EncryptedText("account_link.new_email"), info=PERSONAL
    )
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
