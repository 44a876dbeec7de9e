"""What fails leaves a word in its place, and the rest goes on."""

import pytest

from workbench.errors import StoreError
from workbench.faults import safely
from workbench.language import spoken


def fails(error: Exception) -> str:
    raise error


def test_what_is_made_stands_and_what_fails_is_told(caplog: pytest.LogCaptureFixture) -> None:
    assert safely(lambda: "a chapter", str.upper) == "a chapter"
    assert safely(lambda: fails(StoreError("x.parquet is damaged.")), str.upper) == "X.PARQUET IS DAMAGED."
    assert caplog.text == ""


def test_a_fault_of_ours_is_told_by_its_kind_and_logged_whole(caplog: pytest.LogCaptureFixture) -> None:
    with spoken("zh"):
        said = safely(lambda: fails(KeyError("北京华瑞")), str)
    assert said == "程序出错（KeyError）；请报告终端中的信息。" and "北京华瑞" in caplog.text
