"""What blocking will do, before anything is compared: read off the std records of the newest run."""

from __future__ import annotations

import pandas as pd

from .config import Config
from .config.mistakes import suggestion
from .config.terms import around
from .decisions.standing import all_decisions
from .errors import ConfigError, StoreError
from .journal import Journal
from .matching.blocking import find_keys, in_words, new_pairs, share_of_budget
from .stages.decided import erased_records
from .stages.numbered import asked, block, number, uncompared
from .store import Connection, count, exists, frame, literal, records, rows

COLUMNS = ("rule", "blocks", "records", "pairs", "new", "largest", "split", "left_out", "records_left_out", "budget")
AGAIN = "Run the project up to there: workbench run --until standardise"


def lay_out(con: Connection, config: Config, journal: Journal, entity: str, std: str) -> None:
    """_blocks, _summary and _matched, as the stage would make them of the records in `std` (quoted).

    Raises StoreError where the newest run has no such records, or not all that is asked of them now.
    """
    if not exists(con, "std", entity):
        raise StoreError(f"Records of {entity} are not standardised yet. {AGAIN}")
    there = {line["column_name"] for line in records(con, f"DESCRIBE {std}")}
    if gone := [name for name in asked(config, entity) if name not in there]:
        raise StoreError(f"The newest run knew nothing of {entity}.{gone[0].replace('__', '.')}. {AGAIN}")
    ((run_id,),) = rows(con, "SELECT run_id FROM meta.stage WHERE stage = 'standardise'")
    ((as_of,),) = journal.read("SELECT as_of FROM runs WHERE run_id = ?", [run_id])
    number(con, config, entity, as_of, std)
    _leave_out(con, config, journal, entity, f"{std.rpartition('.')[0]}.changes")
    block(con, config, entity)


def by_rule(con: Connection, config: Config, entity: str) -> pd.DataFrame:
    """What each rule does, a line a rule as COLUMNS, of what is laid out."""
    settings, lines = config.match[entity], records(con, "FROM _summary ORDER BY rule")
    budget = share_of_budget(count(con, "SELECT count(*) FROM _matched"), settings.block, settings.budget)
    for line, rule in zip(lines, settings.block, strict=True):
        new = new_pairs(settings.block, line["rule"], uncompared(settings))
        line |= {"rule": in_words(rule), "new": count(con, f"SELECT count(*) FROM ({new})"), "budget": budget}
    return pd.DataFrame(lines, columns=COLUMNS)


def largest(con: Connection, config: Config, entity: str, rule: str | None, top: int) -> pd.DataFrame:
    """The largest blocks of a rule, or of all: rule, value (what its records share) and records, before any split.

    A rule of `near` has no shared values. Raises ConfigError for a rule that there is none of.
    """
    rules = {in_words(one): one for one in config.match[entity].block}
    if rule is not None and rule not in rules:
        raise ConfigError(f"There is no rule {rule!r}{suggestion(rule, rules)}")
    con.execute("CREATE TEMP TABLE _largest (rule VARCHAR, value VARCHAR, records BIGINT)")
    for said, terms in rules.items():
        if rule in (None, said) and "near" not in map(around, terms):
            find_keys(con, "_matched", terms)
            con.execute(f"""
                INSERT INTO _largest SELECT {literal(said)}, replace(k, chr(31), ' | '), count(*) FROM _found
                GROUP BY k HAVING count(*) > 1 ORDER BY count(*) DESC, k LIMIT {top}""")
            con.execute("DROP TABLE _found")
    return frame(con, f"FROM _largest ORDER BY records DESC, rule, value LIMIT {top}")


def _leave_out(con: Connection, config: Config, journal: Journal, entity: str, changes: str) -> None:
    """_excluded (id): the records that people leave out, and those that were erased."""
    said = [
        [line["source_l"], line["key_l"]] for line in all_decisions(journal, config)
        if (line["entity"], line["kind"], line["status"]) == (entity, "exclude", "stands")
    ]  # fmt: skip
    con.execute('CREATE TEMP TABLE _erased (entity VARCHAR, source VARCHAR, key VARCHAR, "at" VARCHAR)')
    for line in journal.erased():
        con.execute("INSERT INTO _erased VALUES (?, ?, ?, ?)", list(line))
    erased = erased_records(entity, "_erased", changes)
    con.execute(f"""CREATE TEMP TABLE _excluded AS SELECT id FROM _records
        WHERE [source, key] IN (SELECT unnest($1::VARCHAR[][]))
            OR (source, key) IN (SELECT (source, key) FROM ({erased}))""", [said])  # fmt: skip
