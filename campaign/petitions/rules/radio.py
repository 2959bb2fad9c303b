"""How long a text takes when somebody reads it aloud."""

import re
from collections.abc import Sequence

# Words a minute of a calm reader on the radio. An Arabic word carries its article and pronouns.
PACE = 150
PACES = {"ar": 115}
_WORD = re.compile(r"\w+(?:['’ʼ-]\w+)*")


def word_count(text: str) -> int:
    """How many words are spoken; the parts of an address are a word each."""
    return len(_WORD.findall(text))


def seconds_to_read(paragraphs: Sequence[tuple[str, str]]) -> int:
    """Seconds for (text, language) one after the other, to the nearest five."""
    seconds = sum(
        word_count(text) * 60 / PACES.get(language, PACE) for text, language in paragraphs
    )
    return 5 * round(seconds / 5)
