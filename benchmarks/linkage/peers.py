"""The peers in a Python of their own: the venv that `make peers` makes, or the one that WORKBENCH_PEERS names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.linkage.datasets import read
from benchmarks.linkage.scores import Found

ROOT = Path(__file__).parents[2]
VENV = Path(os.environ.get("WORKBENCH_PEERS", ROOT / ".peers"))
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def installed() -> bool:
    """Whether the peers' Python is there."""
    return PYTHON.exists()


def measure(peer: str, model: str, folder: Path, kept: bool = False) -> Found:
    """Run a peer, by the name of its module, on the dataset in a folder; `kept` takes what it found the last time.

    Its own settings and caches go into that folder too. Raises RuntimeError with what it said when it fails.
    """
    out = folder / f"{peer}.{model}"
    if not (kept and (out / "measured.json").exists()):
        run(peer, model, folder, out)
    took = json.loads((out / "measured.json").read_text(encoding="utf-8"))
    pairs = read(out / "pairs.csv").astype({"score": float})
    return Found(read(out / "clusters.csv"), pairs, took["seconds"], took["seconds"], took["memory"])


def run(peer: str, model: str, folder: Path, out: Path) -> None:
    """Run a peer on a folder, which is its home too; it writes into `out`. Raises RuntimeError when it fails."""
    module = [str(PYTHON), "-m", f"benchmarks.linkage.{peer}", str(folder), str(out), model]
    home = {**os.environ, "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(module, cwd=ROOT, env=home, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{peer} fails on {folder.name}: {done.stderr.strip()[-800:]}")
