"""The words a visitor reads for the codes that are stored."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

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
OPENS_SOON = _l("Opens soon")
REJECTION_REASONS = {
    "not_competent": _l("The authority asked has no power over this question."),
    "individual_case": _l("It concerns one person's file: an authority cannot decide it this way."),
    "duplicate": _l("Another open petition asks for the same."),
    "unlawful": _l("It asks for something that fundamental rights forbid."),
    "offensive": _l("It insults or endangers people."),
    "unclear": _l("It does not ask for something precise."),
}
SORTS = {
    "closing": _l("Closing soon"),
    "newest": _l("Newest"),
    "signed": _l("Most supported"),
}
