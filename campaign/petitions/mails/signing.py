"""The messages petitions cause: template, recipient, language, context."""

from datetime import date, datetime
from secrets import token_bytes
from typing import Any

from campaign.core.tokens import sign_token
from campaign.outbox.operations import OutgoingMessage
from campaign.petitions.rules.handing_off import CODE_GOOD_FOR
from campaign.petitions.rules.signing import SigningTerms
from campaign.petitions.rules.states import last_moment_to_confirm


def rights_token(ref: bytes, version: int = 0) -> str:
    """The token of the page where a signatory sees and withdraws a signature. `version` is the
    signature's `link_version`: tokens of an earlier one lead nowhere."""
    return sign_token("rights", ref + (version.to_bytes(4, "big") if version else b""))


def unsubscribe_token(ref: bytes, organisation_id: int) -> str:
    """The token that stops one organisation's mails to one signatory."""
    return sign_token("unsubscribe", ref + organisation_id.to_bytes(4, "big"))


def answer_code(petition_id: int, good_until: date) -> str:
    """A link to say how it went with the official channel: a petition, a last day and a random number,
    signed. It is kept nowhere, so nobody can tell whose it was."""
    payload = petition_id.to_bytes(4, "big") + good_until.toordinal().to_bytes(3, "big")
    return sign_token("answer", payload + token_bytes(9))


def official_paths(slug: str, language: str, petition_id: int, on: date) -> dict[str, str]:
    """Where the signature that counts is given, and where one says how that went."""
    return {
        "official_path": f"/{language}/petitions/{slug}/official",
        "answer_path": f"/{language}/official/{answer_code(petition_id, on + CODE_GOOD_FOR)}",
    }


def confirm_signature(
    terms: SigningTerms,
    recipient: str,
    ref: bytes,
    token: str,
    yes_to: list[str],
    expires_at: datetime,
) -> OutgoingMessage:
    """Ask to confirm: one button, what was agreed to, and nothing else."""
    return _about_signature("confirm_signature", terms, recipient, ref, token, yes_to, expires_at)


def confirm_reminder(
    terms: SigningTerms,
    recipient: str,
    ref: bytes,
    token: str,
    yes_to: list[str],
    expires_at: datetime,
) -> OutgoingMessage:
    """The one reminder, after three days, with the same link."""
    return _about_signature("confirm_reminder", terms, recipient, ref, token, yes_to, expires_at)


def _about_signature(
    name: str,
    terms: SigningTerms,
    recipient: str,
    ref: bytes,
    token: str,
    yes_to: list[str],
    expires_at: datetime,
) -> OutgoingMessage:
    lang = terms.language
    return OutgoingMessage(
        kind=f"petitions/{name}",
        recipient=recipient,
        language=lang,
        context={
            "title": terms.title,
            "is_support": terms.is_support,
            "petition_path": f"/{lang}/petitions/{terms.slug}",
            "confirm_path": f"/{lang}/confirm/{token}",
            "not_me_path": f"/{lang}/confirm/{token}#not-me",
            "rights_path": f"/{lang}/signature/{rights_token(ref)}",
            "updates": yes_to,
            "expires_on": last_moment_to_confirm(terms.closes_at, expires_at).date().isoformat(),
            "has_official_channel": terms.has_official_channel,
            **official_paths(terms.slug, lang, terms.petition_id, expires_at.date()),
        },
    )


def official_reminder(
    *,
    recipient: str,
    language: str,
    title: str,
    slug: str,
    petition_id: int,
    rights: str,
    closes_on: str,
    now: datetime,
) -> OutgoingMessage:
    """The one reminder of the signature that counts, to who asked for it; `rights` is the
    token of their own page."""
    return OutgoingMessage(
        kind="petitions/official_reminder",
        recipient=recipient,
        language=language,
        context={
            "title": title,
            "petition_path": f"/{language}/petitions/{slug}",
            "rights_path": f"/{language}/signature/{rights}",
            "closes_on": closes_on,
            **official_paths(slug, language, petition_id, now.date()),
        },
    )


def already_signed(
    terms: SigningTerms, recipient: str, token: str, signed_at: datetime
) -> OutgoingMessage:
    """Tell the truth to the one who signed before, in the mailbox only they can read."""
    lang = terms.language
    return OutgoingMessage(
        kind="petitions/already_signed",
        recipient=recipient,
        language=lang,
        context={
            "title": terms.title,
            "is_support": terms.is_support,
            "signed_on": signed_at.date().isoformat(),
            "petition_path": f"/{lang}/petitions/{terms.slug}",
            "rights_path": f"/{lang}/signature/{token}",
        },
    )


def your_links(recipient: str, language: str, lines: list[dict[str, str]]) -> OutgoingMessage:
    """The links to every signature held under an address, or that none is held; asked for by whoever
    reads this mailbox, or by a stranger who learns nothing."""
    return OutgoingMessage(
        kind="petitions/your_links",
        recipient=recipient,
        language=language,
        context={"lines": lines},
    )


def confirm_address(
    recipient: str, language: str, title: str, token: str, about: str
) -> OutgoingMessage:
    """Ask the new mailbox whether it is the right one. It says nothing else of the signature."""
    return OutgoingMessage(
        kind="petitions/confirm_address",
        recipient=recipient,
        language=language,
        context={"title": title, "address_path": f"/{language}/address/{token}", "about": about},
    )


def address_asked(recipient: str, language: str, title: str, token: str) -> OutgoingMessage:
    """Tell the old mailbox that another is to take its place, and how to stop that."""
    return OutgoingMessage(
        kind="petitions/address_asked",
        recipient=recipient,
        language=language,
        context={"title": title, "rights_path": f"/{language}/signature/{token}"},
    )


def threshold_crossed(
    *,
    recipient: str,
    language: str,
    title: str,
    slug: str,
    stratum: str,
    is_undone: bool,
    counted: int,
    minimum: int,
    crossed_at: datetime,
    stop: str = "",
) -> OutgoingMessage:
    """Tell an organisation that its petition passed a line, or fell back below it."""
    return OutgoingMessage(
        kind="petitions/threshold_crossed",
        recipient=recipient,
        language=language,
        context={
            "title": title,
            "petition_path": f"/{language}/petitions/{slug}",
            "stratum": stratum,
            "is_undone": is_undone,
            "counted": counted,
            "minimum": minimum,
            "crossed_at": crossed_at.isoformat(),
            "is_member": bool(stop),
            "stop_path": stop,
        },
        unsubscribe_path=stop,
    )


def where_it_stands(
    *,
    recipient: str,
    language: str,
    title: str,
    slug: str,
    days_left: int,
    closes_on: str,
    behind: list[str],
    lines: list[dict[str, Any]],
    stop: str = "",
) -> OutgoingMessage:
    """Tell an organisation how many days are left, region by region, and which have fallen behind."""
    return OutgoingMessage(
        kind="petitions/where_it_stands",
        recipient=recipient,
        language=language,
        context={
            "title": title,
            "petition_path": f"/{language}/petitions/{slug}",
            "days_left": days_left,
            "closes_on": closes_on,
            "behind": behind,
            "lines": lines,
            "is_member": bool(stop),
            "stop_path": stop,
        },
        unsubscribe_path=stop,
    )
