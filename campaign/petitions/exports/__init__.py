"""Files to take away."""

from campaign.petitions.exports.evidence import Evidence, evidence_csv, evidence_of, evidence_pdf
from campaign.petitions.exports.held import NOT_READABLE, held_about
from campaign.petitions.exports.history import history_csv, history_of
from campaign.petitions.exports.sheets import cover_sheet, return_label

__all__ = [
    "NOT_READABLE",
    "Evidence",
    "cover_sheet",
    "evidence_csv",
    "evidence_of",
    "evidence_pdf",
    "held_about",
    "history_csv",
    "history_of",
    "return_label",
]
