"""The words for roles, permissions and what happened to an account."""

from flask_babel import lazy_gettext as _l

from campaign.accounts.permissions import Permission, Role
from campaign.accounts.rules.mail_choices import MailKind

ROLE_LABELS = {
    Role.MEMBER: _l("Member"),
    Role.EDITOR: _l("Editor"),
    Role.MODERATOR: _l("Moderator"),
    Role.OFFICER: _l("Data officer"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.ADMINISTRATOR: _l("Administrator of the platform"),
}
ROLE_MEANINGS = {
    Role.MEMBER: _l("sees how the petitions stand"),
    Role.EDITOR: _l("writes petitions, enters counts and paper"),
    Role.MODERATOR: _l("reads petitions before they open, and voices"),
    Role.OFFICER: _l("answers people about their data and makes exports"),
    Role.COORDINATOR: _l("invites people and speaks for the organisation"),
    Role.ADMINISTRATOR: _l("runs the platform"),
}
PERMISSION_LABELS = {
    Permission.ACCOUNT_OWN: _l("Look after one’s own account"),
    Permission.ORGANISATION_READ: _l("See the organisation and its people"),
    Permission.ORGANISATION_EDIT: _l("Change what is said of the organisation"),
    Permission.ORGANISATION_INVITE: _l("Invite people"),
    Permission.ORGANISATION_MANAGE: _l("Give and take roles"),
    Permission.ORGANISATION_CREATE: _l("Open an organisation"),
    Permission.PETITION_READ: _l("See petitions and how they stand"),
    Permission.PETITION_EDIT: _l("Write a petition"),
    Permission.PETITION_SUBMIT: _l("Hand a petition in for reading"),
    Permission.PETITION_CARRY: _l("Join a coalition, or invite to one"),
    Permission.PETITION_MODERATE: _l("Read a petition before it opens"),
    Permission.PETITION_PUBLISH: _l("Open a petition to the public"),
    Permission.PETITION_TAKEDOWN: _l("Take a petition down, or restore it"),
    Permission.INSTRUMENT_CONFIRM: _l("Confirm a legal rule"),
    Permission.MARGIN_SET: _l("Set the margin above the minimum"),
    Permission.SIGNATURE_FIND: _l("Find a signature to answer a person"),
    Permission.SIGNATURE_INVALIDATE: _l("Refuse false signatures"),
    Permission.DOMAIN_BLOCK: _l("Refuse a mail domain, on the whole site"),
    Permission.VOICE_MODERATE: _l("Read and listen to voices before they appear"),
    Permission.EVENT_CODE_ISSUE: _l("Make codes for events"),
    Permission.PLACEMENT_ISSUE: _l("Place the widget on a website"),
    Permission.COUNT_ENTER: _l("Enter an official count"),
    Permission.COUNT_APPROVE: _l("Approve a large correction of a count"),
    Permission.PAPER_KEEP: _l("Keep the ledger of paper batches"),
    Permission.HANDOVER_MAKE: _l("Make the hand-over pack"),
    Permission.UPDATE_WRITE: _l("Write news to signatories"),
    Permission.UPDATE_SEND: _l("Send news to signatories"),
    Permission.EXPORT_MAKE: _l("Export signatories who said yes"),
    Permission.EVIDENCE_READ: _l("Read evidence of abuse and of failures"),
    Permission.ALERT_PUBLISH: _l("Send an urgent alert"),
    Permission.RETENTION_READ: _l("See what is held, and until when"),
    Permission.AUDIT_READ: _l("Read the log of acts"),
    Permission.PANIC_CLOSE: _l("Close everything in an emergency, two together"),
}

MAIL_KINDS = {
    MailKind.THRESHOLD: _l("A threshold is reached, or lost again"),
    MailKind.DEADLINE: _l("Few days are left"),
    MailKind.BEHIND: _l("A region falls behind"),
    MailKind.MODERATION: _l("A petition was read: it opens, comes back or is refused"),
    MailKind.BURST: _l("A burst of signatures was noticed"),
    MailKind.EXPORT_READY: _l("A list that I asked for is ready"),
}

# What a page says after an act, by the code in its address.
DONE = {
    "saved": _l("Saved."),
    "invited": _l("The mail is on its way."),
    "revoked": _l("The invitation was withdrawn: its link opens nothing any more."),
    "removed": _l("It was taken away."),
    "session_ended": _l("Signed out there."),
    "signed_out": _l("You have signed out."),
    "password": _l("The new password is yours. Every other browser was signed out."),
    "welcome": _l("Welcome. The role is yours."),
    "left": _l("You have left the organisation."),
    "deleted": _l("Your account was deleted."),
    "passkey_failed": _l("This passkey was not accepted. Try again, or use a code."),
    "asked": _l("The question was sent."),
    "joined": _l("Your organisation now carries this petition too."),
    "declined": _l("The answer was noted."),
    "voice_shown": _l("The voice is shown."),
    "voice_hidden": _l("The voice is not shown, and its name and words are deleted."),
    "voice_waits": _l("The voice waits again and is not shown."),
    "code_issued": _l("The code is ready."),
    "code_closed": _l("The code is closed."),
    "explained": _l("Noted. Whoever signs there does the usual sum again."),
    "discarded": _l("The check was discarded: it had changed nothing."),
    "refused": _l("These signatures are no longer counted."),
    "begun": _l("The draft is there, and yours to write. Nobody else sees it."),
    "submitted": _l("It was sent to the moderators. You will hear from them."),
    "taken_back": _l("It is a draft again."),
    "text_deleted": _l("The translation was deleted. Any version of it can be brought back."),
    "restored": _l("That version is the present one again."),
    "update_tried": _l("The trial is on its way to your own mailbox, and to no other."),
    "update_scheduled": _l("It leaves at the time you chose."),
    "update_back": _l("It is a draft again and does not leave."),
    "update_paused": _l("Paused. The few that were on their way still arrive."),
    "update_resumed": _l("It goes on."),
    "update_stopped": _l("Stopped: nobody else receives it."),
    "update_unpublished": _l("It is no longer on the petition’s page."),
    "update_deleted": _l("It was deleted, and nobody receives it."),
    "emergency_asked": _l(
        "Asked. Nothing changes before a second person confirms; they were told by mail."
    ),
    "emergency_closed": _l("Closed. It holds from now on."),
    "emergency_withdrawn": _l("The question was taken back. Nothing was changed."),
    "emergency_lifted": _l("The organisation and its petitions are shown again."),
    "reset_sent": _l("The mail is on its way. It takes the person’s own password as well."),
    "withdrawn": _l("Taken back, as the person asked. The name and the address were erased."),
    "decided": _l("Decided. Nobody was mailed."),
    "decided_told": _l("Decided. The mails are on their way."),
    "taken": _l("You are reading it now. The others see that."),
    "let_go": _l("Somebody else may read it now."),
    "counted": _l("The counts stand, and are on the public page."),
    "count_waits": _l(
        "This change is large: it waits for a second person and does not count until then."
    ),
    "some_counts_wait": _l(
        "The small changes stand. The large ones wait for a second person and do not count until then."
    ),
    "count_approved": _l("Approved: it counts from now on."),
    "count_refused": _l("Refused: it does not count."),
    "count_withdrawn": _l("Withdrawn: it does not count."),
    "batch_out": _l("The batch is in the ledger. Print its cover sheet and put it on top."),
    "batch_came_back": _l("It is back. Count it next."),
    "batch_counted": _l("Counted and sealed. The totals are on the public page."),
    "batch_lost": _l("Noted: nothing of this batch counts."),
    "batch_taken_back": _l("Noted: it is counted, and not handed over."),
    "batch_answered": _l("Noted: what the authority accepted counts, and no more."),
    "batch_moved": _l("Noted."),
    "handed_over": _l("Handed over. From here on, tell what becomes of it."),
    "stage_published": _l("It is on the public timeline."),
    "reminder_set": _l(
        "Noted. Each organisation that carries the petition gets one mail that day."
    ),
}
