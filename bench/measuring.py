"""One act measured beside the bare Flask page, in the same server and the same seconds."""

from dataclasses import dataclass, replace
from math import ceil
from operator import mul

from bench.acts import hello
from bench.content import gather_statistics
from bench.instance import Instance
from bench.loading import Act, Load, load

WARM_UP_SECONDS = 1.0
TURNS = 4


@dataclass(frozen=True)
class Cost:
    """A load, and the processor microseconds of one request in web server and database."""

    load: Load
    web: float
    database: float

    @property
    def total(self) -> float:
        """Both together: SQLite runs inside the web server."""
        return self.web + self.database


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    database: str
    size: int
    act: str
    statements: str
    cost: Cost
    hello: Cost
    found: str = "–"

    @property
    def ratio(self) -> float:
        """Processor time of the bare page ÷ processor time of the act."""
        return self.hello.total / self.cost.total

    @property
    def speed_ratio(self) -> float:
        """Requests per second of the act ÷ those of the bare page."""
        return self.cost.load.per_second / self.hello.load.per_second


def measure(instance: Instance, act: Act, seconds: float) -> tuple[Cost, Cost, int]:
    """The cost of an act and of the bare page, and how many requests of the act were sent.

    The two take turns, so that what else the machine does meets both; and each turn opens its
    connections anew, because how they happen to fall to the workers changes the figures.
    """
    plain = hello(instance.port)
    warm_up = load(
        act, act.requests, port=instance.port, seconds=WARM_UP_SECONDS, folder=instance.folder
    )
    gather_statistics()
    sent = warm_up.sent
    costs, plain_costs = [], []
    for turns_left in range(TURNS, 0, -1):
        plain_costs.append(_cost(instance, plain, plain.requests, seconds / TURNS))
        rest = act.requests if act.is_repeated else act.requests[sent:]
        share = rest if act.is_repeated else rest[: ceil(len(rest) / turns_left)]
        costs.append(_cost(instance, act, share, seconds / TURNS))
        sent += costs[-1].load.sent
    # What the database did meanwhile was not for the bare page, which asks it nothing.
    return _together(costs), replace(_together(plain_costs), database=0.0), sent


def _cost(instance: Instance, act: Act, requests: list[bytes], seconds: float) -> Cost:
    web, database = instance.seconds_used()
    result = load(act, requests, port=instance.port, seconds=seconds, folder=instance.folder)
    web_after, database_after = instance.seconds_used()
    each = 1e6 / max(1, result.answered)
    return Cost(result, (web_after - web) * each, (database_after - database) * each)


def _together(costs: list[Cost]) -> Cost:
    loads = [cost.load for cost in costs]
    answered = sum(load.answered for load in loads)

    def of_each_answer(figures: list[float]) -> float:
        weights = [load.answered for load in loads]
        return sum(map(mul, figures, weights)) / max(1, answered)

    both = Load(
        sent=sum(load.sent for load in loads), answered=answered,
        accepted=sum(load.accepted for load in loads),
        seconds=sum(load.seconds for load in loads), errors=sum(load.errors for load in loads),
        refused="", p50=of_each_answer([load.p50 for load in loads]),
        p95=of_each_answer([load.p95 for load in loads]),
        p99=of_each_answer([load.p99 for load in loads]),
    )  # fmt: skip
    return Cost(
        both,
        of_each_answer([cost.web for cost in costs]),
        of_each_answer([cost.database for cost in costs]),
    )
