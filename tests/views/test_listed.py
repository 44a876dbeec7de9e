"""A frame as a notebook shows it."""

import pandas as pd

from workbench.views import View, listed


def test_a_frame_is_shown_as_it_is_and_one_without_rows_is_a_word() -> None:
    rows = pd.DataFrame({"a": [1]})
    assert listed(rows) is rows
    none = listed(rows.head(0))
    assert isinstance(none, View) and "None." in none._repr_html_() and "<table" not in none._repr_html_()
