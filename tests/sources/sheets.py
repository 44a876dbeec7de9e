"""Workbooks of a few lines, and what is read of them."""

from pathlib import Path

from openpyxl import Workbook

from workbench.sources import Extract, ReadOptions, read

from ..reading import drained


def opened(folder: Path, *lines: list[object], **options: object) -> Extract:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    book.save(folder / "t.xlsx")
    return read(folder / "t.xlsx", ReadOptions(**options))


def rows(extract: Extract) -> list[tuple[object, ...]]:
    found, rejects = drained(extract)
    assert rejects == []
    return found


def said(extract: Extract) -> list[tuple[str | None, int | None, str]]:
    """Column, rows and first words of each remark, once all is read."""
    drained(extract)
    return [(remark.column, remark.rows, remark.said.split(",")[0].split(";")[0]) for remark in extract.remarks]
