"""The example of docs/filling.md is accepted as it stands."""

import re
from pathlib import Path

from workbench.config import load
from workbench.config.filling import fill_order, lookups

PAGE = Path(__file__).parents[2] / "docs" / "filling.md"


def test_the_example_is_accepted(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "customer_class.csv").write_text("code\nA\nB\nC\n", "utf-8")
    (tmp_path / "workbench.yml").write_text(f"project: p\n{example}", "utf-8")
    config = load(tmp_path)
    order = fill_order(config, "customer")
    assert order.index("address") < order.index("region") and order.index("turnover") < order.index("class")
    assert ("登记状态", "") in lookups(config)["register.firms"]
