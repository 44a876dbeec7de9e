"""Data Quality Workbench: move and join customer master data, and prove afterwards that nothing was lost."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import ConfigError, SourceError, StageError, StoreError, WorkbenchError

if TYPE_CHECKING:
    from .demo import open_demo
    from .differences import Diff, diff
    from .draft import Draft, Inspection, init_project, inspect
    from .project import Project, open_project

__all__ = [
    "ConfigError",
    "Diff",
    "Draft",
    "Inspection",
    "Project",
    "SourceError",
    "StageError",
    "StoreError",
    "WorkbenchError",
    "diff",
    "init_project",
    "inspect",
    "open_demo",
    "open_project",
]

_HOME = {
    "Diff": "differences", "Draft": "draft", "Inspection": "draft", "diff": "differences",
    "init_project": "draft", "inspect": "draft",
    "Project": "project", "open_demo": "demo", "open_project": "project",
}  # fmt: skip
"""The module of each name that is imported when it is asked for: together they take seconds, `--help` needs none."""

if not TYPE_CHECKING:  # for mypy the module has the names above and no others

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

    def __dir__() -> list[str]:
        return __all__
