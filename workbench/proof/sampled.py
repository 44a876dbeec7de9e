"""Which records people look at, as a worksheet with old and new side by side, and what they found, read back.

Looked at are all of the largest customers, and of the rest a sample by strata. In a stratum records stand in the order
of a hash of their id, so a larger sample begins with the smaller one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..config import Config, ObjectMap
from ..errors import ConfigError, SourceError
from ..journal import Check, Journal, now
from ..language import gettext as _
from ..language import marked
from ..readbacks import hashes
from ..stages.fill import OVERRIDE
from ..store import Connection, frame, ident, literal, rows
from ..workbook import LINE, Sheet, read_sheet, write_workbook
from .business import Stratum
from .fields import column_of, compared, golden_field
from .receivables import item_objects

SHEET = "sample"
VERDICTS = (marked("right"), marked("wrong"))
RECORD = "(the record)"
"""The line of a record that takes the verdict on all of it."""

STRATA = ("largest", "decided", "merged", "one record")
SHARES = {"decided": 0.4, "merged": 0.4, "one record": 0.2}
"""How the sample is shared out: where people or rules chose, most can have gone wrong."""

NOTE = ("Is each record right in the new system? Write right or wrong beside '(the record)'; for a wrong one also "
        "wrong beside the fields that are. Ids and other columns stay as they are.")  # fmt: skip
COLUMNS = ("golden_id", "readback", "stratum", "field", "verdict", "note")


def sampled_entity(config: Config, mapping: dict[str, ObjectMap]) -> tuple[str, str]:
    """The object and entity whose records are looked at: the first that is matched, else the first of the target."""
    found = [(title, mapped.entity) for title, mapped in mapping.items()]
    return next((pair for pair in found if pair[1] in config.match), found[0])


def draw(con: Connection, config: Config, mapping: dict[str, ObjectMap]) -> None:
    """Fill the temp table _drawn (golden_id, stratum, place, drawn) for all records that were read back."""
    title, entity = sampled_entity(config, mapping)
    owed = " UNION ALL ".join(
        f"SELECT customer, currency, abs(expected_debit) + abs(expected_credit) AS amount FROM proof.receivables "
        f"WHERE object = {literal(name)}"
        for name, (mapped, _) in item_objects(config, mapping).items()
        if config.entities[mapped.entity].parent == entity
    )  # fmt: skip
    decided = """SELECT x.golden_id FROM match.decisions AS d JOIN gold.xref AS x ON x.entity = d.entity
        AND (x.source, x.key) IN ((d.source_l, d.key_l), (d.source_r, d.key_r)) WHERE d.status = 'stands'"""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _drawn AS
        WITH there AS (
            SELECT golden_id FROM proof.golden WHERE object = {literal(title)} AND stage = 6),
        sums AS (
            SELECT customer AS golden_id, currency, sum(amount) AS amount
            FROM ({owed or "SELECT NULL AS customer, '' AS currency, 0 AS amount WHERE false"}) GROUP BY ALL),
        largest AS (
            SELECT golden_id, min(place) AS place FROM (
                SELECT golden_id, row_number() OVER (PARTITION BY currency ORDER BY amount DESC, golden_id) AS place
                FROM sums SEMI JOIN there USING (golden_id))
            GROUP BY ALL ORDER BY place, golden_id LIMIT {config.business.largest}),
        stratified AS (
            SELECT golden_id, CASE WHEN golden_id IN (SELECT golden_id FROM largest) THEN 'largest'
                WHEN golden_id IN ({decided} UNION SELECT golden_id FROM gold.provenance
                    WHERE entity = {literal(entity)} AND rule IN ('{OVERRIDE}', 'collected')) THEN 'decided'
                WHEN golden_id IN (SELECT golden_id FROM gold.xref WHERE entity = {literal(entity)}
                    GROUP BY golden_id HAVING count(*) > 1) THEN 'merged' ELSE 'one record' END AS stratum
            FROM there)
        SELECT *, row_number() OVER (
            PARTITION BY stratum ORDER BY md5({literal(config.project)} || chr(31) || golden_id)) AS place
        FROM stratified""")
    sizes = dict(rows(con, "SELECT stratum, count(*) FROM _drawn GROUP BY ALL"))
    drawn = allocate({name: n for name, n in sizes.items() if name in SHARES}, config.business.sample)
    drawn |= {"largest": sizes.get("largest", 0)}
    cases = " ".join(f"WHEN {literal(name)} THEN {n}" for name, n in drawn.items())
    con.execute("ALTER TABLE _drawn ADD COLUMN drawn BOOLEAN")
    con.execute(f"UPDATE _drawn SET drawn = place <= CASE stratum {cases or 'WHEN NULL THEN 0'} END")


def allocate(sizes: dict[str, int], sample: int) -> dict[str, int]:
    """How many to draw of each stratum: by SHARES, and what a small stratum cannot give, the others give."""
    drawn = dict.fromkeys(sizes, 0)
    while (left := sample - sum(drawn.values())) > 0:
        open_ = {name: SHARES[name] for name in sizes if drawn[name] < sizes[name]}
        if not open_:
            break
        for name, share in open_.items():
            wanted = max(1, int(left * share / sum(open_.values())))
            drawn[name] = min(sizes[name], drawn[name] + wanted)
    return drawn


class Worksheet(NamedTuple):
    """The records that people look at, as they were read back: of each a line for the record, then one a field.

    `lines` has golden_id, stratum, field, a column for each of `sources`, and `new`.
    """

    target: str
    entity: str
    readback: str
    sources: list[str]
    lines: pd.DataFrame


def worksheet(
    con: Connection, config: Config, journal: Journal, target: str, mapping: dict[str, ObjectMap]
) -> Worksheet:
    """What is drawn, old and new side by side; also what people looked at already. Needs the temp table _drawn."""
    title, entity = sampled_entity(config, mapping)
    mapped = mapping[title]
    found = frame(con, "SELECT golden_id, stratum FROM _drawn WHERE drawn ORDER BY md5(golden_id)")
    sources = list(config.records(entity))
    there = [name for (name,) in rows(con, f"SELECT column_name FROM (DESCRIBE {ident('readback', title)})")]
    held = {each.name: each.right or each.name for each in compared(config, target, title, mapped, there)}
    parts = [_owed(con, config, target, entity)]
    for field in (field for field in mapped.fields if field.name in held):
        of = column_of(field) if golden_field(config, mapped, field) else ""
        said = "".join(
            f", (SELECT string_agg({f'{ident(of)}::VARCHAR' if of else 'NULL'}, ' | ' ORDER BY s.key) "
            f"FROM std.{ident(entity)} AS s JOIN gold.xref AS x ON x.entity = {literal(entity)} "
            f"AND x.source = s.source "
            f"AND x.key = s.key WHERE s.source = {literal(source)} AND x.golden_id = d.golden_id) AS {ident(source)}"
            for source in sources
        )
        query = f"""SELECT d.golden_id, {literal(field.name)} AS field{said}, r.{ident(held[field.name])} AS new
            FROM _drawn AS d JOIN {ident("readback", title)} AS r ON r._golden_id = d.golden_id WHERE drawn"""
        parts.append(frame(con, query))
    lines = found.merge(pd.concat(parts), "left", "golden_id")[["golden_id", "stratum", "field", *sources, "new"]]
    return Worksheet(target, entity, stamp(journal, target), sources, lines)


def write_sample(
    con: Connection, config: Config, journal: Journal, target: str, mapping: dict[str, ObjectMap], file: Path
) -> int:
    """Write what is drawn and nobody looked at yet to a new .xlsx; returns the records. Raises as `write_workbook`."""
    sheet = worksheet(con, config, journal, target, mapping)
    looked = {golden_id for golden_id, _ in verdicts(journal, target)}
    lines = sheet.lines[~sheet.lines.golden_id.isin(looked)].assign(readback=sheet.readback, verdict="", note="")
    columns = ["golden_id", "readback", "stratum", "field", *sheet.sources, "new", "verdict", "note"]
    write_workbook(file, [Sheet(SHEET, NOTE, lines[columns], ["verdict", "note"], {"verdict": VERDICTS})])
    return int(lines.golden_id.nunique())


def _owed(con: Connection, config: Config, target: str, entity: str) -> pd.DataFrame:
    """The record's own line: what it owes by currency, of the sources together and in the new system."""
    sums = "string_agg(currency || ' ' || {0}::VARCHAR, ', ' ORDER BY currency)"
    first = next(iter(config.records(entity)))
    return frame(con, f"""
        WITH owed AS (
            SELECT customer, currency, sum(expected_debit + expected_credit)::DECIMAL(38, 2) AS old,
                sum(actual_debit + actual_credit)::DECIMAL(38, 2) AS new FROM proof.receivables GROUP BY ALL)
        SELECT golden_id, {literal(RECORD)} AS field, {sums.format("old")} AS {ident(first)},
            {sums.format("owed.new")} AS new
        FROM _drawn LEFT JOIN owed ON customer = golden_id WHERE drawn GROUP BY golden_id""")  # fmt: skip


def stamp(journal: Journal, target: str) -> str:
    """What tells one read-back of a target from another, in a few characters."""
    return sha256(repr(sorted(hashes(journal, target).items())).encode()).hexdigest()[:12]


def read_sample(con: Connection, journal: Journal, target: str, entity: str, file: Path, user: str) -> int:
    """Take the verdicts of a worksheet into the journal; returns the records looked at.

    Raises SourceError with every line that is wrong, and takes nothing then.
    """
    sheet = read_sheet(file, SHEET, COLUMNS)
    known = dict(rows(con, "SELECT golden_id, stratum FROM _drawn WHERE drawn"))
    current = stamp(journal, target)
    wrong, seen = list[str](), set[tuple[str, str]]()
    lines = [{name: line[name] or "" for name in (*COLUMNS, LINE)} for line in sheet.to_dict("records")]
    for line in lines:
        line["verdict"] = str(line["verdict"]).strip().lower()
        place = (str(line["golden_id"]), str(line["field"]))
        if said := _mistake(line, known, current) or ("is twice in the sheet" if place in seen else ""):
            wrong.append(f"{file}, line {line[LINE]}: {said}.")
        seen.add(place)
    given = [line for line in lines if line["verdict"]]
    whole = {line["golden_id"]: line for line in given if line["field"] == RECORD}
    for line in given:
        if line["field"] != RECORD and line["verdict"] == "wrong" and line["golden_id"] in whole:
            if whole[line["golden_id"]]["verdict"] == "right":
                wrong.append(f"{file}, line {line[LINE]}: the field is wrong, and the record is said to be right.")
        elif line["field"] != RECORD and line["golden_id"] not in whole:
            wrong.append(f"{file}, line {line[LINE]}: give a verdict beside '{RECORD}' of {line['golden_id']} too.")
    if wrong:
        raise SourceError("\n".join([*wrong, "Nothing was taken. Mend these and read the worksheet again."]))
    _write(journal, user, ((target, entity, line["golden_id"], line["field"], known[line["golden_id"]], current,
                            line["verdict"], line["note"]) for line in given))  # fmt: skip
    return len(whole)


def take_verdict(
    journal: Journal, sheet: Worksheet, golden_id: str, right: bool, wrong: Sequence[str], note: str, user: str,
    seen: int | None = None,
) -> None:  # fmt: skip
    """Take the verdict on one record of a worksheet, and the fields that are wrong, into the journal.

    The newest verdict on a record counts. Raises ConfigError for a record or field that the worksheet has none of, for
    a right record with wrong fields, and where since it was looked at the target was read back again, or somebody gave
    a verdict after the one numbered `seen`; then nothing is taken.
    """
    its = sheet.lines[sheet.lines.golden_id == golden_id]
    if strange := [field for field in (RECORD, *wrong) if field not in set(its.field)]:
        said = _("The worksheet of {target} has no line {field!r} of a record {id!r}.")
        raise ConfigError(said.format(target=sheet.target, field=strange[0], id=golden_id))
    if sheet.readback != stamp(journal, sheet.target):
        said = _("{target} was read back again while you looked. Look at the record again.")
        raise ConfigError(said.format(target=sheet.target))
    if right and wrong:
        said = _("A field is wrong, and the record is said to be right. A record with a wrong field is wrong.")
        raise ConfigError(said)
    words = [(RECORD, "right" if right else "wrong", note), *((field, "wrong", "") for field in wrong)]
    stratum = str(its.stratum.iloc[0])
    lines = ((sheet.target, sheet.entity, golden_id, field, stratum, sheet.readback, verdict, why)
             for field, verdict, why in words)  # fmt: skip
    _write(journal, user, lines, lambda con: None if seen is None else _demand_unsaid(con, sheet, golden_id, seen))


class Word(NamedTuple):
    """A verdict that somebody gave on a record of a worksheet, when (UTC), and its number."""

    number: int
    user: str
    verdict: str
    at: str


WORDS = f"""SELECT id, user, verdict, at FROM sampled
    WHERE (target, readback, golden_id, field) = (?, ?, ?, '{RECORD}') ORDER BY id"""


def words(journal: Journal, sheet: Worksheet, golden_id: str) -> list[Word]:
    """All verdicts on a record as it was read back for the worksheet, the one that counts last."""
    return [Word._make(line) for line in journal.read(WORDS, [sheet.target, sheet.readback, golden_id])]


def _demand_unsaid(con: sqlite3.Connection, sheet: Worksheet, golden_id: str, seen: int) -> None:
    last = [Word._make(line) for line in con.execute(WORDS, [sheet.target, sheet.readback, golden_id])][-1:]
    for word in last:
        if word.number > seen:
            told = _(
                "{user} looked at this record while you did, and found it {verdict} ({at} UTC). Yours is not written. "
                "Say it again if you mean it all the same: then the newest counts."
            )
            at = word.at.replace("T", " ")[:19]
            raise ConfigError(told.format(user=word.user, verdict=_(word.verdict), at=at))


def _write(
    journal: Journal, user: str, lines: Iterable[tuple[object, ...]], check: Check = lambda con: None
) -> None:
    """Write lines from `target` on, where `check` of the journal raises nothing."""
    insert = """INSERT INTO sampled (at, user, target, entity, golden_id, field, stratum, readback, verdict, note)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
    at = now()
    with journal.write() as con:
        check(con)
        con.executemany(insert, ((at, user, *line) for line in lines))


def _mistake(line: dict[str, object], known: dict[str, str], current: str) -> str:
    """What is wrong with a line by itself, '' for nothing."""
    golden_id, verdict = str(line["golden_id"]), line["verdict"]
    if golden_id not in known:
        numbers = golden_id.replace(".", "").replace("+", "").replace("E", "").isdigit()
        hint = "a spreadsheet made a number of it; give it back as text" if numbers else "leave ids as they were"
        return f"there is no record '{golden_id}' in the new system: {hint}"
    if line["readback"] != current:
        return "the worksheet was written of another read-back. Write a new one, and look at these records again"
    if verdict and verdict not in VERDICTS:
        return f"'{verdict}' is no verdict. It is right or wrong"
    return ""


def verdicts(journal: Journal, target: str) -> list[tuple[str, bool]]:
    """(golden id, right) of each record that was looked at as it was read back last, by the newest worksheet."""
    found = journal.read(
        """SELECT golden_id, min(s.verdict = 'right') FROM sampled AS s JOIN (
            SELECT golden_id, max(at) AS at FROM sampled WHERE target = ?1 GROUP BY golden_id) USING (golden_id, at)
        WHERE target = ?1 AND readback = ?2 GROUP BY golden_id ORDER BY golden_id""",
        [target, stamp(journal, target)],
    )
    return [(golden_id, bool(right)) for golden_id, right in found]


def strata(con: Connection, journal: Journal, target: str) -> list[Stratum]:
    """The strata of what was read back, with what people found. Needs the temp table _drawn."""
    right = dict(verdicts(journal, target))
    found = {name: [0, 0, 0] for name in STRATA}
    for golden_id, name in rows(con, "SELECT golden_id, stratum FROM _drawn ORDER BY golden_id"):
        looked = golden_id in right
        more = (1, looked, looked and not right[golden_id])
        found[name] = [n + one for n, one in zip(found[name], more, strict=True)]
    return [Stratum(name, *counts) for name, counts in found.items() if counts[0]]
