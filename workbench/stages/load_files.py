"""The mapped rows as files that the new systems import, by wave and in the order in which they are loaded.

Every file is read back and counted: it holds what the reconciliation calls written. Beside the files of a wave lies
manifest.csv: order, file, object, rows, sha256.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ..config import Config, ObjectMap, ReadOptions, load_mapping, target_of
from ..errors import ConfigError, StageError
from ..files import sha256
from ..sources import read
from ..store import Connection, count, ident, literal, rows
from ..targets import FileFormat, Target
from ..writers import MEGABYTE, SUFFIX, Limits, Written, write_object
from ..writers.spreadsheetml import count_rows, fill, skeleton
from .context import Run

MANIFEST, DRAFT = "manifest.csv", "DRAFT_"
HEADINGS = ("order", "file", "object", "rows", "sha256")

MOST_PARTS = 1024
"""Files that a wave is split into at most."""

Made = tuple[str, Written]
"""An object's title, and a file with rows of it."""


@dataclass(frozen=True)
class Wave:
    """What goes to a target in a wave: the objects that have rows there, parents first."""

    config: Config
    target: str
    kind: Target
    name: str
    objects: dict[str, ObjectMap]
    draft: bool

    def file(self, name: str) -> str:
        """What a file is called, without ending and part: what comes of a mapping that nobody approved is a draft."""
        return f"{DRAFT if self.draft else ''}{name}"

    def query(self, title: str, part: int = 0, parts: int = 1) -> str:
        """An object's rows in the wave, in the order of golden ids; those of some customers where it has parts."""
        mapped, known = self.objects[title], self.kind.objects.get(title)
        names = [field.name for field in mapped.fields]
        whole = list(known.fields) if self.kind.whole and known else []
        chosen = [f"t.{ident(name)}" if name in names else f"NULL AS {ident(name)}" for name in whole or names]
        going = "NOT m.later AND NOT m.archive"
        members = f"m.entity = {literal(mapped.entity)} AND m.wave = {literal(self.name)} AND {going}"
        some = f"""JOIN ({_owners(self.config, mapped.entity)}) AS o ON o.golden_id = t._golden_id
            AND ('0x' || left(md5(o.owner), 8))::UBIGINT % {parts} = {part}""" if parts > 1 else ""  # fmt: skip
        return f"""SELECT {", ".join(chosen)} FROM {ident("target", f"{self.target}__{title}")} AS t
            JOIN wave.members AS m ON m.golden_id = t._golden_id AND {members} {some} ORDER BY t._golden_id"""

    def headings(self, title: str) -> list[str]:
        """The headings of an object's file, as the target wants them."""
        known, mapped = self.kind.objects.get(title), self.objects[title]
        limits = {field.name: field.limits for field in mapped.fields}
        limits = dict(known.fields) if self.kind.whole and known and known.fields else limits
        if not self.kind.format.marked_headings:
            return list(limits)
        marks = {
            name: "/".join(filter(None, ("k" * (name == mapped.key or bool(given.ref)), "*" * given.required)))
            for name, given in limits.items()
        }
        return [f"{name}({mark})" if mark else name for name, mark in marks.items()]


def write_load_files(con: Connection, run: Run, folder: Path) -> int:
    """Write what goes now, below `folder` as <target>/<wave>/; returns the files written.

    Raises StageError for a file that does not hold what was written into it.
    """
    written = 0
    for wave in _waves(con, run.config):
        place = folder / wave.target / wave.name
        place.mkdir(parents=True)
        made = list(_workbooks(con, wave, place) if wave.kind.writer == "spreadsheetml" else _files(con, wave, place))
        _manifest(place, made)
        written += len({one.file for _, one in made})
    return written


def list_load_files(folder: Path) -> list[Path]:
    """The load files below a folder, without the manifests that list them."""
    suffixes = {*SUFFIX.values(), ".zip"}
    return sorted(file for file in folder.rglob("*.*") if file.suffix in suffixes and file.name != MANIFEST)


def _waves(con: Connection, config: Config) -> Iterator[Wave]:
    """Each target with each wave that goes now."""
    going = "SELECT DISTINCT wave, entity FROM wave.members WHERE NOT later AND NOT archive ORDER BY ALL"
    found: dict[str, set[str]] = {}
    for name, entity in rows(con, going):
        found.setdefault(name, set()).add(entity)
    approved = {target for (target,) in rows(con, "FROM memory.approved")}
    for target in config.targets:
        kind, objects = target_of(config, target), load_mapping(config, target)
        for name, entities in found.items():
            taken = {title: mapped for title, mapped in objects.items() if mapped.entity in entities}
            if taken:
                yield Wave(config, target, kind, name, taken, draft=target not in approved)


def _files(con: Connection, wave: Wave, place: Path) -> Iterator[Made]:
    """One file for each object, or several at the target's limits."""
    kind = wave.kind
    limits = Limits(kind.rows, kind.megabytes * MEGABYTE if kind.megabytes else None)
    for title, mapped in wave.objects.items():
        file = place / wave.file(mapped.file)
        query = wave.query(title)
        parts = write_object(con, query, wave.headings(title), file, kind.writer, kind.format, limits)
        for one in parts:
            _verify(one, kind.format)
            yield title, _zipped(one) if kind.format.zip and kind.writer == "csv" else one
        _demand(file, sum(one.rows for one in parts), count(con, f"SELECT count(*) FROM ({query})"))


def _workbooks(con: Connection, wave: Wave, place: Path) -> Iterator[Made]:
    """All objects in one workbook, or each in several with the rows of so many customers that each is small enough."""
    settings = wave.config.targets[wave.target]
    root = next(iter(wave.objects.values())).entity
    with TemporaryDirectory() as scratch:
        template = wave.config.path(settings.template) if settings.template else Path(scratch) / f"{root}.xml"
        if not settings.template:
            template.write_bytes(skeleton({title: wave.kind.objects[title] for title in wave.objects}))
        numbers = {
            title: {name for name, given in wave.kind.objects[title].fields.items() if given.type == "decimal"}
            for title in wave.objects
        }
        named = place / wave.file(template.stem)
        parts, limit = 1, (wave.kind.megabytes or 0) * MEGABYTE
        while True:
            files = [named.with_name(f"{named.name}_{n + 1:02}.xml" if parts > 1 else f"{named.name}.xml")
                     for n in range(parts)]  # fmt: skip
            written = [
                fill(con, template, {t: wave.query(t, n, parts) for t in wave.objects}, numbers, file)
                for n, file in enumerate(files)
            ]
            if not limit or max(file.stat().st_size for file in files) <= limit:
                break
            if parts >= MOST_PARTS:
                said = f"a file would be larger than {wave.kind.megabytes} MB even with a few customers"
                raise ConfigError(f"targets.{wave.target}.template: {said}. Take out of it what no row needs.")
            for file in files:
                file.unlink()
            parts *= 2
    for file, counts in zip(files, written, strict=True):
        found = count_rows(file)
        for title, number in counts.items():
            _demand(file, found.get(title, 0), number)
            yield title, Written(file, number)
    for title in wave.objects:
        expected = count(con, f"SELECT count(*) FROM ({wave.query(title)})")
        _demand(named, sum(counts[title] for counts in written), expected)


def _owners(config: Config, entity: str) -> str:
    """Each record of an entity with the record at the top that it belongs to."""
    parent, gold = config.entities[entity].parent, ident("gold", entity)
    if parent is None:
        return f"SELECT golden_id, golden_id AS owner FROM {gold}"
    return f"""SELECT c.golden_id, p.owner FROM {gold} AS c
        JOIN ({_owners(config, parent)}) AS p ON p.golden_id = c.parent_golden_id"""


def _zipped(one: Written) -> Written:
    """The file in a zip of its own, whose every byte was read back."""
    packed = one.file.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # the name alone is written, so that the same rows give the same bytes
        archive.writestr(zipfile.ZipInfo(one.file.name), one.file.read_bytes(), zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(packed) as archive:
        if archive.testzip():
            raise StageError(f"{packed} cannot be read back. Please report this.")
    one.file.unlink()
    return replace(one, file=packed)


def _verify(one: Written, form: FileFormat) -> None:
    """Read the file back: what the reconciliation calls written must be in it."""
    text = one.file.suffix == ".csv"
    options = ReadOptions(encoding=form.encoding, delimiter=form.delimiter) if text else ReadOptions()
    found = 0
    for batch in read(one.file, options).batches:
        found += batch.rows.num_rows
        if batch.rejects:
            raise StageError(f"{one.file} holds {len(batch.rejects)} rows that cannot be read. Please report this.")
    _demand(one.file, found, one.rows)


def _demand(file: Path, found: int, expected: int) -> None:
    if found != expected:
        raise StageError(f"{file} holds {found} readable rows instead of {expected}. Please report this.")


def _manifest(place: Path, made: list[Made]) -> None:
    hashes = {one.file: sha256(one.file) for _, one in made}
    with (place / MANIFEST).open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(HEADINGS)
        for order, (title, one) in enumerate(made, 1):
            writer.writerow([order, one.file.name, title, one.rows, hashes[one.file]])
