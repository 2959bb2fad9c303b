"""One act measured beside the bare Flask page, in the same server and the same seconds."""

from dataclasses import dataclass

from bench.acts import hello
from bench.instance import Instance
from bench.loading import Act, Load, load

WARM_UP_SECONDS = 0.5


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
    """The cost of an act, of the bare page just before and after, and how many requests were sent."""
    warm_up = load(
        act, act.requests, port=instance.port, seconds=WARM_UP_SECONDS, folder=instance.folder
    )
    rest = act.requests if act.is_repeated else act.requests[warm_up.sent :]
    plain = hello(instance.port)
    before = _cost(instance, plain, plain.requests, seconds / 2)
    cost = _cost(instance, act, rest, seconds)
    after = _cost(instance, plain, plain.requests, seconds / 2)
    return cost, _together(before, after), warm_up.sent + cost.load.sent


def _cost(instance: Instance, act: Act, requests: list[bytes], seconds: float) -> Cost:
    web, database = instance.seconds_used()
    result = load(act, requests, port=instance.port, seconds=seconds, folder=instance.folder)
    web_after, database_after = instance.seconds_used()
    each = 1e6 / max(1, result.answered)
    return Cost(result, (web_after - web) * each, (database_after - database) * each)


def _together(before: Cost, after: Cost) -> Cost:
    first, second = before.load, after.load
    answered = first.answered + second.answered
    share = first.answered / answered
    both = Load(
        sent=first.sent + second.sent, answered=answered, accepted=first.accepted + second.accepted,
        seconds=first.seconds + second.seconds, errors=first.errors + second.errors, refused="",
        p50=(first.p50 + second.p50) / 2, p95=(first.p95 + second.p95) / 2,
        p99=max(first.p99, second.p99),
    )  # fmt: skip
    # The database's time belongs to other programs of it; the bare page asks it nothing.
    return Cost(both, before.web * share + after.web * (1 - share), 0.0)
