"""std -> qa: every check run, every failing row kept, scores by quality dimension.

The score of a check is passing divided by evaluated rows; a dimension's score is the mean of its checks'.
"""

from __future__ import annotations

from ..checks import Check, Measured
from ..journal import MEASURE
from ..store import Connection, blame, count, fresh_schema, ident, rows
from .context import Counts, Notes, Run


def run(con: Connection, run: Run) -> Counts:
    """Run all checks. Reads memory.open_failures to tell new failures from persisting ones."""
    fresh_schema(con, "qa")
    checks = run.config.all_checks()
    known = {label for (label,) in rows(con, "SELECT DISTINCT check_id FROM memory.open_failures")}
    for check in checks:
        with blame(f"check {check.label}"):
            _fail(con, run, check, known)
    for entity in dict.fromkeys(check.on for check in checks):
        _count(con, run, [check for check in checks if check.on == entity])
    for dimension, threshold in run.config.thresholds.items():
        con.execute("INSERT INTO qa.thresholds VALUES (?, ?)", [dimension, threshold])
    con.execute("""
        CREATE TABLE qa.resolved AS
        SELECT o.* FROM memory.open_failures AS o
        ANTI JOIN qa.failures AS f ON (f.check_id, f.entity, f.source, f.key, f.field)
            = (o.check_id, o.entity, o.source, o.key, o.field)""")
    evaluated = count(con, "SELECT sum(evaluated)::BIGINT FROM qa.results")
    return Counts(evaluated, count(con, "SELECT count(*) FROM qa.failures"))


def notes(con: Connection) -> Notes:
    """The scores, what each check counted by source, and which records fail."""
    scores = rows(con, "SELECT 'score', NULL, NULL, NULL, dimension, NULL, score FROM qa.scores")
    scores += rows(con, "SELECT 'threshold', NULL, NULL, NULL, dimension, NULL, threshold FROM qa.thresholds")
    counted = [
        row
        for name in ("evaluated", "failed")
        for row in rows(con, f"SELECT '{name}', source, entity, field, dimension, check_id, {name} FROM qa.results")
    ]
    measured = f"SELECT '{MEASURE}' || bucket, source, entity, field, NULL, check_id, value FROM qa.measures"
    counted += rows(con, measured)
    failing = rows(con, "SELECT DISTINCT check_id, entity, source, key, field FROM qa.failures")
    return {"metrics": scores + counted, "failures": failing}


def _table(run: Run, entity: str) -> str:
    return f"(SELECT *, DATE '{run.as_of}' AS as_of FROM {ident('std', entity)})"


def _fail(con: Connection, run: Run, check: Check, known: set[str]) -> None:
    """Write down the rows that fail a check; `known` are the checks that had failures before."""
    table, field = _table(run, check.on), check.column_name
    if isinstance(check, Measured):
        measured = f"SELECT ?, ?, source, ?, bucket, value FROM ({check.measure(table)}) WHERE value IS NOT NULL"
        con.execute(f"INSERT INTO qa.measures {measured}", [check.label, check.on, field])
    severity = "warning" if check.fail is None else "error"
    status, before = "'new'", ""
    if check.label in known:
        status = "CASE WHEN o.key IS NULL THEN 'new' ELSE 'persisting' END"
        before = """LEFT JOIN memory.open_failures AS o ON (o.check_id, o.entity, o.field, o.source, o.key)
            = ($check, $entity, $field, f.source, f.key)"""
    con.execute(
        f"""
        INSERT INTO qa.failures
        SELECT $check, $entity, f.source, f._row, f.key, $field, f.value, $severity, f.reason, {status}
        FROM ({check.select(table)}) AS f {before}""",
        {"check": check.label, "entity": check.on, "field": field, "severity": severity},
    )


def _count(con: Connection, run: Run, checks: list[Check]) -> None:
    """Count, by source and in one scan, the rows that each check of an entity evaluates; and those that failed."""
    entity = checks[0].on
    table = _table(run, entity)
    asked = [(check.among(table), check.applies()) for check in checks]
    scopes = list(dict.fromkeys(asked))  # many checks look at the same rows
    looked = " UNION ALL ".join(_evaluated(scopes, among) for among in dict.fromkeys(among for among, _ in scopes))
    listed = [(scopes.index(asked[n]), n, c.label, c.check, c.column_name, c.dimension, c.warn, c.fail)
              for n, c in enumerate(checks)]  # fmt: skip
    con.execute(
        f"""
        INSERT INTO qa.results
        WITH listed (scope, place, check_id, "check", field, dimension, warn, fail) AS (
            VALUES {", ".join("(?, ?, ?, ?, ?, ?, ?, ?::DOUBLE)" for _ in listed)}),
        looked AS ({looked}),
        failing AS (SELECT check_id, source, count(*) AS failed FROM qa.failures WHERE entity = ? GROUP BY ALL)
        SELECT check_id, "check", ?, source, field, dimension, evaluated, coalesce(failed, 0), warn, fail,
            CASE WHEN coalesce(failed, 0) > fail * evaluated THEN 'fail'
                 WHEN coalesce(failed, 0) > warn * evaluated THEN 'warn' ELSE 'pass' END
        FROM listed JOIN looked USING (scope) LEFT JOIN failing USING (check_id, source) ORDER BY place, source""",
        [*(value for line in listed for value in line), entity, entity],
    )


def _evaluated(scopes: list[tuple[str, str]], among: str) -> str:
    """SELECT source, evaluated, scope: how many rows of a relation each of the scopes about it takes."""
    own = {place: applies for place, (about, applies) in enumerate(scopes) if about == among}
    counts = ", ".join(f"count(CASE WHEN {applies} THEN 1 END)" for applies in own.values())
    return (
        f"SELECT source, unnest([{counts}]) AS evaluated, unnest({[*own]}) AS scope FROM {among} AS r GROUP BY source"
    )
