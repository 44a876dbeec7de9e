"""Imports go one way: a module may import from the layers below it and from its own part of the package."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "workbench"
LAYERS = [
    {"errors"},
    {"types", "checks", "targets", "bundled", "files", "language"},
    {"words", "faults"},
    {"config"},
    {"store"},
    {"journal", "export"},
    {"published", "recipes", "readbacks", "writers", "audit", "people"},
    {"sources", "matching", "reports", "diffing", "anomalies"},
    {"snapshot"},
    {"stages", "workbook"},
    {"issues", "decisions", "approvals", "signatures"},
    {"views"},
    {"readiness"},
    {"summary"},
    {"pipeline"},
    {"backup", "monitor", "retention"},
    {"draft", "kernel", "trial", "suggest", "explore", "collect", "tables", "truth", "deviations", "blocked",
     "arrivals", "preflight", "differences", "changes", "erasure"},
    {"matched", "columns", "mappings"},
    {"load"},
    {"proof"},
    {"migration"},
    {"room"},
    {"dashboard"},
    {"project"},
    {"demo"},
    {"notebooks"},
    {"__init__"},
    {"terminal"},
    {"commands"},
    {"cli"},
]
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
ONLY_IN = {"duckdb": "store.py", "data_profiling": "reports/profiler.py", "panel": "dashboard/"}
# A stage is a module with a function `run`; the others in its folder are what stages share.
STAGES = {path.stem for path in PACKAGE.glob("stages/*.py") if "\ndef run(" in path.read_text("utf-8")}
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def imports(module: str, source: str) -> Iterator[str]:
    """Full dotted name of everything a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            folders = ["workbench", *module.split("/")[:-1]] if node.level else []
            base = ".".join([*folders[: len(folders) + 1 - node.level], *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def part_of(dotted: str) -> str:
    """The part of the package a name is in; what is taken from `workbench` itself is in __init__."""
    name = [*dotted.split("."), "__init__"][1]
    return name if name in LEVEL else "__init__"


def mistakes(module: str, source: str) -> list[str]:
    own = module.removesuffix(".py").split("/")
    found = []
    for name in imports(module, source):
        top = name.split(".")[0]
        if top in ONLY_IN and not module.startswith(ONLY_IN[top]):
            found.append(f"{top} is imported only by {ONLY_IN[top]}")
        if top != "workbench":
            continue
        part = part_of(name)
        if part != own[0] and LEVEL[part] >= LEVEL[own[0]]:
            found.append(f"{own[0]} is not above {part}: {name}")
        if part == own[0] == "stages" and STAGES.intersection(name.split(".")[2:3]) - set(own[1:]):
            found.append(f"stages do not import each other: {name}")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    part = module.removesuffix(".py").split("/")[0]
    assert part in LEVEL, f"give {part} a layer in this test"
    assert mistakes(module, (PACKAGE / module).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("config/model.py", "from workbench.store import Store"),
        ("checks/valid.py", "from workbench.types import phone"),
        ("sources/csv.py", "from workbench import stages"),
        ("sources/csv.py", "from .. import stages"),
        ("sources/csv.py", "from ..stages.ingest import run"),
        ("pipeline.py", "from workbench import open_project"),
        ("stages/match.py", "from workbench.stages import ingest"),
        ("stages/match.py", "from .ingest import run"),
        ("stages/match.py", "import duckdb"),
        ("reports/page.py", "from data_profiling import ProfileReport"),
        ("views/trend.py", "import panel as pn"),
    ],
)
def test_a_wrong_import_is_found(module: str, line: str) -> None:
    assert len(mistakes(module, line)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("store.py", "import duckdb"),
        ("sources/csv.py", "from workbench.sources.extract import Extract"),
        ("stages/match.py", "from workbench import matching"),
        ("stages/match.py", "from ..matching.model import fit"),
        ("stages/match.py", "from .context import Run"),
        ("types/phone.py", "from .base import fold"),
        ("cli.py", "from . import open_project"),
    ],
)
def test_a_right_import_passes(module: str, line: str) -> None:
    assert mistakes(module, line) == []
