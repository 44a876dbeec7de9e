"""What peers share, each in a process of its own and a Python that knows nothing of the workbench.

    python -m benchmarks.linkage.<peer> FOLDER OUT MODEL

reads FOLDER/records.csv and writes OUT/clusters.csv (source, key, cluster), OUT/pairs.csv (source_l, key_l, source_r,
key_r, score) and OUT/measured.json.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

PAIR = ["source_l", "key_l", "source_r", "key_r", "score"]


class Linked(NamedTuple):
    """What a peer found: a cluster for each record it knows something of, and the pairs it takes for matches."""

    clusters: pd.DataFrame
    pairs: pd.DataFrame


def records(folder: Path) -> pd.DataFrame:
    """The records of a dataset as text, missing where blank."""
    return pd.read_csv(folder / "records.csv", dtype=str, keep_default_na=False).replace("", None)


def measured(link: Callable[[Path, str], Linked]) -> None:
    """Do what the command line says, and write what was found and took: seconds, and memory at its peak in MB."""
    folder, out, model = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    started = time.perf_counter()
    found = link(folder, model)
    seconds = time.perf_counter() - started
    out.mkdir(parents=True, exist_ok=True)
    found.clusters[["source", "key", "cluster"]].to_csv(out / "clusters.csv", index=False)
    found.pairs[PAIR].to_csv(out / "pairs.csv", index=False)
    (out / "measured.json").write_text(json.dumps({"seconds": seconds, "memory": peak()}), encoding="utf-8")


def peak() -> float:
    """The most memory this process ever held, in MB; where Linux tells, without what its parent held before it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) / 2**10 for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
