"""The update an organisation sends to those who said yes to its mails."""

from campaign.outbox.operations import OutgoingMessage
from campaign.petitions.mails.signing import rights_token, unsubscribe_token
from campaign.petitions.models import PetitionUpdate, PetitionUpdateText

KIND = "petitions/petition_update"


def petition_update(
    update: PetitionUpdate,
    text: PetitionUpdateText,
    *,
    recipient: str,
    title: str,
    slug: str,
    ref: bytes,
    link_version: int,
) -> OutgoingMessage:
    """The update to one signatory, with the link that stops the organisation's mails in one click
    (RFC 8058) and the link to their own page."""
    stop_path = f"/{text.language}/unsubscribe/{unsubscribe_token(ref, update.organisation_id)}"
    rights_path = f"/{text.language}/signature/{rights_token(ref, link_version)}"
    return _message(update, text, recipient, title, slug, paths=(stop_path, rights_path))


def trial_of_update(
    update: PetitionUpdate, text: PetitionUpdateText, *, recipient: str, title: str, slug: str
) -> OutgoingMessage:
    """The same to the one who writes it: marked as a trial, its links lead to the petition."""
    return _message(update, text, recipient, title, slug)


def _message(
    update: PetitionUpdate,
    text: PetitionUpdateText,
    recipient: str,
    title: str,
    slug: str,
    *,
    paths: tuple[str, str] | None = None,
) -> OutgoingMessage:
    """With the reader's own `paths` to stop and to their page, or without: a trial."""
    petition_path = f"/{text.language}/petitions/{slug}"
    stop_path, rights_path = paths or (petition_path, petition_path)
    return OutgoingMessage(
        kind=KIND,
        recipient=recipient,
        language=text.language,
        context={
            "title": title,
            "organisation": update.organisation.name,
            "subject": text.subject,
            "body_text": text.body_text,
            "body_html": text.body_html,
            "petition_path": petition_path,
            "is_test": paths is None,
            "stop_path": stop_path,
            "rights_path": rights_path,
        },
        unsubscribe_path=stop_path if paths else "",
    )
