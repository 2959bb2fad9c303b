"""The statements of the hot acts: written with SQLAlchemy, made ready once, run by the driver.

At each execution SQLAlchemy looks up what it compiled, and builds a context and a result around it.
For signing and confirming that cost more than the database itself (docs/decisions/0008), so inside
a `quick_transaction` a `Prepared` statement keeps its text and the conversions of its columns, and
hands both to the driver. In any other transaction it runs as every statement does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, Select, Update, bindparam, insert, select
from sqlalchemy.engine import Dialect

from campaign.core.db import QuickConnection, open_connection, quick_connection

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Form:
    """A statement as one database takes it; `fixed` are the values that it brings itself."""

    text: str
    is_positional: bool
    parameters: tuple[tuple[str, Convert | None], ...]
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    results: tuple[Convert | None, ...]

    def bind(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        values = {**self.fixed, **values}
        bound = [
            values[name] if convert is None else convert(values[name])
            for name, convert in self.parameters
        ]
        return bound if self.is_positional else dict(zip(self.names, bound, strict=True))

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row of the driver's with the types of its columns."""
        return tuple(
            value if convert is None else convert(value)
            for value, convert in zip(row, self.results, strict=True)
        )


class Prepared:
    """A statement made ready once for each database. `columns` are those an INSERT fills."""

    def __init__(
        self, statement: Insert | Select[Any] | Update, *, columns: Sequence[str] | None = None
    ) -> None:
        self.statement = statement
        self.columns = columns
        self._forms: dict[str, Form] = {}

    def run(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it with these values; the rows it answers with, none where it answers nothing."""
        quick = quick_connection()
        if quick is not None and not isinstance(self.statement, Select):
            quick.note_writing()
        return self.run_on(quick, values)

    def run_on(
        self, quick: QuickConnection | None, values: Mapping[str, Any]
    ) -> list[tuple[Any, ...]]:
        """Run it by the driver, or without a quick transaction by the session."""
        if quick is None:
            result = open_connection().execute(self.statement, dict(values))
            return [tuple(row) for row in result] if result.returns_rows else []
        form = self._forms.get(quick.dialect.name) or self._make_ready(quick.dialect)
        cursor = quick.execute(form.text, form.bind(values))
        return [form.read(row) for row in cursor.fetchall()] if form.results else []

    def _make_ready(self, dialect: Dialect) -> Form:
        statement = self.statement
        answered = tuple(statement.exported_columns)
        if isinstance(statement, Insert) and not answered:
            statement = statement.inline()  # else SQLAlchemy asks for the new row's key
        compiled: Any = statement.compile(dialect=dialect, column_keys=self.columns)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        names = compiled.positiontup if compiled.positional else tuple(binds)
        form = self._forms[dialect.name] = Form(
            text=str(compiled),
            is_positional=compiled.positional,
            parameters=tuple(
                (name, _implemented(binds[name].type, dialect).bind_processor(dialect))
                for name in names
            ),
            names=tuple(names),
            fixed={name: bind.effective_value for name, bind in binds.items() if not bind.required},
            results=tuple(
                _implemented(column.type, dialect).result_processor(dialect, None)
                for column in answered
            ),
        )
        return form


class Chain:
    """A first statement, and the rows that are added only where it answered with one.

    In a quick transaction PostgreSQL gets all of it as one statement: one way there and back
    instead of one for each, and kept or not as a whole. Elsewhere they run one after the other.
    """

    def __init__(self, first: Prepared, *added: Prepared) -> None:
        self._first = first
        self._added = added
        self._as_one = _joined(first, added)

    def run(self, values: Mapping[str, Any], *added: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run all with the first one's values and the values of each row to add."""
        quick = quick_connection()
        if quick is not None:
            quick.note_writing()
            if quick.dialect.name == "postgresql":
                return self._as_one.run_on(quick, {**values, **_numbered(added)})
        rows = self._first.run_on(quick, values)
        if rows:
            for one, row in zip(self._added, added, strict=True):
                one.run_on(quick, row)
        return rows


def _numbered(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"added{place}_{name}": value
        for place, row in enumerate(rows)
        for name, value in row.items()
    }


def _joined(first: Prepared, added: Sequence[Prepared]) -> Prepared:
    """WITH the first statement, then an INSERT FROM it for each row to add."""
    kept = first.statement.cte("kept")
    inserts = []
    for place, one in enumerate(added):
        table: Any = one.statement.table  # type: ignore[union-attr]
        names = list(one.columns or ())
        values = [bindparam(f"added{place}_{name}", type_=table.c[name].type) for name in names]
        row = select(*values).select_from(kept)
        inserts.append(
            insert(table).from_select(names, row, include_defaults=False).cte(f"added{place}")
        )
    return Prepared(select(kept).add_cte(*inserts))


def _implemented(type_: Any, dialect: Dialect) -> Any:
    return type_.dialect_impl(dialect)
