"""The evidence pack: how often an official channel fails, as those who tried it said, with its limits.

For organisers and for the authority. It claims no more than was measured: who answers chose to answer.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.i18n.formats import long_date, number
from campaign.i18n.languages import BY_CODE
from campaign.petitions.models import Petition
from campaign.petitions.queries.answers import told_about
from campaign.petitions.queries.petitions import text_for
from campaign.petitions.rules.counting import rule_for
from campaign.petitions.rules.handing_off import (
    Rate,
    Told,
    by_browser,
    by_day,
    by_step,
    overall,
)
from campaign.petitions.vocabulary import BROWSER_NAMES, OFFICIAL_CHANNELS, STEPS
from campaign.print.documents import SMALL_PT, Document, left_to_right
from campaign.thresholds.handoffs import HandOff, Way, hand_off_for

COLUMNS = (
    *("day", "channel", "about", "key", "answers", "worked", "failed"),
    *("failure_rate", "low_95", "high_95"),
)


@dataclass(frozen=True)
class Evidence:
    """All that was said of one petition's official channels between two days, both included."""

    petition: Petition
    hand_off: HandOff
    authority: str
    first: date
    last: date
    told: tuple[Told, ...]

    def about(self, way: Way) -> list[Told]:
        """The answers about one channel."""
        return [one for one in self.told if one.channel == way.channel]

    @property
    def day_count(self) -> int:
        """How many days, both ends included."""
        return (self.last - self.first).days + 1


def evidence_of(petition: Petition, language: str, *, first: date, last: date) -> Evidence:
    """What was said from `first` to `last`. Raises ValueError when they stand the wrong way round."""
    if first > last:
        raise ValueError("the first day comes after the last")
    rule = rule_for(petition.instrument_id, petition.instrument_on, petition.goal)
    return Evidence(
        petition=petition,
        hand_off=hand_off_for(rule),
        authority=rule.authority_name.in_language(language),
        first=first,
        last=last,
        told=tuple(told_about(petition.id, first, last)),
    )


def evidence_csv(evidence: Evidence) -> str:
    """One line per day, channel and thing told of (RFC 4180): "all", each "step" (its failures among all
    answers of the day; whether the others worked stands in "all") and each "browser". Days without an answer have no line. Rates from 0 to 1."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for way in evidence.hand_off.ways:
        for on in sorted({one.day for one in evidence.about(way)}):
            told = [one for one in evidence.about(way) if one.day == on]
            for about, rate in _lines(told, way):
                worked = "" if about == "step" else str(rate.worked)
                line = [on.isoformat(), way.channel, about, rate.key, *_numbers(rate, worked)]
                writer.writerow(line)
    return written.getvalue()


def _lines(told: Sequence[Told], way: Way) -> Iterator[tuple[str, Rate]]:
    yield "all", overall(told)
    yield from (("step", rate) for rate in by_step(told, way.step_keys))
    yield from (("browser", rate) for rate in by_browser(told))


def _numbers(rate: Rate, worked: str) -> list[str]:
    found = rate.failure
    shares = [found.share, found.low, found.high] if found else []
    counts = [str(rate.answers), worked, str(rate.failed)]
    return [*counts, *(f"{share:.4f}" for share in shares)]


def evidence_pdf(evidence: Evidence, language: str, *, address: str, now: datetime) -> bytes:
    """The same to read and to hand over, with the method and what is not known. `address` is the page
    where anybody finds the current numbers."""
    title = _("How the official signature goes")
    page = Document(
        title,
        language=language,
        direction=BY_CODE[language].direction,
        made_at=now,
        footer=address,
    )
    page.poster(title)
    page.paragraph(text_for(evidence.petition, language).title, 13, bold=True)
    page.facts(_facts(evidence, now))
    for way in evidence.hand_off.ways:
        _write_way(page, evidence, way)
    page.heading(_("How this was measured"))
    for sentence in _method():
        page.paragraph(sentence)
    page.heading(_("What this does not tell"))
    for sentence in _limits():
        page.paragraph(sentence)
    return page.finished()


def _facts(evidence: Evidence, now: datetime) -> list[tuple[str, str]]:
    petition = evidence.petition
    facts = [(_("Authority"), evidence.authority)]
    if petition.official_reference:
        facts.append((_("Petition number"), left_to_right(petition.official_reference)))
    days = f"{long_date(evidence.first)} – {long_date(evidence.last)}"
    return [*facts, (_("Days"), days), (_("Made on"), long_date(now))]


def _write_way(page: Document, evidence: Evidence, way: Way) -> None:
    told = evidence.about(way)
    page.heading(str(OFFICIAL_CHANNELS[way.channel]))
    if not told:
        page.paragraph(_("No answer in these days."))
        return
    page.paragraph(_whole(overall(told)), bold=True)
    days = by_day(told, evidence.last, evidence.day_count)
    page.paragraph(_("Failures per day, as a share of the answers of that day"), SMALL_PT)
    page.bars([_bar(rate) for rate in days])
    _table(page, _("Day"), [(long_date(rate.key), rate) for rate in days if rate.answers])
    steps = [rate for rate in by_step(told, way.step_keys) if rate.failed]
    if steps:
        _table(page, _("Step where it failed"), [(str(STEPS.get(r.key, r.key)), r) for r in steps])
    _table(page, _("Browser"), [(str(BROWSER_NAMES[r.key]), r) for r in by_browser(told)])


def _whole(rate: Rate) -> str:
    said = ngettext(
        "%(count)s answer", "%(count)s answers", rate.answers, count=number(rate.answers)
    )
    failed = _("It failed")
    return f"{said} · {failed} · {number(rate.failed)}, {_share(rate)}"


def _bar(rate: Rate) -> tuple[float, float, float] | None:
    found = rate.failure
    return (found.share, found.low, found.high) if found else None


def _share(rate: Rate) -> str:
    found = rate.failure
    assert found is not None  # a rate without an answer is never written
    share, low, high = (f"{value * 100:.0f}" for value in (found.share, found.low, found.high))
    return left_to_right(f"{share}\u202f% ({low}–{high}\u202f%)")


def _table(page: Document, heading: str, rates: Sequence[tuple[str, Rate]]) -> None:
    page.rows(
        [heading, _("Answers"), _("It failed"), _("Failure rate, with its interval")],
        [[words, number(r.answers), number(r.failed), _share(r)] for words, r in rates],
        [37, 16, 16, 31],
    )


def _method() -> list[str]:
    return [
        _(
            "Whoever signs this petition on Portevoix receives a link to say how the official signature went: "
            "it worked, or the step where it failed. Each link answers once."
        ),
        _(
            "Only numbers are kept: the day, the channel, the step, the family of browser and the language. No "
            "name, no address, no time of day, and nothing that leads to a signature."
        ),
        _(
            "The interval after each rate is Wilson’s: it is meant to hold the true share in 95 cases of 100, and "
            "is wide where answers are few. A step’s rate is its failures among all answers."
        ),
    ]


def _limits() -> list[str]:
    return [
        _(
            "People choose whether to answer. Those for whom it failed may answer more often, or less often, than "
            "the others: these are shares of the answers, not of everybody who tried."
        ),
        _(
            "We see nothing of the official platform, and nobody there has checked these answers. One person may "
            "have tried several times, or answered from two links."
        ),
        _(
            "The browser is that of the answer, where the person says it is the one they tried with. Why it "
            "failed is not asked."
        ),
    ]
