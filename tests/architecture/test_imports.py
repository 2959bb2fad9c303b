"""Who may import whom, and what may be called where."""

import ast
import subprocess
import sys

from tests.architecture.source import ROOT, calls_of, name_of, python_files, tree_of

# The one door for each: the file, and why nobody else.
ONE_DOOR = {
    ".commit": {"campaign/core/db.py": "one commit point: `with transaction():`"},
    "datetime.now": {
        "campaign/core/clock.py": "one clock, which tests can stop",
        "campaign/web/logs.py": "a log line tells the machine's time, also while a test stands still",
    },
    "datetime.utcnow": {},
    "date.today": {},
    "os.getenv": {},
    "os.environ.get": {"config.py": "every setting in one place"},
}
READS_THE_ENVIRONMENT = {
    "config.py": "every setting in one place",
    "campaign/development.py": "prepares the environment of the programs it starts",
}
# Settings reach code as arguments; the edges read them.
READS_SETTINGS = {"views", "workspace_views", "jobs", "delivery", "app", "cli", "worker", "demo"}
READS_SETTINGS_BY_NAME = {
    "campaign/i18n/languages.py": "asks the routes of the running application, not its settings",
    "campaign/web/page_cache.py": "finds the cache of the running application",
    "campaign/core/db.py": "Flask-SQLAlchemy's own way to the engine",
}


def test_imports_point_down_the_stack_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_each_door_is_used_by_its_own_file_only() -> None:
    strays = [
        f"{name_of(path)}:{line} calls {call}"
        for path in python_files()
        for line, call in calls_of(path)
        for door, keepers in ONE_DOOR.items()
        if f".{call}".endswith(door if door.startswith(".") else f".{door}")
        and name_of(path) not in keepers
    ]
    assert not strays, "\n".join(strays)


def test_only_the_configuration_reads_the_environment() -> None:
    strays = {
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        if name_of(path) not in READS_THE_ENVIRONMENT
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ"
    }
    assert not strays


def test_settings_are_read_at_the_edges_only() -> None:
    strays = [
        f"{name_of(path)}:{node.lineno} reads current_app.config"
        for path in python_files()
        if not READS_SETTINGS & {path.stem, *path.relative_to(ROOT).parts}
        and name_of(path) not in READS_SETTINGS_BY_NAME
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "current_app.config"
    ]
    assert not strays, "\n".join(strays)


def test_nothing_is_imported_inside_a_function() -> None:
    strays = [
        f"{name_of(path)}:{inner.lineno} imports inside {node.name}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not strays, "\n".join(strays)


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "services", "managers", "base", "misc", "lib"}
    strays = [
        name_of(path)
        for path in python_files()
        if vague & {path.stem, path.parent.name} or path.stem.rstrip("0123456789") != path.stem
    ]
    assert not strays
