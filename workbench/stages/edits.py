"""What recipes make of the raw tables: std.edits has each distinct value that a step changed, raw stays as it is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from ..config import Config
from ..config.mistakes import suggestion
from ..errors import ConfigError, SourceError
from ..recipes import FOLDER, VALUE, Step, load_recipe, path_of, recipe_names
from ..store import Connection, append, blame, exists, frame, ident, literal, rows

RULE = "recipe: "
MADE = "std.edits"
"""What the run's recipes changed."""


def edit(con: Connection, config: Config) -> None:
    """Fill std.edits from all recipes. Raises SourceError for a column that is gone, ConfigError for a wrong step."""
    places = {f"{source}.{table}": (source, table) for source, its in config.sources.items() for table in its.tables}
    for name in recipe_names(config.root):
        if name not in places:
            raise ConfigError(f"{FOLDER}/{name}.yml: there is no table {name!r} of a source{suggestion(name, places)}")
    for place in places.values():
        replay(con, config, place, MADE)


def as_agreed(con: Connection, config: Config, source: str, table: str) -> str:
    """The raw table as its recipe has it now, whether a run has made it or not, as SQL to select from.

    Raises as `edit` does.
    """
    con.execute("""CREATE OR REPLACE TEMP TABLE _agreed
        (source VARCHAR, "table" VARCHAR, "column" VARCHAR, before VARCHAR, after VARCHAR, rule VARCHAR)""")
    replay(con, config, (source, table), "_agreed")
    return _joined(con, source, table, "_agreed")


def replay(con: Connection, config: Config, place: tuple[str, str], into: str) -> None:
    """Write what the recipe of a table (place: source, table) changes `into` a table."""
    steps = load_recipe(config.root, *place)
    for column in dict.fromkeys(step.column for step in steps):
        demand(con, *place, column, path_of(Path(), *place))
        _edit(con, place, column, [step for step in steps if step.column == column], into)


def demand(con: Connection, source: str, table: str, column: str, recipe: Path | None = None) -> None:
    """Raises SourceError where a raw table does not have a column, which its recipe may have asked for."""
    columns = _columns(con, source, table)
    if column in columns:
        return
    said = f"{source}.{table} has no column '{column}'{suggestion(column, columns)}"
    if recipe:
        said = (f"{recipe}: {said}. Name the one it is now in the recipe, or in `columns` of "
                f"sources.{source}.tables.{table}.")  # fmt: skip
    raise SourceError(said)


def _edit(con: Connection, place: tuple[str, str], column: str, steps: list[Step], into: str) -> None:
    """Apply the steps, one after the other, to the distinct values of a column."""
    (source, table), name = place, ident(column)
    con.execute(f"""CREATE TEMP TABLE _edited AS SELECT DISTINCT {name} AS before, {name} AS after, '' AS rule
        FROM {_raw(source, table)} WHERE {name} IS NOT NULL""")
    for step in steps:
        with blame(f"recipes/{source}.{table}.yml: {step.why}"):
            con.execute(f"CREATE TEMP TABLE _made AS {_made(con, step)}")
        con.execute(f"""UPDATE _edited SET after = m.after, rule = {literal(RULE + step.why)}
            FROM _made AS m WHERE m.before = _edited.before""")
        con.execute("DROP TABLE _made; DROP TABLE IF EXISTS _values")
    con.execute(f"""INSERT INTO {into} SELECT {literal(source)}, {literal(table)}, {literal(column)}, before, after,
        rule FROM _edited WHERE after IS DISTINCT FROM before""")
    con.execute("DROP TABLE _edited")


def _made(con: Connection, step: Step) -> str:
    """SELECT before (at first) and after of the values that a step changes."""
    if step.values:
        con.execute("CREATE TEMP TABLE _values (value VARCHAR, after VARCHAR)")
        append(con, "_values", pa.table({"value": list(step.values), "after": list(step.values.values())}))
        return (
            "SELECT e.before, v.after FROM _edited AS e JOIN _values AS v ON v.value = e.after AND v.after <> e.after"
        )
    held = f"SELECT before, after AS {VALUE} FROM _edited"
    made = f"SELECT before, {VALUE}, ({step.expression})::VARCHAR AS after FROM ({held})"
    return f"SELECT before, after FROM ({made}) WHERE after IS DISTINCT FROM {VALUE}"


def preview(con: Connection, config: Config, source: str, table: str, step: Step) -> pd.DataFrame:
    """What one more step would change: before, after and the rows of each value, the most first.

    Raises as `edit` does.
    """
    demand(con, source, table, step.column)
    name, agreed = ident(step.column), as_agreed(con, config, source, table)
    con.execute(f"""CREATE TEMP TABLE _edited AS SELECT {name} AS before, {name} AS after, count(*) AS rows
        FROM {agreed} WHERE {name} IS NOT NULL GROUP BY ALL""")
    with blame(f"the step: {step.why}"):
        made = _made(con, step)
        return frame(con, f"SELECT before, m.after, rows FROM ({made}) AS m JOIN _edited USING (before) "
                          "ORDER BY rows DESC, before")  # fmt: skip


def edited(con: Connection, source: str, table: str) -> str:
    """The raw table as the run's recipes made it, as SQL to select from."""
    return _joined(con, source, table, MADE) if exists(con, "std", "edits") else _raw(source, table)


def _joined(con: Connection, source: str, table: str, edits: str) -> str:
    """The raw table with the values in `edits` in place of its own."""
    raw = _raw(source, table)
    found = rows(con, f'SELECT DISTINCT "column" FROM {edits} WHERE source = ? AND "table" = ?', [source, table])
    known = sorted(
        {column for (column,) in found} & {*_columns(con, source, table)}
    )  # of a new extract one may be gone
    if not known:
        return raw
    replaced, joins = [], []
    for number, column in enumerate(known):
        name, e = f"t.{ident(column)}", f"e{number}"
        replaced.append(f"CASE WHEN {e}.before IS NULL THEN {name} ELSE {e}.after END AS {ident(column)}")
        place = f"({literal(source)}, {literal(table)}, {literal(column)})"
        joins.append(
            f'LEFT JOIN {edits} AS {e} ON ({e}.source, {e}."table", {e}."column") = {place} AND {e}.before = {name}'
        )
    return f"(SELECT t.* REPLACE ({', '.join(replaced)}) FROM {raw} AS t {' '.join(joins)})"


def _columns(con: Connection, source: str, table: str) -> list[str]:
    return [found[0] for found in con.execute(f"FROM {_raw(source, table)} LIMIT 0").description or []][1:]


def _raw(source: str, table: str) -> str:
    return ident("raw", f"{source}__{table}")
