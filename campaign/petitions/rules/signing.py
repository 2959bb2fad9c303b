"""Who may sign, with what words, and when a second signature is the same person's.

The quick check of a form and the form shown again with its errors use these same functions.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from flask_babel import lazy_gettext as _l

from campaign.core.email_address import check_email
from campaign.core.errors import RefusedError
from campaign.core.text import folded, one_line
from campaign.geography.rules import Place, check_belgian_postal_code, country_codes

Value = TypeVar("Value")
LONGEST_NAME = 60
MOST_MAILS = 5
MOST_PER_MAILBOX = 2
CONFIRM_WITHIN = timedelta(days=7)
REMIND_AFTER = timedelta(days=3)
PURGE_AFTER = timedelta(days=14)
KEPT_MONTHS = 6
DIGITAL_CONSENT_AGE = 13
UPDATE_FIELD = "updates_"
TICKS = frozenset({"y", "yes", "on", "1", "true"})
_LINK = re.compile(
    r"://|www\.|\w\.\w{2,}/|\b[\w-]+\.(?:com|net|org|info|be|fr|nl|de|lu|eu|uk|ch|it|es|us|ml|ru|cn|tk|io|me|ly|gg|co|"
    r"biz|xyz|top|app|dev|link|site|online|shop|store|club|live|click)\b",
    re.IGNORECASE,
)
_FORMULA = tuple("=+-@\t\r|%")


class NameMissingError(RefusedError):
    """No name."""

    code = "name_missing"
    message = _l("Write your name here. It is not published unless you ask.")


class NameTooLongError(RefusedError):
    """A name over the limit."""

    code = "name_too_long"
    message = _l("This is longer than 60 characters. Write it shorter.")


class NameWithLinkError(RefusedError):
    """A name that carries a link."""

    code = "name_with_link"
    message = _l("A name cannot contain a web address.")


class NameWithFormulaError(RefusedError):
    """A name that a spreadsheet would run."""

    code = "name_with_formula"
    message = _l("A name cannot begin with = + - @ or a similar sign.")


class CountryUnknownError(RefusedError):
    """A country that is not on the list."""

    code = "country_unknown"
    message = _l("Choose the country you live in.")


class AgeMissingError(RefusedError):
    """The age question left open."""

    code = "age_missing"
    message = _l("Answer this question: we need it before we take your signature.")


class TooYoungError(RefusedError):
    """Under the age the instrument asks."""

    code = "too_young"
    message = _l("You are too young to sign this petition.")


class ConsentMissingError(RefusedError):
    """No explicit consent (GDPR art. 9(2)(a))."""

    code = "consent_missing"
    message = _l("Without your agreement we may not keep your signature. Tick the box to agree.")


class NotOpenError(RefusedError):
    """A petition that takes no signature now."""

    code = "not_open"
    http_status = 409
    message = _l("This petition does not take signatures any more. Nothing was recorded.")


@dataclass(frozen=True)
class UpdateOffer:
    """One organisation that may ask signers for a yes to its mails."""

    organisation_id: int
    organisation_name: str
    consent_text_id: int
    question: str

    @property
    def field(self) -> str:
        """The name of its yes/no question in the form."""
        return f"{UPDATE_FIELD}{self.organisation_id}"


@dataclass(frozen=True)
class SigningTerms:
    """All that signing one petition in one language depends on."""

    petition_id: int
    slug: str
    title: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    minimum_age: int | None
    language: str
    consent_text_id: int
    consent_language: str
    consent_sha256: bytes
    consent_body: str
    updates: tuple[UpdateOffer, ...]
    accepts_support: bool = True
    is_support: bool = True
    has_official_channel: bool = False


class TypedPerson:
    """What follows from a name and a place, typed to sign or to correct."""

    given_name: str
    family_name: str
    country: str
    place: Place | None

    @property
    def stratum(self) -> str:
        """The region it counts in: from the postal code, abroad, or unknown."""
        if self.country != "BE":
            return "ABROAD"
        return self.place.region if self.place else "UNKNOWN"

    @property
    def postal_code(self) -> str | None:
        """Kept for Belgium only, and only when it was given."""
        return self.place.postal_code if self.place else None

    @cached_property
    def name_for_comparison(self) -> str:
        """What two spellings of one name share."""
        return folded(f"{self.given_name} {self.family_name}")


@dataclass(frozen=True)
class Application(TypedPerson):
    """A checked request to sign."""

    given_name: str
    family_name: str
    email: str
    country: str
    place: Place | None
    is_public: bool
    updates: tuple[UpdateOffer, ...]
    placement_id: int | None = None


def check_name(text: str) -> str:
    """The name, tidied. Refuses links, formulas (CWE-1236), nothing, and more than 60 letters."""
    name = one_line(text)
    plain = _plain_signs(name)
    # Both: tidying takes a tab away, and brings to the front what stood behind an invisible sign.
    if text.lstrip(" ").startswith(_FORMULA) or plain.startswith(_FORMULA):
        raise NameWithFormulaError
    if not any(character.isalpha() for character in name):
        raise NameMissingError
    if len(name) > LONGEST_NAME:
        raise NameTooLongError
    if _LINK.search(plain):
        raise NameWithLinkError
    return name


def _plain_signs(name: str) -> str:
    """With the fancy forms of letters and signs as programs and browsers take them."""
    return unicodedata.normalize("NFKC", name).replace("。", ".").lstrip()


def check_country(code: str) -> str:
    """An ISO 3166-1 code of our list. Raises CountryUnknownError."""
    if code not in country_codes():
        raise CountryUnknownError
    return code


def check_place(country: str, postal_code: str) -> Place | None:
    """Where a Belgian signatory lives; nothing is kept for elsewhere or when it is left empty.

    Raises UnknownPostalCode or SpecialPostalCode.
    """
    if country != "BE" or not postal_code.strip():
        return None
    return check_belgian_postal_code(postal_code)


def minimum_age(asked_by_instrument: int | None) -> int:
    """The age the form asks: the instrument's, and never under 13, below which a child cannot
    agree alone to the use of personal details online (Belgian law of 30 July 2018, art. 7)."""
    return max(asked_by_instrument or 0, DIGITAL_CONSENT_AGE)


def check_age(answer: str, minimum_age: int | None) -> None:
    """Refuse no answer, and the answer "no", where the instrument sets an age."""
    if minimum_age is None:
        return
    if answer == "no":
        raise TooYoungError
    if answer != "yes":
        raise AgeMissingError


def is_ticked(answer: str) -> bool:
    """Whether a box was ticked; anything unclear is no."""
    return answer in TICKS


def check_consent(answer: str) -> None:
    """Refuse anything but a tick of one's own. Raises ConsentMissingError."""
    if not is_ticked(answer):
        raise ConsentMissingError


def read_application(
    fields: Mapping[str, str], terms: SigningTerms
) -> tuple[Application | None, dict[str, RefusedError]]:
    """The application in a form, or what is wrong with it, field by field."""
    errors: dict[str, RefusedError] = {}
    country = checked(errors, "country", check_country, fields.get("country", ""))
    given = checked(errors, "given_name", check_name, fields.get("given_name", ""))
    family = checked(errors, "family_name", check_name, fields.get("family_name", ""))
    email = checked(errors, "email", check_email, fields.get("email", ""))
    place = checked(
        errors, "postal_code", check_place, country or "", fields.get("postal_code", "")
    )
    checked(errors, "age", check_age, fields.get("age", ""), terms.minimum_age)
    checked(errors, "consent", check_consent, fields.get("consent", ""))
    if given is None or family is None or email is None or country is None or errors:
        return None, errors
    yes = tuple(offer for offer in terms.updates if fields.get(offer.field) == "yes")
    is_public = is_ticked(fields.get("is_public", ""))
    return Application(given, family, email, country, place, is_public, yes), {}


def checked(
    errors: dict[str, RefusedError], name: str, check: Callable[..., Value], *arguments: object
) -> Value | None:
    """What a check gives, or None with its refusal noted under the field's name."""
    try:
        return check(*arguments)
    except RefusedError as refusal:
        errors[name] = refusal
        return None


@dataclass(frozen=True)
class Earlier:
    """What is compared of a signature that came from the same mailbox."""

    signature_id: int
    household_place: int
    name_key: bytes | None
    country: str | None
    postal_code: str | None


@dataclass(frozen=True)
class SamePerson:
    """The application repeats this signature.

    `may_correct`: as long as nobody has confirmed it, what was typed last stands; not where two
    people share the mailbox already: a third must not write over one of them, nor one of the two
    move to another place.
    """

    signature_id: int
    may_correct: bool = True


@dataclass(frozen=True)
class AnotherPerson:
    """A second person of the household, in this place of the mailbox."""

    household_place: int


def compare_with_earlier(
    earlier: Sequence[Earlier], *, name_key: bytes, country: str, postal_code: str | None
) -> SamePerson | AnotherPerson:
    """Two people may share a mailbox when their names differ and their place is the same; three
    may not. Anything else from that mailbox repeats an earlier signature."""
    for one in earlier:
        if one.name_key == name_key:
            return SamePerson(one.signature_id, may_correct=len(earlier) == 1)
    if len(earlier) >= MOST_PER_MAILBOX:
        return SamePerson(earlier[0].signature_id, may_correct=False)
    for one in earlier:
        if (one.country, one.postal_code) != (country, postal_code):
            return SamePerson(one.signature_id)
    taken = {one.household_place for one in earlier}
    return AnotherPerson(1 if 1 not in taken else 2)


def may_mail_again(mail_count: int) -> bool:
    """At most five mails ever leave for one signature."""
    return mail_count < MOST_MAILS


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or that month's last day when it is shorter."""
    count = moment.month - 1 + months
    year, month = moment.year + count // 12, count % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def is_due_for_anonymising(closed_at: datetime | None, now: datetime) -> bool:
    """Names and addresses go six months after the collection closed, to the minute."""
    return closed_at is not None and months_after(closed_at, KEPT_MONTHS) <= now
