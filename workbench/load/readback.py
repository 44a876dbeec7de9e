"""What a target holds, read back whole: by its connector, or from a file that people exported there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ..config import Config, ObjectMap, ReadOptions, load_mapping
from ..config.mistakes import suggestion
from ..errors import ConfigError, SourceError
from ..journal import Journal
from ..readbacks import IDS, write_readback
from ..sources import Batch, read
from .connector import Connector
from .refused import NUMBER
from .sending import looked


def read_live(config: Config, journal: Journal, target: str, connector: Connector, user: str) -> dict[str, int]:
    """Keep all rows of each object that the project maps; how many of each. Raises TargetError, StoreError."""
    return {name: looked(partial(_keep, config, journal, target, connector, user, name))
            for name in load_mapping(config, target)}  # fmt: skip


def _keep(config: Config, journal: Journal, target: str, connector: Connector, user: str, name: str) -> int:
    environment = config.targets[target].environment
    return write_readback(config.root, journal, target, environment, name, connector.read(name), user)


def read_file(config: Config, journal: Journal, target: str, name: str, file: Path, user: str) -> dict[str, int]:
    """Keep an export of an object, with the target's own field names; how many rows. Further columns are let be.

    Raises ConfigError for an object that is not mapped or has no key, SourceError for a file without its fields.
    """
    mapped = load_mapping(config, target)
    if name not in mapped:
        raise ConfigError(f"{target} has no object '{name}'{suggestion(name, mapped)}")
    fields = [field.name for field in mapped[name].fields]
    key = _key(config, target, name, mapped[name])
    extract = read(file, ReadOptions())
    if lost := [field for field in fields if field not in extract.columns]:
        raise SourceError(
            f"{file}: there is no column {', '.join(lost)}. Export {name} with all the fields that were loaded."
        )
    batches = _batches(extract.batches, key, fields, file)
    environment = config.targets[target].environment
    return {name: write_readback(config.root, journal, target, environment, name, batches, user)}


def _key(config: Config, target: str, name: str, mapped: ObjectMap) -> str:
    """The field that holds the golden id: the object's key, else the one that takes it."""
    found = mapped.key or next((field.name for field in mapped.fields if field.source == "golden_id"), None)
    if not found:
        raise ConfigError(
            f"{target}.{name}: no field holds the golden id, so nothing that is read back can be told apart. "
            f"Map golden_id to one of its fields in {config.targets[target].mapping}."
        )
    return found


def _batches(batches: Iterator[Batch], key: str, fields: list[str], file: Path) -> Iterator[pa.Table]:
    """Rows as `write_readback` takes them. Raises SourceError for rows that cannot be read: nothing may be missing."""
    schema = pa.schema((name, pa.string()) for name in (*IDS, *fields))
    yield schema.empty_table()
    for batch in batches:
        if batch.rejects:
            lines = ", ".join(str(reject.line or reject.row) for reject in batch.rejects[:5])
            raise SourceError(f"{file}: cannot be read at line {lines}. Export it again; nothing was taken.")
        rows = pa.Table.from_batches([batch.rows])
        if pc.any(pc.match_substring_regex(rows[key], f"^({NUMBER.pattern})$", ignore_case=True)).as_py():
            raise SourceError(f"{file}: a spreadsheet program has turned keys ({key}) into numbers. Take the file as "
                              "the new system gave it, without opening and saving it; nothing was taken.")  # fmt: skip
        ids = [rows[key], pa.nulls(rows.num_rows, pa.string())]
        yield pa.table([*ids, *(rows[name] for name in fields)], schema=schema)
