"""A voice as a page shows it."""

from dataclasses import dataclass

from campaign.voices.models import Voice
from campaign.voices.rules import OTHER_LANGUAGE, carried_at_least


@dataclass(frozen=True)
class ShownVoice:
    """A voice that somebody has read and let through."""

    pseudonym: str
    words: str
    spoken: str
    carried_count: int | None


def shown(voice: Voice) -> ShownVoice:
    """The voice with its language for screen readers: empty, which says unknown, where it is none of
    ours."""
    return ShownVoice(
        pseudonym=voice.pseudonym or "",
        words=voice.words or "",
        spoken="" if voice.language == OTHER_LANGUAGE else voice.language,
        carried_count=carried_at_least(voice.carried_count),
    )
