"""What is archived is whole, as it came, and tells when somebody changed it."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import StoreError
from workbench.stages import publish
from workbench.stages.archive import archives, check_archive, read_manifest

from .. import small
from ..small import told, workbench

DAY = "2028-02-29"
WAVES = """waves:
  - {name: gone, where: "city in ('第3市', '第7市')", archive: true}
"""
FILES = {"customer.parquet": 2, "item.parquet": 3, "records/customer.parquet": 3, "records/item.parquet": 3,
         "raw/erp/customer.parquet": 2, "raw/crm/customer.parquet": 1, "raw/erp/item.parquet": 3}  # fmt: skip
"""Customer 3 (with two items) is in both systems, customer 7 (with one) in the ERP."""


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small.project(tmp_path_factory.mktemp("kept"), {DAY: {}}, small.CONFIG.replace("waves:\n", WAVES))
    wb.open_project(root).run()
    return root


@pytest.fixture
def folder(run_once: Path, tmp_path: Path) -> Path:
    """A copy of the archive, to be changed."""
    return Path(shutil.copytree(run_once / "archive" / DAY, tmp_path / "archive" / DAY))


def test_it_holds_what_does_not_go_over_and_all_it_was_made_of(run_once: Path) -> None:
    (folder,) = archives(run_once)
    manifest = read_manifest(folder)
    assert {line["file"]: line["rows"] for line in manifest["files"]} == FILES
    assert (manifest["as_of"], manifest["retain_until"]) == (DAY, "2038-02-28")  # ten years, in no leap year
    assert check_archive(folder) == []
    raw = pd.read_parquet(folder / "raw/erp/customer.parquet")
    came = pd.DataFrame([small.CUSTOMERS[2], small.CUSTOMERS[6]])
    assert raw.drop(columns=["_golden_id", "_row"]).equals(came) and list(raw["_row"]) == [3, 7]
    golden = pd.read_parquet(folder / "customer.parquet")
    assert set(golden["golden_id"]) == set(raw["_golden_id"]) and set(golden["wave"]) == {"gone"}
    items = pd.read_parquet(folder / "item.parquet")
    assert sorted(items["amount"].astype(str)) == ["300.250000", "700.250000", "99.990000"]


def test_no_load_file_has_them(run_once: Path) -> None:
    gone = set(pd.read_parquet(run_once / "archive" / DAY / "customer.parquet")["golden_id"])
    loaded = [file.read_text("utf-8") for file in (run_once / "load").rglob("*.csv")]
    assert loaded and not any(golden_id in text for golden_id in gone for text in loaded)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_found(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert check_archive(folder) == [f"{name}: was changed since it was written"]


def test_a_file_that_is_gone_or_added_or_cut_is_found(folder: Path) -> None:
    (folder / "customer.parquet").unlink()
    shutil.copy(folder / "item.parquet", folder / "more.parquet")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    next(line for line in manifest["files"] if line["file"] == "item.parquet")["rows"] = 4
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert check_archive(folder) == [
        "more.parquet: is in no manifest", "customer.parquet: is gone", "item.parquet: holds 3 rows instead of 4"]  # fmt: skip


@pytest.mark.parametrize("text", ["", "[]", '{"as_of": "x"}', '{"as_of": 1, "run": 1, "retain_until": 1, "files": [1]}'])
def test_a_damaged_manifest_is_said(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(StoreError, match=r"manifest\.json is damaged or gone"):
        check_archive(folder)


def test_the_verb_lists_and_checks(run_once: Path, folder: Path) -> None:
    told(workbench("archive", run_once), 0, DAY, "2038-02-28")
    told(workbench("archive", run_once, "--check"), 0, "All files are as they were written")
    project = folder.parents[1]
    shutil.copy(run_once / "workbench.yml", project)
    (folder / "customer.parquet").write_bytes(b"PAR1")
    told(workbench("archive", project, "--check"), 1, f"{DAY}/customer.parquet: was changed")


def test_an_archive_of_the_date_is_replaced_when_nothing_is_archived_any_more(run_once: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(run_once, tmp_path / "again"))
    (root / "workbench.yml").write_text(small.CONFIG, "utf-8")
    wb.open_project(root).run()
    assert {line["rows"] for line in read_manifest(root / "archive" / DAY)["files"]} == {0}


def test_one_that_was_being_replaced_is_put_back(folder: Path) -> None:
    """What a kill between the two renames leaves."""
    folder.rename(folder.with_name(f".{DAY}.old"))
    publish.tidy(folder.parents[1], [])
    assert check_archive(folder) == []
