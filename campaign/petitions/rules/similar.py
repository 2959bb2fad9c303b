"""Which petitions ask for nearly the same: offered before another one is begun (behaviour 62)."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaign.core.text import folded

MOST_SIMILAR = 5
LIKE_ENOUGH = 0.4
SHORTEST_WORD, STEM = 4, 6


@dataclass(frozen=True)
class Candidate:
    """A petition in one language: its number, its words, and to whom it is addressed."""

    petition_id: int
    words: str
    authority: str = ""


def stems(text: str) -> frozenset[str]:
    """The words of a text by their beginnings, so that plural and singular are one."""
    return frozenset(word[:STEM] for word in folded(text).split() if len(word) >= SHORTEST_WORD)


def nearest(text: str, candidates: Iterable[Candidate], *, authority: str = "") -> list[int]:
    """The numbers of the petitions whose words are most like `text`, the most like first, five at most.

    Words that few petitions use weigh more (inverse document frequency); likeness is the part of
    what `text` says, so weighed, that the other petition says too. The same authority adds a little.
    """
    known = [(candidate, stems(candidate.words)) for candidate in candidates]
    asked = stems(text)
    weight = _weights([words for _candidate, words in known] + [asked])
    found: dict[int, float] = {}
    for candidate, words in known:
        likeness = _shared(asked, words, weight)
        if likeness and authority and candidate.authority == authority:
            likeness += 0.05
        if likeness >= LIKE_ENOUGH:
            found[candidate.petition_id] = max(likeness, found.get(candidate.petition_id, 0.0))
    return sorted(found, key=lambda number: (-found[number], -number))[:MOST_SIMILAR]


def _weights(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    frequency = Counter(word for words in texts for word in words)
    return {word: math.log(1 + len(texts) / count) for word, count in frequency.items()}


def _shared(asked: frozenset[str], words: frozenset[str], weight: dict[str, float]) -> float:
    whole = sum(weight[word] for word in asked)
    return sum(weight[word] for word in asked & words) / whole if whole else 0.0
