"""The example of docs/arrivals.md does on the demo what the page says."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

PAGE = Path(__file__).parents[2] / "docs" / "arrivals.md"


def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    found: pd.DataFrame = names["found"]
    assert found["what"].tolist() == [*["changed"] * 3, "known", "new"]
    assert (found["golden_id"] == found["before"]).tolist()[:3] == [True] * 3
    assert found["golden_id"].iloc[3] == found["golden_id"].iloc[0]
