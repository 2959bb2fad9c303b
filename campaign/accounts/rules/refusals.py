"""What the workspace says no to, with the sentence a person reads."""

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError


class NotAllowedError(RefusedError):
    """A permission is missing, or was taken away a moment ago."""

    code = "not_allowed"
    http_status = 403
    message = _l(
        "Your role does not allow this, or it was taken from you in the meantime. Nothing was changed. Ask a coordinator of your organisation."
    )


class SecondFactorNeededError(RefusedError):
    """A role that sees people's details is used without a second factor."""

    code = "second_factor_needed"
    http_status = 403
    message = _l(
        "Your role sees people’s details or speaks in public, so a password alone is not enough. Set up a second proof first."
    )


class ForgedFormError(RefusedError):
    """A form without the key of this session."""

    code = "forged_form"
    http_status = 403
    message = _l("This form came from another session. Open the page again and send it once more.")


class SignInRefusedError(RefusedError):
    """Wrong address or wrong password: which of the two is not said."""

    code = "sign_in_refused"
    message = _l("This address and this password do not go together.")


class WrongConfirmationError(RefusedError):
    """Neither the password nor a code that is good now."""

    code = "wrong_confirmation"
    message = _l("This is neither your password nor a code that is good now.")


class WrongCodeError(RefusedError):
    """A code that is wrong, too old, or was used."""

    code = "wrong_code"
    message = _l("This code is not right, or it was used already. Wait for the next one.")


class WeakPasswordError(RefusedError):
    """A password that is short or easily guessed; `reason` is the sentence."""

    code = "weak_password"
    message = "%(reason)s"


class LinkOverError(RefusedError):
    """A link that was used, revoked, or is too old; or never was."""

    code = "link_over"
    http_status = 410
    message = _l(
        "This link was used already, was withdrawn, or is too old. Ask whoever invited you for a new one."
    )


class LostLinkError(RefusedError):
    """A link to an account that is good no more."""

    code = "lost_link"
    http_status = 410
    message = _l("This link was used already or is too old. Ask for a new one.")


class OtherMailboxError(RefusedError):
    """An invitation opened by somebody who is signed in with another address."""

    code = "other_mailbox"
    http_status = 409
    message = _l(
        "This invitation was sent to another address than yours. Sign out, then open it again."
    )


class LastCoordinatorError(RefusedError):
    """An organisation is never left without a coordinator."""

    code = "last_coordinator"
    http_status = 409
    message = _l(
        "The last coordinator cannot go. Make somebody else coordinator first, then try again."
    )


class LastAdministratorError(RefusedError):
    """The platform is never left without an administrator."""

    code = "last_administrator"
    http_status = 409
    message = _l("The last administrator cannot go. Invite another one first.")


class NotThereError(RefusedError):
    """Something that was there when the page was opened."""

    code = "not_there"
    http_status = 404
    message = _l("This is no longer there. Somebody may have removed it in the meantime.")


class AlreadyMemberError(RefusedError):
    """An invitation to a role of somebody who has accepted it."""

    code = "already_invited"
    http_status = 409
    message = _l("An invitation to this role is already waiting for this address.")


class AddressTakenError(RefusedError):
    """Another account was made with this address in the meantime."""

    code = "address_taken"
    http_status = 409
    message = _l("This address can no longer be used for your account.")
