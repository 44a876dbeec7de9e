"""The bundled demo after all its dates, ready at once: it is run a single time, then copied for whoever opens it."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import platformdirs
from filelock import FileLock, Timeout

from .approvals import approve, approved
from .bundled import HERE, bundled
from .config import load
from .files import copy, disk, new_folder
from .journal import Journal
from .pipeline import NAMES, run_project
from .project import Project, open_project
from .stages.extracts import dates

PARTS = ("workbench.yml", "sources", "views", "mappings")
"""What a project is made of; anything else in the demo's folder is derived or is for its makers."""

PATIENCE = 10.0
"""Seconds after which somebody who waits for another process is told so."""


APPROVER = "Chen Jie"
"""Who approves the demo's mapping tables, which Li Na wrote: made up, as everybody in it."""


def open_demo() -> Project:
    """A copy of the demo, of your own, run through all its dates; its folder goes when the Project does.

    The first time the demo is run, which takes a few minutes; what comes of it is kept in the user's cache, or in
    the folder that WORKBENCH_CACHE names. Raises StoreError when that or the temporary folder cannot be written.
    """
    cache = Path(os.environ.get("WORKBENCH_CACHE") or platformdirs.user_cache_path("dq-workbench"))
    with disk("the demo (WORKBENCH_CACHE may name another folder to keep it in)"):
        folder = TemporaryDirectory(prefix="workbench-demo-", ignore_cleanup_errors=True)
        copy_demo(bundled("data/demo"), cache, Path(folder.name) / "demo")
    project = open_project(Path(folder.name) / "demo")
    project.folder = folder
    return project


def copy_demo(demo: Path, cache: Path, to: Path) -> None:
    """Copy a project's state after all its dates, which is built where the cache has none of this version."""
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache):
        built = cache / f"demo-{_fingerprint(demo)}"
        if not built.exists():
            _build(demo, built)
        for other in cache.glob("demo-*/"):
            if other != built:
                shutil.rmtree(other, ignore_errors=True)
        copy(built, to)


def _fingerprint(demo: Path) -> str:
    """The same as long as neither the package nor the demo changes."""
    found = hashlib.sha256()
    for folder, parts in ((HERE, (".",)), (demo, PARTS)):
        for file in sorted(file for part in parts for file in _files(folder / part)):
            found.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
            found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _files(path: Path) -> Iterator[Path]:
    inside = path.rglob("*") if path.is_dir() else [path]
    return (file for file in inside if file.is_file() and "__pycache__" not in file.parts)


def _build(demo: Path, built: Path) -> None:
    """Run every date, oldest first."""
    for left in built.parent.glob(".demo-*.part/"):
        shutil.rmtree(left)
    with new_folder(built) as part:
        for name in PARTS:
            if (demo / name).exists():
                copy(demo / name, part / name)
        _replay(part)


def approve_mappings(root: Path) -> None:
    """Approve the mapping tables that are not yet: what comes of them is then no draft."""
    config, journal = load(root), Journal(root)
    for target, settings in config.targets.items():
        if settings.mapping and not approved(config, target, journal):
            approve(config, target, journal, APPROVER)


def _replay(root: Path) -> None:
    days = dates(root)
    approve_mappings(root)
    with warnings.catch_warnings(action="ignore"):  # of Jupyter without widgets
        from tqdm.auto import tqdm
    with tqdm(total=len(days) * len(NAMES), desc="The demo is run once", unit="stage", leave=False) as bar:
        for day in days:

            def step(stage: str, place: int, total: int, day: str = str(day)) -> None:
                bar.set_postfix_str(f"{day} {stage}")
                bar.update(1)

            run_project(root, day, user="demo", progress=step)


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One process at a time in the cache; the lock falls with the process that holds it."""
    lock = FileLock(cache / "demo.lock")
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        print("Another process is preparing the demo: waiting for it.", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
