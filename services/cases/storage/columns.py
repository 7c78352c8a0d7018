"""Many rows in one statement: `unnest` takes a column each, asyncpg wants lists."""

from collections.abc import Sequence


def columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    """Rows turned into columns. ValueError where rows are of different length; rows must not be empty."""
    return [list(column) for column in zip(*rows, strict=True)]
