"""What is shared of a petition: the picture beside a link, what is printed, what is read on the radio."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from campaign.i18n.formats import long_date, number
from campaign.i18n.languages import BY_CODE, LANGUAGES, current_language
from campaign.petitions.pages.cards import PetitionCard
from campaign.petitions.rules.radio import seconds_to_read
from campaign.petitions.vocabulary import STRATA
from campaign.print.card import BandOnCard, Card
from campaign.print.sheets import Goal, Invitation, Leaflet
from campaign.thresholds.rules.evaluation import Verdict

MOST_BANDS = 3


def picture_of(card: PetitionCard) -> Card:
    """The picture beside a link to this petition, with both counters apart."""
    evaluation = card.tracker.evaluation
    language = current_language()
    is_support = not evaluation.own_form_counts
    return Card(
        language=language.code,
        direction=language.direction,
        kicker=f"{_kind(card)} · {card.state_label}",
        title=card.title,
        title_direction=card.direction,
        bands=_bands(card) if is_support else (),
        counting=_("What counts in law"),
        counting_note=_counting_note(card),
        support=_("Support on this site") if is_support else _own_count(card),
        support_number=number(card.support_count if is_support else evaluation.collected),
        support_note=_("It is never added to the number the law asks.")
        if is_support
        else _goal(card),
        address=_host(),
    )


def _kind(card: PetitionCard) -> str:
    """Whom the petition asks; or that it is made up, so that nobody takes it for real."""
    return str(_("Demonstration")) if card.is_demonstration else str(card.authority_label)


def _host() -> str:
    return urlsplit(url_for("site.home", _external=True)).netloc


def _own_count(card: PetitionCard) -> str:
    if card.tracker.counting_sources:
        return str(_("Signatures collected elsewhere"))
    return str(_("Signatures on this site"))


def _goal(card: PetitionCard) -> str:
    goal = card.tracker.evaluation.total_minimum
    if not goal:
        return str(_("There is no number to reach."))
    return str(_("The goal of the organisers: %(goal)s. No law asks for it.", goal=number(goal)))


def _counting_note(card: PetitionCard) -> str:
    if card.tracker.evaluation.verdict == Verdict.UNDETERMINED:
        return str(_("Nobody can say whether the threshold is reached."))
    if card.tracker.counting_as_of:
        day = long_date(card.tracker.counting_as_of)
        return str(_("State on %(day)s. The line is the legal minimum.", day=day))
    return str(_("No official number has been published yet."))


def _bands(card: PetitionCard) -> tuple[BandOnCard, ...]:
    evaluation, picture = card.tracker.evaluation, card.tracker.picture
    if not evaluation.total_minimum:
        return ()
    if picture.split_known and len(picture.bands) <= MOST_BANDS:
        return tuple(
            _band(str(STRATA.get(band.key, band.key)), band.received, band.minimum, band.height)
            for band in picture.bands
        )
    is_useful = picture.split_known
    count = evaluation.total_counted if is_useful else evaluation.collected
    name = _("Useful total") if is_useful else _("Collected in all")
    return (_band(name, count, evaluation.total_minimum, 64),)


def _band(name: str, received: int, minimum: int, thickness: int) -> BandOnCard:
    numbers = _("%(received)s of %(minimum)s", received=number(received), minimum=number(minimum))
    return BandOnCard(name, numbers, thickness, received / minimum)


def short_link(code: str, language: str = "") -> str:
    """The address inside a QR code: short, of this site, and nobody's own."""
    chosen = language or current_language().code
    return url_for("petitions.short_address", code=code, lang=chosen, _external=True)


def typed_address(link: str) -> str:
    """An address as people type it."""
    return link.partition("://")[2]


def leaflet_of(card: PetitionCard, code: str, *, made_at: datetime) -> Leaflet:
    """What is printed about a petition in the present language, with a placement's code."""
    link = short_link(code)
    language = current_language()
    return Leaflet(
        language=language.code,
        direction=language.direction,
        title=card.title,
        ask=card.ask,
        warning=_("Demonstration: this petition is made up.") if card.is_demonstration else "",
        scan=_("Scan, or type"),
        steps=_steps(card),
        address=typed_address(link),
        link=link,
        colour_in=_("Colour in: one box, 500 signatures"),
        signed=_("signed"),
        goals=_goals(card),
        goals_note=_("No region passes the line for another."),
        promise=_(
            "We never ask for nationality, residence permit, national number or a copy of a card."
        ),
        until=_("Until %(day)s", day=long_date(card.closes_on)) if card.closes_on else "",
        publisher=_("Responsible publisher: %(line)s Please do not litter.", line="………………………………"),
        made_at=made_at,
    )


def _steps(card: PetitionCard) -> tuple[str, ...]:
    confirm = _("Fill in the form: one minute. Confirm with one click in an e-mail.")
    if card.tracker.official_channel_url:
        return (confirm, _("Then sign where the law counts: we show you the way."))
    return (confirm,)


def _goals(card: PetitionCard) -> tuple[Goal, ...]:
    strata = card.tracker.evaluation.strata
    if card.tracker.evaluation.own_form_counts or not 1 < len(strata) <= MOST_BANDS:
        return ()
    return tuple(
        Goal(
            name := str(STRATA.get(result.key, result.key)),
            result.minimum,
            f"{name} {number(result.minimum)}",
        )
        for result in strata
    )


def invitations(code: str) -> list[Invitation]:
    """The same placement's address in every language, each in its own words."""
    made = []
    for language in LANGUAGES:
        with force_locale(language.code):
            made.append(
                Invitation(
                    language=language.code,
                    direction=language.direction,
                    name=language.name,
                    words=_("Sign here"),
                    link=short_link(code, language.code),
                )
            )
    return made


@dataclass(frozen=True)
class RadioScript:
    """What is read aloud, paragraph by paragraph, each with its language and direction."""

    paragraphs: list[tuple[str, str, str]]
    seconds: int

    @property
    def is_long(self) -> bool:
        """Whether it takes clearly more than a minute."""
        return self.seconds > 70


def radio_script(card: PetitionCard) -> RadioScript:
    """About one minute of speech about a petition: what is asked, of whom, where to sign, until when."""
    own = current_language()
    written = BY_CODE[card.language]
    authority = str(card.authority_label)
    made_up = _("Demonstration: this petition is made up.") if card.is_demonstration else ""
    pieces = [
        (made_up, own),
        (_("A petition is open, and it may be yours. It is addressed to: %(authority)s.", authority=authority), own),
        (card.title + ".", written),
        (card.ask, written),
        (_in_one_minute(card), own),
        (_where_and_until(card), own),
    ]  # fmt: skip
    pieces = [piece for piece in pieces if piece[0]]
    return RadioScript(
        [(words, language.code, language.direction) for words, language in pieces],
        seconds_to_read([(words, language.code) for words, language in pieces]),
    )


def _in_one_minute(card: PetitionCard) -> str:
    if card.tracker.evaluation.own_form_counts:
        return str(
            _(
                "Anybody can read it and sign it in one minute, in six languages. You give your name and an "
                "e-mail address; we send you a message, and one click in it confirms. Nobody asks for your "
                "nationality, your residence permit or a copy of a card. Your name is not published unless you ask for it."
            )
        )
    return str(
        _(
            "Anybody can read it and support it in one minute, in six languages. You give your name and an "
            "e-mail address; we send you a message, and one click in it confirms. Nobody asks for your "
            "nationality, your residence permit or a copy of a card. Your name is not published unless you ask for it. Whoever may "
            "sign officially is then led to the place where a signature counts in law."
        )
    )


def _where_and_until(card: PetitionCard) -> str:
    host = re.sub(r":\d+$", "", _host())
    where = str(
        _(
            "The address: %(address)s. Once more: %(address)s. Look for “%(title)s”, and tell three people.",
            address=host,
            title=card.short_title,
        )
    )
    if card.closes_on is None:
        return where
    until = _("You have until %(day)s.", day=long_date(card.closes_on))
    return f"{until} {where}"
