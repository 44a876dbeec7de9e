import re
import socket
import subprocess
import sys

import pandas as pd
import pytest

from workbench.reports.profiler import profiler_page

HOSTILE = "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("the profiler called out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def texts(records: int, columns: int) -> pd.DataFrame:
    return pd.DataFrame({f"c{n}": [f"客户{n}-{record} Ltd." for record in range(records)] for n in range(columns)})


def test_nothing_gets_through_raw() -> None:
    few = [HOSTILE, "b", None, "b"]
    html = profiler_page(
        f"T {HOSTILE}", pd.DataFrame({f"H {HOSTILE}": few, "many": [f"{HOSTILE}{n}" for n in range(4)]})
    )
    assert "<script>alert" not in html and "<img src=x" not in html
    assert "T &lt;/title&gt;" in html and "H &lt;/title&gt;" in html


def test_a_page_is_small_and_leads_nowhere() -> None:
    html = profiler_page("many texts", texts(1_000, 12))
    assert len(html) < 1_000_000
    assert "c11" in html
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", html)


def test_common_values_are_shown() -> None:
    html = profiler_page("few", pd.DataFrame({"class": ["重点"] * 30 + ["一般"] * 70, "n": range(100)}))
    assert "重点" in html and "70" in html


@pytest.mark.parametrize(
    "sample",
    [
        pd.DataFrame({"a": [None, None], "b": ["x", "y"]}),
        pd.DataFrame({"a": ["only"]}),
        pd.DataFrame({"a": ["x", "y"], 2: [1.5, None]}),
    ],
)
def test_odd_frames_have_a_page(sample: pd.DataFrame) -> None:
    assert "<html" in profiler_page("odd", sample)


def test_an_empty_frame_says_so() -> None:
    html = profiler_page(HOSTILE, pd.DataFrame({"a": []}))
    assert "no records to profile" in html and "<script" not in html and len(html) < 25_000


def test_it_is_silent_from_its_import_on() -> None:
    code = """
import pandas as pd
from workbench.reports.profiler import profiler_page
profiler_page("t", pd.DataFrame({"a": ["黑名单", "y"] * 30, "b": [str(n) for n in range(60)]}))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
