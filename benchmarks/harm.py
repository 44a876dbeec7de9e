"""What standardising does to cells that were right, and to those that say nothing: `python -m benchmarks.harm`.

WORKBENCH_REAL_DATA names the folder that holds pseudopeople/: three registers of simulated persons, each with its clean
twin. Every column is a field of the type that a person would give it, and each record is held against its twin.

- A cell was *right* when its letters and digits, folded, are those of its twin. It is *made worse* when, standardised,
  it means something else: another day, another amount, other letters and digits, or nothing. A right cell that is
  called not valid is a *false alarm*.
- A *placeholder* is a name of three letters or more that stands for two or more different true names and is nobody's in
  its clean column: Respondent, Of House. It is *flagged* when it is taken for missing, is not valid, or fails the check
  `generic`.
- An *impossible date* is no day of the calendar as its register writes days. It is flagged when it is not valid; where
  it has day and month swapped it may instead be read as the true day.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

import workbench as wb
from benchmarks.measured import DAY, Line
from workbench.types.folding import folded_key

KEYS = {"census": ["simulant_id"], "ssa": ["row_index"], "w2": ["simulant_id", "employer_id", "tax_form"]}
"""The columns by which a record and its twin are one; records in which they are wrong or repeated are left out."""
DAYS = {"census": "%m/%d/%Y", "ssa": "%Y%m%d"}
TYPES = {
    "first_name": "person_name", "middle_name": "person_name", "last_name": "person_name", "ssn": "tax_id",
    "date_of_birth": "date", "event_date": "date", "wages": "money", "employer_name": "company_name",
    "street_name": "address", "employer_street_name": "address", "mailing_address_street_name": "address",
}  # fmt: skip
"""The other columns are texts."""


def registers(data: Path, kind: str) -> dict[str, pd.DataFrame]:
    """The registers, `dirty` or `clean`, without the columns that only join them."""
    files = {name: data / "pseudopeople" / f"{name}_2020_{kind}.csv" for name in KEYS}
    return {name: pd.read_csv(file, dtype=str, keep_default_na=False) for name, file in files.items()}


def project(root: Path, data: Path) -> wb.Project:
    """A project of the dirty registers, each an entity; names are checked for stopgaps."""
    extracts = root / "sources" / str(DAY)
    extracts.mkdir(parents=True)
    entities, sources, checks = {}, {}, []
    for name, frame in registers(data, "dirty").items():
        shutil.copy(data / "pseudopeople" / f"{name}_2020_dirty.csv", extracts / f"{name}.csv")
        fields = {column: {"type": TYPES.get(column, "text")} for column in frame.columns[1:]}
        entities[name] = {"fields": fields}
        record = {"from": "people", "key": "row_index", "fields": {column: column for column in fields}}
        sources[f"{name}_office"] = {"tables": {"people": f"{name}.csv"}, "records": {name: record}}
        names = (column for column, field in fields.items() if field["type"] == "person_name")
        checks += [{"check": "generic", "field": f"{name}.{column}"} for column in names]
    told = {"project": "Harm", "region": "US", "entities": entities, "sources": sources, "checks": checks}
    YAML().dump(told, root / "workbench.yml")
    return wb.open_project(root)


def cells(data: Path, root: Path) -> pd.DataFrame:
    """One row a cell that has a twin: register, field, before, true, after, valid, stopgap."""
    it = project(root, data)
    it.run(until="check")
    stopgaps = it.sql("SELECT entity AS register, field, key AS row_index, true AS stopgap FROM qa.failures "
                      "WHERE check_id LIKE 'generic:%'")  # fmt: skip
    found = []
    clean = registers(data, "clean")
    for name, dirty in registers(data, "dirty").items():
        once = dirty[~dirty.duplicated(KEYS[name], keep=False)]
        twins = once.merge(clean[name], on=KEYS[name], suffixes=("", "__true"))
        std = it.sql(f"SELECT * FROM std.{name}").set_index("key").loc[twins["row_index"]]
        for column in (c for c in dirty.columns[1:] if c not in KEYS[name]):
            found.append(pd.DataFrame({
                "register": name, "field": column, "row_index": twins["row_index"], "before": twins[column],
                "true": twins[f"{column}__true"], "after": std[column].array, "valid": std[f"{column}__valid"].array,
            }))  # fmt: skip
    return pd.concat(found).merge(stopgaps, how="left", on=["register", "field", "row_index"])


def means(register: str, field: str, after: object, true: str) -> bool:
    """Whether a standardised value means what the clean text does."""
    if pd.isna(after):
        return folded_key(true) is None
    match TYPES.get(field):
        case "date":
            return f"{after:%Y-%m-%d}" == f"{_day(register, true):%Y-%m-%d}"
        case "money":
            return Decimal(str(after)) == Decimal(true)
    return folded_key(str(after)) == folded_key(true)


def _day(register: str, text: str) -> datetime | None:
    """The day that a text of a register is, None where it is none."""
    try:
        return datetime.strptime(text, DAYS[register])
    except ValueError:
        return None


def placeholders(found: pd.DataFrame) -> pd.Series:
    """Which cells hold a placeholder for a name."""
    names = found[found["field"].map(TYPES).eq("person_name") & found["before"].ne("")]
    wrong = names[names["before"] != names["true"]]
    meant = wrong.groupby(["field", "before"])["true"].nunique()
    real = set(zip(found["field"], found["true"], strict=True))
    listed = {place for place, times in meant.items() if times > 1 and place not in real and len(place[1]) > 2}
    return pd.Series([place in listed for place in zip(found["field"], found["before"], strict=True)])


def judged(found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The cells by what became of them; every list but `right` is one of `cells` that somebody may look at."""
    folded = {text: folded_key(text) for text in pd.unique(found[["before", "true"]].to_numpy().ravel())}
    right = found[found["before"].map(folded) == found["true"].map(folded)]
    kept = [means(*cell) for cell in right[["register", "field", "after", "true"]].itertuples(index=False)]
    dates = found[found["field"].map(TYPES).eq("date") & found["before"].ne("")]
    impossible = dates[[_day(*cell) is None for cell in dates[["register", "before"]].itertuples(index=False)]]
    place = found[placeholders(found)]
    as_meant = [means(*cell) for cell in impossible[["register", "field", "after", "true"]].itertuples(index=False)]
    return {
        "right": right,
        "made worse": right[[not each for each in kept]],
        "false alarms": right[right["valid"].eq(False)],
        "placeholders": place,
        "placeholders flagged": place[place["valid"].ne(True) | place["stopgap"].eq(True)],
        "impossible dates": impossible,
        "impossible dates flagged": impossible[impossible["valid"].eq(False)],
        "impossible dates read as the true day": impossible[as_meant],
    }


def main() -> list[Line]:
    """Print what became of the cells, and by field which were made worse."""
    with tempfile.TemporaryDirectory() as folder:
        found = judged(cells(Path(os.environ["WORKBENCH_REAL_DATA"]), Path(folder)))
    shown = Table("cells", "how many", title="What standardising did to the registers of pseudopeople")
    for name, some in found.items():
        shown.add_row(name, f"{len(some):,}")
    out = Console()
    out.print(shown)
    for name in ("made worse", "false alarms"):
        for (register, field), some in found[name].groupby(["register", "field"]):
            examples = ", ".join(f"{before} -> {after}" for before, after in some[["before", "after"]].values[:3])
            out.print(f"{name}: {register}.{field} {len(some):,} ({examples})", markup=False)
    count = {name: len(some) for name, some in found.items()}
    share = count["made worse"] / count["right"]
    dates = count["impossible dates flagged"] + count["impossible dates read as the true day"]
    return [
        Line("right cells made worse", "under 0.1 %", f"{share:.3%} of {count['right']:,}"),
        Line("placeholders for names flagged", "all", f"{count['placeholders flagged']} of {count['placeholders']}"),
        Line("impossible dates flagged or read as the true day", "all", f"{dates} of {count['impossible dates']}"),
    ]


if __name__ == "__main__":
    main()
