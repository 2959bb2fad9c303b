"""What a signatory may correct, what that does to the count, and when one mailbox gives way to another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from campaign.core.errors import RefusedError
from campaign.geography.rules import Place
from campaign.petitions.rules.signing import (
    Earlier,
    TypedPerson,
    check_country,
    check_name,
    check_place,
    checked,
    is_ticked,
)
from campaign.petitions.rules.states import COUNTING

NEW_ADDRESS_WITHIN = timedelta(hours=48)
# A signature that was never counted because of its sender looks confirmed to whoever gave it.
CORRECTABLE = frozenset({"confirmed", "invalidated"})


class NotCorrectableError(RefusedError):
    """A signature that is not confirmed, or whose name is forgotten already."""

    code = "not_correctable"
    http_status = 409
    message = _l(
        "This signature cannot be corrected here. Until you confirm, sign again with the same address: "
        "what you type last counts."
    )


class NameTakenError(RefusedError):
    """The name of the other person who shares the mailbox."""

    code = "name_taken"
    http_status = 409
    message = _l("Somebody who shares this mailbox has signed this petition with this name.")


class SharedPlaceError(RefusedError):
    """Another place than that of the person who shares the mailbox."""

    code = "shared_place"
    http_status = 409
    message = _l(
        "Two people share this mailbox, and both count in one place. To change yours, give your signature "
        "an e-mail address of its own first."
    )


class MailboxTakenError(RefusedError):
    """A mailbox behind which one more signature of this petition may not stand."""

    code = "mailbox_taken"
    http_status = 409
    message = _l(
        "This mailbox stands behind other signatures of this petition already. Nothing was changed."
    )


class LanguageUnknownError(RefusedError):
    """A language we do not write in."""

    code = "language_unknown"
    message = _l("Choose one of these languages.")


@dataclass(frozen=True)
class Correction(TypedPerson):
    """What a signature is to say from now on."""

    given_name: str
    family_name: str
    country: str
    place: Place | None
    language: str
    is_public: bool


def read_correction(
    fields: Mapping[str, str], languages: Collection[str]
) -> tuple[Correction | None, dict[str, RefusedError]]:
    """The correction in a form, or what is wrong with it, field by field."""
    errors: dict[str, RefusedError] = {}
    country = checked(errors, "country", check_country, fields.get("country", ""))
    given = checked(errors, "given_name", check_name, fields.get("given_name", ""))
    family = checked(errors, "family_name", check_name, fields.get("family_name", ""))
    postal_code = fields.get("postal_code", "")
    place = checked(errors, "postal_code", check_place, country or "", postal_code)
    language = fields.get("language", "")
    if language not in languages:
        errors["language"] = LanguageUnknownError()
    if given is None or family is None or country is None or errors:
        return None, errors
    is_public = is_ticked(fields.get("is_public", ""))
    return Correction(given, family, country, place, language, is_public), {}


def check_beside(others: Sequence[Earlier], *, name_key: bytes, is_moving: bool) -> None:
    """Refuse what would make one person of two who share a mailbox, or count them in two places.

    Raises NameTakenError or SharedPlaceError.
    """
    if any(other.name_key == name_key for other in others):
        raise NameTakenError
    if others and is_moving:
        raise SharedPlaceError


def may_move_region(*, state: str, closes_at: datetime | None, now: datetime) -> bool:
    """Whether a corrected place moves the count: while the petition collects. Afterwards the region
    stays the one that was handed over."""
    return state in COUNTING and (closes_at is None or now < closes_at)
