"""What in a text could lead somebody to a person: marked for who reads it before it is shown.

A rule finds, a person decides. It knows the numbers and addresses of Belgium best, and names in
scripts that have capitals; what it does not find may still be there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Trait(StrEnum):
    """What a passage gives away."""

    EMAIL = "email"
    LINK = "link"
    REGISTER_NUMBER = "register_number"
    DOCUMENT_NUMBER = "document_number"
    PHONE = "phone"
    ADDRESS = "address"
    NAMED_PERSON = "named_person"
    FULL_NAME = "full_name"


@dataclass(frozen=True)
class Passage:
    """A place in a text, from `start` up to, not with, `end`."""

    trait: Trait
    start: int
    end: int


# Nobody needs these to speak, and each leads to a person: a form refuses them and says which.
LEADS_TO_SOMEBODY = frozenset(Trait) - {Trait.NAMED_PERSON, Trait.FULL_NAME}

_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_ENDINGS = "be|com|org|net|eu|fr|nl|de|lu|ml|info|me|io|app|brussels|vlaanderen"
_LINK = re.compile(rf"https?://\S+|www\.\S+|\b[\w-]+\.(?:{_ENDINGS})\b(?:/\S*)?", re.IGNORECASE)
# OE, DVZ and SP stand before the number of a file at the Immigration Office; passports and cards
# begin with letters.
_DOCUMENT = re.compile(
    r"\b(?:OE|DVZ|SP|S\.P\.)\W{0,4}(?:n[°or.]*\s*)?\d[\d.\s/]{3,}\d|\b[A-Z]{1,3}[ -]?\d{6,9}\b"
)
_DIGITS = re.compile(r"\+?\(?\d(?:[\s./()-]{0,2}\d){7,14}")
_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d\d\W+(?:19|20)\d\d"
)
_WAYS = r"rue|avenue|av\.|chauss[ée]e|boulevard|bd|place|quai|impasse|square|all[ée]e|clos|dr[èe]ve"
_ADDRESS = re.compile(
    rf"\b(?:{_WAYS})\s+[^\n.,;!?]{{2,40}}?,?\s*(?:n[°o]\s*)?\d{{1,4}}\b"
    rf"|\b\d{{1,4}}\s?(?:bis|[a-d])?,?\s+(?:{_WAYS})\s+\w+"
    r"|\b[\w-]+(?:straat|laan|steenweg|plein|kaai|dreef|straße|strasse|platz|allee)\s+\d{1,4}\b"
    r"|\b\d{1,4}\s+(?:[\w-]+\s+){1,3}(?:street|road|avenue|lane|square)\b"
    r"|شارع\s+\S+(?:\s+\S+)?\s+\d{1,4}",
    re.IGNORECASE,
)
_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w’'-]*)*"
_ROLES = (
    r"gardien(?:ne)?|surveillante?|agente?|polici(?:er|ère)|directeur|directrice|d[ée]tenue?|"
    r"enferm[ée]e?|bewaker|bewaakster|agent|politieman|gevangene|opgeslotene?|directrice|"
    r"guard|officer|policeman|policewoman|director|detainee|inmate|"
    r"w[äa]rter(?:in)?|beamt(?:er|in|e)|polizist(?:in)?|h[äa]ftling"
)
_TITLES = (
    r"M\.|Mr\.?|Mme|Mlle|Monsieur|Madame|Meneer|Mijnheer|Mevrouw|Mevr\.|Herr|Frau|Mrs\.?|Ms\.?"
)
_NAMED = re.compile(
    rf"\b(?:(?i:{_ROLES}))\s+(?:(?i:nomm[ée]e?|appel[ée]e?|s’appelle|named|called|genaamd|namens)\s+)?"
    rf"(?:(?:{_TITLES})\s+)?{_NAME}|(?<!\w)(?:{_TITLES})\s+{_NAME}"
    r"|(?:الحارس|حارس|الشرطي|المعتقل|المحتجز|السيدة|السيد)\s+\S+"
)
_TAKEN_OUT = ";"  # a sign over which no pattern reaches
_FULL_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'-]+(?:\s+[A-ZÀ-ÖØ-Þ][\w’'-]+)+")


def passages_to_check(text: str) -> list[Passage]:
    """What a person should look at before this text is shown, in its order, without overlaps.

    >>> [
    ...     (p.trait.value, text[p.start : p.end])
    ...     for text in ["appelle le 0470 00 00 00"]
    ...     for p in passages_to_check(text)
    ... ]
    [('phone', '0470 00 00 00')]
    """
    kept: list[Passage] = []
    left = text
    for find in (_certain, _numbers, _places_and_people):
        for passage in find(left):
            if all(passage.end <= other.start or other.end <= passage.start for other in kept):
                kept.append(passage)
        # What is found is taken out, so that it hides nothing beside it: "0470 00 00 00, rue de la
        # Paix 12" is a number and a street, not a number 00 in "rue de".
        for passage in kept:
            gap = _TAKEN_OUT * (passage.end - passage.start)
            left = left[: passage.start] + gap + left[passage.end :]
    return sorted(kept, key=lambda passage: passage.start)


def _certain(text: str) -> Iterator[Passage]:
    """What is certain comes first: it wins where two overlap."""
    yield from _all(Trait.EMAIL, _EMAIL, text)
    yield from _all(Trait.LINK, _LINK, text)
    yield from _all(Trait.DOCUMENT_NUMBER, _DOCUMENT, text)


def _numbers(text: str) -> Iterator[Passage]:
    for found in _DIGITS.finditer(text):
        if not _DATE.fullmatch(found.group()):
            digits = re.sub(r"\D", "", found.group())
            yield Passage(_kind_of_number(digits), found.start(), found.end())


def _places_and_people(text: str) -> Iterator[Passage]:
    yield from _all(Trait.ADDRESS, _ADDRESS, text)
    yield from _all(Trait.NAMED_PERSON, _NAMED, text)
    yield from _all(Trait.FULL_NAME, _FULL_NAME, text)


def _all(trait: Trait, pattern: re.Pattern[str], text: str) -> Iterator[Passage]:
    return (Passage(trait, found.start(), found.end()) for found in pattern.finditer(text))


def _kind_of_number(digits: str) -> Trait:
    return Trait.REGISTER_NUMBER if is_register_number(digits) else Trait.PHONE


def is_register_number(digits: str) -> bool:
    """Whether eleven digits are built as a Belgian national register or BIS number is: the last two
    are 97 minus the rest of the first nine by 97, with a 2 before them for who was born from 2000
    on (royal decree of 3 April 1984)."""
    if len(digits) != 11:
        return False
    check = int(digits[9:])
    return check in {97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97}


def leads_to_somebody(text: str) -> list[Passage]:
    """Those passages that a form refuses: they lead to a person and are never needed to speak."""
    return [passage for passage in passages_to_check(text) if passage.trait in LEADS_TO_SOMEBODY]


def looks_like_full_name(name: str) -> bool:
    """Whether two words or more all begin with a capital, as a first and a family name do.

    Scripts without capitals cannot be told: there the warning beside the field has to do.
    """
    words = name.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)


def marked(text: str, passages: Sequence[Passage]) -> list[tuple[str, Trait | None]]:
    """The text cut into pieces, each with what it gives away, or None."""
    pieces: list[tuple[str, Trait | None]] = []
    reached = 0
    for passage in passages:
        pieces.append((text[reached : passage.start], None))
        pieces.append((text[passage.start : passage.end], passage.trait))
        reached = passage.end
    pieces.append((text[reached:], None))
    return [piece for piece in pieces if piece[0]]
