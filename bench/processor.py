"""Processor time of running programs, from /proc (Linux)."""

import os
from pathlib import Path

SECONDS_PER_TICK = 1 / os.sysconf("SC_CLK_TCK")


def seconds_used(root: int) -> float:
    """Processor seconds of a program and all it started, those that have ended included."""
    parents, seconds = {}, {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        parents[int(folder.name)] = int(fields[1])
        seconds[int(folder.name)] = sum(map(int, fields[11:15])) * SECONDS_PER_TICK
    return sum(used for number, used in seconds.items() if _is_below(number, root, parents))


def parent_of(number: int) -> int:
    """The program that started this one."""
    return int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])


def model() -> str:
    """The processor's name and number of cores."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} × {names[0] if names else os.uname().machine}"


def _is_below(number: int, root: int, parents: dict[int, int]) -> bool:
    while number and number != root:
        number = parents.get(number, 0)
    return number == root
