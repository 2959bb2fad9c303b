"""Sizes to feel uneasy above. Going over one needs a reason, written here in one line."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import functions_of, name_of, python_files, template_files

VIEW, FUNCTION, FILE, TEMPLATE = 25, 40, 350, 120
IDENTICAL_RUN = 6

SAYS_LITTLE = re.compile(r"#|\w+: [\w\[\], |.]+,$")

# "path" or "path:function": why it may be larger.
REASONS: dict[str, str] = {
    "campaign/privacy/registry.py": "one table, which a visitor reads as one page",
}


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function from `def` to its end, its docstring left out."""
    body = node.body
    first = body[0]
    is_docstring = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    assert node.end_lineno is not None
    length = node.end_lineno - node.lineno + 1
    if is_docstring:
        assert first.end_lineno is not None
        length -= first.end_lineno - first.lineno + 1
    return length


def is_view(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function answers a route."""
    in_views = bool({"views", "workspace_views"} & {path.stem, path.parent.name})
    return in_views and bool(node.decorator_list)


def large_things() -> Iterator[tuple[str, int, int]]:
    """Everything above its size: name, size, limit."""
    for path in python_files():
        lines = len(path.read_text().splitlines())
        if lines > FILE:
            yield name_of(path), lines, FILE
        for node in functions_of(path):
            limit = VIEW if is_view(path, node) else FUNCTION
            if code_lines(node) > limit:
                yield f"{name_of(path)}:{node.name}", code_lines(node), limit
    for path in template_files():
        lines = len(path.read_text().splitlines())
        if lines > TEMPLATE:
            yield name_of(path), lines, TEMPLATE


def test_nothing_is_larger_than_it_should_be_without_a_reason() -> None:
    found = list(large_things())
    print(
        "\nAbove the sizes:",
        *(f"  {name}: {size} > {limit}" for name, size, limit in found),
        sep="\n",
    )
    strays = [
        f"{name}: {size} lines > {limit}" for name, size, limit in found if name not in REASONS
    ]
    assert not strays, "\n".join(strays)


def test_no_reason_is_kept_for_what_is_small_again() -> None:
    assert not set(REASONS) - {name for name, _size, _limit in large_things()}


def substance(path: Path) -> list[tuple[int, str]]:
    """The lines that say something: no import, bracket, parameter, comment or docstring."""
    text = path.read_text()
    quoted = re.sub(r'"""[\s\S]*?"""', lambda found: "\n" * found.group().count("\n"), text)
    quoted = re.sub(
        r"^(from [^\n]*\([^)]*\)|(from|import) [^\n]*)", _blank, quoted, flags=re.MULTILINE
    )
    return [
        (number, line.strip())
        for number, line in enumerate(quoted.splitlines(), 1)
        if len(line.strip()) > 3 and not SAYS_LITTLE.match(line.strip())
    ]


def _blank(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def test_no_six_lines_stand_in_two_places() -> None:
    seen: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path in python_files():
        lines = substance(path)
        for start in range(len(lines) - IDENTICAL_RUN + 1):
            run = tuple(text for _number, text in lines[start : start + IDENTICAL_RUN])
            seen[run].append(f"{name_of(path)}:{lines[start][0]}")
    twice = [
        f"{' and '.join(places)}: {run[0]} …" for run, places in seen.items() if len(places) > 1
    ]
    assert not twice, "\n".join(twice[:10])
