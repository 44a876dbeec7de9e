"""Data Quality Workbench: move and join customer master data, and prove afterwards that nothing was lost."""

from .errors import ConfigError, SourceError, StageError, StoreError, WorkbenchError
from .project import Project, open_project

__all__ = [
    "ConfigError",
    "Project",
    "SourceError",
    "StageError",
    "StoreError",
    "WorkbenchError",
    "open_project",
]
