"""The statements of the hot acts: written with SQLAlchemy, made ready once, run by the driver.

At each execution SQLAlchemy looks up what it compiled, and builds a context and a result around it.
For signing and confirming that cost more than the database itself (docs/decisions/0008), so inside
a `quick_transaction` a `Prepared` statement keeps its text and the conversions of its columns, and
hands both to the driver. In any other transaction it runs as every statement does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, Select, Update
from sqlalchemy.engine import Dialect

from campaign.core.db import open_connection, quick_connection

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Form:
    """A statement as one database takes it; `fixed` are the values that it brings itself."""

    text: str
    is_positional: bool
    parameters: tuple[tuple[str, Convert | None], ...]
    fixed: Mapping[str, Any]
    results: tuple[Convert | None, ...]

    def bind(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        values = {**self.fixed, **values}
        bound = (
            (name, values[name] if convert is None else convert(values[name]))
            for name, convert in self.parameters
        )
        return tuple(value for _name, value in bound) if self.is_positional else dict(bound)

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
        self._statement = statement
        self._columns = columns
        self._forms: dict[str, Form] = {}

    def run(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it with these values; the rows it answers with, none where it answers nothing."""
        quick = quick_connection()
        if quick is None:
            result = open_connection().execute(self._statement, dict(values))
            return [tuple(row) for row in result] if result.returns_rows else []
        form = self._forms.get(quick.dialect.name) or self._make_ready(quick.dialect)
        cursor = quick.execute(form.text, form.bind(values))
        return [form.read(row) for row in cursor.fetchall()] if cursor.description else []

    def _make_ready(self, dialect: Dialect) -> Form:
        statement = self._statement
        answered = tuple(statement.exported_columns)
        if isinstance(statement, Insert) and not answered:
            statement = statement.inline()  # else SQLAlchemy asks for the new row's key
        compiled: Any = statement.compile(dialect=dialect, column_keys=self._columns)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        names = compiled.positiontup if compiled.positional else tuple(binds)
        form = self._forms[dialect.name] = Form(
            text=str(compiled),
            is_positional=compiled.positional,
            parameters=tuple(
                (name, _implemented(binds[name].type, dialect).bind_processor(dialect))
                for name in names
            ),
            fixed={name: bind.effective_value for name, bind in binds.items() if not bind.required},
            results=tuple(
                _implemented(column.type, dialect).result_processor(dialect, None)
                for column in answered
            ),
        )
        return form


def _implemented(type_: Any, dialect: Dialect) -> Any:
    return type_.dialect_impl(dialect)
