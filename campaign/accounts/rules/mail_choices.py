"""Which mails an organiser may choose. Those about the safety of an account, and the question of an
emergency, are no choice."""

from collections.abc import Mapping
from enum import StrEnum


class MailKind(StrEnum):
    """A kind of mail about one organisation."""

    THRESHOLD = "threshold"
    DEADLINE = "deadline"
    BEHIND = "behind"
    MODERATION = "moderation"
    BURST = "burst"
    EXPORT_READY = "export_ready"


# An organisation's own address gets the first ones in any case; a file is announced to who asked for it.
AS_USUAL: Mapping[MailKind, bool] = {kind: kind is MailKind.EXPORT_READY for kind in MailKind}


def kind_named(text: str) -> MailKind | None:
    """The kind of mail with this code."""
    return next((kind for kind in MailKind if kind == text), None)
