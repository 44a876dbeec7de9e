"""Any two tables held against each other: files, queries, tables of projects, frames."""

from .answer import Diff
from .compare import diff

__all__ = ["Diff", "diff"]
