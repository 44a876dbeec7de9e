"""A project from files alone: what they hold, how they belong together, and a workbench.yml that says so."""

from .project import Draft, Inspection, init_project, inspect

__all__ = ["Draft", "Inspection", "init_project", "inspect"]
