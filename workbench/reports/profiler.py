"""A profiler's page on a sample. The only importer of data_profiling."""

from __future__ import annotations

import io
import os
import re
import warnings
from contextlib import redirect_stderr, redirect_stdout
from html import escape

import pandas as pd

from .fragments import render

FEW = 50
"""Distinct values up to which a column is shown by how often each occurs."""

TITLE = "TITLE-OF-THIS-PAGE"
"""Stands for the title, which the profiler writes unescaped even where it is given escaped; so does its minifier."""

NO_PICTURES = {"length": False, "words": False, "characters": False}
"""Word clouds and histograms of lengths are nine tenths of the time and the size of a page on texts."""


def profiler_page(title: str, sample: pd.DataFrame) -> str:
    """The page on a frame of already masked values; one that says so when there is nothing to profile."""
    if sample.empty:
        return render("empty.html.j2", title=title)
    plain = sample.set_axis([escape(str(name)) for name in sample.columns], axis=1)
    plain = plain.astype({name: "category" for name in plain.columns if plain[name].nunique() <= FEW})
    os.environ["YDATA_PROFILING_NO_ANALYTICS"] = "1"  # it would call home, and reads this when it is imported
    banners = io.StringIO()
    with redirect_stdout(banners), redirect_stderr(banners), warnings.catch_warnings(action="ignore"):
        from data_profiling import ProfileReport  # takes seconds, so only where it is needed

        report = ProfileReport(
            plain, title=TITLE, minimal=True, progress_bar=False, html={"minify_html": False},
            vars={"text": dict(NO_PICTURES), "cat": dict(NO_PICTURES)}, plot={"cat_freq": {"show": False}},
        )  # fmt: skip
        html: str = report.to_html()
    html = html.replace(TITLE, escape(title))
    return re.sub(r'href="?https?://[^">\s]*"?', "", html)  # nothing in a report leads outside
