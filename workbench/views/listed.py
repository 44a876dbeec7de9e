"""A frame as a notebook shows it: its rows, or that there are none."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from .view import View

NONE = View(Markup('<p class="quiet">None.</p>'))


def listed(frame: pd.DataFrame) -> pd.DataFrame | View:
    """The frame as it is; one without rows is the word None, as in every view."""
    return NONE if frame.empty else frame
