"""Templates: each compiles, each page has a title, and form elements come from components."""

import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from tests.architecture.source import TEMPLATES, name_of, template_files

FRAMES = ("base.html", "layouts/")
COMPONENTS = "components/"
# Mail programs know no style sheets.
MAIL = ("mail/", "layouts/mail.", "components/mail_")
BARE = re.compile(r"<(input|button|table|select|textarea)\b")
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"'{]|<script(?![^>]*(?:\bsrc=|application/ld\+json))|javascript:",
    re.IGNORECASE,
)
FILES = [path.relative_to(TEMPLATES).as_posix() for path in template_files()]
PAGES = [
    name
    for name in FILES
    if name.endswith(".html") and not name.startswith((*FRAMES, COMPONENTS, *MAIL))
]


@cache
def text_of(name: str) -> str:
    """A template's text without its comments."""
    return re.sub(r"{#[\s\S]*?#}", "", (TEMPLATES / name).read_text())


def tree_of(app: Flask, name: str) -> nodes.Template:
    """The template as Jinja reads it."""
    return app.jinja_env.parse((TEMPLATES / name).read_text(), name)


@pytest.mark.parametrize("name", FILES)
def test_each_template_compiles_and_names_only_templates_that_exist(
    application: Flask, name: str
) -> None:
    application.jinja_env.get_template(name)
    for node in tree_of(application, name).find_all(
        (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)
    ):
        if isinstance(node.template, nodes.Const):
            assert (TEMPLATES / node.template.value).is_file(), (
                f"{name} names {node.template.value}"
            )


@pytest.mark.parametrize("name", PAGES)
def test_each_page_fills_its_title(application: Flask, name: str) -> None:
    tree = tree_of(application, name)
    assert any(tree.find_all(nodes.Extends)), f"{name} stands in no layout"
    titles = [block for block in tree.find_all(nodes.Block) if block.name == "title"]
    assert titles, f"{name} has no title block"
    assert titles[0].body, f"{name} has an empty title"


@pytest.mark.parametrize("name", PAGES)
def test_pages_take_form_elements_and_tables_from_components(name: str) -> None:
    found = BARE.findall(text_of(name))
    assert not found, f"{name} has bare {sorted(set(found))}: use templates/components"


@pytest.mark.parametrize("name", [each for each in FILES if not each.startswith(MAIL)])
def test_nothing_is_inline(name: str) -> None:
    found = [each.group() for each in INLINE.finditer(text_of(name))]
    assert not found, f"{name}: {found}"


@pytest.mark.parametrize("name", FILES)
def test_each_imported_macro_exists_and_is_used(application: Flask, name: str) -> None:
    tree = tree_of(application, name)
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    for statement in tree.find_all(nodes.FromImport):
        assert isinstance(statement.template, nodes.Const)
        given = {
            macro.name
            for macro in tree_of(application, statement.template.value).find_all(nodes.Macro)
        }
        for wanted in statement.names:
            macro, alias = wanted if isinstance(wanted, tuple) else (wanted, wanted)
            assert macro in given, f"{name}: {statement.template.value} has no macro {macro}"
            assert alias in used, f"{name} imports {alias} and does not use it"


@pytest.mark.parametrize("name", [each for each in FILES if each.startswith(COMPONENTS)])
def test_a_component_file_holds_the_macro_of_its_name(application: Flask, name: str) -> None:
    macros = {macro.name for macro in tree_of(application, name).find_all(nodes.Macro)}
    assert Path(name).stem in macros, f"{name} has the macros {sorted(macros)}"


@pytest.mark.parametrize(
    "folder",
    sorted({path.parent for path in template_files() if path.name == "subject.txt"}),
    ids=lambda folder: folder.name,
)
def test_each_message_has_a_subject_on_one_line_and_both_bodies(folder: Path) -> None:
    for part in ("subject.txt", "body.txt", "body.html"):
        assert (folder / part).is_file(), f"{name_of(folder)} has no {part}"


def test_every_template_is_used_somewhere(application: Flask) -> None:
    asked = {
        node.template.value
        for name in FILES
        for node in tree_of(application, name).find_all(
            (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)
        )
        if isinstance(node.template, nodes.Const)
    }
    code = "\n".join(path.read_text() for path in (TEMPLATES.parent / "campaign").rglob("*.py"))
    strays = [
        name
        for name in FILES
        if name not in asked and name not in code and not name.startswith("mail/")
    ]
    assert not strays
