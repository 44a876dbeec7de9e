"""What does not go over, kept for as long as the law asks: golden records of archive waves and all they were made of.

    archive/<as-of date>/<entity>.parquet              the golden records, with their wave
                         records/<entity>.parquet      their source records, as they were standardised
                         raw/<source>/<entity>.parquet the same as they came
                         manifest.json                 each file with its rows and sha256, and until when to keep it

A manifest tells a file that was changed, cut or lost. It does not protect against somebody who writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from ..config import Config
from ..errors import StageError, StoreError
from ..export import write_parquet
from ..files import sha256
from ..store import Connection, ident, literal, readable, rows
from .context import Run

ARCHIVE, MANIFEST = "archive", "manifest.json"


def keeps_archive(run: Run) -> bool:
    """Whether a run writes an archive: a wave asks for it, or one of its date has to be replaced."""
    there = (run.config.root / ARCHIVE / run.as_of.isoformat()).exists()
    return there or any(wave.archive for wave in run.config.waves)


def write_archive(con: Connection, run: Run, folder: Path) -> None:
    """Fill a folder and read it back. Raises StageError where it does not hold what was written."""
    files: list[dict[str, Any]] = []
    for name, query in _queries(run.config):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        written = write_parquet(con, query, file)
        files.append({"file": name, "rows": written, "sha256": sha256(file)})
    ((until,),) = rows(con, "SELECT (?::DATE + to_years(?))::DATE", [run.as_of, run.config.retention_years])
    manifest = {"project": run.config.project, "as_of": run.as_of.isoformat(), "run": run.id,
                "retain_until": until.isoformat(), "files": files}  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    if faults := check_archive(folder):
        raise StageError(f"the archive is not what was written: {'; '.join(faults)}. Please report this.")


def archives(root: Path) -> list[Path]:
    """The archives of a project, the oldest first."""
    return sorted(folder for folder in (root / ARCHIVE).glob("[!.]*") if folder.is_dir())


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an archive. Raises StoreError where it is lost or no manifest."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        {name: found[name] for name in ("as_of", "run", "retain_until")}
        [(line["file"], line["rows"], line["sha256"]) for line in found["files"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{folder / MANIFEST} is damaged or gone. Restore the archive from a backup.") from error
    return found


def check_archive(folder: Path) -> list[str]:
    """What is not as the manifest says, a line a file. Raises StoreError as `read_manifest`."""
    listed = {line["file"]: line for line in read_manifest(folder)["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    faults = [f"{name}: is in no manifest" for name in sorted(there - listed.keys())]
    for name, line in listed.items():
        if name not in there:
            faults.append(f"{name}: is gone")
        elif sha256(folder / name) != line["sha256"]:
            faults.append(f"{name}: was changed since it was written")
        elif (found := _rows(folder / name)) != line["rows"]:
            faults.append(f"{name}: holds {found} rows instead of {line['rows']}")
    return faults


def _queries(config: Config) -> Iterator[tuple[str, str]]:
    """Each file, and what it holds."""
    for entity in config.parents_first():
        archived = f"(SELECT golden_id, wave FROM wave.members WHERE entity = {literal(entity)} AND archive)"
        kept = f"{archived} JOIN (FROM gold.xref WHERE entity = {literal(entity)}) USING (golden_id)"
        std = ident("std", entity)
        yield f"{entity}.parquet", f"FROM {archived} JOIN {ident('gold', entity)} USING (golden_id) ORDER BY golden_id"
        yield f"records/{entity}.parquet", f"""
            SELECT k.golden_id, s.* FROM ({kept}) AS k JOIN {std} AS s USING (source, key) ORDER BY s.source, s._row"""
        for source, record in config.records(entity).items():
            yield f"raw/{source}/{entity}.parquet", f"""
                SELECT k.golden_id AS _golden_id, r.* FROM ({kept}) AS k
                JOIN {std} AS s ON s.source = k.source AND s.key = k.key
                JOIN {ident("raw", f"{source}__{record.lead_table}")} AS r ON r._row = s._row
                WHERE s.source = {literal(source)} ORDER BY r._row"""


def _rows(file: Path) -> int | None:
    """The rows of a Parquet file that can be read to its end; None of another."""
    if not readable(file):
        return None
    with pa.parquet.ParquetFile(file) as found:
        return int(found.metadata.num_rows)
