"""A project's own Python file: types of its own, and functions that are called after stages.

It may define `TYPES`, a list of SemanticType instances, and functions `after_<stage>(con, run)`. The file is the
project's: it is run as it stands, so open projects of people you trust.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import ConfigError, WorkbenchError
from ..types import TYPES, SemanticType

AFTER = "after_"
_OURS = frozenset(TYPES)


def load_own(file: Path) -> ModuleType:
    """Run the file and add its types to those there are. Raises ConfigError with the line where it fails."""
    spec = spec_from_file_location(f"workbench_own_{file.stem}", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise ConfigError(f"{file}: is no Python file that is there.")
    module = sys.modules[spec.name] = module_from_spec(spec)  # dataclasses look their module up there
    with explained(file):
        spec.loader.exec_module(module)
    for kind in getattr(module, "TYPES", []):
        if not isinstance(kind, SemanticType) or not isinstance(getattr(kind, "name", None), str):
            raise ConfigError(f"{file}: TYPES: {kind!r} is no instance of a SemanticType with a name.")
        if kind.name in _OURS:
            raise ConfigError(f"{file}: TYPES: there is a type '{kind.name}' already; choose another name.")
    TYPES.update({kind.name: kind for kind in getattr(module, "TYPES", [])})
    return module


def steps(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of the file that are called after stages, by stage."""
    return {name.removeprefix(AFTER): step for name, step in vars(module).items() if name.startswith(AFTER)}


@contextmanager
def explained(file: Path | None) -> Iterator[None]:
    """Whatever goes wrong in the file, and not elsewhere, becomes a ConfigError with its line there."""
    try:
        yield
    except WorkbenchError:
        raise
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        if not lines and not isinstance(error, SyntaxError):
            raise
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1]
        raise ConfigError(f"{file}:{line}: {type(error).__name__}: {error}. Mend it there and run again.") from error
