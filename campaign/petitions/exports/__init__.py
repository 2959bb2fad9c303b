"""Files to take away."""

from campaign.petitions.exports.batch_cover import (
    batch_cover,
)
from campaign.petitions.exports.evidence import (
    Evidence,
    evidence_csv,
    evidence_of,
    evidence_pdf,
)
from campaign.petitions.exports.handing_over import (
    Pack,
    checklist,
    pack_csv,
    pack_of,
)
from campaign.petitions.exports.held import (
    NOT_READABLE,
    held_about,
)
from campaign.petitions.exports.history import (
    history_csv,
    history_of,
)
from campaign.petitions.exports.letter import (
    Letter,
    letter_of,
)
from campaign.petitions.exports.pack_pdf import (
    method,
    pack_pdf,
)
from campaign.petitions.exports.sheets import (
    cover_sheet,
    return_label,
)

__all__ = [
    "NOT_READABLE",
    "Evidence",
    "Letter",
    "Pack",
    "batch_cover",
    "checklist",
    "cover_sheet",
    "evidence_csv",
    "evidence_of",
    "evidence_pdf",
    "held_about",
    "history_csv",
    "history_of",
    "letter_of",
    "method",
    "pack_csv",
    "pack_of",
    "pack_pdf",
    "return_label",
]
