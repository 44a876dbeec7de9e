"""Notebooks, in real kernels: as pages beside a run's report, saved with their outputs, laid into a new project."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

import workbench as wb
from workbench.draft.notebooks import lay_notebooks
from workbench.notebooks import Rendered, regenerate, render_notebooks

from . import small
from .small import command, told, workbench

BAD = "<script>alert(1)</script>"
OPEN = "import os\nimport workbench as wb\n\np = wb.open_project('..')"
FIRST = [
    f"md# What *is* {BAD}\n\nSee [the next](02_second.ipynb#there) and [the web](https://example.org). {BAD}\n\n| a |\n|---|\n| 1 |",
    f"{OPEN}\nprint(os.environ['WORKBENCH_MASKED'], p.published().run_id)",
    "p",
    "p",
    "md## Further",
    f"from IPython.display import HTML, SVG, Image, Markdown, display\ndisplay(HTML('<p>live {BAD}</p>'))",
    "display(HTML('<p onclick=\"alert(1)\">live</p>'))",
    "display({'application/vnd.holoviews_exec.v0+json': '', 'text/html': 'live'}, raw=True)",
    "display(HTML('<div>unclosed </main><b>but shown<img src=\"https://example.org/a.png\">'))",
    f"display(Markdown('**strong** {BAD}'))",
    f'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/>{BAD}</svg>\'))',
    f"print('\\x1b[31mred\\x1b[0m {BAD}')",
    f"'quoted {BAD}'",
    "import base64\nImage(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))",
    "print('x' * 3_000_000)",
    "print('the end', p.root.name)",
]
SECOND = ["md# Second", "1 + 1", f"raise ValueError('{BAD}\\nand more')", "print('never')"]


def write(folder: Path, name: str, cells: list[str], **metadata: Any) -> Path:
    """A notebook of these cells; text begins with 'md'."""
    made = [v4.new_markdown_cell(c[2:]) if c.startswith("md") else v4.new_code_cell(c) for c in cells]
    folder.mkdir(exist_ok=True)
    nbformat.write(v4.new_notebook(cells=made, metadata=metadata), folder / name)
    return folder / name


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project after two dates, without notebooks. Not to be changed."""
    root = small.project(tmp_path_factory.mktemp("ran") / "p", {small.DAY: {}, small.NEXT: {}})
    for day in (small.DAY, small.NEXT):
        wb.open_project(root).run(day)
    return root


@pytest.fixture(scope="module")
def rendered(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Rendered]]:
    """A copy of it with notebooks of which one fails and one is none, rendered; the folder of the pages."""
    root = tmp_path_factory.mktemp("rendered") / "p"
    shutil.copytree(ran, root)
    write(root / "notebooks", "01_first.ipynb", FIRST)
    write(root / "notebooks", "02_second.ipynb", SECOND)
    (root / "notebooks" / "03_none.ipynb").write_text("{")
    write(root / "notebooks", "index.ipynb", ["import os", "os._exit(1)"])
    return root / "reports" / f"{small.NEXT}.1" / "notebooks", render_notebooks(wb.open_project(root))


def page(folder: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((folder / name).read_text("utf-8"), "html.parser")


def test_one_failing_notebook_does_not_keep_the_others_from_running(rendered: tuple[Path, list[Rendered]]) -> None:
    folder, done = rendered
    found = [(line.name, line.title, line.page, line.cell, line.error) for line in done]
    assert found[:2] == [
        ("01_first", f"What is {BAD}", "01_first.html", None, None),
        ("02_second", "Second", "02_second.html", 2, f"ValueError: {BAD}"),
    ]
    assert found[2][:4] == ("03_none", "03_none", None, None) and "no notebook" in str(found[2][4])
    assert found[3] == ("index", "index", "index_.html", 2, "Kernel died")
    assert sorted(path.name for path in folder.iterdir()) == [
        "01_first.html", "02_second.html", "02_second.ipynb", "index.html", "index.ipynb", "index_.html",
    ]  # fmt: skip


def test_the_list_names_state_and_links_to_the_pages_of_the_run(rendered: tuple[Path, list[Rendered]]) -> None:
    folder, _ = rendered
    found = page(folder, "index.html")
    links = [link["href"] for link in found("a")]
    assert links[:2] == ["../index.html", "../reconciliation.html"] and "../profiler_customer.html" in links
    assert all((folder / str(link)).exists() for link in links)
    lines = [line.get_text(" ", strip=True) for line in found.select("tbody tr")]
    assert f"What is {BAD} 01_first.ipynb ✓ passed" in lines[0]
    assert f"× failed at cell 2: ValueError: {BAD}" in lines[1]
    assert found.find("script") is None
    runs = page(folder.parents[1], "index.html")
    assert f"{small.NEXT}.1/notebooks/index.html" in [link["href"] for link in runs("a")]
    assert f"{small.DAY}.1/notebooks/index.html" not in [link["href"] for link in runs("a")]


def test_a_page_shows_every_kind_of_output_and_runs_nothing(rendered: tuple[Path, list[Rendered]]) -> None:
    folder, _ = rendered
    html = (folder / "01_first.html").read_text("utf-8")
    found = page(folder, "01_first.html")
    assert found.find("script") is None and "onclick" not in re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)
    assert len(html) < 3_000_000 and "Left out here, as it is large (3.0 MB)" in html
    (heading,) = found("h1")
    assert heading.get_text() == f"What is {BAD}"
    assert found.find("a", string="the next")["href"] == "02_second.html#there"  # type: ignore[index]
    outputs = [output.get_text(" ", strip=True) for output in found.select(".output")]
    assert outputs[0] == f"1 {small.NEXT}.1"
    assert outputs[1].startswith("Small") and outputs[2].startswith("Small")
    assert outputs.count("Interactive: run the notebook to use it.") == 3
    assert {"unclosed but shown", f"strong {BAD}", f"red {BAD}", f"'quoted {BAD}'", "the end p"} <= set(outputs)
    assert [str(picture["src"])[:26] for picture in found("img")] == [
        "data:image/svg+xml;base64,",
        "data:image/png;base64,iVBO",
    ]
    assert len(found("style")) == 1, "the style of a view is on the page already"
    cited = re.findall(
        r"""(?:src|href|url)\s*[=(]\s*["']?((?:https?:)?//[^"')\s]*)""",
        re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL),
    )
    assert cited == ["https://example.org"], "only what a person may follow"
    assert "img-src data:" in html and "default-src 'none'" in html
    assert all(not code.has_attr("open") for code in found.select("details.code"))


def test_a_failing_notebook_is_shown_up_to_there_and_kept(rendered: tuple[Path, list[Rendered]]) -> None:
    folder, _ = rendered
    found = page(folder, "02_second.html")
    assert found.find("script") is None and "never" not in found.get_text()
    assert f"ValueError: {BAD}" in found.select(".output")[-1].get_text()
    assert found.select("details.code")[-1].has_attr("open")
    kept = nbformat.read(folder / "02_second.ipynb", as_version=4)
    assert kept.cells[-1].outputs[0].ename == "ValueError"


def test_the_command_says_what_failed_and_replaces_the_pages(ran: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(ran, root)
    told(workbench("report", root), 2, "There are no notebooks")
    bad = write(root / "notebooks", "bad.ipynb", SECOND)
    good = write(root / "notebooks", "good.ipynb", [OPEN, "print('as of', p.published().as_of)"])
    told(workbench("report", root, "--as-of", small.DAY), 2, "Run its date again first")
    told(workbench("report", root, "--as-of", small.NEXT), 1, "bad.ipynb: cell 2: ValueError", "passed")
    folder = root / "reports" / f"{small.NEXT}.1" / "notebooks"
    assert f"as of {small.NEXT}" in (folder / "good.html").read_text("utf-8")
    bad.unlink()
    told(workbench("report", root), 0, "passed", "index.html")
    assert sorted(path.name for path in folder.iterdir()) == ["good.html", "index.html"]
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []
    assert nbformat.read(good, as_version=4).cells[1].outputs == [], "the project's own notebooks stay as they are"
    told(workbench("report", root, "--as-of", "2020-01-01"), 2, "no published run of 2020-01-01")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT to one process")
def test_an_interrupt_ends_the_kernel_and_leaves_no_page(ran: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(ran, root)
    pid = tmp_path / "pid"
    code = f"import os, time, pathlib\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\ntime.sleep(100)"
    write(root / "notebooks", "slow.ipynb", [code])
    before = sorted((root / "reports").rglob("*notebooks*/*"))
    running = subprocess.Popen(command("report", root), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while not pid.exists() or not pid.read_text():
        assert running.poll() is None
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=60)[0]
    assert running.returncode == 130 and "Interrupted" in said and "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    assert sorted((root / "reports").rglob("*notebooks*/*")) == before


def test_without_a_run_it_says_so(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p")
    write(root / "notebooks", "one.ipynb", ["1"])
    told(workbench("report", root), 2, "Run it: workbench run")


def test_reports_that_cannot_be_written_are_said_and_stay_as_they_were(ran: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(ran, root)
    write(root / "notebooks", "one.ipynb", ["1"])
    project = wb.open_project(root)
    render_notebooks(project)
    folder = root / "reports" / f"{small.NEXT}.1"
    before = {path: path.read_bytes() for path in folder.rglob("*.html")}
    (folder / ".notebooks.part").write_text("in the way")
    with pytest.raises(wb.StoreError, match="report"):
        render_notebooks(project)
    assert {path: path.read_bytes() for path in folder.rglob("*.html")} == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_no_half_page_is_left_on_a_full_disk(ran: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(ran, root)
    write(root / "notebooks", "one.ipynb", ["1"])
    folder = root / "reports" / f"{small.NEXT}.1"
    page = f"../reports/{small.NEXT}.1/.notebooks.part/two.html"
    write(root / "notebooks", "two.ipynb", [f"import os\nos.symlink('/dev/full', '{page}')"])
    with pytest.raises(wb.StoreError, match="No space left"):
        render_notebooks(wb.open_project(root))
    assert [path.name for path in folder.glob("*notebooks*/*")] == ["index.html"], "what the run itself wrote"


def test_regenerating_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    file = write(tmp_path, "n.ipynb", [
        "md# Title", "", "import time, sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out')", "2 + 2",
        "# NBVAL_IGNORE_OUTPUT\nprint(time.time())\ntime.time()",
        "from IPython.display import HTML, display\ndisplay(HTML('<script>1</script>'))\ndisplay(HTML('<b>kept</b>'))",
    ], kernelspec={"name": "another", "display_name": "Another"}, widgets={"x": 1})  # fmt: skip
    assert regenerate(file) is None
    first = file.read_bytes()
    found = nbformat.read(file, as_version=4)
    assert [cell.get("execution_count") for cell in found.cells] == [None, None, 1, 2, 3, 4]
    assert found.cells[3].outputs[0].data["text/plain"] == "4" and found.cells[3].outputs[0].execution_count == 2
    assert [output.data["text/html"] for output in found.cells[5].outputs] == ["<b>kept</b>"]
    assert found.metadata == {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                              "language_info": {"name": "python"}}  # fmt: skip
    assert all(cell.metadata == {} for cell in found.cells)
    assert regenerate(file) is None
    assert file.read_bytes() == first
    strict = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env", file]
    done = subprocess.run([str(part) for part in strict], capture_output=True, text=True, cwd=tmp_path)
    assert "failed" in done.stdout and "Cell 4" in done.stdout, "the cell whose widget is left out, and no other"


def test_a_failing_notebook_is_not_saved(tmp_path: Path) -> None:
    file = write(tmp_path, "n.ipynb", ["1 / 0"])
    before = file.read_bytes()
    assert regenerate(file) == "ZeroDivisionError: division by zero"
    assert file.read_bytes() == before


def test_the_bundled_notebooks_are_laid_into_a_project_for_its_own_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = tmp_path / "bundled"
    cell = v4.new_code_cell(
        "import workbench as wb\n\np = wb.open_demo()", execution_count=1, outputs=[v4.new_output("stream", text="x")]
    )
    bundled.mkdir()
    nbformat.write(
        v4.new_notebook(
            cells=[
                v4.new_markdown_cell("# 标题"),
                cell,
                v4.new_code_cell(cell.source, execution_count=2, outputs=cell.outputs),
            ]
        ),
        bundled / "01.ipynb",
    )
    monkeypatch.setattr("workbench.draft.notebooks.bundled", lambda name: bundled)
    lay_notebooks(tmp_path / "own")
    found = json.loads((tmp_path / "own" / "01.ipynb").read_text("utf-8"))
    assert found["cells"][1]["source"] == 'import workbench as wb\n\np = wb.open_project("..")'
    assert found["cells"][2]["source"] == cell.source.splitlines(keepends=True)
    assert [(cell["outputs"], cell["execution_count"]) for cell in found["cells"][1:]] == [([], None)] * 2
    assert "标题" in (tmp_path / "own" / "01.ipynb").read_text("utf-8")
    nbformat.validate(nbformat.read(tmp_path / "own" / "01.ipynb", as_version=4))
