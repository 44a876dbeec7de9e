"""The archive without a person: its own tables tell which rows are theirs, also those that no run has any more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ..config import Config
from ..export import write_parquet
from ..files import new_file
from ..stages.archive import MANIFEST, archives, read_manifest
from ..store import Connection, copy_table, count, ident, literal, open_files, view_file
from .person import Person


def clear_archive(config: Config, person: Person, *, dry_run: bool = False) -> int:
    """Take the rows of the person out of the archive, and put its manifests right; returns how many.

    Raises StoreError for a manifest or a file that is damaged.
    """
    gone = 0
    for folder in archives(config.root):
        con = open_files([folder])
        _find(con, config, folder, person)
        for name, theirs in _files(config, folder):
            con.execute("DROP VIEW IF EXISTS published.data")
            view_file(con, "data", folder / name)
            rows = count(con, f"SELECT count(*) FROM published.data WHERE {theirs}")
            if rows and not dry_run:
                _without(con, folder, name, theirs)
            gone += rows
        con.close()
    return gone


def _find(con: Connection, config: Config, folder: Path, person: Person) -> None:
    """published.theirs: entity, source, key, _row and golden_id of their records there, and of those below them."""
    columns = zip(("entity", "source", "key"), zip(*person.records, strict=True), strict=True)
    copy_table(con, "records", pa.table({name: pa.array(values, pa.string()) for name, values in columns}))
    copy_table(con, "ids", pa.table({"golden_id": pa.array(person.golden_ids, pa.string())}))
    con.execute("""CREATE TABLE published.theirs
        (entity VARCHAR, source VARCHAR, key VARCHAR, _row BIGINT, golden_id VARCHAR)""")
    for entity in config.parents_first():
        if (file := folder / "records" / f"{entity}.parquet").is_file():
            view_file(con, f"of {entity}", file)
            parent = config.entities[entity].parent or ""
            con.execute(f"""INSERT INTO published.theirs
                SELECT $1, source, key, _row, golden_id FROM {ident("published", f"of {entity}")}
                WHERE (source, key) IN (SELECT (source, key) FROM published.records WHERE entity = $1)
                    OR (source, parent_key) IN (SELECT (source, key) FROM published.theirs WHERE entity = $2)""",
                [entity, parent])  # fmt: skip
    con.execute("INSERT INTO published.ids SELECT DISTINCT golden_id FROM published.theirs")


def _files(config: Config, folder: Path) -> Iterator[tuple[str, str]]:
    """The files of an archive, each with the condition for the rows that are theirs."""
    for entity in config.parents_first():
        here = f"FROM published.theirs WHERE entity = {literal(entity)}"
        named = [(f"{entity}.parquet", "golden_id IN (FROM published.ids)"),
                 (f"records/{entity}.parquet", f"(source, _row) IN (SELECT (source, _row) {here})")]  # fmt: skip
        named += [(f"raw/{source}/{entity}.parquet", f"_row IN (SELECT _row {here} AND source = {literal(source)})")
                  for source in config.records(entity)]  # fmt: skip
        yield from ((name, theirs) for name, theirs in named if (folder / name).is_file())


def _without(con: Connection, folder: Path, name: str, theirs: str) -> None:
    """Replace a file. The manifest goes first: after a crash between them the rows are still to be found."""
    manifest = read_manifest(folder)
    with new_file(folder / name) as new:
        left = write_parquet(con, f"FROM published.data WHERE NOT coalesce({theirs}, false)", new)
        now = {"rows": left, "sha256": hashlib.sha256(new.read_bytes()).hexdigest()}
        manifest["files"] = [line | now if line["file"] == name else line for line in manifest["files"]]
        with new_file(folder / MANIFEST) as part:
            part.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
