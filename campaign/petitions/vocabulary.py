"""The words a visitor reads for the codes that are stored."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from campaign.petitions.rules.moderating import Act, Gap, Pace

AUTHORITIES = {
    "be-chamber": _l("Chamber of Representatives"),
    "wal-parliament": _l("Parliament of Wallonia"),
    "bru-parliament": _l("Brussels Parliament"),
    "fl-parliament": _l("Flemish Parliament"),
    "be-government": _l("Federal government"),
}
THEMES = {
    "regularisation": _l("Regularisation"),
    "detention": _l("Detention"),
    "expulsion": _l("Expulsion"),
    "work": _l("Work rights"),
    "family": _l("Family"),
    "study": _l("Study and training"),
}
STATE_LABELS = {
    "draft": _l("Draft"),
    "submitted": _l("Submitted"),
    "in_moderation": _l("In moderation"),
    "open": _l("Open for signature"),
    "closed": _l("Collection closed"),
    "handed_over": lazy_pgettext("state of a petition", "Handed over"),
    "admissibility": _l("Admissibility"),
    "committee": _l("In committee"),
    "hearing": _l("Heard"),
    "report": _l("Report"),
    "answered": _l("Answered"),
    "rejected": _l("Not accepted"),
    "suspended": _l("Suspended"),
    "hidden": lazy_pgettext("state of a petition", "Not shown"),
    "removed": _l("Removed"),
}
STAGE_LABELS = {
    "drafted": _l("Text written"),
    "open": _l("Collecting signatures"),
    "closed": _l("Collection closed"),
    "handed_over": _l("Handed over, with a request to be heard"),
    "admissibility": _l("Signatures checked, admissibility"),
    "committee": _l("Before the committee"),
    "hearing": _l("Hearing in committee"),
    "report": _l("Report of the committee"),
    "answered": _l("Answer of the authority"),
}
STRATA = {
    "ALL": _l("Total"),
    "VLG": _l("Flanders"),
    "WAL": _l("Wallonia"),
    "BRU": _l("Brussels"),
}
# Where people live who signed (`Signature.stratum`).
HOMES = {**STRATA, "ABROAD": _l("abroad"), "UNKNOWN": _l("region unknown")}
# How far a closure in an emergency is (rules/closing.py).
CLOSURE_STATES = {
    "asked": _l("Waits for a second person"),
    "closed": _l("Closed"),
    "lift_asked": _l("Closed, waits for a second person"),
    "lifted": _l("Shown again"),
    "withdrawn": _l("Taken back"),
    "expired": _l("Nobody confirmed in 24 hours"),
}
# How far a list of those who said yes is (rules/exporting.py).
EXPORT_STATES = {
    "writing": _l("Being prepared"),
    "ready": _l("Ready"),
    "failed": _l("Failed"),
    "stopped": lazy_pgettext("how far a list is", "Stopped"),
    "erased": _l("Erased"),
}
# How far a check is (rules/invalidating.py), and what it goes by.
STEP_LABELS = {
    "draft": _l("Not counted yet"),
    "counting": _l("Being counted"),
    "counted": _l("Counted, nothing changed yet"),
    "running": _l("Under way"),
    "cancelled": _l("Stopped half way"),
    "done": lazy_pgettext("state of a check", "Done"),
    "reinstating": _l("Being given back"),
    "reinstated": _l("Given back"),
}
CONDITION_LABELS = {
    "email_domain": _l("Mail domain"),
    "name": _l("Name"),
    "postal_code": _l("Postal code"),
    "country": _l("Country"),
    "language": _l("Language of the form"),
    "created_from": _l("Signed from"),
    "created_before": _l("Signed before"),
    "state": _l("State of the signature"),
}
SIGNATURE_STATES = {
    "pending": _l("not confirmed"),
    "confirmed": _l("confirmed"),
    "withdrawn": _l("taken back"),
    "invalidated": _l("no longer counted"),
}
SIGNATURE_CHANNELS = {"own_form": _l("form on this site")}
OPENS_SOON = _l("Opens soon")
# Which of these are still given, since when, and which hide the text: rules/moderating.py.
REJECTION_REASONS = {
    "not_competent": _l("The authority asked has no power over this question."),
    "individual_case": _l("It concerns one person's file: an authority cannot decide it this way."),
    "duplicate": _l("Another open petition asks for the same."),
    "unlawful": _l("It asks for something that fundamental rights forbid."),
    "offensive": _l("It insults or endangers people."),
    "unclear": _l("It does not ask for something precise."),
    "untrue": _l("It states as a fact something that is not true."),
    "defamatory": _l("It accuses a person in a way that the law forbids."),
    "names_person": _l("It names a person whom that could harm."),
    "court": _l("A court forbids publishing it."),
}
SORTS = {
    "closing": _l("Closing soon"),
    "newest": _l("Newest"),
    "signed": _l("Most supported"),
}
OFFICIAL_CHANNELS = {"official_platform": _l("Online"), "official_paper": _l("On paper")}
# What one needs, and minds, at the authority itself (campaign/thresholds/handoffs.py).
NEEDS = {
    "eid": _l("With your electronic identity card: its PIN code and a card reader."),
    "itsme": _l("Or with the itsme app on your phone, from the age of 16."),
    "itsme_card": _l("We do not know which cards of foreign residents itsme accepts."),
    "standard_browser": _l(
        "On a phone, use its own browser (Chrome or Safari), not the one inside Facebook or WhatsApp."
    ),
    "log_in_unknown": _l("We have not found how one logs in there."),
    "by_email": _l("Ask the authority for the form by e-mail."),
    "two_sheets": _l("A4, upright, on two separate sheets. Print on one side only."),
    "page_one_blank": _l(
        "Page 1 stays blank. The number, the title and the summary of the petition are typed on page 2."
    ),
    "by_hand": _l("Write everything else on page 2 by hand, and sign."),
    "register_number": _l(
        "The national register number is written by hand, on the paper. Never photograph it and never "
        "type it here: this site must not see it."
    ),
    "return_petitioner": _l(
        "Give page 2 back to the person who filed the petition. The chat of the platform tells their postal "
        "address."
    ),
    "return_authority": _l("Send it to the authority."),
    "form_unknown": _l("We have not found which form is asked."),
}
STEPS = {
    "open": _l("Open the site"),
    "log_in": _l("Choose how to log in"),
    "card": _l("Card and card reader"),
    "itsme": "itsme",
    "franceconnect": "FranceConnect",
    "account": _l("Account on their site"),
    "find": _l("Find the petition"),
    "sign": _l("Sign"),
    "confirmation": _l("Get the confirmation"),
    "get_form": _l("Get the form"),
    "fill_in": _l("Fill it in by hand"),
    "hand_in": _l("Hand it in or post it"),
}
BROWSER_NAMES = {
    "chrome": "Chrome",
    "safari": "Safari",
    "firefox": "Firefox",
    "edge": "Edge",
    "samsung": "Samsung Internet",
    "opera": "Opera",
    "in_app": _l("Inside another app"),
    "other": _l("Another browser"),
    "unknown": _l("Not said"),
}
PLACEMENT_KINDS = {
    "poster": _l("Poster"),
    "leaflet": _l("Leaflet"),
    "stand": _l("Stand"),
    "message": _l("Message or mail"),
    "site": _l("Website of a partner"),
    "other": _l("Another place"),
    "event": _l("Event"),
    "public": _l("Everybody’s sheets"),
}
CODE_STATES = {
    "open": lazy_pgettext("state of a code", "open"),
    "closed": lazy_pgettext("state of a code", "closed"),
    "future": lazy_pgettext("state of a code", "not begun yet"),
    "running": lazy_pgettext("state of a code", "running"),
    "used_up": lazy_pgettext("state of a code", "used up"),
    "over": lazy_pgettext("state of a code", "over"),
}
# The parts of a text, as its editors see them.
TEXT_FIELDS = {
    "title": _l("Title"),
    "short_title": _l("Short title"),
    "ask": _l("The request, in one sentence"),
    "letter": _l("Letter to the authority"),
    "demands": _l("The demands"),
    "background": _l("Background"),
    "correction": _l("What was corrected"),
}
VERSION_KINDS = {
    "written": lazy_pgettext("kind of a version", "written"),
    "autosaved": lazy_pgettext("kind of a version", "saved by itself"),
    "restored": lazy_pgettext("kind of a version", "brought back"),
    "deleted": lazy_pgettext("kind of a version", "deleted"),
}
REVIEW_STATES = {
    "source": _l("Original"),
    "needs_native_review": _l("Not read by a native speaker yet"),
    "reviewed": _l("Read by a native speaker"),
}
STOP_REASONS = {
    "endangers": _l("The text could harm a person."),
    "legal_order": _l("A court or an authority ordered it."),
    "rights_of_others": _l("The text infringes the rights of others."),
    "false_signatures": _l("Its signatures are being examined."),
    "carriers": _l("The organisations that carry it asked for it."),
}
ACT_LABELS = {
    Act.APPROVE: _l("Open it"),
    Act.RETURN: _l("Give it back with comments"),
    Act.REJECT: _l("Do not accept it"),
    Act.STOP: _l("Stop it"),
    Act.RESTORE: _l("Restore it"),
    Act.DELAY: _l("Say that it takes longer"),
}
DECISION_LABELS = {
    Act.APPROVE: _l("Opened"),
    Act.RETURN: _l("Given back with comments"),
    Act.REJECT: _l("Not accepted"),
    Act.STOP: lazy_pgettext("what was decided", "Stopped"),
    Act.RESTORE: _l("Restored"),
    Act.DELAY: _l("Told that it takes longer"),
}
PACE_LABELS = {
    Pace.IN_TIME: _l("in time"),
    Pace.NEAR: _l("nearly too late"),
    Pace.OVERDUE: _l("overdue"),
}
MARK_LABELS = {
    "flagged": _l("a second pair of eyes is wanted"),
    "dormant": _l("set aside: it waits for something else"),
}
STOP_LABELS = {
    "suspended": _l("Nobody can sign; everybody can still read it"),
    "hidden": _l("Nobody outside sees it any more, until an administrator decides"),
    "removed": _l("Its page says that it was removed"),
}
READINESS_LABELS = {
    Gap.WORDING: _l("It has a text in the language it was written in."),
    Gap.CONSENT: _l("What signatories agree to is written."),
    Gap.CONTROLLER: _l("An organisation answers for the data."),
    Gap.CLOSING: _l("The last day is still to come."),
    Gap.NUMBERS: _l("No phone number, register number or number of a file stands in it."),
    Gap.NAMED: _l("Every marked name was looked at: none is of a person held or of a guard."),
}
FILTER_LABELS = {
    "waiting": _l("What waits"),
    "mine": _l("What I am reading"),
    "overdue": _l("Overdue"),
    "aside": _l("Flagged or set aside"),
    "stopped": _l("Stopped"),
    "refused": _l("Not accepted"),
}
# The ledger of paper (rules/paper.py).
BATCH_STATES = {
    "out": lazy_pgettext("state of a batch", "out"),
    "back": lazy_pgettext("state of a batch", "back, to be counted"),
    "counted": lazy_pgettext("state of a batch", "counted"),
    "handed_over": lazy_pgettext("state of a batch", "handed over"),
    "answered": lazy_pgettext("state of a batch", "answered"),
    "lost": lazy_pgettext("state of a batch", "lost"),
}
BATCH_ACTS = {
    "out": _l("Went out"),
    "came_back": _l("Came back"),
    "counted": _l("Counted and sealed"),
    "corrected": _l("Count corrected and sealed anew"),
    "lost": _l("Lost"),
    "handed_over": _l("Handed over to the authority"),
    "taken_back": _l("Not handed over after all"),
    "answered": _l("Answer of the authority"),
    "moved": _l("Place or holder changed"),
}
SPOILED_REASONS = {
    "unreadable": _l("cannot be read"),
    "unsigned": _l("the signature is missing"),
    "incomplete": _l("something is missing"),
    "not_eligible": _l("the person may not sign"),
    "twice": _l("signed twice"),
    "other": _l("another reason"),
}
# Who has checked the paper that enters the count: read in place of the source of a count.
PAPER_SOURCES = {
    "ledger": _l("paper counted by the organisers, not yet checked by the authority"),
    "ledger+authority": _l(
        "paper: a part accepted by the authority, the rest counted by the organisers"
    ),
    "authority": _l("paper accepted by the authority"),
}
DATE_PRECISIONS = {"day": _l("the day"), "month": _l("the month only")}
