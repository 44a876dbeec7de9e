"""`workbench init`: a project from files alone; `workbench inspect`: what would be understood of one file."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pandas as pd

from ..config import FILE, ReadOptions, load
from ..config.references import OURS
from ..errors import ConfigError, SourceError
from ..sources import read, unpacked
from ..stages.extracts import FOLDER
from ..store import Connection, fresh_schema, session
from .entities import Entity, arrange
from .fields import Mapped, map_columns, slug
from .keys import Key, find_key
from .notebooks import lay_notebooks
from .region import find_region
from .rules import Blocking, choose
from .show import as_html, columns_frame, extracts_frame, fields_frame, remark_lines
from .understand import Table, understand
from .write import compared_fields, project_yaml, view_path, view_sql


@dataclass(frozen=True)
class Inspection:
    """What is understood of a file, or of each file of a folder or an archive, with the likely keys."""

    tables: list[Table]
    keys: dict[str, Key]
    mapped: dict[str, list[Mapped]]
    left_out: list[str]

    @property
    def extracts(self) -> pd.DataFrame:
        """A line an extract: how it is read, its records, its likely key."""
        return extracts_frame(self.tables, self.keys)

    @property
    def columns(self) -> pd.DataFrame:
        """A line a column, with sample values."""
        frames = [frame.assign(file=name) for name, frame in self._frames().items()]
        return pd.concat(frames, ignore_index=True)

    def _frames(self) -> dict[str, pd.DataFrame]:
        return {table.file: columns_frame(table, self.mapped[table.raw]) for table in self.tables}

    @property
    def remarks(self) -> list[str]:
        """What a person should know."""
        return [*(f"left out: {text}" for text in self.left_out), *remark_lines(self.tables)]

    def _repr_html_(self) -> str:
        return as_html("Understood", self.remarks, {"Extracts": self.extracts, **self._frames()})


@dataclass(frozen=True)
class Draft:
    """A drafted project: its folder, its tables, the entities they were arranged into, the rules chosen to match
    the first of these (None where nothing matches), and the files of a folder that could not be read, with reasons."""

    root: Path
    tables: list[Table]
    entities: list[Entity]
    blocking: Blocking | None
    left_out: list[str]

    @property
    def extracts(self) -> pd.DataFrame:
        """A line an extract: how it is read, its records, its key."""
        records = [record for entity in self.entities for record in entity.records.values()]
        keys = {record.table.raw: record.key for record in records}
        keys |= {lookup.reference.to.raw: lookup.key for record in records for lookup in record.lookups}
        return extracts_frame(self.tables, keys)

    @property
    def fields(self) -> pd.DataFrame:
        """A line a column: the field it goes to, its type, and sample values."""
        return fields_frame(self.tables, self.entities)

    @property
    def remarks(self) -> list[str]:
        """What a person should know."""
        return [*(f"left out: {text}" for text in self.left_out), *remark_lines(self.tables)]

    def _repr_html_(self) -> str:
        frames = {"Extracts": self.extracts, "Fields": self.fields}
        return as_html(f"{self.root.resolve().name}: drafted", self.remarks, frames)


def inspect(path: str | Path, options: ReadOptions | None = None) -> Inspection:
    """What would be understood of an extract; nothing is written. Raises SourceError when it cannot be read."""
    options, path = options or ReadOptions(), Path(path)
    tables: list[Table] = []
    left_out: list[str] = []
    with _scratch() as (con, _):
        for given in _files(path):
            try:
                with unpacked(given) as found:
                    for name, file in found.items():
                        place = ("file", f"table_{len(tables) + 1}")
                        tables.append(understand(con, place, name, [read(file, options)]))
            except SourceError as error:
                if not path.is_dir():
                    raise
                left_out.append(_why(given, error))
        keys = {table.raw: find_key(con, table) for table in tables}
        return Inspection(tables, keys, {table.raw: map_columns(con, table) for table in tables}, left_out)


def init_project(
    root: str | Path, sources: Mapping[str, str | Path | Sequence[str | Path]], entity: str = "customer",
    as_of: date | str | None = None,
) -> Draft:  # fmt: skip
    """Draft a project in a folder from the extracts of each source, copied to sources/<as_of>/ (default: today).

    A source may have several extracts, and a folder stands for its files; `entity` is what the project is about.
    Raises ConfigError when the folder is a project already, SourceError when an extract cannot be read.
    """
    root, day = Path(root), str(as_of or date.today())
    if (root / FILE).exists():
        raise ConfigError(f"{root} is a project already: it has a {FILE}. Choose another folder, or edit that file.")
    if slug(entity) != entity or entity in OURS:
        raise ConfigError(f"--entity {entity}: give small letters, digits and _, and no name of the workbench's own.")
    with _scratch() as (con, folder):
        tables, originals, left_out = _read(con, sources)
        entities = arrange(con, tables, entity)
        project = folder / "project"
        _lay_out(project, day, originals, entities)
        region = find_region(con, tables)

        def write(blocking: Blocking | None) -> None:
            text = project_yaml(root.resolve().name, region, entities, tables, blocking, left_out)
            (project / FILE).write_text(text, encoding="utf-8")

        write(None)
        blocking = choose(con, load(project), entity, compared_fields(entities[0]))
        write(blocking)
        lay_notebooks(project / "notebooks", matched=bool(load(project).match))
        shutil.copytree(project, root, dirs_exist_ok=True)
    return Draft(root, tables, entities, blocking, left_out)


@contextmanager
def _scratch() -> Iterator[tuple[Connection, Path]]:
    """A database for the raw tables, on disk as extracts may be large, and its folder."""
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder, session(Path(folder) / "draft.duckdb") as con:
        fresh_schema(con, "raw")
        yield con, Path(folder)


def _read(
    con: Connection, sources: Mapping[str, str | Path | Sequence[str | Path]]
) -> tuple[list[Table], dict[str, Path], list[str]]:
    """The tables of all sources, their files by the path they will have in the project, and what was left out."""
    tables: list[Table] = []
    originals: dict[str, Path] = {}
    left_out: list[str] = []
    for source, given in sources.items():
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", source):
            raise ConfigError(f"--source {source}: a name has small letters, digits and _, and begins with a letter.")
        for path in map(Path, [given] if isinstance(given, str | Path) else given):
            for file in _files(path):
                name = _free(slug(file.stem), {t.place[1] for t in tables if t.place[0] == source})
                inside = f"{source}/{file.name}"
                inside = inside if inside not in originals else f"{source}/{name}{file.suffix}"
                try:
                    tables.append(_understand(con, (source, name), file, inside))
                    originals[inside] = file
                except SourceError as error:
                    if not path.is_dir():
                        raise
                    left_out.append(_why(file, error))
    if not tables:
        raise SourceError(f"No readable extracts. {' '.join(left_out)}Give files such as .csv, .xlsx or .parquet.")
    return tables, originals, left_out


def _why(file: Path, error: SourceError) -> str:
    return f"{file.name}: {str(error).split(': ', 1)[-1]}"


def _understand(con: Connection, place: tuple[str, str], file: Path, inside: str) -> Table:
    with unpacked(file) as found:
        return understand(con, place, inside, [read(part, ReadOptions()) for part in found.values()])


def _files(path: Path) -> list[Path]:
    """A folder's files, without hidden ones and READMEs; else the file."""
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder.")
    if not path.is_dir():
        return [path]
    inside = (file for file in sorted(path.iterdir()) if file.is_file())
    return [file for file in inside if not file.name.startswith(".") and file.stem.lower() != "readme"]


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _lay_out(project: Path, day: str, originals: Mapping[str, Path], entities: Sequence[Entity]) -> None:
    """Everything of the project but its workbench.yml."""
    for inside, file in originals.items():
        target = project / FOLDER / day / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    for entity in entities:
        for source, record in entity.records.items():
            if record.lookups:
                view = project / view_path(source, entity)
                view.parent.mkdir(exist_ok=True)
                view.write_text(view_sql(record), encoding="utf-8")
    templates = files(__package__).joinpath("data")
    (project / ".gitignore").write_text(templates.joinpath("gitignore.txt").read_text("utf-8"), encoding="utf-8")
    (project / "README.md").write_text(templates.joinpath("readme.md").read_text("utf-8"), encoding="utf-8")
