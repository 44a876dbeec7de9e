"""Data Quality Workbench: move and join customer master data, and prove afterwards that nothing was lost."""

from .demo import open_demo
from .draft import Draft, Inspection, init_project, inspect
from .errors import ConfigError, SourceError, StageError, StoreError, WorkbenchError
from .project import Project, open_project

__all__ = [
    "ConfigError",
    "Draft",
    "Inspection",
    "Project",
    "SourceError",
    "StageError",
    "StoreError",
    "WorkbenchError",
    "init_project",
    "inspect",
    "open_demo",
    "open_project",
]
