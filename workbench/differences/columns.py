"""Which columns of two tables are compared, and as what: by name, and by what is in them throughout."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ..config.mistakes import suggestion
from ..diffing.cells import Compared, Kind
from ..errors import ConfigError
from ..store import Connection, ident, rows

Tolerance = Mapping[str, object] | object | None
"""How far numbers may be apart and be equal: one for all, or by column."""

SAMPLE = 1_000
_NUMERIC = ("DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
            "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE")  # fmt: skip
_THROUGHOUT: dict[Kind, str] = {
    # a leading zero says that it is no number but a code, which is another without it
    "decimal": "try_cast({0} AS DECIMAL(38, 12)) IS NOT NULL AND NOT ({0} >= '00' AND {0} < '0:')",
    "date": "try_cast({0} AS TIMESTAMP) IS NOT NULL AND strlen({0}) >= 10",
}


class Names:
    """The columns of a table, found in any case."""

    def __init__(self, con: Connection, table: str) -> None:
        found = rows(con, f"SELECT column_name, column_type FROM (DESCRIBE {table})")
        self.types = dict(found)
        self.own = {name.casefold(): name for name in self.types}


def paired(key: Sequence[str], a: Names, b: Names) -> list[tuple[str, str]]:
    """The key's columns as A and B have them; `KUNNR=id` where they have other names. Raises ConfigError."""
    sides = [(one.strip(), other.strip() or one.strip()) for one, _, other in (each.partition("=") for each in key)]
    wrong = [
        f"{side} has no column {name!r}{suggestion(name, names.types)}."
        for pair in sides
        for side, names, name in (("A", a, pair[0]), ("B", b, pair[1]))
        if name.casefold() not in names.own
    ]
    if wrong or not sides:
        raise ConfigError("The key: " + (" ".join(wrong) or "name the columns that tell records apart."))
    return [(a.own[one.casefold()], b.own[other.casefold()]) for one, other in sides]


def common(con: Connection, a: Names, b: Names, leave: Collection[str], tolerance: Tolerance) -> list[Compared]:
    """The columns that both have, but those to leave (in lower case), each with its kind. Raises ConfigError."""
    shared = [(a.own[name], b.own[name]) for name in a.own if name in b.own and name not in leave]
    kinds = _kinds(con, a, b, shared)
    allowed = _tolerances(tolerance, {one: kind for (one, _), kind in zip(shared, kinds, strict=True)})
    return [
        Compared(one, kind, allowed.get(one), left=one, right=other)
        for (one, other), kind in zip(shared, kinds, strict=True)
    ]


def _kinds(con: Connection, a: Names, b: Names, shared: Sequence[tuple[str, str]]) -> list[Kind]:
    """A number, date or boolean is what both sides have as such throughout."""
    found = [_possible(con, "a", a, [one for one, _ in shared]), _possible(con, "b", b, [other for _, other in shared])]
    order: tuple[Kind, ...] = ("decimal", "date", "boolean")
    return [next((kind for kind in order if kind in one & other), "text") for one, other in zip(*found, strict=True)]


def _possible(con: Connection, table: str, names: Names, columns: Sequence[str]) -> list[set[Kind]]:
    """What each column of a table may be taken for; one without any value for anything."""
    found: list[set[Kind]] = []
    texts = [name for name in columns if names.types[name] == "VARCHAR"]
    seen = _throughout(con, f"(FROM {table} LIMIT {SAMPLE})", {name: set(_THROUGHOUT) for name in texts})
    seen = _throughout(con, table, seen)  # all rows, of the columns that a few do not rule out
    for name in columns:
        kind = names.types[name]
        if name in seen:
            found.append(seen[name])
        elif kind.startswith(_NUMERIC):
            found.append({"decimal"})
        elif kind.startswith(("DATE", "TIMESTAMP")):
            found.append({"date"})
        else:
            found.append({"boolean"} if kind == "BOOLEAN" else set())
    return found


def _throughout(con: Connection, table: str, asked: Mapping[str, set[Kind]]) -> dict[str, set[Kind]]:
    """Which of the kinds asked of columns all their values are; empty cells say nothing."""
    pairs = [(name, kind) for name, kinds in asked.items() for kind in sorted(kinds)]
    if not pairs:
        return {name: set() for name in asked}
    tests = [f"bool_and(coalesce({ident(n)}, '') = '' OR {_THROUGHOUT[k].format(ident(n))})" for n, k in pairs]
    answers = rows(con, f"SELECT {', '.join(tests)} FROM {table}")[0]
    found: dict[str, set[Kind]] = {name: set() for name in asked}
    for (name, kind), holds in zip(pairs, answers, strict=True):
        if holds is not False:
            found[name].add(kind)
    return found


def hindered(con: Connection, a: Names, b: Names, columns: Sequence[Compared]) -> list[str]:
    """What is said of columns that are compared as text, though one side has numbers throughout and the other some."""
    said = list[str]()
    for each in columns:
        names = {"a": (a, each.left or each.name), "b": (b, each.right or each.name)}
        if each.kind != "text" or any(own.types[name] != "VARCHAR" for own, name in names.values()):
            continue
        if not all(_odd(con, f"(FROM {side} LIMIT {SAMPLE})", name)[0] for side, (_, name) in names.items()):
            continue  # most columns of text have no numbers: they are not read to their end
        odd = {side: _odd(con, side, name) for side, (_, name) in names.items()}
        said += [
            f"{each.name} is compared as text: {side.upper()} has {value!r} among its numbers"
            for side, (numbers, value) in odd.items()
            if numbers and value and any(count and not other for count, other in odd.values())
        ]
    return said


def _odd(con: Connection, table: str, column: str) -> tuple[int, str | None]:
    """How many numbers a column of text has, and the first value that is none."""
    name, number = ident(column), _THROUGHOUT["decimal"].format(ident(column))
    query = f"SELECT count(*) FILTER ({number}), min({name}) FILTER (NOT ({number}) AND {name} <> '') FROM {table}"
    numbers, value = rows(con, query)[0]
    return int(numbers), value


def _tolerances(tolerance: Tolerance, kinds: Mapping[str, Kind]) -> dict[str, Decimal]:
    """The tolerance of each column of numbers. Raises ConfigError with all mistakes."""
    numbers = [name for name, kind in kinds.items() if kind == "decimal"]
    if tolerance is None:
        return {}
    if not isinstance(tolerance, Mapping):
        return dict.fromkeys(numbers, _amount("for all numbers", tolerance))
    known = {name.casefold(): name for name in kinds}
    wrong = [f"{name} is no column that is compared." for name in tolerance if name.casefold() not in known]
    wrong += [
        f"{name} has values on one side that are no numbers, so it takes no tolerance."
        for name in tolerance
        if known.get(name.casefold(), name) not in numbers and name.casefold() in known
    ]
    if wrong:
        raise ConfigError("tolerance: " + " ".join(wrong))
    return {known[name.casefold()]: _amount(name, given) for name, given in tolerance.items()}


def _amount(what: str, given: object) -> Decimal:
    try:
        amount = Decimal(str(given))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise ConfigError(f"tolerance {what}: {given!r} is no number of zero or more. Write one such as amount=0.01.")
    return amount
