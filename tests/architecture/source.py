"""The product's own files, as the architecture tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CAMPAIGN = ROOT / "campaign"
TEMPLATES = ROOT / "templates"


@cache
def python_files() -> tuple[Path, ...]:
    """Every file of the application, `config.py` and `wsgi.py` included."""
    return (*sorted(CAMPAIGN.rglob("*.py")), ROOT / "config.py", ROOT / "wsgi.py")


@cache
def template_files() -> tuple[Path, ...]:
    """Every template."""
    return tuple(sorted(path for path in TEMPLATES.rglob("*") if path.is_file()))


@cache
def tree_of(path: Path) -> ast.Module:
    """The file as Python reads it."""
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path: Path) -> str:
    """The path inside the project."""
    return path.relative_to(ROOT).as_posix()


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and nested ones included."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls_of(path: Path) -> Iterator[tuple[int, str]]:
    """Every call of a file: its line and what is called, such as `db.session.commit`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


@cache
def project_texts() -> dict[str, str]:
    """Every text file of the project that git would keep, by its path inside the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    texts = {}
    for name in listed:
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".jpg", ".woff2", ".ttf", ".ico", ".gz"}:
            texts[name] = path.read_text(errors="replace")
    return texts
