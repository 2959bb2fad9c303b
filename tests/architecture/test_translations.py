"""Every string shown to people is translated, none is left over, and none lost its placeholders."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from campaign.i18n.languages import LANGUAGES
from tests.architecture.source import ROOT

CODES = [language.code for language in LANGUAGES]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def extract_options() -> list[str]:
    """The options of `make translations`, so that both collect the same strings."""
    recipe = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    line = next(line for line in recipe.splitlines() if "pybabel --quiet extract" in line)
    words = shlex.split(line)
    return words[words.index("extract") + 1 : words.index("--output")]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """The strings that code and templates hold now."""
    path: Path = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", *extract_options(),
         "--output", str(path), "."],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return polib.pofile(str(path))


def catalogue(language: str) -> polib.POFile:
    """The translations of one language."""
    return polib.pofile(str(ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"))


def key_of(entry: polib.POEntry) -> tuple[str | None, str, str]:
    """What makes a string the same string."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def texts_of(entry: polib.POEntry) -> list[str]:
    """The translation, or each of its plural forms."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> set[str]:
    """The values a sentence expects."""
    return {found.group() for found in PLACEHOLDER.finditer(text)}


def test_strings_use_named_placeholders(collected: polib.POFile) -> None:
    strays = [e.msgid for e in collected if {"%s", "%d"} & placeholders(e.msgid + e.msgid_plural)]
    assert not strays


@pytest.mark.parametrize("language", CODES)
def test_every_string_is_translated_and_none_is_left_over(
    collected: polib.POFile, language: str
) -> None:
    there = catalogue(language)
    wanted, known = {key_of(e) for e in collected}, {key_of(e) for e in there if not e.obsolete}
    assert not wanted - known, f"not in the catalogue (make translations): {_some(wanted - known)}"
    assert not known - wanted, f"no longer used (make translations): {_some(known - wanted)}"
    assert not there.obsolete_entries()
    assert not there.fuzzy_entries(), [entry.msgid for entry in there.fuzzy_entries()]
    untranslated = [entry.msgid for entry in there if not all(map(str.strip, texts_of(entry)))]
    assert not untranslated, f"{len(untranslated)} not translated: {_some(untranslated)}"


@pytest.mark.parametrize("language", CODES)
def test_every_translation_keeps_its_placeholders(language: str) -> None:
    strays = []
    for entry in catalogue(language):
        allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
        for text in texts_of(entry):
            # A plural form may leave the number out ("one signature"); it may not invent a value.
            needed = placeholders(entry.msgid) if not entry.msgid_plural else set()
            if not needed <= placeholders(text) <= allowed:
                strays.append(f"{entry.msgid!r} → {text!r}")
            if text.strip() and text.count("%") != len(PLACEHOLDER.findall(text)) + 2 * text.count(
                "%%"
            ):
                strays.append(f"a stray % in {text!r}")
    assert not strays, "\n".join(strays[:20])


@pytest.mark.parametrize("language", CODES)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    there = catalogue(language)
    declared = re.search(r"nplurals=(\d+)", there.metadata.get("Plural-Forms", ""))
    assert declared, f"{language} declares no plural forms"
    for entry in there:
        if entry.msgid_plural:
            assert len(entry.msgstr_plural) == int(declared.group(1)), entry.msgid


def _some(found: object) -> str:
    return "; ".join(str(each) for each in list(found)[:10])  # type: ignore[call-overload]
