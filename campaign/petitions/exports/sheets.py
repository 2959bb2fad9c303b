"""Sheets that go with the official paper form: what to mind on top of the pile, and where it goes back.

Nothing a signatory writes is printed here, and nothing of theirs comes back to the site.
"""

from datetime import datetime

from flask_babel import gettext as _

from campaign.i18n.languages import BY_CODE
from campaign.petitions.models import Petition
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.vocabulary import AUTHORITIES, NEEDS
from campaign.print.documents import INK_SOFT, SMALL_PT, Document, left_to_right
from campaign.thresholds.handoffs import PAPER, Way, hand_off_for
from campaign.thresholds.models import Instrument

LABEL_MM = (148.0, 105.0)  # A6, across: two on a page, or one on an envelope


def cover_sheet(petition: Petition, language: str, *, address: str, now: datetime) -> bytes | None:
    """The sheet on top of a pile of official forms, as a PDF; None where the rule has no paper way.
    `address` is the petition's page."""
    rule, way = _paper_way(petition)
    if way is None:
        return None
    text = text_for(petition, language)
    page = _document(_("Cover sheet"), language, now, address)
    page.paragraph(_("Cover sheet for the official paper form"), bold=True, colour=INK_SOFT)
    page.poster(text.title)
    page.facts(_names(petition))
    with page.sheet():
        page.heading(_("Before anybody signs"))
        page.boxes([_need(need.key, is_known=not need.is_to_be_verified) for need in way.needs])
    page.heading(_("Who may sign"))
    page.paragraph(rule.signatory.who_may_sign.in_language(language))
    page.paragraph(rule.signatory.undocumented_explanation.in_language(language))
    page.heading(_("This pile"))
    page.blank(_("Region"))
    page.blank(_("Number of signed forms"))
    page.blank(_("Handed in on"))
    page.paragraph(
        _("Count forms only. Copy no name, no address and no number from them."),
        SMALL_PT,
        colour=INK_SOFT,
    )
    return page.finished()


def return_label(petition: Petition, language: str, *, address: str, now: datetime) -> bytes | None:
    """A label for the envelope the forms go back in, as a PDF; None where the rule has no paper way. An
    address we do not hold is left to be written by hand."""
    rule, way = _paper_way(petition)
    if way is None:
        return None
    page = _document(_("Return label"), language, now, address, size=LABEL_MM, margin_mm=9)
    page.paragraph(_("Official forms, petition:"), SMALL_PT, colour=INK_SOFT)
    page.poster(text_for(petition, language).short_title, 18)
    if petition.official_reference:
        reference = left_to_right(petition.official_reference)
        page.paragraph(_("Petition no. %(reference)s.", reference=reference))
    if way.return_to == "petitioner" or rule.submit_to is None:
        page.blank(_("To the person who filed the petition"), 1)
        page.blank(_("Address"), 2)
    else:
        page.paragraph(_("To:"), SMALL_PT, colour=INK_SOFT)
        page.paragraph(rule.authority_name.in_language(language), 13, bold=True)
        where = rule.submit_to.address or rule.submit_to.instructions.in_language(language)
        page.paragraph(where, 13)
    return page.finished()


def _paper_way(petition: Petition) -> tuple[Instrument, Way | None]:
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    return rule, hand_off_for(rule).way(PAPER)


def _names(petition: Petition) -> list[tuple[str, str]]:
    names = [(_("Authority"), str(AUTHORITIES.get(petition.authority, petition.authority)))]
    if petition.official_reference:
        names.append((_("Petition number"), left_to_right(petition.official_reference)))
    return names


def _need(key: str, *, is_known: bool) -> str:
    words, doubt = str(NEEDS[key]), _("to be verified")
    return words if is_known else f"{words} ({doubt})"


def _document(
    title: str,
    language: str,
    now: datetime,
    footer: str,
    *,
    size: str | tuple[float, float] = "A4",
    margin_mm: float = 18,
) -> Document:
    return Document(
        title,
        language=language,
        direction=BY_CODE[language].direction,
        made_at=now,
        size=size,
        margin_mm=margin_mm,
        footer=footer,
    )
