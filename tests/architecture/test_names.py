"""One word per idea, and the words that say nothing or do harm."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import ROOT, name_of, project_texts, python_files, tree_of

SAYS_NOTHING = {
    "data", "info", "item", "items", "obj", "process", "handle", "manager", "misc",
    "util", "utils", "helper", "helpers",
}  # fmt: skip
# Another word stands for the same idea in the glossary.
OTHER_WORD = {
    "user": "account", "users": "account", "signer": "signatory", "supporter": "signatory",
    "quota": "stratum minimum", "campaigner": "organiser",
}  # fmt: skip
# A file of every feature, by the vocabulary of docs/architecture.md.
FILE_OF_A_FEATURE = {"personal_data"}
# A name given by a library whose method is filled in or called.
GIVEN_BY_LIBRARIES = {"process_bind_param", "process_result_value", "process_formdata", "process"}
# What must never be asked, so that it can never leak.
NEVER_STORED = re.compile(
    r"national(ity|_number|_register)|register_number|niss|insz|\bnrn\b|residence_(status|permit)"
    r"|document_number|passport|birth_(date|place)|born_on|\bip\b|ip_address|user_agent|phone|street"
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError|lorem ipsum)\b", re.IGNORECASE)
# Where somebody happened to work is no part of the product.
SOMEBODYS_MACHINE = re.compile(
    r"(?<![\w.])/(home|Users|root|work|tmp)/\w|file:///|index-url|find-links"
)
MAY_NAME_A_PLACE = {
    "tests/architecture/test_names.py": "the rule itself",
}
GLOSSARY = (
    "petition", "petitioner", "authority", "instrument", "stratum", "channel", "signature",
    "signatory", "tally", "threshold", "crossed", "official count", "paper batch",
    "petition update", "moderation", "rejection reason", "mobilisation", "occurrence", "alert",
    "alert subscription", "outcome", "legal session", "registration", "waiting list",
    "facilitator", "reveal", "guide", "reviewer", "partner", "partnership", "coalition",
    "placement", "embed site", "need", "offer", "referral", "relay", "figure", "declared count",
    "consent text", "receipt", "account", "organiser", "role", "permission", "invitation",
    "outbox message", "delivery attempt", "suppression", "audit entry", "retention period",
    "erasure",
)  # fmt: skip


def words_of(name: str) -> set[str]:
    """`handleUserData` and `handle_user_data` are made of handle, user and data."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def names_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name a file gives: modules' functions, classes, arguments and variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def test_names_say_something() -> None:
    strays = [
        f"{name_of(path)}:{line} {name}"
        for path in python_files()
        for line, name in [(0, path.stem), *names_of(tree_of(path))]
        if words_of(name) & SAYS_NOTHING and name not in GIVEN_BY_LIBRARIES | FILE_OF_A_FEATURE
    ]
    assert not strays, "\n".join(strays)


def test_one_word_per_idea() -> None:
    strays = [
        f"{name_of(path)}:{line} {name}: the glossary's word is {OTHER_WORD[word]}"
        for path in python_files()
        for line, name in names_of(tree_of(path))
        for word in words_of(name) & set(OTHER_WORD)
    ]
    assert not strays, "\n".join(strays)


def test_the_glossary_explains_every_word() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text().lower()
    missing = [word for word in GLOSSARY if f"**{word}**" not in text]
    assert not missing


def test_nothing_is_left_to_do_in_the_files() -> None:
    strays = [
        f"{name}: {found.group()}"
        for name, text in project_texts().items()
        if name not in MAY_NAME_A_PLACE
        for found in UNFINISHED.finditer(text)
    ]
    assert not strays, "\n".join(strays)


def test_no_file_names_the_machine_it_was_written_on() -> None:
    strays = [
        f"{name}: {text[max(0, found.start() - 30) : found.end() + 30]!r}"
        for name, text in project_texts().items()
        if name not in MAY_NAME_A_PLACE
        for found in SOMEBODYS_MACHINE.finditer(text)
    ]
    assert not strays, "\n".join(strays)


def test_what_must_never_be_known_about_a_person_has_no_column(app: object) -> None:
    from campaign.core.db import db

    strays = [
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if NEVER_STORED.search(column.name)
    ]
    assert not strays
