"""A notebook run from its first cell to its last, in a kernel of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError
from traitlets.config import Config

from .reports.notebook import plain

TIMEOUT = 1_800
"""Seconds that one cell may take."""

MASKED = ("WORKBENCH_MASKED", "WORKBENCH_RUN")
"""What tells a project in a kernel that only masked tables are to be seen, and of which run."""

_QUIET = {"PYTHONDONTWRITEBYTECODE": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


class Failure(NamedTuple):
    """Which cell failed, as its place among all cells and its number among those of code, and the error in a line."""

    place: int
    number: int
    error: str


def read_notebook(file: Path) -> Any:
    """A notebook (nbformat 4) without its outputs. Raises ValueError when the file is none."""
    try:
        notebook = nbformat.read(file, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
    except (ValueError, LookupError, TypeError, AttributeError, OSError, nbformat.ValidationError) as error:
        raise ValueError(f"it is no notebook: {_line(str(error))}") from error
    return notebook


def execute(notebook: Any, folder: Path, masked_run: str | None = None) -> Failure | None:
    """Run all cells in this folder, of a project with masked values as this run published them, until one fails.

    The outputs are put into the notebook.
    """
    places: list[int] = []
    known = {name: value for name, value in os.environ.items() if name not in MASKED}
    masked = dict(zip(MASKED, ("1", masked_run), strict=True)) if masked_run else {}
    with tempfile.TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True) as own:
        client = NotebookClient(
            notebook, kernel_name="python3", timeout=TIMEOUT, record_timing=False,
            resources={"metadata": {"path": str(folder)}}, config=_config(Path(own)),
            on_cell_execute=lambda cell, cell_index: places.append(cell_index),
        )  # fmt: skip
        try:  # with nobody's own settings, and without a history
            _run(client, known | _QUIET | masked | {"IPYTHONDIR": own})
        except CellExecutionError as error:
            said = f"{error.ename}: {error.evalue}"
        except (CellControlSignal, RuntimeError) as error:  # it took too long, or the kernel died
            said = str(error)
        else:
            return None
        finally:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs = _joined(cell.outputs)
    return Failure(places[-1] if places else -1, len(places), _line(said))


def _run(client: NotebookClient, environment: dict[str, str]) -> None:
    """Run it in a thread, which signals do not reach: nbclient would take Ctrl-C for a kernel that died."""
    running = []

    async def work() -> None:
        running.append((asyncio.get_running_loop(), asyncio.current_task()))
        await client.async_execute(env=environment, stderr=subprocess.DEVNULL)  # where kernels log about themselves

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(lambda: asyncio.run(work()))
        try:
            done.result()
        except KeyboardInterrupt:
            for loop, task in running:
                if task and not done.done():
                    loop.call_soon_threadsafe(task.cancel)  # which ends the kernel
            raise


def _config(own: Path) -> Config:
    """How to talk to the kernel: where the system can, through files of our own, so that nobody overhears it."""
    transport = "tcp" if sys.platform == "win32" else "ipc"
    return Config(KernelManager={"transport": transport, "connection_file": str(own / "kernel.json")})


def _joined(outputs: list[Any]) -> list[Any]:
    """What is written to a stream comes in pieces as it happens: here it is one, of each line what was written last."""
    joined: list[Any] = []
    for kind, group in groupby(outputs, key=lambda output: output.output_type):
        if kind != "stream":
            joined += group
            continue
        texts: dict[str, list[str]] = {}
        for output in group:
            texts.setdefault(output.name, []).append(output.text)
        for name in sorted(texts, reverse=True):  # stdout before stderr: which came first is chance
            lines = "".join(texts[name]).replace("\r\n", "\n").split("\n")
            text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
            joined.append(nbformat.v4.new_output("stream", name=name, text=text))
    return joined


def _line(text: str) -> str:
    return next((line.strip() for line in plain(text).splitlines() if line.strip()), "an error without words")
