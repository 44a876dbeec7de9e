"""What other systems have otherwise than a field's owner, as a workbook for those who correct it in the source."""

from __future__ import annotations

from pathlib import Path

from .config import Config
from .config.mistakes import suggestion
from .errors import ConfigError
from .store import Connection, count, frame, literal
from .workbook import MOST, Sheet, write_workbook

NOTE = "What this system has otherwise than the field's owner. Once corrected, it is gone from the next list."


def write_deviations(con: Connection, config: Config, file: Path, source: str | None = None) -> int:
    """Write gold.deviations to an .xlsx, a sheet a source (or of one); returns the rows written.

    Its values are those of the sources: it is not for sharing. Raises ConfigError for an unknown source or where there
    is nothing to correct, and as `write_workbook`.
    """
    if source is not None and source not in config.sources:
        raise ConfigError(f"There is no source {source!r}{suggestion(source, config.sources)}")
    sheets = []
    for name in [source] if source else config.sources:
        wanted = f"FROM gold.deviations WHERE source = {literal(name)}"
        if (many := count(con, f"SELECT count(*) {wanted}")) > MOST:
            said = f"{file}: {many:,} deviations in {name} are more than people work through ({MOST:,})."
            raise ConfigError(f"{said} Look at golden.<entity>.owners: is every field's owner the right one?")
        rows = frame(
            con,
            f"""SELECT entity, key, field, value AS "it has", owner_value AS "should be", owner,
            owner_key AS "owner's key", stage, golden_id {wanted} ORDER BY entity, key, field""",
        )
        sheets += [Sheet(name, NOTE, rows, ())] if len(rows) else []
    if not sheets:
        raise ConfigError("There is nothing to correct: no source deviates from the owner of a field.")
    write_workbook(file, sheets)
    return sum(len(sheet.rows) for sheet in sheets)
