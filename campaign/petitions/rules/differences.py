"""What changed between two texts: word by word inside the paragraphs that changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")
# Above so many words the paragraph is shown as a whole: comparing takes the square of them.
MOST_WORDS = 1_500
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed ("same"), was taken away ("gone") or was added ("new")."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The two texts as one: what stayed, what went, what came.

    >>> [(piece.kind, piece.text) for piece in differences("We ask now.", "We demand now.")]
    [('same', 'We '), ('gone', 'ask'), ('new', 'demand'), ('same', ' now.')]
    """
    lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return _joined(_compared(*lines))


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(SAME, "".join(before[start:end]))
            continue
        pairs = zip_longest(before[start:end], after[other_start:other_end], fillvalue="")
        for old, new in pairs:
            yield from _words_compared(old, new)


def _words_compared(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = [old], [new]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(SAME, "".join(before[start:end]))
        else:
            yield Piece(GONE, "".join(before[start:end]))
            yield Piece(NEW, "".join(after[other_start:other_end]))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
