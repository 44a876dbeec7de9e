"""Datasets of which it is known who is who, from the folder that WORKBENCH_REAL_DATA names, and the demo's first date.

What gives the truth away (ids made of it, ids of a simulation) is taken out of the extracts.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

import workbench as wb
from benchmarks.measured import DAY

DEMO = Path(__file__).parents[2] / "data" / "demo"


@dataclass(frozen=True)
class Dataset:
    """Extracts by source, each a table whose first column is its key, or a folder; and the truth: source, key, cluster.

    `records` are the same records as the peers are given them: one table of source, key and columns that all share.
    In a source that is `distinct` each thing is once, so what is found is linked one to one, whoever found it.
    """

    extracts: Mapping[str, pd.DataFrame | Path]
    records: pd.DataFrame
    truth: pd.DataFrame
    distinct: bool = False

    def write(self, folder: Path) -> None:
        """Write records.csv and truth.csv, and the extracts into extracts/."""
        (folder / "extracts").mkdir(parents=True, exist_ok=True)
        self.records.to_csv(folder / "records.csv", index=False)
        self.truth.to_csv(folder / "truth.csv", index=False)
        for source, extract in self.extracts.items():
            if isinstance(extract, Path):
                shutil.copytree(extract, folder / "extracts" / source, dirs_exist_ok=True)
            else:
                extract.to_csv(folder / "extracts" / f"{source}.csv", index=False)


def read(file: Path) -> pd.DataFrame:
    """A table as text, blank where nothing is."""
    return pd.read_csv(file, dtype=str, keep_default_na=False, skipinitialspace=True)


def who_is_who(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The truth from the columns of a table that hold source, key and cluster."""
    return frame[list(columns)].set_axis(["source", "key", "cluster"], axis=1)


def _of_one_kind(
    extracts: Mapping[str, pd.DataFrame], clusters: Mapping[str, pd.Series], distinct: bool = False
) -> Dataset:
    """Extracts that have the same columns; clusters by source, a value for each row."""
    whole = {name: each.rename(columns={each.columns[0]: "key"}).assign(source=name) for name, each in extracts.items()}
    truth = [frame[["source", "key"]].assign(cluster=clusters[name]) for name, frame in whole.items()]
    records = pd.concat(whole.values(), ignore_index=True)
    columns = ["source", *records.columns.drop("source")]
    return Dataset(extracts, records[columns], pd.concat(truth, ignore_index=True), distinct)


def _febrl(data: Path, files: Mapping[str, str], without: list[str], distinct: bool) -> Dataset:
    """Persons of Febrl, their ids replaced: those tell who is who."""
    extracts, clusters = {}, {}
    for source, file in files.items():
        frame = read(data / "febrl" / f"dataset{file}.csv")
        clusters[source] = frame["rec_id"].str.extract(r"(rec-\d+)", expand=False)
        ids = frame["rec_id"].map(lambda given: hashlib.md5(given.encode()).hexdigest()[:10])
        extracts[source] = frame.assign(rec_id=ids).drop(columns=["soc_sec_id", *without])
    return _of_one_kind(extracts, clusters, distinct)


def _fodors_zagats(data: Path) -> Dataset:
    folder = data / "fodors_zagats"
    extracts = {name: read(folder / f"{name}.csv") for name in ("fodors", "zagats")}
    pairs = read(folder / "matches_fodors_zagats.csv").set_index("zagats_id")["fodors_id"]
    ids = extracts["zagats"]["id"]
    clusters = {"fodors": extracts["fodors"]["id"], "zagats": ids.map(pairs).fillna("zagats " + ids)}
    return _of_one_kind(extracts, clusters, distinct=True)


def _labelled(data: Path, file: str, key: str, label: str) -> Dataset:
    """One table with a column that says who is who."""
    people = read(data / file)
    extract = people[[key, *people.columns.drop([key, label])]]
    return _of_one_kind({"people": extract}, {"people": people[label]})


def _senzing(data: Path) -> Dataset:
    folder = data / "senzing_truthset"
    extracts = {name: read(folder / f"{name}.csv") for name in ("customers", "reference", "watchlist")}
    extracts = {
        name: frame[["RECORD_ID", *frame.columns.drop(["RECORD_ID", "DATA_SOURCE"])]]
        for name, frame in extracts.items()
    }
    listed = read(folder / "actual_truthset_key.csv")
    truth = who_is_who(listed.assign(source=listed["DATA_SOURCE"].str.lower()), "source", "RECORD_ID", "CLUSTER_ID")
    whole = pd.concat([frame.assign(source=name) for name, frame in extracts.items()]).fillna("")
    records = pd.DataFrame({
        "source": whole["source"],
        "key": whole["RECORD_ID"],
        "name": _joined(whole, ["PRIMARY_NAME_FULL", "PRIMARY_NAME_ORG", "PRIMARY_NAME_FIRST", "PRIMARY_NAME_MIDDLE",
                                "PRIMARY_NAME_LAST"]),
        "birth_date": whole["DATE_OF_BIRTH"],
        "address": _joined(whole, ["ADDR_FULL", "ADDR_LINE1", "ADDR_CITY", "ADDR_STATE", "ADDR_POSTAL_CODE"]),
        "phone": whole["PHONE_NUMBER"],
        "email": whole["EMAIL_ADDRESS"],
        "ssn": whole["SSN_NUMBER"],
        "national_id": whole["NATIONAL_ID_NUMBER"],
        "driver_licence": whole["DRIVERS_LICENSE_NUMBER"],
    })  # fmt: skip
    return Dataset(extracts, records, truth)


def _joined(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    return frame[columns].agg(" ".join, axis=1).str.split().str.join(" ")


def _pseudopeople(data: Path) -> Dataset:
    """Births and deaths, and tax forms: some persons have two of the first, many have several of the second."""
    frames = {name: read(data / "pseudopeople" / f"{name}_2020_dirty.csv") for name in ("ssa", "w2")}
    made = ["simulant_id", "household_id", "employer_id"]
    extracts = {name: frame.drop(columns=made, errors="ignore") for name, frame in frames.items()}
    shared = {
        "ssa": frames["ssa"].assign(middle_initial=frames["ssa"]["middle_name"].str[:1]),
        "w2": frames["w2"].rename(columns=lambda name: name.removeprefix("mailing_address_")),
    }
    columns = ["row_index", "ssn", "first_name", "middle_initial", "last_name", "date_of_birth", "sex", "street_number",
               "street_name", "city", "zipcode"]  # fmt: skip
    flat = _of_one_kind(
        {name: frame.reindex(columns=columns) for name, frame in shared.items()},
        {name: frame["simulant_id"] for name, frame in frames.items()},
    )
    return Dataset(extracts, flat.records, flat.truth)


def _census(data: Path) -> Dataset:
    """Births and deaths, and a census: households whose members share name and address, and no number at all."""
    frames = {name: read(data / "pseudopeople" / f"{name}_2020_dirty.csv") for name in ("ssa", "census")}
    made = ["simulant_id", "household_id"]
    extracts = {name: frame.drop(columns=made, errors="ignore") for name, frame in frames.items()}
    initial = {"ssa": frames["ssa"]["middle_name"].str[:1], "census": frames["census"]["middle_initial"]}
    columns = ["row_index", "first_name", "middle_initial", "last_name", "date_of_birth", "sex", "street_number",
               "street_name"]  # fmt: skip
    flat = _of_one_kind(
        {name: frame.assign(middle_initial=initial[name]).reindex(columns=columns) for name, frame in frames.items()},
        {name: frame["simulant_id"] for name, frame in frames.items()},
    )
    born = pd.to_datetime(flat.records["date_of_birth"], format="mixed", errors="coerce").dt.strftime("%Y-%m-%d")
    return Dataset(extracts, flat.records.assign(date_of_birth=born.fillna("")), flat.truth)


ERP = """SELECT 'erp' AS source, KUNNR AS key, name,
    coalesce(nullif(trim(STCD5), ''), nullif(trim(STCEG), ''), STCD1) AS tax_id,
    TELF1 AS phone, SMTP_ADDR AS email, STRAS AS address, ORT01 AS city, PSTLZ AS postcode FROM ({view})"""
CRM = """SELECT 'crm', "Account ID", coalesce(nullif(trim("Account Name (Chinese)"), ''), "Account Name"), "Tax ID",
    Phone, Email, "Billing Street", "Billing City", "Billing Postal Code" FROM raw.crm__accounts"""
SALES = "SELECT 'sales', 编号, 客户名称, 统一社会信用代码, 联系电话, 邮箱, 地址, 城市, NULL FROM raw.sales__list"


def _demo(data: Path) -> Dataset:
    """The demo's first date; the peers have its columns side by side, uncleaned."""
    truth = who_is_who(read(DEMO / "truth" / "customer.csv"), "source", "key", "cluster")
    with tempfile.TemporaryDirectory() as folder:
        project = wb.open_project(lay_demo(Path(folder) / "demo"))
        project.run(until="ingest")
        view = (DEMO / "views" / "erp_customer.sql").read_text(encoding="utf-8").split("\n", 1)[1]
        records = project.sql(f"{ERP.format(view=view)} UNION ALL {CRM} UNION ALL {SALES}")
    sources = DEMO / "sources" / str(DAY)
    records = records.drop_duplicates(["source", "key"]).merge(truth[["source", "key"]])
    truth = truth.merge(records[["source", "key"]])  # it has those of later dates too
    return Dataset({name: sources / name for name in ("erp", "crm", "sales")}, records, truth)


def lay_demo(root: Path) -> Path:
    """A copy of the demo as it is before its first run, with the extracts of the first date."""
    later = [date.name for date in (DEMO / "sources").iterdir() if date.name != str(DAY)]
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("state", "load", "reports", "journal*", *later))
    return root


DATASETS: dict[str, Callable[[Path], Dataset]] = {
    "febrl4": partial(_febrl, files={"a": "4a", "b": "4b"}, without=[], distinct=True),
    "febrl4_undated": partial(_febrl, files={"a": "4a", "b": "4b"}, without=["date_of_birth"], distinct=True),
    "febrl3": partial(_febrl, files={"people": "3"}, without=[], distinct=False),
    "fodors_zagats": _fodors_zagats,
    "rldata10000": partial(_labelled, file="rldata/RLdata10000.csv", key="record_id", label="label_true"),
    "senzing_truthset": _senzing,
    "splink_fake_1000": partial(_labelled, file="splink_fake_1000/fake_1000.csv", key="unique_id", label="cluster"),
    "pseudopeople": _pseudopeople,
    "demo": _demo,
    "febrl1": partial(_febrl, files={"people": "1"}, without=[], distinct=False),
    "febrl2": partial(_febrl, files={"people": "2"}, without=[], distinct=False),
    "rldata500": partial(_labelled, file="rldata/RLdata500.csv", key="record_id", label="label_true"),
    "census": _census,
}
"""What makes each dataset from the folder of the real data."""

HELD_OUT = ("febrl1", "febrl2", "rldata500", "census")
"""Datasets that nothing was chosen by: first measured when all that drafts and the model take for granted was fixed."""
