"""What is read back of a new system is kept whole, told in the journal, and read as it came."""

from pathlib import Path

import pyarrow as pa
import pytest

from workbench.errors import StoreError
from workbench.journal import Journal
from workbench.readbacks import FOLDER, attach_readback, hashes, write_readback
from workbench.store import rows, session


def _party(*lines: tuple[str | None, ...]) -> pa.Table:
    columns = zip(*lines, strict=True)
    return pa.table(dict(zip(("_golden_id", "_target_id", "name"), map(list, columns), strict=True)))


def test_what_was_read_back_is_read_as_it_came(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    batches = [_party(("G1", "7", "上海")), _party((None, "8", ""))]
    assert write_readback(tmp_path, journal, "erp", "test", "party", batches, "li") == 2
    first = hashes(journal, "erp")
    with session(None) as con:
        assert attach_readback(con, tmp_path, "erp") == ["party"]
        assert rows(con, "FROM readback.party") == [("G1", "7", "上海"), (None, "8", "")]
    write_readback(tmp_path, journal, "erp", "test", "party", [_party(("G1", "7", "北京"))], "li")
    assert hashes(journal, "erp").keys() == {"party"} and hashes(journal, "erp") != first
    assert journal.read("SELECT rows FROM readbacks ORDER BY id") == [(2,), (1,)]


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    write_readback(tmp_path, Journal(tmp_path), "erp", "test", "party", [_party(("G1", "7", "a"))], "li")
    (tmp_path / FOLDER / "erp" / "party.parquet").write_bytes(b"PAR1")
    with session(None) as con, pytest.raises(StoreError, match=r"party\.parquet is damaged"):
        attach_readback(con, tmp_path, "erp")
