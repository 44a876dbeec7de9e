"""The wheel holds the whole package and works where the repository is not."""

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from workbench.demo import PARTS

ROOT = Path(__file__).parents[1]
DEMO = """
import workbench
from workbench.bundled import bundled
from workbench.stages.extracts import dates
demo = bundled("data/demo")
assert workbench.open_demo and workbench.open_project and len(dates(demo)) == 6
print(demo)
"""


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a source distribution, which is built from a copy, so that the repository stays clean."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT / "workbench", copy / "workbench", ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*ROOT.glob("*.toml"), *ROOT.glob("*.md"), ROOT / "LICENSE", ROOT / "setup.py"):
        shutil.copy(file, copy)
    for folder in ("notebooks", "data/demo"):
        ignored = shutil.ignore_patterns("state", "reports", "load", "journal.sqlite*", "__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, folder=copy)
    return next(out.glob("*.whl"))


def test_every_file_of_the_package_is_inside(wheel: Path) -> None:
    files = {path for path in (ROOT / "workbench").rglob("*") if path.is_file()}
    expected = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    with zipfile.ZipFile(wheel) as archive:
        assert expected - set(archive.namelist()) == set()


def test_the_demo_and_the_notebooks_are_inside_without_what_made_them(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name.removeprefix("workbench/bundled/") for name in archive.namelist() if "/bundled/" in name}
    parts = [path for name in PARTS for path in ((ROOT / "data/demo" / name), *(ROOT / "data/demo" / name).rglob("*"))]
    expected = {
        path.relative_to(ROOT).as_posix() for path in (*parts, *ROOT.glob("notebooks/*.ipynb")) if path.is_file()
    }
    assert inside == expected and "data/demo/workbench.yml" in inside


def test_it_installs_drafts_and_runs_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """This environment lends the dependencies; the .pth files in it (an editable install) are not read."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    venv.create(tmp_path / "env", with_pip=False, symlinks=sys.platform != "win32")
    python = next(path for path in (tmp_path / "env").glob("*/python*") if path.stem == "python")
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--no-deps", "--no-index", wheel, folder=elsewhere)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=elsewhere))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    run(*pip, "check", folder=elsewhere)
    where = run(python, "-I", "-c", "import workbench.sources as s; print(s.__file__)", folder=elsewhere)
    assert Path(where).is_relative_to(site)
    found = run(python, "-I", "-c", DEMO, folder=elsewhere)
    assert Path(found).is_relative_to(site / "workbench" / "bundled"), "the demo that wb.open_demo() copies"
    (elsewhere / "list.csv").write_text("客户编号,客户名称,电话\nK1,华瑞有限公司,010-62531234\n", "utf-8")
    command = python.with_name(f"workbench{python.suffix}")
    run(command, "init", "project", "--source", "erp=list.csv", "--as-of", "2026-03-02", folder=elsewhere)
    notebooks = {file.name for file in (ROOT / "notebooks").glob("*.ipynb")} - {"03_matching.ipynb"}
    assert {file.name for file in (elsewhere / "project" / "notebooks").glob("*")} == notebooks
    run(command, "run", "project", folder=elsewhere)
    report = elsewhere / "project" / "reports" / "2026-03-02.1" / "index.html"
    assert report.is_file()
