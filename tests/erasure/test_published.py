"""What was published of runs loses a person too, also where files are damaged or a run was compacted."""

import os
import shutil

import workbench as wb
from tests import small
from workbench.erasure.published import pseudonyms
from workbench.published import Published
from workbench.types import TYPES

from .made import CONFIG, MARK, erase, golden_of, marked, said


def test_what_was_published_of_every_run_loses_them_too(project: wb.Project) -> None:
    golden_id, key = golden_of(project, "K03"), project.journal.mask_key()
    children = [*project.sql("SELECT golden_id FROM gold.xref WHERE entity = 'item' AND key LIKE '900003%'")["golden_id"]]
    theirs = {MARK, golden_id, *children, "K03", "900003|1", "900016|1"}
    for field, kind in (("name", "company_name"), ("email", "email"), ("city", "text"), ("tax_id", "tax_id"), ("phone", "phone")):
        values = project.sql(f"SELECT {field} AS v FROM std.customer WHERE source = 'erp' AND key = 'K03'")["v"]
        theirs |= {TYPES[kind].mask(value, key) for value in values if value}
    before = {one for one in theirs if any(one in text for _, text in said(project.root))}
    assert before >= {golden_id, "K03", "900003|1"} and len(before) > 6
    others = project.published().records("SELECT count(*) AS n FROM published.recon_rows WHERE key <> 'K03'")[0]["n"]
    done = erase(project)
    found = {(one, name) for name, text in said(project.root) for one in theirs if one in text}
    assert found == set()
    for run in (f"{small.DAY}.1", f"{small.NEXT}.1"):
        assert done[f"reports/{run}"][1] == "rows and pseudonyms taken out, pages made again"
        files = {file.name for file in (project.root / "reports" / run).iterdir()}
        assert {"index.html", "checks.html", "quality.html", "quality.xlsx", "tables"} <= files
        assert not [name for name in files if name.startswith(("profiler", "."))]
    run = Published(project.root)
    assert run.records("SELECT count(*) AS n FROM published.recon_rows")[0]["n"] == others - 3  # two items, and the CRM's record by the golden id
    assert "Cannot be shown" not in (project.root / "reports" / run.run_id / "quality.html").read_text("utf-8")
    assert len(run.records("FROM published.runs")) == 2


def test_after_a_killed_compaction_it_goes_on(project: wb.Project) -> None:
    (project.root / "workbench.yml").write_text(f"{CONFIG}keep: {{runs: 1 day}}\n", "utf-8")
    assert small.workbench("compact", project.root, script=small.KILLED_COMPACTING).returncode == -9
    left = project.root / "reports" / f"{small.DAY}.1" / "tables.going"
    assert [*left.glob("*.parquet")]
    place = left.relative_to(project.root).as_posix()
    assert place in erase(project, dry_run=True) and left.exists()
    assert erase(project)[place][1] == "deleted: a killed compaction left it"
    assert not left.exists() and marked(project.root) == set()


def test_a_damaged_table_of_an_old_run_goes_and_the_rest_is_erased(project: wb.Project) -> None:
    old, new = f"reports/{small.DAY}.1", f"reports/{small.NEXT}.1"
    for name in (f"{old}/tables/qa_failures.parquet", f"state/published/{small.DAY}.1/recon_rows.parquet",
                 f"state/published/{small.NEXT}.1/tables.duckdb"):  # fmt: skip
        file = project.root / name
        os.truncate(file, file.stat().st_size // 2)
    place = f"{old}/tables/qa_failures.parquet"
    promised = erase(project, dry_run=True)
    assert promised[place][1].startswith("deleted: it is damaged") and (project.root / place).exists()
    assert "erase damaged" not in set(project.audit()["action"])
    done = erase(project)
    assert {*promised} == {*done} and all(promised[run] == done[run] for run in (old, new))
    assert done[new][1].endswith("pages made again")
    assert done[old][1].endswith("pages deleted, as they cannot be drawn any more: a table that they need is damaged")
    pages = ("index.html", "reconciliation.html", "checks.html", "profile.html", "notebooks/index.html")
    assert {done[f"{old}/{name}"][1] for name in pages} == {"deleted: it cannot be drawn any more"}
    assert done[place][1].startswith("deleted: it is damaged") and not (project.root / place).exists()
    lines = project.audit().query("action == 'erase damaged'")
    assert lines[["user", "what"]].to_numpy().tolist() == [["chen", place]]
    assert marked(project.root) == set() and len(project.journal.erased()) == 1
    assert not [name for name, text in said(project.root) if name.startswith(old) and "K03" in text]
    files = {run: {file.name for file in (project.root / run).iterdir()} for run in (old, new)}
    kept = {"quality.html", "quality.xlsx", "model_customer.json", "tables"}  # the other pages need what is gone
    assert files == {old: kept, new: kept | {"index.html", "reconciliation.html", "checks.html", "profile.html", "notebooks"}}
    assert len([*(project.root / old / "tables").glob("*.parquet")]) > 20


def test_pages_in_folders_of_runs_without_tables_are_looked_at(project: wb.Project) -> None:
    golden_id = golden_of(project, "K03")
    run = project.root / "reports" / f"{small.DAY}.1"
    shutil.rmtree(run / "tables")
    names = ("reports/notebooks/2025-01-06.1/tour.html", f"reports/{run.name}/notebooks/tour.html", "reports/notebooks/other.html")
    for name, who in zip(names, (golden_id, golden_id, "another"), strict=True):
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text(f"<p>found <code>{who}</code></p>", "utf-8")
    done = erase(project)
    ofno, compacted = (f"deleted: it cannot be made again, as {why}" for why in ("it is of no run", "its run was compacted"))
    assert [done.get(name, (None, ""))[1] for name in names] == [ofno, compacted, ""]
    assert [(project.root / name).exists() for name in names] == [False, False, True]


def test_values_that_others_share_stay_with_them(project: wb.Project) -> None:
    found = pseudonyms({"ab", "abc"}, b"k" * 32)
    assert "abc" in found and "ab" not in found
    assert TYPES["text"].mask("abc", b"k" * 32) in found
