"""What new systems say of the rows that were sent, read into the ledger; and what is wrong with such files."""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import ConfigError, SourceError, WorkbenchError
from workbench.project import Project
from workbench.workbook import read_sheet

from .. import small
from ..small import DAY, told, workbench

TARGETS = """targets:
  sf: {kind: salesforce, mapping: mappings/sf.csv}
  zoho: {kind: zoho, mapping: mappings/zoho.csv}
  sap: {kind: sap_cockpit, mapping: mappings/sap.csv}
"""
SF = "object,field,from,codes,default\nAccount,Golden_ID__c,golden_id,,\nAccount,Name,name,,\nAccount,Tax_ID__c,tax_id,,\n"
ZOHO = "object,field,from,codes,default\nAccounts,Account_Name,name,,\nAccounts,Phone,phone,,\n"
SAP = """object,field,from,codes,default
S_CUST_GEN,KUNNR,left(golden_id; 10),,
S_CUST_GEN,BU_GROUP,,,BP01
S_CUST_GEN,COUNTRY,,,CN
S_CUST_GEN,NAMORG1,name,,
S_ROLES,KUNNR,left(golden_id; 10),,
S_ROLES,BP_ROLE,,,FLCU01
""".replace("left(golden_id; 10)", '"left(golden_id, 10)"')


def authored(table: str) -> str:
    """A mapping table whose every line somebody answers for, so that its files are no drafts once approved."""
    heading, *lines = table.splitlines()
    return "\n".join([f"{heading},author", *(f"{line},Wu Min" for line in lines), ""])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("results") / "p"
    config = small.CONFIG.replace("targets:\n  plain: {kind: plain}\n", TARGETS)
    tables = {"mappings__sf_csv": authored(SF), "mappings__zoho_csv": authored(ZOHO), "mappings__sap_csv": SAP}
    project = wb.open_project(small.project(root, config=config, **tables))
    for target in ("sf", "zoho"):
        project.mapping(target).approve(user="Chen Jie")
    project.run()
    return project


@pytest.fixture
def project(ran: Project, tmp_path: Path) -> Iterator[Project]:
    shutil.copytree(ran.root, tmp_path / "p")
    yield wb.open_project(tmp_path / "p")


def sent(project: Project) -> list[dict[str, str]]:
    with (project.root / "load" / DAY / "sf" / "all" / "Account.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(file: Path, rows: list[dict[str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def answered(project: Project, folder: Path) -> tuple[Path, Path]:
    """Success and failure files as Salesforce gives them: the first row failed, the last has no answer."""
    rows = sent(project)
    error = f"REQUIRED_FIELD_MISSING:Required fields are missing: [Industry]: {rows[0]['Name']}:Industry --"
    good = [{"sf__Id": f"001{n:015d}", "sf__Created": "true" if n else "false", **row} for n, row in enumerate(rows[1:-1])]
    bad = [{"sf__Id": "", "sf__Error": error, **rows[0]}]
    return write(folder / "Account_success.csv", good), write(folder / "Account_failed.csv", bad)


def ledger(project: Project) -> list[tuple[str, ...]]:
    return project.journal.read("SELECT golden_id, event, target_id, field, reason FROM ledger ORDER BY golden_id")


def test_salesforce_results_go_into_the_ledger_once(project: Project, tmp_path: Path) -> None:
    rows, files = sent(project), answered(project, tmp_path)
    found = project.results("sf", files, user="Li").to_dict("records")[0]
    assert {name: found[name] for name in ("sent", "created", "updated", "refused", "unprocessed", "never_sent")} == {
        "sent": len(rows), "created": len(rows) - 3, "updated": 1, "refused": 1, "unprocessed": 1, "never_sent": 0
    }  # fmt: skip
    lines = {line[0]: line[1:] for line in ledger(project)}
    assert len(lines) == len(rows) - 1 and rows[-1]["Golden_ID__c"] not in lines
    event, _, field, reason = lines[rows[0]["Golden_ID__c"]]
    assert (event, field) == ("refused", "Industry")
    assert rows[0]["Name"] not in reason and "Required fields are missing" in reason, "no values of people in the journal"
    (load,) = project.journal.read("SELECT user, environment, outcome FROM loads")
    assert load == ("Li", "test", "rows refused")
    with Path(found["corrections"]).open(encoding="utf-8-sig", newline="") as source:
        (correction,) = csv.DictReader(source)
    assert correction | rows[0] == correction and correction["error_field"] == "Industry"
    assert rows[0]["Name"] in correction["error"]
    assert Path(found["corrections"]).parent == project.root / "load" / "corrections", "which `forget` takes away too"
    again = project.results("sf", files[:1]).to_dict("records")[0]
    assert len(ledger(project)) == len(lines), "what is known is not told again"
    assert again["unprocessed"] == 1, "what was refused has its answer already"
    with Path(again["corrections"]).open(encoding="utf-8-sig", newline="") as source:
        (still,) = csv.DictReader(source)
    assert still | rows[0] == still, "a file that is read later takes no refused row away"


def test_an_unknown_wave_and_a_file_without_results_are_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no wave 'bigg'"):
        project.results("sf", answered(project, tmp_path)[:1], wave="bigg")
    with pytest.raises(SourceError, match="no column sf__Id, sf__Error, so it says no result"):
        project.results("sf", [project.root / "load" / DAY / "sf" / "all" / "Account.csv"])
    assert ledger(project) == []


def test_rows_that_were_never_sent_are_counted(project: Project, tmp_path: Path) -> None:
    rows = [{"sf__Id": "1", "sf__Created": "true", **sent(project)[0], "Golden_ID__c": key} for key in ("other", "another")]
    found = project.results("sf", [write(tmp_path / "Account.csv", rows)]).to_dict("records")[0]
    assert (found["never_sent"], found["created"], ledger(project)) == (2, 0, [])


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("Account.csv", {"Golden_ID__c": "1.2E+17"}, "turned an id into a number"),
        ("Account.csv", {"Golden_ID__c": "120.0"}, "turned an id into a number"),
        ("Account.csv", {"sf__Id": "4.15E+18"}, "turned an id into a number"),
        ("Account.csv", {"Golden_ID__c": None}, "there is no column Golden_ID__c"),
    ],
)
def test_ids_that_excel_changed_are_refused(
    project: Project, tmp_path: Path, name: str, change: dict[str, str | None], said: str
) -> None:
    row = {"sf__Id": "1", "sf__Created": "true", **sent(project)[0]} | change
    file = write(tmp_path / name, [{key: value for key, value in row.items() if value is not None}])
    with pytest.raises(SourceError, match=said):
        project.results("sf", [file])
    assert ledger(project) == [] and not (project.root / "load" / "corrections").exists()


def test_all_mistakes_of_all_files_are_said_at_once(project: Project, tmp_path: Path) -> None:
    good, bad = answered(project, tmp_path)
    again = write(tmp_path / "Account_again.csv", [{"sf__Id": "1", **sent(project)[1]}])
    keyless = write(tmp_path / "Account_keyless.csv", [{"sf__Id": "1", "Name": "x"}])
    with pytest.raises(SourceError) as error:
        project.results("sf", [good, bad, again, keyless])
    assert "1 rows of Account have more than one result" in str(error.value)
    assert "Account_keyless.csv: there is no column" in str(error.value)
    assert ledger(project) == []


def test_zoho_results_are_known_by_their_order(project: Project, tmp_path: Path) -> None:
    """The rows sent carry no key of ours: result row n is of row n of the file sent, a zip."""
    place = project.root / "load" / DAY / "zoho" / "all"
    with zipfile.ZipFile(place / "Accounts.zip") as archive:
        names = [row["Account_Name"] for row in csv.DictReader(archive.read("Accounts.csv").decode().splitlines())]
    status = ["SKIPPED", *["ADDED"] * (len(names) - 2), "UPDATED"]
    rows = [
        {"RECORD_ID": "" if said == "SKIPPED" else f"R{n}", "STATUS": said, "Account_Name": name,
         "ERRORS": "MANDATORY_NOT_FOUND-Company" if said == "SKIPPED" else ""}
        for n, (said, name) in enumerate(zip(status, names, strict=True))
    ]  # fmt: skip
    found = project.results("zoho", [write(tmp_path / "Accounts_result.csv", rows)]).to_dict("records")[0]
    assert (found["created"], found["updated"], found["refused"]) == (len(names) - 2, 1, 1)
    known = dict(project.sql("SELECT golden_id, name FROM gold.customer").to_numpy().tolist())
    assert [known[golden_id] for golden_id, event, *_ in ledger(project) if event == "refused"] == names[:1]
    assert {field for _, event, _, field, _ in ledger(project) if event == "refused"} == {"Company"}
    with pytest.raises(SourceError, match="a result without keys must be whole"):
        project.results("zoho", [write(tmp_path / "Accounts_cut.csv", rows[:-1])])


def test_what_cannot_be_told_is_said(project: Project, tmp_path: Path) -> None:
    file = write(tmp_path / "x.csv", [{"a": "1"}])
    for target, said in (("sff", "did you mean 'sf'"), ("sap", "say in `results` which columns")):
        with pytest.raises(WorkbenchError, match=said):
            project.results(target, [file])


def test_written_files_are_those_that_reconcile_counts(project: Project) -> None:
    """By the manifest of each wave and by its files; the workbook has the structures in it."""
    counted = project.sql("""SELECT target, count(*) AS n FROM recon.rows
        WHERE outcome = 'written' AND entity = 'customer' GROUP BY ALL""")
    for target, expected in counted.itertuples(index=False):
        with (project.root / "load" / DAY / target / "all" / "manifest.csv").open(encoding="utf-8", newline="") as lines:
            manifest = list(csv.DictReader(lines))
        assert {int(line["rows"]) for line in manifest} == {expected}, target
        assert all((project.root / "load" / DAY / target / "all" / line["file"]).is_file() for line in manifest)
        if target == "sap":
            assert [line["object"] for line in manifest] == ["S_CUST_GEN", "S_ROLES"]


def test_the_verbs_say_it_and_end_with_one_where_something_is_open(project: Project, tmp_path: Path) -> None:
    assert "refuse nothing" in told(workbench("preflight", project.root, "--target", "sf"), 0)
    files = answered(project, tmp_path)
    said = told(workbench("results", project.root, *files, "--target", "sf"), 1, "refused", "unprocessed")
    assert sent(project)[0]["Name"] not in said
    told(workbench("results", project.root, files[0], "--target", "nobody"), 2, "There is no target 'nobody'")


def test_preflight_names_record_field_and_problem(project: Project, tmp_path: Path) -> None:
    """Names of 41 places for SAP, and tax numbers that two customers share: refused there, doubtful here."""
    rows = [small.customer(n, name=f"{'长' * 40}{n}" if n == 5 else f"华瑞{n}号有限公司") for n in range(1, 8)]
    small.extract(project.root, DAY, "erp/customers.csv", rows)
    project.run(until="reconcile")
    found = project.preflight()
    refused = found[found["kind"] == "refused"]
    assert set(refused[refused["object"] == "S_CUST_GEN"]["key"]) == {"K05"}
    line = refused[(refused["object"] == "S_CUST_GEN")].iloc[0]
    assert (line.source, line.field, line.problem) == ("erp", "NAMORG1", "longer than 40 UTF-16 units")
    told(workbench("preflight", project.root, "--to", tmp_path / "found.xlsx"), 1, "does not go over")
    assert read_sheet(tmp_path / "found.xlsx", "refused", ["key"])["key"].tolist().count("K05") >= 1


def test_preflight_tells_sources_and_keys(project: Project) -> None:
    assert project.preflight("sf").empty
    with pytest.raises(WorkbenchError, match="There is no target"):
        project.preflight("x")
