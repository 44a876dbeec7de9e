"""Collection sheets: what only people know is asked of them in workbooks, and read back.

Each steward gets a workbook with a sheet an entity, and on it a line for each golden record that lacks a required field
of theirs. All sheets of an entity have the same columns, so that what comes back can be read whoever filled it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from .config import Config, columns_of, load_mapping
from .errors import SourceError
from .stages.cleaning import clean_values, neighbours_of, told_of
from .store import Connection, append, frame, ident, literal, rows
from .workbook import LINE, WAS, Sheet, cell_of, read_sheet, sheet_names, write_workbook

NOBODY = "nobody"
"""Whose workbook has the fields that no steward answers for."""

NOTE = "Fill in the yellow cells and leave blank what you do not know; what is grey is only shown."
LONGEST_LIST = 255
"""Characters that a list of accepted values may have in a workbook."""

LONGEST_NAME = 31
"""Characters of a sheet's name."""


Answer = tuple[str, str, str, str, str, str]
"""Entity, golden id, source and key of the founding record, field, value."""

Late = tuple[str, str, str, str, str, str, str]
"""An answer that comes late, as it was written, and the value that the golden record has by now."""


def asked(config: Config, entity: str) -> list[str]:
    """The fields that golden records must have: required ones, and those that alone fill what a target demands."""
    fields = config.entities[entity].fields
    names = {name for name, field in fields.items() if field.required}
    for target in config.targets:
        for mapped in load_mapping(config, target).values():
            for field in mapped.fields if mapped.entity == entity else ():
                if field.limits.required and field.default is None and field.source:
                    read = columns_of(field.source) & set(fields)
                    names |= read if len(read) == 1 else set()
    return [name for name in fields if name in names]


def write_sheets(con: Connection, config: Config, folder: Path, entities: Sequence[str]) -> pd.DataFrame:
    """Write <steward>.xlsx for each steward of whom something is to be asked; lists file, entity, records and gaps.

    Raises SourceError where a workbook of that name is there already: somebody may have filled it in.
    """
    books: dict[str, list[Sheet]] = {}
    told = []
    for entity in entities:
        stewards: dict[str, list[str]] = {}
        for name in asked(config, entity):
            who = config.steward(f"{entity}.{name}", entity) or NOBODY
            stewards.setdefault(re.sub(r"[^\w .-]+", "_", who), []).append(name)
        for who, fields in stewards.items():
            lacking = " OR ".join(f"{ident(name)} IS NULL" for name in fields)
            lines = frame(con, f"SELECT * FROM ({_records(config, entity)}) WHERE {lacking} ORDER BY golden_id")
            if len(lines):
                both = lines.join(lines.iloc[:, 1:].rename(columns=WAS.format))
                sheet = Sheet(entity[:LONGEST_NAME], NOTE, both, fields, _choices(config, entity, fields), gaps=True)
                books.setdefault(who, []).append(sheet)
                gaps = int(lines[fields].isna().sum().sum())
                told.append((str(folder / f"{who}.xlsx"), entity, len(lines), gaps))
    files = {folder / f"{who}.xlsx": sheets for who, sheets in books.items()}
    if there := [str(file) for file in files if file.exists()]:
        raise SourceError(
            f"{', '.join(there)}: is there already, and may be filled in. Read it back and take it away, or write "
            "to another folder."
        )
    for file, sheets in files.items():
        write_workbook(file, sheets)
    return pd.DataFrame(told, columns=["file", "entity", "records", "gaps"])


def _records(config: Config, entity: str) -> str:
    """The golden records as their sheet shows them, as text: what tells who it is, then what is asked for."""
    settings, wanted = config.entities[entity], asked(config, entity)
    shown = [name for name, field in settings.fields.items() if field.kind.identifying and name not in wanted]
    columns = "".join(f", g.{ident(name)}::VARCHAR AS {ident(name)}" for name in (*shown, *wanted))
    owner = join = ""
    if settings.parent:
        parent = config.entities[settings.parent].fields
        name = next((name for name, field in parent.items() if field.kind.identifying), next(iter(parent)))
        owner = f", p.{ident(name)}::VARCHAR AS {ident(f'{settings.parent}.{name}')}"
        join = f"LEFT JOIN {ident('gold', settings.parent)} AS p ON p.golden_id = g.parent_golden_id"
    return f"""SELECT g.golden_id, x.source, x.key{owner}{columns} FROM {ident("gold", entity)} AS g
        JOIN gold.xref AS x ON x.entity = {literal(entity)} AND x.golden_id = g.golden_id AND x.founding {join}"""


def _choices(config: Config, entity: str, fields: Sequence[str]) -> dict[str, list[str]]:
    """The code lists that are short enough for a drop-down."""
    listed = {name: config.entities[entity].fields[name].codes for name in fields}
    found = {name: [row[0] for row in config.codes(path)] for name, path in listed.items() if path}
    return {name: codes for name, codes in found.items()
            if len(",".join(codes)) <= LONGEST_LIST and not re.search('[,"]', "".join(codes))}  # fmt: skip


def read_sheets(con: Connection, config: Config, file: Path) -> tuple[list[Answer], list[Late]]:
    """What people filled in, in the form of its type, and what of it comes late, as a source knows it by now.

    Raises SourceError with all that is wrong in the workbook.
    """
    entities = {entity[:LONGEST_NAME]: entity for entity in config.entities}
    answers: list[Answer] = []
    late: list[Late] = []
    mistakes: list[str] = []
    for name in sheet_names(file):
        try:
            if name not in entities:
                known = f"Give it back its name ({', '.join(entities)}) or take it out."
                raise SourceError(f"{file}: sheet '{name}' is none of ours. {known}")
            found, left, wrong = _read_sheet(con, config, file, entities[name])
            answers += found
            late += left
            mistakes += [f"{file}, sheet '{name}', line {line}: {said}" for line, said in sorted(wrong)]
        except SourceError as error:
            mistakes.append(str(error))
    if mistakes:
        raise SourceError("\n".join([*mistakes, "Nothing was taken. Mend these and read the workbook again."]))
    return answers, late


def _read_sheet(
    con: Connection, config: Config, file: Path, entity: str
) -> tuple[list[Answer], list[Late], list[tuple[int, str]]]:
    """The answers on one sheet, those that come late, and the lines that are wrong with what is wrong."""
    wanted = asked(config, entity)
    columns = [found[0] for found in con.execute(f"{_records(config, entity)} LIMIT 0").description or []]
    sheet = read_sheet(file, entity[:LONGEST_NAME], [*columns, *map(WAS.format, columns[1:])])
    sheet = sheet.where(sheet.notna(), "")
    _put(con, "_lines", pa.table({"golden_id": pa.array(sheet.golden_id, pa.string())}))
    now = frame(con, f"SELECT * FROM ({_records(config, entity)}) WHERE golden_id IN (FROM _lines)")
    now = now.map(lambda text: cell_of(text or "").strip())
    both = sheet.merge(now, "left", "golden_id", suffixes=("", " now"), indicator="_known")
    wrong = [(line, f"no {entity} has the golden id '{golden_id}'. Leave the ids as they were.")
             for line, golden_id in both.loc[both._known == "left_only", [LINE, "golden_id"]].to_numpy()]  # fmt: skip
    both = both[both._known == "both"]
    answers: list[Answer] = []
    late: list[Late] = []
    for name in columns[1:]:
        given, was, known = both[name], both[WAS.format(name)], both[f"{name} now"]
        if name not in wanted:
            wrong += _changed(both[given != was], name)
            continue
        collected = both.golden_id.isin(_collected(con, entity, name))
        filled_in = (given != was) & (given != "")
        asked_for, free = (was == "") | collected, (known == "") | collected
        wrong += _changed(both[filled_in & ~asked_for], name)
        found, refused = _answers(con, config, entity, name, both[filled_in & asked_for & free])
        wrong += refused
        answers += found
        too_late = both[filled_in & asked_for & ~free & (given != known)]
        late += [(entity, *line[:3], name, *line[3:]) for line in too_late[
            ["golden_id", "source now", "key now", name, f"{name} now"]].itertuples(index=False)]  # fmt: skip
    return answers, late, wrong


def _collected(con: Connection, entity: str, field: str) -> set[str]:
    """The golden records whose value was collected before: it may be given anew."""
    query = "SELECT golden_id FROM gold.provenance WHERE rule = 'collected' AND (entity, field) = (?, ?)"
    return {golden_id for (golden_id,) in rows(con, query, [entity, field])}


def _changed(lines: pd.DataFrame, name: str) -> Iterator[tuple[int, str]]:
    for line, given, was in lines[[LINE, name, WAS.format(name)]].to_numpy():
        yield line, f"{name} was '{was}', and here '{given}'. Put it back: only yellow cells are taken."


def _answers(
    con: Connection, config: Config, entity: str, field: str, lines: pd.DataFrame
) -> tuple[list[Answer], list[tuple[int, str]]]:
    """What the cells of one field say, and which of them its type refuses or another line contradicts."""
    settings = config.entities[entity].fields[field]
    near = neighbours_of(config, entity, field)
    given = lines[[LINE, "golden_id", "source now", "key now", field]]
    _put(con, "_lines", pa.Table.from_pandas(given, preserve_index=False)
         .rename_columns(["line", "golden_id", "source", "key", "value"]))  # fmt: skip
    context = "".join(f", g.{ident(name)}::VARCHAR AS {ident(place)}" for place, name in near.items())
    con.execute(f"""CREATE OR REPLACE TEMP TABLE _given AS
        SELECT l.*{context} FROM _lines AS l JOIN {ident("gold", entity)} AS g USING (golden_id)""")
    places = "".join(f", {ident(place)}" for place in near)
    values = f"SELECT value AS before{places}, count(*) AS times FROM _given GROUP BY ALL"
    clean_values(con, settings.kind, told_of(config, entity, field), values, "_cleaned", neighbours=list(near))
    same = "".join(f" AND c.{ident(place)} IS NOT DISTINCT FROM g.{ident(place)}" for place in near)
    judged = f"""
        SELECT line, golden_id, source, key, value, after::VARCHAR, CASE WHEN NOT valid THEN reason END,
            count(DISTINCT after) OVER (PARTITION BY golden_id) > 1
        FROM _given AS g JOIN _cleaned AS c ON c.before = g.value{same} WHERE c.valid IS NOT NULL ORDER BY line"""
    found = rows(con, judged)
    con.execute("DROP TABLE _cleaned")
    codes = {row[0] for row in config.codes(settings.codes)} if settings.codes else set()
    answers, wrong = dict[str, Answer](), list[tuple[int, str]]()
    for line, golden_id, source, key, value, after, reason, several in found:
        if reason or (codes and after not in codes):
            wrong.append((line, f"{field} '{value}': {reason or 'not in its code list'}."))
        elif several:
            wrong.append((line, f"{field} '{value}': another line has another one for {golden_id}. Keep one of them."))
        else:
            answers[golden_id] = (entity, golden_id, source, key, field, after)
    return list(answers.values()), wrong


def _put(con: Connection, table: str, data: pa.Table) -> None:
    """Make Arrow data a temporary table."""
    names = ", ".join(f"{ident(column.name)} {'BIGINT' if pa.types.is_integer(column.type) else 'VARCHAR'}"
                      for column in data.schema)  # fmt: skip
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({names})")
    append(con, table, data)
