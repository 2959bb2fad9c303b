"""The table as Markdown."""

import platform
from datetime import UTC, datetime
from pathlib import Path

from bench.loading import CLIENTS, loader_name
from bench.mail import MailCost
from bench.measuring import Row
from bench.processor import model

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HEADINGS = (
    "database", "signatures", "act", "SQL", "ratio", "CPU µs (web + database)", "hello µs",
    "requests/s", "× hello", "p50 / p95 / p99 ms", "errors", "looked up afterwards",
)  # fmt: skip
NUMERIC = {"signatures", "ratio", "hello µs", "requests/s", "× hello", "errors"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def heading() -> str:
    """The first lines of the table."""
    marks = ["---:" if name in NUMERIC else "---" for name in HEADINGS]
    return _line(HEADINGS) + "\n" + _line(marks)


def table_row(row: Row) -> str:
    """One act."""
    load, cost = row.cost.load, row.cost
    return _line((
        NAMES[row.database], f"{row.size:,}", row.act, row.statements, f"**{row.ratio:.2f}**",
        f"{cost.web:.0f} + {cost.database:.0f}", f"{row.hello.total:.0f}",
        f"{load.per_second:,.0f}", f"{row.speed_ratio:.2f}",
        f"{load.p50:.1f} / {load.p95:.1f} / {load.p99:.1f}",
        str(load.errors + load.sent - load.answered), row.found,
    ))  # fmt: skip


def mail_row(database: str, size: int, cost: MailCost) -> str:
    """The delivery of mail: no request, so no ratio."""
    return _line((
        NAMES[database], f"{size:,}", "deliver one mail (worker)", "", "",
        f"{cost.worker:.0f} + {cost.database:.0f}", "", f"{cost.per_second:,.0f}", "", "",
        str(cost.delivered - cost.received), f"{cost.received:,} of {cost.delivered:,} received",
    ))  # fmt: skip


def machine(seconds: float) -> str:
    """What it was measured on."""
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} on {model()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, with {loader_name()}, {CLIENTS} clients, "
        f"{seconds:g} s for each act and as long for hello, in turns."
    )


def write_into(path: Path, measured: str) -> None:
    """Put the measured part between its two marks in the document."""
    document = path.read_text() if path.exists() else f"# Benchmarks\n\n{BEGIN}\n{END}\n"
    before, _, rest = document.partition(BEGIN)
    _old, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{measured}\n{END}{after}")


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
