"""Mails to the organisations that carry a petition after it was handed over."""

from campaign.outbox.operations import OutgoingMessage


def stage_reminder(
    *, recipient: str, language: str, title: str, slug: str, stage: str, remind_on: str
) -> OutgoingMessage:
    """Remind an organisation of a stage on the day its people chose."""
    return OutgoingMessage(
        kind="petitions/stage_reminder",
        recipient=recipient,
        language=language,
        context={
            "title": title,
            "stages_path": f"/workspace/petitions/{slug}/stages",
            "stage": stage,
            "remind_on": remind_on,
        },
    )
