"""`python -m bench`: the acts of the hot path beside a bare Flask page, in one table.

Traffic goes to this machine only. docs/benchmarks.md says what is measured and how to read it.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import report
from bench.acts import Confirming, Signing, reading_acts
from bench.content import fill_up, make_petitions
from bench.instance import Instance, running_instance
from bench.mail import deliver_waiting
from bench.measuring import WARM_UP_SECONDS, Row, measure
from bench.statements import statements_of

DATABASES = ("sqlite", "postgresql")
SIZES = (0, 100_000, 1_000_000)
SECONDS, QUICK_SECONDS = 6.0, 2.0
MOST_SIGNATURES_PER_SECOND = 4_000


def main() -> int:
    """Measure, and print the table line by line."""
    options = read_options()
    seconds = options.seconds or (QUICK_SECONDS if options.quick else SECONDS)
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        print(line, flush=True)

    say(report.machine(seconds) + "\n")
    say(report.heading())
    for database in options.databases:
        measure_database(database, options.sizes, seconds, say)
    if options.output:
        report.write_into(options.output, "\n".join(lines))
    return 0


def read_options() -> argparse.Namespace:
    """The choices on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SECONDS:g} s for each act")
    parser.add_argument("--seconds", type=float, help=f"seconds for each act (else {SECONDS:g})")
    parser.add_argument("--databases", type=lambda text: text.split(","), default=DATABASES)
    parser.add_argument(
        "--sizes", type=lambda text: sorted(map(int, text.split(","))), default=SIZES,
        help="numbers of signatures",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, help="the document to put the table into")
    return parser.parse_args()


def measure_database(
    database: str, sizes: list[int], seconds: float, say: Callable[[str], None]
) -> None:
    """All acts on one database, at each size, and the delivery of the mails they caused."""
    with running_instance(database) as instance, instance.app.app_context():
        make_petitions()
        statements = statements_of(instance.app, instance.port)
        for size in sizes:
            fill_up(size)
            for row in measure_acts(instance, size, statements, seconds):
                say(report.table_row(row))
        say(report.mail_row(database, size, deliver_waiting(instance)))


def measure_acts(
    instance: Instance, size: int, statements: dict[str, str], seconds: float
) -> Iterator[Row]:
    """Reading, signing, then confirming what was signed."""

    def row(act: str, found: str = "–") -> Row:
        return Row(instance.database, size, act, statements[act], cost, hello, found)

    for act in reading_acts(instance.port):
        cost, hello, _sent = measure(instance, act, seconds)
        yield row(act.name)
    signing = Signing(
        instance.port, round((seconds + WARM_UP_SECONDS) * MOST_SIGNATURES_PER_SECOND)
    )
    cost, hello, sent = measure(instance, signing.act, seconds)
    yield row("sign", f"{signing.check(sent):,} of {sent:,} signatures kept")
    confirming = Confirming(instance.port)
    cost, hello, sent = measure(instance, confirming.act, seconds)
    yield row("confirm", f"{confirming.check(sent):,} of {sent:,} in the tally")


if __name__ == "__main__":
    sys.exit(main())
