"""The errors that stop work. Bad data is never one of them: it becomes rows."""


class WorkbenchError(Exception):
    """Anything the workbench raises on purpose: what happened, where, and what to do next."""


class ConfigError(WorkbenchError):
    """workbench.yml, or a file it names, cannot be used as it is."""


class SourceError(WorkbenchError):
    """An extract cannot be read."""


class StoreError(WorkbenchError):
    """A database of the project cannot be opened, read or written."""


class BusyError(StoreError):
    """Another run works in the project: nothing is wrong, it is only not our turn."""


class StageError(WorkbenchError):
    """A step of a run cannot be done with what the steps before it left."""


class TargetError(WorkbenchError):
    """The new system does not answer, does not let us in, or is not set up for what it is to take."""
