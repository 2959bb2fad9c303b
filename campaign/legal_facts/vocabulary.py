"""The words a visitor reads for the facts of a rule."""

from flask_babel import lazy_gettext as _l

FACTS = {
    "author": _l("Who may file it"),
    "effect": _l("What it can bring"),
    "languages": _l("Languages"),
    "min_age": _l("Age"),
    "notice": _l("Days before the meeting"),
    "paper_rule": _l("How signatures on paper are counted"),
    "period": _l("How long signatures may be collected"),
    "requested_fields": _l("What the authority asks of each person"),
    "signatory": _l("Who may sign"),
    "strata": _l("Minimum in each place"),
    "submit_to": _l("Where it is handed over"),
    "total_minimum": _l("Number of signatures"),
    "undocumented_signature_counts": _l("Without papers?"),
    "valid_from": _l("Since when the rule holds"),
}
