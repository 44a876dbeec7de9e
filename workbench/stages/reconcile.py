"""Everything -> recon: one outcome for each record of the sources, and amounts that add up.

    source = target + deferred + archived + excluded + rejected + difference

Outcomes are those of the first target; `target` reads the amounts from the mapped target rows, so that a mapping that
drops or alters an amount shows as a difference.
"""

from __future__ import annotations

from ..config import FieldConfig, columns_of, load_mapping
from ..store import Connection, count, fresh_schema, ident, literal, rows
from .context import Counts, Notes, Run
from .fill import FILLED


def run(con: Connection, run: Run) -> Counts:
    """Fill recon.rows and recon.amounts for every target, the first of which counts, and recon.survival."""
    fresh_schema(con, "recon")
    for target in run.config.targets:
        takers = {mapped.entity: title for title, mapped in load_mapping(run.config, target).items()}
        for entity in run.config.parents_first():
            for source, record in run.config.records(entity).items():
                con.execute(_rows(run, target, takers.get(entity), entity, source, record.lead_table))
            if entity not in run.config.match:
                for field, settings in run.config.entities[entity].fields.items():
                    if settings.type == "money":
                        _amounts(con, run, target, takers.get(entity), entity, field, settings)
    for entity in run.config.match:
        for field, settings in run.config.entities[entity].fields.items():
            if settings.type == "money":
                _survival(con, run, entity, field, settings)
    first = literal(next(iter(run.config.targets)))
    return Counts(
        count(con, f"SELECT count(*) FROM recon.rows WHERE target = {first}"),
        count(con, f"SELECT count(*) FROM recon.rows WHERE target = {first} AND outcome <> 'unexplained'"),
    )


def notes(con: Connection) -> Notes:
    """How many records had which outcome, by target, source and entity."""
    return {"metrics": rows(con, """
        SELECT 'outcome ' || target || ' ' || outcome, source, entity, NULL, NULL, NULL, count(*)
        FROM recon.rows GROUP BY ALL ORDER BY ALL""")}  # fmt: skip


def _rows(run: Run, target: str, title: str | None, entity: str, source: str, table: str) -> str:
    """One row for each record of the lead table, those that could not be read included."""
    view = run.config.records(entity)[source].from_
    refused = f"target = {literal(target)} AND entity = {literal(entity)}"
    return f"""
        INSERT INTO recon.rows
        WITH problems AS (
            SELECT golden_id, string_agg(field || ': ' || reason, '; ' ORDER BY field, reason) AS reason
            FROM target.problems WHERE {refused} GROUP BY golden_id),
        read AS (
            SELECT _row, NULL AS unreadable FROM {ident("raw", f"{source}__{table}")}
            UNION ALL
            SELECT _row, reason FROM raw.rejects WHERE source = {literal(source)} AND "table" = {literal(table)}),
        followed AS (
            SELECT read._row, read.unreadable, s.key, x.golden_id, x.founding, m.wave, m.later, m.archive,
                p.reason AS refused, e.said || ': ' || e.why AS left_out, t._golden_id IS NOT NULL AS there
            FROM read LEFT JOIN {ident("std", entity)} AS s ON s.source = {literal(source)} AND s._row = read._row
            LEFT JOIN match.excluded AS e ON e.entity = {literal(entity)} AND e.source = s.source AND e.key = s.key
            LEFT JOIN gold.xref AS x ON x.entity = {literal(entity)} AND x.source = s.source AND x.key = s.key
            LEFT JOIN problems AS p ON p.golden_id = x.golden_id
            LEFT JOIN wave.members AS m ON m.entity = {literal(entity)} AND m.golden_id = x.golden_id
            LEFT JOIN {_there(target, title)} AS t ON t._golden_id = x.golden_id),
        decided AS (
            SELECT *, CASE
                WHEN unreadable IS NOT NULL THEN ('rejected', 'unreadable: ' || unreadable)
                WHEN key IS NULL THEN ('excluded', {literal(f"left out by {view}")})
                WHEN left_out IS NOT NULL THEN ('excluded', left_out)
                WHEN archive THEN ('archived', 'wave ' || wave)
                WHEN refused IS NOT NULL THEN ('rejected', refused)
                WHEN {title is None} THEN ('excluded', {literal(f"{target} takes no {entity}")})
                WHEN wave IS NULL THEN ('unexplained', 'no wave takes it')
                WHEN later THEN ('deferred', 'wave ' || wave)
                WHEN there AND founding THEN ('written', 'wave ' || wave)
                WHEN there THEN ('merged', 'into ' || golden_id)
                ELSE ('unexplained', 'not in the target') END AS fate
            FROM followed)
        SELECT {literal(target)}, {literal(entity)}, {literal(source)}, _row, key, golden_id, fate[1], fate[2]
        FROM decided ORDER BY _row"""


def _there(target: str, title: str | None) -> str:
    """The rows of a target's object; none where the target takes no such records."""
    return ident("target", f"{target}__{title}") if title else "(SELECT NULL::VARCHAR AS _golden_id LIMIT 0)"


def _amounts(
    con: Connection, run: Run, target: str, title: str | None, entity: str, field: str, settings: FieldConfig
) -> None:
    """The equation for one money field of an entity whose records are not merged themselves."""
    fields = run.config.entities[entity].fields
    currency = literal(settings.currency or "")
    if settings.currency in fields:
        currency = f"coalesce(s.{ident(settings.currency)}::VARCHAR, '')"
    mapped = load_mapping(run.config, target)[title].fields if title else []
    carried = [f for f in mapped if f.source and field in columns_of(f.source)]
    arrived = "NULL::DECIMAL(38, 6)"
    if carried:  # of several fields made from it, say its sign too, the plainest holds the amount
        plainest = min(carried, key=lambda f: len(f.source))
        arrived = f"try_cast(t.{ident(plainest.name)} AS DECIMAL(38, 6))"
    parent = run.config.entities[entity].parent or ""
    con.execute(f"""
        CREATE TEMP TABLE _items AS
        SELECT r.source, {currency} AS currency, r.outcome, s.{ident(field)} AS amount,
            s.key IS NULL OR (s.{ident(f"{field}__valid")} IS FALSE AND s.{ident(field)} IS NULL) AS unreadable,
            {arrived} AS arrived, NOT coalesce(x.founding, true) AS merged, p.rule IS NOT NULL AS filled
        FROM (FROM recon.rows WHERE target = {literal(target)} AND entity = {literal(entity)}) AS r
        LEFT JOIN std.{ident(entity)} AS s ON s.source = r.source AND s._row = r._row
        LEFT JOIN {_there(target, title)} AS t ON t._golden_id = r.golden_id
        LEFT JOIN gold.xref AS x ON x.entity = {literal(parent)} AND x.source = s.source AND x.key = s.parent_key
        LEFT JOIN gold.provenance AS p ON p.entity = {literal(entity)} AND p.golden_id = r.golden_id
            AND p.field = {literal(field)} AND p.rule IN {FILLED}""")
    here = f"{literal(target)}, {literal(entity)}, {literal(field)}"
    con.execute("""
        CREATE TEMP TABLE _sums AS
        WITH arriving AS (
            SELECT * REPLACE (CASE WHEN NOT filled THEN arrived END AS amount) FROM _items WHERE outcome = 'written'),
        lines AS (
            SELECT 'source' AS outcome, * EXCLUDE (outcome) FROM _items
            UNION ALL
            SELECT 'target', * EXCLUDE (outcome) FROM arriving
            UNION ALL
            SELECT 'merged', * EXCLUDE (outcome) FROM arriving WHERE merged
            UNION ALL
            SELECT 'filled', * EXCLUDE (outcome) REPLACE (arrived AS amount) FROM arriving WHERE filled
            UNION ALL
            SELECT outcome, * EXCLUDE (outcome) FROM _items
            WHERE outcome IN ('deferred', 'archived', 'excluded', 'rejected'))
        SELECT currency, source, outcome, count(*) AS rows, coalesce(sum(amount), 0) AS amount,
            coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS debit,
            coalesce(sum(amount) FILTER (WHERE amount < 0), 0) AS credit,
            count(*) FILTER (WHERE unreadable) AS unreadable_rows
        FROM lines GROUP BY ALL""")
    con.execute(f"""
        INSERT INTO recon.amounts
        SELECT {here}, * FROM _sums
        UNION ALL
        SELECT {here}, currency, source, 'difference', {_balance("rows")}, {_balance("amount")}, {_balance("debit")},
            {_balance("credit")}, {_balance("unreadable_rows")} FROM _sums GROUP BY source, currency
        ORDER BY ALL""")
    con.execute("DROP TABLE _items; DROP TABLE _sums")


def _survival(con: Connection, run: Run, entity: str, field: str, settings: FieldConfig) -> None:
    """What became of one amount of an entity whose records are merged, by rule and by the currency that each has.

    It is `excluded` where people left the record out, and `unexplained` where no rule is told.
    """
    currency = literal(settings.currency or "")
    if settings.currency in run.config.entities[entity].fields:
        currency = f"coalesce({ident(settings.currency)}::VARCHAR, '')"
    con.execute(f"""
        INSERT INTO recon.survival
        WITH amounts AS (
            SELECT golden_id, e.key IS NOT NULL AS excluded, {currency} AS currency, {ident(field)} AS stated, 0 AS kept
            FROM {ident("std", entity)} LEFT JOIN (FROM gold.xref WHERE entity = {literal(entity)}) USING (source, key)
            LEFT JOIN (FROM match.excluded WHERE entity = {literal(entity)}) AS e USING (source, key)
            UNION ALL
            SELECT golden_id, false, {currency}, 0, {ident(field)} FROM {ident("gold", entity)}),
        ruled AS (FROM gold.provenance WHERE entity = {literal(entity)} AND field = {literal(field)})
        SELECT {literal(entity)}, {literal(field)}, currency,
            CASE WHEN excluded THEN 'excluded' ELSE coalesce(rule, 'unexplained') END,
            count(DISTINCT golden_id), sum(stated), sum(kept)
        FROM amounts LEFT JOIN ruled USING (golden_id)
        WHERE stated IS NOT NULL AND kept IS NOT NULL GROUP BY ALL ORDER BY ALL""")


def _balance(column: str) -> str:
    """What the source has more than its outcomes; of the memo lines `merged` lies inside `target`, `filled` beside."""
    return (
        f"coalesce(sum({column}) FILTER (WHERE outcome = 'source'), 0) "
        f"- coalesce(sum({column}) FILTER (WHERE outcome NOT IN ('source', 'merged', 'filled')), 0)"
    )
