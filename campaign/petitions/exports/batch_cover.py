"""The cover sheet of one batch of paper: its number, and a code that opens its page for organisers."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from campaign.i18n.formats import long_date
from campaign.i18n.languages import BY_CODE
from campaign.petitions.models import PaperBatch, Petition
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.paper import SPOILED
from campaign.petitions.vocabulary import AUTHORITIES, SPOILED_REASONS
from campaign.print.documents import INK_SOFT, SMALL_PT, left_to_right
from campaign.print.sheets import Sheet

CODE_MM = 46.0


def batch_cover(
    petition: Petition,
    batch: PaperBatch,
    language: str,
    *,
    link: str,
    regions: Iterable[str],
    now: datetime,
) -> bytes:
    """The sheet on top of a batch. `link` is in the code: an address, which opens nothing for who has not
    signed in. Who holds the batch is not printed."""
    page = Sheet(
        _("Cover sheet"),
        language=language,
        direction=BY_CODE[language].direction,
        made_at=now,
        footer=link,
    )
    top, start = page.get_y(), page.l_margin
    page.code(link, page.aside(page.w - page.r_margin - CODE_MM, CODE_MM), top, CODE_MM)
    width = page.epw - CODE_MM - 4
    page.area(start if BY_CODE[language].direction == "ltr" else start + CODE_MM + 4, top, width)
    page.paragraph(_("Cover sheet for the official paper form"), bold=True, colour=INK_SOFT)
    page.poster(_("Batch %(number)s", number=batch.number), 40)
    page.area(start, max(page.get_y(), top + CODE_MM + 4), page.w - 2 * start)
    page.paragraph(text_for(petition, language).title, 14, bold=True)
    page.facts(_facts(petition, batch))
    page.heading(_("Forms that are valid"))
    for name in regions:
        page.blank(name)
    page.heading(_("Forms that are spoiled"))
    page.boxes([f"{SPOILED_REASONS[reason]} ………" for reason in SPOILED])
    page.blank(_("Counted on"))
    page.paragraph(
        _("Count forms only. Copy no name, no address and no number from them."),
        SMALL_PT,
        colour=INK_SOFT,
    )
    return page.finished()


def _facts(petition: Petition, batch: PaperBatch) -> list[tuple[str, str]]:
    facts = [(_("Authority"), str(AUTHORITIES.get(petition.authority, petition.authority)))]
    if petition.official_reference:
        facts.append((_("Petition number"), left_to_right(petition.official_reference)))
    facts += [(_("Place"), batch.place), (_("Went out on"), long_date(batch.out_on))]
    return facts
