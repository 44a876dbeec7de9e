"""A frame as a notebook shows it: its rows, or that there are none."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from ..language import gettext as _
from .view import View

NONE = Markup('<p class="quiet">{}</p>')


def listed(frame: pd.DataFrame) -> pd.DataFrame | View:
    """The frame as it is; one without rows is the word None, as in every view."""
    return View(NONE.format(_("None."))) if frame.empty else frame
