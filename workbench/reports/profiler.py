"""Profiler."""
from __future__ import annotations
import pandas as pd

def profiler_page(title: str, sample: pd.DataFrame) -> str:
    return title
