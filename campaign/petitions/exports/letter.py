"""The letter that goes with a petition to its authority, in a language the authority reads."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.i18n.formats import long_date, number
from campaign.petitions.exports.handing_over import Pack, PackRegion
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.coalition import CARRYING
from campaign.print.documents import left_to_right
from campaign.thresholds.models import Confidence


@dataclass(frozen=True)
class Letter:
    """A letter, part by part. `is_address_known` False: check the address before posting it."""

    recipient: list[str]
    is_address_known: bool
    day: str
    subject: str
    paragraphs: list[str]
    lists: list[tuple[str, list[str]]]
    closing: str
    signed_by: list[str]


def letter_of(pack: Pack) -> Letter:
    """The letter of a pack. It says of each channel what it is, adds no two of them, and claims nothing
    beyond what was counted."""
    petition, rule, language = pack.petition, pack.rule, pack.language
    text = text_for(petition, language)
    where = rule.submit_to
    recipient = [rule.authority_name.in_language(language)]
    if where is not None and where.address:
        recipient.append(where.address)
    subject = _("Petition “%(title)s”", title=text.title)
    if petition.official_reference:
        reference = left_to_right(petition.official_reference)
        subject = f"{subject} · {_('Petition no. %(reference)s.', reference=reference)}"
    return Letter(
        recipient=recipient,
        is_address_known=where is not None
        and bool(where.address)
        and rule.confidence_in("submit_to") is not Confidence.TO_BE_VERIFIED,
        day=long_date(pack.made_at),
        subject=subject,
        paragraphs=_paragraphs(pack),
        lists=_lists(pack),
        closing=_("With our respectful greetings,"),
        signed_by=[part.organisation.name for part in petition.carriers if part.role in CARRYING],
    )


def _paragraphs(pack: Pack) -> list[str]:
    language = pack.language
    law = pack.rule.law.in_language(language)
    said = [
        _("Ladies and Gentlemen,"),
        _("We hand over to you this petition. What it asks stands in the text that goes with it."),
    ]
    if law:
        said.append(_("It rests on: %(law)s.", law=law.rstrip(".")))
    if pack.has_paper:
        forms = ngettext(
            "%(count)s signed form on paper",
            "%(count)s signed forms on paper",
            pack.valid_total,
            count=number(pack.valid_total),
        )
        said.append(
            _(
                "We hand over %(forms)s, in numbered batches. We counted them ourselves; it is for you to check "
                "them. The list of the batches is under seal: %(seal)s.",
                forms=forms,
                seal=left_to_right(pack.list_seal),
            )
        )
    return said


def _lists(pack: Pack) -> list[tuple[str, list[str]]]:
    lists = [(_("What was collected, channel by channel:"), [_region(one) for one in pack.regions])]
    gives = [text.in_language(pack.language) for text in pack.rule.effect.gives]
    if gives:
        lists.append((_("We ask for what the law provides:"), gives))
    return lists


def _region(region: PackRegion) -> str:
    parts = [f"{region.name} ·"]
    if region.online is not None:
        parts.append(
            _(
                "%(count)s on your official platform, read on %(day)s.",
                count=number(region.online.count),
                day=long_date(region.online.as_of),
            )
        )
    if region.paper.counted:
        parts.append(_("%(count)s on paper.", count=number(region.paper.counted)))
    if len(parts) == 1:
        parts.append(_("no count known."))
    if region.result is not None:
        parts.append(_("Minimum: %(minimum)s.", minimum=number(region.result.minimum)))
    return " ".join(parts)
