"""Files in the form that a target takes, split at its limits, read back by readers that are not ours: csv, pandas and
frictionless."""

import csv
from pathlib import Path

import frictionless
import pandas as pd
import pytest
from frictionless.formats import CsvControl

from workbench.errors import StageError
from workbench.store import literal, session
from workbench.targets import FileFormat, definition
from workbench.writers import Limits, write_object

ROWS = "SELECT * FROM (VALUES ('1', 'a;\"b\"'), ('2', NULL), ('3', ''), ('4', '长' || chr(10) || '2'), ('5', '=1')) v(id, x)"
TEXTS = [["1", 'a;"b"'], ["2", ""], ["3", ""], ["4", "长\n2"], ["5", "=1"]]


def written(folder: Path, form: FileFormat | None = None, limits: Limits = Limits()) -> list[Path]:  # noqa: B008
    with session(None) as con:
        made = write_object(con, ROWS, ["id", "x"], folder / "name", "csv", form or FileFormat(), limits)
    assert sum(one.rows for one in made) == 5
    return [one.file for one in made]


def test_delimiter_line_end_mark_and_encoding(tmp_path: Path) -> None:
    (file,) = written(tmp_path, FileFormat(delimiter=";", line_end="crlf", mark=True, encoding="utf-8"))
    data = file.read_bytes()
    assert file.name == "name.csv" and data.startswith(b'\xef\xbb\xbf"id";"x"\r\n"1";') and data.endswith(b"\r\n")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines, delimiter=";")) == [["id", "x"], *TEXTS]
    (file,) = written(tmp_path, FileFormat(encoding="gbk"))
    assert pd.read_csv(file, dtype=str, keep_default_na=False, encoding="gbk").to_numpy().tolist() == TEXTS


@pytest.mark.parametrize(("most", "sizes"), [(5, [5]), (4, [4, 1]), (2, [2, 2, 1]), (1, [1] * 5)])
def test_a_file_holds_no_more_rows_than_its_limit(tmp_path: Path, most: int, sizes: list[int]) -> None:
    files = written(tmp_path, limits=Limits(rows=most))
    frames = [pd.read_csv(file, dtype=str, keep_default_na=False) for file in files]
    assert [len(frame) for frame in frames] == sizes
    assert pd.concat(frames).to_numpy().tolist() == TEXTS
    assert [file.name for file in files][:1] == ["name.csv" if len(sizes) == 1 else "name_01.csv"]


def test_a_file_is_no_larger_than_its_limit_once_encoded(tmp_path: Path) -> None:
    whole = written(tmp_path)[0].stat().st_size
    files = written(tmp_path, limits=Limits(bytes=whole - 1))
    assert len(files) == 2 and all(file.stat().st_size < whole for file in files)
    assert pd.concat(pd.read_csv(f, dtype=str, keep_default_na=False) for f in files).to_numpy().tolist() == TEXTS


CELLS = ("007", "a,b", 'say "hi"', "上海市\n浦东新区", " 1.20 ", "=1+1", "2026-01-01", "TRUE", "é\t䶮", "''", ";")


@pytest.mark.parametrize("kind", ["salesforce", "odoo", "erpnext"])
def test_frictionless_finds_each_cell_of_a_kind_s_files(tmp_path: Path, kind: str) -> None:
    """Every field of every object, in two files at a limit of rows; the last row has nothing but its key."""
    form = definition(kind).format
    for title, known in definition(kind).objects.items():
        names = list(known.fields)
        lines = [[f"K{row}", *(CELLS[(row + at) % len(CELLS)] for at in range(1, len(names)))] for row in range(12)]
        lines.append(["K12", *[""] * (len(names) - 1)])
        values = ", ".join(f"({', '.join(literal(cell) if cell else 'NULL' for cell in line)})" for line in lines)
        query = f"SELECT * FROM (VALUES {values})"
        with session(None) as con:
            made = write_object(con, query, names, tmp_path / title.replace(".", "_"), "csv", form, Limits(rows=10))
        found = []
        for one in made:
            schema = frictionless.Schema(fields=[frictionless.fields.StringField(name=name) for name in names])
            dialect = frictionless.Dialect(controls=[CsvControl(delimiter=form.delimiter)])
            source = frictionless.Resource(
                path=one.file.name, basepath=str(tmp_path), format="csv", encoding=form.encoding, schema=schema,
                dialect=dialect,
            )  # fmt: skip
            report = source.validate()
            assert report.valid, report.flatten(["rowNumber", "fieldName", "type"])
            found += [[cell or "" for cell in row.to_list()] for row in source.read_rows()]
        assert len(made) == 2 and found == lines, title


def test_what_an_encoding_lacks_is_not_written_as_something_else(tmp_path: Path) -> None:
    with session(None) as con, pytest.raises(StageError, match=r"gbk has no character U\+4DAE"):
        write_object(con, "SELECT '䶮' AS x", ["x"], tmp_path / "n", "csv", FileFormat(encoding="gbk"), Limits())


def test_one_column_of_missing_values_is_rows_all_the_same(tmp_path: Path) -> None:
    with session(None) as con:
        query = "SELECT NULL::VARCHAR AS x FROM range(3)"
        (one,) = write_object(con, query, ["x"], tmp_path / "n", "csv", FileFormat(), Limits())
    with one.file.open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines)) == [["x"], [""], [""], [""]]


def test_nothing_is_a_file_with_headings(tmp_path: Path) -> None:
    with session(None) as con:
        for writer in ("csv", "xlsx", "parquet"):
            query = f"SELECT * FROM ({ROWS}) WHERE false"
            (one,) = write_object(con, query, ["id", "x"], tmp_path / "n", writer, FileFormat(), Limits())  # type: ignore[arg-type]
            assert one.rows == 0 and one.file.exists()


def test_cells_of_a_workbook_are_texts(tmp_path: Path) -> None:
    with session(None) as con:
        made = write_object(con, ROWS, ["编码", "x"], tmp_path / "n", "xlsx", FileFormat(), Limits(rows=3))
    frames = [pd.read_excel(one.file, dtype=str, keep_default_na=False) for one in made]
    assert [one.rows for one in made] == [3, 2] == [len(frame) for frame in frames]
    assert pd.concat(frames).to_numpy().tolist() == TEXTS and list(frames[0].columns) == ["编码", "x"]
