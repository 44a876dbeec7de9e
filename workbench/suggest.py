"""Checks that the data itself proposes, each with its evidence and what would fail it.

What nearly all records obey is proposed as a rule: the few that do not are the ones to look at. Nobody is asked for
examples, and all bounds are fixed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from .checks import parse_check
from .config import Config
from .reports.fragments import render, share
from .store import Connection, count, ident, rows

MOST = 0.05
"""The share of the records that may break a rule which still is one."""

ENOUGH = 30
"""Records that it takes to see a rule."""

FEW = 40
"""Values that a list of values may have."""

REPEATED = 5
"""How often values occur on average where a column is one of a list."""

TELLING = 0.2
"""Of two records taken at random some agree anyhow: a dependency leaves at most this share of their disagreement."""

SHAPED = ("text", "code", "identifier", "ref")
"""Types of which nothing is known but what their values look like."""

SHAPE = "regexp_replace(regexp_replace({}, '\\pL', 'A', 'g'), '\\d', '9', 'g')"


class Rule(NamedTuple):
    """A check, why it may hold, and the share of the records that may break it."""

    check: dict[str, Any]
    evidence: str
    most: float = MOST


@dataclass(frozen=True)
class Suggestion:
    """A check as it would stand in workbench.yml, why, how many records it looks at and how many fail it."""

    check: dict[str, Any]
    evidence: str
    evaluated: int
    failing: int


class Suggestions(list[Suggestion]):
    """Suggestions that a notebook shows as a table, numbered from 0 as they are taken: p.take(found[3])."""

    def _repr_html_(self) -> str:
        lines = [
            {"no": n, "check": one.check["check"], "field": one.check.get("field"), "because": one.evidence,
             "failing": one.failing, "evaluated": one.evaluated}
            for n, one in enumerate(self)
        ]  # fmt: skip
        return render("suggestions.html.j2", lines=lines)


class Column(NamedTuple):
    """A field's column: its name, type, values, distinct values, and how often the commonest occurs."""

    name: str
    type: str
    filled: int
    distinct: int
    commonest: int


def suggest(con: Connection, config: Config) -> list[Suggestion]:
    """What the standardised records (std) propose beyond the checks there are, by entity, the surest first."""
    known = {check.label for check in config.all_checks()}
    found: list[Suggestion] = []
    for entity in config.entities:
        size = count(con, f"SELECT count(*) FROM {ident('std', entity)}")
        if size >= ENOUGH:
            rules = (_tried(con, entity, rule) for rule in _rules(con, config, entity, size))
            found += [rule for rule in rules if rule and parse_check(rule.check).label not in known]
    return found


def _tried(con: Connection, entity: str, rule: Rule) -> Suggestion | None:
    """The check with what it finds; None when too many would fail it."""
    check = parse_check(rule.check)
    table = ident("std", entity)
    evaluated = count(con, f"SELECT count(*) FILTER (WHERE {check.applies()}) FROM {check.among(table)} AS r")
    failing = count(con, f"SELECT count(*) FROM ({check.select(table)})")
    return Suggestion(rule.check, rule.evidence, evaluated, failing) if failing <= rule.most * evaluated else None


def _rules(con: Connection, config: Config, entity: str, size: int) -> Iterator[Rule]:
    columns = list(_columns(con, config, entity))
    for column in columns:
        at = f"{entity}.{column.name}"
        if column.filled >= (1 - MOST) * size:
            yield Rule({"check": "required", "field": at}, f"{share(column.filled / size)} of the records have it")
        if column.filled < ENOUGH:
            continue
        if column.distinct >= (1 - MOST) * column.filled and column.type not in ("money", "date"):
            evidence = f"{column.distinct:,} values of {column.filled:,} are different"
            yield Rule({"check": "unique", "field": at}, evidence)
        if column.type in SHAPED:
            yield from _pattern(con, entity, column)
        if column.distinct * REPEATED <= column.filled and column.type not in ("money", "date"):
            yield from _allowed(con, entity, column)
            yield Rule({"check": "spelling", "field": at}, f"{column.distinct:,} values occur again and again")
    for column in columns:
        yield from _depends(con, entity, column, columns)


def _columns(con: Connection, config: Config, entity: str) -> Iterator[Column]:
    for name, field in config.entities[entity].fields.items():
        counted = f"SELECT {ident(name)} AS v, count(*) AS n FROM {ident('std', entity)} WHERE v IS NOT NULL GROUP BY v"
        yield Column(name, field.type, *rows(con, f"SELECT {SUMS} FROM ({counted})")[0])


SUMS = "coalesce(sum(n), 0)::BIGINT, count(*), coalesce(max(n), 0)"


def _pattern(con: Connection, entity: str, column: Column) -> Iterator[Rule]:
    """The shape of nearly all values, with runs of the same length or not; else one to which the others add a mark."""
    shape = SHAPE.format(ident(column.name))
    query = f"""SELECT {{}} AS shape, count(*) AS n FROM {ident("std", entity)} WHERE {ident(column.name)} IS NOT NULL
        GROUP BY shape ORDER BY n DESC, shape LIMIT 1"""
    runs = f"regexp_replace(regexp_replace({shape}, 'A+', 'A', 'g'), '9+', '9', 'g')"
    for wanted, end in ((shape, ""), (runs, "+")):
        said, times = rows(con, query.format(wanted))[0]
        if times >= (1 - MOST) * column.filled:
            check = {"check": "pattern", "field": f"{entity}.{column.name}", "pattern": _regex(said, end)}
            yield Rule(check, f"{share(times / column.filled)} of the values look like this")
            return
    marked = f"regexp_full_match({runs}, regexp_escape(?) || '[^A9]+') AND {ident(column.name)} IS NOT NULL"
    others = count(con, f"SELECT count(*) FILTER (WHERE {marked}) FROM {ident('std', entity)}", [said])
    if "9" in said and times > others and times + others >= (1 - MOST) * column.filled:
        check = {"check": "pattern", "field": f"{entity}.{column.name}", "pattern": _regex(said, "+")}
        yield Rule(check, f"{share(times / column.filled)} of the values look like this, the others add a mark", 0.5)


def _regex(shape: str, end: str) -> str:
    """A shape as a regular expression.

    >>> _regex("AA-9999", ""), _regex("A-9", "+")
    ('\\\\pL{2}-[0-9]{4}', '\\\\pL+-[0-9]+')
    """
    out, place = "", 0
    while place < len(shape):
        char, start = shape[place], place
        while place < len(shape) and shape[place] == char:
            place += 1
        if char in "A9":
            times = end or (f"{{{place - start}}}" if place - start > 1 else "")
            out += ("\\pL" if char == "A" else "[0-9]") + times
        else:
            out += ("\\" + char if char in r"\.+*?()[]{}|^$" else char) * (place - start)
    return out


def _allowed(con: Connection, entity: str, column: Column) -> Iterator[Rule]:
    """The values of which each occurs so often that it can be no mistake."""
    query = f"""SELECT {ident(column.name)}::VARCHAR AS v FROM {ident("std", entity)} WHERE v IS NOT NULL
        GROUP BY v HAVING count(*) >= {max(3, MOST * column.filled / FEW)} ORDER BY v"""
    values = [value for (value,) in rows(con, query)]
    if 1 < len(values) <= FEW:
        check = {"check": "allowed", "field": f"{entity}.{column.name}", "values": values}
        yield Rule(check, f"{len(values)} values make up nearly all")


def _depends(con: Connection, entity: str, column: Column, columns: list[Column]) -> Iterator[Rule]:
    """The field that tells this one best, if any does: records that agree in it nearly always agree here."""
    best: tuple[int, int, str] | None = None
    for other in columns:
        if other is column or other.distinct < 2 or 2 * other.distinct > other.filled or column.distinct < 2:
            continue
        a, b = ident(other.name), ident(column.name)
        agreeing, grouped = rows(con, f"""
            SELECT coalesce(sum(most), 0), coalesce(sum(n), 0) FROM (
                SELECT max(n) AS most, sum(n) AS n FROM (
                    SELECT {a} AS a, {b} AS b, count(*) AS n FROM {ident('std', entity)}
                    WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY ALL)
                GROUP BY a HAVING sum(n) > 1)""")[0]  # fmt: skip
        anyhow = column.filled - column.commonest
        broken = grouped - agreeing
        if 2 * grouped < column.filled or broken > MOST * grouped or broken > TELLING * anyhow:
            continue
        rank = (int(broken), -other.distinct, other.name)
        best = min(best, rank) if best else rank
    if best:
        check = {"check": "depends", "field": f"{entity}.{column.name}", "by": [best[2]]}
        yield Rule(check, f"records with the same {best[2]} have the same {column.name}")
