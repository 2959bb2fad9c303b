"""Every personal column, why it is held and until when; the page a visitor reads is made of it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from campaign.privacy.retention import (
    ADDRESSES,
    ALLOWED,
    CHECKS,
    CLOSED,
    EXPORTS,
    HOLDERS,
    INVITATIONS,
    LINKS,
    MESSAGES,
    NOTES,
    QUESTIONS,
    SESSIONS,
    UNCONFIRMED,
    UPDATES,
    VOICES,
)


@dataclass(frozen=True)
class HeldField:
    """What is held, why, and until when; `forgotten_by` names the rules of `retention.py` that do it,
    none where it is kept as long as the service runs."""

    columns: tuple[str, ...]
    label: Any
    purpose: Any
    kept_until: Any
    forgotten_by: tuple[str, ...] = ()


UNTIL_END = _l(
    "Deleted the moment you withdraw, after 14 days if you never confirm, and otherwise 6 months after the "
    "petition closes."
)
UNTIL_STOPPED = _l(
    "Deleted the moment you withdraw, after 14 days if you never confirm, and otherwise 6 months after the "
    "petition closes. If you said yes to an organisation's mails, it stays until you stop them."
)
AT_THE_END = (UNCONFIRMED, CLOSED, ALLOWED)
WHEN_STOPPED = (UNCONFIRMED, CLOSED)
NAMELESS = _l(
    "When your name, address and place are deleted, it stays in a row without them, so that the totals can "
    "be explained. "
    "If you never confirm, it is deleted after 14 days."
)
# In no column: `campaign/web/limits.py` counts outside the database.
KEPT_BY_THE_LIMITS: tuple[str, ...] = ()
# Numbers only: no column of `official_answer` is about a person.
TIED_TO_NOBODY: tuple[str, ...] = ()
UNTIL_TAKEN_BACK = _l(
    "Until you take your voice back by its code, and at most 6 months after the petition closes. What is "
    "refused is erased after 30 days."
)
NO_DAY = _l("So that who reads the voices begins with the oldest. We keep no day and no hour.")
UNTIL_ACCOUNT_ENDS = _l("Until you delete your account.")
WITH_SIGNATURE = _l("As long as the row of your signature.")

REGISTER: dict[Any, tuple[HeldField, ...]] = {
    _l("When you sign a petition"): (
        HeldField(
            ("signature.given_name", "signature.family_name"),
            _l("First name and family name"),
            _l(
                "So that the authority can see that a person signed. Encrypted; never published without your yes."
            ),
            UNTIL_END,
            AT_THE_END,
        ),
        HeldField(
            ("signature.email",),
            _l("E-mail address"),
            _l(
                "To ask you to confirm, and to let you withdraw. Encrypted; never published, and passed on to "
                "nobody but an organisation whose mails you said yes to."
            ),
            UNTIL_STOPPED,
            WHEN_STOPPED,
        ),
        HeldField(
            ("signature.email_key", "signature.name_key"),
            _l("Fingerprints of your address and your name"),
            _l(
                "To count each person once. They cannot be turned back into your address or name without our key."
            ),
            UNTIL_STOPPED,
            WHEN_STOPPED,
        ),
        HeldField(
            ("signature.country", "signature.postal_code"),
            _l("Country, and postal code if you gave it"),
            _l("To know the region, because the law counts by region."),
            UNTIL_END,
            AT_THE_END,
        ),
        HeldField(
            ("signature.petition_id", "signature.stratum", "signature.household_place"),
            _l("The petition, and the region you are counted in"),
            _l("To know the region, because the law counts by region."),
            _l(
                "It stays in a row without your name and address, so that the totals can be explained. "
                "If you never confirm, it is deleted after 14 days."
            ),
            (UNCONFIRMED,),
        ),
        HeldField(
            ("signature.placement_id",),
            _l("The poster, stand or message through which you came, if it had a code"),
            _l("To know which ones reach people, in numbers of five and more."),
            NAMELESS,
            (UNCONFIRMED,),
        ),
        HeldField(
            ("signature.state", "signature.is_blocked", "signature.withdrawn_at"),
            _l("Whether you are counted: waiting, confirmed, withdrawn or refused"),
            _l("So as not to count false signatures."),
            NAMELESS,
            (UNCONFIRMED,),
        ),
        HeldField(
            ("signature.language",),
            _l("The language you signed in"),
            _l("To write to you in your language."),
            NAMELESS,
            (UNCONFIRMED,),
        ),
        HeldField(
            ("signature.is_public",),
            _l("Whether your first name and commune may be shown"),
            _l("Your choice; nothing is shown by default."),
            UNTIL_END,
            AT_THE_END,
        ),
        HeldField(
            ("signature.age_stated",),
            _l("That you answered the age question"),
            _l("Because the rule of some petitions sets an age."),
            NAMELESS,
            (UNCONFIRMED,),
        ),
        HeldField(
            (
                "signature.consent_text_id",
                "signature.consent_language",
                "signature.consent_sha256",
                "signature.consented_at",
            ),
            _l("Which words you agreed to, in which language, and when"),
            _l("To prove that you agreed (GDPR articles 7 and 9)."),
            NAMELESS,
            (UNCONFIRMED,),
        ),
        HeldField(
            ("signature.ref", "signature.confirm_digest", "signature.link_version"),
            _l("The fingerprints of your links"),
            _l("So that only you can confirm, see or withdraw your signature."),
            NAMELESS,
            (UNCONFIRMED,),
        ),
        HeldField(
            ("signature.mail_count", "signature.reminded_at", "signature.confirm_expires_at"),
            _l("How many mails we sent you, when we reminded you, and until when your link works"),
            _l("So that no more than five mails ever leave for one signature."),
            NAMELESS,
            (UNCONFIRMED,),
        ),
        HeldField(
            ("signature.official_reminder_at", "signature.officially_reminded_at"),
            _l("When to remind you of the official signature, if you asked, and when we did"),
            _l("To write to you once, and never twice."),
            UNTIL_END,
            AT_THE_END,
        ),
        HeldField(
            ("signature.created_at", "signature.confirmed_at"),
            _l("When you signed and confirmed"),
            _l("To count your signature on the right day."),
            NAMELESS,
            (UNCONFIRMED,),
        ),
    ),
    _l("When you say yes to an organisation's mails"): (
        HeldField(
            (
                "consent_receipt.signature_ref",
                "consent_receipt.decision",
                "consent_receipt.given_at",
            ),
            _l("Your yes, the words of the question, and when"),
            _l("So that this organisation, and no other, may write to you. A no leaves no trace."),
            WITH_SIGNATURE,
            WHEN_STOPPED,
        ),
        HeldField(
            ("export_part.sealed",),
            _l(
                "A list made for an organisation you said yes to: your name, address, language and yes"
            ),
            _l(
                "So that this organisation can write to you. Encrypted; your own page says who took it."
            ),
            _l("48 hours. You are left out of it the moment you take your yes back."),
            (EXPORTS,),
        ),
        HeldField(
            ("export_part.members", "export_part.left_out"),
            _l("That you were in such a list"),
            _l(
                "To tell you who has your details, and that organisation whom to remove from its copies."
            ),
            _l("Two years after the list was taken; not at all if nobody took it."),
            (EXPORTS,),
        ),
    ),
    _l("When you give a voice"): (
        HeldField(
            ("voice.pseudonym", "voice.words", "voice.language"),
            _l("The name you chose, your words and their language"),
            _l("To show them on the petition after somebody has read them. Encrypted."),
            UNTIL_TAKEN_BACK,
            (VOICES,),
        ),
        HeldField(
            ("voice.code_digest",),
            _l("The fingerprint of your code"),
            _l("So that whoever has the code, and nobody else, can take the voice back."),
            UNTIL_TAKEN_BACK,
            (VOICES,),
        ),
        HeldField(
            ("voice.consent_text_id",),
            _l("Which words you agreed to"),
            _l("To prove that you agreed (GDPR articles 7 and 9)."),
            UNTIL_TAKEN_BACK,
            (VOICES,),
        ),
        HeldField(
            (
                "voice.id",
                "voice.petition_id",
                "voice.state",
                "voice.reason",
                "voice.refused_on",
                "voice.may_be_carried",
                "voice.carried_count",
            ),
            _l("The petition, what became of your voice, and how many people carry it"),
            _l("To count voices apart. Who carries one is kept nowhere."),
            UNTIL_TAKEN_BACK,
            (VOICES,),
        ),
        HeldField(
            ("voice.given_week",),
            _l("The week you gave it in"),
            NO_DAY,
            UNTIL_TAKEN_BACK,
            (VOICES,),
        ),
    ),
    _l("When we write to you"): (
        HeldField(
            ("outbox_message.sealed",),
            _l("The message, with your address, encrypted"),
            _l("To send it even if the mail server is down for a while."),
            _l("Emptied as soon as the message has left, or is given up after 3 days."),
            (MESSAGES,),
        ),
        HeldField(
            (
                "petition_update_recipient.mailbox_key",
                "petition_update_recipient.update_id",
                "petition_update_recipient.message_key",
            ),
            _l("The fingerprint of a mailbox that an organisation’s update went to"),
            _l("So that nobody gets the same update twice, even after a failure in the middle."),
            _l("The moment you withdraw, and otherwise 30 days after the update."),
            (UPDATES,),
        ),
        HeldField(
            ("suppression.address_key",),
            _l("The fingerprint of an address that refuses our mail"),
            _l(
                "So as not to write again to an address that does not exist, or whose owner asked us never "
                "to write."
            ),
            _l("As long as the service runs; it cannot be turned back into an address."),
        ),
    ),
    _l("When you tell us how the official signature went"): (
        HeldField(
            TIED_TO_NOBODY,
            _l("One more in a number: the day, the step, the kind of browser, the language"),
            _l(
                "To show how often official sites fail. Nothing ties it to you or to your signature."
            ),
            _l("The numbers stay. That your link was used is forgotten after two months."),
        ),
    ),
    _l("When you use your rights"): (
        HeldField(
            ("link_request.address", "link_request.language", "link_request.requested_at"),
            _l("The address you typed when you asked for a lost link, and when"),
            _l("To answer by mail. Encrypted, and kept alike whether the address signed or not."),
            _l("A few seconds; at most one day."),
            (QUESTIONS,),
        ),
        HeldField(
            (
                "address_change.signature_ref",
                "address_change.address",
                "address_change.confirm_digest",
                "address_change.requested_at",
                "address_change.expires_at",
            ),
            _l("The new address you want for your signature, until you confirm it"),
            _l(
                "So that nobody can move your signature to a mailbox that does not want it. Encrypted."
            ),
            _l("48 hours at most."),
            (ADDRESSES,),
        ),
    ),
    _l("When you organise, with an account"): (
        HeldField(
            ("account.name", "account.language"),
            _l("The name you chose, and your language"),
            _l("So that the others know who acts. It may be a pseudonym."),
            UNTIL_ACCOUNT_ENDS,
        ),
        HeldField(
            ("account.email", "account.email_key"),
            _l("Your e-mail address, encrypted, and its fingerprint"),
            _l("To sign in, and to tell you of changes to your account."),
            UNTIL_ACCOUNT_ENDS,
        ),
        HeldField(
            (
                "account.password_hash",
                "account.totp_secret",
                "passkey.credential_id",
                "passkey.public_key",
                "passkey.label",
                "recovery_code.code_digest",
            ),
            _l("What proves that it is you: password, app, passkeys, recovery codes"),
            _l(
                "So that nobody else acts in your name. None of it can be read back, but for the key of the app, which is encrypted."
            ),
            UNTIL_ACCOUNT_ENDS,
        ),
        HeldField(
            (
                "account_session.device_name",
                "account_session.created_at",
                "account_session.last_used_at",
            ),
            _l(
                "Where you are signed in: the kind of browser, since when, and when last, to the half hour"
            ),
            _l("So that you can see and end it."),
            _l("When you sign out, after 8 hours unused, and after 7 days in any case."),
            (SESSIONS,),
        ),
        HeldField(
            ("invitation.email", "invitation.email_key"),
            _l("The address an invitation was sent to, encrypted, and its fingerprint"),
            _l("To send the invitation, and to let only its reader accept it."),
            _l("When it is accepted or withdrawn, and after 14 days in any case."),
            (INVITATIONS,),
        ),
        HeldField(
            ("account_link.new_email",),
            _l("The new address you asked for, encrypted"),
            _l("To ask both mailboxes before it changes."),
            _l("When both have confirmed, and after 2 days in any case."),
            (LINKS,),
        ),
        HeldField(
            ("moderation_case.notes",),
            _l("What moderators note while they read a petition before it opens"),
            _l("So that several of them can read it together. Only moderators see it."),
            _l("6 months after the last word."),
            (NOTES,),
        ),
    ),
    _l("When you carry official paper forms"): (
        HeldField(
            ("paper_batch.holder",),
            _l("What the organisers call you, if they wrote it: a pseudonym is enough"),
            _l("So that a pile of forms can be found again. Encrypted, and never published."),
            _l(
                "30 days after the pile is back or lost, at the latest 6 months after the petition closes, and "
                "earlier if you ask."
            ),
            (HOLDERS,),
        ),
    ),
    _l("Against abuse"): (
        HeldField(
            ("blocked_sender.sender_key",),
            _l("The fingerprint of a blocked mailbox or domain"),
            _l("So as not to count false signatures."),
            _l("Until it is unblocked."),
        ),
        HeldField(
            ("blocked_sender.domain",),
            _l("The name of a blocked domain"),
            _l("So that organisers see what they block."),
            _l("Until it is unblocked."),
        ),
        HeldField(
            ("invalidation.conditions",),
            _l("What made us take signatures for false: a domain, a name, a place, a time"),
            _l("To be able to explain why a number fell."),
            _l("6 months after the petition closes."),
            (CHECKS,),
        ),
        HeldField(
            (
                "invalidated_signature.invalidation_id",
                "invalidated_signature.signature_id",
                "invalidated_signature.state_before",
            ),
            _l("That your signature was taken for false, and what it was before"),
            _l("To give it back exactly if that was a mistake."),
            WITH_SIGNATURE,
            (UNCONFIRMED,),
        ),
        HeldField(
            KEPT_BY_THE_LIMITS,
            _l("A fingerprint of your mailbox, apart from your signature"),
            _l(
                "So that nobody can flood a mailbox with our mail: ten a day at most. It cannot be turned back "
                "into your address without our key."
            ),
            _l("One day."),
        ),
    ),
}

NEVER = (
    _l("your residence status"),
    _l("your nationality"),
    _l("your national register number or a copy of an identity document"),
    _l(
        "your network address: a changing fingerprint of part of it is kept for ten minutes to slow down robots"
    ),
    _l("where you are, what else you read, or what device you use"),
    _l("your phone number or your street"),
)


def columns_held() -> dict[str, HeldField]:
    """Every registered column, as "table.column"."""
    return {
        column: field
        for fields in REGISTER.values()
        for field in fields
        for column in field.columns
    }


def columns_forgotten_by(rule: str) -> list[str]:
    """The columns whose content this retention rule takes away, as "table.column"."""
    return [column for column, field in columns_held().items() if rule in field.forgotten_by]
