"""The hand-over pack on paper: letter, counts, method, sealed list, checklist."""

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.i18n.formats import long_date, number
from campaign.i18n.languages import BY_CODE
from campaign.petitions.exports.handing_over import Pack, PackRegion, checklist
from campaign.petitions.exports.letter import Letter, letter_of
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.paper import ANSWERED
from campaign.print.documents import INK_SOFT, SMALL_PT, Document, left_to_right
from campaign.thresholds.models import Combination, Instrument, PaperRule

UNKNOWN_NUMBER = "–"


def pack_pdf(pack: Pack, *, address: str) -> bytes:
    """The pack as one document; `address` is the public page of the petition."""
    title = _("Handing over a petition")
    page = Document(
        title,
        language=pack.language,
        direction=BY_CODE[pack.language].direction,
        made_at=pack.made_at,
        footer=address,
    )
    _write_letter(page, letter_of(pack))
    page.add_page()
    page.poster(title)
    page.paragraph(text_for(pack.petition, pack.language).title, 13, bold=True)
    _write_counts(page, pack)
    page.heading(_("How this was counted"))
    for sentence in method(pack):
        page.paragraph(sentence)
    if pack.batches:
        _write_batches(page, pack)
    page.heading(_("Checklist"))
    page.boxes(
        [words if known else f"{words} ({_('to be verified')})" for words, known in checklist(pack)]
    )
    return page.finished()


def _write_letter(page: Document, letter: Letter) -> None:
    for line in letter.recipient:
        page.paragraph(line, bold=True)
    page.paragraph(letter.day)
    page.paragraph(letter.subject, 13, bold=True)
    for sentence in letter.paragraphs:
        page.paragraph(sentence)
    for heading, lines in letter.lists:
        page.paragraph(heading, bold=True)
        for line in lines:
            page.paragraph(f"– {line}")
    page.paragraph(letter.closing)
    for name in letter.signed_by:
        page.paragraph(name)
    page.blank(_("Name and signature of the person who files the petition"), 2)


def _write_counts(page: Document, pack: Pack) -> None:
    page.heading(_("What counts, region by region"))
    if pack.waiting or pack.unsettled:
        page.paragraph(_("Not everything is settled: see “How this was counted”."), bold=True)
    page.rows(
        [
            _("Region"),
            _("Official platform"),
            _("Paper, counted by us"),
            _("Paper, accepted"),
            _("Paper the rule adds"),
            _("Minimum"),
            _("Missing"),
        ],
        [_region(one) for one in pack.regions],
        [22, 14, 14, 13, 13, 12, 12],
    )
    sources = {
        f"{one.online.source_label}, {long_date(one.online.as_of)} {one.online.source_url}".strip()
        for one in pack.regions
        if one.online is not None
    }
    for source in sorted(sources):
        page.paragraph(_("Source: %(source)s", source=source), SMALL_PT, colour=INK_SOFT)
    page.heading(_("Support, outside of the count"))
    page.paragraph(
        ngettext(
            "%(count)s person supports it on this site; that enters no number above.",
            "%(count)s people support it on this site; that enters no number above.",
            pack.support,
            count=number(pack.support),
        )
    )


def _region(one: PackRegion) -> list[str]:
    result = one.result
    return [
        one.name,
        number(one.online.count) if one.online is not None else UNKNOWN_NUMBER,
        number(one.paper.counted),
        number(one.paper.accepted) if one.paper.accepted or one.paper.refused else UNKNOWN_NUMBER,
        number(result.paper_counted) if result is not None else UNKNOWN_NUMBER,
        number(result.minimum) if result is not None else UNKNOWN_NUMBER,
        number(result.missing) if result is not None else UNKNOWN_NUMBER,
    ]


def method(pack: Pack) -> list[str]:
    """How the numbers came to be, and what they do not say."""
    rule = pack.rule
    said = [
        _(
            "The numbers of the official platform were read there by the organisers, on the day that is given. "
            "A fall or a large change was approved by a second person."
        )
    ]
    if pack.has_paper:
        said += _method_of_paper(rule)
    if rule.combination.status is not Combination.ALLOWED:
        said.append(rule.combination.explanation.in_language(pack.language))
    said.append(
        _(
            "Online, paper and support are never added into one number. No name of a signatory is in this pack."
        )
    )
    if pack.unsettled:
        said.append(
            _(
                "Batches that are out, lost or not counted, and are in no number: %(count)s.",
                count=number(pack.unsettled),
            )
        )
    if pack.waiting:
        said.append(
            _(
                "Changes of a count that wait for a second person, and are in no number: %(count)s.",
                count=number(pack.waiting),
            )
        )
    return said


def _method_of_paper(rule: Instrument) -> list[str]:
    said = [
        _(
            "The paper was counted batch by batch by the organisers. “Accepted” is what the authority has "
            "answered; as long as it has not, the number is ours alone and nobody else has checked it."
        )
    ]
    if rule.paper_rule is PaperRule.ONLY_AS_NEEDED:
        said.append(
            _(
                "Paper is added only as far as a region still lacks signatures after those of the official "
                "platform: the column says how many."
            )
        )
    return said


def _write_batches(page: Document, pack: Pack) -> None:
    page.heading(_("Sealed list of the batches"))
    page.rows(
        [_("No."), _("Valid"), _("Spoiled"), _("Accepted"), _("Seal (SHA-256)")],
        [
            [
                str(one.batch.number),
                number(one.found.figures.valid_total),
                number(one.found.figures.spoiled_total),
                number(sum((one.found.accepted or {}).values()))
                if one.batch.state == ANSWERED
                else UNKNOWN_NUMBER,
                one.batch.seal,
            ]
            for one in pack.batches
        ],
        [8, 10, 10, 12, 60],
    )
    page.paragraph(_("Seal of the list: %(seal)s", seal=left_to_right(pack.list_seal)), bold=True)
    page.paragraph(
        _(
            "Each seal is the SHA-256 of the batch’s line in the table (CSV) that goes with this pack, column "
            "“canonical”. The seal of the list is that of all numbers and seals, one batch a line: the number, "
            "a space, the seal, a line feed. Anybody can work them out again."
        ),
        SMALL_PT,
        colour=INK_SOFT,
    )
