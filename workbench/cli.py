"""The command line. Exit codes: 0 done, 1 a gate was not met, 2 input was wrong, 3 a fault of ours, 130 interrupted."""

from __future__ import annotations

import io
import sys
import tempfile
import traceback
from pathlib import Path

import typer

from .commands import (
    after,
    arrivals,
    dashboard,
    decisions,
    diff,
    guard,
    loading,
    mapping,
    matching,
    plan,
    proof,
    quality,
    runs,
    targets,
)
from .commands.app import app
from .errors import StageError, WorkbenchError
from .terminal import say

VERBS = (
    runs, dashboard, quality, decisions, matching, arrivals, mapping, targets, plan, loading, proof, guard, diff, after,
)  # fmt: skip
"""The modules whose functions are verbs of `app`."""


def main() -> None:
    """The entry point: every outcome becomes words and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # Windows would write files in a code page without Chinese
    sys.exit(_guarded())


def _guarded() -> int:
    try:
        code = int(app(standalone_mode=False) or 0)
        if code == 130:  # typer has made an exit code of the interrupt
            raise KeyboardInterrupt
        return code
    except typer.TyperException as error:
        say(f"{error.format_message()} See: workbench --help")
        return 2
    except (KeyboardInterrupt, typer.Abort):
        say("Interrupted. The last good result of each stage stands; run again when you like.")
        return 130
    except StageError as error:
        say(f"A fault of ours: {_whole(error)}")
        return 3
    except WorkbenchError as error:
        say(_whole(error))
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has stopped reading
        return 0
    except Exception as error:
        note = Path(tempfile.gettempdir()) / "workbench-fault.txt"
        note.write_text(traceback.format_exc(), encoding="utf-8")
        say(f"A fault of ours ({type(error).__name__}). Please report it with {note}, after a look for personal data.")
        return 3


def _whole(error: WorkbenchError) -> str:
    """What went wrong, and what went wrong beside it."""
    return "\n".join([str(error), *getattr(error, "__notes__", [])])
