"""Values that are likely one are brought together, and an accepted cluster becomes a step of the recipe."""

from pathlib import Path

import pytest

import workbench as wb
from workbench.clusters import clusters
from workbench.errors import ConfigError
from workbench.store import session

from . import small

VALUES = (
    ["Acme Ltd"] * 3
    + ["ACME, Ltd."] * 2
    + ["ltd acme", "Beta", "华瑞公司", "華瑞公司", "華瑞公司", "Müller", "Muller", None]
)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("fingerprint", [["Acme Ltd", "ACME, Ltd.", "ltd acme"], ["華瑞公司", "华瑞公司"], ["Muller", "Müller"]]),
        ("reading", [["Acme Ltd", "ACME, Ltd."], ["華瑞公司", "华瑞公司"], ["Muller", "Müller"]]),
        ("ngram", [["Acme Ltd", "ACME, Ltd."], ["華瑞公司", "华瑞公司"], ["Muller", "Müller"]]),
    ],
)
def test_values_that_share_a_key_are_one_cluster_the_commonest_first(method: str, expected: list[list[str]]) -> None:
    with session(None) as con:
        con.execute("CREATE TABLE t (v VARCHAR)")
        con.executemany("INSERT INTO t VALUES (?)", [(value,) for value in VALUES])
        found = clusters(con, "t", "v", method)
    groups = [list(group["value"]) for _, group in found.groupby("cluster")]
    assert groups == expected
    assert list(found["becomes"]) == [group[0] if group[0] != "Muller" else "Müller" for group in groups for _ in group]


def test_an_accepted_cluster_becomes_a_step(tmp_path: Path) -> None:
    rows = [dict(row) for row in small.CUSTOMERS]
    rows[1]["city"], rows[2]["city"] = "Hang Zhou", "hang zhou"
    root = small.project(tmp_path / "p", {small.DAY: {"erp/customers.csv": rows}})
    project = wb.open_project(root)
    project.run(small.DAY)
    found = project.clusters("erp.customers", "city")
    one = found[found["value"].isin(["Hang Zhou", "hang zhou"])]
    assert len(one) == 2
    project.edit("erp.customers", "city", values=dict(zip(one["value"], one["becomes"], strict=True)), why="one city")
    project.run(small.DAY)
    cities = project.sql("SELECT DISTINCT city FROM std.customer WHERE source = 'erp' AND lower(city) = 'hang zhou'")
    assert cities["city"].tolist() == [one["becomes"].iloc[0]]
    with pytest.raises(ConfigError, match="There is no method 'sound'"):
        project.clusters("erp.customers", "city", "sound")
